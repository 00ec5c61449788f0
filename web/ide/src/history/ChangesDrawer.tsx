import { useClient, useReadable } from "@baton/react";
import { type ChangeKindDoc, stepsOf, type StackState } from "@baton/sdk";
import { GitCompareArrows, Redo2, Undo2, X } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Empty } from "../kit/Words.tsx";
import { person } from "../presence/people.ts";
import { useNavigation } from "../shell/navigation.ts";
import { asked, revertChanges, takeStep } from "./asking.ts";
import { ChangeRow } from "./ChangeRow.tsx";
import { isPickable } from "./changes.ts";
import { compared } from "./comparing.ts";
import css from "./history.module.css";
import { ParkedDrafts } from "./ParkedDrafts.tsx";
import { type Filter, NO_FILTER, useLog } from "./useLog.ts";
import { VersionList } from "./VersionList.tsx";

const KINDS: readonly (readonly [ChangeKindDoc, string])[] = [
  ["edit", "Edits"],
  ["import", "Imports"],
  ["revert", "Reverts"],
  ["restore", "Restored versions"],
  ["undo", "Undone"],
  ["redo", "Redone"],
];

const TIMES = [
  ["", "Any time"],
  ["3600000", "The last hour"],
  ["86400000", "The last day"],
  ["604800000", "The last week"],
] as const;

interface ChangesDrawerProps {
  stack: StackState | null;
  mayEdit: boolean;
  onClose: () => void;
}

/** The draft's changes, the whole log and the versions of the open object; any change that is not live can be taken back. */
export function ChangesDrawer({ stack, mayEdit, onClose }: ChangesDrawerProps) {
  const client = useClient();
  const room = useReadable(client.room);
  const { place } = useNavigation();
  const [picked, setTab] = useState<"draft" | "log" | "versions">();
  // Records are no draft: what was done to them stands in the log.
  const table = room.objects.get(stack?.object ?? "")?.kind === "table";
  const tab = picked ?? (table ? "log" : "draft");
  const steps = stepsOf(stack?.changes ?? [], room.user);
  const hasLive = stack?.published !== undefined;
  return (
    <section className={css.drawer} aria-label="Revertable changes" data-testid="changes">
      <header className={css.head}>
        <h2>Revertable changes</h2>
        <IconButton
          name={steps.undo ? `Undo: ${plain(steps.undo.words)}` : "Nothing to undo"}
          keys="⌘Z"
          disabled={!mayEdit || !steps.undo}
          onClick={() => void takeStep(client, false)}
        >
          <Undo2 />
        </IconButton>
        <IconButton
          name={steps.redo ? `Redo: ${plain(steps.redo.words)}` : "Nothing to redo"}
          keys="⇧⌘Z"
          disabled={!mayEdit || !steps.redo}
          onClick={() => void takeStep(client, true)}
        >
          <Redo2 />
        </IconButton>
        <IconButton
          name="Compare with what is published"
          disabled={!hasLive}
          onClick={() => stack && compared.emit({ object: stack.object, a: "published", b: "draft" })}
        >
          <GitCompareArrows />
        </IconButton>
        <IconButton name="Close" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <nav className={css.tabs} aria-label="What is shown">
        {(["draft", "log", "versions"] as const).map((one) => (
          <button key={one} type="button" aria-pressed={tab === one} onClick={() => setTab(one)}>
            {one === "draft" ? "Draft" : one === "log" ? "Log" : "Versions"}
          </button>
        ))}
      </nav>
      {!stack ? (
        <div className={`${css.body} ${css.alone}`}>
          <ParkedDrafts object={undefined} />
          {place.object === undefined ? (
            <Empty title="No object is open">Each has its own changes.</Empty>
          ) : (
            <Empty title="Loading…" />
          )}
        </div>
      ) : tab === "versions" ? (
        <VersionList stack={stack} mayEdit={mayEdit} />
      ) : (
        <ChangeList key={`${stack.object} ${tab}`} stack={stack} log={tab === "log"} mayEdit={mayEdit} />
      )}
    </section>
  );
}

