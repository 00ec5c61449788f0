import type { Tree } from "./api.ts";
import type { FieldDoc, NodeDoc, NodeKindDoc, OpDoc, SeedDoc } from "./protocol.ts";
import { documentOrder, leftSibling, subtree } from "./reading.ts";

/** Why an operation cannot be applied, named as in the server's core. */
export type OpFailureCode =
  | "no_such_item"
  | "not_a_sibling"
  | "cannot_hold"
  | "into_itself"
  | "fixed"
  | "id_taken"
  | "malformed"
  | "no_such_field";

/** An operation that does not fit the tree; nothing was changed. */
export class OpFailure extends Error {
  override readonly name = "OpFailure";
  readonly code: OpFailureCode;

  constructor(code: OpFailureCode, about: string) {
    super(`${code}: ${about}`);
    this.code = code;
  }
}

/** What an operation led to. */
export interface Applied {
  readonly tree: Tree;
  /** What takes it back, in the order in which it must be applied. */
  readonly inverse: readonly OpDoc[];
}

/** Under which revision and by which operation a tree is changed. */
export interface Stamp {
  readonly revision: number;
  readonly opId?: string;
}

const ROOT_KINDS: ReadonlyMap<string, NodeKindDoc> = new Map([
  ["settings", "settings"],
  ["inputs", "inputs"],
  ["stack", "stack"],
  ["response", "response"],
]);

/** A tree of the nodes that came over the wire. */
export function treeOf(nodes: readonly NodeDoc[]): Tree {
  return new Map(nodes.map((node) => [node.id, node]));
}

/** The whole content as seeds in document order. */
export function seedsOf(tree: Tree): SeedDoc[] {
  return documentOrder(tree).map(seedOf);
}

function seedOf(node: NodeDoc): SeedDoc {
  const { id, kind, word, fields, parent } = node;
  return parent === undefined ? { id, kind, word, fields } : { id, kind, word, fields, parent };
}

/**
 * Applies an operation as the server does; the given tree is left as it is and shares what did not change.
 *
 * Only the nodes that the operation touches get the revision; a parent's list of children is not its content. Limits and
 * the catalogue's arms are the server's to check.
 *
 * @throws OpFailure if it does not fit.
 */
export function applyOp(tree: Tree, op: OpDoc, stamp: Stamp): Applied {
  switch (op.op) {
    case "insert":
      return insert(tree, op, stamp);
    case "delete":
      return remove(tree, op.item);
    case "move":
      return move(tree, op, stamp);
    case "set":
      return op.text === undefined ? unset(tree, op, stamp) : set(tree, { ...op, text: op.text }, stamp);
    case "replace":
      return {
        tree: keeping(tree, sprout(op.seeds, stamp)),
        inverse: [{ op: "replace", seeds: seedsOf(tree) }],
      };
  }
}

type Of<K extends OpDoc["op"]> = Extract<OpDoc, { op: K }>;

/** What a replacement leaves as it is has not changed: it keeps the revision that it had. */
function keeping(before: Tree, next: Tree): Tree {
  const kept = new Map(next);
  for (const [id, node] of next) {
    const old = before.get(id);
    if (!old || !saysTheSame(old, node)) continue;
    const { last_op: _, ...rest } = node;
    const { revision, last_op } = old;
    kept.set(id, last_op === undefined ? { ...rest, revision } : { ...rest, revision, last_op });
  }
  return kept;
}

function saysTheSame(a: NodeDoc, b: NodeDoc): boolean {
  const same = (one: FieldDoc, other: FieldDoc | undefined) =>
    one.name === other?.name && one.text === other.text && one.form === other.form;
  return (
    a.kind === b.kind &&
    a.word === b.word &&
    a.parent === b.parent &&
    a.fields.length === b.fields.length &&
    a.fields.every((field, at) => same(field, b.fields[at]))
  );
}

function nodeAt(tree: Tree, item: string): NodeDoc {
  const node = tree.get(item);
  if (!node) throw new OpFailure("no_such_item", item);
  return node;
}

function touched(node: NodeDoc, stamp: Stamp): NodeDoc {
  const { last_op: _, ...rest } = node;
  return stamp.opId === undefined
    ? { ...rest, revision: stamp.revision }
    : { ...rest, revision: stamp.revision, last_op: stamp.opId };
}

/** The list with `item` right after `after`, or first. */
function placed(children: readonly string[], item: string, after: string | undefined): string[] {
  if (after === undefined) return [item, ...children];
  const at = children.indexOf(after);
  if (at < 0) throw new OpFailure("not_a_sibling", after);
  return [...children.slice(0, at + 1), item, ...children.slice(at + 1)];
}

function insert(tree: Tree, op: Of<"insert">, stamp: Stamp): Applied {
  const [top] = op.seeds;
  if (!top) throw new OpFailure("malformed", "no seeds");
  const holder = nodeAt(tree, op.parent);
  const children = placed(holder.children, top.id, op.after);
  const next = new Map(tree);
  for (const node of sprout(op.seeds, stamp, holder).values()) {
    if (tree.has(node.id)) throw new OpFailure("id_taken", node.id);
    next.set(node.id, node);
  }
  next.set(holder.id, { ...holder, children });
  return { tree: next, inverse: [{ op: "delete", item: top.id }] };
}

function remove(tree: Tree, item: string): Applied {
  const parent = movable(tree, item);
  const ids = subtree(tree, item);
  const seeds = ids.flatMap((id) => tree.get(id) ?? []).map(seedOf);
  const after = leftSibling(tree, item);
  const next = new Map(tree);
  for (const id of ids) next.delete(id);
  next.set(parent.id, { ...parent, children: parent.children.filter((child) => child !== item) });
  return { tree: next, inverse: [{ op: "insert", parent: parent.id, ...(after ? { after } : {}), seeds }] };
}

