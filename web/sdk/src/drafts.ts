import type { Calls } from "./calls.ts";
import type { ConnectionState, FieldForm, FieldState, ReadOnlyReason, RoomState } from "./api.ts";
import type { Desk } from "./desk.ts";
import type { Clock } from "./environment.ts";
import { asBatonError, isNoAnswer, type BatonError } from "./errors.ts";
import { closureOn, lockOn } from "./lock-reading.ts";
import type { LockKeeper, Pen } from "./locks.ts";
import { pathKey } from "./paths.ts";
import type { FenceDoc, JsonValue, LockPathDoc, OpDoc, ParkedReasonDoc } from "./protocol.ts";
import { fieldText } from "./reading.ts";
import type { Stack } from "./stack.ts";
import { combine, sameShallow, Store, type Readable } from "./store.ts";
import { mayOn } from "./rights.ts";
import { recordOf } from "./touches.ts";

/** A field is sent so long after the last key, in milliseconds. */
export const AFTER_KEY_MS = 400;
/** And at least so often while keys come, in milliseconds. */
export const AT_MOST_MS = 2_000;

/** What became of the last text that could not be applied. */
interface Mark {
  readonly state: "parked" | "kept";
  readonly draft?: string;
  readonly reason?: ParkedReasonDoc;
  readonly error?: BatonError;
  readonly opId: string;
}

/** A field that is typed in. */
interface Draft {
  readonly path: LockPathDoc & { readonly item: string };
  readonly field: string;
  text: string | null;
  form: FieldForm;
  /** The acknowledged revision when the text that is not sent began. */
  base: number;
  /** When the text that is not sent began; `null` if all is sent. */
  since: number | null;
  /** The operation on its way. */
  opId: string | null;
  /** It is time to send, and only the lock is missing. */
  due: boolean;
  cancel: (() => void) | null;
  mark: Mark | null;
}

/** What drafts need. */
export interface DraftWiring {
  readonly clock: Clock;
  readonly calls: Calls;
  readonly desk: Desk;
  readonly locks: LockKeeper;
  readonly stack: Stack;
  readonly room: Readable<RoomState>;
  readonly status: Readable<ConnectionState>;
  readonly linked: () => boolean;
  /** Puts what the outbox holds of a path on the wire without waiting. */
  readonly hurry: (path: LockPathDoc) => Promise<void>;
}

/**
 * The fields that are typed in: shown at once, acquired with the first key, sent by themselves.
 *
 * Safety: a text leaves here only when it was acknowledged, parked, or is kept by the outbox.
 */
export class Drafts implements Pen {
  /** Grows with every change. */
  readonly steps = new Store(0);
  readonly #wiring: DraftWiring;
  readonly #drafts = new Map<string, Draft>();
  readonly #reported = new Map<string, number>();

