import { lockOn } from "@baton/sdk";
import { useClient, useReadable } from "@baton/react";
import { CloudOff } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { ordinal } from "../kit/time.ts";
import { Banner } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useFieldState, useLockView } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { ClosureBanner } from "./ClosureBanner.tsx";
import { stateInWords } from "./LockChip.tsx";
import css from "./locks.module.css";
import { UndoOffer } from "./UndoOffer.tsx";

/** Above a form: who holds it and what one may do, or why nothing can be typed. Nothing if all is well. */
export function LockStrip({ object, item }: { object: string; item: string }) {
  const client = useClient();
  const room = useReadable(client.room);
  const view = useLockView(object, item);
  const { readOnly } = useFieldState(item, "@name");
  const now = useServerNow(1000);
  const lock = view.lock ?? lockOn(room, { object, item });
  const path = { object, item };

  if (view.closure) return <ClosureBanner closure={view.closure} />;
  if (view.mineElsewhere && lock) {
    return (
      <Strip colour={room.members.get(lock.user)?.colour ?? 0}>
        <div>You are editing this in another tab.</div>
        <div className={css.actions}>
          <Button size="small" onClick={() => void attempt(client.locks.editHere(lock.path))}>
            Edit here
          </Button>
        </div>
      </Strip>
    );
  }
  if (view.freeze) {
    if (view.freeze.to === room.user) {
      return (
        <Strip colour={room.members.get(room.user)?.colour ?? 0}>
          It goes back: you hold as many pens as one may. Your last keystrokes are being saved.
        </Strip>
      );
    }
    const to = person(view.freeze.to, room.members.get(view.freeze.to));
    return <Strip colour={to.colour}>Handing over to {to.name}. Your last keystrokes are being saved.</Strip>;
  }
  if (lock && !view.mine) {
    const who = person(lock.user, room.members.get(lock.user));
    const tab = view.session?.tab;
    return (
      <Strip colour={who.colour}>
        <div className={css.stripHead}>
          <Initials person={who} size="small" />
          <div>
            <b>{who.name}</b>
            {tab !== undefined && ` (tab ${tab})`}: {stateInWords(lock, now)}
          </div>
        </div>
        {view.request ? (
          <div className={css.quietly}>
            You asked{view.request.path.item === undefined && " for the whole object"}:{" "}
            {ordinal(view.place ?? view.request.place)} in the queue.
          </div>
        ) : (
          <Ask name={who.name} send={(note) => attempt(client.locks.request(path, note))} />
        )}
        <UndoOffer lock={lock} />
      </Strip>
    );
  }
  if (lock && view.mine && !readOnly && lock.undo_until !== undefined) return <UndoOffer lock={lock} />;
  switch (readOnly?.why) {
    case "uncertain":
      return (
        <Banner tone="warn" icon={<CloudOff />}>
          It is not sure that the pen is still yours. Typing waits; what you typed is kept.
        </Banner>
      );
    case "role":
      return <Banner>Your role lets you look. Ask an owner or admin to make you a developer.</Banner>;
    case "stopped":
    case "connecting":
      return <Banner icon={<CloudOff />}>Reconnecting… your edits are kept.</Banner>;
    case "gone":
      return <Banner tone="warn">Somebody deleted this. What you typed is kept as a parked draft.</Banner>;
    default:
      return null;
  }
}

function Strip({ colour, children }: { colour: number; children: ReactNode }) {
  return (
    <div className={css.strip} data-colour={colour} role="status">
      {children}
    </div>
  );
}

/** Asks at once; with the note that one adds. */
function Ask({ name, send }: { name: string; send: (note: string) => Promise<boolean> }) {
  const [sent, setSent] = useState(false);
  return (
    <div className={css.actions}>
      <Button
        size="small"
        data-ask="true"
        disabled={sent}
        onClick={() => {
          setSent(true);
          void send("").then((good) => setSent(good));
        }}
      >
        Ask {name} for it
      </Button>
    </div>
  );
}
