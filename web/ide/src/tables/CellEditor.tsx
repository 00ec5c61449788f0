import { type KeyboardEvent, useEffect, useRef } from "react";

import { type Column, isTall } from "./cells.ts";
import css from "./grid.module.css";

interface CellEditorProps {
  column: Column;
  text: string;
  error: string | undefined;
  onType: (text: string) => void;
  /** Saved, and on to the next: below, to the right or left, or nowhere. */
  onDone: (go: "down" | "right" | "left" | "stay") => void;
  onCancel: () => void;
}

/** Where a cell's value is typed: in place, or in a tall box for what is long. */
export function CellEditor({ column, text, error, onType, onDone, onCancel }: CellEditorProps) {
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
        <textarea {...shared} rows={6} spellCheck={false} onChange={(event) => onType(event.target.value)} />
      ) : (
        <input {...shared} spellCheck={false} onChange={(event) => onType(event.target.value)} />
      )}
      {error && (
        <span className={css.problem} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
