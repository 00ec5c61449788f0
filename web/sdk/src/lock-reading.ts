import type { RoomState } from "./api.ts";
import { pathKey } from "./paths.ts";
import type { LockDoc, LockPathDoc, RequestDoc } from "./protocol.ts";

/** The lock that counts on a path: on the item itself, or on its whole object. */
export function lockOn(room: RoomState, path: LockPathDoc): LockDoc | null {
  return room.locks.get(pathKey(path)) ?? room.locks.get(path.object) ?? null;
}

/** Whether this session holds the lock that counts on a path. */
export function isHolder(room: RoomState, path: LockPathDoc): boolean {
  const lock = lockOn(room, path);
  return lock !== null && lock.session === room.session && room.session !== "";
}

/** The requests that wait for a path, in their order. */
export function queueOn(room: RoomState, path: LockPathDoc): readonly RequestDoc[] {
  const key = pathKey(path);
  return [...room.requests.values()]
    .filter((request) => pathKey(request.path) === key)
    .sort((a, b) => a.place - b.place);
}

/** Where a request stands now, from 1: the place that it was sent with falls as those before it end. */
export function placeOf(room: RoomState, request: RequestDoc): number {
  const { object, item } = request.path;
  let before = 0;
  for (const { path, place } of room.requests.values()) {
    const overlaps = path.object === object && (!path.item || !item || path.item === item);
    if (overlaps && place < request.place) before += 1;
  }
  return Math.min(request.place, before + 1);
}

/** The requests that this session can grant: colleagues ask for something that it holds. */
export function requestsForSession(room: RoomState): readonly RequestDoc[] {
  return [...room.requests.values()].filter(
    (request) => request.session !== room.session && !request.ignored && isAsked(room, request),
  );
}

/** Whether this session holds what is asked for, or a part of it. */
function isAsked(room: RoomState, request: RequestDoc): boolean {
  if (isHolder(room, request.path)) return true;
  if (request.path.item !== undefined) return false;
  // Asked for the whole object: every holder of an item in it is asked.
  for (const lock of room.locks.values()) {
    if (lock.session === room.session && lock.path.object === request.path.object) return true;
  }
  return false;
}
