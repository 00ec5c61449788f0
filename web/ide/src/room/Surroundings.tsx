import type { Http, User } from "@baton/sdk";
import { useClient, useReadable } from "@baton/react";
import type { StackState } from "@baton/sdk";
import { createContext, type ReactNode, use, useMemo } from "react";

import type { Whereabouts } from "../presence/whereabouts.ts";
import type { Catalogue } from "./catalogue.ts";

/** What all surfaces of a workspace share beside the client. */
export interface Surroundings {
  http: Http;
  user: User;
  catalogue: Catalogue;
  /** Where this tab is. */
  whereabouts: Whereabouts;
}

const Context = createContext<Surroundings | undefined>(undefined);

export function SurroundingsProvider({ value, children }: { value: Surroundings; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function useSurroundings(): Surroundings {
  const found = use(Context);
  if (!found) throw new Error("used outside of a workspace");
  return found;
}

export function useCatalogue(): Catalogue {
  return useSurroundings().catalogue;
}

export function useWhereabouts(): Whereabouts {
  return useSurroundings().whereabouts;
}

/** The open object, once it is there. */
export function useStack(): StackState | null {
  return useReadable(useClient().stack);
}

/** A field of the open object as its editor shows it. */
export function useFieldState(item: string, field: string) {
  const { editing } = useClient();
  return useReadable(useMemo(() => editing.field(item, field), [editing, item, field]));
}

/** The lock of a path as its editor needs it. */
export function useLockView(object: string, item: string) {
  const { locks } = useClient();
  return useReadable(useMemo(() => locks.view({ object, item }), [locks, object, item]));
}
