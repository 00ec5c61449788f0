import { expect, test } from "vitest";

import { stepsOf } from "../src/history.ts";
import type { ChangeDoc } from "../src/protocol.ts";
import { isIn } from "../src/stack.ts";

const change = (number: number, more: Partial<ChangeDoc> = {}): ChangeDoc => ({
  number,
  user: "ana",
  began: 0,
  ended: 0,
  words: `change ${number}`,
  kind: "edit",
  from: number,
  to: number,
  ...more,
});

const steps = (changes: readonly ChangeDoc[]) => {
  const { undo, redo } = stepsOf(changes, "ana");
  return [undo?.number, redo?.number];
};

test("undo is one's newest change that stands, redo one's newest undo, until something new is done", () => {
  const made = change(1, { kind: "import" });
  expect(steps([made])).toEqual([undefined, undefined]);
  expect(steps([made, change(2), change(3, { user: "ben" })])).toEqual([2, undefined]);
  const undone = change(2, { reverted_by: 4 });
  const undo = change(4, { kind: "undo", taken: [[2, 2]] });
  expect(steps([made, undone, undo])).toEqual([undefined, 4]);
  expect(steps([made, undone, undo, change(5)])).toEqual([5, undefined]);
  const redone = [change(2), change(4, { kind: "undo", reverted_by: 5 }), change(5, { kind: "redo" })];
  expect(steps([made, ...redone])).toEqual([2, undefined]);
});

test("a number is found in its run", () => {
  const runs = [
    [2, 4],
    [9, 9],
  ] as const;
  expect([1, 2, 4, 5, 9, 10].map((number) => isIn(runs, number))).toEqual([
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});
