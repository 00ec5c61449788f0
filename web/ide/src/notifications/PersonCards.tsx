import { useClient } from "@baton/react";
import type { ChatLineDoc, LockDoc, RequestDoc } from "@baton/sdk";
import { queueOn } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { ago, editing, ordinal } from "../kit/time.ts";
import { Initials } from "../presence/Initials.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { attempt } from "./tell.ts";
import { useNames } from "./useNames.ts";

/** A colleague asks for the pen. It stays until it is answered or has ended. */
export function RequestCard({ request }: { request: RequestDoc }) {
  const { locks } = useClient();
  const { who, what } = useNames();
  const now = useServerNow(5000);
  const [busy, setBusy] = useState(false);
  const person = who(request.user);
  const answer = (call: Promise<void>) => {
    setBusy(true);
    void attempt(call).finally(() => setBusy(false));
  };
  return (
    <CardFrame
      kind="request"
      sign={<Initials person={person} size="small" />}
      colour={person.colour}
      actions={
        <>
          <Button size="small" look="solid" disabled={busy} onClick={() => answer(locks.grant(request.id))}>
            Grant
          </Button>
          <Button size="small" disabled={busy} onClick={() => answer(locks.ignore(request.id))}>
            Ignore
          </Button>
        </>
      }
    >
      <b>{person.name}</b> asks for <b>{what(request.path)}</b>
      {request.note && <p>“{request.note}”</p>}
      <div className={css.note}>{ago(request.since, now)}</div>
    </CardFrame>
  );
}

/** One's own request and its place in the queue. */
export function WaitingCard({ request, lock }: { request: RequestDoc; lock: LockDoc | null }) {
  const client = useClient();
  const { who, what } = useNames();
  const now = useServerNow(1000);
  const holder = lock ? who(lock.user) : undefined;
  const queue = queueOn(client.room.get(), request.path);
  const place = Math.max(1, queue.findIndex((one) => one.id === request.id) + 1);
  return (
    <CardFrame
      kind="waiting"
      sign={holder && <Initials person={holder} size="small" />}
      actions={
        <Button size="small" onClick={() => void attempt(client.locks.cancel(request.id))}>
          Take it back
        </Button>
      }
    >
      You asked{holder && ` ${holder.name}`} for <b>{what(request.path)}</b>
      <div className={css.note}>
        <span data-testid="queue-place">You are {ordinal(place)} in line</span>
        {lock && holder && `; ${holder.name} is ${editing(lock.since, lock.edited, now)}`}
      </div>
    </CardFrame>
  );
}

/** What somebody said. */
export function ChatCard({
  line,
  onClose,
  onReply,
}: {
  line: ChatLineDoc;
  onClose: () => void;
  onReply: () => void;
}) {
  const { who } = useNames();
  const { openObject } = useNavigation();
  const person = who(line.user);
  const { link } = line;
  return (
    <CardFrame
      kind="chat"
      sign={<Initials person={person} size="small" />}
      onClose={onClose}
      actions={
        <>
          <Button size="small" onClick={onReply}>
            Reply
          </Button>
          {link && (
            <Button size="small" look="plain" onClick={() => openObject(link.object, link.item)}>
              Go there
            </Button>
          )}
        </>
      }
    >
      <b>{person.name}</b>
      <p className={css.said}>{line.text}</p>
    </CardFrame>
  );
}
