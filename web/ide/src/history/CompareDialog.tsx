import { useClient, useParked } from "@baton/react";
import { asBatonError, type CompareRow, type Comparison, type NodeDoc } from "@baton/sdk";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import kit from "../kit/kit.module.css";
import { SwitchRow } from "../kit/SwitchRow.tsx";
import { Banner, Marked } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useCatalogue, useStack, useSurroundings } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { type Compared, compared, stateInWords } from "./comparing.ts";
import css from "./history.module.css";
import { useVersions } from "./useVersions.ts";

/** Shows comparisons that somebody asked for. */
export function CompareDialogs() {
  const [what, setWhat] = useState<Compared>();
  useEffect(() => compared.on(setWhat), []);
  return what ? (
    <CompareDialog
      key={`${what.object} ${what.a} ${what.b}`}
      what={what}
      onClose={() => setWhat(undefined)}
    />
  ) : null;
}

/** Two states side by side, steps aligned by their ids, or as XanoScript. */
function CompareDialog({ what, onClose }: { what: Compared; onClose: () => void }) {
  const { object } = what;
  const { http } = useSurroundings();
  const client = useClient();
  const [sides, setSides] = useState({ a: what.a, b: what.b });
  const [all, setAll] = useState(false);
  const [text, setText] = useState(false);
  const [found, setFound] = useState<Comparison>();
  const [wrong, setWrong] = useState<string>();
  const revision = useStack()?.revision;
  const { versions } = useVersions(object);
  useEffect(() => {
    let late = false;
    http.compare(client.workspace, object, sides.a, sides.b, { all, text }).then(
      (comparison) => !late && (setFound(comparison), setWrong(undefined)),
      (thrown: unknown) => !late && setWrong(asBatonError(thrown).title),
    );
    return () => {
      late = true;
    };
  }, [http, client, object, sides, all, text, revision]);
  const body = useRef<HTMLDivElement>(null);
  const go = useMarks(body, found);
  const options = [
    ...new Set(["draft", "published", ...versions.map((one) => `version:${one.number}`), what.a, what.b]),
  ];
  const side = (name: "a" | "b", label: string) => (
    <select
      className={kit.input}
      aria-label={label}
      value={sides[name]}
      onChange={(event) => setSides({ ...sides, [name]: event.target.value })}
    >
      {options.map((one) => (
        <option key={one} value={one}>
          {stateInWords(one)}
        </option>
      ))}
    </select>
  );
  const same = found !== undefined && found.added + found.removed + found.changed + found.moved === 0;
  return (
    <Dialog
      open
      wide
      title="Compare"
      onClose={onClose}
      foot={
        sides.b.startsWith("parked:") && <ParkedFoot id={sides.b.slice(7)} found={found} onClose={onClose} />
      }
    >
      <div className={css.summary}>
        {side("a", "Left")}
        {side("b", "Right")}
        {found && (
          <span>
            {found.added} added, {found.removed} removed, {found.changed} changed, {found.moved} moved
          </span>
        )}
        <SwitchRow label="XanoScript" on={text} onChange={setText} />
        {!text && <SwitchRow label="Show what is the same" on={all} onChange={setAll} />}
        <IconButton name="Previous difference" onClick={() => go(-1)}>
          <ArrowUp />
        </IconButton>
        <IconButton name="Next difference" onClick={() => go(1)}>
          <ArrowDown />
        </IconButton>
      </div>
      {wrong && <Banner tone="bad">{wrong}</Banner>}
      {found?.misfits && found.misfits.length > 0 && (
        <Banner tone="warn">
          Does not fit any more: <Marked>{found.misfits.join(", ")}</Marked>
        </Banner>
      )}
      <div className={css.compared} ref={body} data-testid="compared">
        {!found ? (
          <p>Loading…</p>
        ) : same && !all && !text ? (
          <p>Both say the same.</p>
        ) : text && found.lines ? (
          <Lines lines={found.lines} />
        ) : (
          <div className={css.columns}>
            <div className={css.columnHead}>{stateInWords(sides.a)}</div>
            <div className={css.columnHead}>{stateInWords(sides.b)}</div>
            {found.rows.map((row) => (
              <Row key={row.item} row={row} />
            ))}
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** Goes from one difference to the next. */
function useMarks(body: { readonly current: HTMLDivElement | null }, found: Comparison | undefined) {
  const at = useRef(-1);
  useEffect(() => {
    at.current = -1;
  }, [found]);
  return (by: 1 | -1) => {
    const marks = [...(body.current?.querySelectorAll<HTMLElement>("[data-difference]") ?? [])];
    if (marks.length === 0) return;
    at.current = (at.current + by + marks.length) % marks.length;
    for (const [index, mark] of marks.entries()) mark.dataset["at"] = String(index === at.current);
    marks[at.current]?.scrollIntoView({ block: "center" });
  };
}

function ParkedFoot({
  id,
  found,
  onClose,
}: {
  id: string;
  found: Comparison | undefined;
  onClose: () => void;
}) {
  const { reapply, discard } = useParked();
  const after = (call: Promise<boolean>) => void call.then((good) => good && onClose());
  const nothing = !found || found.rows.length === 0 || (found.misfits?.length ?? 0) > 0;
  return (
    <>
      <Button look="plain" onClick={() => after(attempt(discard(id)))}>
        Discard
      </Button>
      <Button look="solid" disabled={nothing} onClick={() => after(attempt(reapply(id), "Applied again"))}>
        Re-apply
      </Button>
    </>
  );
}

function wordOf(row: CompareRow): string {
  if (!row.a) return "added";
  if (!row.b) return "removed";
  if (row.fields.length > 0) return row.moved ? "changed, moved" : "changed";
  return row.moved ? "moved" : "";
}

function Row({ row }: { row: CompareRow }) {
  const pad = { paddingLeft: 12 + Math.max(0, row.depth - 1) * 14 };
  const word = wordOf(row);
  const mark = word === "changed, moved" ? "changed" : word === "" ? "same" : word;
  const difference = word === "" ? {} : { "data-difference": "" };
  return (
    <>
      <div className={css.cell} style={pad} data-mark={row.a ? mark : "none"} {...difference}>
        <Side node={row.a} row={row} side="a" />
        {!row.b && <span className={css.mark}>{word}</span>}
      </div>
      <div className={css.cell} style={pad} data-mark={row.b ? mark : "none"}>
        {row.b && <span className={css.mark}>{word}</span>}
        <Side node={row.b} row={row} side="b" />
      </div>
    </>
  );
}

function Side({ node, row, side }: { node: NodeDoc | undefined; row: CompareRow; side: "a" | "b" }) {
  const catalogue = useCatalogue();
  if (!node) return null;
  return (
    <>
      {title(node, catalogue)}
      {row.a &&
        row.b &&
        row.fields.map((field) => (
          <pre key={field.name}>
            {field.name.replace("@", "")}: {field[side] ?? "(not set)"}
          </pre>
        ))}
    </>
  );
}

function Lines({ lines }: { lines: NonNullable<Comparison["lines"]> }) {
  return (
    <div className={css.lines}>
      {lines.map((line, index) => {
        const mark = line.a === undefined ? "added" : line.b === undefined ? "removed" : "same";
        return (
          <div key={index} data-mark={mark} {...(mark === "same" ? {} : { "data-difference": "" })}>
            <span>{line.a}</span>
            <span>{line.b}</span>
            <code>{line.text}</code>
          </div>
        );
      })}
    </div>
  );
}
