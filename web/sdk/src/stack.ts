import type { StackState, Tree } from "./api.ts";
import { asBatonError, isNoAnswer } from "./errors.ts";
import type { ChangeDoc, ClientFrame, DeltaDoc, ObjectDoc, OpDoc, ReceiptDoc, ReplyDoc } from "./protocol.ts";
import { Store } from "./store.ts";
import { applyOp, OpFailure, treeOf } from "./tree.ts";

interface Own {
  readonly opId: string;
  readonly op: OpDoc;
  /** The revision that it made, once that is known. */
  made?: number;
}

/** What a stack needs. */
export interface StackWiring {
  /** Asks for the object; the reply is an `object`. */
  readonly load: (object: string) => Promise<ReplyDoc>;
}

/**
 * The replica of the open object: the acknowledged content, and one's own operations on top of it until they are answered.
 *
 * Operations come numbered by revision; one that does not follow means that something was missed, and the object is
 * opened again.
 */
export class Stack {
  readonly state = new Store<StackState | null>(null);
  readonly #wiring: StackWiring;
  #own: Own[] = [];
  // Grows with each load: a reply to an earlier one is late.
  #load = 0;

  constructor(wiring: StackWiring) {
    this.#wiring = wiring;
  }

  /** Shows another object, and on top of it the edits that are still on their way. */
  open(object: string, onTheirWay: readonly Extract<ClientFrame, { type: "edit" }>[] = []): void {
    if (this.state.get()?.object === object) return;
    this.#own = onTheirWay.map(({ op_id, op }) => ({ opId: op_id, op }));
    const tree: Tree = new Map();
    const none = { tree, acknowledged: tree, revision: 0, changes: [], pending: 0 };
    this.state.set({ object, status: "loading", ...none });
    this.reload();
  }

  /** Shows none. */
  close(): void {
    this.#load += 1;
    this.#own = [];
    this.state.set(null);
  }

  /** Asks for the content again; what is shown stays until it is there. */
  reload(): void {
    const object = this.state.get()?.object;
    if (object === undefined) return;
    this.#load += 1;
    const load = this.#load;
    this.#wiring.load(object).then(
      (reply) => {
        if (load === this.#load && reply.kind === "object") this.#loaded(reply);
      },
      (thrown: unknown) => {
        const error = asBatonError(thrown);
        // After a lost connection the client loads again by itself.
        if (load !== this.#load || isNoAnswer(error)) return;
        this.#change((state) => ({ ...state, status: "failed", error }));
      },
    );
  }

  /** Shows an operation of one's own before it is acknowledged. */
  show(opId: string, op: OpDoc): void {
    this.#own.push({ opId, op });
    this.#rebuild();
  }

  /** An operation that waits was replaced by a newer text. */
  amend(opId: string, op: OpDoc): void {
    this.#own = this.#own.map((own) => (own.opId === opId ? { ...own, op } : own));
    this.#rebuild();
  }

  /** An operation of one's own was answered. */
  settle(opId: string, receipt: ReceiptDoc): void {
    if (receipt.result !== "edited") return this.drop(opId);
    const own = this.#own.find((one) => one.opId === opId);
    if (!own) return;
    // The operation itself may be behind or before its receipt; whichever comes first is taken.
    own.made = receipt.revision;
    this.#catchUp();
    this.#rebuild();
  }

  /** An operation of one's own is not shown any longer. */
  drop(opId: string): void {
    this.#own = this.#own.filter((own) => own.opId !== opId);
    this.#rebuild();
  }

  /** Takes what the room says about the object. */
  delta(delta: DeltaDoc): void {
    const state = this.state.get();
    if (!state) return;
    if (delta.d === "operation" && delta.object === state.object) this.#operation(delta);
    if (delta.d === "change" && delta.object === state.object) {
      this.#change((now) => ({ ...now, changes: withChange(now.changes, delta.change) }));
    }
    if (delta.d === "changes_marked" && delta.object === state.object) this.#marked(delta);
    if (delta.d === "published" && delta.object === state.object) this.#published(delta);
    if (delta.d === "object_deleted" && delta.object === state.object) this.reload();
  }

  #operation(delta: Extract<DeltaDoc, { d: "operation" }>): void {
    const state = this.state.get();
    if (!state || state.status !== "ready") return;
    const { operation } = delta;
    const changes = withChange(state.changes, delta.change);
    this.#own = this.#own.filter((own) => own.opId !== operation.op_id);
    if (operation.revision > state.revision + 1) return this.reload();
    if (
      operation.revision === state.revision + 1 &&
      !this.#advance(operation.op, operation.revision, operation.op_id)
    ) {
      return this.reload();
    }
    this.#change((now) => ({ ...now, changes }));
    this.#catchUp();
    this.#rebuild();
  }

