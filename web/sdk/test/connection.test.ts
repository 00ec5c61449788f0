import { expect, test } from "vitest";
import { ANA, OBJECT, session, settle, snapshotOf, Stage, STREAM } from "./stage.ts";

test("a first hello has no claim; a reload claims the session of the tab with its secret", async () => {
  const first = new Stage();
  first.client.start();
  expect(await first.hello()).not.toHaveProperty("resume");
  await first.welcome();
  const reloaded = new Stage({ tab: first.tab });
  reloaded.client.start();
  expect(await reloaded.hello()).toMatchObject({ resume: { session: "s1", secret: "secret" } });
});

test("a ping is answered from onmessage, before anything else is said", async () => {
  const stage = new Stage();
  stage.client.start();
  await stage.welcome();
  stage.socket.heard.length = 0;
  stage.socket.say({ type: "ping", upto: 10, now: 5 });
  expect(stage.socket.heard).toEqual([{ type: "pong" }]);
});

test("a lost socket is shown after 3 s, editing stops 5 s after a ping was due, and the same page resumes", async () => {
  const stage = new Stage();
  await stage.begin();
  expect(stage.client.status.get()).toMatchObject({ status: "live", editable: true });
  stage.socket.drop();
  await stage.clock.pass(2_900);
  expect(stage.client.status.get().status).toBe("live");
  await stage.clock.pass(200);
  expect(stage.client.status.get()).toMatchObject({ status: "reconnecting", editable: true });
  await stage.clock.pass(7_000);
  expect(stage.client.status.get()).toMatchObject({ status: "reconnecting", editable: false });
  const hello = await stage.hello();
  expect(hello).toMatchObject({ resume: { session: "s1", secret: "secret", stream: STREAM, upto: 10 } });
  await stage.welcome({ arrival: "resumed", snapshot: undefined, secret: undefined });
  expect(stage.client.status.get()).toMatchObject({ status: "live", editable: true });
  expect(stage.notices).toContainEqual({ kind: "recovered", how: "resumed", parked: 0, kept: 0 });
});

test("silence on an open socket: shown, then uncertain and read-only, then another socket", async () => {
  const stage = new Stage();
  await stage.begin();
  await stage.clock.pass(5_000 + 3_000);
  expect(stage.client.status.get()).toMatchObject({ status: "reconnecting", editable: true });
  await stage.clock.pass(2_000);
  expect(stage.client.status.get()).toMatchObject({ status: "uncertain", editable: false });
  await stage.clock.pass(5_000);
  expect(stage.sockets).toHaveLength(2);
  expect(stage.sockets[0]?.closed).toBe(true);
});

test.each([
  [4500, "replaced"],
  [4503, "removed"],
  [4505, "unauthenticated"],
  [4999, "stopped"],
])("close code %i stops for good: %s", async (code, reason) => {
  const stage = new Stage();
  stage.client.start();
  await stage.welcome();
  stage.socket.drop(code);
  await stage.clock.pass(60_000);
  expect(stage.sockets).toHaveLength(1);
  expect(stage.client.status.get()).toMatchObject({ status: "stopped", reason, editable: false });
});

test("tries come slower and slower, a wake-up does not wait, and a ping resets them", async () => {
  const stage = new Stage();
  stage.client.start();
  await stage.welcome();
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const before = stage.clock.now;
    const count = stage.sockets.length;
    stage.socket.drop();
    while (stage.sockets.length === count) await stage.clock.pass(50);
    waits.push(stage.clock.now - before);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000]);
  stage.socket.drop();
  const count = stage.sockets.length;
  stage.wake();
  await stage.clock.pass(0);
  expect(stage.sockets).toHaveLength(count + 1);
  await stage.welcome({ arrival: "resumed" });
  await stage.ping();
  stage.socket.drop();
  await stage.clock.pass(250);
  expect(stage.sockets).toHaveLength(count + 2);
});

test("the token is renewed on the open socket before it ends", async () => {
  const stage = new Stage();
  stage.client.start();
  await stage.welcome();
  await stage.live(512_000);
  expect(stage.said("reauth")).toEqual([{ type: "reauth", token: "token-2" }]);
});

