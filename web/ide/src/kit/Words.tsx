import type { ReactNode } from "react";

import css from "./kit.module.css";

/** What an empty place says. */
export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon}
      <p className={css.emptyTitle}>{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

/** A state in words, inside the page. */
export function Banner({
  tone = "plain",
  icon,
  children,
}: {
  tone?: "plain" | "warn" | "bad";
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={css.banner} data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      {icon}
      <div>{children}</div>
    </div>
  );
}

/** A key, or a few of them. */
export function Keys({ children }: { children: string }) {
  return <kbd className={css.kbd}>{children}</kbd>;
}

/** Words with *names* between asterisks and `fields` between backticks, as changes are written. */
export function Marked({ children }: { children: string }) {
  return children.split(/(\*[^*]+\*|`[^`]+`)/).map((part, index) => {
    if (part.length > 2 && part.startsWith("*") && part.endsWith("*")) {
      return <b key={index}>{part.slice(1, -1)}</b>;
    }
    if (part.length > 2 && part.startsWith("`") && part.endsWith("`")) {
      return <code key={index}>{part.slice(1, -1)}</code>;
    }
    return part;
  });
}
