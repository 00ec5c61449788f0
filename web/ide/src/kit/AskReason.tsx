import { type ReactNode, useId, useState } from "react";

import { Dialog, Foot } from "./Dialog.tsx";
import { Field } from "./Field.tsx";

interface AskReasonProps {
  title: string;
  /** The words of the button that does it. */
  verb: string;
  /** What will happen, to whom. */
  children: ReactNode;
  needed?: boolean;
  danger?: boolean;
  /** Does it; true closes the dialog. */
  send: (reason: string) => Promise<boolean>;
  onClose: () => void;
}

/** Asks for a reason before something that concerns a colleague; they are told it, and it is kept in the audit log. */
export function AskReason({ title, verb, children, needed = false, danger, send, onClose }: AskReasonProps) {
  const form = useId();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      title={title}
      open
      onClose={onClose}
      foot={
        <Foot
          verb={verb}
          look={danger ? "danger" : "solid"}
          form={form}
          disabled={busy || (needed && reason.trim() === "")}
          onCancel={onClose}
        />
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          void send(reason.trim())
            .then((done) => done && onClose())
            .finally(() => setBusy(false));
        }}
      >
        <p>{children}</p>
        <Field
          label={needed ? "Reason" : "Reason, if you like"}
          value={reason}
          maxLength={280}
          hint="They are told, and it is kept in the audit log."
          onChange={(event) => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
