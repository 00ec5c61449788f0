import { useClient, useReadable } from "@baton/react";
import type { Version, VersionsPage } from "@baton/sdk";
import { useEffect, useState } from "react";

import { useSurroundings } from "../room/Surroundings.tsx";

/** The published versions of an object, newest first, a page at a time. */
export function useVersions(object: string): { versions: readonly Version[]; loadMore?: () => void } {
  const { http } = useSurroundings();
  const client = useClient();
  const live = useReadable(client.room).objects.get(object)?.version?.number;
  const [page, setPage] = useState<VersionsPage>({ versions: [] });
  useEffect(() => {
    let late = false;
    http.versions(client.workspace, object).then(
      (first) => !late && setPage(first),
      () => undefined,
    );
    return () => {
      late = true;
    };
  }, [http, client, object, live]);
  const { next } = page;
  if (next === undefined) return { versions: page.versions };
  const loadMore = () =>
    void http.versions(client.workspace, object, { before: next }).then(
      (more) => setPage((was) => ({ ...more, versions: [...was.versions, ...more.versions] })),
      () => undefined,
    );
  return { versions: page.versions, loadMore };
}
