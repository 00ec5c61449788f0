/** Who is where, made from sessions, locks and members. A person with several tabs is one person. */
import type {
  LocationDoc,
  MemberDoc,
  PresenceDoc,
  RoleDoc,
  RoomState,
  SessionDoc,
  StatusDoc,
} from "@baton/sdk";

/** How many colours the palette has; see `styles/tokens.css`. */
export const COLOURS = 14;

/** Everything that is shown of a person in one place. */
export interface Person {
  user: string;
  name: string;
  initials: string;
  /** An emoji in place of the initials; empty for none. */
  avatar: string;
  /** Whether they may be interrupted, if it is known. */
  status: StatusDoc | undefined;
  colour: number;
  role: RoleDoc;
  /** Holds a lock in the scope that was asked about. */
  editing: boolean;
  /** None of their sessions is connected right now. */
  fading: boolean;
  sessions: readonly SessionDoc[];
}

/** Up to two letters for a name: "Ana" → "A", "Ana Lopez" → "AL". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

/** What is needed of the room to say who is where. */
export type Present = Pick<RoomState, "members" | "sessions" | "locations" | "locks"> &
  Partial<Pick<RoomState, "presence">>;

/** Where a session is, as fresh as it is known. */
export function locationOf(room: Present, session: SessionDoc): LocationDoc {
  return room.locations.get(session.id) ?? session.location;
}

/** The people whose session `where` keeps, in the order in which they came; with an object, `editing` is about it. */
export function people(
  room: Present,
  where: (at: LocationDoc, session: SessionDoc) => boolean,
  object?: string,
): readonly Person[] {
  const editors = new Set<string>();
  for (const lock of room.locks.values()) {
    if (object === undefined || lock.path.object === object) editors.add(lock.user);
  }
  const found = new Map<string, SessionDoc[]>();
  for (const session of [...room.sessions.values()].sort((a, b) => a.since - b.since)) {
    if (where(locationOf(room, session), session)) add(found, session.user, session);
  }
  return [...found].map(([user, own]) =>
    person(user, room.members.get(user), own, editors.has(user), room.presence?.get(user)),
  );
}

/** A person from a member; somebody who is no member any more keeps a place. */
export function person(
  user: string,
  member: MemberDoc | undefined,
  sessions: readonly SessionDoc[] = [],
  editing = false,
  presence?: PresenceDoc,
): Person {
  const name = member?.name ?? "A former member";
  return {
    user,
    name,
    initials: initials(name),
    avatar: presence?.avatar ?? "",
    status: presence?.status,
    colour: (member?.colour ?? 11) % COLOURS,
    role: member?.role ?? "viewer",
    editing,
    fading: sessions.length > 0 && sessions.every((session) => session.state === "reconnecting"),
    sessions,
  };
}

/** The colleague whom one would follow: who was active last on the object, or anywhere. */
export function nearest(
  room: Pick<RoomState, "sessions" | "locations" | "user">,
  object?: string,
): string | undefined {
  const others = [...room.sessions.values()].filter((one) => one.user !== room.user);
  const at = (one: SessionDoc) => (room.locations.get(one.id) ?? one.location).object;
  const near = object === undefined ? [] : others.filter((one) => at(one) === object);
  const [found] = (near.length > 0 ? near : others).sort((a, b) => b.active - a.active);
  return found?.user;
}

/** The colleagues who look at each item of an object; `shownOn` says where one that is not shown by itself is shown. */
export function byItem(
  room: Present,
  object: string,
  mine: string,
  shownOn: (item: string) => string = (item) => item,
): ReadonlyMap<string, readonly Person[]> {
  const found = new Map<string, Map<string, SessionDoc[]>>();
  for (const session of room.sessions.values()) {
    const at = locationOf(room, session);
    if (at.object !== object || at.item === undefined || session.user === mine) continue;
    const item = shownOn(at.item);
    const users = found.get(item) ?? new Map<string, SessionDoc[]>();
    found.set(item, users);
    add(users, session.user, session);
  }
  return new Map(
    [...found].map(([item, users]) => [
      item,
      [...users].map(([user, own]) =>
        person(user, room.members.get(user), own, false, room.presence?.get(user)),
      ),
    ]),
  );
}

/** The colleagues in each object, with a pen where they edit. */
export function byObject(room: Present, mine: string): ReadonlyMap<string, readonly Person[]> {
  const found = new Map<string, Map<string, SessionDoc[]>>();
  const editing = new Set<string>();
  for (const session of room.sessions.values()) {
    const { object } = locationOf(room, session);
    if (object === undefined || session.user === mine) continue;
    const users = found.get(object) ?? new Map<string, SessionDoc[]>();
    found.set(object, users);
    add(users, session.user, session);
  }
  for (const lock of room.locks.values()) editing.add(`${lock.path.object} ${lock.user}`);
  return new Map(
    [...found].map(([object, users]) => [
      object,
      [...users].map(([user, own]) =>
        person(user, room.members.get(user), own, editing.has(`${object} ${user}`)),
      ),
    ]),
  );
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
