import { expect, test } from "vitest";
import { closureOn, deadlocksOfMember, placeOf, promiseOf, requestsForSession } from "../src/index.ts";
import type { LockPathDoc, RequestDoc } from "../src/index.ts";
import type { LockKeeper } from "../src/locks.ts";
import { ANA, lockOf, ME, OBJECT, session, settle, snapshotOf, Stage } from "./stage.ts";

const path = { object: OBJECT, item: "a" };

function asks(id: string, of: string, user: string, more: Partial<RequestDoc> = {}) {
  const told = { note: "", since: 0, place: 9, ignored_by: [], nudged: false };
  return { d: "request" as const, id, path: path as LockPathDoc, session: of, user, ...told, ...more };
}

async function begun(): Promise<Stage> {
  const stage = new Stage();
  await stage.begin();
  return stage;
}

test("a place is counted from the older open requests that overlap, whatever was told when it came", async () => {
  const stage = await begun();
  const place = (id: string) => {
    const room = stage.client.room.get();
    const request = room.requests.get(id);
    return request && placeOf(room, request);
  };
  await stage.deltas(
    asks("r1", "s3", ANA),
    asks("r2", "s4", ANA, { path: { object: OBJECT, item: "b" } }),
    asks("r3", "s5", ANA, { path: { object: OBJECT } }),
    asks("r4", "s1", ME),
  );
  expect(["r1", "r2", "r3", "r4"].map(place)).toEqual([1, 1, 3, 3]);
  // Told again, it keeps its turn; ended, those behind it move up.
  await stage.deltas(asks("r1", "s3", ANA, { nudged: true }));
  expect(place("r1")).toBe(1);
  await stage.deltas({ d: "request_ended", request: "r1", path, session: "s3", how: "expired" });
  expect(["r2", "r3", "r4"].map(place)).toEqual([1, 2, 2]);
});

test("decline and promise say what the holder means; the asker hears the reason", async () => {
  const stage = await begun();
  void stage.client.locks.decline("r1", "in the middle of it");
  expect(stage.last("answer_request")).toMatchObject({ answer: "decline", reason: "in the middle of it" });
  void stage.client.locks.promise("r1", 5);
  expect(stage.last("answer_request")).toMatchObject({ answer: "promise", within_ms: 300_000 });

  await stage.deltas(asks("r2", "s1", ME));
  const ended = { d: "request_ended" as const, request: "r2", path, session: "s1" };
  await stage.deltas({ ...ended, how: "declined", reason: "not now" });
  expect(stage.notices).toContainEqual(
    expect.objectContaining({ kind: "request_ended", how: "declined", mine: true, reason: "not now" }),
  );
  await stage.deltas(asks("r3", "s1", ME), { ...ended, request: "r3", how: "yielded" });
  expect(stage.notices.at(-1)).toMatchObject({ kind: "request_ended", how: "yielded", mine: true });
});

test("what one may do is what the server says; what a take-over gives can be written under", async () => {
  const stage = await begun();
  const theirs = { d: "lock" as const, ...lockOf("a", { session: "s-ana", user: ANA }) };
  await stage.deltas(theirs, asks("r0", "s3", "ben"), asks("r1", "s1", ME, { take_over: 500 }));
  const explained = stage.client.locks.explain(path);
  await stage.answer("explain", { kind: "explained", path, queue: [], may: ["wait", "take_over"] });
  expect((await explained).may).toEqual(["wait", "take_over"]);
  await stage.deltas({ ...theirs, promise: { request: "r1", until: 9_000 } });
  const room = stage.client.room.get();
  expect(promiseOf(room, asks("r1", "s1", ME))).toBe(9_000);

  void stage.client.locks.takeOver("r1");
  expect(stage.last("take_over")).toMatchObject({ request: "r1" });
  const fence = { epoch: 1, counter: 7 };
  await stage.answer("take_over", { kind: "receipt", result: "acquired", fence, revision: 1 });
  expect((stage.client.locks as LockKeeper).fence(path)).toEqual(fence);
});

test("a lock that was taken over says by whom; undone, it comes back with what was parked", async () => {
  const stage = await begun();
  const mine = { d: "lock" as const, ...lockOf("a", { session: "s1", user: ME }) };
  const taken = { ...lockOf("a", { session: "s-ana", user: ANA }, 2), undo_until: 9_000 };
  const ended = { d: "lock_ended" as const, path, session: "s1", revision: 1 };
  await stage.deltas(mine, { ...ended, why: "taken_over", by: ANA }, { d: "lock", ...taken });
  expect(stage.notices).toContainEqual({ kind: "lost", path, why: "taken_over", unsaved: 0, by: ANA });
  await stage.deltas(
    { ...ended, session: "s-ana", why: "undone" },
    { d: "lock", ...lockOf("a", { session: "s1", user: ME }, 3) },
    { d: "undone", path, parked: ["p1"] },
  );
  expect(stage.notices.at(-1)).toEqual({ kind: "undone", path, parked: ["p1"] });
  expect((stage.client.locks as LockKeeper).fence(path)).toEqual({ epoch: 1, counter: 3 });
  void stage.client.locks.undo(path);
  expect(stage.last("undo")).toMatchObject({ path });
});

