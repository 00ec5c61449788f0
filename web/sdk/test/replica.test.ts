import fc from "fast-check";
import { expect, test } from "vitest";
import { applyOp, documentOrder, OpFailure, seedsOf, treeOf } from "../src/index.ts";
import type { NodeDoc, OpDoc, SeedDoc, Tree } from "../src/index.ts";
import { Stack } from "../src/stack.ts";
import { OBJECT, objectOf, operation, settle } from "./stage.ts";

/**
 * The reference: a tree as nested mutable lists, written without a look at `tree.ts`, so that the same mistake is not made
 * twice. It says whether an operation is legal and changes itself in place.
 */
class Reference {
  roots: Branch[];

  constructor(seeds: readonly SeedDoc[]) {
    this.roots = [];
    for (const seed of seeds) this.#plant(seed, seed.parent, undefined);
  }

  #plant(seed: SeedDoc, parent: string | undefined, after: string | undefined | null): void {
    const branch: Branch = {
      id: seed.id,
      kind: seed.kind,
      fields: new Map(seed.fields.map((f) => [f.name, f.text])),
      held: [],
    };
    const list = parent === undefined ? this.roots : (this.find(parent)?.held ?? []);
    const at =
      after === undefined ? list.length : after === null ? 0 : list.findIndex((one) => one.id === after) + 1;
    list.splice(at, 0, branch);
  }

  find(id: string, list = this.roots): Branch | undefined {
    for (const branch of list) {
      const found = branch.id === id ? branch : this.find(id, branch.held);
      if (found) return found;
    }
    return undefined;
  }

  #listOf(id: string, list = this.roots): Branch[] | undefined {
    if (list.some((branch) => branch.id === id)) return list;
    for (const branch of list) {
      const found = this.#listOf(id, branch.held);
      if (found) return found;
    }
    return undefined;
  }

  /** Returns false, unchanged, if the operation is not legal. */
  apply(op: OpDoc): boolean {
    if (op.op === "set") {
      const branch = this.find(op.item);
      if (!branch || (op.text === undefined && !branch.fields.has(op.field))) return false;
      if (op.text === undefined) branch.fields.delete(op.field);
      else branch.fields.set(op.field, op.text);
      return true;
    }
    if (op.op === "delete") {
      const list = this.#listOf(op.item);
      if (!list || list === this.roots) return false;
      list.splice(
        list.findIndex((branch) => branch.id === op.item),
        1,
      );
      return true;
    }
    if (op.op === "move") {
      const [branch, target, from] = [this.find(op.item), this.find(op.parent), this.#listOf(op.item)];
      if (!branch || !target || !from || from === this.roots || this.find(op.parent, [branch])) return false;
      if (!HOLDS[target.kind]?.includes(branch.kind)) return false;
      if (op.after === op.item || (op.after !== undefined && !target.held.some((one) => one.id === op.after)))
        return false;
      from.splice(from.indexOf(branch), 1);
      target.held.splice(
        op.after === undefined ? 0 : target.held.findIndex((one) => one.id === op.after) + 1,
        0,
        branch,
      );
      return true;
    }
    if (op.op === "insert") {
      const target = this.find(op.parent);
      const [top, ...rest] = op.seeds;
      if (!target || !top || op.seeds.some((seed) => this.find(seed.id))) return false;
      if (!HOLDS[target.kind]?.includes(top.kind)) return false;
      if (op.after !== undefined && !target.held.some((one) => one.id === op.after)) return false;
      this.#plant(top, op.parent, op.after ?? null);
      for (const seed of rest) this.#plant(seed, seed.parent, undefined);
      return true;
    }
    this.roots = new Reference(op.seeds).roots;
    return true;
  }

  flat(list = this.roots, parent?: string): unknown[] {
    return list.flatMap((branch) => [
      [branch.id, parent, branch.held.map((one) => one.id), Object.fromEntries(branch.fields)],
      ...this.flat(branch.held, branch.id),
    ]);
  }
}

interface Branch {
  id: string;
  kind: NodeDoc["kind"];
  fields: Map<string, string>;
  held: Branch[];
}

const HOLDS: Partial<Record<NodeDoc["kind"], NodeDoc["kind"][]>> = {
  inputs: ["input"],
  stack: ["step"],
  arm: ["step"],
  step: ["arm"],
};

function flat(tree: Tree): unknown[] {
  return documentOrder(tree).map((node) => [
    node.id,
    node.parent,
    node.children,
    Object.fromEntries(node.fields.map((one) => [one.name, one.text])),
  ]);
}

