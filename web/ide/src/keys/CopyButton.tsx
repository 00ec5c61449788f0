import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { attempt } from "../notifications/tell.ts";

interface CopyButtonProps {
  text: string;
  /** What is copied, in words. */
  what: string;
  onCopied?: () => void;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, what, onCopied }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const good = await attempt(navigator.clipboard.writeText(text));
    setCopied(good);
    if (good) onCopied?.();
  };
  return (
    <Button size="small" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {copied ? <Check /> : <Copy />} {copied ? "Copied" : "Copy"}
    </Button>
  );
}
