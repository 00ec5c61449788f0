import { expect, it } from "vitest";

import { Activity, ACTIVITY_MS } from "../src/activity.ts";
import type { Clock } from "../src/environment.ts";
import type { ClientFrame, PresenceDoc, SessionDoc } from "../src/protocol.ts";
import { emptyRoom, reduce } from "../src/reduce.ts";

/** A clock that goes when it is told to. */
class Slow implements Clock {
  now = 0;
  #due: { at: number; run: () => void }[] = [];
  monotonic = () => this.now;
  after(ms: number, run: () => void) {
    const one = { at: this.now + ms, run };
    this.#due.push(one);
    return () => {
      this.#due = this.#due.filter((other) => other !== one);
    };
  }
  pass(ms: number) {
    this.now += ms;
    const due = this.#due.filter((one) => one.at <= this.now);
    this.#due = this.#due.filter((one) => one.at > this.now);
    for (const one of due) one.run();
  }
}

it("reports the first input at once and sums up what follows", () => {
  const clock = new Slow();
  const said: ClientFrame[] = [];
  let linked = true;
  const activity = new Activity((frame) => linked && said.push(frame) > 0, clock);
  activity.note("keys");
  expect(said).toEqual([{ type: "activity", keys: 1, pointer: 0 }]);
  for (let n = 0; n < 7; n += 1) activity.note("pointer");
  clock.pass(ACTIVITY_MS - 1);
  expect(said.length).toBe(1);
  clock.pass(1);
  expect(said[1]).toEqual({ type: "activity", keys: 0, pointer: 7 });
  // What could not be said is said with the next.
  linked = false;
  clock.pass(ACTIVITY_MS);
  activity.note("keys");
  linked = true;
  activity.note("keys");
  clock.pass(ACTIVITY_MS);
  expect(said[2]).toEqual({ type: "activity", keys: 2, pointer: 0 });
  // Who has just chosen to be away still moves the mouse.
  activity.ignoreFor(10_000);
  activity.note("pointer");
  clock.pass(ACTIVITY_MS);
  expect(said.length).toBe(3);
});

it("applies a roster: what is gone, then what is there", () => {
  const session = (id: string): SessionDoc => ({
    id,
    user: "ben",
    tab: 1,
    device: "",
    state: "connected",
    since: 0,
    active: 0,
    location: { page: "home" },
  });
  const ben: PresenceDoc = {
    user: "ben",
    status: "offline",
    previous: "online",
    reason: "disconnect",
    since: 0,
    bot: false,
  };
  const before = reduce(emptyRoom("w"), { d: "session", ...session("one") });
  const after = reduce(before, { d: "roster", gone: ["one"], sessions: [session("two")], presence: [ben] });
  expect([...after.sessions.keys()]).toEqual(["two"]);
  expect([...after.locations.keys()]).toEqual(["two"]);
  expect(after.presence.get("ben")).toEqual(ben);
  const removed = reduce(after, { d: "member_removed", user: "ben" });
  expect(removed.presence.size).toBe(0);
});
