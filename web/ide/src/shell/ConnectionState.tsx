import { useClient, useReadable } from "@baton/react";
import { CloudOff, DatabaseZap, LoaderCircle } from "lucide-react";

import css from "./shell.module.css";

/** The state of the connection, in words, only when it is not fine. */
export function ConnectionState() {
  const client = useClient();
  const { status, held } = useReadable(client.status);
  const unsaved = useReadable(client.editing.unsaved);
  const found = words(status, held, unsaved);
  return (
    <span data-testid="connection" data-state={held ? "held" : status} role="status" hidden={!found}>
      {found && (
        <span className={css.connection}>
          {held ? (
            <DatabaseZap aria-hidden />
          ) : status === "connecting" ? (
            <LoaderCircle aria-hidden />
          ) : (
            <CloudOff aria-hidden />
          )}
          {found}
        </span>
      )}
    </span>
  );
}

function words(status: string, held: boolean, unsaved: number): string | undefined {
  const kept =
    unsaved === 0 ? "your edits are kept" : unsaved === 1 ? "1 edit is kept" : `${unsaved} edits are kept`;
  switch (status) {
    case "reconnecting":
      return `Reconnecting… ${kept}`;
    case "uncertain":
      return `The line is slow; ${kept}`;
    case "connecting":
      return "Connecting…";
    case "stopped":
      return "Disconnected";
    default:
      return held ? `The store does not answer; ${kept}` : undefined;
  }
}
