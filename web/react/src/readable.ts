import { select, type Readable, type RoomState } from "@baton/sdk";
import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "./provider.tsx";

/** Follows a value. */
export function useReadable<T>(source: Readable<T>): T {
  return useSyncExternalStore(source.subscribe, source.get, source.get);
}

/**
 * Follows a part of the room; renders only when `equal` says that the part changed.
 *
 * `pick` and `equal` must be pure and keep their identity between renders (module functions or `useCallback`).
 */
export function useRoom<P>(pick: (room: RoomState) => P, equal: (a: P, b: P) => boolean = Object.is): P {
  const { room } = useClient();
  const part = useMemo(() => select(room, pick, equal), [room, pick, equal]);
  return useReadable(part);
}