function ChangeList({ stack, log, mayEdit }: { stack: StackState; log: boolean; mayEdit: boolean }) {
  const client = useClient();
  const room = useReadable(client.room);
  const { place } = useNavigation();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const { changes, more, loadMore, authors } = useLog(stack, log, filter);
  const { object } = stack;
  const head = room.objects.get(object);
  const table = head?.kind === "table";
  const open = changes.filter(isPickable);
  // What was picked may have been reverted by somebody else meanwhile.
  const chosen = open.filter((change) => picked.has(change.number)).map((change) => change.number);
  const pick = (number: number) =>
    setPicked((was) => {
      const next = new Set(was);
      if (!next.delete(number)) next.add(number);
      return next;
    });
  const who = (user: string) => person(user, room.members.get(user));
  const set = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  return (
    <>
      <div className={css.tools}>
        <select
          className={kit.input}
          aria-label="Whose changes"
          value={filter.author}
          onChange={(event) => set({ author: event.target.value })}
        >
          <option value="">Everybody</option>
          {authors.map((user) => (
            <option key={user} value={user}>
              {who(user).name}
            </option>
          ))}
        </select>
        <select
          className={kit.input}
          aria-label="Kind of changes"
          value={filter.kind}
          onChange={(event) => set({ kind: event.target.value as Filter["kind"] })}
        >
          <option value="">All kinds</option>
          {KINDS.map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
        <select
          className={kit.input}
          aria-label="Since when"
          value={filter.within}
          onChange={(event) => set({ within: event.target.value })}
        >
          {TIMES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        {place.item !== undefined && (
          <Button
            size="small"
            look="plain"
            aria-pressed={filter.item !== ""}
            onClick={() => set({ item: filter.item === "" ? (place.item ?? "") : "" })}
          >
            This step
          </Button>
        )}
      </div>
      <div className={css.tools}>
        {chosen.length > 0 ? (
          <>
            <Button size="small" look="plain" onClick={() => setPicked(new Set())}>
              Clear
            </Button>
            {chosen.length > 1 && (
              <Button
                size="small"
                onClick={() =>
                  compared.emit({
                    object,
                    a: `before:${Math.min(...chosen)}`,
                    b: `change:${Math.max(...chosen)}`,
                  })
                }
              >
                Compare
              </Button>
            )}
            <Button
              size="small"
              look="danger"
              disabled={!mayEdit}
              onClick={() => (setPicked(new Set()), void revertChanges(client, object, chosen))}
            >
              Revert {chosen.length} selected
            </Button>
          </>
        ) : (
          <>
            {filter.author !== "" && (
              <Button
                size="small"
                look="danger"
                disabled={!mayEdit || !open.some((change) => change.user === filter.author)}
                onClick={() =>
                  asked.emit({
                    object,
                    selection: { author: filter.author },
                    title: `Revert all changes of ${who(filter.author).name}`,
                  })
                }
              >
                Revert all of {who(filter.author).name}
              </Button>
            )}
            <Button
              size="small"
              look="danger"
              disabled={!mayEdit || (!table && (head?.changes ?? open.length) === 0)}
              onClick={() => asked.emit({ object, selection: {}, title: "Revert all changes" })}
            >
              Revert all
            </Button>
          </>
        )}
      </div>
      <div className={css.body}>
        {!log && <ParkedDrafts object={object} />}
        {changes.length === 0 && (
          <Empty title={filter === NO_FILTER ? "Nothing changed" : "Nothing like that"}>
            {log
              ? "The log holds no such change."
              : table
                ? "The fields are as they are published. Changes of records are in the log."
                : "The draft equals what is published."}
          </Empty>
        )}
        <ul>
          {changes.map((change) => (
            <ChangeRow
              key={change.number}
              object={object}
              change={change}
              author={who(change.user)}
              mayEdit={mayEdit}
              picked={picked.has(change.number)}
              onPick={() => pick(change.number)}
            />
          ))}
        </ul>
        {more && (
          <Button size="small" look="plain" onClick={loadMore}>
            Older changes
          </Button>
        )}
      </div>
    </>
  );
}

/** Words without their marks, for a tooltip. */
function plain(words: string): string {
  return words.replaceAll(/[*`]/g, "");
}
