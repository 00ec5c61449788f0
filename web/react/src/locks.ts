import {
  asBatonError,
  requestsForSession,
  type BatonError,
  type ExplanationDoc,
  type LockPathDoc,
  type LockView,
  type MemberDoc,
  type ReceiptDoc,
  type RemedyDoc,
  type RequestDoc,
  type RoleDoc,
  type RoomState,
  type SessionDoc,
} from "@baton/sdk";
import { useCallback, useEffect, useMemo, useState } from "react";
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

/**
 * Everything about a lock, as the server says it, with what one may do now. Asked for while `wanted`, and again when the lock,
 * its queue or one's role changes, and when a moment has come that opens or closes a way.
 */
export function useExplanation(path: LockPathDoc, wanted = true): ExplanationDoc | BatonError | undefined {
  const client = useClient();
  const { object, item } = path;
  const own = useMemo<LockPathDoc>(
    () => (item === undefined ? { object } : { object, item }),
    [object, item],
  );
  const view = useReadable(useMemo(() => client.locks.view(own), [client, own]));
  const role = useRoom(pickRole);
  const live = useReadable(client.status).status === "live";
  const [found, setFound] = useState<{ of: LockPathDoc; answer: ExplanationDoc | BatonError }>();
  const { lock, closure, queue, request } = view;
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!wanted || !live) return;
    let over = false;
    const take = (answer: ExplanationDoc | BatonError) => over || setFound({ of: own, answer });
    client.locks.explain(own).then(take, (thrown: unknown) => take(asBatonError(thrown)));
    return () => {
      over = true;
    };
  }, [client, own, wanted, live, role, lock, closure, queue, turn]);
  const moments = [request?.take_over, lock?.undo_until, lock?.promise?.until];
  const next = Math.min(
    ...moments.filter((at) => at !== undefined && at > client.now() - PAST_MS).map(Number),
  );
  useEffect(() => {
    if (!wanted || !Number.isFinite(next)) return;
    const timer = setTimeout(() => setTurn((last) => last + 1), Math.max(next - client.now(), 0) + PAST_MS);
    return () => clearTimeout(timer);
  }, [client, wanted, next, turn]);
  return found?.of === own ? found.answer : undefined;
}

const pickRole = (room: RoomState): RoleDoc | undefined => room.members.get(room.user)?.role;

/** So long after a moment the server surely says that it has come, in milliseconds. */
const PAST_MS = 100;

/** Whether one may do this about a lock now, in the server's words. */
export function useMay(path: LockPathDoc, remedy: RemedyDoc, wanted = true): boolean {
  const found = useExplanation(path, wanted);
  return found !== undefined && "may" in found && found.may.includes(remedy);
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
