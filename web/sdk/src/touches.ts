import type { ClientFrame, OpDoc } from "./protocol.ts";

/** The nodes that an operation reads or writes: two that share none can be sent at once. */
export function touches(frame: ClientFrame): ReadonlySet<string> {
  if (frame.type === "duplicate") return new Set([frame.item]);
  if (frame.type !== "edit") return new Set();
  const { op } = frame;
  switch (op.op) {
    case "set":
    case "delete":
      return new Set([op.item]);
    case "insert":
      return new Set([
        op.parent,
        ...(op.after === undefined ? [] : [op.after]),
        ...op.seeds.map((seed) => seed.id),
      ]);
    case "move":
      return new Set([op.item, op.parent, ...(op.after === undefined ? [] : [op.after])]);
    case "replace":
      return new Set(op.seeds.map((seed) => seed.id));
  }
}

/** Whether two operations touch a node in common. */
export function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const id of few) if (many.has(id)) return true;
  return false;
}

/** The item that an operation is about. */
export function itemOf(op: OpDoc): string | undefined {
  switch (op.op) {
    case "set":
    case "delete":
    case "move":
      return op.item;
    case "insert":
      return op.seeds[0]?.id;
    case "replace":
      return undefined;
  }
}

/** An operation in words; *names* between asterisks, `fields` between backticks, as the server's changes. */
export function wordsOf(op: OpDoc): string {
  switch (op.op) {
    case "set":
      return op.text === undefined ? `remove \`${op.field}\`` : `set \`${op.field}\``;
    case "insert":
      return `add *${op.seeds[0]?.word || op.seeds[0]?.kind || "a step"}*`;
    case "delete":
      return "delete a step";
    case "move":
      return "move a step";
    case "replace":
      return "replace the content";
  }
}