  constructor(wiring: DraftWiring) {
    this.#wiring = wiring;
    // A lock is asked for again, and counts are said again, by whoever calls `linked`.
    wiring.desk.steps.subscribe(() => this.#report());
  }

  /** A field of the open object as its editor shows it. */
  field(item: string, field: string): Readable<FieldState> {
    const { stack, status, locks } = this.#wiring;
    const sources = [this.steps, stack.state, status, ...locks.sources];
    return combine(sources, () => this.#look(item, field), sameField);
  }

  /** A key was pressed. */
  type(item: string, field: string, text: string | null, form: FieldForm = {}): void {
    const { stack, locks, clock } = this.#wiring;
    const state = stack.state.get();
    if (!state || this.#readOnly(item)) return;
    const path = { object: state.object, item };
    const draft = this.#draft(path, field);
    draft.text = text;
    draft.form = form;
    draft.mark = null;
    draft.due = false;
    if (draft.since === null) {
      draft.since = clock.monotonic();
      draft.base = state.revision;
    }
    // A cell is sent when its author leaves it: a half-typed address or number would be refused.
    if (recordOf(item) === undefined) this.#plan(draft);
    this.#changed();
    locks.moveOn(path);
    if (!locks.fence(path)) this.#acquire(path);
  }

  /** Takes back what was typed and never sent. */
  discard(item: string, field: string): void {
    const object = this.#wiring.stack.state.get()?.object;
    const draft = object === undefined ? undefined : this.#drafts.get(keyOf({ object, item }, field));
    if (!draft || draft.since === null) return;
    draft.cancel?.();
    draft.cancel = null;
    draft.since = null;
    this.#tidy(draft);
    this.#changed();
  }

  /** The cells of the open table that are typed in, on their way, or could not be saved, by `item/field`. */
  cells(): ReadonlyMap<string, FieldState> {
    const object = this.#wiring.stack.state.get()?.object;
    const cells = new Map<string, FieldState>();
    for (const { path, field } of this.#drafts.values()) {
      if (path.object !== object || recordOf(path.item) === undefined) continue;
      cells.set(`${path.item}/${field}`, this.#look(path.item, field));
    }
    return cells;
  }

  /** The field lost the focus. */
  blur(item: string, field: string): void {
    const object = this.#wiring.stack.state.get()?.object;
    const draft = object === undefined ? undefined : this.#drafts.get(keyOf({ object, item }, field));
    if (draft) this.#due(draft);
  }

  /** Sends all that is typed: the page may be gone in a moment, or another object is opened. */
  sendAll(): void {
    for (const draft of this.#drafts.values()) this.#due(draft);
  }

  /** The session is on a socket again: locks that were asked for are asked for again. */
  linked(): void {
    this.#reported.clear();
    for (const draft of this.#drafts.values()) {
      if (draft.since !== null && !this.#wiring.locks.fence(draft.path)) this.#acquire(draft.path);
    }
    this.#report();
  }

  /** A parked draft or a kept edit is no more. */
  unmark(which: (mark: { draft?: string; opId: string }) => boolean): void {
    for (const draft of this.#drafts.values()) {
      if (draft.mark && which(draft.mark)) draft.mark = null;
      this.#tidy(draft);
    }
    this.#changed();
  }

  /** Fields that are typed in and not sent. */
  typed(path?: LockPathDoc): number {
    return this.#on(path).filter((draft) => draft.since !== null).length;
  }

  unsaved(path: LockPathDoc): number {
    return this.typed(path) + this.#wiring.desk.count(path);
  }

  async flush(path?: LockPathDoc): Promise<void> {
    for (const draft of this.#on(path)) {
      const fence = this.#wiring.locks.fence(draft.path);
      // Typed while the lock was on its way: that is waited for first.
      if (!fence && draft.since !== null && this.#wiring.linked()) await this.#grant(draft.path);
      this.#send(draft, this.#wiring.locks.fence(draft.path), false);
    }
    await this.#wiring.desk.answered(path);
  }

  async hurry(path: LockPathDoc, fence: FenceDoc): Promise<void> {
    for (const draft of this.#on(path)) this.#send(draft, fence, true);
    await this.#wiring.hurry(path);
  }

  notApplied(path: LockPathDoc): Promise<number> {
    return this.#wiring.desk.answered(path);
  }

  #draft(path: Draft["path"], field: string): Draft {
    const key = keyOf(path, field);
    const known = this.#drafts.get(key);
    if (known) return known;
    const fresh: Draft = {
      path,
      field,
      text: null,
      form: {},
      base: 0,
      since: null,
      opId: null,
      due: false,
      cancel: null,
      mark: null,
    };
    this.#drafts.set(key, fresh);
    return fresh;
  }

  #on(path?: LockPathDoc): Draft[] {
    return [...this.#drafts.values()].filter(
      (draft) =>
        !path ||
        (draft.path.object === path.object && (path.item === undefined || draft.path.item === path.item)),
    );
  }

  #plan(draft: Draft): void {
    const now = this.#wiring.clock.monotonic();
    draft.cancel?.();
    const due = Math.min(now + AFTER_KEY_MS, (draft.since ?? now) + AT_MOST_MS);
    draft.cancel = this.#wiring.clock.after(Math.max(0, due - now), () => this.#due(draft));
  }

  /** It is time to send: under the lock if it is here, with the grant if it is on its way. */
  #due(draft: Draft): void {
    draft.cancel?.();
    draft.cancel = null;
    draft.due = true;
    const fence = this.#wiring.locks.fence(draft.path);
    // Without a link no lock comes; into the outbox it goes all the same, because there it survives the page.
    if (fence || !this.#wiring.linked()) return this.#send(draft, fence, false);
    if (draft.since !== null) this.#acquire(draft.path);
  }

  #acquire(path: Draft["path"]): void {
    void this.#grant(path).then(() => {
      const fence = this.#wiring.locks.fence(path);
      for (const draft of this.#on(path)) if (fence && draft.due) this.#send(draft, fence, false);
    });
  }

  async #grant(path: Draft["path"]): Promise<void> {
    let refused: boolean;
    try {
      refused = (await this.#wiring.locks.ensure(path)) === null;
    } catch (thrown) {
      // Without an answer the text stays where it is; `linked` asks again.
      refused = !isNoAnswer(asBatonError(thrown));
    }
    // Typed while the acquire was open: the server applies it if the path is free again, and parks it otherwise.
    if (refused) for (const draft of this.#on(path)) this.#send(draft, null, true);
  }

  #send(draft: Draft, fence: FenceDoc | null, urgent: boolean): void {
    draft.cancel?.();
    draft.cancel = null;
    if (draft.since === null) return;
    const { desk } = this.#wiring;
    const { object } = draft.path;
    const op = opOf(draft);
    draft.since = null;
    if (draft.opId === null && this.#isSame(draft)) {
      this.#tidy(draft);
      return this.#changed();
    }
    if (draft.opId !== null && !urgent && desk.amend(draft.opId, object, op)) return this.#changed();
    const typedAhead = fence === null && this.#wiring.linked();
    const { opId, answer } = desk.send({ object, op, fence, typedAhead, base: draft.base, urgent });
    draft.opId = opId;
    answer.then(
      (receipt) => {
        if (receipt.result !== "parked") return this.#answered(draft, opId, null);
        this.#answered(draft, opId, { state: "parked", draft: receipt.parked, reason: receipt.reason, opId });
      },
      (thrown: unknown) => this.#answered(draft, opId, { state: "kept", error: asBatonError(thrown), opId }),
    );
    this.#changed();
  }

  #answered(draft: Draft, opId: string, mark: Mark | null): void {
    if (mark) draft.mark = mark;
    if (draft.opId === opId) draft.opId = null;
    this.#tidy(draft);
    this.#changed();
  }

  /** Forgets a draft that has nothing to say any more. */
  #tidy(draft: Draft): void {
    if (draft.since !== null || draft.opId !== null || draft.mark) return;
    this.#drafts.delete(keyOf(draft.path, draft.field));
  }

  /** What [`cells`] is made from. */
  cellSources(): readonly Readable<unknown>[] {
    const { stack, status, locks } = this.#wiring;
    return [this.steps, stack.state, status, ...locks.sources];
  }

  /** Whether the text equals what is saved: typed and taken back. */
  #isSame(draft: Draft): boolean {
    const state = this.#wiring.stack.state.get();
    if (state?.object !== draft.path.object || recordOf(draft.path.item) !== undefined) return false;
    const field = state.tree.get(draft.path.item)?.fields.find((one) => one.name === draft.field);
    const form = draft.form.form ?? "assign";
    return draft.text === null ? !field : field?.text === draft.text && (field.form ?? "assign") === form;
  }