// Mostly what is there, sometimes what is not.
const item = fc.constantFrom("settings", "stack", "a", "b", "n1", "n2", "arm1", "arm2", "no");
const holder = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("stack", "arm1", "arm2") },
  { weight: 1, arbitrary: item },
);
const moved = fc.constantFrom("a", "b", "n1", "n2", "arm1", "stack");
const after = fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: item });
const step = (id: string): SeedDoc => ({
  id,
  kind: "step",
  word: "var",
  fields: [{ name: "value", text: id }],
});
const insert = fc
  .record({ n: fc.constantFrom(1, 2), parent: holder, after })
  .map(({ n, parent, after }): OpDoc => {
    const arm: SeedDoc = { id: `arm${n}`, kind: "arm", word: "if", fields: [], parent: `n${n}` };
    return { op: "insert", parent, ...(after === undefined ? {} : { after }), seeds: [step(`n${n}`), arm] };
  });
const op: fc.Arbitrary<OpDoc> = fc.oneof(
  { weight: 3, arbitrary: insert },
  fc.record({ op: fc.constant("delete" as const), item }),
  fc
    .record({ item: moved, parent: holder, after })
    .map(({ after, ...rest }): OpDoc => ({ op: "move", ...rest, ...(after === undefined ? {} : { after }) })),
  fc
    .record({
      item,
      field: fc.constantFrom("value", "other"),
      text: fc.option(fc.string(), { nil: undefined }),
    })
    .map(({ text, ...rest }): OpDoc => ({ op: "set", ...rest, ...(text === undefined ? {} : { text }) })),
);

function tried(tree: Tree, op: OpDoc, revision: number): ReturnType<typeof applyOp> | null {
  try {
    return applyOp(tree, op, { revision, opId: `op-${revision}` });
  } catch (thrown) {
    if (thrown instanceof OpFailure) return null;
    throw thrown;
  }
}

test("random operations: the replica equals the reference, and each inverse takes its operation back", () => {
  let applied = 0;
  fc.assert(
    fc.property(fc.array(op, { minLength: 20, maxLength: 40 }), (ops) => {
      let tree = treeOf(objectOf().nodes);
      const reference = new Reference(seedsOf(tree));
      for (const [index, one] of ops.entries()) {
        const before = JSON.stringify(documentOrder(tree));
        const next = tried(tree, one, index + 2);
        expect(next !== null).toBe(reference.apply(one));
        // Never in place: what others hold of the old tree stays as it was.
        expect(JSON.stringify(documentOrder(tree))).toBe(before);
        if (!next) continue;
        applied += 1;
        expect(flat(next.tree)).toEqual(reference.flat());
        expect(next.tree.size).toBe(documentOrder(next.tree).length);
        let back = next.tree;
        for (const inverse of next.inverse) back = applyOp(back, inverse, { revision: 0 }).tree;
        expect(seedsOf(back)).toEqual(seedsOf(tree));
        tree = next.tree;
      }
    }),
    { numRuns: 400, seed: 1 },
  );
  // The property says something only if a good part of the operations was legal.
  expect(applied).toBeGreaterThan(1_000);
});

test("random operations of two people: once all is answered, what is shown is what the server has", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ op, mine: fc.boolean(), receiptFirst: fc.boolean(), wait: fc.boolean() }), {
        maxLength: 25,
      }),
      async (steps) => {
        const stack = new Stack({ load: () => Promise.resolve({ kind: "object", ...objectOf() }) });
        stack.open(OBJECT);
        await settle();
        let server = treeOf(objectOf().nodes);
        let revision = 1;
        const answers: (() => void)[] = [];
        for (const [index, { op, mine, receiptFirst, wait }] of steps.entries()) {
          const opId = `op-${index}`;
          if (mine) stack.show(opId, op);
          // The server takes it in this order; the client hears of it now or later, but in order.
          const next = tried(server, op, revision + 1);
          if (next) {
            // The stamp as the wire carries it.
            server = applyOp(server, op, { revision: revision + 1, opId }).tree;
            revision += 1;
            const made = revision;
            const delta = () => stack.delta(operation(made, opId, op, mine ? "me" : "ana"));
            const receipt = () => stack.settle(opId, { result: "edited", revision: made, change: 1 });
            answers.push(...(!mine ? [delta] : receiptFirst ? [receipt, delta] : [delta, receipt]));
          } else if (mine) {
            answers.push(() => stack.drop(opId));
          }
          if (!wait) for (const tell of answers.splice(0)) tell();
        }
        for (const tell of answers) tell();
        const state = stack.state.get();
        expect(state).toMatchObject({ status: "ready", revision, pending: 0 });
        expect(documentOrder(state?.tree ?? new Map())).toEqual(documentOrder(server));
        expect(documentOrder(state?.acknowledged ?? new Map())).toEqual(documentOrder(server));
      },
    ),
    { numRuns: 200, seed: 2 },
  );
});
