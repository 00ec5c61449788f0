/** Reading a node: its fields, what it is called, and what of it can be locked. */
import type { Catalogue, Statement } from "../room/catalogue.ts";
import type { NodeDoc } from "@baton/sdk";

export type Nodes = ReadonlyMap<string, NodeDoc>;

/** Names of the fields that are not parameters. */
export const NAME = "@name";
export const VERB = "@verb";
export const SUBJECT = "@subject";
export const RESULT = "@result";
export const VALUE = "@value";
export const TYPE = "@type";
export const NULLABLE = "@nullable";
export const OPTIONAL = "@optional";
export const LIST = "@list";
export const DEFAULT = "@default";
export const FILTERS = "@filters";
export const SOURCE = "@source";
export const COMMENT = "@comment";

/** The text of a field. */
export function field(node: NodeDoc, name: string): string | undefined {
  return node.fields.find((one) => one.name === name)?.text;
}

export function isDisabled(node: NodeDoc): boolean {
  return field(node, "disabled") === "true";
}

/** A statement that the catalogue does not know is kept as it stands. */
export function isUnknown(node: NodeDoc): boolean {
  return node.kind === "step" && field(node, SOURCE) !== undefined;
}

/** A text without its quotes, if it is nothing but one quoted text. */
export function unquote(source: string): string {
  const trimmed = source.trim();
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(trimmed)) return source;
  return trimmed.slice(1, -1).replace(/\\(.)/gs, (_, one: string) => (one === "n" ? "\n" : one));
}

/** A text as source. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

/** Where a position of a text stands in its source. */
export function quotedPosition(text: string, position: number): number {
  return position === 0 && text === "" ? 0 : quote(text.slice(0, position)).length - 1;
}

/** Where a position of the source stands in the text. */
export function shownPosition(text: string, position: number): number {
  let at = 0;
  while (at < text.length && quotedPosition(text, at + 1) <= position) at += 1;
  return at;
}

/** The description, in words. */
export function description(node: NodeDoc): string | undefined {
  const source = field(node, "description");
  return source === undefined ? undefined : unquote(source);
}

/** The item whose lock covers a node: an arm is not locked by itself, its step is. */
export function lockItem(nodes: Nodes, id: string): string {
  const node = nodes.get(id);
  return node?.kind === "arm" && node.parent !== undefined ? node.parent : id;
}

/** What a step is called. */
export function label(node: NodeDoc, catalogue: Catalogue): string {
  if (isUnknown(node)) return firstWord(field(node, SOURCE) ?? "") || "Unknown statement";
  return catalogue.statements.get(node.word)?.label ?? node.word;
}

/** What a person sees of a step beside its label: the one thing that matters, and what goes with it. */
export interface Preview {
  main: string;
  rest: string;
}

/** The one parameter that matters. */
export function preview(node: NodeDoc, statement: Statement | undefined): Preview {
  const subject = field(node, SUBJECT);
  const value = field(node, "value");
  if (node.word === "api.request" || node.word.startsWith("stream.from_request")) {
    const method = unquote(field(node, "method") ?? "");
    const source = firstLine(field(node, "url") ?? "");
    const url = /^"((?:[^"\\]|\\.)*)"/.exec(source)?.[1] ?? source;
    return { main: `${method} ${url.replace(/^https?:\/\//, "")}`.trim(), rest: "" };
  }
  const name = field(node, "field_name");
  if (subject !== undefined && name !== undefined) {
    return { main: subject, rest: `${unquote(name)} = ${firstLine(field(node, "field_value") ?? "")}` };
  }
  if (subject !== undefined) return { main: subject, rest: value === undefined ? "" : firstLine(value) };
  const required = statement?.parameters.find((one) => one.required && field(node, one.name) !== undefined);
  const shown = required ? field(node, required.name) : value;
  return { main: "", rest: shown === undefined ? "" : firstLine(shown) };
}

/** A step in few words, as links and notices name it: "Create Variable $after". */
export function title(node: NodeDoc, catalogue: Catalogue): string {
  switch (node.kind) {
    case "step": {
      const { main } = preview(node, catalogue.statements.get(node.word));
      const short = main.length > 40 ? `${main.slice(0, 39)}…` : main;
      return short ? `${label(node, catalogue)} ${short}` : label(node, catalogue);
    }
    case "input":
      return field(node, NAME) ?? "unnamed";
    case "arm":
      return armTitle(node);
    case "settings":
      return "Settings";
    case "inputs":
      return "Inputs";
    case "stack":
      return "Steps";
    case "response":
      return "Response";
  }
}

const ARM_WORDS: Readonly<Record<string, string>> = {
  if: "If",
  elseif: "Else if",
  else: "Else",
  case: "Case",
  default: "Default",
  try: "Try",
  catch: "Catch",
  finally: "Finally",
  each: "Each",
  stack: "Steps",
};

/** What an arm is called. */
export function armTitle(node: NodeDoc): string {
  return ARM_WORDS[node.word] ?? node.word;
}

/** Lines that only open or close a text of several lines. */
const FENCES: ReadonlySet<string> = new Set(["", "```", '"""']);

/** The first line that says something. */
export function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const found = lines.find((line) => !FENCES.has(line)) ?? "";
  if (lines.length === 1 || !/^[{[]$/.test(found)) return found;
  return lines.join(" ").replace(/\s+/g, " ");
}

function firstWord(text: string): string {
  return /^\s*!?\s*([\w.]+)/.exec(text)?.[1] ?? "";
}
