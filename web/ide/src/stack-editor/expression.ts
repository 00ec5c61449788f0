import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

/** Light highlighting of XanoScript expressions: texts, numbers, variables, filters, comments. */
export const expression = StreamLanguage.define<{ fence: string | undefined }>({
  name: "xanoscript",
  startState: () => ({ fence: undefined }),
  token(stream, state) {
    if (state.fence !== undefined) {
      if (stream.match(state.fence)) state.fence = undefined;
      else stream.next();
      return "string";
    }
    if (stream.match("```")) {
      // A block of three backticks holds an expression over several lines.
      return "meta";
    }
    if (stream.match('"""')) {
      state.fence = '"""';
      return "string";
    }
    return token(stream);
  },
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});

type Stream = Parameters<NonNullable<Parameters<typeof StreamLanguage.define>[0]["token"]>>[0];

function token(stream: Stream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^\/\/.*/)) return "comment";
  if (
    stream.match(/^"(?:[^"\\]|\\.)*"?/) ||
    stream.match(/^'(?:[^'\\]|\\.)*'?/) ||
    stream.match(/^`[^`]*`?/)
  ) {
    return "string";
  }
  if (stream.match(/^\$[\w$]+/)) return "variableName";
  if (stream.match(/^\|\s*[a-zA-Z_]\w*/)) return "keyword";
  if (stream.match(/^(?:true|false|null|now)\b/)) return "atom";
  if (stream.match(/^-?\d+(?:\.\d+)?\b/)) return "number";
  if (stream.match(/^[a-zA-Z_]\w*(?=\s*:)/)) return "propertyName";
  if (stream.match(/^[a-zA-Z_]\w*/)) return null;
  if (stream.match(/^(?:&&|\|\||==|!=|>=|<=|\?\?|[-+*/%~<>!?:=])/)) return "operator";
  stream.next();
  return null;
}

/** Colours of code, from the tokens, for every language. */
export const codeColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.string, tags.special(tags.string)], color: "light-dark(#1c7549, #7fd3a7)" },
    { tag: [tags.number, tags.atom, tags.bool, tags.null], color: "light-dark(#a8500a, #f0a66b)" },
    { tag: [tags.keyword, tags.operatorKeyword], color: "light-dark(#4b53d0, #a2a8fb)" },
    { tag: [tags.variableName, tags.definition(tags.variableName)], color: "light-dark(#1d55b3, #86b6fb)" },
    { tag: [tags.propertyName], color: "light-dark(#565862, #c3c5cf)" },
    { tag: [tags.comment, tags.meta], color: "light-dark(#73757f, #8b8d98)" },
    { tag: [tags.operator], color: "light-dark(#73757f, #a6a8b3)" },
  ]),
);
