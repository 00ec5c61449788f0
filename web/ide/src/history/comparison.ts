/** The published tree beside the draft, aligned by the ids of nodes. */
import type { NodeDoc, Tree } from "@baton/sdk";

export type Mark = "same" | "added" | "removed" | "changed" | "moved";

export interface FieldChange {
  field: string;
  before: string | undefined;
  after: string | undefined;
}

export interface Pair {
  id: string;
  depth: number;
  before: NodeDoc | undefined;
  after: NodeDoc | undefined;
  mark: Mark;
  fields: readonly FieldChange[];
}

/** All nodes of both trees in the draft's order; what was removed stands where it stood. */
export function compare(published: Tree, draft: Tree): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const root of ["settings", "inputs", "stack", "response"]) walk(published, draft, root, 0, pairs);
  return pairs;
}

function walk(published: Tree, draft: Tree, id: string, depth: number, pairs: Pair[]) {
  const before = published.get(id);
  const after = draft.get(id);
  const fields = before && after ? fieldChanges(before, after) : [];
  const mark: Mark = !before
    ? "added"
    : !after
      ? "removed"
      : fields.length > 0
        ? "changed"
        : moved(published, draft, before, after)
          ? "moved"
          : "same";
  pairs.push({ id, depth, before, after, mark, fields });
  for (const child of merged(before?.children ?? [], after?.children ?? [], draft, published, id)) {
    walk(published, draft, child, depth + 1, pairs);
  }
}

/** The draft's children with removed ones after the sibling that they followed. */
function merged(
  before: readonly string[],
  after: readonly string[],
  draft: Tree,
  published: Tree,
  parent: string,
): readonly string[] {
  if (!draft.has(parent)) return before.filter((id) => !draft.has(id));
  const list = [...after];
  before.forEach((id, at) => {
    if (draft.has(id)) return;
    const left = before.slice(0, at).findLast((one) => list.includes(one));
    list.splice(left === undefined ? 0 : list.indexOf(left) + 1, 0, id);
  });
  return published.size === 0 ? after : list;
}

function moved(published: Tree, draft: Tree, before: NodeDoc, after: NodeDoc): boolean {
  if (before.parent !== after.parent) return true;
  if (before.parent === undefined) return false;
  // Among the siblings that both trees have, it stands behind another one.
  const both = (tree: Tree, other: Tree) =>
    (tree.get(before.parent ?? "")?.children ?? []).filter(
      (id) => tree.has(id) && other.get(id)?.parent === before.parent,
    );
  const left = (list: readonly string[]) => list[list.indexOf(before.id) - 1];
  return left(both(published, draft)) !== left(both(draft, published));
}

function fieldChanges(before: NodeDoc, after: NodeDoc): readonly FieldChange[] {
  const text = (node: NodeDoc, name: string) => node.fields.find((one) => one.name === name)?.text;
  const names = new Set([...before.fields, ...after.fields].map((one) => one.name));
  return [...names].flatMap((field) => {
    const change = { field, before: text(before, field), after: text(after, field) };
    return change.before === change.after ? [] : [change];
  });
}
