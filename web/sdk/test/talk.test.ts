import { expect, test } from "vitest";
import { ANA, ME, OBJECT, settle, snapshotOf, Stage } from "./stage.ts";

const DONE = { kind: "receipt", result: "done" } as const;
const line = (number: number, user: string, client_id: string, mentions: string[] = []) => ({
  number,
  client_id,
  session: user === ME ? "s1" : "s-ana",
  user,
  at: 0,
  text: client_id,
  mentions,
});

test("lines are said one after the other, in the order in which they were written", async () => {
  const stage = new Stage();
  await stage.begin();
  const { talk } = stage.client;
  const said = [talk.say("one"), talk.say("two", { mentions: [ANA], link: { object: OBJECT } })];
  await settle();
  expect(stage.said("chat").map((frame) => frame.text)).toEqual(["one"]);
  expect(talk.pending.get().map((one) => one.text)).toEqual(["one", "two"]);
  await stage.answer("chat", DONE);
  expect(stage.last("chat")).toMatchObject({ text: "two", mentions: [ANA], link: { object: OBJECT } });
  await stage.answer("chat", DONE);
  await Promise.all(said);
  expect(talk.pending.get()).toEqual([]);
});

test("a line that a lost socket left unanswered is said again under its id, and too often means later", async () => {
  const stage = new Stage();
  await stage.begin();
  const said = stage.client.talk.say("once");
  await settle();
  const first = stage.last("chat").client_id;
  stage.socket.drop();
  await stage.clock.pass(1_000);
  await stage.welcome({ arrival: "resumed" });
  expect(stage.last("chat").client_id).toBe(first);
  await stage.refuse("chat", "rate_limited", { retry: true, retry_after_ms: 700 });
  expect(stage.said("chat")).toHaveLength(1);
  await stage.clock.pass(700);
  expect(stage.said("chat")).toHaveLength(2);
  await stage.answer("chat", DONE);
  await said;
});

test("a refused line stays with its reason, does not hold up the others, and may be tried again", async () => {
  const stage = new Stage();
  await stage.begin();
  const { talk } = stage.client;
  const bad = talk.say("bad").catch((error: { code: string }) => error.code);
  const good = talk.say("good");
  await settle();
  await stage.refuse("chat", "bad_text");
  expect(await bad).toBe("bad_text");
  await stage.answer("chat", DONE);
  await good;
  const [refused] = talk.pending.get();
  expect(refused).toMatchObject({ text: "bad", error: { code: "bad_text" } });
  talk.retry(refused?.clientId ?? "");
  await settle();
  expect(stage.last("chat").client_id).toBe(refused?.clientId);
  await stage.refuse("chat", "bad_text");
  talk.discard(refused?.clientId ?? "");
  expect(talk.pending.get()).toEqual([]);
});

test("what others say is unread until it is read, whatever brings it", async () => {
  const stage = new Stage();
  await stage.begin();
  const { talk } = stage.client;
  await stage.deltas(
    { d: "chat", ...line(1, ME, "a") },
    { d: "chat", ...line(2, ANA, "b") },
    { d: "chat", ...line(3, ANA, "c", [ME]) },
  );
  expect(talk.unread.get()).toMatchObject({ lines: 2, mentions: 1, first: { client_id: "b" } });
  expect(stage.notices).toMatchObject([
    { kind: "chat", mine: false },
    { kind: "chat", mine: true },
  ]);
  talk.read();
  expect(talk.unread.get()).toMatchObject({ lines: 0, mentions: 0 });
  const chat = [line(3, ANA, "c", [ME]), line(4, ANA, "d")];
  stage.socket.say({
    type: "resync",
    stream: "stream-2",
    why: "behind",
    snapshot: snapshotOf({ upto: 20, chat }),
  });
  await settle();
  expect(talk.unread.get()).toMatchObject({ lines: 1, mentions: 0, first: { client_id: "d" } });
});

test("typing is said at once, again while keys come, once after the last, and not after the line", async () => {
  const stage = new Stage();
  await stage.begin();
  const types = () => stage.said("typing").map((frame) => frame.on);
  for (let key = 0; key < 12; key += 1) {
    stage.client.typing(true);
    await stage.clock.pass(100);
  }
  await stage.clock.pass(500);
  expect(types()).toEqual([true, true, true, true]);
  await stage.clock.pass(3_500);
  expect(types()).toHaveLength(4);
  stage.client.typing(false);
  expect(types(), "the server has ended it by itself").toHaveLength(4);
  stage.client.typing(true);
  stage.client.typing(false);
  expect(types()).toEqual([true, true, true, true, true, false]);
  stage.client.typing(true);
  void stage.client.talk.say("done");
  await stage.clock.pass(2_000);
  expect(types()).toHaveLength(7);
});

test("a place goes at once after a pause, then the latest ten times a second; a key is not lost between two", async () => {
  const stage = new Stage();
  await stage.begin();
  await stage.clock.pass(1_000);
  const at = (head: number, typing = false) =>
    stage.client.locate({
      ...{ page: "object", object: OBJECT, item: "a", field: "value" },
      cursor: { anchor: head, head, length: 9 },
      ...(typing ? { typing } : {}),
    });
  at(1, true);
  at(2, true);
  at(3);
  const said = () =>
    stage.said("locate").map(({ location }) => [location.cursor?.head, location.typing ?? false]);
  expect(said()).toEqual([[1, true]]);
  await stage.clock.pass(100);
  expect(said()).toEqual([
    [1, true],
    [3, true],
  ]);
  await stage.clock.pass(200);
  at(3);
  expect(said(), "the same place is no news").toHaveLength(2);
  at(3, true);
  expect(said(), "a key is").toHaveLength(3);
});
