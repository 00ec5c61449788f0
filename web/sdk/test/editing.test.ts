import { expect, test } from "vitest";
import { fieldText, stepNumbers } from "../src/index.ts";
import {
  ANA,
  lockOf,
  ME,
  OBJECT,
  objectOf,
  operation,
  session,
  settle,
  snapshotOf,
  STREAM,
  Stage,
  StageLocks,
} from "./stage.ts";

const path = { object: OBJECT, item: "a" };
const field = (stage: Stage, item = "a") => stage.client.editing.field(item, "value").get();
const shown = (stage: Stage, item = "a") => fieldText(stage.client.stack.get()?.tree.get(item), "value");

test("typing begins at once, acquires with the first key, and is sent with the grant and 400 ms after the last key", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "1x");
  expect(field(stage)).toMatchObject({ text: "1x", state: "unsaved", readOnly: null });
  expect(stage.said("acquire")).toMatchObject([{ path }]);
  await stage.clock.pass(500);
  expect(stage.said("edit")).toEqual([]);
  await stage.grant("a");
  expect(stage.said("edit")).toMatchObject([
    {
      object: OBJECT,
      fence: { counter: 1 },
      base_revision: 1,
      op: { op: "set", item: "a", field: "value", text: "1x" },
    },
  ]);
  expect(field(stage).state).toBe("saving");
  await stage.apply(2);
  expect(field(stage)).toEqual({ text: "1x", state: "saved", readOnly: null });
  stage.client.editing.type("a", "value", "1xy");
  await stage.clock.pass(399);
  expect(stage.said("edit")).toHaveLength(1);
  await stage.clock.pass(1);
  expect(stage.last("edit")).toMatchObject({ base_revision: 2, prev_op: stage.said("edit")[0]?.op_id });
});

test("while keys keep coming a field is sent every 2 s at the latest", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "0");
  await stage.grant("a");
  for (let key = 1; key <= 9; key += 1) {
    await stage.clock.pass(200);
    stage.client.editing.type("a", "value", `${key}`);
  }
  expect(stage.said("edit")).toHaveLength(0);
  await stage.clock.pass(200);
  expect(stage.last("edit").op).toMatchObject({ text: "9" });
});

test("a newer text replaces one that waits behind another operation on the same step", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  for (const text of ["x", "xy", "xyz"]) {
    stage.client.editing.type("a", "value", text);
    stage.client.editing.blur("a", "value");
    await settle();
  }
  expect(stage.said("edit").map((frame) => frame.op)).toMatchObject([{ text: "x" }]);
  await stage.apply(2);
  expect(stage.said("edit").map((frame) => frame.op)).toMatchObject([{ text: "x" }, { text: "xyz" }]);
  expect(shown(stage)).toBe("xyz");
});

test("typing in another step gives the first one back as soon as nothing in it is unacknowledged", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  await stage.clock.pass(400);
  stage.client.editing.type("b", "value", "y");
  await settle();
  expect(stage.said("release")).toEqual([]);
  await stage.apply(2);
  expect(stage.said("release")).toMatchObject([{ path, fence: { counter: 1 } }]);
});

test("freeze: what is typed goes out under the old fence, then flushed, and the field is read-only with the reason", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  stage.client.editing.type("a", "value", "last words");
  await stage.deltas({ d: "freeze", path, fence: { epoch: 1, counter: 1 }, to: ANA, within_ms: 3_000 });
  const tail = stage.socket.heard.filter((frame) => frame.type === "edit" || frame.type === "flushed");
  expect(tail).toMatchObject([
    { type: "edit", op: { text: "last words" } },
    { type: "flushed", path },
  ]);
  expect(field(stage)).toMatchObject({ text: "last words", readOnly: { why: "handing_over", to: ANA } });
  await stage.apply(2);
  await stage.deltas(
    { d: "lock_ended", path, session: "s1", why: "handed_over", revision: 2 },
    { d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }, 2) },
  );
  expect(field(stage)).toMatchObject({ text: "last words", state: "saved", readOnly: { why: "locked" } });
  expect(stage.notices).toContainEqual({ kind: "lost", path, why: "handed_over", unsaved: 0, by: ANA });
});

