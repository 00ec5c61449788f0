import type { ReactNode } from "react";

import css from "./sign-in.module.css";

/** The page before a workspace: one column, one thing to do. */
export function Frame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className={css.page}>
      <div className={css.column}>
        <Mark />
        <h1 className={css.title}>{title}</h1>
        {lead && <p className={css.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}

/** Baton's mark. */
export function Mark({ size = 36 }: { size?: number }) {
  return <img src="/baton.svg" width={size} height={size} alt="Baton" className={css.mark} />;
}
