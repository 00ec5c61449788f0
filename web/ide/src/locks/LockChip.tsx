import type { LockDoc } from "@baton/sdk";

import { editing } from "../kit/time.ts";
import { Tip } from "../kit/Tip.tsx";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import css from "./locks.module.css";

/** Who works on an item, at its right edge. */
export function LockChip({
  lock,
  person,
  mine,
  now,
}: {
  lock: LockDoc;
  person: Person;
  mine: boolean;
  now: number;
}) {
  const words = mine ? "You are editing" : state(lock, person.name);
  return (
    <Tip text={`${words}: ${editing(lock.since, lock.edited, now)}`} side="top">
      <span
        className={css.chip}
        data-testid="lock-chip"
        data-name={person.name}
        data-colour={person.colour}
        data-away={lock.state === "reconnecting"}
      >
        <Initials person={{ ...person, editing: false }} size="tiny" aria-hidden />
        {words}
      </span>
    </Tip>
  );
}

function state(lock: LockDoc, name: string): string {
  if (lock.state === "reconnecting") return `${name} is reconnecting`;
  return lock.state === "handing_over" ? `${name} is handing over` : `${name} is editing`;
}