test("saved before the pen moved, told in one frame: nothing is said to be parked", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  stage.client.editing.type("a", "value", "last words");
  await stage.deltas({ d: "freeze", path, fence: { epoch: 1, counter: 1 }, to: ANA, within_ms: 3_000 });
  const { id, op_id, op } = stage.last("edit");
  const [after, upto] = [stage.upto, (stage.upto += 3)];
  const theirs = { d: "lock" as const, ...lockOf("a", { session: "s-ana", user: ANA }, 2) };
  const ended = { d: "lock_ended" as const, path, session: "s1", why: "handed_over" as const, revision: 2 };
  // As the server sends a turn: the answer, and the end of the lock right behind it.
  stage.socket.say(
    { type: "deltas", stream: STREAM, after, upto: after + 1, deltas: [operation(2, op_id, op, ME)] },
    { type: "reply", re: id ?? -1, ok: { kind: "receipt", result: "edited", revision: 2, change: 1 } },
    { type: "deltas", stream: STREAM, after: after + 1, upto, deltas: [ended, theirs] },
  );
  await settle();
  expect(stage.notices.filter((one) => one.kind === "lost")).toEqual([
    { kind: "lost", path, why: "handed_over", unsaved: 0, by: ANA },
  ]);
  expect(field(stage)).toMatchObject({ text: "last words", state: "saved" });
});

test("a lock that is taken away: what was typed is sent under the old fence and comes back as parked", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  await stage.deltas(
    { d: "lock_ended", path, session: "s1", why: "forced", revision: 1 },
    { d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }, 2) },
  );
  expect(stage.last("edit")).toMatchObject({ fence: { counter: 1 }, op: { text: "x" } });
  expect(stage.notices.filter((one) => one.kind === "lost")).toEqual([]);
  await stage.answer("edit", { kind: "receipt", result: "parked", parked: "p1", reason: "stale_fence" });
  expect(field(stage)).toMatchObject({ text: "1", state: "parked", draft: "p1", reason: "stale_fence" });
  expect(shown(stage)).toBe("1");
  expect(stage.notices).toContainEqual({ kind: "lost", path, why: "forced", unsaved: 1, by: ANA });
  expect(await stage.storage.list("w", ME)).toEqual([]);
  await stage.deltas({ d: "parked_ended", parked: "p1" });
  expect(field(stage).state).toBe("saved");
});

test("typed while an acquire was open that was then refused: kept in this browser, with the reason", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  const holder = lockOf("a", { session: "s-ana", user: ANA });
  await stage.deltas({ d: "lock", ...holder });
  await stage.answer("acquire", { kind: "receipt", result: "busy", holder });
  expect(stage.last("edit")).not.toHaveProperty("fence");
  await stage.refuse("edit", "locked");
  expect(field(stage)).toMatchObject({ text: "1", state: "kept", readOnly: { why: "locked" } });
  expect(stage.client.editing.kept.get()).toMatchObject([{ object: OBJECT, op: { text: "x" } }]);
  expect(await stage.storage.list("w", ME)).toMatchObject([{ refused: { code: "locked" } }]);
  await stage.client.editing.discardKept(stage.client.editing.kept.get().map((edit) => edit.opId));
  expect(field(stage).state).toBe("saved");
  expect(await stage.storage.list("w", ME)).toEqual([]);
});

test("a step is shown before it is acknowledged and taken back with a reason when it is refused", async () => {
  const stage = new Stage();
  await stage.begin();
  const seed = { id: "n", kind: "step" as const, word: "var", fields: [] };
  const added = stage.client.editing.insert("stack", "a", [seed]);
  const outcome = expect(added).rejects.toMatchObject({ code: "locked_below" });
  expect(stage.client.stack.get()?.tree.get("stack")?.children).toEqual(["a", "n", "b"]);
  await settle();
  await stage.refuse("edit", "locked_below");
  await outcome;
  expect(stage.client.stack.get()?.tree.get("stack")?.children).toEqual(["a", "b"]);
  expect(stage.notices).toContainEqual(expect.objectContaining({ kind: "rolled_back", words: "add *var*" }));
});

test("others' operations go below one's own, whichever of operation and receipt comes first", async () => {
  const stage = new Stage();
  await stage.begin();
  void stage.client.editing.set("a", "value", "mine");
  await settle();
  await stage.deltas(operation(2, "theirs", { op: "set", item: "b", field: "value", text: "theirs" }, ANA));
  expect([shown(stage, "a"), shown(stage, "b")]).toEqual(["mine", "theirs"]);
  await stage.answer("edit", { kind: "receipt", result: "edited", revision: 3, change: 1 });
  expect(stage.client.stack.get()).toMatchObject({ revision: 3, pending: 0 });
  await stage.deltas(operation(3, stage.last("edit").op_id, stage.last("edit").op, ME));
  expect(stage.client.stack.get()).toMatchObject({ revision: 3, pending: 0 });
  expect(shown(stage)).toBe("mine");
});

