import type { RecordCondition, RecordsQuery } from "@baton/sdk";
import { ListFilter, Search, X } from "lucide-react";
import { useState } from "react";

import { IconButton } from "../kit/Button.tsx";
import { Menu } from "../kit/Menu.tsx";
import type { Column } from "./cells.ts";
import css from "./grid.module.css";

const OPERATORS: readonly [RecordCondition["op"], string][] = [
  ["contains", "contains"],
  ["is", "is"],
  ["is_not", "is not"],
  ["starts_with", "starts with"],
  ["above", ">"],
  ["at_least", "≥"],
  ["below", "<"],
  ["at_most", "≤"],
  ["is_empty", "is empty"],
  ["is_not_empty", "is not empty"],
];

interface FilterBarProps {
  columns: readonly Column[];
  query: RecordsQuery;
  onQuery: (query: RecordsQuery) => void;
}

/** Search and conditions of a grid. */
export function FilterBar({ columns, query, onQuery }: FilterBarProps) {
  const [text, setText] = useState(query.q ?? "");
  const filter = query.filter ?? [];
  const setFilter = (next: readonly RecordCondition[]) => {
    const { filter: _, ...rest } = query;
    onQuery(next.length === 0 ? rest : { ...rest, filter: next });
  };
  const search = (q: string) => {
    const { q: _, ...rest } = query;
    onQuery(q.trim() === "" ? rest : { ...rest, q: q.trim() });
  };
  const searchable = columns.filter((column) => column.fixed !== "secret");
  return (
    <>
      <label className={css.search}>
        <Search size={14} aria-hidden />
        <input
          aria-label="Search records"
          placeholder="Search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") search(text);
            if (event.key === "Escape") {
              setText("");
              search("");
            }
          }}
          onBlur={() => search(text)}
        />
      </label>
      {filter.map((one, index) => (
        <Condition
          key={`${index} ${one.field}`}
          column={columns.find((column) => column.id === one.field)}
          condition={one}
          onChange={(next) => setFilter(filter.with(index, next))}
          onRemove={() => setFilter(filter.filter((_, at) => at !== index))}
        />
      ))}
      <Menu
        align="start"
        trigger={
          <button type="button" className={css.tool}>
            <ListFilter size={14} /> Filter
          </button>
        }
        entries={searchable.map((column) => ({
          name: column.name,
          onSelect: () => setFilter([...filter, { field: column.id, op: operatorFor(column), value: "" }]),
        }))}
      />
    </>
  );
}

function operatorFor(column: Column): RecordCondition["op"] {
  return ["text", "email", "json", "object"].includes(column.type) ? "contains" : "is";
}

interface ConditionProps {
  column: Column | undefined;
  condition: RecordCondition;
  onChange: (condition: RecordCondition) => void;
  onRemove: () => void;
}

function Condition({ column, condition, onChange, onRemove }: ConditionProps) {
  const [value, setValue] = useState(condition.value ?? "");
  const bare = condition.op === "is_empty" || condition.op === "is_not_empty";
  const commit = () => value !== condition.value && onChange({ ...condition, value });
  return (
    <span className={css.condition} data-testid="condition">
      <b>{column?.name ?? "gone"}</b>
      <select
        aria-label="How"
        value={condition.op}
        onChange={(event) =>
          onChange({ ...condition, op: event.target.value as RecordCondition["op"], value })
        }
      >
        {OPERATORS.map(([op, words]) => (
          <option key={op} value={op}>
            {words}
          </option>
        ))}
      </select>
      {!bare && (
        <input
          aria-label={`Value of ${column?.name ?? "the filter"}`}
          autoFocus
          value={value}
          onChange={(event) => setValue(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && commit()}
          onBlur={commit}
        />
      )}
      <IconButton name="Remove filter" onClick={onRemove}>
        <X size={13} />
      </IconButton>
    </span>
  );
}
