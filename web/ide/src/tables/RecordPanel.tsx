import { useClient, useReadable } from "@baton/react";
import { asBatonError, type ChangeDoc, recordOf, type StackState } from "@baton/sdk";
import { Rows3, Undo2, X } from "lucide-react";
import { useEffect, useState } from "react";

import { IconButton } from "../kit/Button.tsx";
import { ago } from "../kit/time.ts";
import { Marked } from "../kit/Words.tsx";
import { ExplainLock } from "../locks/ExplainLock.tsx";
import { LockStrip } from "../locks/LockStrip.tsx";
import { revertChanges } from "../history/asking.ts";
import { tell } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import panel from "../stack-editor/panel.module.css";
import css from "./grid.module.css";

/** The right column for a record: who holds it, and everything that was done to it, to be taken back. */
export function RecordPanel({ stack, item }: { stack: StackState; item: string }) {
  const { select } = useNavigation();
  return (
    <aside className={panel.panel} aria-label="Record" data-panel="record">
      <header className={panel.head}>
        <span className={panel.icon}>
          <Rows3 aria-hidden />
        </span>
        <div className={panel.headText}>
          <strong className={panel.title}>Record</strong>
          <span className={panel.sub}>{recordOf(item)}</span>
        </div>
        <IconButton name="Close" keys="Esc" onClick={() => select(undefined)}>
          <X />
        </IconButton>
      </header>
      <div className={panel.body}>
        <LockStrip object={stack.object} item={item} />
        <RecordChanges stack={stack} item={item} />
        <ExplainLock object={stack.object} item={item} />
      </div>
    </aside>
  );
}

/** The changes of a record, newest first. */
function RecordChanges({ stack, item }: { stack: StackState; item: string }) {
  const client = useClient();
  const { members, user } = useReadable(client.room);
  const now = useServerNow(10_000);
  const [changes, setChanges] = useState<readonly ChangeDoc[]>();
  const { object, revision } = stack;
  const role = members.get(user)?.role;
  const mayEdit = role !== "viewer" && role !== "suspended";
  useEffect(() => {
    let late = false;
    // Every operation moves the revision: what is listed may have been taken back.
    client.http.changes(client.workspace, object, { item, limit: 200 }).then(
      (page) => !late && setChanges(page.changes),
      (thrown: unknown) => !late && tell({ tone: "bad", title: asBatonError(thrown).title }),
    );
    return () => {
      late = true;
    };
  }, [client, object, item, revision]);
  return (
    <section className={css.history} aria-label="Changes of this record">
      <h3>Changes</h3>
      {changes?.length === 0 && <p className={css.note}>None yet.</p>}
      <ul className={panel.changes}>
        {changes?.map((change) => {
          const who = person(change.user, members.get(change.user));
          const back = change.reverted_by !== undefined;
          return (
            <li key={change.number} data-testid="record-change" data-reverted={back}>
              <Initials person={who} size="small" title={who.name} />
              <span>
                <Marked>{change.words}</Marked> <time>{ago(change.ended, now)}</time>
                {back && <i> taken back</i>}
              </span>
              {!back && mayEdit && (
                <IconButton
                  name={`Take back: ${change.words.replaceAll(/[*`]/g, "")}`}
                  onClick={() => void revertChanges(client, object, [change.number])}
                >
                  <Undo2 size={14} />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
