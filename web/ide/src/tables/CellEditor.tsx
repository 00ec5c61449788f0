import type { CursorDoc } from "@baton/sdk";
import { type KeyboardEvent, useEffect, useRef } from "react";

import { selectionIn, type TextBox } from "../presence/selection.ts";
import { type Column, isTall } from "./cells.ts";
import css from "./grid.module.css";

interface CellEditorProps {
  column: Column;
  text: string;
  error: string | undefined;
  onType: (text: string) => void;
  /** The caret moved; `typed`: by a key that wrote. */
  onCaret: (cursor: CursorDoc, typed: boolean) => void;
  /** Saved, and on to the next: below, to the right or left, or nowhere. */
  onDone: (go: "down" | "right" | "left" | "stay") => void;
  onCancel: () => void;
}

/** Where a cell's value is typed: in place, or in a tall box for what is long. */
export function CellEditor(props: CellEditorProps) {
  const { column, text, error, onType, onCaret, onDone, onCancel } = props;
  const ref = useRef<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(null);
  const left = useRef(false);
  useEffect(() => {
    ref.current?.focus();
    const end = ref.current?.value.length ?? 0;
    // A list of choices has no caret.
    if (column.type !== "enum") ref.current?.setSelectionRange(end, end);
  }, [column.type]);
  const leave = (how: () => void) => {
    left.current = true;
    how();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") leave(onCancel);
    else if (event.key === "Tab") leave(() => onDone(event.shiftKey ? "left" : "right"));
    else if (event.key === "Enter" && !event.shiftKey) leave(() => onDone("down"));
    else return;
    event.preventDefault();
  };
  const point = (box: TextBox, typed: boolean) => {
    const cursor = selectionIn(box);
    if (cursor) onCaret(cursor, typed);
  };
  const typing = {
    spellCheck: false,
    onSelect: (event: { currentTarget: TextBox }) => point(event.currentTarget, false),
    onChange: (event: { target: TextBox }) => {
      onType(event.target.value);
      point(event.target, true);
    },
  };
  const shared = {
    ref,
    "aria-label": column.name,
    "aria-invalid": error !== undefined,
    "data-testid": "cell-editor",
    value: text,
    onKeyDown,
    onBlur: () => {
      if (!left.current) onDone("stay");
    },
  };
  return (
    <span className={css.editor} data-tall={isTall(column)}>
      {column.type === "enum" && !column.list ? (
        <select {...shared} onChange={(event) => onType(event.target.value)}>
          {(column.empty || text === "") && <option value="" />}
          {column.values.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      ) : isTall(column) ? (
        <textarea {...shared} {...typing} rows={6} />
      ) : (
        <input {...shared} {...typing} />
      )}
      {error && (
        <span className={css.problem} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
