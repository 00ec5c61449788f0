/** Audit records as people read them. */
import type { RoomState } from "@baton/sdk";

export interface AuditRecord {
  readonly number: number;
  readonly at: number;
  readonly user?: string;
  readonly name?: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
  readonly hash: string;
}

/** Sorts of acts, by the beginning of their name. */
export const KINDS: readonly (readonly [string, string])[] = [
  ["member.", "Members"],
  ["role.", "Roles"],
  ["lock.", "Pens"],
  ["object.", "Publishing"],
  ["settings.", "Settings"],
  ["session.", "Sessions"],
  ["key.", "Keys"],
];

/** What is looked for; an empty part lets everything pass. */
export interface AuditFilter {
  /** In all fields. */
  readonly text: string;
  /** The beginning of the act's name. */
  readonly action: string;
  readonly user: string;
  /** A day as a date field gives it: not before its first moment, in the zone of the browser. */
  readonly since: string;
}

export const EVERYTHING: AuditFilter = { text: "", action: "", user: "", since: "" };

/** The filter and more as the query of a call. */
export function queryOf(
  filter: AuditFilter,
  more: { readonly before?: number | undefined; readonly format?: string } = {},
): string {
  const { text, action, user, since } = filter;
  const parts = {
    ...{ q: text, action, user },
    from: since && String(new Date(`${since}T00:00`).getTime()),
    before: more.before === undefined ? "" : String(more.before),
    format: more.format ?? "",
  };
  return new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== "")).toString();
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A subject with names in place of the ids that are known. */
export function readable(subject: string, room: Pick<RoomState, "members" | "objects" | "roles">): string {
  return subject.replace(
    ID,
    (id) => room.members.get(id)?.name ?? room.objects.get(id)?.name ?? room.roles.get(id)?.name ?? id,
  );
}
