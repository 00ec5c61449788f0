import { lazy, Suspense } from "react";

import type { CodeFieldProps } from "./CodeField.tsx";
import css from "./field.module.css";

const load = () => import("./CodeField.tsx");
const Loaded = lazy(() => load().then((module) => ({ default: module.CodeField })));

/** Fetches the editor ahead of the first field, once the page has nothing better to do. */
export function preloadCodeField(): void {
  setTimeout(() => void load().catch(() => undefined), 300);
}

/** The field for code; its text stands there while the editor is on its way. */
export function CodeField(props: CodeFieldProps) {
  const waiting = (
    <pre className={css.code} data-readonly={props.readOnly} data-waiting>
      {props.value || " "}
    </pre>
  );
  return (
    <Suspense fallback={waiting}>
      <Loaded {...props} />
    </Suspense>
  );
}
