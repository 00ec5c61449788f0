import { useClient } from "@baton/react";
import type { LockTimes } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import list from "../kit/list.module.css";
import { span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import css from "./console.module.css";

const FIELDS: readonly (readonly [keyof LockTimes, string, string])[] = [
  ["idle_s", "Idle", "A pen without an edit comes free"],
  ["grace_s", "Grace", "A lost connection keeps its pens"],
  ["nudge_s", "Reminder", "The holder is reminded of a request"],
  ["take_over_s", "Take-over", "The first who waits may take the pen"],
  ["request_s", "Request", "A request that nobody answers expires"],
  ["undo_s", "Undo", "A take-over can be undone"],
  ["promise_s", "Promise", "A pen can be promised for this at most"],
];

interface TimesProps {
  saved: LockTimes;
  /** How long a pen is held, in milliseconds, as measured. */
  hold: number;
  onSaved: () => void;
}

/** The times by which pens come free, as this workspace sets them. */
export function Times({ saved, hold, onSaved }: TimesProps) {
  const client = useClient();
  const { http } = useSurroundings();
  const [changed, setChanged] = useState<Partial<LockTimes>>({});
  const [reason, setReason] = useState("");
  const times = { ...saved, ...changed };
  const save = async () => {
    const good = await attempt(
      http.setLockTimes(client.workspace, times, reason.trim()),
      "The times count from now on",
    );
    if (!good) return;
    setChanged({});
    setReason("");
    onSaved();
  };
  return (
    <section className={list.section} aria-label="Times of locks">
      <h2>Times of locks</h2>
      <p className={kit.note}>
        In seconds. They count at once, also for what is held and waits. A pen was held for {span(hold)} of
        late.
      </p>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={css.fields}>
          {FIELDS.map(([key, label, hint]) => (
            <Field
              key={key}
              label={label}
              hint={hint}
              type="number"
              min={1}
              value={times[key]}
              onChange={(event) => setChanged({ ...changed, [key]: Math.round(Number(event.target.value)) })}
            />
          ))}
          <Field
            label="Reason, if you like"
            hint="Kept in the audit log"
            value={reason}
            maxLength={280}
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
        <div>
          <Button look="solid" type="submit" disabled={Object.keys(changed).length === 0}>
            Save times
          </Button>
        </div>
      </form>
    </section>
  );
}
