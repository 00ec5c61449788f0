import type { RoomState } from "./api.ts";
import { pathKey } from "./paths.ts";
import type { ChatLineDoc, DeltaDoc, LocationDoc, ServerMessage, SnapshotDoc } from "./protocol.ts";

/** Chat lines that are kept; older ones go. */
export const CHAT_KEPT = 500;

/** The room before the first snapshot. */
export function emptyRoom(workspace: string): RoomState {
  return {
    ready: false,
    workspace,
    name: "",
    user: "",
    session: "",
    members: new Map(),
    roles: new Map(),
    sessions: new Map(),
    locations: new Map(),
    presence: new Map(),
    objects: new Map(),
    locks: new Map(),
    requests: new Map(),
    closures: new Map(),
    deadlocks: new Map(),
    channels: new Map(),
    parked: new Map(),
    chat: [],
    chatLife: "",
    chatMissed: 0,
    typing: new Set(),
  };
}

/** The room as a snapshot shows it; the chat goes on, because what was heard is not unheard. */
export function fromSnapshot(room: RoomState, snapshot: SnapshotDoc): RoomState {
  const known = room.chatLife === snapshot.chat_life ? (room.chat.at(-1)?.number ?? 0) : 0;
  const fresh = snapshot.chat.filter((line) => line.number > known);
  return {
    ready: true,
    workspace: snapshot.workspace,
    name: snapshot.name,
    user: room.user,
    session: room.session,
    members: new Map(snapshot.members.map((member) => [member.user, member])),
    roles: new Map(snapshot.roles.map((role) => [role.id, role])),
    sessions: new Map(snapshot.sessions.map((session) => [session.id, session])),
    locations: new Map(snapshot.sessions.map((session) => [session.id, session.location])),
    presence: new Map(snapshot.presence.map((one) => [one.user, one])),
    objects: new Map(snapshot.objects.map((object) => [object.id, object])),
    locks: new Map(snapshot.locks.map((lock) => [pathKey(lock.path), lock])),
    requests: new Map(snapshot.requests.map((request) => [request.id, request])),
    closures: new Map(snapshot.closures.map((closure) => [pathKey(closure.path), closure])),
    deadlocks: new Map(snapshot.deadlocks.map((deadlock) => [deadlock.id, deadlock])),
    channels: new Map(snapshot.channels.map((channel) => [channel.pattern, channel])),
    parked: new Map(snapshot.parked.map((draft) => [draft.id, draft])),
    chat: [...room.chat, ...fresh].slice(-CHAT_KEPT),
    chatLife: snapshot.chat_life,
    chatMissed: known > 0 ? missedAfter(known, fresh) : snapshot.chat_missed,
    typing: new Set(snapshot.typing),
  };
}

