import { TriangleAlert } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import kit from "../kit/kit.module.css";
import { Banner } from "../kit/Words.tsx";
import { CopyButton } from "./CopyButton.tsx";
import css from "./keys.module.css";

interface KeyShownProps {
  name: string;
  text: string;
  onClose: () => void;
}

/** A new key's text, this once. Closing it without having copied it asks again. */
export function KeyShown({ name, text, onClose }: KeyShownProps) {
  const [copied, setCopied] = useState(false);
  const [warned, setWarned] = useState(false);
  const close = () => (copied || warned ? onClose() : setWarned(true));
  return (
    <Dialog
      open
      title={`The key of ${name}`}
      onClose={close}
      foot={
        <Button look={copied ? "solid" : "quiet"} onClick={close}>
          {warned && !copied ? "Close without copying" : "Done"}
        </Button>
      }
    >
      <div className={css.form}>
        <Banner tone="warn" icon={<TriangleAlert />}>
          {warned && !copied
            ? "It was not copied yet, and cannot be shown again."
            : "Copy it now: it is shown this once. Baton keeps only what it needs to recognise it."}
        </Banner>
        <div className={css.shown}>
          <input
            className={`${kit.input} ${css.text}`}
            aria-label="The key"
            readOnly
            value={text}
            onFocus={(event) => event.target.select()}
            onCopy={() => setCopied(true)}
          />
          <CopyButton text={text} what="the key" onCopied={() => setCopied(true)} />
        </div>
        <p className={kit.note}>
          Send it with every call: <code>Authorization: Bearer baton_…</code>. What each call takes stands in{" "}
          <a href="/docs" target="_blank" rel="noreferrer">
            the API document
          </a>
          .
        </p>
      </div>
    </Dialog>
  );
}
