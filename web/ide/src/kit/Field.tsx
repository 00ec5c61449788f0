import { type ComponentProps, type ReactNode, useId } from "react";

import css from "./kit.module.css";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  tall?: boolean;
}

/** A labelled one-line field, its error beside it. */
export function Field({ label, hint, error, tall = false, id, ...rest }: FieldProps) {
  const own = useId();
  const input = id ?? own;
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={input}>
        {label}
      </label>
      <input
        id={input}
        className={`${css.input} ${tall ? css.tall : ""}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${input}-note` : undefined}
        {...rest}
      />
      {(error ?? hint) && (
        <div id={`${input}-note`} className={error ? css.error : css.note} role={error ? "alert" : undefined}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}

interface AreaProps extends ComponentProps<"textarea"> {
  label: string;
  hidden?: boolean;
}

/** A labelled field of several lines. */
export function Area({ label, hidden = false, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div className={css.field}>
      <label className={hidden ? "visually-hidden" : css.label} htmlFor={id}>
        {label}
      </label>
      <textarea id={id} className={css.input} rows={3} {...rest} />
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string | number;
  onChange: (value: string) => void;
  /** The options. */
  children: ReactNode;
}

/** A labelled choice of one. */
export function Select({ label, value, onChange, children }: SelectProps) {
  const id = useId();
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <select id={id} className={css.input} value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </div>
  );
}
