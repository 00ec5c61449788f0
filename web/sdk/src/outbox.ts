import type { KeptEdit } from "./api.ts";
import type { Clock, WebLocks } from "./environment.ts";
import { asBatonError, BatonError, isNoAnswer } from "./errors.ts";
import type { LastWords } from "./last-words.ts";
import type { OutboxRow, OutboxStorage } from "./outbox-storage.ts";
import type { ClientFrame, FenceDoc, OpDoc, ReceiptDoc } from "./protocol.ts";
import { Store } from "./store.ts";
import { meet, touches, wordsOf } from "./touches.ts";

/** Operations under way at once; those that touch the same node wait for each other. */
export const WINDOW = 4;
/** Storage that does not answer in this time no longer holds an operation back, in milliseconds. */
export const STORAGE_MS = 500;
const AGAIN_MS = 1_000;

type Edit = Extract<ClientFrame, { type: "edit" }>;
type Duplicate = Extract<ClientFrame, { type: "duplicate" }>;

/** An operation that is kept until it is acknowledged. */
export type Operation = Edit | Duplicate;

/** Whose operations these are. */
export interface Owner {
  readonly workspace: string;
  readonly user: string;
  readonly session: string;
  readonly instance: string;
}

/** What an outbox needs and whom it tells. */
export interface OutboxWiring {
  readonly clock: Clock;
  readonly storage: OutboxStorage;
  readonly webLocks: WebLocks;
  readonly lastWords: LastWords;
  /** `null` before the first welcome. */
  readonly owner: () => Owner | null;
  /** Resolves with the answer; rejects with `offline` if there is no socket. */
  readonly send: (frame: ClientFrame) => Promise<ReceiptDoc>;
  /** Something was added, sent or answered. */
  readonly onChange: () => void;
  /** What another page left behind is on its way again. */
  readonly onAdopted: (operation: Operation, answer: Promise<ReceiptDoc>) => void;
}

interface Entry {
  row: OutboxRow & { readonly frame: Operation };
  /** `stored` once it would survive the page, or storage took too long. */
  phase: "storing" | "stored" | "sent";
  everSent: boolean;
  /** Counts the times that it was sent: what fails late says nothing about the next time. */
  attempt: number;
  sentAt: number;
  /** Do not wait for others: a lock is about to go. */
  urgent: boolean;
  readonly touched: ReadonlySet<string>;
  /** Who waits for it to be on the wire. */
  readonly onWire: (() => void)[];
  readonly resolve: (receipt: ReceiptDoc) => void;
  readonly reject: (error: BatonError) => void;
}

/** How the operations that another page left behind were answered. */
export interface Adoption {
  readonly count: number;
  /** Pages whose Web Lock is still held: alive, or dying this very moment. */
  readonly busy: number;
  readonly settled: Promise<unknown>;
}

/**
 * Operations from before they are sent until they are acknowledged (applied or parked).
 *
 * Safety: an operation is in storage before it is on the wire, and leaves storage only by an answer that is final; it is
 * sent by one page at a time, the one that holds the Web Lock of its instance.
 * Liveness: while there is a link, every operation is on the wire, waits for one that touches the same node, or for a timer.
 */
export class Outbox {
  /** Refused for good and kept for their author. */
  readonly kept = new Store<readonly KeptEdit[]>([]);
  readonly #wiring: OutboxWiring;
  #entries: Entry[] = [];
  #linked = false;
  #order = 0;
  #again: (() => void) | null = null;
  #refused = new Map<string, OutboxRow>();
  #instanceHeld: Promise<unknown> | null = null;
  /** Whether last words of this page are kept, and so must follow what is acknowledged. */
  #spoke = false;

  constructor(wiring: OutboxWiring) {
    this.#wiring = wiring;
  }

  /** Takes the Web Lock of this page, which lives as long as the page; until then nobody else can know that it lives. */
  hold(instance: string): void {
    this.#instanceHeld ??= this.#wiring.webLocks.tryHold(lockName(instance)).catch(() => null);
  }