function move(tree: Tree, op: Of<"move">, stamp: Stamp): Applied {
  const from = movable(tree, op.item);
  const target = nodeAt(tree, op.parent);
  if (subtree(tree, op.item).includes(op.parent)) throw new OpFailure("into_itself", op.item);
  const node = nodeAt(tree, op.item);
  if (!mayHold(target, node.kind)) throw new OpFailure("cannot_hold", op.parent);
  const before = leftSibling(tree, op.item);
  const rest = target.children.filter((child) => child !== op.item);
  const children = placed(rest, op.item, op.after);
  const next = new Map(tree);
  next.set(from.id, { ...from, children: from.children.filter((child) => child !== op.item) });
  next.set(target.id, { ...target, children });
  next.set(op.item, touched({ ...node, parent: op.parent }, stamp));
  const inverse: OpDoc = { op: "move", item: op.item, parent: from.id, ...(before ? { after: before } : {}) };
  return { tree: next, inverse: [inverse] };
}

function set(tree: Tree, op: Of<"set"> & { text: string }, stamp: Stamp): Applied {
  const node = nodeAt(tree, op.item);
  const fresh: FieldDoc = fieldOf(op.field, op.text, op.form);
  const at = node.fields.findIndex((field) => field.name === op.field);
  const old = node.fields[at];
  const fields = [...node.fields];
  if (old) fields[at] = fresh;
  else fields.splice(Math.min(op.at ?? fields.length, fields.length), 0, fresh);
  const base: OpDoc = { op: "set", item: op.item, field: op.field };
  const inverse: OpDoc = old
    ? { ...base, text: old.text, ...(old.form === "block" ? { form: "block" } : {}), at }
    : // An object's name cannot be removed, so the first one is taken back with the whole.
      op.item === "settings" && op.field === "@name"
      ? { op: "replace", seeds: seedsOf(tree) }
      : base;
  return { tree: new Map(tree).set(op.item, touched({ ...node, fields }, stamp)), inverse: [inverse] };
}

function unset(tree: Tree, op: Of<"set">, stamp: Stamp): Applied {
  const node = nodeAt(tree, op.item);
  const at = node.fields.findIndex((field) => field.name === op.field);
  const old = node.fields[at];
  if (!old) throw new OpFailure("no_such_field", op.field);
  const fields = node.fields.filter((field) => field !== old);
  const form = old.form === "block" ? { form: old.form } : {};
  return {
    tree: new Map(tree).set(op.item, touched({ ...node, fields }, stamp)),
    inverse: [{ op: "set", item: op.item, field: op.field, text: old.text, ...form, at }],
  };
}

function fieldOf(name: string, text: string, form: FieldDoc["form"]): FieldDoc {
  return form === "block" ? { name, text, form } : { name, text };
}

/** The parent of a node that can be moved or deleted. */
function movable(tree: Tree, item: string): NodeDoc {
  const node = nodeAt(tree, item);
  if (node.parent === undefined) throw new OpFailure("fixed", item);
  return nodeAt(tree, node.parent);
}

/** Turns seeds into linked nodes, or says what is wrong with them. */
function sprout(seeds: readonly SeedDoc[], stamp: Stamp, under?: NodeDoc): Map<string, NodeDoc> {
  const fresh = new Map<string, NodeDoc>();
  const children = new Map<string, string[]>();
  for (const [index, seed] of seeds.entries()) {
    const top = under !== undefined && index === 0;
    if (fresh.has(seed.id)) throw new OpFailure("id_taken", seed.id);
    const parent = top ? under.id : seed.parent;
    if (top && seed.parent !== undefined && seed.parent !== under.id)
      throw new OpFailure("malformed", seed.id);
    if (parent === undefined) {
      if (under || ROOT_KINDS.get(seed.id) !== seed.kind) throw new OpFailure("malformed", seed.id);
    } else {
      const holder = top ? under : fresh.get(parent);
      if (!holder) throw new OpFailure("malformed", seed.id);
      if (ROOT_KINDS.has(seed.id)) throw new OpFailure("fixed", seed.id);
      if (!mayHold(holder, seed.kind)) throw new OpFailure("cannot_hold", parent);
      if (!top) children.get(parent)?.push(seed.id);
    }
    const own: string[] = [];
    children.set(seed.id, own);
    const node: NodeDoc = {
      id: seed.id,
      kind: seed.kind,
      word: seed.word,
      fields: seed.fields.map((field) => fieldOf(field.name, field.text, field.form)),
      ...(parent === undefined ? {} : { parent }),
      children: own,
      revision: stamp.revision,
      ...(stamp.opId === undefined ? {} : { last_op: stamp.opId }),
    };
    fresh.set(seed.id, node);
  }
  if (!under && [...ROOT_KINDS.keys()].some((root) => !fresh.has(root))) {
    throw new OpFailure("malformed", "a root is missing");
  }
  return fresh;
}

/** Whether `holder` may hold a node of `kind`; which arms a statement has is the server's catalogue to know. */
function mayHold(holder: NodeDoc, kind: NodeKindDoc): boolean {
  switch (holder.kind) {
    case "inputs":
      return kind === "input";
    case "input":
      return (
        kind === "input" && holder.fields.some((field) => field.name === "@type" && field.text === "object")
      );
    case "stack":
    case "arm":
      return kind === "step";
    case "step":
      return kind === "arm";
    case "settings":
    case "response":
      return false;
  }
}
