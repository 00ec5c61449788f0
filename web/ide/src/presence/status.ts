/** A member's status in words, and the ends that one can choose for it. */
import type { PresenceDoc, RoomState, StatusDoc, StatusReasonDoc } from "@baton/sdk";

import { ago, clock } from "../kit/time.ts";

/** What people read for a status. */
export const STATUS_WORDS: Readonly<Record<StatusDoc, string>> = {
  online: "Online",
  busy: "Busy",
  away: "Away",
  offline: "Offline",
};

/** Why it changed, in words. */
export const REASON_WORDS: Readonly<Record<StatusReasonDoc, string>> = {
  manual: "by choice",
  idle_timeout: "no input",
  timeout: "time was over",
  disconnect: "connection ended",
  resume: "came back",
};

/** When a status may end, and what that is from `now`. */
export const ENDS: readonly { name: string; until: (now: number) => number | undefined }[] = [
  { name: "Until I change it", until: () => undefined },
  { name: "In 30 minutes", until: (now) => now + 30 * 60_000 },
  { name: "In 1 hour", until: (now) => now + 60 * 60_000 },
  { name: "In 4 hours", until: (now) => now + 4 * 60 * 60_000 },
  {
    name: "At the end of the day",
    until: (now) => Math.max(now + 60_000, new Date(now).setHours(23, 59, 0, 0)),
  },
];

/** The status of a member as the room knows it; who was never here is offline. */
export function statusOf(room: Pick<RoomState, "presence">, user: string): StatusDoc {
  return room.presence.get(user)?.status ?? "offline";
}

/** One line about how somebody is: "Busy until 15:00", "Away for 6 min", "Last seen yesterday". */
export function statusLine(presence: PresenceDoc | undefined, now: number): string {
  if (!presence || presence.status === "offline") {
    return presence?.last_seen === undefined ? "Offline" : `Last seen ${ago(presence.last_seen, now)}`;
  }
  const word = STATUS_WORDS[presence.status];
  if (presence.until !== undefined) return `${word} until ${clock(presence.until)}`;
  return presence.status === "away" ? `${word} since ${ago(presence.since, now)}` : word;
}

/** "2 tabs, editing in one". */
export function tabsLine(tabs: number, editing: number): string {
  if (tabs < 2) return editing > 0 ? "editing" : "";
  const count = `${tabs} tabs`;
  if (editing === 0) return count;
  return `${count}, editing in ${editing === 1 ? "one" : editing}`;
}