/** The room after one delta; what does not change keeps its reference. Operations are the stack's business. */
export function reduce(room: RoomState, delta: DeltaDoc): RoomState {
  switch (delta.d) {
    case "member":
      return { ...room, members: put(room.members, delta.user, bare(delta)) };
    case "member_removed":
      return {
        ...room,
        members: without(room.members, delta.user),
        presence: without(room.presence, delta.user),
      };
    case "role":
      return { ...room, roles: put(room.roles, delta.id, bare(delta)) };
    case "role_removed":
      return { ...room, roles: without(room.roles, delta.role) };
    case "session": {
      const session = bare(delta);
      const locations = located(room.locations, session.id, session.location);
      return { ...room, sessions: put(room.sessions, session.id, session), locations };
    }
    case "session_ended":
      return sessionEnded(room, delta.session);
    case "presence":
      return { ...room, presence: put(room.presence, delta.user, bare(delta)) };
    case "roster":
      return roster(room, delta);
    case "object":
      return { ...room, objects: put(room.objects, delta.id, bare(delta)) };
    case "object_deleted":
      return { ...room, objects: without(room.objects, delta.object) };
    case "lock":
      return { ...room, locks: put(room.locks, pathKey(delta.path), bare(delta)) };
    case "lock_ended": {
      const key = pathKey(delta.path);
      // A hand-over announces the new holder by a lock of the same path; only the named session's lock ends.
      if (room.locks.get(key)?.session !== delta.session) return room;
      return { ...room, locks: without(room.locks, key) };
    }
    case "request":
      return { ...room, requests: put(room.requests, delta.id, bare(delta)) };
    case "request_ended":
      return { ...room, requests: without(room.requests, delta.request) };
    case "closed":
      return { ...room, closures: put(room.closures, pathKey(delta.path), bare(delta)) };
    case "reopened":
      return { ...room, closures: without(room.closures, pathKey(delta.path)) };
    case "deadlock":
      return { ...room, deadlocks: put(room.deadlocks, delta.id, bare(delta)) };
    case "deadlock_ended":
      return { ...room, deadlocks: without(room.deadlocks, delta.deadlock) };
    case "channel":
      return { ...room, channels: put(room.channels, delta.pattern, bare(delta)) };
    case "channel_removed":
      return { ...room, channels: without(room.channels, delta.pattern) };
    case "parked":
      return { ...room, parked: put(room.parked, delta.id, bare(delta)) };
    case "parked_ended":
      return { ...room, parked: without(room.parked, delta.parked) };
    case "chat": {
      const line = bare(delta);
      // While the store is held, lines come ahead of their place in the stream and once more with it.
      if (room.chat.some((one) => one.client_id === line.client_id && one.user === line.user)) return room;
      return {
        ...room,
        chat: [...room.chat, line].slice(-CHAT_KEPT),
        typing: off(room.typing, line.session),
      };
    }
    case "operation":
    case "change":
    case "changes_marked":
    case "published":
    case "save_asked":
    case "undone":
    case "freeze":
    case "notice":
      return room;
  }
}

/** The room after ephemeral updates. */
export function reduceLive(room: RoomState, live: Extract<ServerMessage, { type: "live" }>): RoomState {
  let next = room;
  if (live.locations && live.locations.length > 0) {
    let { locations } = room;
    for (const one of live.locations) locations = located(locations, one.session, one.location);
    next = { ...next, locations };
  }
  if (live.typing && live.typing.length > 0) {
    const typing = new Set(room.typing);
    for (const one of live.typing) {
      if (one.on) typing.add(one.session);
      else typing.delete(one.session);
    }
    next = { ...next, typing };
  }
  return next;
}

/** Live updates and deltas may pass each other: the higher number is the later place. */
function located(
  locations: ReadonlyMap<string, LocationDoc>,
  session: string,
  location: LocationDoc,
): ReadonlyMap<string, LocationDoc> {
  const known = locations.get(session);
  return known && (known.n ?? 0) > (location.n ?? 0) ? locations : put(locations, session, location);
}

/** How many lines lie between one that is known and those that came. */
function missedAfter(known: number, fresh: readonly ChatLineDoc[]): number {
  const [first] = fresh;
  return first ? first.number - known - 1 : 0;
}

function sessionEnded(room: RoomState, session: string): RoomState {
  return {
    ...room,
    sessions: without(room.sessions, session),
    locations: without(room.locations, session),
    typing: off(room.typing, session),
  };
}

/** Several at once: those that are gone first, then those that came or changed. */
function roster(room: RoomState, delta: Extract<DeltaDoc, { d: "roster" }>): RoomState {
  let next = room;
  for (const session of delta.gone ?? []) next = sessionEnded(next, session);
  for (const session of delta.sessions ?? []) next = reduce(next, { d: "session", ...session });
  if (!delta.presence) return next;
  const presence = new Map(next.presence);
  for (const one of delta.presence) presence.set(one.user, one);
  return { ...next, presence };
}

/** The document without the tag of the delta that brought it. */
function bare<D extends { d: string }>(delta: D): Omit<D, "d"> {
  const { d: _, ...rest } = delta;
  return rest;
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

function off(typing: ReadonlySet<string>, session: string): ReadonlySet<string> {
  if (!typing.has(session)) return typing;
  const next = new Set(typing);
  next.delete(session);
  return next;
}