test("a revision that does not follow opens the object again", async () => {
  const stage = new Stage();
  await stage.begin();
  await stage.deltas(operation(5, "late", { op: "delete", item: "b" }, ANA));
  expect(stage.said("open")).toHaveLength(2);
});

test("retry_later is no answer: the same operation goes again by itself", async () => {
  const stage = new Stage();
  await stage.begin();
  const done = stage.client.editing.set("a", "value", "x");
  await settle();
  await stage.refuse("edit", "retry_later", { retry: true, retry_after_ms: 700 });
  await stage.clock.pass(699);
  expect(stage.said("edit")).toHaveLength(1);
  await stage.clock.pass(1);
  const [first, second] = stage.said("edit");
  expect(second?.op_id).toBe(first?.op_id);
  await stage.apply(2);
  await expect(done).resolves.toMatchObject({ result: "edited" });
});

test("an operation that is unanswered for 10 s stops editing", async () => {
  const stage = new Stage();
  await stage.begin();
  void stage.client.editing.set("a", "value", "x");
  await stage.live(8_000);
  expect(stage.client.status.get().editable).toBe(true);
  await stage.live(4_000);
  expect(stage.client.status.get()).toMatchObject({ status: "uncertain", editable: false });
  expect(field(stage, "b").readOnly).toEqual({ why: "uncertain" });
  await stage.apply(2);
  expect(stage.client.status.get()).toMatchObject({ status: "live", editable: true });
});

test("after a lost socket the same page sends what is unanswered again, and tells how it came back", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  await stage.clock.pass(400);
  const [sent] = stage.said("edit");
  stage.socket.drop();
  await stage.clock.pass(300);
  await stage.welcome({
    arrival: "reloaded",
    session: "s2",
    snapshot: snapshotOf({ sessions: [session("s2", ME)], upto: stage.upto }),
  });
  expect(stage.last("edit")).toMatchObject({ op_id: sent?.op_id, fence: { counter: 1 } });
  const draft = { id: "p1", user: ME, object: OBJECT, since: 0, operations: [] };
  await stage.deltas({ d: "parked", ...draft });
  await stage.answer("edit", { kind: "receipt", result: "parked", parked: "p1", reason: "lock_lost" });
  expect(stage.notices).toContainEqual({ kind: "lost", path, why: "gone", unsaved: 1 });
  expect(stage.notices).toContainEqual({ kind: "recovered", how: "reloaded", parked: 1, kept: 0 });
});

test("dirty is said when it changes, for what is held", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  stage.client.editing.type("a", "value", "xy");
  await stage.clock.pass(400);
  await stage.apply(2);
  expect(stage.said("dirty").map((frame) => frame.count)).toEqual([1, 0]);
});

test("Esc sends what is typed, waits for it and gives the lock back", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type("a", "value", "x");
  await stage.grant("a");
  const finished = stage.client.editing.finish("a");
  await settle();
  expect(stage.said("release")).toEqual([]);
  await stage.apply(2);
  await stage.answer("release", { kind: "receipt", result: "done" });
  await finished;
  expect(stage.client.editing.unsaved.get()).toBe(0);
});

test("another tab adopts what a page left behind only when its Web Lock is free and its session is gone or resumed", async () => {
  const locks = new StageLocks();
  const dead = new Stage({ webLocks: locks.of("dead"), name: "dead" });
  await dead.begin();
  dead.client.editing.type("a", "value", "x");
  await dead.grant("a");
  await dead.clock.pass(400);
  const { op_id } = dead.last("edit");
  const shared = { webLocks: locks.of("heir"), storage: dead.storage, name: "heir" };
  const sessions = [session("s1", ME), session("s9", ME)];
  const heir = new Stage(shared);
  heir.client.start();
  await heir.welcome({ session: "s9", snapshot: snapshotOf({ sessions }) });
  expect(heir.said("edit")).toEqual([]);
  // Its page is dead, but the server still keeps its session: it may come back.
  locks.die("dead");
  heir.socket.drop();
  await heir.clock.pass(300);
  await heir.welcome({ session: "s9", arrival: "reloaded", snapshot: snapshotOf({ sessions }) });
  await heir.deltas({ d: "session", ...session("s-ana", ANA) });
  expect(heir.said("edit")).toEqual([]);
  await heir.deltas({ d: "session_ended", session: "s1" });
  expect(heir.last("edit")).toMatchObject({ op_id, fence: { counter: 1 } });
  expect(await heir.storage.list("w", ME)).toMatchObject([{ session: "s9", instance: "heir-1" }]);
  await heir.answer("edit", { kind: "receipt", result: "parked", parked: "p1", reason: "lock_lost" });
  expect(await heir.storage.list("w", ME)).toEqual([]);
});

