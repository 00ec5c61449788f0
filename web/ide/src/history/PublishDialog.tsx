import { useClient, useReadable } from "@baton/react";
import {
  asBatonError,
  type BatonError,
  type ChangeDoc,
  isIn,
  type PublishableDoc,
  recordOf,
  type StackState,
} from "@baton/sdk";
import { CircleAlert, Link2, PenLine } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog, Foot } from "../kit/Dialog.tsx";
import { Area } from "../kit/Field.tsx";
import { Banner, Marked } from "../kit/Words.tsx";
import { tell } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { lastSegment } from "../shell/tree.ts";
import css from "./history.module.css";

/** Words of one author that are shown before the rest is counted. */
const SHOWN = 20;

/** What goes live, by author, with what that needs; who has unsaved work; a description. */
export function PublishDialog({ stack, onClose }: { stack: StackState; onClose: () => void }) {
  const client = useClient();
  const room = useReadable(client.room);
  const [description, setDescription] = useState("");
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<BatonError>();
  // Everybody's without a choice.
  const [chosen, setChosen] = useState<readonly string[]>();
  const { preview, refused } = usePreview(stack, chosen);
  const head = room.objects.get(stack.object);
  const name = (user: string) => person(user, room.members.get(user)).name;
  const everybody = (preview?.authors ?? []).map((one) => one.user);
  const publish = async () => {
    setBusy("Publishing…");
    setError(undefined);
    try {
      await client.history.publish(stack.object, stack.revision, {
        description: description.trim(),
        ...(chosen ? { authors: chosen, dependencies: true } : {}),
        onAsked: (sessions) =>
          setBusy(sessions === 1 ? "Waiting for a colleague to save…" : `Waiting for ${sessions} to save…`),
      });
      tell({ tone: "good", title: `${lastSegment(head?.name ?? "")} is live` });
      onClose();
    } catch (thrown) {
      setError(asBatonError(thrown));
      setBusy(undefined);
    }
  };
  const toggle = (user: string, on: boolean) => {
    const next = (chosen ?? everybody).filter((one) => one !== user);
    const list = on ? [...next, user] : next;
    setChosen(list.length === everybody.length ? undefined : list);
  };
  return (
    <Dialog
      open
      title="Publish"
      onClose={onClose}
      foot={
        <Foot
          verb={busy ?? "Publish"}
          disabled={busy !== undefined || chosen?.length === 0}
          onClick={() => void publish()}
          onCancel={onClose}
        />
      }
    >
      <div className={css.live}>
        <p>
          <b>{head?.name}</b>{" "}
          {head?.version
            ? `goes live as version ${head.version.number + 1}.`
            : "goes live for the first time."}
        </p>
        {everybody.length > 1 && everybody.includes(room.user) && (
          <div className={css.summary}>
            <Button size="small" aria-pressed={chosen === undefined} onClick={() => setChosen(undefined)}>
              Everything
            </Button>
            <Button size="small" onClick={() => setChosen([room.user])}>
              Only mine
            </Button>
          </div>
        )}
        <div className={`${css.live} ${css.scrolling}`} data-testid="publish-changes">
          {everybody.length === 0 && <p>No changes since the published version.</p>}
          {preview?.authors.map((author) => (
            <Author
              key={author.user}
              user={author.user}
              count={author.changes}
              choosable={everybody.length > 1}
              on={chosen === undefined || chosen.includes(author.user)}
              onChange={(on) => toggle(author.user, on)}
              changes={stack.changes.filter(
                (change) => change.user === author.user && isIn(preview.changes, change.number),
              )}
            />
          ))}
        </div>
        {preview && <Needs preview={preview} stack={stack} name={name} />}
        <Unsaved stack={stack} />
        <Wrong error={error ?? refused} stack={stack} problems={preview?.problems ?? []} />
        <Area
          label="Description"
          placeholder="What colleagues should know about this version"
          maxLength={2000}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

/** What would go live now; looked at again whenever the draft changes. */
function usePreview(stack: StackState, chosen: readonly string[] | undefined) {
  const client = useClient();
  const [preview, setPreview] = useState<PublishableDoc>();
  const [refused, setRefused] = useState<BatonError>();
  const { object, revision } = stack;
  useEffect(() => {
    if (chosen?.length === 0) return undefined;
    let late = false;
    client.history.checkPublish(object, chosen).then(
      (found) => !late && (setPreview(found), setRefused(undefined)),
      (thrown: unknown) => !late && setRefused(asBatonError(thrown)),
    );
    return () => {
      late = true;
    };
  }, [client, object, revision, chosen]);
  return { preview, refused };
}

interface AuthorProps {
  user: string;
  count: number;
  choosable: boolean;
  on: boolean;
  onChange: (on: boolean) => void;
  changes: readonly ChangeDoc[];
}

function Author({ user, count, choosable, on, onChange, changes }: AuthorProps) {
  const room = useReadable(useClient().room);
  const who = person(user, room.members.get(user));
  return (
    <div className={css.author}>
      <Initials person={who} size="small" />
      <label>
        {choosable && (
          <input
            type="checkbox"
            aria-label={`Publish the changes of ${who.name}`}
            checked={on}
            onChange={(event) => onChange(event.target.checked)}
          />
        )}{" "}
        <b>
          {who.name}, {count === 1 ? "1 change" : `${count} changes`}
        </b>
      </label>
      <ul>
        {changes.slice(-SHOWN).map((change) => (
          <li key={change.number}>
            <Marked>{change.words}</Marked>
          </li>
        ))}
        {changes.length > SHOWN && <li>and {changes.length - SHOWN} more</li>}
      </ul>
    </div>
  );
}

/** What goes along because something builds upon it. */
function Needs({
  preview,
  stack,
  name,
}: {
  preview: PublishableDoc;
  stack: StackState;
  name: (user: string) => string;
}) {
  const byNumber = useMemo(
    () => new Map(stack.changes.map((change) => [change.number, change])),
    [stack.changes],
  );
  if (preview.needs.length === 0) return null;
  return (
    <Banner tone="warn" icon={<Link2 />}>
      {preview.needs.length === 1 ? "A change" : `${preview.needs.length} changes`} of others must go along,
      because something of this builds upon {preview.needs.length === 1 ? "it" : "them"}:
      <ul data-testid="publish-needs">
        {preview.needs.slice(0, SHOWN).map((need) => {
          const change = byNumber.get(need.needs);
          return (
            <li key={`${need.change} ${need.needs}`}>
              {change ? (
                <>
                  {name(change.user)}: <Marked>{change.words}</Marked>
                </>
              ) : (
                `change ${need.needs}`
              )}
            </li>
          );
        })}
      </ul>
    </Banner>
  );
}

function Unsaved({ stack }: { stack: StackState }) {
  const room = useReadable(useClient().room);
  const catalogue = useCatalogue();
  // Records are live as they are: who edits one has nothing to do with what is published.
  const locks = [...room.locks.values()].filter(
    (lock) =>
      lock.path.object === stack.object &&
      lock.session !== room.session &&
      recordOf(lock.path.item) === undefined,
  );
  return locks.map((lock) => {
    const who = person(lock.user, room.members.get(lock.user));
    const node = lock.path.item === undefined ? undefined : stack.tree.get(lock.path.item);
    return (
      <Banner key={lock.path.item ?? ""} tone="warn" icon={<PenLine />}>
        {who.name} is editing {node ? title(node, catalogue) : "the whole object"}
        {lock.unsaved > 0
          ? " and has unsaved work. They are asked to save it, for 10 s; then what is saved goes live."
          : ". All of it is saved."}
      </Banner>
    );
  });
}

function Wrong({
  error,
  stack,
  problems,
}: {
  error: BatonError | undefined;
  stack: StackState;
  problems: PublishableDoc["problems"];
}) {
  const catalogue = useCatalogue();
  const list = error && error.problems.length > 0 ? error.problems : problems;
  if (!error && list.length === 0) return null;
  return (
    <Banner tone="bad" icon={<CircleAlert />}>
      {error ? `${error.title} ${error.detail ?? error.help}` : "There is text that is not valid:"}
      {list.map((problem) => {
        const node = stack.tree.get(problem.item);
        return (
          <div key={`${problem.item} ${problem.message}`}>
            {node ? title(node, catalogue) : problem.item}: {problem.message}
          </div>
        );
      })}
    </Banner>
  );
}
