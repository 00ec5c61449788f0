import type { LocationDoc, RoomState } from "@baton/sdk";
import { expect, test } from "vitest";

import { caretsIn, placeIn } from "../src/carets.ts";

test("a position counts from the end where the texts differ, and never leaves one's own", () => {
  expect(placeIn(4, 9, 9)).toBe(4);
  // "abc|def", and three letters typed behind the c that are not saved yet.
  expect(placeIn(6, 9, 6)).toBe(3);
  // Two were taken out before the caret.
  expect(placeIn(2, 7, 9)).toBe(4);
  expect(placeIn(0, 20, 0)).toBe(0);
  expect(placeIn(1, 20, 5)).toBe(0);
  expect(placeIn(20, 20, 5)).toBe(5);
});

test("a field shows who else is in it, other tabs of oneself too, and nobody who has lost the line", () => {
  const at = (n: number, field = "value") => ({
    ...{ page: "object", object: "o", item: "i", field },
    cursor: { anchor: n, head: n, length: 9 },
  });
  const session = (id: string, user: string, state = "connected") => ({ id, user, state });
  const member = (user: string) => [user, { user, name: user, role: "developer", colour: 1 }] as const;
  const room = {
    session: "s1",
    members: new Map([member("me"), member("ana"), member("ben")]),
    sessions: new Map(
      [
        session("s1", "me"),
        session("s2", "me"),
        session("s3", "ana"),
        session("s4", "ana"),
        session("s5", "ben", "reconnecting"),
      ].map((one) => [one.id, one]),
    ),
    locations: new Map<string, LocationDoc>([
      ["s1", at(1)],
      ["s2", at(2)],
      ["s3", { ...at(3), typing: true }],
      ["s4", at(4, "description")],
      ["s5", at(5)],
      ["s6", at(6)],
    ]),
  } as unknown as RoomState;
  const seen = caretsIn(room, "o", "i", "value").map((one) => [
    one.member.user,
    one.cursor?.head,
    one.typing,
  ]);
  expect(seen).toEqual([
    ["me", 2, false],
    ["ana", 3, true],
  ]);
});
