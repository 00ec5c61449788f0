import { useClient, useReadable } from "@baton/react";
import { asBatonError, type BatonError, type ChangeDoc, type StackState } from "@baton/sdk";
import { CircleAlert, PenLine } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Area } from "../kit/Field.tsx";
import { Banner, Marked } from "../kit/Words.tsx";
import { tell } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { lastSegment } from "../shell/tree.ts";
import css from "./history.module.css";

/** What goes live, by author; who has unsaved work; a description. */
export function PublishDialog({ stack, onClose }: { stack: StackState; onClose: () => void }) {
  const client = useClient();
  const room = useReadable(client.room);
  const catalogue = useCatalogue();
  const [description, setDescription] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BatonError>();
  const head = room.objects.get(stack.object);
  const open = stack.changes.filter((change) => change.reverted_by === undefined && change.kind !== "revert");
  const byAuthor = grouped(open);
  const unsaved = [...room.locks.values()].filter(
    (lock) => lock.path.object === stack.object && lock.session !== room.session,
  );
  const publish = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await client.publish(stack.object, stack.revision, description.trim());
      tell({ tone: "good", title: `${lastSegment(head?.name ?? "")} is live` });
      onClose();
    } catch (thrown) {
      setError(asBatonError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title="Publish"
      onClose={onClose}
      foot={
        <>
          <Button look="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button look="solid" disabled={busy} onClick={() => void publish()}>
            {busy ? "Publishing…" : "Publish"}
          </Button>
        </>
      }
    >
      <div className={css.live}>
        <p>
          <b>{head?.name}</b>{" "}
          {head?.version
            ? `goes live as version ${head.version.number + 1}.`
            : "goes live for the first time."}
        </p>
        <div className={`${css.live} ${css.scrolling}`}>
          {byAuthor.length === 0 && <p>No changes since the published version.</p>}
          {byAuthor.map(([user, changes]) => {
            const who = person(user, room.members.get(user));
            return (
              <div key={user} className={css.author}>
                <Initials person={who} size="small" />
                <b>
                  {who.name}, {changes.length === 1 ? "1 change" : `${changes.length} changes`}
                </b>
                <ul>
                  {changes.map((change) => (
                    <li key={change.number}>
                      <Marked>{change.words}</Marked>
                    </li>
                  ))}
                </ul>
              </div>
            );
          })}
        </div>
        {unsaved.map((lock) => {
          const who = person(lock.user, room.members.get(lock.user));
          const node = lock.path.item === undefined ? undefined : stack.tree.get(lock.path.item);
          return (
            <Banner key={lock.path.item ?? ""} tone="warn" icon={<PenLine />}>
              {who.name} is editing {node ? title(node, catalogue) : "the whole object"}
              {lock.unsaved > 0 ? " and has unsaved work, which will not be in it." : ". All of it is saved."}
            </Banner>
          );
        })}
        {error && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error.title} {error.detail ?? error.help}
            {error.problems.map((problem) => {
              const node = stack.tree.get(problem.item);
              return (
                <div key={`${problem.item} ${problem.message}`}>
                  {node ? title(node, catalogue) : problem.item}: {problem.message}
                </div>
              );
            })}
          </Banner>
        )}
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

function grouped(changes: readonly ChangeDoc[]): readonly (readonly [string, readonly ChangeDoc[]])[] {
  const found = new Map<string, ChangeDoc[]>();
  for (const change of changes) found.set(change.user, [...(found.get(change.user) ?? []), change]);
  return [...found];
}
