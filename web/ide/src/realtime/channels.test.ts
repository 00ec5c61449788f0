import { expect, test } from "vitest";

import { FRESH, inWords, liveBelow, ownName, payloadOf, settingsOf } from "./channels.ts";

const exact = { ...FRESH, pattern: "rooms/1" };
const rooms = { ...FRESH, pattern: "rooms/*", nested: true };
const vip = { ...FRESH, pattern: "rooms/vip/*", nested: true };
const stem = { ...FRESH, pattern: "news/*", nested: false };
const all = [rooms, vip, exact, stem];

test("an exact name counts before the longest stem, and a pattern that does not nest is its stem", () => {
  expect(settingsOf(all, "rooms/1")).toBe(exact);
  expect(settingsOf(all, "rooms/2/deep")).toBe(rooms);
  expect(settingsOf(all, "rooms/vip/9")).toBe(vip);
  expect(settingsOf(all, "rooms")).toBeUndefined();
  expect(settingsOf(all, "news")).toBe(stem);
  expect(settingsOf(all, "news/x")).toBeUndefined();
  expect([ownName(rooms), ownName(exact), ownName(stem)]).toEqual([undefined, "rooms/1", "news"]);
});

test("living channels stand below what holds for them", () => {
  const live = ["rooms/1", "rooms/7", "other"].map((name) => ({ name, clients: 1 }));
  const below = liveBelow(all, live);
  expect(below.get("rooms/1")?.map((one) => one.name)).toEqual(["rooms/1"]);
  expect(below.get("rooms/*")?.map((one) => one.name)).toEqual(["rooms/7"]);
});

test("what is typed is JSON, or a text", () => {
  expect(payloadOf('{"a": 1}')).toEqual({ payload: { a: 1 }, json: true });
  expect(payloadOf("hello")).toEqual({ payload: "hello", json: false });
  expect(inWords({ ...FRESH, active: false })).toBe("Not active");
  expect(inWords({ ...FRESH, public: "off", history: 0 })).toBe("members and tokens join · events only");
});
