/** What stands in the corner and in which order: requests first, then chat, then notices; never more than four. */
import type { ChatLineDoc, DeadlockDoc, LockDoc, Notice, RequestDoc, RoomState } from "@baton/sdk";
import { deadlocksOfMember, lockOn, requestsForSession } from "@baton/sdk";

import type { Told } from "./tell.ts";

/** A notice from this browser or the SDK that passes. */
export interface Passing {
  key: number;
  /** This browser's clock. */
  at: number;
  what: { kind: "notice"; notice: Notice } | { kind: "told"; told: Told } | { kind: "locked"; lock: LockDoc };
}

export type Card =
  | { kind: "request"; key: string; request: RequestDoc }
  | { kind: "waiting"; key: string; request: RequestDoc; lock: LockDoc | null }
  | { kind: "deadlock"; key: string; deadlock: DeadlockDoc }
  | { kind: "locked"; key: string; lock: LockDoc; passing: number }
  | { kind: "chat"; key: string; line: ChatLineDoc; mine: boolean; passing: number }
  | { kind: "notice"; key: string; notice: Notice; passing: number }
  | { kind: "told"; key: string; told: Told; passing: number };

/** How many cards are shown; the rest is folded. */
export const SHOWN = 4;

/** How long a card stays by itself, in milliseconds; those that want an answer stay. */
export function staysFor(passing: Passing): number {
  const { what } = passing;
  if (what.kind === "locked") return 60_000;
  if (what.kind === "told") return what.told.tone === "bad" ? 12_000 : 6_000;
  const { notice } = what;
  if (notice.kind === "released") return 5_000;
  // Who took it, and why, is not to be missed.
  if (notice.kind === "lost" && notice.reason !== undefined) return Infinity;
  if (notice.kind === "recovered") return notice.parked + notice.kept > 0 ? Infinity : 10_000;
  if (
    notice.kind === "parked" ||
    notice.kind === "lost" ||
    notice.kind === "undone" ||
    notice.kind === "admin" ||
    notice.kind === "rolled_back"
  )
    return Infinity;
  if (notice.kind === "chat") return notice.mine ? 60_000 : 15_000;
  return 10_000;
}

/** All cards, the most urgent first. */
export function cards(room: RoomState, passing: readonly Passing[]): readonly Card[] {
  const asked = requestsForSession(room).map((request) => ({
    kind: "request" as const,
    key: `request:${request.id}`,
    request,
  }));
  const own = [...room.requests.values()].filter((request) => request.session === room.session);
  const waiting = own.map((request) => ({
    kind: "waiting" as const,
    key: `waiting:${request.id}`,
    request,
    lock: lockOn(room, request.path),
  }));
  const deadlocks = deadlocksOfMember(room).map((deadlock) => ({
    kind: "deadlock" as const,
    key: `deadlock:${deadlock.id}`,
    deadlock,
  }));
  const locked: Card[] = [];
  const chat: Card[] = [];
  const rest: Card[] = [];
  for (const { key, what } of passing) {
    if (what.kind === "told") rest.push({ kind: "told", key: `told:${key}`, told: what.told, passing: key });
    else if (what.kind === "locked") {
      // It goes by itself once the lock has ended, or has been asked for.
      const now = lockOn(room, what.lock.path);
      const over = now?.session !== what.lock.session || own.some((request) => sameItem(request, what.lock));
      if (!over) locked.push({ kind: "locked", key: `locked:${key}`, lock: now, passing: key });
    } else if (what.notice.kind === "chat") {
      const { line, mine } = what.notice;
      chat.push({ kind: "chat", key: `chat:${key}`, line, mine, passing: key });
    } else if (speaks(what.notice) && !isSettled(what.notice, room)) {
      rest.push({ kind: "notice", key: `notice:${key}`, notice: what.notice, passing: key });
    }
  }
  return [...deadlocks, ...asked, ...waiting, ...locked.reverse(), ...chat.reverse(), ...rest.reverse()];
}

function sameItem(request: RequestDoc, lock: LockDoc): boolean {
  return request.path.object === lock.path.object && request.path.item === lock.path.item;
}

/** Ends of one's own lock that one brought about oneself. */
const QUIET: ReadonlySet<string> = new Set(["released", "abandoned", "handed_over", "item_deleted", "left"]);

/** Whether the parked work that a notice is about has been applied again or thrown away, or a lost pen is here again. */
function isSettled(notice: Notice, room: RoomState): boolean {
  const { parked } = room;
  if (notice.kind === "lost") return lockOn(room, notice.path)?.session === room.session;
  if (notice.kind === "parked") return !parked.has(notice.draft.id);
  return (
    notice.kind === "undone" && notice.parked.length > 0 && !notice.parked.some((draft) => parked.has(draft))
  );
}

/** Whether a notice is worth a card: what one did oneself, and what stands in the page anyway, is not. */
function speaks(notice: Notice): boolean {
  switch (notice.kind) {
    case "request":
    case "freeze":
      return false;
    case "request_ended":
      if (!notice.mine) return notice.left;
      return notice.mine && notice.how !== "granted" && notice.how !== "cancelled";
    case "lost":
      // The banner above the form says what an admin has closed, and why.
      return notice.unsaved > 0 || !QUIET.has(notice.why);
    default:
      return true;
  }
}
