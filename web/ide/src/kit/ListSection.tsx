import type { ReactNode } from "react";

import kit from "./kit.module.css";
import css from "./list.module.css";

interface ListSectionProps {
  title: string;
  /** What is searched, in the plural and in small letters. */
  of: string;
  search: string;
  onSearch: (search: string) => void;
  testId: string;
  children: ReactNode;
}

/** A list with a title and a search. */
export function ListSection({ title, of, search, onSearch, testId, children }: ListSectionProps) {
  return (
    <section className={css.section} aria-label={title} data-testid={testId}>
      <div className={css.sectionHead}>
        <h2>{title}</h2>
        <input
          className={kit.input}
          aria-label={`Search ${of}`}
          placeholder={`Search ${of}`}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      {children}
    </section>
  );
}
