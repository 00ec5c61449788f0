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
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const changes = stack?.changes ?? [];
  const open = changes.filter((change) => change.reverted_by === undefined && change.kind !== "revert");
  const authors = [...new Set(changes.map((change) => change.user))];
  const shown = [...changes].reverse().filter((change) => only === "" || change.user === only);
  // What was picked may have been reverted by somebody else meanwhile.
  const chosen = open.filter((change) => picked.has(change.number)).map((change) => change.number);
  const pick = (number: number) =>
    setPicked((was) => {
      const next = new Set(was);
      if (!next.delete(number)) next.add(number);
      return next;
    });
  const revertChosen = (object: string) => {
    setPicked(new Set());
    const words = chosen.length === 1 ? "1 change was reverted" : `${chosen.length} changes were reverted`;
    void attempt(client.revert(object, chosen), words);
  };
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
        {chosen.length > 0 && stack ? (
          <span className={css.chosen}>
            <Button size="small" look="plain" onClick={() => setPicked(new Set())}>
              Clear
            </Button>
            <Button size="small" look="danger" disabled={!mayEdit} onClick={() => revertChosen(stack.object)}>
              Revert {chosen.length} selected
            </Button>
          </span>
        ) : (
          <Button
            size="small"
            look="danger"
            disabled={!mayEdit || open.length === 0}
            onClick={() => setAsking(true)}
          >
            Revert all
          </Button>
        )}
      </div>
      <div className={css.body}>
        {asking && stack && (
          <div className={css.confirm} role="alertdialog" aria-label="Revert all changes">
            <p>
              Take back {open.length === 1 ? "the one change" : `all ${open.length} changes`}
              {authors.length > 1 ? ` by ${authors.length} people` : ""}? The draft is then as published. The
              revert is a change itself and can be taken back.
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
                Revert
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
                picked={picked.has(change.number)}
                onPick={() => pick(change.number)}
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
  picked: boolean;
  onPick: () => void;
  revert: () => void;
}

function Row({ change, author, now, mayEdit, picked, onPick, revert }: RowProps) {
  const { select } = useNavigation();
  const reverted = change.reverted_by !== undefined;
  const revertable = !reverted && mayEdit && change.kind !== "revert";
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
        {revertable && (
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
