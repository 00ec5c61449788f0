import { useClient, useReadable } from "@baton/react";
import {
  lockOn,
  ofRecords,
  recordItem,
  type RecordDoc,
  type RecordsQuery,
  type StackState,
} from "@baton/sdk";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";

import { revertChanges } from "../history/asking.ts";
import { isPickable } from "../history/changes.ts";
import { attempt } from "../notifications/tell.ts";
import { lockMet } from "../notifications/usePassing.ts";
import { useWhereabouts } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { CellEditor } from "./CellEditor.tsx";
import { type Column, typed, valueOf } from "./cells.ts";
import css from "./grid.module.css";
import { GridRow, valueIn } from "./GridRow.tsx";
import { useGridPeople } from "./useGridPeople.ts";
import type { RecordRows } from "./useRecords.ts";

const ROW = 34;
const AROUND = 8;

interface Focus {
  row: number;
  column: number;
}

interface RecordGridProps {
  stack: StackState;
  columns: readonly Column[];
  rows: RecordRows;
  query: RecordsQuery;
  readOnly: boolean;
  selected: string | undefined;
  onSort: (column: Column) => void;
  onOpen: (record: string) => void;
}

/** Records as a grid: any row of a hundred thousand, typed in place, with colleagues outlined in their colour. */
export function RecordGrid({
  stack,
  columns,
  rows,
  query,
  readOnly,
  selected,
  onSort,
  onOpen,
}: RecordGridProps) {
  const client = useClient();
  const { editing } = client;
  const whereabouts = useWhereabouts();
  const now = useServerNow(5000);
  const cells = useReadable(editing.cells);
  const people = useGridPeople(stack.object);
  const scroll = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [focus, setFocus] = useState<Focus>();
  const [editor, setEditor] = useState<{ record: string; column: Column; text: string }>();
  const count = rows.matching ?? 0;
  const first = Math.max(0, Math.floor(view.top / ROW) - AROUND);
  const last = Math.min(count - 1, Math.ceil((view.top + view.height) / ROW) + AROUND);
  const template = `52px ${columns.map((column) => `${column.width}px`).join(" ")}`;
  const { look, at } = rows;

  useEffect(() => look(first, Math.max(first, last)), [look, first, last]);
  useEffect(() => {
    const box = scroll.current;
    if (!box) return;
    const measure = () => setView({ top: box.scrollTop, height: box.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    measure();
    return () => watch.disconnect();
  }, []);

  const record = focus && at(focus.row);
  const column = focus && columns[focus.column];
  const item = record && recordItem(record.id);
  const field = column?.id;
  useEffect(() => {
    if (item === undefined || field === undefined) return undefined;
    whereabouts.enter(item, field);
    return () => whereabouts.leave(item, field);
  }, [whereabouts, item, field]);

  const moveTo = useCallback(
    (next: Focus) => {
      const row = Math.max(0, Math.min(count - 1, next.row));
      setFocus({ row, column: Math.max(0, Math.min(columns.length - 1, next.column)) });
      const box = scroll.current;
      if (!box) return;
      const [above, below] = [row * ROW, (row + 2) * ROW];
      if (above < box.scrollTop) box.scrollTop = above;
      else if (below > box.scrollTop + box.clientHeight) box.scrollTop = below - box.clientHeight;
      box.focus({ preventScroll: true });
    },
    [count, columns.length],
  );

  const begin = (row: number, at: number, text?: string) => {
    const [record, column] = [rows.at(row), columns[at]];
    if (!record || !column || column.fixed || readOnly) return;
    setFocus({ row, column: at });
    const lock = lockOn(client.room.get(), { object: stack.object, item: recordItem(record.id) });
    if (lock && lock.session !== client.room.get().session) return lockMet.emit(lock);
    const value = valueIn(column, record, cells.get(`${recordItem(record.id)}/${column.id}`));
    if (column.type === "bool" && !column.list) {
      return void attempt(editing.setCell(record.id, column.id, value !== true));
    }
    const refused = keptIn(editing.kept.get(), record.id, column.id);
    if (refused) void editing.discardKept([refused.opId]);
    const before = refused ? refused.text : typed(column, value);
    setEditor({ record: record.id, column, text: text ?? before });
    if (text !== undefined)
      editing.type(recordItem(record.id), column.id, JSON.stringify(valueOf(column, text)));
  };
  const done = (go: "down" | "right" | "left" | "stay") => {
    if (editor) {
      editing.blur(recordItem(editor.record), editor.column.id);
      whereabouts.enter(recordItem(editor.record), editor.column.id);
    }
    setEditor(undefined);
    if (!focus) return;
    if (go === "down") moveTo({ ...focus, row: focus.row + 1 });
    if (go === "right") moveTo({ ...focus, column: focus.column + 1 });
    if (go === "left") moveTo({ ...focus, column: focus.column - 1 });
  };
  const cancel = () => {
    if (editor) {
      const item = recordItem(editor.record);
      editing.discard(item, editor.column.id);
      whereabouts.enter(item, editor.column.id);
      void attempt(editing.finish(item));
    }
    setEditor(undefined);
    scroll.current?.focus({ preventScroll: true });
  };
  const takeBackLast = async () => {
    await editing.flush();
    const { user } = client.room.get();
    // From the log: the replica knows only what was done while it was open.
    const { changes } = await client.http.changes(client.workspace, stack.object, {
      author: user,
      limit: 100,
    });
    const last = changes.find((change) => ofRecords(change) && isPickable(change));
    if (last) await revertChanges(client, stack.object, [last.number]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = focus ?? { row: 0, column: 0 };
    const page = Math.max(1, Math.floor(view.height / ROW) - 2);
    const moves: Record<string, Focus> = {
      ArrowDown: { ...at, row: at.row + 1 },
      ArrowUp: { ...at, row: at.row - 1 },
      ArrowRight: { ...at, column: at.column + 1 },
      ArrowLeft: { ...at, column: at.column - 1 },
      Tab: { ...at, column: at.column + (event.shiftKey ? -1 : 1) },
      PageDown: { ...at, row: at.row + page },
      PageUp: { ...at, row: at.row - page },
      Home: { row: event.ctrlKey || event.metaKey ? 0 : at.row, column: 0 },
      End: { row: event.ctrlKey || event.metaKey ? count - 1 : at.row, column: columns.length - 1 },
    };
    const move = moves[event.key];
    const leaving =
      event.key === "Tab" && (event.shiftKey ? at.column === 0 : at.column === columns.length - 1);
    if (event.altKey || (event.key === "Tab" && (!focus || leaving))) return;
    const undo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (undo) void attempt(takeBackLast());
    else if (move) moveTo(focus ? move : at);
    else if (event.key === "Escape" && record) void attempt(editing.finish(recordItem(record.id)));
    else if (!focus || event.ctrlKey || event.metaKey) return;
    else if (event.key === "Enter" || event.key === "F2") begin(focus.row, focus.column);
    else if (event.key === " " && record) onOpen(record.id);
    else if ((event.key === "Delete" || event.key === "Backspace") && record && column && !readOnly) {
      if (column.empty && !column.fixed) void attempt(editing.setCell(record.id, column.id, null));
    } else if (event.key.length === 1) begin(focus.row, focus.column, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const editorFor = (record: RecordDoc) => {
    if (!editor || editor.record !== record.id) return null;
    const item = recordItem(record.id);
    return (
      <CellEditor
        column={editor.column}
        text={editor.text}
        error={undefined}
        onType={(text) => {
          setEditor({ ...editor, text });
          editing.type(item, editor.column.id, JSON.stringify(valueOf(editor.column, text)));
        }}
        onCaret={(cursor, typed) => whereabouts.point(item, editor.column.id, cursor, typed)}
        onDone={done}
        onCancel={cancel}
      />
    );
  };
  const visible = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return (
    <div
      ref={scroll}
      className={css.scroll}
      role="grid"
      aria-label="Records"
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      data-testid="grid"
      onKeyDown={onKeyDown}
      onScroll={(event) =>
        setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      <div className={css.sheet} style={{ height: (count + 1) * ROW + 24 }}>
        <div className={css.header} role="row" style={{ gridTemplateColumns: template }}>
          <span className={css.corner} role="columnheader">
            #
          </span>
          {columns.map((column) => (
            <button
              key={column.id}
              type="button"
              role="columnheader"
              className={css.title}
              aria-sort={sortOf(query, column)}
              title={`Sort by ${column.name}`}
              onClick={() => onSort(column)}
            >
              <span>{column.name}</span>
              <i>{column.list ? `${column.type}[]` : column.type}</i>
              {sortOf(query, column) === "ascending" && <ArrowUp size={13} aria-hidden />}
              {sortOf(query, column) === "descending" && <ArrowDown size={13} aria-hidden />}
            </button>
          ))}
        </div>
        {visible.map((index) => {
          const one = at(index);
          const item = one && recordItem(one.id);
          const here = focus?.row === index;
          return (
            <GridRow
              key={one?.id ?? index}
              object={stack.object}
              index={index}
              top={(index + 1) * ROW}
              record={one}
              columns={columns}
              template={template}
              focused={here ? focus.column : undefined}
              editor={here && one ? editorFor(one) : null}
              cells={cells}
              held={people.whole ?? (item === undefined ? undefined : people.held.get(item))}
              people={item === undefined ? undefined : people.on.get(item)}
              selected={one !== undefined && one.id === selected}
              now={now}
              onFocus={(row, column) => moveTo({ row, column })}
              onEdit={begin}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

function sortOf(query: RecordsQuery, column: Column): "ascending" | "descending" | "none" {
  if (query.sort === column.id) return "ascending";
  return query.sort === `-${column.id}` ? "descending" : "none";
}

/** What was refused in a cell: it is typed on from there. */
function keptIn(
  kept: readonly { opId: string; op: { op: string } }[],
  record: string,
  field: string,
): { opId: string; text: string } | undefined {
  for (const { opId, op } of kept) {
    const set = op as { op: string; record?: string; field?: string; value?: unknown };
    if (set.op !== "record_set" || set.record !== record || set.field !== field) continue;
    return { opId, text: typeof set.value === "string" ? set.value : JSON.stringify(set.value ?? "") };
  }
  return undefined;
}