test("a gap, or another stream, leads to one snapshot and to nothing else until it is there", async () => {
  const stage = new Stage();
  await stage.begin();
  const chat = {
    d: "chat" as const,
    number: 1,
    client_id: "c",
    session: "s-ana",
    user: ANA,
    at: 0,
    text: "hi",
    mentions: [],
  };
  stage.socket.say({ type: "deltas", stream: STREAM, after: 12, upto: 13, deltas: [chat] });
  stage.socket.say({ type: "deltas", stream: STREAM, after: 13, upto: 14, deltas: [chat] });
  expect(stage.said("snapshot")).toHaveLength(1);
  expect(stage.client.room.get().chat).toEqual([]);
  await stage.answer("snapshot", {
    kind: "snapshot",
    stream: "stream-2",
    snapshot: snapshotOf({ upto: 14 }),
  });
  stage.socket.say({ type: "deltas", stream: "stream-2", after: 14, upto: 15, deltas: [chat] });
  expect(stage.client.room.get().chat).toHaveLength(1);
  expect(stage.said("snapshot")).toHaveLength(1);
  // What was open may have missed operations: it is asked for again.
  expect(stage.said("open")).toHaveLength(2);
});

test("while the store is held chat goes on ahead of its number, and is not told twice", async () => {
  const stage = new Stage();
  await stage.begin();
  const line = { number: 1, client_id: "c", session: "s-ana", user: ANA, at: 0, text: "hi", mentions: [] };
  stage.socket.say({ type: "held", held: true }, { type: "live", updates: [{ d: "chat", ...line }] });
  expect(stage.client.status.get()).toMatchObject({ status: "live", held: true });
  await stage.deltas({ d: "chat", ...line });
  expect(stage.client.room.get().chat).toEqual([line]);
  expect(stage.notices.filter((notice) => notice.kind === "chat")).toHaveLength(1);
});

test("leave flushes, leaves, and a reload starts another session", async () => {
  const stage = new Stage();
  await stage.begin();
  const left = stage.client.leave();
  await stage.clock.pass(10);
  await stage.answer("leave", { kind: "receipt", result: "done" });
  await left;
  expect(stage.client.status.get()).toMatchObject({ status: "stopped", reason: "left" });
  const again = new Stage({ tab: stage.tab });
  again.client.start();
  expect(await again.hello()).not.toHaveProperty("resume");
});

test("what was heard stays heard: a picture adds the lines that were missed, and says how many are gone", async () => {
  const stage = new Stage();
  await stage.begin();
  const line = (number: number) => ({
    number,
    client_id: `c${number}`,
    session: "s-ana",
    user: ANA,
    at: 0,
    text: `line ${number}`,
    mentions: [],
  });
  await stage.deltas({ d: "chat", ...line(1) }, { d: "chat", ...line(2) });
  const numbers = () => stage.client.room.get().chat.map((one) => one.number);
  const resync = async (numbered: number[], more: object = {}) => {
    const chat = numbered.map(line);
    const snapshot = snapshotOf({ upto: stage.upto, chat, chat_missed: 90, ...more });
    stage.socket.say({ type: "resync", stream: STREAM, why: "behind", snapshot });
    await settle();
  };
  await resync([2, 3, 4]);
  expect(numbers()).toEqual([1, 2, 3, 4]);
  expect(stage.client.room.get().chatMissed).toBe(0);
  await resync([8, 9]);
  expect(numbers()).toEqual([1, 2, 3, 4, 8, 9]);
  expect(stage.notices).toContainEqual({ kind: "chat_missed", count: 3 });
  await resync([1], { chat_life: "life-2", chat_missed: 0, typing: ["s-ana"] });
  expect(numbers()).toEqual([1, 2, 3, 4, 8, 9, 1]);
  expect([...stage.client.room.get().typing]).toEqual(["s-ana"]);
});

test("a later place is not overwritten by an earlier one that comes behind it", async () => {
  const stage = new Stage();
  await stage.begin();
  const at = (n: number, item: string) => ({ page: "object", object: OBJECT, item, n });
  stage.socket.say({ type: "live", locations: [{ session: "s-ana", location: at(5, "b") }] });
  await stage.deltas({ d: "session", ...session("s-ana", ANA), location: at(4, "a") });
  expect(stage.client.room.get().locations.get("s-ana")?.item).toBe("b");
  await stage.deltas({ d: "session", ...session("s-ana", ANA), location: at(6, "a") });
  expect(stage.client.room.get().locations.get("s-ana")?.item).toBe("a");
});
