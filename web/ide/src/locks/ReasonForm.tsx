import { type ReactNode, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import css from "./locks.module.css";

interface ReasonFormProps {
  /** The words of the button that does it. */
  verb: string;
  hint?: ReactNode;
  /** What the line is called, if it is not a reason. */
  label?: string;
  /** Without one it may be left empty. */
  needed?: boolean;
  danger?: boolean;
  send: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks why, in a line, before something that concerns a colleague. Only what one has clicked opens it. */
export function ReasonForm({
  verb,
  hint,
  label,
  needed = true,
  danger = false,
  send,
  onClose,
}: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  return (
    <form
      className={css.reason}
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        void send(reason.trim()).finally(() => setBusy(false));
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Field
        label={label ?? (needed ? "Reason" : "Reason, if you like")}
        value={reason}
        maxLength={280}
        autoFocus
        hint={hint}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className={css.actions}>
        <Button
          size="small"
          look={danger ? "danger" : "solid"}
          type="submit"
          disabled={busy || (needed && reason.trim() === "")}
        >
          {verb}
        </Button>
        <Button size="small" look="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
