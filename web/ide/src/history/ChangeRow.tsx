import { useClient } from "@baton/react";
import { type ChangeDoc, ofRecords } from "@baton/sdk";
import { GitCompareArrows, Link2, Undo2 } from "lucide-react";

import { Button, IconButton } from "../kit/Button.tsx";
import { ago } from "../kit/time.ts";
import { Marked } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { address, useNavigation } from "../shell/navigation.ts";
import { revertChanges } from "./asking.ts";
import { isPickable } from "./changes.ts";
import { compared } from "./comparing.ts";
import css from "./history.module.css";

interface ChangeRowProps {
  object: string;
  change: ChangeDoc;
  author: Person;
  mayEdit: boolean;
  picked: boolean;
  onPick: () => void;
}

/** One change in words, and what can be done with it. */
export function ChangeRow({ object, change, author, mayEdit, picked, onPick }: ChangeRowProps) {
  const client = useClient();
  const now = useServerNow(10_000);
  const { place, select } = useNavigation();
  const reverted = change.reverted_by !== undefined;
  const live = change.published !== undefined;
  const may = !reverted && !live && mayEdit;
  const link = () => {
    const to = address({ ...place, object, page: "object", ...(change.item ? { item: change.item } : {}) });
    return navigator.clipboard.writeText(`${window.location.origin}${to}`);
  };
  return (
    <li
      className={css.change}
      data-testid="change"
      data-number={change.number}
      data-reverted={reverted}
      data-picked={picked}
    >
      <span className={css.who}>
        <Initials person={author} />
        {may && isPickable(change) && (
          <input
            type="checkbox"
            className={css.pick}
            aria-label="Select this change"
            checked={picked}
            onChange={onPick}
          />
        )}
      </span>
      <div>
        <button type="button" className={css.words} onClick={() => change.item && select(change.item)}>
          <Marked>{change.words}</Marked>
        </button>
        <div className={css.meta}>
          {author.name} ·{" "}
          <time title={new Date(change.ended).toLocaleString()}>{ago(change.ended, now)}</time>
          {reverted && " · reverted"}
          {live && ` · live since v${change.published}`}
        </div>
      </div>
      <span className={css.revert}>
        {!ofRecords(change) && (
          <IconButton
            name="Before and after this change"
            onClick={() =>
              compared.emit({ object, a: `before:${change.number}`, b: `change:${change.number}` })
            }
          >
            <GitCompareArrows />
          </IconButton>
        )}
        <IconButton name="Copy a link to it" onClick={() => void attempt(link(), "The link is copied")}>
          <Link2 />
        </IconButton>
        {may && (
          <Button size="small" onClick={() => void revertChanges(client, object, [change.number])}>
            <Undo2 /> Revert
          </Button>
        )}
      </span>
    </li>
  );
}
