import { useClient } from "@baton/react";
import { asBatonError, type BatonError, type StackState } from "@baton/sdk";
import { FileUp } from "lucide-react";
import { useMemo, useRef, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Marked } from "../kit/Words.tsx";
import { tell } from "../notifications/tell.ts";
import type { Column } from "./cells.ts";
import { importRecords } from "./files.ts";
import css from "./grid.module.css";

type State =
  | { at: "choosing" }
  | { at: "sending"; part: number; stop: AbortController }
  | { at: "refused"; error: BatonError };

/** Brings a CSV file in: all of it as one change, or nothing. */
export function ImportDialog({
  stack,
  columns,
  onClose,
}: {
  stack: StackState;
  columns: readonly Column[];
  onClose: () => void;
}) {
  const client = useClient();
  const [file, setFile] = useState<File>();
  const [state, setState] = useState<State>({ at: "choosing" });
  const input = useRef<HTMLInputElement>(null);
  // One for a file and what becomes of its bad rows, so that trying again after a lost answer is safe.
  const opIds = useMemo(() => ({ file, whole: crypto.randomUUID(), rest: crypto.randomUUID() }), [file]);
  const send = async (skip: boolean) => {
    if (!file) return;
    const stop = new AbortController();
    const onProgress = (part: number) => setState({ at: "sending", part, stop });
    onProgress(0);
    try {
      const opId = skip ? opIds.rest : opIds.whole;
      const sending = { opId, file, skip, onProgress, signal: stop.signal };
      const done = await importRecords(client, stack.object, sending);
      const rows = `${done.rows.toLocaleString()} ${done.rows === 1 ? "record" : "records"}`;
      const left =
        done.skipped === 1 ? "1 row that does not fit was" : `${done.skipped} rows that do not fit were`;
      const text = done.skipped > 0 ? `${left} left out.` : "";
      tell({
        tone: "good",
        title: `Imported ${rows}`,
        text: `${text} “Changes” takes them out again.`.trim(),
      });
      onClose();
    } catch (thrown) {
      setState({ at: "refused", error: asBatonError(thrown) });
    }
  };
  const close = () => {
    if (state.at === "sending") state.stop.abort();
    onClose();
  };
  const rowsInvalid = state.at === "refused" && state.error.code === "rows_invalid";
  return (
    <Dialog
      title="Import CSV"
      open
      onClose={close}
      foot={
        <>
          <Button onClick={close}>{state.at === "sending" ? "Stop" : "Cancel"}</Button>
          {rowsInvalid && <Button onClick={() => void send(true)}>Import the other rows</Button>}
          <Button look="solid" disabled={!file || state.at === "sending"} onClick={() => void send(false)}>
            {state.at === "refused" ? "Try again" : "Import"}
          </Button>
        </>
      }
    >
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,text/csv"
        hidden
        data-testid="csv-file"
        onChange={(event) => {
          setFile(event.target.files?.[0]);
          setState({ at: "choosing" });
        }}
      />
      <button
        type="button"
        className={css.drop}
        onClick={() => input.current?.click()}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          setFile(event.dataTransfer.files[0]);
          setState({ at: "choosing" });
        }}
      >
        <FileUp size={20} aria-hidden />
        {file ? (
          <b>
            {file.name}{" "}
            <i>{(file.size / 1024).toLocaleString(undefined, { maximumFractionDigits: 0 })} KiB</i>
          </b>
        ) : (
          <b>Choose a CSV file, or drop it here</b>
        )}
        <span>
          The first line names fields:{" "}
          {columns
            .filter((column) => column.fixed !== "secret")
            .map((column) => column.name)
            .join(", ")}
          .
          {columns.some((column) => column.fixed === "given") && (
            <>
              {" "}
              A column <code>id</code> is left aside: ids are given anew.
            </>
          )}
        </span>
      </button>
      {state.at === "sending" && (
        <div className={css.progress} role="progressbar" aria-valuenow={Math.round(state.part * 100)}>
          <span style={{ width: `${state.part * 100}%` }} />
        </div>
      )}
      {state.at === "refused" && (
        <div className={css.refused} role="alert" data-testid="import-refused">
          <b>{state.error.title}</b> {state.error.detail && `${state.error.detail}. `}
          {state.error.code === "offline" ? state.error.help : "Nothing was imported."}
          <ul>
            {(state.error.problems ?? []).map((problem, index) => (
              <li key={index}>
                <code>{problem.item}</code> <Marked>{problem.message}</Marked>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className={css.note}>The file comes in whole, as one change, or not at all.</p>
    </Dialog>
  );
}
