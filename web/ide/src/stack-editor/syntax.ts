/** What can be said of a text without the server: whether its brackets and quotes close. Publishing checks the rest. */
import type { ValueKind } from "../room/catalogue.ts";

const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** What is wrong with a text, in words; nothing if nothing is seen. */
export function syntaxHint(kind: ValueKind, text: string): string | undefined {
  if (kind === "code" || kind === "sql" || text.trim() === "") return undefined;
  const open: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at] ?? "";
    if (one === '"' || one === "'") {
      const end = closing(text, at);
      if (end === undefined) return `The text that begins with ${one} does not end.`;
      at = end;
    } else if (text.startsWith("//", at)) {
      const line = text.indexOf("\n", at);
      at = line === -1 ? text.length : line;
    } else if (one in CLOSES) open.push(one);
    else if (one === ")" || one === "]" || one === "}") {
      const last = open.pop();
      if (last === undefined || CLOSES[last] !== one) return `There is a ${one} too many.`;
    }
  }
  const last = open[open.length - 1];
  return last === undefined ? undefined : `A ${last} is not closed.`;
}

function closing(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[from]) return at;
  }
  return undefined;
}
