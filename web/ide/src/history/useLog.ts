import { useClient, useReadable } from "@baton/react";
import type { ChangeDoc, ChangeKindDoc, StackState } from "@baton/sdk";
import { useEffect, useMemo, useState } from "react";

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

/**
 * The changes of an object, newest first: those of the draft, which the replica holds, or all there ever were, page by page
 * from the server. Both are live.
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
  const held = stack.changes.filter((one) => one.reverted_by === undefined).length;
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
  useEffect(() => {
    if (!fetches) return undefined;
    let late = false;
    const from = log ? {} : { before: oldest };
    http.changes(client.workspace, object, { ...query, ...from }).then(
      (page) => !late && setPages(page),
      () => undefined,
    );
    return () => {
      late = true;
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
  const here = log ? [] : stack.changes.filter((change) => lets(filter, change, client.now())).reverse();
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
