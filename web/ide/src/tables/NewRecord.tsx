import { asBatonError, type JsonValue, uuidv7 } from "@baton/sdk";
import { type FormEvent, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import kit from "../kit/kit.module.css";
import { type Column, isTall, valueOf } from "./cells.ts";
import css from "./grid.module.css";

interface NewRecordProps {
  columns: readonly Column[];
  onAdd: (id: string, cells: Record<string, JsonValue>) => Promise<unknown>;
  onClose: () => void;
}

/** A new record: what is required is asked for, what has a default may be left empty. */
export function NewRecord({ columns, onAdd, onClose }: NewRecordProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const open = columns.filter((column) => !column.fixed);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const cells: Record<string, JsonValue> = {};
    for (const column of open) {
      const text = texts[column.id] ?? "";
      // What is left empty gets its default, or stays empty.
      if (text === "" && (column.fills || column.empty)) continue;
      cells[column.id] = column.type === "bool" && text === "" ? false : valueOf(column, text);
    }
    setBusy(true);
    try {
      await onAdd(uuidv7(), cells);
      onClose();
    } catch (thrown) {
      const told = asBatonError(thrown);
      setError(told.detail ?? told.title);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="New record"
      open
      onClose={onClose}
      foot={
        <>
          {error && (
            <span className={css.formError} role="alert">
              {error}
            </span>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" type="submit" form="new-record" disabled={busy}>
            Add record
          </Button>
        </>
      }
    >
      <form id="new-record" className={css.form} onSubmit={(event) => void add(event)}>
        {open.map((column) => (
          <label key={column.id}>
            <span>
              {column.name} <i>{column.list ? `${column.type}[]` : column.type}</i>
              {!column.empty && !column.fills && <em>required</em>}
            </span>
            <Entry
              column={column}
              value={texts[column.id] ?? ""}
              onChange={(text) => setTexts({ ...texts, [column.id]: text })}
            />
          </label>
        ))}
        {open.length === 0 && <p>The table has no fields to fill in.</p>}
      </form>
    </Dialog>
  );
}

function Entry({
  column,
  value,
  onChange,
}: {
  column: Column;
  value: string;
  onChange: (text: string) => void;
}) {
  const shared = {
    className: kit.input,
    "aria-label": column.name,
    value,
    placeholder: column.fills ? "default" : "",
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if ((column.type === "enum" || column.type === "bool") && !column.list) {
    const values = column.type === "bool" ? ["true", "false"] : column.values;
    return (
      <select {...shared}>
        <option value="" />
        {values.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  }
  return isTall(column) ? <textarea rows={3} {...shared} /> : <input {...shared} />;
}
