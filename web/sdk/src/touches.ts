import type { ClientFrame, OpDoc } from "./protocol.ts";

/** A record as an item of its table. */
export function recordItem(record: string): string {
  return `record:${record}`;
}

/** The record that an item is; `undefined` for all other items. */
export function recordOf(item: string | undefined): string | undefined {
  return item?.startsWith("record:") ? item.slice("record:".length) : undefined;
}

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
    case "record_insert":
    case "record_set":
    case "record_delete":
      return new Set([recordItem(op.record)]);
    case "records_show":
    case "records_hide":
      return new Set(["records"]);
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
    case "record_insert":
    case "record_set":
    case "record_delete":
      return recordItem(op.record);
    case "replace":
    case "records_show":
    case "records_hide":
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
    case "record_insert":
      return "add a record";
    case "record_set":
      return "change a record";
    case "record_delete":
      return "delete a record";
    case "records_show":
    case "records_hide":
      return "bring records in or out";
  }
}
