import type { Tree } from "./api.ts";
import type { NodeDoc } from "./protocol.ts";

const ROOTS = ["settings", "inputs", "stack", "response"] as const;

/** What a node holds, in order; nothing for a node that is not there. */
export function childrenOf(tree: Tree, item: string): readonly NodeDoc[] {
  const ids = tree.get(item)?.children ?? [];
  return ids.flatMap((id) => tree.get(id) ?? []);
}

/** The nodes that hold `item`, nearest first. */
export function ancestors(tree: Tree, item: string): readonly NodeDoc[] {
  const found: NodeDoc[] = [];
  let at = tree.get(item)?.parent;
  while (at !== undefined) {
    const node = tree.get(at);
    if (!node) break;
    found.push(node);
    at = node.parent;
  }
  return found;
}

/** From the root down to the node itself; empty for a node that is not there. */
export function trail(tree: Tree, item: string): readonly NodeDoc[] {
  const node = tree.get(item);
  return node ? [...ancestors(tree, item)].reverse().concat(node) : [];
}

/** The ids of `item` and all below it, in document order. */
export function subtree(tree: Tree, item: string): readonly string[] {
  const found: string[] = [];
  const todo = [item];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const node = tree.get(id);
    if (!node) continue;
    found.push(id);
    for (let at = node.children.length - 1; at >= 0; at -= 1) todo.push(node.children[at] ?? "");
  }
  return found;
}

/** All nodes: settings, inputs, steps, response, each with what it holds. */
export function documentOrder(tree: Tree): readonly NodeDoc[] {
  return ROOTS.flatMap((root) => subtree(tree, root)).flatMap((id) => tree.get(id) ?? []);
}

/** The node before `item` under the same parent. */
export function leftSibling(tree: Tree, item: string): string | undefined {
  const parent = tree.get(item)?.parent;
  const siblings = parent === undefined ? [] : (tree.get(parent)?.children ?? []);
  const at = siblings.indexOf(item);
  return at > 0 ? siblings[at - 1] : undefined;
}

/** The text of a field; `undefined` if the node does not have it. */
export function fieldText(node: NodeDoc | undefined, field: string): string | undefined {
  return node?.fields.find((one) => one.name === field)?.text;
}

/** Whether the step is skipped when the stack runs. */
export function isDisabled(node: NodeDoc): boolean {
  return fieldText(node, "disabled") === "true";
}

/**
 * The number of every step: `1`, `2`, `4.1`. Steps count on through all arms of the step that holds them, so that no
 * number stands twice.
 */
export function stepNumbers(tree: Tree): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  // A list of its own instead of recursion: imported stacks may nest deep.
  const todo: { holders: readonly string[]; prefix: string }[] = [{ holders: ["stack"], prefix: "" }];
  for (let next = todo.pop(); next; next = todo.pop()) {
    let count = 0;
    for (const step of next.holders.flatMap((holder) => childrenOf(tree, holder))) {
      count += 1;
      const number = `${next.prefix}${count}`;
      numbers.set(step.id, number);
      if (step.children.length > 0) todo.push({ holders: step.children, prefix: `${number}.` });
    }
  }
  return numbers;
}
