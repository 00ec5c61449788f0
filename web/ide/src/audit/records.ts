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

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A subject with names in place of the ids that are known. */
export function readable(subject: string, room: Pick<RoomState, "members" | "objects" | "roles">): string {
  return subject.replace(
    ID,
    (id) => room.members.get(id)?.name ?? room.objects.get(id)?.name ?? room.roles.get(id)?.name ?? id,
  );
}
