import type { RoomState } from "./api.ts";
import { pathKey } from "./paths.ts";
import type { ClosureDoc, DeadlockDoc, LockDoc, LockPathDoc, RequestDoc } from "./protocol.ts";

/** The lock that counts on a path: on the item itself, or on its whole object. */
export function lockOn(room: RoomState, path: LockPathDoc): LockDoc | null {
  return room.locks.get(pathKey(path)) ?? room.locks.get(path.object) ?? null;
}

/** Whether this session holds the lock that counts on a path. */
export function isHolder(room: RoomState, path: LockPathDoc): boolean {
  const lock = lockOn(room, path);
  return lock !== null && lock.session === room.session && room.session !== "";
}

/** Whether two paths name the same, or one a part of the other. */
export function overlaps(a: LockPathDoc, b: LockPathDoc): boolean {
  return a.object === b.object && (a.item === undefined || b.item === undefined || a.item === b.item);
}

/** The key of the closure of a frozen workspace, in `RoomState.closures`: an object that there is not. */
export const EVERYTHING = "00000000-0000-0000-0000-000000000000";

/** The closure that stands in the way of edits on a path. */
export function closureOn(room: RoomState, path: LockPathDoc): ClosureDoc | null {
  return (
    room.closures.get(EVERYTHING) ??
    room.closures.get(pathKey(path)) ??
    room.closures.get(path.object) ??
    null
  );
}

/** The requests that wait for a path, for a part of it or for all of it, in their order. */
export function queueOn(room: RoomState, path: LockPathDoc): readonly RequestDoc[] {
  // The room keeps them in the order in which they came.
  return [...room.requests.values()].filter((request) => overlaps(request.path, path));
}

/** Where a request stands now, from 1: after the older open ones that overlap it. The server tells its place only once. */
export function placeOf(room: RoomState, request: RequestDoc): number {
  let place = 1;
  for (const other of room.requests.values()) {
    if (other.id === request.id) return place;
    if (overlaps(other.path, request.path)) place += 1;
  }
  return place;
}

/** Until when a holder has promised what a request asks for; `null` without a promise. */
export function promiseOf(room: RoomState, request: RequestDoc): number | null {
  for (const lock of room.locks.values()) {
    if (lock.promise?.request === request.id) return lock.promise.until;
  }
  return null;
}

/** The circles that this member waits in. */
export function deadlocksOfMember(room: RoomState): readonly DeadlockDoc[] {
  return [...room.deadlocks.values()].filter(({ requests }) =>
    requests.some((id) => room.requests.get(id)?.user === room.user),
  );
}

/** The requests that this session can grant: colleagues ask for something that it holds. */
export function requestsForSession(room: RoomState): readonly RequestDoc[] {
  return [...room.requests.values()].filter(
    (request) =>
      request.session !== room.session && !request.ignored_by.includes(room.user) && isAsked(room, request),
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
