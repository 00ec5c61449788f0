import type { ClosureDoc, LockDoc } from "@baton/sdk";

import { editing } from "../kit/time.ts";
import { Tip } from "../kit/Tip.tsx";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import { countdown } from "./countdown.ts";
import css from "./locks.module.css";

/** Who works on an item, at its right edge. */
export function LockChip({
  lock,
  person,
  mine,
  now,
  tab,
}: {
  lock: LockDoc;
  person: Person;
  mine: boolean;
  now: number;
  /** Which of the holder's tabs, if there are several. */
  tab?: number | undefined;
}) {
  const words = mine ? "You are editing" : state(lock, person.name);
  return (
    <Tip text={`${words}${tab === undefined ? "" : ` in tab ${tab}`}: ${stateInWords(lock, now)}`} side="top">
      <span
        className={css.chip}
        data-testid="lock-chip"
        data-name={person.name}
        data-colour={person.colour}
        data-away={lock.state === "reconnecting"}
      >
        <Initials person={{ ...person, editing: false }} size="tiny" aria-hidden />
        {words}
        {lock.promise && !mine && `, promised in ${countdown(lock.promise.until, now)}`}
      </span>
    </Tip>
  );
}

function state(lock: LockDoc, name: string): string {
  switch (lock.state) {
    case "reconnecting":
      return `${name} is reconnecting`;
    case "handing_over":
      return `${name} is handing over`;
    case "reserved":
      return `Reserved for ${name}`;
    case "held":
      return `${name} is editing`;
  }
}

/** How a lock stands, since when, what is unsaved and what is promised. */
export function stateInWords(lock: LockDoc, now: number): string {
  const said = [STATES[lock.state] ?? editing(lock.since, lock.edited, now)];
  if (lock.unsaved > 0) said.push(`${lock.unsaved} unsaved`);
  if (lock.idle_until !== undefined && lock.idle_until > now)
    said.push(`free in ${countdown(lock.idle_until, now)} without an edit`);
  if (lock.promise) said.push(`promised in ${countdown(lock.promise.until, now)}`);
  return said.join(", ");
}

const STATES: Partial<Record<LockDoc["state"], string>> = {
  reconnecting: "reconnecting",
  handing_over: "handing over",
  reserved: "reserved",
};

/** An admin has closed it. */
export function ClosedChip({ closure, name }: { closure: ClosureDoc; name: string }) {
  return (
    <Tip text={`${name} closed it: ${closure.reason}`} side="top">
      <span className={css.chip} data-closed="true" data-testid="closed-chip">
        Closed for edits
      </span>
    </Tip>
  );
}
