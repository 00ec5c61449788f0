import type { ReactNode } from "react";

import css from "./list.module.css";

interface TableProps {
  columns: readonly string[];
  /** Whether the last cell of a row holds what can be done with it. */
  actions?: boolean;
  /** Rows. */
  children: ReactNode;
}

/** Rows under the names of their columns. */
export function Table({ columns, actions, children }: TableProps) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
          {actions && (
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