  /** Operations of an object that are not acknowledged; all objects without one. */
  waiting(object?: string, item?: string): number {
    return this.#entries.filter(
      (entry) =>
        (object === undefined || entry.row.object === object) &&
        (item === undefined || entry.touched.has(item)),
    ).length;
  }

  /** The edits of an object that are not acknowledged, in their order. */
  edits(object: string): readonly Edit[] {
    return this.#entries.flatMap(({ row: { frame } }) =>
      frame.type === "edit" && frame.object === object ? [frame] : [],
    );
  }

  /** When the oldest operation that is unanswered was sent, on the monotonic clock. */
  oldestSent(): number | null {
    const sent = this.#entries.filter((entry) => entry.phase === "sent").map((entry) => entry.sentAt);
    return sent.length === 0 ? null : Math.min(...sent);
  }

  /** The newest unacknowledged operation that touches the node: what a new one builds on. */
  builtOn(object: string, item: string): { readonly opId: string; readonly base: number } | null {
    const last = this.#entries.findLast((entry) => entry.row.object === object && entry.touched.has(item));
    return last ? { opId: last.row.opId, base: last.row.frame.base_revision } : null;
  }

  /**
   * Keeps an operation and sends it. Resolves when it was applied or parked; rejects when it was refused for good, and
   * then, if it carried typed text, it stays in [`Outbox.kept`].
   */
  add(frame: Operation, urgent = false): Promise<ReceiptDoc> {
    const owner = this.#wiring.owner();
    if (!owner) return Promise.reject(asBatonError(undefined));
    this.#order += 1;
    const { workspace, user, session, instance } = owner;
    const row = { opId: frame.op_id, workspace, user, object: frame.object, session, instance, frame };
    return this.#enter({ ...row, order: this.#order }, urgent, "store");
  }

  /** Replaces an operation that was never on the wire; false if it was. */
  amend(opId: string, op: OpDoc): boolean {
    const entry = this.#entries.find((one) => one.row.opId === opId);
    if (!entry || entry.everSent || entry.row.frame.type !== "edit") return false;
    entry.row = { ...entry.row, frame: { ...entry.row.frame, op } };
    this.#store(entry);
    if (this.#spoke) this.#speak();
    return true;
  }

  /** Sends everything of a path without waiting for others: its lock is about to go. Resolves when it is on the wire. */
  async hurry(object: string, item: string | undefined): Promise<void> {
    const theirs = () =>
      this.#entries.filter(
        (one) => one.row.object === object && (item === undefined || one.touched.has(item)),
      );
    for (const entry of theirs()) entry.urgent = true;
    this.#pump();
    // Storage is at most `STORAGE_MS` late, see `#store`.
    await Promise.all(theirs().map((entry) => this.#onWire(entry)));
  }

  /** The page may be gone in a moment: what is being stored goes on the wire as well, without waiting for the storage. */
  hidden(): void {
    for (const entry of this.#entries) {
      if (entry.phase === "storing") entry.phase = "stored";
      entry.urgent = true;
    }
    this.#spoke = true;
    this.#speak();
    this.#pump();
  }

  /** Keeps what is not acknowledged where a page that dies now cannot lose it. */
  #speak(): void {
    const owner = this.#wiring.owner();
    if (!owner) return;
    this.#spoke = this.#entries.length > 0;
    this.#wiring.lastWords.keep(
      owner.instance,
      this.#entries.map((entry) => entry.row),
    );
  }

  /** A session is on a socket: what waits is sent, in order. */
  linked(): void {
    this.#linked = true;
    this.#pump();
  }

  /** The socket is gone: what was under way will be sent again. */
  unlinked(): void {
    this.#linked = false;
    this.#again?.();
    this.#again = null;
    for (const entry of this.#entries) {
      if (entry.phase === "sent") entry.phase = "stored";
      this.#tellOnWire(entry);
    }
    this.#wiring.onChange();
  }

  /**
   * Takes over what other pages of this member left behind: those whose Web Lock is free and whose session the server has
   * answered to be this one (`resumed`) or gone.
   */
  async adopt(mayAdopt: (session: string) => boolean): Promise<Adoption> {
    const owner = this.#wiring.owner();
    if (!owner) return { count: 0, busy: 0, settled: Promise.resolve() };
    const theirs = (row: OutboxRow) => row.instance !== owner.instance && mayAdopt(row.session);
    const list = async () => {
      const stored = await this.#wiring.storage.list(owner.workspace, owner.user);
      const known = new Set(stored.map((row) => row.opId));
      const last = this.#wiring.lastWords
        .read()
        .filter((row) => row.user === owner.user && !known.has(row.opId));
      return [...stored, ...last].filter(theirs);
    };
    const answers: Promise<unknown>[] = [];
    let busy = 0;
    for (const instance of new Set((await list()).map((row) => row.instance))) {
      const release = await this.#wiring.webLocks.tryHold(lockName(instance));
      if (!release) {
        busy += 1;
        continue;
      }
      try {
        // Read again under the lock: another tab may have taken them between the look and the hold.
        const rows = (await list()).filter((row) => row.instance === instance);
        for (const row of rows.sort((a, b) => a.order - b.order)) {
          const mine = {
            ...row,
            session: owner.session,
            instance: owner.instance,
            order: (this.#order += 1),
          };
          await this.#wiring.storage.put(mine);
          if (mine.refused) this.#keep(mine);
          else answers.push(this.#adopted(mine).catch(() => undefined));
        }
        this.#wiring.lastWords.keep(instance, []);
      } finally {
        release();
      }
    }
    return { count: answers.length, busy, settled: Promise.all(answers) };
  }

  /** Throws kept edits away. */
  async discard(opIds: readonly string[]): Promise<void> {
    for (const opId of opIds) this.#refused.delete(opId);
    this.#tellKept();
    await this.#wiring.storage.remove(opIds);
  }

  #adopted(row: OutboxRow): Promise<ReceiptDoc> {
    const answer = this.#enter(row, false, "stored");
    this.#wiring.onAdopted(row.frame as Operation, answer);
    return answer;
  }

  #enter(row: OutboxRow, urgent: boolean, how: "store" | "stored"): Promise<ReceiptDoc> {
    return new Promise((resolve, reject) => {
      const frame = row.frame as Operation;
      const entry: Entry = {
        row: { ...row, frame },
        phase: how === "store" ? "storing" : "stored",
        // An adopted one may have been on the wire: its id stands for exactly this.
        everSent: how === "stored",
        attempt: 0,
        sentAt: 0,
        urgent,
        touched: touches(frame),
        onWire: [],
        resolve,
        reject,
      };
      this.#entries.push(entry);
      if (how === "store") this.#store(entry);
      this.#wiring.onChange();
      this.#pump();
    });
  }

  #store(entry: Entry): void {
    const { row } = entry;
    entry.phase = "storing";
    const ready = () => {
      cancel();
      // A newer text has been stored meanwhile, or will be.
      if (entry.row !== row || entry.phase !== "storing") return;
      entry.phase = "stored";
      this.#pump();
    };
    // A storage that fails or hangs must not hold work back that the server could keep.
    const cancel = this.#wiring.clock.after(STORAGE_MS, ready);
    const held = this.#instanceHeld ?? Promise.resolve();
    held.then(() => this.#wiring.storage.put(row)).then(ready, ready);
  }

  #pump(): void {
    if (!this.#linked || this.#again) return;
    const before: Entry[] = [];
    let open = this.#entries.filter((entry) => entry.phase === "sent").length;
    for (const entry of [...this.#entries]) {
      const blocked = before.some(
        (one) => one.row.object === entry.row.object && meet(one.touched, entry.touched),
      );
      const free = entry.urgent || (open < WINDOW && !blocked);
      if (entry.phase === "stored" && free) {
        open += 1;
        this.#send(entry);
      }
      before.push(entry);
    }
  }

  #send(entry: Entry): void {
    entry.phase = "sent";
    entry.everSent = true;
    entry.attempt += 1;
    const { attempt } = entry;
    entry.sentAt = this.#wiring.clock.monotonic();
    this.#tellOnWire(entry);
    this.#wiring.send(entry.row.frame).then(
      (receipt) => this.#answered(entry, receipt),
      (thrown: unknown) => {
        if (attempt === entry.attempt && entry.phase === "sent") this.#failed(entry, asBatonError(thrown));
      },
    );
    this.#wiring.onChange();
  }

  #answered(entry: Entry, receipt: ReceiptDoc): void {
    if (!this.#take(entry)) return;
    this.#wiring.storage.remove([entry.row.opId]).catch(() => undefined);
    entry.resolve(receipt);
    this.#wiring.onChange();
    this.#pump();
  }

  #failed(entry: Entry, error: BatonError): void {
    if (isNoAnswer(error)) {
      entry.phase = "stored";
      // All wait: what comes later must not overtake it.
      this.#again?.();
      this.#again = this.#wiring.clock.after(error.retryAfterMs ?? AGAIN_MS, () => {
        this.#again = null;
        this.#pump();
      });
      this.#wiring.onChange();
      return;
    }
    if (!this.#take(entry)) return;
    if (carriesText(entry.row.frame)) {
      const row: OutboxRow = { ...entry.row, refused: bodyOf(error) };
      this.#keep(row);
      this.#wiring.storage.put(row).catch(() => undefined);
    } else {
      this.#wiring.storage.remove([entry.row.opId]).catch(() => undefined);
    }
    entry.reject(error);
    this.#wiring.onChange();
    this.#pump();
  }

  #take(entry: Entry): boolean {
    const there = this.#entries.includes(entry);
    this.#entries = this.#entries.filter((one) => one !== entry);
    if (this.#spoke) this.#speak();
    return there;
  }

  #keep(row: OutboxRow): void {
    this.#refused.set(row.opId, row);
    this.#tellKept();
  }

  #tellKept(): void {
    this.kept.set(
      [...this.#refused.values()].flatMap((row) => {
        const frame = row.frame as Operation;
        if (frame.type !== "edit" || !row.refused) return [];
        const error = new BatonError(row.refused);
        return { opId: row.opId, object: row.object, op: frame.op, words: wordsOf(frame.op), error };
      }),
    );
  }

  /** Resolves once the operation is on the wire, answered, or cannot be sent because the link is gone. */
  #onWire(entry: Entry): Promise<void> {
    if (!this.#linked || entry.phase === "sent" || !this.#entries.includes(entry)) return Promise.resolve();
    return new Promise((resolve) => entry.onWire.push(resolve));
  }

  #tellOnWire(entry: Entry): void {
    for (const tell of entry.onWire.splice(0)) tell();
  }
}

function lockName(instance: string): string {
  return `baton:instance:${instance}`;
}

/** Whether something that a person typed would be lost with the operation; the rest can be clicked again. */
function carriesText(frame: Operation): boolean {
  return (
    frame.type === "edit" && ["set", "insert", "replace", "record_set", "record_insert"].includes(frame.op.op)
  );
}

function bodyOf(error: BatonError): NonNullable<OutboxRow["refused"]> {
  const { code, title, help, retry } = error;
  return { code, title, help, retry, ...(error.detail === undefined ? {} : { detail: error.detail }) };
}

/** The frame of an edit. */
export function editFrame(edit: {
  opId: string;
  object: string;
  fence: FenceDoc | null;
  typedAhead: boolean;
  base: number;
  prevOp: string | null;
  op: OpDoc;
}): Edit {
  return {
    type: "edit",
    op_id: edit.opId,
    object: edit.object,
    ...(edit.fence ? { fence: edit.fence } : {}),
    ...(edit.typedAhead ? { typed_ahead: true } : {}),
    base_revision: edit.base,
    ...(edit.prevOp ? { prev_op: edit.prevOp } : {}),
    op: edit.op,
  };
}
