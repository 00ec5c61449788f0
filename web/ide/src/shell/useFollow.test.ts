import type { LocationDoc, RoomState } from "@baton/sdk";
import { expect, it } from "vitest";

import { sameButCarets } from "../presence/usePlaces.ts";
import { Whereabouts } from "../presence/whereabouts.ts";
import { Guide } from "./useFollow.ts";

const at = (item: string, more: Partial<LocationDoc> = {}): LocationDoc => ({
  ...{ page: "object", object: "o", item },
  ...more,
});

function room(places: Record<string, LocationDoc>): RoomState {
  const sessions = Object.keys(places).map((id, n) => ({ id, user: id.split("-")[0], active: n }));
  return {
    name: "Acme",
    sessions: new Map(sessions.map((one) => [one.id, one])),
    locations: new Map(Object.entries(places)),
  } as unknown as RoomState;
}

it("goes where the tab goes that moved last, and only when it moves", () => {
  const guide = new Guide("ana");
  const [one, two] = [at("a"), at("b")];
  expect(guide.step(room({ "ana-1": one, "ana-2": two }))?.at).toBe(two);
  const moved = at("c");
  const now = room({ "ana-1": moved, "ana-2": two, "ben-1": at("x") });
  expect(guide.step(now)).toEqual({ at: moved, moved: true, scrolled: false });
  expect(guide.step(now)).toBeUndefined();
  const typed = at("c", { field: "value", top: "t" });
  expect(guide.step(room({ "ana-1": typed, "ana-2": two }))).toEqual({
    ...{ at: typed, moved: false },
    scrolled: true,
  });
  expect(guide.isHere(room({ "ben-1": one }))).toBe(false);
});

it("says where one is with what belongs there, and no more", () => {
  const said: LocationDoc[] = [];
  const client = { locate: (location: LocationDoc) => said.push(location) };
  const whereabouts = new Whereabouts(client as unknown as ConstructorParameters<typeof Whereabouts>[0]);
  const cursor = { anchor: 1, head: 1, length: 2 };
  whereabouts.goTo("object", "o", "i");
  whereabouts.enter("i", "value");
  whereabouts.point("i", "value", cursor, true);
  whereabouts.scroll("t");
  expect(said.at(-1)).toEqual({ ...at("i"), field: "value", cursor, top: "t" });
  const before = said.length;
  whereabouts.scroll("t");
  whereabouts.leave("i", "another");
  expect(said).toHaveLength(before);
  whereabouts.leave("i", "value");
  expect(said.at(-1)).toEqual({ ...at("i"), top: "t" });
  whereabouts.goTo("object", "other");
  expect(said.at(-1)).toEqual({ page: "object", object: "other" });
  whereabouts.goTo("team");
  expect(said.at(-1)).toEqual({ page: "team" });
});

it("takes two rooms for the same if only carets have moved", () => {
  const caret = (head: number) => at("a", { field: "value", cursor: { anchor: 1, head, length: 9 } });
  const before = room({ "ana-1": caret(1) });
  const after = (place: LocationDoc) => ({ ...before, locations: new Map([["ana-1", place]]) });
  const same = [caret(4), at("a", { field: "other" }), at("b")].map((place) =>
    sameButCarets(before, after(place)),
  );
  expect(same).toEqual([true, false, false]);
  expect(sameButCarets(before, { ...before, name: "other" } as RoomState)).toBe(false);
});
