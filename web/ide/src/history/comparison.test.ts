import type { NodeDoc, Tree } from "@baton/sdk";
import { expect, it } from "vitest";

import { compare } from "./comparison.ts";

function tree(steps: Record<string, string>): Tree {
  const ids = Object.keys(steps);
  const stack: NodeDoc = { id: "stack", kind: "stack", word: "", fields: [], children: ids, revision: 1 };
  const nodes = ids.map((id): NodeDoc => ({
    id,
    kind: "step",
    word: "var",
    fields: [{ name: "value", text: steps[id] ?? "" }],
    parent: "stack",
    children: [],
    revision: 1,
  }));
  return new Map([stack, ...nodes].map((one) => [one.id, one]));
}

const marks = (before: Tree, after: Tree) =>
  compare(before, after)
    .filter((pair) => pair.depth > 0)
    .map((pair) => `${pair.id} ${pair.mark}`);

it("aligns by ids: what was removed stands where it stood", () => {
  expect(marks(tree({ a: "1", b: "2", c: "3" }), tree({ a: "1", c: "4", d: "5" }))).toEqual([
    "a same",
    "b removed",
    "c changed",
    "d added",
  ]);
});

it("does not call a neighbour of what came or went moved", () => {
  expect(marks(tree({ a: "1", b: "2" }), tree({ a: "1", x: "0", b: "2" }))).toEqual([
    "a same",
    "x added",
    "b same",
  ]);
  expect(marks(tree({ a: "1", b: "2" }), tree({ b: "2", a: "1" }))).toEqual(["b moved", "a moved"]);
});

it("names the fields that differ", () => {
  const [, pair] = compare(tree({ a: "1" }), tree({ a: "2" })).filter(
    (one) => one.id === "stack" || one.id === "a",
  );
  expect(pair?.fields).toEqual([{ field: "value", before: "1", after: "2" }]);
});
