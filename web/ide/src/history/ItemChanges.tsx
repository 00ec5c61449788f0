import { useClient, useReadable } from "@baton/react";
import type { StackState } from "@baton/sdk";

import { ago } from "../kit/time.ts";
import { Marked } from "../kit/Words.tsx";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import panel from "../stack-editor/panel.module.css";

/** The changes of one item since the published version, newest first. */
export function ItemChanges({ stack, item }: { stack: StackState; item: string }) {
  const { members } = useReadable(useClient().room);
  const now = useServerNow(10_000);
  const own = stack.changes.filter((change) => change.item === item).reverse();
  return (
    <details className={panel.fold}>
      <summary>
        Changes of this {stack.tree.get(item)?.kind === "step" ? "step" : "part"} ({own.length})
      </summary>
      {own.length === 0 ? (
        <p style={{ color: "var(--faint)" }}>None since the published version.</p>
      ) : (
        <ul className={panel.changes}>
          {own.map((change) => {
            const who = person(change.user, members.get(change.user));
            return (
              <li key={change.number}>
                <Initials person={who} size="small" title={who.name} />
                <span>
                  <Marked>{change.words}</Marked> <time>{ago(change.ended, now)}</time>
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </details>
  );
}
