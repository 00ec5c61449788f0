import { useClient, useReadable } from "@baton/react";
import { type ChangeDoc, type ChangeKindDoc, ofRecords, type StackState } from "@baton/sdk";
import { useEffect, useMemo, useRef, useState } from "react";

import { useSurroundings } from "../room/Surroundings.tsx";

/** Which changes are shown; what is empty lets all through. */
export interface Filter {
  author: string;
  kind: ChangeKindDoc | "";
  item: string;
  /** Not older than so many milliseconds. */
  within: string;
}

export const NO_FILTER: Filter = { author: "", kind: "", item: "", within: "" };

/** Rows of a page. */
const PAGE = 100;
/** What is shown of the log is read again this often at most while others work, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * The changes of an object, newest first: those of the draft, which the replica holds, or all there ever were, page by page
 * from the server, those of records among them. Both are live.
 */
export function useLog(stack: StackState, log: boolean, filter: Filter) {
  const { http } = useSurroundings();
  const client = useClient();
  const { objects } = useReadable(client.room);
  const [pages, setPages] = useState<{ changes: readonly ChangeDoc[]; next?: number }>({ changes: [] });
  const { object } = stack;
  const head = objects.get(object);
  // The replica holds the newest only; what is older comes from the server like the whole log.
  const oldest = stack.changes[0]?.number ?? 1;
  const held = stack.changes.filter((one) => one.reverted_by === undefined && !ofRecords(one)).length;
  const partly = !log && (head?.changes ?? 0) > held;
  const fetches = log || partly;
  const query = useMemo(
    () => ({
      limit: PAGE,
      ...(filter.author === "" ? {} : { author: filter.author }),
      ...(filter.kind === "" ? {} : { kind: filter.kind }),
      ...(filter.item === "" ? {} : { item: filter.item }),
      ...(filter.within === "" ? {} : { since: client.now() - Number(filter.within) }),
    }),
    [filter, client],
  );
  // Whatever is said about the object's changes shows in its replica or its head.
  const newest = stack.changes;
  const version = head?.version?.number;
  const at = useRef(-Infinity);
  const asked = useRef<unknown>(undefined);
  const shown = useRef(0);
  useEffect(() => {
    shown.current = pages.changes.length;
  }, [pages]);
  useEffect(() => {
    if (!fetches) return undefined;
    let late = false;
    const read = async () => {
      at.current = performance.now();
      let page = await http.changes(client.workspace, object, log ? query : { ...query, before: oldest });
      let all = page.changes;
      // As much as was paged in stays, and is marked as it is by now.
      while (!late && page.next !== undefined && all.length < shown.current) {
        page = await http.changes(client.workspace, object, { ...query, before: page.next });
        all = [...all, ...page.changes];
      }
      if (!late) setPages({ ...page, changes: all });
    };
    const again = asked.current === query ? at.current + AGAIN_MS - performance.now() : 0;
    if (asked.current !== query) shown.current = 0;
    asked.current = query;
    const timer = setTimeout(() => void read().catch(() => undefined), Math.max(0, again));
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [fetches, log, http, client, object, query, newest, version, oldest]);
  const loadMore = () => {
    if (pages.next === undefined) return;
    http.changes(client.workspace, object, { ...query, before: pages.next }).then(
      (page) => setPages((was) => ({ ...page, changes: [...was.changes, ...page.changes] })),
      () => undefined,
    );
  };
  const fetched = fetches ? pages.changes.filter((change) => log || change.published === undefined) : [];
  const inDraft = (change: ChangeDoc) => !ofRecords(change) && lets(filter, change, client.now());
  const here = log ? [] : stack.changes.filter(inDraft).reverse();
  const changes = [...here, ...fetched];
  const authors = [...new Set([...stack.changes, ...pages.changes].map((change) => change.user))];
  return { changes, more: fetches && pages.next !== undefined, loadMore, authors };
}

function lets(filter: Filter, change: ChangeDoc, now: number): boolean {
  return (
    (filter.author === "" || change.user === filter.author) &&
    (filter.kind === "" || change.kind === filter.kind) &&
    (filter.item === "" || change.item === filter.item) &&
    (filter.within === "" || change.began >= now - Number(filter.within))
  );
}
