import type { ConnectionState, MemberDoc, RoleDoc, RoomState, SessionDoc } from "@baton/sdk";
import { useCallback, useEffect, useState } from "react";
import { useClient } from "./provider.tsx";
import { useReadable, useRoom } from "./readable.ts";

/** The connection: status, whether one may type, and why not. */
export function useStatus(): ConnectionState {
  return useReadable(useClient().status);
}

/** Oneself in this workspace; members and session are `null` until the first welcome. */
export interface MeView {
  readonly user: string;
  readonly session: string;
  readonly member: MemberDoc | null;
  readonly tab: SessionDoc | null;
  readonly role: RoleDoc | null;
  /** Whether the role lets one edit. */
  readonly mayEdit: boolean;
  /** Whether the role lets one force locks, invite and remove. */
  readonly mayAdminister: boolean;
}

function pickMe(room: RoomState): MeView {
  const member = room.members.get(room.user) ?? null;
  const role = member?.role ?? null;
  return {
    user: room.user,
    session: room.session,
    member,
    tab: room.sessions.get(room.session) ?? null,
    role,
    mayEdit: role === "owner" || role === "admin" || role === "developer",
    mayAdminister: role === "owner" || role === "admin",
  };
}

function sameMe(a: MeView, b: MeView): boolean {
  return a.user === b.user && a.session === b.session && a.member === b.member && a.tab === b.tab;
}

/** Oneself in this workspace. */
export function useMe(): MeView {
  return useRoom(pickMe, sameMe);
}

/** The server's wall clock, renewed every `everyMs`: for "editing for 4 min". */
export function useServerNow(everyMs = 1_000): number {
  const client = useClient();
  const [now, setNow] = useState(() => client.now());
  const tick = useCallback(() => setNow(client.now()), [client]);
  useEffect(() => {
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [tick, everyMs]);
  return now;
}
