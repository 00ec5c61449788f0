import { useClient, useMay, useReadable } from "@baton/react";
import type { LockDoc } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { attempt } from "../notifications/tell.ts";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { countdown } from "./countdown.ts";
import css from "./locks.module.css";

/** For five minutes, and until something is written: the way back from a take-over. */
export function UndoOffer({ lock }: { lock: LockDoc }) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(1000);
  const may = useMay(lock.path, "undo", lock.undo_until !== undefined);
  if (!may || lock.undo_until === undefined) return null;
  const who = person(lock.user, room.members.get(lock.user));
  const mine = lock.user === room.user;
  return (
    <div className={css.strip} data-colour={who.colour} data-testid="undo-offer">
      <div>
        {mine ? "You" : who.name} took the pen. While nothing is written it can go back for{" "}
        <b className={css.count}>{countdown(lock.undo_until, now)}</b>.
      </div>
      <div className={css.actions}>
        <Button size="small" onClick={() => void attempt(client.locks.undo(lock.path), "The pen went back")}>
          Undo the take-over
        </Button>
      </div>
    </div>
  );
}
