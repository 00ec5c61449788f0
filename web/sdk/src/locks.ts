import type { LockView, Locks, RoomState } from "./api.ts";
import type { Calls } from "./calls.ts";
import { BatonError } from "./errors.ts";
import { closureOn, lockOn, overlaps, placeOf, queueOn } from "./lock-reading.ts";
import { pathKey, samePath } from "./paths.ts";
import type {
  AnswerDoc,
  DeltaDoc,
  ExplanationDoc,
  FenceDoc,
  LockEndDoc,
  LockPathDoc,
  ReceiptDoc,
} from "./protocol.ts";
import { combine, sameList, Store, type Readable } from "./store.ts";

/** Whose doing the end of a lock was, and in which words. */
export interface Whose {
  readonly by?: string;
  readonly reason?: string;
}

type Freeze = { readonly to: string; readonly until: number };

/** What the keeper needs of typing. */
export interface Pen {
  /** Operations on the path that are typed and not acknowledged. */
  unsaved(path: LockPathDoc): number;
  /** Sends what is typed on the path and resolves when all of it is answered. */
  flush(path: LockPathDoc): Promise<void>;
  /** Sends what is typed on the path at once, under `fence`; resolves when it is on the wire. */
  hurry(path: LockPathDoc, fence: FenceDoc): Promise<void>;
  /** Resolves when everything on its way on the path is answered, with how many of them were not applied. */
  notApplied(path: LockPathDoc): Promise<number>;
}

/** What a keeper needs. */
export interface LockWiring {
  readonly calls: Calls;
  readonly room: Readable<RoomState>;
  readonly uuid: () => string;
  /** The server's wall clock. */
  readonly now: () => number;
  readonly onLost: (path: LockPathDoc, why: LockEndDoc, unsaved: number, whose: Whose) => void;
}

