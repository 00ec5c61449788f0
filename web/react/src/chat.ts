import {
  sameList,
  type ChatLineDoc,
  type LocationDoc,
  type LockPathDoc,
  type MemberDoc,
  type RoomState,
} from "@baton/sdk";
import { useCallback, useEffect } from "react";
import { useClient } from "./provider.tsx";
import { useRoom } from "./readable.ts";

/** The session's chat. */
export interface ChatHandle {
  /** Since this session came, oldest first. */
  readonly lines: readonly ChatLineDoc[];
  /** Lines that were missed and are no longer there. */
  readonly missed: number;
  readonly send: (text: string, more?: { mentions?: readonly string[]; link?: LockPathDoc }) => Promise<void>;
  /** A key was pressed (`true`), or the line was emptied (`false`). */
  readonly typing: (on: boolean) => void;
}

const pickLines = (room: RoomState) => room.chat;
const pickMissed = (room: RoomState) => room.chatMissed;

/** The chat of those present; never written to disk. */
export function useChat(): ChatHandle {
  const client = useClient();
  const lines = useRoom(pickLines);
  const missed = useRoom(pickMissed);
  const send = useCallback<ChatHandle["send"]>((text, more) => client.chat(text, more), [client]);
  const typing = useCallback((on: boolean) => client.typing(on), [client]);
  return { lines, missed, send, typing };
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
  const { page, object, item, field } = location;
  useEffect(() => {
    client.locate({
      page,
      ...(object === undefined ? {} : { object }),
      ...(item === undefined ? {} : { item }),
      ...(field === undefined ? {} : { field }),
    });
  }, [client, page, object, item, field]);
}
