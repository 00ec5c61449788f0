import { type CursorDoc, type MemberDoc, type RoomState } from "@baton/sdk";
import { useCallback } from "react";
import { useRoom } from "./readable.ts";

/** A colleague's caret in a field. */
export interface Caret {
  /** Whose tab. */
  readonly session: string;
  readonly member: MemberDoc;
  /** Caret and selection, if they have been said: UTF-16 units in a text of `length`. */
  readonly cursor: CursorDoc | undefined;
  /** Keys are being pressed. */
  readonly typing: boolean;
}

/** The carets of other tabs in a field, those of colleagues and of oneself. */
export function caretsIn(room: RoomState, object: string, item: string, field: string): readonly Caret[] {
  const found: Caret[] = [];
  for (const [session, at] of room.locations) {
    if (at.object !== object || at.item !== item || at.field !== field || session === room.session) continue;
    const of = room.sessions.get(session);
    const member = of && room.members.get(of.user);
    if (!member || of.state === "reconnecting") continue;
    found.push({ session, member, cursor: at.cursor, typing: at.typing === true });
  }
  return found;
}

function sameCarets(a: readonly Caret[], b: readonly Caret[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      return (
        other !== undefined &&
        one.session === other.session &&
        one.member === other.member &&
        one.cursor === other.cursor &&
        one.typing === other.typing
      );
    })
  );
}

/** Who is in a field, and where in its text. */
export function useCarets(object: string, item: string, field: string): readonly Caret[] {
  const pick = useCallback((room: RoomState) => caretsIn(room, object, item, field), [object, item, field]);
  return useRoom(pick, sameCarets);
}

/**
 * Where a position stands in one's own text. Its author's text may be ahead of it or behind: then what stands after the
 * position is taken for the same in both, and it counts from the end.
 */
export function placeIn(position: number, theirs: number, own: number): number {
  const at = theirs === own ? position : position + own - theirs;
  return Math.max(0, Math.min(own, at));
}
