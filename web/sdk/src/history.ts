import type { History, PublishHow, RevertHow, RoomState, Selection, StackState } from "./api.ts";
import { offline, type Calls } from "./calls.ts";
import type { Clock } from "./environment.ts";
import { BatonError } from "./errors.ts";
import type { ChangeDoc, PublishableDoc, ReceiptDoc, RevertableDoc, ScopeDoc } from "./protocol.ts";
import type { Readable } from "./store.ts";
import { recordOf } from "./touches.ts";

/** Publishing waits so long for what this tab has typed, in milliseconds. */
const PUBLISH_MS = 10_000;

/** What the history needs. */
export interface HistoryWiring {
  readonly clock: Clock;
  readonly calls: Calls;
  readonly room: Readable<RoomState>;
  readonly stack: Readable<StackState | null>;
  readonly uuid: () => string;
  /** Sends what is typed and waits until it is acknowledged or parked. */
  readonly flush: () => Promise<void>;
}

/** Taking back and making live. */
export class HistoryCalls implements History {
  readonly #wiring: HistoryWiring;

  constructor(wiring: HistoryWiring) {
    this.#wiring = wiring;
  }

  async check(object: string, selection: Selection): Promise<RevertableDoc> {
    const reply = await this.#wiring.calls.call({ type: "check_revert", object, ...wire(selection) });
    if (reply.kind !== "revertable") throw unexpected();
    return reply;
  }

  revert(object: string, selection: Selection, how: RevertHow = {}): Promise<ReceiptDoc> {
    const { calls, uuid } = this.#wiring;
    const { take, ...more } = how;
    return calls.decide({
      type: "revert",
      op_id: uuid(),
      object,
      ...wire(selection),
      ...more,
      ...(take ? { take: [...take] } : {}),
    });
  }

  undo(how: { before?: number; take?: boolean } = {}): Promise<ReceiptDoc> {
    return this.#step("undo_change", how);
  }

  redo(): Promise<ReceiptDoc> {
    return this.#step("redo_change", {});
  }

  async checkPublish(object: string, authors?: readonly string[]): Promise<PublishableDoc> {
    const only = authors ? { authors: [...authors] } : {};
    const reply = await this.#wiring.calls.call({ type: "check_publish", object, ...only });
    if (reply.kind !== "publishable") throw unexpected();
    return reply;
  }

  async publish(object: string, revision: number, how: PublishHow = {}): Promise<ReceiptDoc> {
    const { clock, calls, uuid, flush } = this.#wiring;
    // What is published is what others see as well: text that does not get through must not be left out silently.
    const late = new Promise<"late">((resolve) => clock.after(PUBLISH_MS, () => resolve("late")));
    if ((await Promise.race([flush(), late])) === "late") throw offline();
    const { authors, onAsked, description = "", ...more } = how;
    await this.#askToSave(object, onAsked);
    const only = authors ? { authors: [...authors] } : {};
    return calls.decide({ type: "publish", op_id: uuid(), object, revision, description, ...more, ...only });
  }

  /** Asks those with unsaved work, and waits until they have saved or their time is over. */
  async #askToSave(object: string, onAsked?: (sessions: number) => void): Promise<void> {
    const { calls, clock, room } = this.#wiring;
    if (unsavedBy(room.get(), object) === 0) return;
    const receipt = await calls.decide({ type: "ask_to_save", object });
    if (receipt.result !== "asked" || receipt.sessions === 0) return;
    onAsked?.(receipt.sessions);
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        unsubscribe();
        resolve();
      };
      const cancel = clock.after(receipt.within_ms, end);
      const unsubscribe = room.subscribe(() => {
        if (unsavedBy(room.get(), object) === 0) end();
      });
    });
  }

  async #step(
    type: "undo_change" | "redo_change",
    how: { before?: number; take?: boolean },
  ): Promise<ReceiptDoc> {
    const { calls, stack, uuid, flush } = this.#wiring;
    const object = stack.get()?.object;
    if (object === undefined) throw unexpected();
    await flush();
    return calls.decide({ type, op_id: uuid(), object, ...how });
  }
}

function wire({ changes, author, only }: Selection): {
  changes?: number[];
  author?: string;
  only?: ScopeDoc;
} {
  return {
    ...(changes ? { changes: [...changes] } : {}),
    ...(author === undefined ? {} : { author }),
    ...(only === undefined ? {} : { only }),
  };
}

/** How many other sessions have unsaved work in an object. */
function unsavedBy(room: RoomState, object: string): number {
  const locks = [...room.locks.values()];
  return locks.filter(
    (lock) =>
      lock.path.object === object &&
      lock.session !== room.session &&
      lock.unsaved > 0 &&
      // Records are live as they are.
      recordOf(lock.path.item) === undefined,
  ).length;
}

/** What the next undo and redo of a member are about, as far as the changes at hand tell. */
export function stepsOf(
  changes: readonly ChangeDoc[],
  user: string,
): { undo: ChangeDoc | undefined; redo: ChangeDoc | undefined } {
  // Those of records are taken back by their number.
  const own = changes.filter((change) => change.user === user && !ofRecords(change)).reverse();
  const isStep = (change: ChangeDoc) => change.kind === "undo" || change.kind === "redo";
  const stands = (change: ChangeDoc) => change.reverted_by === undefined;
  const undo = own.find((change) => !isStep(change) && stands(change) && change.from > 1);
  const newest = own.findIndex((change) => !isStep(change) && stands(change));
  const since = newest < 0 ? own : own.slice(0, newest);
  return { undo, redo: since.find((change) => change.kind === "undo" && stands(change)) };
}

/** Whether a change is of records, not of fields or steps. */
export function ofRecords(change: ChangeDoc): boolean {
  return change.item === "records" || (change.item?.startsWith("record:") ?? false);
}

function unexpected(): BatonError {
  return BatonError.local("bad_answer", "The server answered something else.", "Reload the page.", false);
}
