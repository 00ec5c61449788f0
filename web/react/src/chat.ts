import {
  sameList,
  type ChatLineDoc,
  type LocationDoc,
  type MemberDoc,
  type PendingLine,
  type RoomState,
  type Talk,
  type Unread,
} from "@baton/sdk";
import { useCallback, useEffect } from "react";
import { useClient } from "./provider.tsx";
import { useReadable, useRoom } from "./readable.ts";

/** The session's chat. */
export interface ChatHandle {
  /** What this page has heard, oldest first. */
  readonly lines: readonly ChatLineDoc[];
  /** One's own lines that are not said yet, or were refused. */
  readonly pending: readonly PendingLine[];
  /** What others have said since [`ChatHandle.read`]. */
  readonly unread: Unread;
  readonly send: Talk["say"];
  /** All that was said has been read. */
  readonly read: () => void;
  /** A key was pressed (`true`), or the line was emptied (`false`). */
  readonly typing: (on: boolean) => void;
}

const pickLines = (room: RoomState) => room.chat;

/** The chat of those present; never written to disk. */
export function useChat(): ChatHandle {
  const client = useClient();
  const lines = useRoom(pickLines);
  const pending = useReadable(client.talk.pending);
  const unread = useReadable(client.talk.unread);
  const send = useCallback<Talk["say"]>((text, more) => client.talk.say(text, more), [client]);
  const read = useCallback(() => client.talk.read(), [client]);
  const typing = useCallback((on: boolean) => client.typing(on), [client]);
  return { lines, pending, unread, send, read, typing };
}

function pickTyping(room: RoomState): readonly MemberDoc[] {
  const users = new Set<string>();
  for (const id of room.typing) {
    const user = room.sessions.get(id)?.user;
    if (user !== undefined && user !== room.user) users.add(user);
  }
  return [...users].flatMap((user) => room.members.get(user) ?? []);
}

/** The colleagues who type in the chat. */
export function useTyping(): readonly MemberDoc[] {
  return useRoom(pickTyping, sameList);
}

/** Says where this tab is, whenever it changes. */
export function useLocate(location: LocationDoc): void {
  const client = useClient();
  // What it says counts, not that it is a new object with every drawing.
  const said = JSON.stringify(location);
  useEffect(() => client.locate(JSON.parse(said) as LocationDoc), [client, said]);
}
