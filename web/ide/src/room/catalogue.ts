/** The catalogue of steps as the app uses it: what a statement is called, takes, gives and holds. */

/** What a parameter's value is; decides how it is edited. */
export type ValueKind =
  "expression" | "condition" | "text" | "bool" | "number" | "json" | "code" | "sql" | "enum";

/** What a statement or an arm names before its block. */
export type Subject =
  "none" | "table" | "variable" | "expression" | "condition" | "name" | "endpoint" | "binder";

export interface Parameter {
  name: string;
  kind: ValueKind;
  required: boolean;
  /** The texts of an enum. */
  values?: readonly string[];
}

/** A block that a step may hold. */
export interface ArmRule {
  keyword: string;
  min: number;
  max: number;
  subject: Subject;
}

export interface Statement {
  statement: string;
  label: string;
  group: string;
  help: string;
  subject: Subject;
  /** Whether `if (condition)` follows the subject; the condition is the field {@link CLAUSE}. */
  clause: boolean;
  parameters: readonly Parameter[];
  result: "none" | "variable" | "in_place";
  arms: readonly ArmRule[];
}

/** The field of the condition between a statement's subject and its block. */
export const CLAUSE = "if";

export interface Catalogue {
  /** Headings of the palette, in its order. */
  groups: readonly string[];
  statements: ReadonlyMap<string, Statement>;
}

/** Puts a list of statements in the form that the app looks things up in. */
export function catalogueOf(statements: readonly Statement[]): Catalogue {
  return {
    groups: [...new Set(statements.map((statement) => statement.group))],
    statements: new Map(statements.map((statement) => [statement.statement, statement])),
  };
}

/** Reads a list of statements from JSON; what is missing or unknown becomes the plainest thing that works. */
export function catalogueFrom(rows: readonly unknown[]): Catalogue {
  return catalogueOf(rows.map((row) => statementFrom(row as Record<string, unknown>)));
}

function statementFrom(row: Record<string, unknown>): Statement {
  return {
    statement: text(row["statement"]),
    label: text(row["label"]) || text(row["statement"]),
    group: text(row["group"]) || "Other",
    help: text(row["help"]),
    subject: subjectFrom(row["subject"]),
    clause: row["clause"] === true,
    parameters: list(row["params"] ?? row["parameters"]).map((given) => ({
      name: text(given["name"]),
      kind: kindFrom(given["kind"]),
      required: given["required"] === true,
      ...(Array.isArray(given["values"]) ? { values: given["values"].map(text) } : {}),
    })),
    result: resultFrom(row["result"]),
    arms: list(row["arms"]).map((given) => ({
      keyword: text(given["keyword"]),
      min: typeof given["min"] === "number" ? given["min"] : 0,
      max: typeof given["max"] === "number" ? given["max"] : Infinity,
      subject: subjectFrom(given["subject"]),
    })),
  };
}

const KINDS: readonly ValueKind[] = [
  "expression",
  "condition",
  "text",
  "bool",
  "number",
  "json",
  "code",
  "sql",
  "enum",
];
const SUBJECTS: readonly Subject[] = [
  "none",
  "table",
  "variable",
  "expression",
  "condition",
  "name",
  "endpoint",
  "binder",
];

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const kindFrom = (value: unknown): ValueKind => KINDS.find((kind) => kind === value) ?? "expression";
const subjectFrom = (value: unknown): Subject => SUBJECTS.find((subject) => subject === value) ?? "none";

function resultFrom(value: unknown): Statement["result"] {
  if (value === true || value === "variable") return "variable";
  return value === "in_place" ? "in_place" : "none";
}
