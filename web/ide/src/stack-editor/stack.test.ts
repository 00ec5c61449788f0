import type { NodeDoc } from "@baton/sdk";
import { expect, it } from "vitest";

import rows from "../../dev/catalogue.json";
import { catalogueFrom } from "../room/catalogue.ts";
import { difference } from "./difference.ts";
import { move, newArm, newStep, nudge } from "./edits.ts";
import { firstLine, lockItem, preview, quote, title, unquote } from "./node.ts";
import { outline } from "./outline.ts";
import { syntaxHint } from "./syntax.ts";

const catalogue = catalogueFrom(rows);

function node(
  id: string,
  kind: NodeDoc["kind"],
  word: string,
  parent: string | undefined,
  children: string[],
): NodeDoc {
  return { id, kind, word, fields: [], children, revision: 1, ...(parent === undefined ? {} : { parent }) };
}

const tree = new Map(
  [
    node("stack", "stack", "", undefined, ["a", "if", "z"]),
    node("a", "step", "var", "stack", []),
    node("if", "step", "conditional", "stack", ["then", "else"]),
    node("then", "arm", "if", "if", ["b", "c"]),
    node("b", "step", "return", "then", []),
    node("c", "step", "break", "then", []),
    node("else", "arm", "else", "if", ["d"]),
    node("d", "step", "debug.log", "else", []),
    node("z", "step", "var", "stack", []),
  ].map((one) => [one.id, one]),
);

const parts = { inputs: true, response: true };

it("numbers steps on through the arms and leaves out what is collapsed", () => {
  const numbers = (collapsed: string[]) =>
    outline(tree, catalogue, new Set(collapsed), parts).flatMap((row) =>
      row.kind === "step" ? [`${row.number} ${row.node.id}`] : [],
    );
  expect(numbers([])).toEqual(["1 a", "2 if", "2.1 b", "2.2 c", "2.3 d", "3 z"]);
  expect(numbers(["if"])).toEqual(["1 a", "2 if", "3 z"]);
});

it("offers only the arms that the catalogue still allows", () => {
  const found = outline(tree, catalogue, new Set(), parts).find((row) => row.kind === "arms");
  expect(found?.kind === "arms" && found.rules.map((rule) => rule.keyword)).toEqual(["elseif"]);
});

it("puts a new arm where the catalogue's order wants it", () => {
  const rules = catalogue.statements.get("conditional")?.arms ?? [];
  const elseif = rules.find((rule) => rule.keyword === "elseif");
  const step = tree.get("if");
  expect(elseif && step && newArm(tree, step, rules, elseif)).toMatchObject({ parent: "if", after: "then" });
});

it("makes a step with the arms that it cannot be without", () => {
  const statement = catalogue.statements.get("conditional");
  const made = statement && newStep(statement, { parent: "stack", after: "z" });
  expect(made?.op).toMatchObject({ op: "insert", parent: "stack", after: "z" });
  expect(made?.op.op === "insert" && made.op.seeds.map((seed) => seed.word)).toEqual(["conditional", "if"]);
});

it("never moves a step into itself, nor to where it stands", () => {
  expect(move(tree, "if", { parent: "then", after: undefined })).toBeUndefined();
  expect(move(tree, "if", { parent: "stack", after: "a" })).toBeUndefined();
  expect(move(tree, "if", { parent: "stack", after: "z" })).toMatchObject({ parent: "stack", after: "z" });
});

it("nudges among siblings, on into the next arm, and out of the block", () => {
  expect(nudge(tree, "a", -1)).toBeUndefined();
  expect(nudge(tree, "c", -1)).toEqual({ op: "move", item: "c", parent: "then" });
  expect(nudge(tree, "c", 1)).toEqual({ op: "move", item: "c", parent: "else" });
  expect(nudge(tree, "d", -1)).toEqual({ op: "move", item: "d", parent: "then", after: "c" });
  expect(nudge(tree, "d", 1)).toEqual({ op: "move", item: "d", parent: "stack", after: "if" });
  expect(nudge(tree, "b", -1)).toEqual({ op: "move", item: "b", parent: "stack", after: "a" });
});

it("locks an arm through its step", () => {
  expect([lockItem(tree, "then"), lockItem(tree, "b"), lockItem(tree, "settings")]).toEqual([
    "if",
    "b",
    "settings",
  ]);
});

it("names a step by its label and the one thing that matters", () => {
  const step = (word: string, fields: Record<string, string>): NodeDoc => ({
    ...node("x", "step", word, "stack", []),
    fields: Object.entries(fields).map(([name, text]) => ({ name, text })),
  });
  expect(title(step("var", { "@subject": "$after", value: "1" }), catalogue)).toBe("Create Variable $after");
  const request = step("api.request", { url: '"https://a.test/x"|replace:"y":$z', method: '"GET"' });
  expect(preview(request, undefined)).toEqual({ main: "GET a.test/x", rest: "" });
  const get = step("db.get", { "@subject": "users", field_name: '"id"', field_value: "$input.id" });
  expect(preview(get, undefined)).toEqual({ main: "users", rest: "id = $input.id" });
  expect(title(step("what.is_it", { "@source": "what.is_it {\n}" }), catalogue)).toBe("what.is_it");
});

it("quotes and unquotes a text, and leaves alone what is more than one", () => {
  const text = 'say "hi"\nand \\ go';
  expect(unquote(quote(text))).toBe(text);
  expect(unquote('"a"|trim:"b"')).toBe('"a"|trim:"b"');
});

it("shows the first line of a text of several lines, not its fence", () => {
  expect(firstLine('"""\n  SELECT *\n  FROM users\n"""')).toBe("SELECT *");
  expect(firstLine("```\n$a + 1\n```")).toBe("$a + 1");
  expect(firstLine("{\n  a: 1\n}")).toBe("{ a: 1 }");
});

it("sees what does not close, and nothing else", () => {
  expect(syntaxHint("expression", '$a|set:"x":(1 + 2)')).toBeUndefined();
  expect(syntaxHint("expression", '"it is )"')).toBeUndefined();
  expect(syntaxHint("json", "{a: [1}")).toMatch(/too many/);
  expect(syntaxHint("json", "{a: [1")).toMatch(/not closed/);
  expect(syntaxHint("text", '"open')).toMatch(/does not end/);
  expect(syntaxHint("sql", "select ')")).toBeUndefined();
});

it("changes no more of a text than differs", () => {
  expect(difference("$a + 1", "$a + 12")).toEqual({ from: 6, to: 6, insert: "2" });
  expect(difference("aaa", "aa")).toEqual({ from: 2, to: 3, insert: "" });
  expect(difference("same", "same")).toEqual({ from: 4, to: 4, insert: "" });
});
