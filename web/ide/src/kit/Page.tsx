import type { ReactNode } from "react";

import css from "./page.module.css";

interface PageProps {
  title: string;
  /** What the page is for, in a sentence. */
  lead: ReactNode;
  /** How wide it gets at most, in pixels. */
  width: number;
  /** What is beside the title. */
  actions?: ReactNode;
  /** Its parts stand a little closer. */
  dense?: boolean;
  children: ReactNode;
}

/** A page of the workspace that is no object: a title, what it is for, and its parts below each other. */
export function Page({ title, lead, width, actions, dense = false, children }: PageProps) {
  return (
    <div className={css.scroll}>
      <div className={css.page} style={{ maxWidth: width }} data-dense={dense}>
        <div className={css.head}>
          <div className={css.top}>
            <h1 className={css.title}>{title}</h1>
            {actions}
          </div>
          <p className={css.lead}>{lead}</p>
        </div>
        {children}
      </div>
    </div>
  );
}
