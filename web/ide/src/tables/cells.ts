/** Values of cells: how they are shown, typed, and read again. */
import type { JsonValue, NodeDoc, StackState } from "@baton/sdk";

import { DEFAULT, field, LIST, NAME, NULLABLE, OPTIONAL, TYPE } from "../stack-editor/node.ts";

/** A column of the grid: a field of the table. */
export interface Column {
  /** Id of the field. */
  id: string;
  name: string;
  type: string;
  list: boolean;
  /** The choices of an enum. */
  values: readonly string[];
  /** Whether the cell may be empty. */
  empty: boolean;
  /** Whether Baton or the field itself gives a value that was not given. */
  fills: boolean;
  /** `given`: Baton gives the value; `secret`: Baton keeps none. */
  fixed: "given" | "secret" | undefined;
  sensitive: boolean;
  width: number;
}

/** The columns of a table, in order. */
export function columnsOf(stack: StackState): readonly Column[] {
  const ids = stack.tree.get("inputs")?.children ?? [];
  return ids.flatMap((id) => {
    const node = stack.tree.get(id);
    return node ? [columnOf(node)] : [];
  });
}

function columnOf(node: NodeDoc): Column {
  const type = field(node, TYPE) ?? "json";
  const name = field(node, NAME) ?? type;
  const given = name === "id" && (type === "int" || type === "uuid");
  const on = (mark: string) => !["", "false"].includes(field(node, mark) ?? "");
  return {
    id: node.id,
    name,
    type,
    list: on(LIST),
    values: wordsOf(field(node, "values") ?? ""),
    empty: on(OPTIONAL) || on(NULLABLE),
    fills: field(node, DEFAULT) !== undefined,
    fixed: given ? "given" : type === "password" ? "secret" : undefined,
    sensitive: field(node, "sensitive") === "true",
    width: given ? 72 : widthOf(type),
  };
}

function widthOf(type: string): number {
  if (type === "bool") return 84;
  if (type === "int" || type === "decimal" || type === "date") return 116;
  if (type === "timestamp") return 176;
  return type === "text" || type === "email" || type === "json" || type === "object" ? 220 : 160;
}

/** The texts of a list such as `["a", "b"]`. */
function wordsOf(text: string): readonly string[] {
  const inside = text.trim().replace(/^\[|\]$/g, "");
  const found = inside.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,\n]+/g) ?? [];
  return found.map((word) => word.trim().replace(/^["']|["']$/g, "")).filter((word) => word !== "");
}

const NUMBERS = new Set(["int", "decimal", "timestamp"]);
const TEXTS = new Set(["text", "email", "uuid", "date", "enum"]);

/** Whether a value is one of its column's type: values stay as they are when a type changes. */
export function fits(column: Column, value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (column.list) return Array.isArray(value);
  if (NUMBERS.has(column.type)) return typeof value === "number";
  if (TEXTS.has(column.type)) return typeof value === "string";
  return column.type === "bool" ? typeof value === "boolean" : true;
}

/** Whether the column's values stand at the right. */
export function isNumber(column: Column): boolean {
  return !column.list && (column.type === "int" || column.type === "decimal");
}

/** Whether the value is typed in a tall editor. */
export function isTall(column: Column): boolean {
  return column.list || !(NUMBERS.has(column.type) || TEXTS.has(column.type) || column.type === "bool");
}

/** A value as the grid shows it. */
export function shown(column: Column, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (column.type === "timestamp" && typeof value === "number") return timeOf(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as it is typed. */
export function typed(column: Column, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (column.type === "timestamp" && typeof value === "number") return timeOf(value);
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

/** What was typed as a value. The server reads texts as their field's type and says what is wrong. */
export function valueOf(column: Column, text: string): JsonValue {
  const plain =
    !column.list && (TEXTS.has(column.type) || NUMBERS.has(column.type) || column.type === "bool");
  if (text.trim() === "") return column.type === "text" && !column.list && !column.empty ? text : null;
  if (!plain) {
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      return text;
    }
  }
  if (column.type === "timestamp") return momentOf(text) ?? text;
  if (isNumber(column) && /^-?\d{1,15}$/.test(text.trim())) return Number(text);
  return text;
}

/** Local time, which is also what is typed: `2025-01-31 12:00:00`. */
function timeOf(at: number): string {
  const day = new Date(at);
  if (Number.isNaN(day.getTime())) return String(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  return `${date} ${two(day.getHours())}:${two(day.getMinutes())}:${two(day.getSeconds())}`;
}

function momentOf(text: string): number | undefined {
  const plain = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text.trim());
  if (!plain) return undefined;
  const [year, month, day, hours, minutes, seconds] = plain.slice(1).map((part) => Number(part ?? 0));
  return new Date(year ?? 0, (month ?? 1) - 1, day, hours, minutes, seconds).getTime();
}
