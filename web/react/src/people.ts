import {
  sameList,
  type LocationDoc,
  type LockDoc,
  type MemberDoc,
  type ObjectHeadDoc,
  type RoomState,
  type SessionDoc,
} from "@baton/sdk";
import { useCallback } from "react";
import { useRoom } from "./readable.ts";

const pickMembers = (room: RoomState): readonly MemberDoc[] => [...room.members.values()];

/** All members, present or not, in the order in which they came. */
export function useMembers(): readonly MemberDoc[] {
  return useRoom(pickMembers, sameList);
}

const pickObjects = (room: RoomState): readonly ObjectHeadDoc[] => [...room.objects.values()];

/** The heads of all objects that one may see. */
export function useObjects(): readonly ObjectHeadDoc[] {
  return useRoom(pickObjects, sameList);
}

/** One tab of a person. */
export interface PersonSession {
  readonly session: SessionDoc;
  readonly location: LocationDoc;
  /** What it holds. */
  readonly locks: readonly LockDoc[];
}

/** A member who is here, with all tabs rolled up. */
export interface PersonHere {
  readonly member: MemberDoc;
  /** Oneself. */
  readonly me: boolean;
  /** Most recently active first. */
  readonly sessions: readonly PersonSession[];
  /** Where the most recently active tab is. */
  readonly location: LocationDoc;
  /** Last input in any tab, server's clock. */
  readonly active: number;
  /** Holds a lock in any tab (with `objectId`: in that object). */
  readonly editing: boolean;
  /** Every tab is reconnecting. */
  readonly reconnecting: boolean;
}

function personSessions(room: RoomState, objectId: string | undefined): Map<string, PersonSession[]> {
  const byUser = new Map<string, PersonSession[]>();
  const locks = [...room.locks.values()];
  for (const session of room.sessions.values()) {
    const location = room.locations.get(session.id) ?? session.location;
    const held = locks.filter(
      (lock) => lock.session === session.id && (objectId === undefined || lock.path.object === objectId),
    );
    if (objectId !== undefined && location.object !== objectId && held.length === 0) continue;
    const list = byUser.get(session.user) ?? [];
    list.push({ session, location, locks: held });
    byUser.set(session.user, list);
  }
  return byUser;
}

/** Who is here, oneself first, then by last input; with `objectId`: who looks at that object or holds a part of it. */
export function peopleHere(room: RoomState, objectId?: string): readonly PersonHere[] {
  const people: PersonHere[] = [];
  for (const [user, tabs] of personSessions(room, objectId)) {
    const member = room.members.get(user);
    const sessions = tabs.sort((a, b) => b.session.active - a.session.active);
    const [first] = sessions;
    if (!member || !first) continue;
    people.push({
      member,
      me: user === room.user,
      sessions,
      location: first.location,
      active: first.session.active,
      editing: sessions.some((tab) => tab.locks.length > 0),
      reconnecting: sessions.every((tab) => tab.session.state === "reconnecting"),
    });
  }
  return people.sort((a, b) => Number(b.me) - Number(a.me) || b.active - a.active);
}

function samePeople(a: readonly PersonHere[], b: readonly PersonHere[]): boolean {
  return a.length === b.length && a.every((person, at) => samePerson(person, b[at]));
}

function samePerson(a: PersonHere, b: PersonHere | undefined): boolean {
  return (
    b !== undefined &&
    a.member === b.member &&
    a.sessions.length === b.sessions.length &&
    a.sessions.every((tab, at) => {
      const other = b.sessions[at];
      return (
        other !== undefined &&
        tab.session === other.session &&
        tab.location === other.location &&
        sameList(tab.locks, other.locks)
      );
    })
  );
}

/** Who is here, by member, with their tabs and where they are; with `objectId` only who is on that object. */
export function usePeople(objectId?: string): readonly PersonHere[] {
  const pick = useCallback((room: RoomState) => peopleHere(room, objectId), [objectId]);
  return useRoom(pick, samePeople);
}