test("a session that is gone but whose page lives keeps its operations to itself", async () => {
  const locks = new StageLocks();
  const alive = new Stage({ webLocks: locks.of("alive"), name: "alive" });
  await alive.begin();
  void alive.client.editing.set("a", "value", "x");
  await settle();
  const heir = new Stage({ webLocks: locks.of("heir"), storage: alive.storage, name: "heir" });
  heir.client.start();
  await heir.welcome({ session: "s9", snapshot: snapshotOf({ sessions: [session("s9", ME)] }) });
  expect(heir.said("edit")).toEqual([]);
});

test("a reload that resumes the session sends what its page left", async () => {
  const locks = new StageLocks();
  const before = new Stage({ webLocks: locks.of("before"), name: "before" });
  await before.begin();
  void before.client.editing.set("a", "value", "x");
  await settle();
  locks.die("before");
  const after = new Stage({
    webLocks: locks.of("after"),
    storage: before.storage,
    tab: before.tab,
    name: "after",
  });
  after.client.start();
  await after.welcome({ arrival: "resumed", secret: undefined });
  expect(after.last("edit").op_id).toBe(before.last("edit").op_id);
  await after.answer("edit", { kind: "receipt", result: "edited", revision: 2, change: 1 });
  expect(after.notices).toContainEqual({ kind: "recovered", how: "resumed", parked: 0, kept: 0 });
});

test("what was typed when the page died is sent by its successor, though no database had it yet", async () => {
  const locks = new StageLocks();
  const before = new Stage({ webLocks: locks.of("before"), name: "before" });
  await before.begin();
  before.client.editing.type("a", "value", "last");
  await before.grant("a");
  before.hide();
  const { op_id } = before.last("edit");
  const after = new Stage({ webLocks: locks.of("after"), tab: before.tab, name: "after" });
  after.client.start();
  await after.welcome({ arrival: "reloaded", secret: undefined });
  // The page is not quite gone: its Web Lock is still held.
  expect(after.said("edit")).toEqual([]);
  locks.die("before");
  await after.clock.pass(200);
  expect(after.last("edit")).toMatchObject({ op_id });
});

test("a successor shows what its page left before that is answered, and takes it back if it is refused", async () => {
  const locks = new StageLocks();
  const before = new Stage({ webLocks: locks.of("before"), name: "before" });
  await before.begin();
  void before.client.editing.set("a", "value", "x");
  void before.client.editing.set("b", "value", "y");
  await settle();
  locks.die("before");
  const { storage, tab } = before;
  const after = new Stage({ webLocks: locks.of("after"), storage, tab, name: "after" });
  after.client.start();
  await after.welcome({ arrival: "resumed", secret: undefined });
  after.client.open(OBJECT);
  await settle();
  await after.answer("open", { kind: "object", ...objectOf() });
  expect([field(after), field(after, "b")]).toMatchObject([
    { text: "x", state: "saving" },
    { text: "y", state: "saving" },
  ]);
  const [first] = after.said("edit");
  await after.answer("edit", { kind: "receipt", result: "parked", parked: "p1", reason: "lock_lost" });
  expect(field(after, "b")).toMatchObject({ text: "2", state: "saved" });
  after.socket.say({
    type: "reply",
    re: first?.id ?? -1,
    ok: { kind: "receipt", result: "edited", revision: 2, change: 1 },
  });
  await settle();
  expect(field(after)).toMatchObject({ text: "x", state: "saved" });
});

test("an object that is opened again shows what is still on its way", async () => {
  const stage = new Stage();
  await stage.begin();
  void stage.client.editing.set("a", "value", "x").catch(() => undefined);
  await settle();
  stage.client.close(OBJECT);
  stage.client.open(OBJECT);
  await settle();
  await stage.answer("open", { kind: "object", ...objectOf() });
  expect([shown(stage), field(stage).state]).toEqual(["x", "saving"]);
  await stage.refuse("edit", "field_invalid");
  expect([shown(stage), field(stage).state]).toEqual(["1", "saved"]);
});

test("steps are numbered through their arms", async () => {
  const stage = new Stage();
  await stage.begin();
  void stage.client.editing.insert("b", undefined, [
    { id: "arm1", kind: "arm", word: "if", fields: [] },
    { id: "c", kind: "step", word: "var", fields: [], parent: "arm1" },
  ]);
  const tree = stage.client.stack.get()?.tree;
  expect([...stepNumbers(tree ?? new Map())]).toEqual([
    ["a", "1"],
    ["b", "2"],
    ["c", "2.1"],
  ]);
});