/** The locks and requests of this tab. */
export class LockKeeper implements Locks {
  readonly #wiring: LockWiring;
  #pen: Pen = {
    unsaved: () => 0,
    flush: async () => undefined,
    hurry: async () => undefined,
    notApplied: async () => 0,
  };
  // What a receipt granted and the room has not shown yet, and what it shows.
  readonly #fences = new Map<string, { readonly path: LockPathDoc; readonly fence: FenceDoc }>();
  readonly #acquiring = new Store<ReadonlyMap<string, Promise<ReceiptDoc>>>(new Map());
  readonly #freezes = new Store<ReadonlyMap<string, Freeze>>(new Map());
  // Given back as soon as nothing in them is unacknowledged: the session edits something else.
  readonly #leaving = new Set<string>();
  // Something was typed there. A lock that one has asked for and not used yet is not given back by typing elsewhere.
  readonly #used = new Set<string>();

  constructor(wiring: LockWiring) {
    this.#wiring = wiring;
  }

  /** Says who types. */
  setPen(pen: Pen): void {
    this.#pen = pen;
  }

  /** The changes that a [`LockView`] does not see in the room. */
  get sources(): readonly Readable<unknown>[] {
    return [this.#wiring.room, this.#acquiring, this.#freezes];
  }

  view(path: LockPathDoc): Readable<LockView> {
    return combine(this.sources, () => this.#look(path), sameView);
  }

  /** Whether the path is being handed over, and to whom. */
  freezeOf(path: LockPathDoc): Freeze | null {
    return this.#freezes.get().get(pathKey(path)) ?? this.#freezes.get().get(path.object) ?? null;
  }

  /** The fence under which this session may write to the path. */
  fence(path: LockPathDoc): FenceDoc | null {
    return (this.#fences.get(pathKey(path)) ?? this.#fences.get(path.object))?.fence ?? null;
  }

  /** The fence, acquired if need be; `null` if somebody else holds the path. */
  async ensure(path: LockPathDoc): Promise<FenceDoc | null> {
    this.#leaving.delete(pathKey(path));
    const held = this.fence(path);
    if (held) return held;
    const receipt = await this.acquire(path);
    return receipt.result === "acquired" ? receipt.fence : null;
  }

  acquire(path: LockPathDoc): Promise<ReceiptDoc> {
    const key = pathKey(path);
    const under = this.#acquiring.get().get(key);
    if (under) return under;
    const call = this.#acquire(path).finally(() => this.#acquiring.update((map) => less(map, key)));
    this.#acquiring.update((map) => new Map(map).set(key, call));
    return call;
  }

  async release(path: LockPathDoc): Promise<void> {
    await this.#pen.flush(path);
    await this.#giveBack(path);
  }

  async request(path: LockPathDoc, note = ""): Promise<ReceiptDoc> {
    const { uuid, calls } = this.#wiring;
    const receipt = await calls.decide({ type: "request_lock", op_id: uuid(), request: uuid(), path, note });
    this.#granted(path, receipt);
    return receipt;
  }

  async cancel(request: string): Promise<void> {
    await this.#wiring.calls.decide({ type: "cancel_request", request });
  }

  async grant(request: string): Promise<void> {
    await this.#answer(request, { answer: "grant" });
  }

  async ignore(request: string): Promise<void> {
    await this.#answer(request, { answer: "ignore" });
  }

  async decline(request: string, reason: string): Promise<void> {
    await this.#answer(request, { answer: "decline", reason });
  }

  async promise(request: string, minutes: number): Promise<void> {
    await this.#answer(request, { answer: "promise", within_ms: minutes * 60_000 });
  }

  async takeOver(request: string): Promise<ReceiptDoc> {
    const { calls, uuid, room } = this.#wiring;
    const path = room.get().requests.get(request)?.path;
    const receipt = await calls.decide({ type: "take_over", op_id: uuid(), request });
    return path ? this.#granted(path, receipt) : receipt;
  }

  async undo(path: LockPathDoc): Promise<void> {
    await this.#wiring.calls.decide({ type: "undo", op_id: this.#wiring.uuid(), path });
  }

  async swap(deadlock: string): Promise<void> {
    const { requests, deadlocks } = this.#wiring.room.get();
    const wanted = (deadlocks.get(deadlock)?.requests ?? []).flatMap((id) => requests.get(id)?.path ?? []);
    const given = this.held().filter((held) => wanted.some((path) => overlaps(held, path)));
    await Promise.all(given.map((path) => this.#pen.flush(path)));
    await this.#wiring.calls.decide({ type: "swap", deadlock });
  }

  async closeEditing(path: LockPathDoc, reason: string): Promise<void> {
    await this.#pen.flush(path);
    await this.#wiring.calls.decide({ type: "close_editing", op_id: this.#wiring.uuid(), path, reason });
  }

  async reopen(path: LockPathDoc): Promise<void> {
    await this.#wiring.calls.decide({ type: "reopen", op_id: this.#wiring.uuid(), path });
  }

  async editHere(path: LockPathDoc): Promise<ReceiptDoc> {
    return this.#granted(
      path,
      await this.#wiring.calls.decide({ type: "edit_here", op_id: this.#wiring.uuid(), path }),
    );
  }

  async force(path: LockPathDoc, reason: string): Promise<ReceiptDoc> {
    const op_id = this.#wiring.uuid();
    return this.#granted(path, await this.#wiring.calls.decide({ type: "force", op_id, path, reason }));
  }

  async explain(path: LockPathDoc): Promise<ExplanationDoc> {
    const reply = await this.#wiring.calls.call({ type: "explain", path });
    if (reply.kind === "explained") return reply;
    throw BatonError.local("bad_answer", "The server's answer could not be read.", "Reload the page.", false);
  }

  /** The session edits `path` now: other items are given back once nothing in them is unacknowledged. */
  moveOn(path: LockPathDoc): void {
    this.#leaving.delete(pathKey(path));
    this.#used.add(pathKey(path));
    for (const [key, held] of this.#fences) {
      // The lock of a whole object was taken on purpose and covers what is edited in it.
      if (held.path.item === undefined || samePath(held.path, path)) continue;
      if (this.#used.has(key)) this.#leaving.add(key);
    }
    this.settled();
  }

  /** Something was acknowledged: gives back what waited for that. */
  settled(): void {
    for (const key of [...this.#leaving]) {
      const held = this.#fences.get(key);
      if (held && (this.#pen.unsaved(held.path) > 0 || this.#freezes.get().has(key))) continue;
      this.#leaving.delete(key);
      // Quietly: if it does not arrive, the lock ends by idle time.
      if (held) this.#giveBack(held.path).catch(() => undefined);
    }
  }

  /** What this session holds. */
  held(): readonly LockPathDoc[] {
    return [...this.#fences.values()].map((held) => held.path);
  }

  /** Takes what the room says. */
  delta(delta: DeltaDoc): void {
    const { session } = this.#wiring.room.get();
    if (delta.d === "lock" && delta.session === session && session !== "") {
      const key = pathKey(delta.path);
      this.#fences.set(key, { path: delta.path, fence: delta.fence });
      if (delta.state !== "handing_over") this.#freezes.update((map) => less(map, key));
    } else if (delta.d === "lock_ended" && delta.session === session) {
      const { path, why, by, reason } = delta;
      this.#lose(path, why, { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) });
    } else if (delta.d === "freeze") {
      this.#freeze(delta);
    }
  }

  /** The room was replaced: what it does not show is not held any more. */
  replaced(): void {
    const room = this.#wiring.room.get();
    for (const lock of room.locks.values()) {
      if (lock.session !== room.session) continue;
      this.#fences.set(pathKey(lock.path), { path: lock.path, fence: lock.fence });
    }
    for (const [key, held] of [...this.#fences]) {
      const lock = room.locks.get(key);
      if (lock?.session !== room.session) this.#lose(held.path, "gone", {});
    }
  }

  async #acquire(path: LockPathDoc): Promise<ReceiptDoc> {
    const { calls, uuid, room } = this.#wiring;
    try {
      return this.#granted(path, await calls.decide({ type: "acquire", op_id: uuid(), path }));
    } catch (thrown) {
      const error = thrown as BatonError;
      const { holder } = error;
      if (holder && error.code === "own_lock" && holder.session === room.get().session) {
        return this.#granted(path, { result: "acquired", fence: holder.fence, revision: 0 });
      }
      if (holder && BUSY.has(error.code)) return { result: "busy", holder };
      throw error;
    }
  }

  #granted(path: LockPathDoc, receipt: ReceiptDoc): ReceiptDoc {
    if (receipt.result === "acquired") this.#fences.set(pathKey(path), { path, fence: receipt.fence });
    return receipt;
  }

  async #giveBack(path: LockPathDoc): Promise<void> {
    const key = pathKey(path);
    const held = this.#fences.get(key);
    if (!held) return;
    this.#fences.delete(key);
    this.#used.delete(key);
    try {
      const op_id = this.#wiring.uuid();
      await this.#wiring.calls.decide({ type: "release", op_id, path, fence: held.fence });
    } catch (thrown) {
      const { code } = thrown as BatonError;
      if (code !== "already_released" && code !== "not_held") throw thrown;
    }
  }

  async #answer(
    request: string,
    answer: { answer: AnswerDoc; reason?: string; within_ms?: number },
  ): Promise<void> {
    await this.#wiring.calls.decide({
      type: "answer_request",
      op_id: this.#wiring.uuid(),
      request,
      ...answer,
    });
  }

  #freeze(delta: Extract<DeltaDoc, { d: "freeze" }>): void {
    const { path, fence, to, within_ms } = delta;
    const until = this.#wiring.now() + within_ms;
    this.#freezes.update((map) => new Map(map).set(pathKey(path), { to, until }));
    const flushed = () => void this.#wiring.calls.tell({ type: "flushed", path, fence });
    this.#pen.hurry(path, fence).then(flushed, flushed);
  }

  #lose(path: LockPathDoc, why: LockEndDoc, told: Whose): void {
    const key = pathKey(path);
    const held = this.#fences.get(key);
    this.#fences.delete(key);
    this.#leaving.delete(key);
    this.#used.delete(key);
    this.#freezes.update((map) => less(map, key));
    if (why === "released" || why === "abandoned") return;
    const room = this.#wiring.room.get();
    // The room already shows the whole frame: who has it now stands in it.
    const now = lockOn(room, path);
    const by = told.by ?? (now && now.session !== room.session ? now.user : undefined);
    const whose = by === undefined ? told : { ...told, by };
    if (this.#pen.unsaved(path) === 0) return this.#wiring.onLost(path, why, 0, whose);
    // Under the old fence, so that the server can park what came too late.
    if (held) this.#pen.hurry(path, held.fence).catch(() => undefined);
    // What is on its way may have been applied before the lock ended: its answer stands in the same frame as the end.
    // So it is told once the answers are here, and never that something was parked which was saved.
    void this.#pen.notApplied(path).then((lost) => this.#wiring.onLost(path, why, lost, whose));
  }

  #look(path: LockPathDoc): LockView {
    const room = this.#wiring.room.get();
    const lock = lockOn(room, path);
    const queue = queueOn(room, path);
    const mine = lock !== null && lock.session === room.session;
    const request = queue.find((one) => one.session === room.session) ?? null;
    return {
      path,
      lock,
      holder: lock ? (room.members.get(lock.user) ?? null) : null,
      session: lock ? (room.sessions.get(lock.session) ?? null) : null,
      mine,
      mineElsewhere: lock !== null && !mine && lock.user === room.user,
      acquiring: this.#acquiring.get().has(pathKey(path)),
      freeze: this.freezeOf(path),
      closure: closureOn(room, path),
      queue,
      request,
      place: request ? placeOf(room, request) : null,
    };
  }
}

/** Refusals that name who has it. */
const BUSY: ReadonlySet<string> = new Set(["own_lock", "locked", "held_by_ancestor"]);

function less<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

function sameView(a: LockView, b: LockView): boolean {
  return (
    a.lock === b.lock &&
    a.holder === b.holder &&
    a.session === b.session &&
    a.mine === b.mine &&
    a.acquiring === b.acquiring &&
    a.freeze === b.freeze &&
    a.closure === b.closure &&
    a.request === b.request &&
    a.place === b.place &&
    sameList(a.queue, b.queue)
  );
}
