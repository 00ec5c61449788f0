import {
  requestsForSession,
  type LockPathDoc,
  type LockView,
  type MemberDoc,
  type ReceiptDoc,
  type RequestDoc,
  type RoomState,
  type SessionDoc,
} from "@baton/sdk";
import { useCallback, useMemo } from "react";
import { useClient } from "./provider.tsx";
import { useReadable, useRoom } from "./readable.ts";

/** A lock and what one can do about it. */
export interface LockHandle extends LockView {
  readonly acquire: () => Promise<ReceiptDoc>;
  /** Sends what is typed, waits for it, gives the lock back. */
  readonly release: () => Promise<void>;
  readonly ask: (note?: string) => Promise<ReceiptDoc>;
  /** Takes one's own request back. */
  readonly cancel: () => Promise<void>;
  readonly editHere: () => Promise<ReceiptDoc>;
  readonly force: (reason: string) => Promise<ReceiptDoc>;
  /** Takes over what one's own request waits for. */
  readonly takeOver: () => Promise<void>;
  /** Takes a take-over or a force back. */
  readonly undo: () => Promise<void>;
  readonly closeEditing: (reason: string) => Promise<void>;
  readonly reopen: () => Promise<void>;
}

/** The lock of an item of an object, or of the whole object. */
export function useLock(path: LockPathDoc): LockHandle {
  const { locks } = useClient();
  const { object, item } = path;
  const own = useMemo<LockPathDoc>(
    () => (item === undefined ? { object } : { object, item }),
    [object, item],
  );
  const view = useReadable(useMemo(() => locks.view(own), [locks, own]));
  const request = view.request?.id;
  const calls = useMemo(
    () => ({
      acquire: () => locks.acquire(own),
      release: () => locks.release(own),
      ask: (note?: string) => locks.request(own, note),
      editHere: () => locks.editHere(own),
      force: (reason: string) => locks.force(own, reason),
      undo: () => locks.undo(own),
      closeEditing: (reason: string) => locks.closeEditing(own, reason),
      reopen: () => locks.reopen(own),
    }),
    [locks, own],
  );
  const cancel = useCallback(async () => {
    if (request !== undefined) await locks.cancel(request);
  }, [locks, request]);
  const takeOver = useCallback(async () => {
    if (request !== undefined) await locks.takeOver(request);
  }, [locks, request]);
  return useMemo(() => ({ ...view, ...calls, cancel, takeOver }), [view, calls, cancel, takeOver]);
}

/** A colleague's wish for a lock of this tab. */
export interface IncomingRequest {
  readonly request: RequestDoc;
  readonly member: MemberDoc | null;
  readonly session: SessionDoc | null;
  readonly grant: () => Promise<void>;
  readonly ignore: () => Promise<void>;
  readonly decline: (reason: string) => Promise<void>;
  /** In so many minutes, 10 at most. */
  readonly promise: (minutes: number) => Promise<void>;
}

interface Asked {
  readonly request: RequestDoc;
  readonly member: MemberDoc | null;
  readonly session: SessionDoc | null;
}

const pickAsked = (room: RoomState): readonly Asked[] =>
  requestsForSession(room).map((request) => ({
    request,
    member: room.members.get(request.user) ?? null,
    session: room.sessions.get(request.session) ?? null,
  }));

const sameAsked = (a: readonly Asked[], b: readonly Asked[]): boolean =>
  a.length === b.length &&
  a.every((one, at) => {
    const other = b[at];
    return one.request === other?.request && one.member === other.member && one.session === other.session;
  });

/** The requests that this tab can grant or ignore, oldest first. */
export function useRequestsForMe(): readonly IncomingRequest[] {
  const { locks } = useClient();
  const asked = useRoom(pickAsked, sameAsked);
  return useMemo(
    () =>
      asked.map((one) => ({
        ...one,
        grant: () => locks.grant(one.request.id),
        ignore: () => locks.ignore(one.request.id),
        decline: (reason: string) => locks.decline(one.request.id, reason),
        promise: (minutes: number) => locks.promise(one.request.id, minutes),
      })),
    [asked, locks],
  );
}
