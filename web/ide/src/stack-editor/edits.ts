/** Structural edits as operations. Each is one operation and so one line in the history. */
import type { ArmRule, Statement } from "../room/catalogue.ts";
import { uuidv7 as newId } from "@baton/sdk";
import type { NodeDoc, OpDoc, SeedDoc } from "@baton/sdk";
import { type Nodes, NAME, SUBJECT, TYPE } from "./node.ts";

/** A place in a tree: under which node, after which sibling. */
export interface Place {
  parent: string;
  after: string | undefined;
}

function insertion(place: Place, seeds: SeedDoc[]): OpDoc {
  return { op: "insert", parent: place.parent, ...after(place), seeds };
}

function after(place: Place): { after?: string } {
  return place.after === undefined ? {} : { after: place.after };
}

/** A new step with the arms that it cannot be without. */
export function newStep(statement: Statement, place: Place): { id: string; op: OpDoc } {
  const id = newId();
  const step: SeedDoc = { id, kind: "step", word: statement.statement, fields: [], parent: place.parent };
  if (statement.subject !== "none" && statement.subject !== "binder") {
    step.fields.push({ name: SUBJECT, text: firstSubject(statement) });
  }
  for (const parameter of statement.parameters) {
    if (parameter.required) step.fields.push({ name: parameter.name, text: firstValue(parameter.kind) });
  }
  const arms = statement.arms.flatMap((rule) => Array.from({ length: rule.min }, () => armSeed(rule, id)));
  return { id, op: insertion(place, [step, ...arms]) };
}

function firstSubject(statement: Statement): string {
  if (statement.subject === "variable") return "$x1";
  if (statement.subject === "condition") return "true";
  return statement.subject === "expression" ? "[]" : "";
}

function firstValue(kind: string): string {
  if (kind === "text" || kind === "enum") return '""';
  return kind === "json" ? "{}" : "";
}

function armSeed(rule: ArmRule, parent: string): SeedDoc {
  const fields =
    rule.subject === "none"
      ? []
      : [
          {
            name: SUBJECT,
            text: rule.subject === "binder" ? "$item" : rule.subject === "condition" ? "true" : "",
          },
        ];
  return { id: newId(), kind: "arm", word: rule.keyword, fields, parent };
}

/** A new arm where the catalogue's order wants it: after the last arm of its own or an earlier keyword. */
export function newArm(nodes: Nodes, step: NodeDoc, rules: readonly ArmRule[], rule: ArmRule): OpDoc {
  const rank = (word: string) => rules.findIndex((one) => one.keyword === word);
  const before = step.children.filter((id) => rank(nodes.get(id)?.word ?? "") <= rank(rule.keyword));
  const place = { parent: step.id, after: before[before.length - 1] };
  return insertion(place, [armSeed(rule, step.id)]);
}

/** A new input or table field with a name that is free. */
export function newInput(nodes: Nodes, parent: string, word: string): { id: string; op: OpDoc } {
  const id = newId();
  const siblings = nodes.get(parent)?.children ?? [];
  const taken = new Set(
    siblings.map((one) => nodes.get(one)?.fields.find((given) => given.name === NAME)?.text),
  );
  let number = 1;
  while (taken.has(`${word}${number}`)) number += 1;
  const fields = [
    { name: TYPE, text: "text" },
    { name: NAME, text: `${word}${number}` },
  ];
  const place = { parent, after: siblings[siblings.length - 1] };
  return { id, op: insertion(place, [{ id, kind: "input", word: "", fields, parent }]) };
}

export function remove(item: string): OpDoc {
  return { op: "delete", item };
}

export function setField(item: string, name: string, text: string | undefined): OpDoc {
  return { op: "set", item, field: name, ...(text === undefined ? {} : { text }) };
}

/** Moves a node; nothing if it stands there already or would stand in itself. */
export function move(nodes: Nodes, item: string, place: Place): OpDoc | undefined {
  if (place.after === item || contains(nodes, item, place.parent)) return undefined;
  const node = nodes.get(item);
  const siblings = nodes.get(place.parent)?.children ?? [];
  const at = siblings.indexOf(item);
  if (node?.parent === place.parent && siblings[at - 1] === place.after) return undefined;
  return { op: "move", item, parent: place.parent, ...after(place) };
}

function contains(nodes: Nodes, outer: string, inner: string): boolean {
  for (let at: string | undefined = inner; at !== undefined; at = nodes.get(at)?.parent) {
    if (at === outer) return true;
  }
  return false;
}

/** One place up or down among its siblings; at the edge of an arm on into the next arm, or out of the block. */
export function nudge(nodes: Nodes, item: string, by: -1 | 1): OpDoc | undefined {
  const node = nodes.get(item);
  const holder = node?.parent === undefined ? undefined : nodes.get(node.parent);
  if (!node || !holder) return undefined;
  const siblings = holder.children;
  const at = siblings.indexOf(item);
  if (at + by >= 0 && at + by < siblings.length) {
    return move(nodes, item, { parent: holder.id, after: by === 1 ? siblings[at + 1] : siblings[at - 2] });
  }
  if (holder.kind !== "arm" || holder.parent === undefined) return undefined;
  const block = nodes.get(holder.parent);
  if (!block || block.parent === undefined) return undefined;
  const next = nodes.get(block.children[block.children.indexOf(holder.id) + by] ?? "");
  if (next) {
    const last = next.children[next.children.length - 1];
    return move(nodes, item, { parent: next.id, after: by === 1 ? undefined : last });
  }
  const uncles = nodes.get(block.parent)?.children ?? [];
  const before = uncles[uncles.indexOf(block.id) - 1];
  return move(nodes, item, { parent: block.parent, after: by === 1 ? block.id : before });
}
