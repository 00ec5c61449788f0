/** Roles as people read them. */
import type { CustomRoleDoc, MemberDoc, RoleChoice, RoleDoc, RoomState } from "@baton/sdk";
import { customRoleOf } from "@baton/sdk";

export const ROLES: readonly RoleDoc[] = ["owner", "admin", "developer", "viewer", "suspended"];

export const MAY: Readonly<Record<RoleDoc, string>> = {
  owner: "Answers for the workspace",
  admin: "Everything but giving it away",
  developer: "Edits and publishes",
  viewer: "Looks and chats",
  suspended: "No access",
};

/** What a role is called in a list to choose from. */
export interface Option {
  /** Tells the options of one list apart. */
  readonly key: string;
  readonly name: string;
  readonly choice: RoleChoice;
}

/** The roles that somebody may give; owners only by owners. */
export function options(room: RoomState, builtIn: readonly RoleDoc[]): readonly Option[] {
  const custom = [...room.roles.values()].sort((a, b) => a.name.localeCompare(b.name));
  return [
    ...builtIn.map((role) => ({ key: role, name: role, choice: { role } })),
    ...custom.map((role) => ({ key: role.id, name: role.name, choice: { custom_role: role.id } })),
  ];
}

/** The key of a member's role among the options. */
export function keyOf(member: MemberDoc): string {
  return member.custom_role ?? member.role;
}

/** What a member is, in a word or two. */
export function roleName(room: RoomState, member: MemberDoc): string {
  return customRoleOf(room, member)?.name ?? member.role;
}

/** A custom role in a sentence. */
export function inWords(role: CustomRoleDoc): string {
  const parts = [
    ["sees", role.view],
    ["edits", role.edit],
    ["publishes", role.publish],
    ["manages", role.manage],
  ] as const;
  const said = parts.filter(([, areas]) => areas.length > 0);
  if (said.length === 0) return "sees no objects";
  return said.map(([verb, areas]) => `${verb} ${areas.map(areaName).join(", ")}`).join("; ");
}

/** A kind of object in the plural. */
export function areaName(kind: string): string {
  return NAMES[kind] ?? kind;
}

const NAMES: Readonly<Record<string, string>> = {
  api_group: "API groups",
  endpoint: "endpoints",
  function: "functions",
  task: "tasks",
  middleware: "middleware",
  trigger: "triggers",
  addon: "addons",
  agent: "agents",
  tool: "tools",
  mcp_server: "MCP servers",
  table: "tables",
  channel: "channels",
};
