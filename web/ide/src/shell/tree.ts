/** The tree of objects: kinds, then API groups or folders by `/`, then objects. */
import type { ObjectHeadDoc } from "@baton/sdk";

export interface TreeKind {
  kind: string;
  title: string;
  folders: readonly TreeFolder[];
  count: number;
}

/** A folder; the one with an empty path holds what stands in none. */
export interface TreeFolder {
  path: string;
  objects: readonly ObjectHeadDoc[];
}

const KINDS: readonly (readonly [string, string])[] = [
  ["endpoint", "APIs"],
  ["function", "Functions"],
  ["task", "Tasks"],
  ["middleware", "Middleware"],
  ["trigger", "Triggers"],
  ["addon", "Addons"],
  ["agent", "Agents"],
  ["tool", "Tools"],
  ["mcp_server", "MCP servers"],
  ["table", "Database"],
  ["channel", "Realtime"],
];

const ONE: Readonly<Record<string, string>> = {
  api_group: "API group",
  endpoint: "API endpoint",
  function: "Function",
  task: "Background task",
  middleware: "Middleware",
  trigger: "Trigger",
  addon: "Addon",
  agent: "Agent",
  tool: "Tool",
  mcp_server: "MCP server",
  table: "Table",
  channel: "Channel",
};

/** What one object of a kind is called. */
export function kindWord(kind: string): string {
  return ONE[kind] ?? kind;
}

/** The heading of a kind. */
export function kindTitle(kind: string): string {
  return KINDS.find(([one]) => one === kind)?.[1] ?? (kind === "api_group" ? "APIs" : kind);
}

/** The last segment of a name. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1) || name;
}

/** The folders of a name. */
export function folderOf(name: string): string {
  const at = name.lastIndexOf("/");
  return at > 0 ? name.slice(0, at) : "";
}

/** The tree of all objects whose name or folder holds the words of `search`. */
export function buildTree(objects: Iterable<ObjectHeadDoc>, search = ""): readonly TreeKind[] {
  const all = [...objects];
  const groups = new Map(all.filter((one) => one.kind === "api_group").map((one) => [one.id, one]));
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const byKind = new Map<string, Map<string, ObjectHeadDoc[]>>();
  const place = (kind: string, path: string, object: ObjectHeadDoc) => {
    const haystack = `${path}/${object.name} ${kindWord(object.kind)}`.toLocaleLowerCase();
    if (!words.every((word) => haystack.includes(word))) return;
    const folders = byKind.get(kind) ?? new Map<string, ObjectHeadDoc[]>();
    byKind.set(kind, folders);
    folders.set(path, [...(folders.get(path) ?? []), object]);
  };
  for (const object of all) {
    if (object.kind === "api_group") place("endpoint", object.name, object);
    else if (object.kind === "endpoint") {
      place("endpoint", groups.get(object.group ?? "")?.name ?? "default", object);
    } else place(object.kind, folderOf(object.name), object);
  }
  const known = KINDS.map(([kind]) => kind);
  const order = [...known, ...[...byKind.keys()].filter((kind) => !known.includes(kind))];
  return order.flatMap((kind) => {
    const folders = byKind.get(kind);
    if (!folders) return [];
    const sorted = [...folders]
      .sort(([a], [b]) => compare(a, b))
      .map(([path, held]) => ({ path, objects: held.sort(compareObjects) }));
    const count = sorted.reduce(
      (sum, folder) => sum + folder.objects.filter((one) => one.kind !== "api_group").length,
      0,
    );
    return [{ kind, title: kindTitle(kind), folders: sorted, count }];
  });
}

const compare = (a: string, b: string) => a.localeCompare(b, undefined, { numeric: true });

function compareObjects(a: ObjectHeadDoc, b: ObjectHeadDoc): number {
  if ((a.kind === "api_group") !== (b.kind === "api_group")) return a.kind === "api_group" ? -1 : 1;
  return compare(a.name, b.name);
}
