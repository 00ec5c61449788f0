import type { NodeDoc, StackState, Tree } from "@baton/sdk";
import { expect, test } from "vitest";

import { columnsOf, fits, shown, typed, valueOf, type Column } from "./cells.ts";

function column(fields: Record<string, string>): Column {
  const node: NodeDoc = {
    id: "f1",
    kind: "input",
    word: "",
    parent: "inputs",
    children: [],
    revision: 1,
    fields: Object.entries(fields).map(([name, text]) => ({ name, text })),
  };
  const inputs: NodeDoc = { ...node, id: "inputs", kind: "inputs", children: ["f1"] };
  const tree: Tree = new Map([inputs, node].map((one) => [one.id, one]));
  const [made] = columnsOf({ tree } as StackState);
  if (!made) throw new Error("there is one");
  return made;
}

test("what is typed becomes a value of the field's type, or goes as a text for the server to judge", () => {
  const age = column({ "@name": "age", "@type": "int", "@optional": "true" });
  expect([valueOf(age, "12"), valueOf(age, " "), valueOf(age, "old")]).toEqual([12, null, "old"]);
  const name = column({ "@name": "name", "@type": "text" });
  expect([valueOf(name, ""), valueOf(name, "12")]).toEqual(["", "12"]);
  const data = column({ "@name": "data", "@type": "json" });
  expect([valueOf(data, "[1]"), valueOf(data, "{")]).toEqual([[1], "{"]);
});

test("a time is typed as it is shown", () => {
  const at = column({ "@name": "at", "@type": "timestamp" });
  const now = new Date(2025, 0, 31, 12, 5, 9).getTime();
  expect(typed(at, now)).toBe("2025-01-31 12:05:09");
  expect(valueOf(at, typed(at, now))).toBe(now);
  expect(valueOf(at, "2025-01-31T12:00:00Z")).toBe("2025-01-31T12:00:00Z");
});

test("values that do not fit a changed type are known, and choices are read", () => {
  const flag = column({ "@name": "flag", "@type": "bool" });
  expect([fits(flag, true), fits(flag, "x"), fits(flag, undefined)]).toEqual([true, false, true]);
  const plan = column({ "@name": "plan", "@type": "enum", values: '["free", "pro"]' });
  expect(plan.values).toEqual(["free", "pro"]);
  expect(shown(column({ "@name": "o", "@type": "object" }), { a: 1 })).toBe('{"a":1}');
});
