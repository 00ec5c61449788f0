import type { Editing, FieldForm, FieldState, KeptEdit, Notice, RoomState, StackState } from "./api.ts";
import type { Desk } from "./desk.ts";
import type { Drafts } from "./drafts.ts";
import { asBatonError, BatonError } from "./errors.ts";
import type { LockKeeper } from "./locks.ts";
import type { Outbox } from "./outbox.ts";
import type { JsonValue, OpDoc, ReceiptDoc, SeedDoc } from "./protocol.ts";
import type { Stack } from "./stack.ts";
import { combine, type Readable } from "./store.ts";
import { applyOp, OpFailure } from "./tree.ts";
import { itemOf, recordItem, wordsOf } from "./touches.ts";

/** What editing needs. */
export interface EditingWiring {
  readonly drafts: Drafts;
  readonly desk: Desk;
  readonly outbox: Outbox;
  readonly stack: Stack;
  readonly locks: LockKeeper;
  readonly room: Readable<RoomState>;
  readonly uuid: () => string;
  readonly discardParked: (draft: string) => Promise<void>;
  readonly onNotice: (notice: Notice) => void;
}

/** Editing of the open object. */
export class Editor implements Editing {
  readonly unsaved: Readable<number>;
  readonly kept: Readable<readonly KeptEdit[]>;
  readonly cells: Readable<ReadonlyMap<string, FieldState>>;
  readonly #wiring: EditingWiring;

  constructor(wiring: EditingWiring) {
    this.#wiring = wiring;
    const { drafts, desk, outbox } = wiring;
    this.kept = outbox.kept;
    this.cells = combine(drafts.cellSources(), () => drafts.cells(), sameCells);
    this.unsaved = combine([drafts.steps, desk.steps], () => drafts.typed() + outbox.waiting(), Object.is);
  }

  field(item: string, field: string): Readable<FieldState> {
    return this.#wiring.drafts.field(item, field);
  }

  type(item: string, field: string, text: string | null, form?: FieldForm): void {
    this.#wiring.drafts.type(item, field, text, form);
  }

  blur(item: string, field: string): void {
    this.#wiring.drafts.blur(item, field);
  }

  discard(item: string, field: string): void {
    this.#wiring.drafts.discard(item, field);
  }

  async finish(item?: string): Promise<void> {
    const { locks } = this.#wiring;
    const object = this.#wiring.stack.state.get()?.object;
    if (object === undefined) return;
    const held = locks.held().filter((path) => path.object === object && path.item !== undefined);
    const mine = item === undefined ? held : held.filter((path) => path.item === item);
    await this.#wiring.drafts.flush(item === undefined ? { object } : { object, item });
    await Promise.all(mine.map((path) => locks.release(path)));
  }

  flush(): Promise<void> {
    return this.#wiring.drafts.flush();
  }

  insert(parent: string, after: string | undefined, seeds: readonly SeedDoc[]): Promise<ReceiptDoc> {
    const op: OpDoc = { op: "insert", parent, ...(after === undefined ? {} : { after }), seeds: [...seeds] };
    const [top] = seeds;
    const object = this.#wiring.stack.state.get()?.object;
    // Who adds a step holds it: that is where the pen is now.
    if (top && object !== undefined) this.#wiring.locks.moveOn({ object, item: top.id });
    return this.#apply(op);
  }

  remove(item: string): Promise<ReceiptDoc> {
    return this.#apply({ op: "delete", item });
  }

  move(item: string, parent: string, after: string | undefined): Promise<ReceiptDoc> {
    return this.#apply({ op: "move", item, parent, ...(after === undefined ? {} : { after }) });
  }

  set(item: string, field: string, text: string | null, form: FieldForm = {}): Promise<ReceiptDoc> {
    return this.#apply({ op: "set", item, field, ...(text === null ? {} : { text }), ...form });
  }

