import { useParked } from "@baton/react";
import { applyOp, type ParkedDraftDoc, type Tree } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Banner, Marked } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useCatalogue, useStack } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { compare } from "./comparison.ts";
import css from "./history.module.css";

/** What a parked draft would make of what is there now; what does not fit any more is left out and said. */
function applied(now: Tree, draft: ParkedDraftDoc): { then: Tree; misfits: readonly string[] } {
  let then = now;
  const misfits: string[] = [];
  for (const { op, words } of draft.operations) {
    try {
      then = applyOp(then, op, { revision: 0 }).tree;
    } catch {
      misfits.push(words);
    }
  }
  return { then, misfits };
}

/** A parked draft side by side: as it is now, and as the draft would make it. */
export function ParkedCompare({ draft, onClose }: { draft: ParkedDraftDoc; onClose: () => void }) {
  const { reapply, discard } = useParked();
  const catalogue = useCatalogue();
  const stack = useStack();
  const now: Tree = stack?.object === draft.object ? stack.tree : new Map();
  const { then, misfits } = applied(now, draft);
  const pairs = compare(now, then).filter((pair) => pair.mark !== "same");
  const after = (call: Promise<boolean>) => void call.then((good) => good && onClose());
  return (
    <Dialog
      open
      wide
      title="Parked draft"
      onClose={onClose}
      foot={
        <>
          <Button look="plain" onClick={() => after(attempt(discard(draft.id)))}>
            Discard
          </Button>
          <Button
            look="solid"
            disabled={pairs.length === 0 || misfits.length > 0}
            onClick={() => after(attempt(reapply(draft.id), "Applied again"))}
          >
            Re-apply
          </Button>
        </>
      }
    >
      {misfits.length > 0 && (
        <Banner tone="warn">
          Does not fit any more:{" "}
          {misfits.map((words) => (
            <Marked key={words}>{words}</Marked>
          ))}
        </Banner>
      )}
      {pairs.length === 0 ? (
        <p>It would change nothing: what is there now says the same.</p>
      ) : (
        <div className={css.columns} data-testid="parked-compare">
          <div className={css.columnHead}>Now</div>
          <div className={css.columnHead}>With your parked draft</div>
          {pairs.flatMap((pair) =>
            (["before", "after"] as const).map((side) => {
              const node = pair[side];
              return (
                <div
                  key={`${pair.id} ${side}`}
                  className={css.cell}
                  data-mark={node ? (side === "after" ? pair.mark : "same") : "none"}
                >
                  {node && title(node, catalogue)}
                  {node &&
                    pair.fields.map((change) => (
                      <pre key={change.field}>
                        {change.field.replace("@", "")}: {change[side] ?? "(not set)"}
                      </pre>
                    ))}
                </div>
              );
            }),
          )}
        </div>
      )}
    </Dialog>
  );
}
