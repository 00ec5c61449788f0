import type { RoomState } from "./api.ts";
import type { CustomRoleDoc, MemberDoc } from "./protocol.ts";

/** What a custom role decides area by area. */
export type Right = "view" | "edit" | "publish" | "manage";

/** The custom role of a member, if they have one. */
export function customRoleOf(room: RoomState, member: MemberDoc): CustomRoleDoc | undefined {
  return member.custom_role === undefined ? undefined : room.roles.get(member.custom_role);
}

/** Whether this member may do that with objects of a kind. The server decides by the same rules. */
export function mayOn(room: RoomState, right: Right, kind: string): boolean {
  const member = room.members.get(room.user);
  if (!member || member.role === "suspended") return false;
  const custom = customRoleOf(room, member);
  if (custom) return custom[right].includes(kind);
  switch (right) {
    case "view":
      return true;
    case "edit":
    case "publish":
      return member.role !== "viewer";
    case "manage":
      return member.role === "owner" || member.role === "admin";
  }
}

/** Whether this member may invite, remove and give roles. */
export function manages(room: RoomState): boolean {
  const role = room.members.get(room.user)?.role;
  return role === "owner" || role === "admin";
}
