import { useClient, useReadable } from "@baton/react";
import type { ChangeDoc, StackState } from "@baton/sdk";
import { GitCompareArrows, History, Undo2, X } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { ago } from "../kit/time.ts";
import { Empty, Marked } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person, type Person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import css from "./history.module.css";
import { ParkedDrafts } from "./ParkedDrafts.tsx";

interface ChangesDrawerProps {
  stack: StackState | null;
  mayEdit: boolean;
  onCompare: () => void;
  onClose: () => void;
}

/** What was changed since the published version, newest first; any of it can be taken back. */
export function ChangesDrawer({ stack, mayEdit, onCompare, onClose }: ChangesDrawerProps) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(10_000);
  const [only, setOnly] = useState("");
  const [asking, setAsking] = useState(false);
  const changes = stack?.changes ?? [];
  const open = changes.filter((change) => change.reverted_by === undefined && change.kind !== "revert");
  const authors = [...new Set(changes.map((change) => change.user))];
  const shown = [...changes].reverse().filter((change) => only === "" || change.user === only);
  const who = (user: string) => person(user, room.members.get(user));
  return (
    <section className={css.drawer} aria-label="Revertable changes" data-testid="changes">
      <header className={css.head}>
        <h2>Revertable changes</h2>
        <IconButton name="Compare with what is published" disabled={!stack?.published} onClick={onCompare}>
          <GitCompareArrows />
        </IconButton>
        <IconButton name="Close" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <div className={css.tools}>
        <select
          className={kit.input}
          aria-label="Whose changes"
          value={only}
          onChange={(event) => setOnly(event.target.value)}
        >
          <option value="">Everybody</option>
          {authors.map((user) => (
            <option key={user} value={user}>
              {who(user).name}
            </option>
          ))}
        </select>
        <Button
          size="small"
          look="danger"
          disabled={!mayEdit || open.length === 0}
          onClick={() => setAsking(true)}
        >
          Revert all
        </Button>
      </div>
      <div className={css.body}>
        {asking && stack && (
          <div className={css.confirm} role="alertdialog" aria-label="Revert all changes">
            <p>
              Take back all {open.length} changes by{" "}
              {authors.length === 1 ? "one author" : `${authors.length} authors`}? The draft is then as
              published. The revert is a change itself and can be taken back.
            </p>
            <div>
              <Button
                size="small"
                look="danger"
                onClick={() => {
                  setAsking(false);
                  void attempt(client.revert(stack.object), "All changes were reverted");
                }}
              >
                Yes, take them back
              </Button>
              <Button size="small" look="plain" onClick={() => setAsking(false)}>
                Keep them
              </Button>
            </div>
          </div>
        )}
        <ParkedDrafts object={stack?.object} />
        {stack && shown.length === 0 && (
          <Empty icon={<History />} title={only ? "None by this person" : "Nothing changed"}>
            The draft equals what is published.
          </Empty>
        )}
        {!stack && (
          <Empty icon={<History />} title="No object is open">
            Each has its own changes.
          </Empty>
        )}
        <ul>
          {stack &&
            shown.map((change) => (
              <Row
                key={change.number}
                change={change}
                author={who(change.user)}
                now={now}
                mayEdit={mayEdit}
                revert={() => void attempt(client.revert(stack.object, [change.number]))}
              />
            ))}
        </ul>
      </div>
    </section>
  );
}

interface RowProps {
  change: ChangeDoc;
  author: Person;
  now: number;
  mayEdit: boolean;
  revert: () => void;
}

function Row({ change, author, now, mayEdit, revert }: RowProps) {
  const { select } = useNavigation();
  const reverted = change.reverted_by !== undefined;
  return (
    <li className={css.change} data-testid="change" data-number={change.number} data-reverted={reverted}>
      <Initials person={author} />
      <div>
        <button type="button" className={css.words} onClick={() => change.item && select(change.item)}>
          <Marked>{change.words}</Marked>
        </button>
        <div className={css.meta}>
          {author.name} ·{" "}
          <time title={new Date(change.ended).toLocaleString()}>{ago(change.ended, now)}</time>
          {reverted && " · reverted"}
        </div>
      </div>
      {!reverted && mayEdit && (
        <Button size="small" className={css.revert} onClick={revert}>
          <Undo2 /> Revert
        </Button>
      )}
    </li>
  );
}
