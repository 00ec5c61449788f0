/** Where the app is, in the address bar: `/w/<workspace>/o/<object>/<item>`, or `/w/<workspace>/<page>`. */
import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";

import { pageOf } from "./pages.tsx";

export interface Place {
  workspace: string;
  /** `home`, `object`, or the path of one of the workspace's pages. */
  page: string;
  object?: string;
  item?: string;
}

/** The address of a place. */
export function address(place: Place): string {
  const base = `/w/${place.workspace}`;
  if (place.page !== "home" && place.page !== "object") return `${base}/${place.page}`;
  if (place.object === undefined) return base;
  return place.item === undefined ? `${base}/o/${place.object}` : `${base}/o/${place.object}/${place.item}`;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The place of an address; nothing for one outside of a workspace, and what is no id names none. */
export function placeOf(path: string): Place | undefined {
  const [, w, workspace, what, object, item] = path.split("/");
  if (w !== "w" || !workspace || !ID.test(workspace)) return undefined;
  if (what !== "o") return { workspace, page: what && pageOf(what) ? what : "home" };
  if (!object) return { workspace, page: "home" };
  return { workspace, page: "object", object, ...(item ? { item } : {}) };
}

export interface Navigation {
  place: Place;
  /** Opens an object, and selects an item of it. */
  openObject: (object: string, item?: string) => void;
  /** Selects an item of the open object, or none, without a new entry in the browser's history. */
  select: (item: string | undefined) => void;
  /** Opens one of the workspace's pages, or its home. */
  openPage: (page: string) => void;
  openHome: () => void;
  /** Goes where a colleague is. */
  goTo: (at: { page: string; object?: string; item?: string }) => void;
}

/** The place, and the ways to another. */
export function useNavigation(): Navigation {
  const [path, setPath] = useLocation();
  const place = useMemo(() => placeOf(path) ?? { workspace: "", page: "home" as const }, [path]);
  const { workspace, object: current } = place;
  const openObject = useCallback(
    (object: string, item?: string) =>
      setPath(address({ workspace, page: "object", object, ...(item === undefined ? {} : { item }) })),
    [setPath, workspace],
  );
  const select = useCallback(
    (item: string | undefined) => {
      if (current === undefined) return;
      const to = address({
        workspace,
        page: "object",
        object: current,
        ...(item === undefined ? {} : { item }),
      });
      setPath(to, { replace: true });
    },
    [setPath, workspace, current],
  );
  const openPage = useCallback((page: string) => setPath(address({ workspace, page })), [setPath, workspace]);
  const openHome = useCallback(() => openPage("home"), [openPage]);
  const goTo = useCallback<Navigation["goTo"]>(
    ({ page, object, item }) => {
      if (object !== undefined) openObject(object, item);
      else openPage(pageOf(page) ? page : "home");
    },
    [openObject, openPage],
  );
  return { place, openObject, select, openPage, openHome, goTo };
}
