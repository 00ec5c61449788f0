import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";

import { carets, caretsOf, type RemoteCaret, setCarets } from "./carets.ts";
import { quote, quotedPosition, shownPosition } from "./node.ts";

const caret = (head: number, length: number, anchor = head): RemoteCaret => ({
  ...{ key: "s-ana", name: "Ana", colour: 3 },
  ...{ anchor, head, length },
});

const field = (doc: string) => EditorState.create({ doc, extensions: [carets] });
const places = (state: EditorState) => caretsOf(state).map(({ at, from }) => [from, at]);

it("puts carets where they are, from the end while their author is ahead of what is saved", () => {
  let state = field("abcdef");
  state = state.update({ effects: setCarets.of([caret(2, 6, 5)]) }).state;
  expect(places(state)).toEqual([[5, 2]]);
  state = state.update({ effects: setCarets.of([caret(6, 9)]) }).state;
  expect(places(state)).toEqual([[3, 3]]);
  // What she has typed arrives: now the caret is exactly where she says.
  state = state.update({ changes: { from: 3, insert: "xyz" } }).state;
  expect(places(state)).toEqual([[6, 6]]);
});

it("carries a reader's caret along while one types before it", () => {
  let state = field("abcdef");
  state = state.update({ effects: setCarets.of([caret(4, 6)]) }).state;
  state = state.update({ changes: { from: 0, insert: ">>" } }).state;
  state = state.update({ changes: { from: 8, insert: "!" } }).state;
  expect(places(state)).toEqual([[6, 6]]);
  state = state.update({ changes: { from: 2, to: 9 } }).state;
  expect(places(state)).toEqual([[2, 2]]);
});

it("finds a place of a text in its source and back", () => {
  const text = 'say "a\\b"\n';
  for (let at = 0; at <= text.length; at += 1) {
    const inSource = quotedPosition(text, at);
    expect(quote(text).slice(0, inSource)).toBe(quote(text.slice(0, at)).slice(0, -1));
    expect(shownPosition(text, inSource)).toBe(at);
  }
  expect([quotedPosition("", 0), shownPosition("", 7)]).toEqual([0, 0]);
});
