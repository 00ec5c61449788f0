import { useClient } from "@baton/react";
import { useCallback, useEffect, useRef, useState } from "react";

import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { type AuditFilter, type AuditRecord, queryOf } from "./records.ts";

/** So long after the last key a search begins, in milliseconds. */
const AFTER_KEY_MS = 200;

interface Found {
  readonly records: readonly AuditRecord[];
  /** Where the older ones begin. */
  readonly next?: number;
}

/** The audit log of the workspace: the records that pass a filter, newest first, page by page. */
export function useAudit(filter: AuditFilter) {
  const { workspace } = useClient();
  const { http } = useSurroundings();
  const [found, setFound] = useState<Found>();
  // Counts the filters: what comes late for an earlier one is not shown.
  const turn = useRef(0);
  const at = `/workspaces/${encodeURIComponent(workspace)}/audit`;
  const page = useCallback(
    (before?: number) => http.call<Found>("GET", `${at}?${queryOf(filter, { before })}`),
    [http, at, filter],
  );
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    const wait = setTimeout(() => {
      void attempt(
        page().then((first) => {
          if (mine === turn.current) setFound(first);
        }),
      );
    }, AFTER_KEY_MS);
    return () => clearTimeout(wait);
  }, [page]);
  const more = async () => {
    const mine = turn.current;
    const older = await page(found?.next);
    if (mine !== turn.current) return;
    setFound((now) => ({ ...older, records: [...(now?.records ?? []), ...older.records] }));
  };
  return {
    /** `undefined` until the first answer. */
    records: found?.records,
    /** Shows older records as well; `undefined` if there are none. */
    more: found?.next === undefined ? undefined : more,
    /** Walks the chain. */
    check: () => http.call<{ whole: boolean; number: number }>("GET", `${at}/check`),
    /** All records that pass the filter, as a text. */
    file: (format: "csv" | "jsonl") => http.text(`${at}/export?${queryOf(filter, { format })}`),
  };
}
