import type { FieldState, JsonValue, LockDoc, RecordDoc } from "@baton/sdk";
import { recordItem } from "@baton/sdk";
import { Check, LockKeyhole, Pen, TriangleAlert } from "lucide-react";
import { memo, type ReactNode } from "react";

import { LockChip } from "../locks/LockChip.tsx";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import { CellPeople } from "./CellPeople.tsx";
import { type Column, fits, isNumber, shown } from "./cells.ts";
import css from "./grid.module.css";

export interface Held {
  lock: LockDoc;
  holder: Person;
  mine: boolean;
}

interface GridRowProps {
  object: string;
  index: number;
  top: number;
  record: RecordDoc | undefined;
  columns: readonly Column[];
  template: string;
  /** The column with the focus, if it is in this row. */
  focused: number | undefined;
  /** The editor, if a cell of this row is typed in. */
  editor: ReactNode;
  cells: ReadonlyMap<string, FieldState>;
  held: Held | undefined;
  /** Colleagues by column id; those on no cell under "". */
  people: ReadonlyMap<string, readonly Person[]> | undefined;
  selected: boolean;
  now: number;
  onFocus: (index: number, column: number) => void;
  onEdit: (index: number, column: number) => void;
  onOpen: (record: string) => void;
}

/** A record of the grid. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, record, columns, held, people, focused } = props;
  const beside = people?.get("") ?? [];
  return (
    <div
      className={css.row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-testid="record"
      data-record={record?.id}
      data-held={held !== undefined && !held.mine}
      data-mine={held?.mine}
      data-colour={held?.holder.colour}
      style={{ transform: `translateY(${props.top}px)`, gridTemplateColumns: props.template }}
    >
      <button
        type="button"
        className={css.number}
        role="rowheader"
        tabIndex={-1}
        aria-label={record ? `Open record ${record.ordinal}` : "Loading"}
        onClick={() => record && props.onOpen(record.id)}
      >
        {held && !held.mine ? (
          <Initials person={{ ...held.holder, editing: true }} size="tiny" />
        ) : beside[0] ? (
          <span data-testid="onlooker" data-name={beside[0].name} title={`${beside[0].name} is here`}>
            <Initials person={beside[0]} size="tiny" />
          </span>
        ) : held ? (
          <Pen size={12} aria-label="You are editing" />
        ) : (
          index + 1
        )}
      </button>
      {columns.map((column, at) => (
        <Cell
          key={column.id}
          object={props.object}
          column={column}
          at={at}
          record={record}
          state={record && props.cells.get(`${recordItem(record.id)}/${column.id}`)}
          focused={focused === at}
          editor={focused === at ? props.editor : null}
          person={people?.get(column.id)?.[0]}
          onFocus={() => props.onFocus(index, at)}
          onEdit={() => props.onEdit(index, at)}
        />
      ))}
      {held && (
        <span className={css.chip}>
          <LockChip lock={held.lock} person={held.holder} mine={held.mine} now={props.now} />
        </span>
      )}
    </div>
  );
});

interface CellProps {
  object: string;
  column: Column;
  at: number;
  record: RecordDoc | undefined;
  state: FieldState | undefined;
  focused: boolean;
  editor: ReactNode;
  person: Person | undefined;
  onFocus: () => void;
  onEdit: () => void;
}

function Cell({ object, column, at, record, state, focused, editor, person, onFocus, onEdit }: CellProps) {
  const value = valueIn(column, record, state);
  const error = state?.error;
  return (
    <div
      className={css.cell}
      style={{ gridColumn: at + 2 }}
      role="gridcell"
      aria-readonly={column.fixed !== undefined}
      data-testid="cell"
      data-column={column.name}
      data-focused={focused}
      data-number={isNumber(column) || column.fixed === "given"}
      data-state={state?.state}
      data-person={person?.name}
      data-colour={person?.colour}
      title={error ? (error.detail ?? error.title) : undefined}
      onMouseDown={(event) => {
        if (editor) return;
        event.preventDefault();
        onFocus();
      }}
      onDoubleClick={onEdit}
    >
      {editor || <Value column={column} value={value} state={state} />}
      {person && record && (
        <CellPeople
          object={object}
          item={recordItem(record.id)}
          field={column.id}
          person={person}
          text={editor ? undefined : textIn(column, value)}
        />
      )}
    </div>
  );
}

/** What is typed or on its way, or what the record holds. */
export function valueIn(
  column: Column,
  record: RecordDoc | undefined,
  state: FieldState | undefined,
): JsonValue | undefined {
  if (column.fixed === "given") return column.type === "uuid" ? record?.id : record?.ordinal;
  if (state?.text != null && (state.state === "unsaved" || state.state === "saving")) {
    return JSON.parse(state.text) as JsonValue;
  }
  return record?.cells[column.id];
}

/** What the cell shows, if it is shown as it is typed. */
function textIn(column: Column, value: JsonValue | undefined): string | undefined {
  const otherwise = column.fixed !== undefined || column.sensitive || column.type === "enum";
  if (otherwise || (column.type === "bool" && typeof value === "boolean")) return undefined;
  return value === undefined || value === null ? "" : shown(column, value);
}

function Value({
  column,
  value,
  state,
}: {
  column: Column;
  value: JsonValue | undefined;
  state: FieldState | undefined;
}) {
  if (column.fixed === "secret") return <LockKeyhole size={13} className={css.quiet} aria-label="not kept" />;
  if (state?.state === "kept" || state?.state === "parked") {
    return (
      <>
        <TriangleAlert size={13} className={css.warn} aria-label="not saved" />
        <span>{shown(column, value)}</span>
      </>
    );
  }
  if (value === undefined || value === null) return <span className={css.none} />;
  if (column.type === "bool" && typeof value === "boolean") {
    return value ? (
      <Check size={15} className={css.yes} aria-label="true" />
    ) : (
      <span className={css.no}>no</span>
    );
  }
  if (column.type === "enum" && typeof value === "string") return <span className={css.choice}>{value}</span>;
  if (column.sensitive) return <span className={css.masked}>••••••</span>;
  return (
    <span data-odd={!fits(column, value)} title={fits(column, value) ? undefined : `not ${column.type}`}>
      {shown(column, value)}
    </span>
  );
}
