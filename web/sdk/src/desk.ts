import type { Notice, RoomState } from "./api.ts";
import { asBatonError, BatonError } from "./errors.ts";
import type { LockKeeper } from "./locks.ts";
import { editFrame, type Operation, type Outbox } from "./outbox.ts";
import type { FenceDoc, LockPathDoc, OpDoc, ReceiptDoc } from "./protocol.ts";
import { Store, type Readable } from "./store.ts";
import type { Stack } from "./stack.ts";
import { itemOf, wordsOf } from "./touches.ts";

/** What a desk needs. */
export interface DeskWiring {
  readonly outbox: Outbox;
  readonly stack: Stack;
  readonly locks: LockKeeper;
  readonly room: Readable<RoomState>;
  readonly uuid: () => string;
  readonly onNotice: (notice: Notice) => void;
}

/** How an operation goes out. */
export interface Going {
  readonly object: string;
  readonly op: OpDoc;
  /** Without one: acquire, write and release in one. */
  readonly fence: FenceDoc | null;
  /** Typed while an acquire was open that was then refused: parked instead of refused if somebody else holds it. */
  readonly typedAhead?: boolean;
  /** The revision that its author saw. */
  readonly base: number;
  readonly urgent?: boolean;
}

/** One's own operations on their way: shown at once, kept in the outbox, taken back with a reason if they are refused. */
export class Desk {
  /** Grows with every operation that goes out or is answered. */
  readonly steps = new Store(0);
  readonly #wiring: DeskWiring;
  // One's own last operation on an item: what the next one builds on even when it was acknowledged meanwhile.
  readonly #last = new Map<string, string>();
  readonly #under = new Set<{ path: LockPathDoc; answer: Promise<ReceiptDoc> }>();

  constructor(wiring: DeskWiring) {
    this.#wiring = wiring;
  }

  /** Sends an operation; gives its id and its answer. */
  send(going: Going): { opId: string; answer: Promise<ReceiptDoc> } {
    const { outbox, stack, uuid } = this.#wiring;
    const { object, op, fence } = going;
    const opId = uuid();
    const about = op.op === "insert" ? (op.after ?? op.parent) : (itemOf(op) ?? "");
    const chain = outbox.builtOn(object, about);
    const base = chain ? Math.min(chain.base, going.base) : going.base;
    // An insertion builds on its neighbours only while they are on their way themselves.
    const last = op.op === "insert" ? undefined : this.#last.get(`${object}/${about}`);
    const prevOp = chain?.opId ?? last ?? null;
    if (this.#shown(object)) stack.show(opId, op);
    const answer = outbox
      .add(
        editFrame({ opId, object, fence, typedAhead: going.typedAhead ?? false, base, prevOp, op }),
        going.urgent,
      )
      .then((receipt) => this.#answered(object, op, opId, receipt))
      .catch((thrown: unknown) => {
        throw this.#refused(object, op, opId, asBatonError(thrown));
      });
    this.#follow(pathOf(object, op), answer);
    return { opId, answer };
  }

  /** What another page of this member left behind is on its way again: shown and waited for like one's own. */
  adopted(operation: Operation, answer: Promise<ReceiptDoc>): void {
    if (operation.type !== "edit") return;
    const { object, op, op_id } = operation;
    if (this.#shown(object)) this.#wiring.stack.show(op_id, op);
    answer.then(
      (receipt) => this.#answered(object, op, op_id, receipt),
      // Nobody here sent it: how many were refused is told with the news that the connection is back.
      () => this.#drop(object, op_id),
    );
    this.#follow(pathOf(object, op), answer);
  }

  /** Replaces an operation that was never on the wire; false if it was. */
  amend(opId: string, object: string, op: OpDoc): boolean {
    if (!this.#wiring.outbox.amend(opId, op)) return false;
    if (this.#shown(object)) this.#wiring.stack.amend(opId, op);
    return true;
  }

  /** Follows an answer that `flush` must wait for. */
  #follow(path: LockPathDoc, answer: Promise<ReceiptDoc>): void {
    const entry = { path, answer };
    this.#under.add(entry);
    this.steps.update((steps) => steps + 1);
    const done = () => {
      this.#under.delete(entry);
      this.steps.update((steps) => steps + 1);
      this.#wiring.locks.settled();
    };
    answer.then(done, done);
  }

  /** Resolves when everything on the path that is on its way now is answered, with how many were parked or refused. */
  async answered(path?: LockPathDoc): Promise<number> {
    const theirs = [...this.#under].filter((entry) => !path || overlaps(entry.path, path));
    const answers = await Promise.allSettled(theirs.map((entry) => entry.answer));
    return answers.filter((one) => one.status === "rejected" || one.value.result === "parked").length;
  }

  /** How many operations on the path are on their way. */
  count(path: LockPathDoc): number {
    return [...this.#under].filter((entry) => overlaps(entry.path, path)).length;
  }

  #answered(object: string, op: OpDoc, opId: string, receipt: ReceiptDoc): ReceiptDoc {
    const item = itemOf(op);
    if (item !== undefined) {
      if (receipt.result === "edited") this.#last.set(`${object}/${item}`, opId);
      else this.#last.delete(`${object}/${item}`);
    }
    if (this.#shown(object)) this.#wiring.stack.settle(opId, receipt);
    return receipt;
  }

  #refused(object: string, op: OpDoc, opId: string, error: BatonError): BatonError {
    this.#drop(object, opId);
    this.#wiring.onNotice({ kind: "rolled_back", object, op, words: wordsOf(op), error });
    return error;
  }

  #drop(object: string, opId: string): void {
    if (this.#shown(object)) this.#wiring.stack.drop(opId);
  }

  #shown(object: string): boolean {
    return this.#wiring.stack.state.get()?.object === object;
  }
}

function pathOf(object: string, op: OpDoc): LockPathDoc {
  const item = itemOf(op);
  return item === undefined ? { object } : { object, item };
}

/** Whether a lock on `b` has to do with what happens on `a`. */
function overlaps(a: LockPathDoc, b: LockPathDoc): boolean {
  return a.object === b.object && (a.item === undefined || b.item === undefined || a.item === b.item);
}
