import { useClient } from "@baton/react";
import type { LockDoc } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Area } from "../kit/Field.tsx";
import { editing } from "../kit/time.ts";
import { Initials } from "../presence/Initials.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { attempt } from "./tell.ts";
import { useNames } from "./useNames.ts";

/** Says once and quietly that somebody else has the pen, and offers to ask for it. */
export function LockedCard({ lock, onClose }: { lock: LockDoc; onClose: () => void }) {
  const { locks } = useClient();
  const { who, what } = useNames();
  const now = useServerNow(1000);
  const [note, setNote] = useState<string>();
  const [busy, setBusy] = useState(false);
  const person = who(lock.user);
  const send = () => {
    setBusy(true);
    void attempt(locks.request(lock.path, note?.trim() ?? "")).then(() => setBusy(false));
  };
  return (
    <CardFrame
      kind="locked"
      sign={<Initials person={person} size="small" />}
      onClose={onClose}
      actions={
        note === undefined && (
          <Button size="small" onClick={() => setNote("")}>
            Request access
          </Button>
        )
      }
      form={
        note !== undefined && (
          <form
            className={css.form}
            style={{ padding: 0 }}
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <Area
              label="Note"
              rows={2}
              maxLength={280}
              autoFocus
              value={note}
              placeholder={`What ${person.name} should know`}
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !event.shiftKey) {
                  event.preventDefault();
                  send();
                } else if (event.key === "Escape") setNote(undefined);
              }}
            />
            <div className={css.actions} style={{ padding: 0 }}>
              <Button size="small" look="solid" type="submit" disabled={busy}>
                Send request
              </Button>
              <Button size="small" look="plain" onClick={() => setNote(undefined)}>
                Not now
              </Button>
            </div>
          </form>
        )
      }
    >
      <b>{person.name} is editing</b> {what(lock.path)}
      <div className={css.note}>{editing(lock.since, lock.edited, now)}</div>
    </CardFrame>
  );
}
