import { X } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../kit/Button.tsx";
import css from "./notifications.module.css";

interface CardFrameProps {
  sign: ReactNode;
  tone?: "plain" | "good" | "warn" | "bad";
  /** A person's colour, for what comes from one and waits. */
  colour?: number;
  kind: string;
  actions?: ReactNode;
  form?: ReactNode;
  onClose?: () => void;
  children: ReactNode;
}

/** The frame of a card in the corner. */
export function CardFrame({
  sign,
  tone = "plain",
  colour,
  kind,
  actions,
  form,
  onClose,
  children,
}: CardFrameProps) {
  return (
    <article
      className={css.card}
      data-testid="notification"
      data-kind={kind}
      data-tone={tone}
      data-urgent={colour !== undefined}
      data-colour={colour}
    >
      <div className={css.top}>
        <span className={css.sign} data-tone={tone}>
          {sign}
        </span>
        <div className={css.words}>{children}</div>
        {onClose ? (
          <IconButton name="Dismiss" className={css.close} onClick={onClose}>
            <X />
          </IconButton>
        ) : (
          <span />
        )}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
      {form && <div className={css.form}>{form}</div>}
    </article>
  );
}
