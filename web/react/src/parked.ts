import { sameList, type KeptEdit, type ParkedDraftDoc, type RoomState } from "@baton/sdk";
import { useCallback } from "react";
import { useClient } from "./provider.tsx";
import { useReadable, useRoom } from "./readable.ts";

/** One's own parked drafts and what one can do with them. */
export interface ParkedHandle {
  /** Oldest first. */
  readonly drafts: readonly ParkedDraftDoc[];
  /** Applies a draft of the open object again; it is discarded once all of it is applied. */
  readonly reapply: (draft: string) => Promise<void>;
  readonly discard: (draft: string) => Promise<void>;
}

const pickParked = (room: RoomState): readonly ParkedDraftDoc[] => [...room.parked.values()];

/** Work of one's own that could not be applied. */
export function useParked(): ParkedHandle {
  const client = useClient();
  const drafts = useRoom(pickParked, sameList);
  const reapply = useCallback((draft: string) => client.editing.reapply(draft), [client]);
  const discard = useCallback((draft: string) => client.discardParked(draft), [client]);
  return { drafts, reapply, discard };
}

/** Edits that the server refused for good, kept in this browser. */
export function useKept(): readonly KeptEdit[] {
  return useReadable(useClient().editing.kept);
}

/** How many operations are typed and not acknowledged. */
export function useUnsaved(): number {
  return useReadable(useClient().editing.unsaved);
}
