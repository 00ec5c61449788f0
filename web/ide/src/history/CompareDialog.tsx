import type { NodeDoc, StackState } from "@baton/sdk";
import { useState } from "react";

import { Dialog } from "../kit/Dialog.tsx";
import { SwitchRow } from "../kit/SwitchRow.tsx";
import { useCatalogue } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { compare, type Mark, type Pair } from "./comparison.ts";
import css from "./history.module.css";

const WORDS: Readonly<Record<Mark, string>> = {
  same: "",
  added: "added",
  removed: "removed",
  changed: "changed",
  moved: "moved",
};

/** What is published beside the draft, steps aligned by their ids. */
export function CompareDialog({ stack, onClose }: { stack: StackState; onClose: () => void }) {
  const [all, setAll] = useState(false);
  const pairs = compare(stack.published ?? new Map(), stack.tree);
  const shown = pairs.filter((pair) => all || pair.mark !== "same");
  const count = (mark: Mark) => pairs.filter((pair) => pair.mark === mark).length;
  return (
    <Dialog open wide title="Published and draft" onClose={onClose}>
      <div className={css.summary}>
        <span>{count("added")} added</span>
        <span>{count("removed")} removed</span>
        <span>{count("changed")} changed</span>
        <span>{count("moved")} moved</span>
        <SwitchRow label="Show what is the same" on={all} onChange={setAll} />
      </div>
      {shown.length === 0 ? (
        <p>The draft equals what is published.</p>
      ) : (
        <div className={css.columns}>
          <div className={css.columnHead}>Published</div>
          <div className={css.columnHead}>Draft</div>
          {shown.map((pair) => (
            <Row key={pair.id} pair={pair} />
          ))}
        </div>
      )}
    </Dialog>
  );
}

function Row({ pair }: { pair: Pair }) {
  const pad = { paddingLeft: 12 + Math.max(0, pair.depth - 1) * 14 };
  return (
    <>
      <div className={css.cell} style={pad} data-mark={pair.mark === "added" ? "none" : pair.mark}>
        <Side node={pair.before} pair={pair} side="before" />
      </div>
      <div className={css.cell} style={pad} data-mark={pair.mark === "removed" ? "none" : pair.mark}>
        {pair.after && <span className={css.mark}>{WORDS[pair.mark]}</span>}
        <Side node={pair.after} pair={pair} side="after" />
      </div>
    </>
  );
}

function Side({ node, pair, side }: { node: NodeDoc | undefined; pair: Pair; side: "before" | "after" }) {
  const catalogue = useCatalogue();
  if (!node) return null;
  return (
    <>
      {title(node, catalogue)}
      {pair.fields.map((change) => (
        <pre key={change.field}>
          {change.field.replace("@", "")}: {change[side] ?? "(not set)"}
        </pre>
      ))}
    </>
  );
}