  /** Makes an operation part of the acknowledged content; false if it does not fit. */
  #advance(op: OpDoc, revision: number, opId: string): boolean {
    const state = this.state.get();
    if (!state) return false;
    try {
      const { tree } = applyOp(state.acknowledged, op, { revision, opId });
      this.state.set({ ...state, acknowledged: tree, revision });
      return true;
    } catch (thrown) {
      if (thrown instanceof OpFailure) return false;
      throw thrown;
    }
  }

  /** Takes over own operations whose receipts came before themselves. */
  #catchUp(): void {
    for (;;) {
      const state = this.state.get();
      if (!state || state.status !== "ready") return;
      // What a snapshot already holds is done as well.
      this.#own = this.#own.filter((own) => own.made === undefined || own.made > state.revision);
      const next = this.#own.find((own) => own.made === state.revision + 1);
      if (!next || next.made === undefined || !this.#advance(next.op, next.made, next.opId)) return;
    }
  }

  #loaded(doc: ObjectDoc): void {
    this.#change((state) => ({
      object: state.object,
      status: "ready",
      tree: state.tree,
      acknowledged: treeOf(doc.nodes),
      revision: doc.head.revision,
      ...(doc.published ? { published: treeOf(doc.published) } : {}),
      changes: doc.changes,
      pending: state.pending,
    }));
    this.#catchUp();
    this.#rebuild();
  }

  #marked(delta: Extract<DeltaDoc, { d: "changes_marked" }>): void {
    this.#change((state) => ({
      ...state,
      changes: state.changes.map((change) => {
        if (!isIn(delta.changes, change.number)) return change;
        const { reverted_by: _, ...standing } = change;
        return delta.reverted_by === undefined ? standing : { ...standing, reverted_by: delta.reverted_by };
      }),
    }));
  }

  #published(delta: Extract<DeltaDoc, { d: "published" }>): void {
    const state = this.state.get();
    if (!state || state.status !== "ready") return;
    const { version } = delta;
    // Of a part, or while later operations were on their way, only the server knows what went live.
    if (!version.whole || version.revision !== state.revision) return this.reload();
    const changes = state.changes.filter((change) => !isIn(delta.changes, change.number));
    this.state.set({ ...state, published: state.acknowledged, changes });
  }

  #rebuild(): void {
    this.#change((state) => {
      let tree = state.acknowledged;
      for (const own of this.#own) {
        try {
          tree = applyOp(tree, own.op, { revision: state.revision, opId: own.opId }).tree;
        } catch (thrown) {
          // It does not fit what others did meanwhile; the server's answer will say what becomes of it.
          if (!(thrown instanceof OpFailure)) throw thrown;
        }
      }
      return { ...state, tree, pending: this.#own.length };
    });
  }

  #change(change: (state: StackState) => StackState): void {
    this.state.update((state) => (state ? change(state) : state));
  }
}

/** Whether a number is in one of the runs. */
export function isIn(runs: readonly (readonly [number, number])[], number: number): boolean {
  return runs.some(([first, last]) => first <= number && number <= last);
}

function withChange(changes: readonly ChangeDoc[], change: ChangeDoc): readonly ChangeDoc[] {
  const at = changes.findIndex((one) => one.number === change.number);
  return at < 0 ? [...changes, change] : changes.with(at, change);
}