  #look(item: string, field: string): FieldState {
    const state = this.#wiring.stack.state.get();
    const node = state?.tree.get(item);
    const saved = fieldText(node, field) ?? null;
    const readOnly = this.#readOnly(item);
    const draft = state ? this.#drafts.get(keyOf({ object: state.object, item }, field)) : undefined;
    if (!draft) {
      return { text: saved, state: this.#isOnItsWay(item, field, saved) ? "saving" : "saved", readOnly };
    }
    if (draft.since !== null) return { text: draft.text, state: "unsaved", readOnly };
    if (draft.opId !== null) return { text: draft.text, state: "saving", readOnly };
    const { mark } = draft;
    if (!mark) return { text: saved, state: "saved", readOnly };
    return {
      text: saved,
      state: mark.state,
      readOnly,
      ...(mark.draft === undefined ? {} : { draft: mark.draft }),
      ...(mark.reason === undefined ? {} : { reason: mark.reason }),
      ...(mark.error === undefined ? {} : { error: mark.error }),
    };
  }

  /** Whether the server has not acknowledged yet what is shown: of an edit without a draft, or from another page. */
  #isOnItsWay(item: string, field: string, shown: string | null): boolean {
    const node = this.#wiring.stack.state.get()?.acknowledged.get(item);
    return node !== undefined && (fieldText(node, field) ?? null) !== shown;
  }

  #readOnly(item: string): ReadOnlyReason | null {
    const { stack, room: source, status: connection, locks } = this.#wiring;
    const state = stack.state.get();
    const room = source.get();
    const { status, editable } = connection.get();
    if (status === "stopped") return { why: "stopped" };
    if (!room.ready || status === "connecting") return { why: "connecting" };
    if (state?.status !== "ready") return { why: "loading" };
    if (!state.tree.has(item) && recordOf(item) === undefined) return { why: "gone" };
    const role = room.members.get(room.user)?.role;
    if (role === undefined || role === "viewer" || role === "suspended") return { why: "role" };
    const kind = room.objects.get(state.object)?.kind;
    if (kind !== undefined && !mayOn(room, "edit", kind)) return { why: "role" };
    const path = { object: state.object, item };
    const closure = closureOn(room, path);
    if (closure) return { why: "closed", closure };
    const freeze = locks.freezeOf(path);
    if (freeze) return { why: "handing_over", to: freeze.to };
    const lock = lockOn(room, path);
    if (lock && lock.session !== room.session) {
      return { why: lock.user === room.user ? "elsewhere" : "locked", lock };
    }
    return editable ? null : { why: "uncertain" };
  }

  /** Says how much is not acknowledged, per item that is held, when it changes. */
  #report(): void {
    const { locks, calls } = this.#wiring;
    const held = locks.held();
    const keys = new Set(held.map(pathKey));
    for (const key of [...this.#reported.keys()]) if (!keys.has(key)) this.#reported.delete(key);
    for (const path of held) {
      const key = pathKey(path);
      const count = this.unsaved(path);
      if (count === (this.#reported.get(key) ?? 0)) continue;
      if (calls.tell({ type: "dirty", path, count })) this.#reported.set(key, count);
    }
  }

  #changed(): void {
    this.steps.update((steps) => steps + 1);
    this.#report();
  }
}

function keyOf(path: Draft["path"], field: string): string {
  return `${pathKey(path)}/${field}`;
}

function opOf(draft: Draft): OpDoc {
  const record = recordOf(draft.path.item);
  if (record !== undefined) {
    // What is typed in a cell stands here as JSON.
    const value = draft.text === null ? null : (JSON.parse(draft.text) as JsonValue);
    return { op: "record_set", record, field: draft.field, value };
  }
  const { form, at } = draft.form;
  return {
    op: "set",
    item: draft.path.item,
    field: draft.field,
    ...(draft.text === null ? {} : { text: draft.text }),
    ...(form === undefined || form === "assign" ? {} : { form }),
    ...(at === undefined ? {} : { at }),
  };
}

function sameField(a: FieldState, b: FieldState): boolean {
  const sameReason =
    a.readOnly === b.readOnly ||
    (a.readOnly !== null && b.readOnly !== null && sameShallow(a.readOnly, b.readOnly));
  return sameReason && sameShallow({ ...a, readOnly: null }, { ...b, readOnly: null });
}
