import { useClient } from "@baton/react";
import {
  asBatonError,
  type BatonError,
  type JsonValue,
  type OperationDoc,
  type RecordDoc,
  type RecordsPage,
  type RecordsQuery,
} from "@baton/sdk";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

/** Rows of one call. */
const PAGE = 100;
/** How long after a change the rows are asked for again: many changes are one call. */
const SETTLES_MS = 150;
/** Pages that are kept. */
const PAGES_MAX = 40;

export interface RecordRows {
  /** Records of the table, and those that meet the query; `undefined` until they are known. */
  total: number | undefined;
  matching: number | undefined;
  error: BatonError | undefined;
  /** The record at a place, once it has come. */
  at: (index: number) => RecordDoc | undefined;
  /** Says which places are looked at; what is missing is fetched. */
  look: (first: number, last: number) => void;
  /** Where a record stands among those that have come. */
  indexOf: (record: string) => number | undefined;
}

interface Shown {
  query: string;
  pages: ReadonlyMap<number, readonly RecordDoc[]>;
  total: number | undefined;
  matching: number | undefined;
  error: BatonError | undefined;
}

const NOTHING = { pages: new Map(), total: undefined, matching: undefined, error: undefined };

/** The records of a table as they are paged through, kept up to date by what happens to them. */
export function useRecords(object: string, query: RecordsQuery): RecordRows {
  const client = useClient();
  const key = JSON.stringify(query);
  const [shown, setShown] = useState<Shown>({ query: key, ...NOTHING });
  const seen = useRef({ first: 0, last: PAGE - 1 });
  const fetching = useRef(new Map<number, number>());
  const epoch = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const fetchPage = useCallback(
    async (page: number) => {
      const own = epoch.current;
      if (fetching.current.get(page) === own) return;
      fetching.current.set(page, own);
      try {
        const found = await client.http.records(client.workspace, object, {
          ...(JSON.parse(key) as RecordsQuery),
          offset: page * PAGE,
          limit: PAGE,
        });
        if (epoch.current === own) setShown((was) => withPage(was, key, page, found));
      } catch (thrown) {
        const error = asBatonError(thrown);
        if (epoch.current === own) setShown((was) => ({ ...was, query: key, error }));
      } finally {
        if (fetching.current.get(page) === own) fetching.current.delete(page);
      }
    },
    [client, object, key],
  );

  const refresh = useCallback(() => {
    epoch.current += 1;
    const { first, last } = seen.current;
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1)
      void fetchPage(page);
  }, [fetchPage]);

  useEffect(() => {
    refresh();
    return () => clearTimeout(timer.current);
  }, [refresh]);

  useEffect(() => {
    const settle = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(refresh, SETTLES_MS);
    };
    const ordered = key !== "{}";
    const ends = [
      client.onOperation((operation) => {
        if (operation.op.op === "record_set")
          setShown((was) => ({ ...was, pages: patched(was.pages, operation) }));
        // A value may move a record in its order, or out of what is asked for.
        if (operation.op.op.startsWith("record") && (operation.op.op !== "record_set" || ordered)) settle();
      }),
      // Whatever happened while the line was down is fetched.
      client.onNotice((notice) => notice.kind === "recovered" && settle()),
    ];
    return () => ends.forEach((end) => end());
  }, [client, refresh, key]);

  return useMemo(() => {
    const { pages, total, matching, error } = shown;
    return {
      total,
      matching: shown.query === key ? matching : undefined,
      error,
      at: (index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
      look: (first, last) => {
        seen.current = { first, last };
        for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) {
          if (!pages.has(page)) void fetchPage(page);
        }
      },
      indexOf: (record) => {
        for (const [page, records] of pages) {
          const at = records.findIndex((one) => one.id === record);
          if (at >= 0) return page * PAGE + at;
        }
        return undefined;
      },
    };
  }, [shown, key, fetchPage]);
}

function withPage(was: Shown, query: string, page: number, found: RecordsPage): Shown {
  const same = was.query === query && was.matching === found.matching;
  const pages = new Map(same ? was.pages : []);
  pages.set(page, found.records);
  for (const old of pages.keys()) {
    if (pages.size <= PAGES_MAX) break;
    pages.delete(old);
  }
  return { query, pages, total: found.total, matching: found.matching, error: undefined };
}

/** The pages with one cell changed. */
function patched(pages: Shown["pages"], { op, revision }: OperationDoc): Shown["pages"] {
  if (op.op !== "record_set") return pages;
  for (const [page, records] of pages) {
    const at = records.findIndex((one) => one.id === op.record);
    const record = records[at];
    if (!record) continue;
    const cells: Record<string, JsonValue> = { ...record.cells };
    if (op.value === undefined || op.value === null) delete cells[op.field];
    else cells[op.field] = op.value;
    return new Map(pages).set(page, records.with(at, { ...record, revision, cells }));
  }
  return pages;
}
