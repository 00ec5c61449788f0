/** Where the caret stands in a text box, and what is selected. */
import type { CursorDoc } from "@baton/sdk";

/** A one-line or tall input. */
export type TextBox = Pick<
  HTMLInputElement,
  "value" | "selectionStart" | "selectionEnd" | "selectionDirection"
>;

/** In UTF-16 units of the box's text; nothing for a box without a caret. */
export function selectionIn(box: TextBox): CursorDoc | undefined {
  const { value, selectionStart, selectionEnd, selectionDirection } = box;
  if (selectionStart === null || selectionEnd === null) return undefined;
  const backward = selectionDirection === "backward";
  const [anchor, head] = backward ? [selectionEnd, selectionStart] : [selectionStart, selectionEnd];
  return { anchor, head, length: value.length };
}