test("what an admin has closed cannot be typed in, says why, and opens again", async () => {
  const stage = await begun();
  const closure = { path: { object: OBJECT }, user: ANA, reason: "migration", since: 5 };
  await stage.deltas({ d: "closed", ...closure });
  expect(closureOn(stage.client.room.get(), path)).toEqual(closure);
  expect(stage.client.locks.view(path).get().closure).toEqual(closure);
  expect(stage.client.editing.field("a", "value").get().readOnly).toEqual({ why: "closed", closure });
  expect(stage.notices.at(-1)).toEqual({ kind: "closed", closure });
  stage.client.editing.type("a", "value", "x");
  expect(stage.said("acquire")).toEqual([]);
  await stage.deltas({ d: "reopened", path: { object: OBJECT }, by: ANA });
  expect(stage.client.editing.field("a", "value").get().readOnly).toBeNull();
  void stage.client.locks.closeEditing(path, "why");
  void stage.client.locks.reopen(path);
  await settle();
  expect(stage.last("close_editing")).toMatchObject({ path, reason: "why" });
  expect(stage.last("reopen")).toMatchObject({ path });
});

test("closures and deadlocks stand in a snapshot too, and a deadlock is shown to those in it", async () => {
  const stage = new Stage();
  stage.client.start();
  const { d: _, ...theirs } = asks("r1", "s-ana", ANA);
  const { d: __, ...mine } = asks("r2", "s1", ME, { path: { object: OBJECT, item: "b" } });
  const deadlock = { id: "r2", requests: ["r1", "r2"], agreed: [], yields: 30_000 };
  const closure = { path: { object: "other" }, user: ANA, reason: "", since: 0 };
  const sessions = [session("s1", ME), session("s-ana", ANA)];
  await stage.welcome({
    snapshot: snapshotOf({ sessions, requests: [theirs, mine], deadlocks: [deadlock], closures: [closure] }),
  });
  expect(stage.client.room.get().closures.size).toBe(1);
  expect(deadlocksOfMember(stage.client.room.get())).toEqual([deadlock]);
  await stage.deltas({ d: "deadlock", ...deadlock, agreed: [ANA] });
  expect(deadlocksOfMember(stage.client.room.get())[0]?.agreed).toEqual([ANA]);
  await stage.deltas({ d: "deadlock_ended", deadlock: "r2" });
  expect(deadlocksOfMember(stage.client.room.get())).toEqual([]);
});

test("a swap sends what is typed in what one gives before it agrees", async () => {
  const stage = await begun();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  await stage.deltas(
    asks("r1", "s-ana", ANA),
    asks("r2", "s1", ME, { path: { object: OBJECT, item: "b" } }),
    { d: "deadlock", id: "r2", requests: ["r1", "r2"], agreed: [] },
  );
  void stage.client.locks.swap("r2");
  await settle();
  expect(stage.last("edit")).toMatchObject({ op: { text: "x" } });
  expect(stage.said("swap")).toEqual([]);
  await stage.apply(2);
  expect(stage.last("swap")).toMatchObject({ deadlock: "r2" });
});

test("the holder hears who forced it and why", async () => {
  const stage = await begun();
  await stage.deltas(
    { d: "lock", ...lockOf("a", { session: "s1", user: ME }) },
    { d: "lock_ended", path, session: "s1", why: "forced", revision: 1, by: ANA, reason: "release" },
  );
  const told = { kind: "lost", path, why: "forced", unsaved: 0, by: ANA, reason: "release" };
  expect(stage.notices).toContainEqual(told);
});

test("who ignores a request ignores it for themselves", async () => {
  const stage = await begun();
  await stage.deltas(
    { d: "lock", ...lockOf("a", { session: "s1", user: ME }) },
    asks("r1", "s3", "ben", { ignored_by: [ANA] }),
    asks("r2", "s4", "cleo", { ignored_by: [ME] }),
  );
  expect(requestsForSession(stage.client.room.get()).map((one) => one.id)).toEqual(["r1"]);
});

test("who is passed over in line hears of it, and the granter that an asker has left", async () => {
  const stage = await begun();
  await stage.deltas(asks("r1", "s1", ME), asks("r2", "s3", "ben"), {
    d: "request_ended",
    request: "r2",
    path,
    session: "s3",
    how: "granted",
  });
  expect(stage.notices).toContainEqual({ kind: "passed_over", path, user: "ben" });
  const other = { object: OBJECT, item: "b" };
  await stage.deltas(
    { d: "lock", ...lockOf("b", { session: "s1", user: ME }) },
    asks("r3", "s9", ANA, { path: other }),
    { d: "request_ended", request: "r3", path: other, session: "s9", how: "expired" },
  );
  expect(stage.notices.at(-1)).toMatchObject({ kind: "request_ended", mine: false, left: true });
});

test("given back after changes tells those at the object which revisions; unused it tells nobody", async () => {
  const stage = await begun();
  stage.client.open(OBJECT);
  const theirs = { d: "lock" as const, ...lockOf("a", { session: "s-ana", user: ANA }) };
  const ended = { d: "lock_ended" as const, path, session: "s-ana", revision: 4 };
  const before = stage.notices.length;
  await stage.deltas(theirs, { ...ended, why: "abandoned" });
  expect(stage.notices.slice(before)).toEqual([]);
  await stage.deltas(theirs, { ...ended, why: "released", wrote: 2 });
  const told = { kind: "released", path, user: ANA, why: "released", revisions: [2, 4] };
  expect(stage.notices.slice(before)).toEqual([told]);
});
