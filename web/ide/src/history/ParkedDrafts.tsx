import { useClient, useKept, useParked, useReadable } from "@baton/react";
import type { ParkedReasonDoc } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { ago } from "../kit/time.ts";
import { Marked } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import { compared } from "./comparing.ts";
import css from "./history.module.css";

const REASONS: Readonly<Record<ParkedReasonDoc, string>> = {
  stale_fence: "The pen had moved on.",
  lock_lost: "The pen was lost before it was saved.",
  base_mismatch: "It had been changed meanwhile.",
  revoked: "Your role was changed.",
  not_granted: "The pen was not given.",
  chain_parked: "It builds on an edit that was parked.",
  server_error: "The server could not take it.",
};

/** One's own work that could not be applied: what it would have changed, and what to do with it. */
export function ParkedDrafts({ object }: { object: string | undefined }) {
  const client = useClient();
  const room = useReadable(client.room);
  const { drafts, reapply, discard } = useParked();
  const kept = useKept();
  const { openObject } = useNavigation();
  const now = useServerNow(10_000);
  return (
    <>
      {drafts.map((draft) => {
        const here = draft.object === object;
        const reason = draft.operations[0]?.reason;
        return (
          <article key={draft.id} className={css.parked} data-testid="parked" aria-label="Parked draft">
            <b>
              Parked draft{!here && ` in ${room.objects.get(draft.object)?.name ?? "a deleted object"}`},{" "}
              {ago(draft.since, now)}
            </b>
            {reason && <p className={css.reason}>{REASONS[reason]}</p>}
            <ul>
              {draft.operations.map((operation) => (
                <li key={operation.op_id}>
                  <Marked>{operation.words}</Marked>
                </li>
              ))}
            </ul>
            <div>
              {here && (
                <Button
                  size="small"
                  onClick={() => compared.emit({ object: draft.object, a: "draft", b: `parked:${draft.id}` })}
                >
                  Compare
                </Button>
              )}
              {here ? (
                <Button size="small" onClick={() => void attempt(reapply(draft.id), "Applied again")}>
                  Re-apply
                </Button>
              ) : (
                <Button size="small" onClick={() => openObject(draft.object, draft.item)}>
                  Go there
                </Button>
              )}
              <Button size="small" look="plain" onClick={() => void attempt(discard(draft.id))}>
                Discard
              </Button>
            </div>
          </article>
        );
      })}
      {kept.length > 0 && (
        <article className={css.parked} data-testid="kept" aria-label="Edits kept in this browser">
          <b>Kept in this browser only</b>
          <ul>
            {kept.map((edit) => (
              <li key={edit.opId}>
                <Marked>{edit.words}</Marked> <span className={css.reason}>{edit.error.title}</span>
              </li>
            ))}
          </ul>
          <div>
            <Button
              size="small"
              onClick={() => void attempt(client.editing.retryKept(kept.map((edit) => edit.opId)))}
            >
              Try again
            </Button>
            <Button
              size="small"
              look="plain"
              onClick={() => void attempt(client.editing.discardKept(kept.map((edit) => edit.opId)))}
            >
              Discard
            </Button>
          </div>
        </article>
      )}
    </>
  );
}
