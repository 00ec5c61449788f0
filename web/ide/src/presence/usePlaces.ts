import { useRoom } from "@baton/react";
import type { LocationDoc, RoomState } from "@baton/sdk";

/** The room, drawn anew when more has happened than that carets moved: fields draw those by themselves. */
export function usePlaces(): RoomState {
  return useRoom(all, sameButCarets);
}

const all = (room: RoomState) => room;

/** Whether two rooms differ in nothing but where in their fields people are. */
export function sameButCarets(a: RoomState, b: RoomState): boolean {
  const { locations: before, ...restA } = a;
  const { locations: after, ...restB } = b;
  const names = Object.keys(restA) as (keyof typeof restA)[];
  if (!names.every((name) => Object.is(restA[name], restB[name]))) return false;
  if (before === after) return true;
  if (before.size !== after.size) return false;
  for (const [session, at] of after) {
    const was = before.get(session);
    if (was !== at && !(was && sameField(was, at))) return false;
  }
  return true;
}

function sameField(a: LocationDoc, b: LocationDoc): boolean {
  return a.page === b.page && a.object === b.object && a.item === b.item && a.field === b.field;
}
