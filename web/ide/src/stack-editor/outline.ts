/** A stack as the flat list of rows that is drawn: sections, inputs, steps, arms and the places to add. */
import type { ArmRule, Catalogue } from "../room/catalogue.ts";
import type { NodeDoc } from "@baton/sdk";
import { description, type Nodes } from "./node.ts";

export type Row =
  | { kind: "section"; key: string; part: "inputs" | "stack" | "response" | "settings"; count: number }
  | { kind: "input"; key: string; node: NodeDoc; depth: number }
  | {
      kind: "step";
      key: string;
      node: NodeDoc;
      number: string;
      depth: number;
      collapsed: boolean;
      /** Steps inside, counted when collapsed. */
      inside: number;
      described: boolean;
    }
  | { kind: "arm"; key: string; node: NodeDoc; depth: number; removable: boolean }
  /** Where a step can be added: the end of an arm, or of the stack. */
  | { kind: "slot"; key: string; parent: string; after: string | undefined; depth: number; empty: boolean }
  /** Where arms can be added to a step. */
  | { kind: "arms"; key: string; step: NodeDoc; rules: readonly ArmRule[]; depth: number }
  | { kind: "part"; key: string; node: NodeDoc };

/** The rows of an object, in the order in which they are read. */
export function outline(
  nodes: Nodes,
  catalogue: Catalogue,
  collapsed: ReadonlySet<string>,
  parts: { inputs: boolean; response: boolean },
): readonly Row[] {
  const rows: Row[] = [];
  const settings = nodes.get("settings");
  if (parts.inputs) inputs(nodes, rows);
  const stack = nodes.get("stack");
  if (stack) {
    rows.push({ kind: "section", key: "section:stack", part: "stack", count: stack.children.length });
    steps(nodes, catalogue, collapsed, stack, "", 0, 0, rows);
    slot(stack, 0, rows);
  }
  const response = nodes.get("response");
  if (parts.response && response) {
    rows.push({ kind: "section", key: "section:response", part: "response", count: 0 });
    rows.push({ kind: "part", key: "response", node: response });
  }
  if (settings) {
    rows.push({ kind: "section", key: "section:settings", part: "settings", count: 0 });
    rows.push({ kind: "part", key: "settings", node: settings });
  }
  return rows;
}

function inputs(nodes: Nodes, rows: Row[]) {
  const root = nodes.get("inputs");
  if (!root) return;
  rows.push({ kind: "section", key: "section:inputs", part: "inputs", count: root.children.length });
  below(nodes, root, 0, rows);
}

function below(nodes: Nodes, parent: NodeDoc, depth: number, rows: Row[]) {
  for (const id of parent.children) {
    const node = nodes.get(id);
    if (!node) continue;
    rows.push({ kind: "input", key: id, node, depth });
    below(nodes, node, depth + 1, rows);
  }
}

/** Inputs, or a table's fields, in document order. */
export function inputRows(nodes: Nodes): readonly { node: NodeDoc; depth: number }[] {
  const rows: Row[] = [];
  inputs(nodes, rows);
  return rows.flatMap((row) => (row.kind === "input" ? [{ node: row.node, depth: row.depth }] : []));
}

function steps(
  nodes: Nodes,
  catalogue: Catalogue,
  collapsed: ReadonlySet<string>,
  holder: NodeDoc,
  prefix: string,
  from: number,
  depth: number,
  rows: Row[],
): number {
  let number = from;
  for (const id of holder.children) {
    const node = nodes.get(id);
    if (!node) continue;
    number += 1;
    const own = prefix + String(number);
    const closed = collapsed.has(id);
    const arms = node.children.flatMap((arm) => nodes.get(arm) ?? []);
    rows.push({
      kind: "step",
      key: id,
      node,
      number: own,
      depth,
      collapsed: closed,
      inside: closed ? countSteps(nodes, node) : 0,
      described: Boolean(description(node)),
    });
    if (!closed) blocks(nodes, catalogue, collapsed, node, arms, own, depth, rows);
  }
  return number;
}

function blocks(
  nodes: Nodes,
  catalogue: Catalogue,
  collapsed: ReadonlySet<string>,
  step: NodeDoc,
  arms: readonly NodeDoc[],
  number: string,
  depth: number,
  rows: Row[],
) {
  const rules = catalogue.statements.get(step.word)?.arms ?? [];
  let count = 0;
  for (const arm of arms) {
    const rule = rules.find((one) => one.keyword === arm.word);
    const same = arms.filter((one) => one.word === arm.word).length;
    rows.push({ kind: "arm", key: arm.id, node: arm, depth: depth + 1, removable: same > (rule?.min ?? 0) });
    count = steps(nodes, catalogue, collapsed, arm, `${number}.`, count, depth + 1, rows);
    slot(arm, depth + 1, rows);
  }
  const addable = rules.filter((rule) => arms.filter((arm) => arm.word === rule.keyword).length < rule.max);
  if (addable.length > 0) {
    rows.push({ kind: "arms", key: `arms:${step.id}`, step, rules: addable, depth: depth + 1 });
  }
}

function slot(holder: NodeDoc, depth: number, rows: Row[]) {
  const last = holder.children[holder.children.length - 1];
  rows.push({
    kind: "slot",
    key: `slot:${holder.id}`,
    parent: holder.id,
    after: last,
    depth,
    empty: last === undefined,
  });
}

/** How many steps stand below a node. */
export function countSteps(nodes: Nodes, node: NodeDoc): number {
  let count = 0;
  for (const id of node.children) {
    const child = nodes.get(id);
    if (!child) continue;
    count += (child.kind === "step" ? 1 : 0) + countSteps(nodes, child);
  }
  return count;
}

/** The steps' numbers by id, for links and notices; collapsed blocks count too. */
export function numbers(nodes: Nodes): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (holder: NodeDoc, prefix: string, from: number): number => {
    let number = from;
    for (const id of holder.children) {
      const node = nodes.get(id);
      if (!node) continue;
      number += 1;
      const own = prefix + String(number);
      found.set(id, own);
      let inside = 0;
      for (const arm of node.children) {
        const held = nodes.get(arm);
        if (held) inside = walk(held, `${own}.`, inside);
      }
    }
    return number;
  };
  const stack = nodes.get("stack");
  if (stack) walk(stack, "", 0);
  return found;
}
