import { useClient, useReadable } from "@baton/react";
import { closureOn, lockOn, type ObjectHeadDoc, type StackState } from "@baton/sdk";
import { CloudOff, FileX2 } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { Banner, Empty } from "../kit/Words.tsx";
import { ClosureBanner } from "../locks/ClosureBanner.tsx";
import { lockMet } from "../notifications/usePassing.ts";
import { people, person } from "../presence/people.ts";
import { LockChip } from "../locks/LockChip.tsx";
import { PeopleRow } from "../presence/PeopleRow.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { lockItem } from "../stack-editor/node.ts";
import { StackView } from "../stack-editor/StackView.tsx";
import { TableView } from "../tables/TableView.tsx";
import { useNavigation } from "./navigation.ts";
import { ObjectMenu } from "./ObjectMenu.tsx";
import css from "./page.module.css";
import { kindWord, lastSegment } from "./tree.ts";

interface ObjectPageProps {
  object: string;
  head: ObjectHeadDoc | undefined;
  stack: StackState | null;
  mayEdit: boolean;
}

/** An open object: its name, who is on it, why it cannot be edited if so, and its content. */
export function ObjectPage({ object, head, stack, mayEdit }: ObjectPageProps) {
  const client = useClient();
  const room = usePlaces();
  const { select } = useNavigation();
  const { held } = useReadable(client.status);
  const here = people(room, (at) => at.object === object, object);
  useLockNotice(object, stack);
  const parts = useMemo(
    () => ({ inputs: head?.kind !== "task", response: head?.kind !== "task" && head?.kind !== "trigger" }),
    [head?.kind],
  );
  const ready = stack?.object === object && stack.status === "ready";
  return (
    <div className={css.view}>
      <div>
        <div className={css.bar}>
          <h1 className={css.barTitle}>{head ? lastSegment(head.name) : "Not there"}</h1>
          <span className={css.barKind}>
            {head && kindWord(head.kind)}
            {head?.version ? ` · v${head.version.number} live` : head ? " · never published" : ""}
          </span>
          <WholeChip object={object} />
          <PeopleRow
            people={here}
            me={room.user}
            name="People here"
            testId="object-people"
            size="small"
            onPick={(person) => {
              const item = person.sessions.map((one) => room.locations.get(one.id)?.item).find(Boolean);
              if (item) select(item);
            }}
          />
          {head && <ObjectMenu head={head} mayEdit={mayEdit} />}
        </div>
        <div className={css.banners}>
          {held && (
            <Banner tone="warn" icon={<CloudOff />}>
              The server's store does not answer right now. Your edits are kept and sent as soon as it does.
            </Banner>
          )}
          <ObjectClosure object={object} />
          {!mayEdit && <Banner>You are a viewer here: you may look and chat, not edit.</Banner>}
        </div>
      </div>
      {ready ? (
        head?.kind === "table" ? (
          <TableView stack={stack} readOnly={!mayEdit} />
        ) : (
          <StackView object={object} nodes={stack.tree} parts={parts} readOnly={!mayEdit} />
        )
      ) : stack?.object === object && stack.status === "failed" ? (
        <Empty icon={<FileX2 />} title={stack.error?.title ?? "It could not be opened"}>
          {stack.error?.help}
        </Empty>
      ) : (
        <Empty title={head ? "Loading…" : "There is nothing here for you"}>
          {head ? "" : "It may have been deleted."}
        </Empty>
      )}
    </div>
  );
}

/** Who holds the pen of the whole object. Its items do not say it one by one. */
function WholeChip({ object }: { object: string }) {
  const room = useReadable(useClient().room);
  const now = useServerNow(1_000);
  const lock = room.locks.get(object);
  if (!lock) return null;
  const holder = person(lock.user, room.members.get(lock.user));
  return <LockChip lock={lock} person={holder} mine={lock.session === room.session} now={now} />;
}

function ObjectClosure({ object }: { object: string }) {
  const closure = closureOn(useReadable(useClient().room), { object });
  return closure ? <ClosureBanner closure={closure} /> : null;
}

/** Says in the corner that the selected item is another's: once for each lock. */
function useLockNotice(object: string, stack: StackState | null) {
  const room = useReadable(useClient().room);
  const { place } = useNavigation();
  const said = useRef<string>(undefined);
  const wasMine = useRef(false);
  const item = place.item === undefined || !stack ? undefined : lockItem(stack.tree, place.item);
  const lock = item === undefined ? null : lockOn(room, { object, item });
  const foreign = lock !== null && lock.session !== room.session ? lock : null;
  const key =
    foreign &&
    `${foreign.session} ${foreign.path.item ?? ""} ${foreign.fence.epoch} ${foreign.fence.counter}`;
  const mine = lock !== null && !foreign;
  useEffect(() => {
    // Coming back to it later is opening it again.
    said.current = undefined;
    wasMine.current = false;
  }, [item]);
  useEffect(() => {
    if (mine) wasMine.current = true;
    if (!foreign || key === null || said.current === key) return;
    said.current = key;
    // Who just gave the pen away knows who has it.
    if (!wasMine.current) lockMet.emit(foreign);
    wasMine.current = false;
  }, [foreign, key, mine]);
}
