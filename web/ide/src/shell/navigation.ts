/** Where the app is, in the address bar: `/w/<workspace>/o/<object>/<item>`. */
import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";

export interface Place {
  workspace: string;
  page: "home" | "object" | "team";
  object?: string;
  item?: string;
}

/** The address of a place. */
export function address(place: Place): string {
  const base = `/w/${place.workspace}`;
  if (place.page === "team") return `${base}/team`;
  if (place.object === undefined) return base;
  return place.item === undefined ? `${base}/o/${place.object}` : `${base}/o/${place.object}/${place.item}`;
}

/** The place of an address; nothing for one outside of a workspace. */
export function placeOf(path: string): Place | undefined {
  const [, w, workspace, what, object, item] = path.split("/");
  if (w !== "w" || !workspace) return undefined;
  if (what === "team") return { workspace, page: "team" };
  if (what !== "o" || !object) return { workspace, page: "home" };
  return { workspace, page: "object", object, ...(item ? { item } : {}) };
}

export interface Navigation {
  place: Place;
  /** Opens an object, and selects an item of it. */
  openObject: (object: string, item?: string) => void;
  /** Selects an item of the open object, or none, without a new entry in the browser's history. */
  select: (item: string | undefined) => void;
  openTeam: () => void;
  openHome: () => void;
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
  const openTeam = useCallback(() => setPath(address({ workspace, page: "team" })), [setPath, workspace]);
  const openHome = useCallback(() => setPath(address({ workspace, page: "home" })), [setPath, workspace]);
  return { place, openObject, select, openTeam, openHome };
}
