import { readFileSync } from "node:fs";

import type { LockDoc, SessionDoc } from "@baton/sdk";
import { expect, it } from "vitest";

import { byItem, byObject, COLOURS, initials, people, type Present } from "./people.ts";

const session = (
  id: string,
  user: string,
  item?: string,
  state: SessionDoc["state"] = "connected",
): SessionDoc => ({
  id,
  user,
  tab: 1,
  device: "a browser",
  state,
  since: Number(id.slice(1)),
  active: 0,
  location: { page: "object", object: "o", ...(item === undefined ? {} : { item }) },
});

const room: Present = {
  members: new Map([
    ["ana", { user: "ana", name: "Ana Lopez", role: "owner", colour: 20 }],
    ["ben", { user: "ben", name: "Ben", role: "developer", colour: 1 }],
  ]),
  sessions: new Map(
    [session("s2", "ben", "x", "reconnecting"), session("s1", "ana", "x"), session("s3", "ben", "y")].map(
      (one) => [one.id, one],
    ),
  ),
  locations: new Map([["s3", { page: "object", object: "o", item: "z" }]]),
  locks: new Map([["o/x", { path: { object: "o", item: "x" }, user: "ben" } as LockDoc]]),
};

it("makes initials of any name", () => {
  expect(["Ana", "ana maria lopez", "", "Émile Zola"].map(initials)).toEqual(["A", "AL", "?", "ÉZ"]);
});

it("takes several tabs for one person, who is away only if all of them are", () => {
  const found = people(room, () => true, "o");
  expect(found.map((one) => [one.user, one.sessions.length, one.editing, one.fading])).toEqual([
    ["ana", 1, false, false],
    ["ben", 2, true, false],
  ]);
  const [away] = people(room, (at) => at.item === "x").filter((one) => one.user === "ben");
  expect(away?.fading).toBe(true);
});

it("shows a colleague where they are now, never oneself", () => {
  expect([...byItem(room, "o", "ana").keys()]).toEqual(["x", "z"]);
  expect(
    byItem(room, "o", "ben")
      .get("x")
      ?.map((one) => one.user),
  ).toEqual(["ana"]);
  expect(
    byObject(room, "ana")
      .get("o")
      ?.map((one) => one.editing),
  ).toEqual([true]);
});

it("has a colour for every index", () => {
  const tokens = readFileSync(new URL("../styles/tokens.css", import.meta.url), "utf8");
  for (let at = 0; at < COLOURS; at += 1) expect(tokens).toContain(`[data-colour="${at}"]`);
  expect(people(room, () => true)[0]?.colour).toBe(20 % COLOURS);
});