  insertRecord(record: string, cells: Readonly<Record<string, JsonValue>>): Promise<ReceiptDoc> {
    const object = this.#wiring.stack.state.get()?.object;
    if (object !== undefined) this.#wiring.locks.moveOn({ object, item: recordItem(record) });
    return this.#apply({ op: "record_insert", record, cells: { ...cells } });
  }

  setCell(record: string, field: string, value: JsonValue): Promise<ReceiptDoc> {
    return this.#apply({ op: "record_set", record, field, value });
  }

  removeRecord(record: string): Promise<ReceiptDoc> {
    return this.#apply({ op: "record_delete", record });
  }

  async duplicate(item: string): Promise<ReceiptDoc> {
    const state = this.#ready();
    // The copy is made from what is saved, so what is typed in it goes first.
    await this.#wiring.drafts.flush({ object: state.object, item });
    const { outbox, uuid, stack } = this.#wiring;
    const base_revision = stack.state.get()?.revision ?? state.revision;
    const ids = { op_id: uuid(), seed: uuid() };
    return outbox.add({ type: "duplicate", ...ids, object: state.object, item, base_revision });
  }

  async retryKept(opIds: readonly string[]): Promise<void> {
    const { object } = this.#ready();
    const edits = this.kept.get().filter((edit) => opIds.includes(edit.opId) && edit.object === object);
    for (const edit of edits) {
      // It leaves the kept ones first: if it is refused again it comes back as a new one.
      const answer = this.#apply(edit.op);
      await this.discardKept([edit.opId]);
      await answer;
    }
  }

  async discardKept(opIds: readonly string[]): Promise<void> {
    this.#wiring.drafts.unmark((mark) => opIds.includes(mark.opId));
    await this.#wiring.outbox.discard(opIds);
  }

  async reapply(draft: string): Promise<void> {
    const parked = this.#wiring.room.get().parked.get(draft);
    const { object } = this.#ready();
    if (!parked || parked.object !== object) {
      throw refusal(
        "no_such_parked_draft",
        "The parked draft is not there.",
        "Open the object that it belongs to.",
      );
    }
    for (const { op } of parked.operations) {
      const receipt = await this.#apply(op);
      // Parked again: the new draft holds what is left of the old one from here on, so both stay.
      if (receipt.result !== "edited") return;
    }
    await this.#wiring.discardParked(draft);
  }

  #ready(): StackState {
    const state = this.#wiring.stack.state.get();
    if (state?.status === "ready") return state;
    throw BatonError.local("cancelled", "No object is open.", "Open it, then try again.");
  }

  /** One operation in one click: under the lock if it is held, else with a lock of its own. */
  #apply(op: OpDoc): Promise<ReceiptDoc> {
    try {
      const state = this.#ready();
      applyOp(state.tree, op, { revision: state.revision });
      const item = itemOf(op);
      const { desk, locks } = this.#wiring;
      // Moving and deleting take in all that stands below; the server takes those locks for the one operation.
      const own = op.op === "set" || op.op === "record_set" || op.op === "record_delete";
      const fence = own ? locks.fence({ object: state.object, ...(item ? { item } : {}) }) : null;
      return desk.send({ object: state.object, op, fence, base: state.revision }).answer;
    } catch (thrown) {
      if (!(thrown instanceof OpFailure)) return Promise.reject(asBatonError(thrown));
      const error = refusal(
        "bad_operation",
        "The operation does not fit the stack.",
        "Nothing was changed.",
        thrown.message,
      );
      const object = this.#wiring.stack.state.get()?.object ?? "";
      this.#wiring.onNotice({ kind: "rolled_back", object, op, words: wordsOf(op), error });
      return Promise.reject(error);
    }
  }
}

function sameCells(a: ReadonlyMap<string, FieldState>, b: ReadonlyMap<string, FieldState>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, state] of a) {
    const other = b.get(key);
    if (!other || other.text !== state.text || other.state !== state.state || other.error !== state.error) {
      return false;
    }
  }
  return true;
}

function refusal(code: string, title: string, help: string, detail?: string): BatonError {
  return new BatonError({ code, title, help, retry: false, ...(detail === undefined ? {} : { detail }) });
}
