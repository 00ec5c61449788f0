import { Activity, type Input } from "./activity.ts";
import type { Client, Notice, RoomState } from "./api.ts";
import { browserEnvironment } from "./browser.ts";
import { Calls } from "./calls.ts";
import { ChannelDesk } from "./channels.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { Desk } from "./desk.ts";
import { Drafts } from "./drafts.ts";
import { Editor } from "./editing.ts";
import type { Environment } from "./environment.ts";
import { BatonError } from "./errors.ts";
import type { Http } from "./http.ts";
import { HistoryCalls } from "./history.ts";
import { Identity } from "./identity.ts";
import { Live } from "./live.ts";
import { LastWords } from "./last-words.ts";
import { Liveness } from "./liveness.ts";
import { LockKeeper } from "./locks.ts";
import { noticesOf } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import { indexedDbOutboxStorage } from "./outbox-idb.ts";
import { memoryOutboxStorage, type OutboxStorage } from "./outbox-storage.ts";
import type {
  ClientFrame,
  DeltaDoc,
  LocationDoc,
  OperationDoc,
  PrivacyDoc,
  ReceiptDoc,
  ServerMessage,
  WelcomeDoc,
} from "./protocol.ts";
import { PresenceDesk } from "./presences.ts";
import { Room } from "./room.ts";
import { Stack } from "./stack.ts";
import { Emitter } from "./store.ts";

/** Leaving waits so long for what is typed, in milliseconds. */
const LEAVE_MS = 3_000;
/** So long after one chose to be away, the hand on the mouse is no input, in milliseconds. */
const AWAY_MS = 10_000;
/** Between two looks at what a dying page left, in milliseconds. */
const LOOK_AGAIN_MS = 200;
/** Such looks. */
const LOOKS = 10;
/** A recovery is told at the latest after so long, in milliseconds. */
const RECOVERED_MS = 10_000;

/** What [`createClient`] needs. */
export interface ClientOptions {
  /** Signed in, or about to be. */
  readonly http: Http;
  /** The workspace's id. */
  readonly workspace: string;
  /** Device in words, such as "Chromium on Linux". */
  readonly device?: string;
  /** Where the SDK runs; the browser it is in by default. */
  readonly environment?: Environment;
  /** Where unacknowledged operations are kept; IndexedDB by default, memory where there is none. */
  readonly outbox?: OutboxStorage;
}

/** One tab in one workspace. Nothing happens before [`Client.start`]. */
export function createClient(options: ClientOptions): Client {
  return new Tab(options);
}

/** Wires the parts of one tab together; each part knows only what it is given here. */
class Tab implements Client {
  readonly http: Http;
  readonly workspace: string;
  readonly status;
  readonly room;
  readonly stack;
  readonly locks: LockKeeper;
  readonly editing: Editor;
  readonly channels: ChannelDesk;
  readonly presences: PresenceDesk;
  readonly history: HistoryCalls;
  readonly talk: Conversation;
  readonly #environment: Environment;
  readonly #device: string | undefined;
  readonly #notices = new Emitter<Notice>();
  readonly #operations = new Emitter<OperationDoc>();
  readonly #identity: Identity;
  readonly #connection: Connection;
  readonly #liveness: Liveness;
  readonly #calls: Calls;
  readonly #room: Room;
  readonly #stack: Stack;
  readonly #outbox: Outbox;
  readonly #drafts: Drafts;
  readonly #live: Live;
  readonly #activity: Activity;
  #clockOffset: number | null = null;
  #welcomed = false;
  #silent = false;
  #ends: (() => void)[] = [];

  constructor(options: ClientOptions) {
    const environment = options.environment ?? browserEnvironment();
    const { clock, uuid } = environment;
    this.#environment = environment;
    this.#device = options.device;
    this.http = options.http;
    this.workspace = options.workspace;
    const notice = (one: Notice) => this.#notices.emit(one);
    this.#identity = new Identity(environment, options.workspace);
    this.#connection = this.#connect();
    this.#calls = new Calls((frame) => this.#connection.send(frame), clock);
    this.#outbox = new Outbox({
      clock,
      storage: options.outbox ?? defaultStorage(),
      webLocks: environment.webLocks,
      lastWords: new LastWords(environment.tabStorage, options.workspace),
      owner: () => this.#owner(),
      send: (frame) => this.#calls.receipt(frame),
      onChange: () => this.#liveness.look(),
      onAdopted: (operation, answer) => desk.adopted(operation, answer),
    });
    this.#liveness = new Liveness({
      clock,
      phase: this.#connection.phase.get,
      oldestSent: () => this.#outbox.oldestSent(),
      giveUp: () => this.#connection.restart(),
    });
    this.#room = new Room(options.workspace, {
      resync: () => this.#resync(),
      onDelta: (delta, before, after) => this.#delta(delta, before, after),
      onReplaced: () => this.#replaced(),
    });
    this.#stack = new Stack({ load: (object) => this.#calls.call({ type: "open", object }) });
    this.status = this.#liveness.state;
    this.room = this.#room.state;
    this.stack = this.#stack.state;
    this.locks = new LockKeeper({
      calls: this.#calls,
      room: this.room,
      uuid,
      now: () => this.now(),
      onLost: (path, why, unsaved, whose) => notice({ kind: "lost", path, why, unsaved, ...whose }),
    });
    const parts = { outbox: this.#outbox, stack: this.#stack, locks: this.locks, room: this.room, uuid };
    const desk = new Desk({ ...parts, onNotice: notice });
    this.#drafts = new Drafts({
      ...{ clock, calls: this.#calls, desk, locks: this.locks, stack: this.#stack },
      ...{ room: this.room, status: this.status },
      linked: () => this.#connection.phase.get().at === "live",
      hurry: (path) => this.#outbox.hurry(path.object, path.item),
    });
    this.locks.setPen(this.#drafts);
    this.editing = new Editor({
      ...parts,
      ...{ drafts: this.#drafts, desk, onNotice: notice },
      discardParked: (draft) => this.discardParked(draft),
    });
    this.channels = new ChannelDesk(this.#calls);
    this.presences = new PresenceDesk(this.#calls);
    this.history = new HistoryCalls({
      ...{ clock, calls: this.#calls, room: this.room, stack: this.stack, uuid },
      flush: () => this.editing.flush(),
    });
    this.#activity = new Activity((frame) => this.#calls.tell(frame), clock);
    this.#live = new Live((frame) => this.#calls.tell(frame), clock);
    this.talk = new Conversation({
      ...{ calls: this.#calls, room: this.room, uuid, now: () => this.now() },
      onSaid: () => this.#live.said(),
    });
    this.#connection.phase.subscribe(() => this.#liveness.look());
    this.status.subscribe(() => this.#watch());
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#notices.on(listener);
  }

  onOperation(listener: (operation: OperationDoc) => void): () => void {
    return this.#operations.on(listener);
  }

  start(): void {
    const { at } = this.#connection.phase.get();
    if (at !== "idle" && at !== "stopped") return;
    this.#outbox.hold(this.#identity.instance);
    this.#ends.push(
      this.#environment.onHide(() => {
        this.#drafts.sendAll();
        this.#outbox.hidden();
      }),
    );
    this.#ends.push(this.#environment.onWake(() => this.#liveness.look()));
    this.#connection.start();
  }

  stop(): void {
    this.#drafts.sendAll();
    this.#connection.stop();
    this.#end();
  }

  async leave(): Promise<void> {
    const late = new Promise<void>((resolve) => this.#environment.clock.after(LEAVE_MS, resolve));
    await Promise.race([this.editing.flush(), late]);
    await Promise.race([this.#calls.call({ type: "leave" }).catch(() => undefined), late]);
    this.#identity.forget();
    this.#connection.stop("left");
    this.#end();
  }

  reconnect(): void {
    this.#connection.restart();
  }

  now(): number {
    return (
      this.#environment.clock.monotonic() +
      (this.#clockOffset ?? Date.now() - this.#environment.clock.monotonic())
    );
  }

  open(object: string): void {
    if (this.stack.get()?.object === object) return;
    this.#drafts.sendAll();
    this.#stack.open(object, this.#outbox.edits(object));
  }

  close(object: string): void {
    if (this.stack.get()?.object !== object) return;
    this.#drafts.sendAll();
    this.#stack.close();
    this.#calls.tell({ type: "close" });
  }

  locate(location: LocationDoc): void {
    this.#live.locate(location);
  }

  typing(on: boolean): void {
    this.#live.typing(on);
  }

  active(kind: Input): void {
    this.#activity.note(kind);
  }

  async setStatus(status: "online" | "busy" | "away", message = "", until?: number): Promise<void> {
    if (status === "away") this.#activity.ignoreFor(AWAY_MS);
    const more = {
      ...(message ? { message } : {}),
      ...(until === undefined ? {} : { until: Math.round(until) }),
    };
    await this.#calls.call({ type: "set_status", status, ...more });
  }

  async setPrivacy(privacy: PrivacyDoc): Promise<void> {
    await this.#calls.call({ type: "set_privacy", privacy });
  }

  async setAvatar(avatar: string): Promise<void> {
    await this.#calls.call({ type: "set_avatar", avatar });
  }

  deleteObject(object: string): Promise<ReceiptDoc> {
    return this.#decide({ type: "delete_object", op_id: this.#environment.uuid(), object });
  }

  async discardParked(draft: string): Promise<void> {
    await this.#decide({ type: "discard_parked", parked: draft });
  }

  #decide(message: ClientFrame): Promise<ReceiptDoc> {
    return this.#calls.decide(message);
  }

  #connect(): Connection {
    const { base } = this.http;
    return new Connection({
      environment: this.#environment,
      url: `${base.replace(/^http/, "ws")}/api/v1/socket`,
      token: (fresh) => this.http.token(fresh),
      tokenLifeMs: () => this.http.tokenLifeMs(),
      hello: (token) => this.#hello(token),
      onWelcome: (welcome) => this.#welcome(welcome),
      onMessage: (message) => this.#message(message),
      onFrame: () => this.#liveness.heard(),
      onLost: () => this.#lost(),
    });
  }

  #hello(token: string): ClientFrame {
    const claim = this.#identity.claim();
    const { instance } = this.#identity;
    return {
      type: "hello",
      token,
      workspace: this.workspace,
      instance,
      ...(claim ? { resume: { ...claim, ...this.#room.position() } } : {}),
      ...(this.#device ? { device: this.#device.slice(0, 64) } : {}),
    };
  }

  /** A line that was silent and speaks again on the same socket has come back as well. */
  #watch(): void {
    const { status } = this.status.get();
    if (status !== "live") this.#silent = this.#welcomed && status !== "stopped";
    else if (this.#silent) {
      // A welcome, if there is one, comes in the same turn and tells it itself.
      queueMicrotask(() => {
        if (!this.#silent) return;
        this.#silent = false;
        void this.#recover("resumed", true);
      });
    }
  }

  #welcome(welcome: WelcomeDoc): void {
    this.#silent = false;
    const again = this.#welcomed;
    this.#welcomed = true;
    this.#identity.keep(welcome);
    this.#clockOffset = welcome.now - this.#environment.clock.monotonic();
    this.#liveness.welcomed(welcome.ping_ms);
    this.#room.welcome(welcome);
    this.#calls.linked();
    // With a replay the open object follows by itself; with a snapshot `#replaced` has asked for it again.
    if (!welcome.snapshot && this.stack.get()?.status === "loading") this.#stack.reload();
    this.#outbox.linked();
    this.#drafts.linked();
    this.#live.linked();
    this.channels.linked();
    this.presences.linked();
    void this.#recover(welcome.arrival, again);
  }

  /** Says how the connection came back, once what was kept has been answered. */
  async #recover(how: WelcomeDoc["arrival"], again: boolean): Promise<void> {
    const before = new Set(this.room.get().parked.keys());
    const own = this.editing.flush();
    const { count, settled } = await this.#adoptTheDying();
    if (!again && count === 0) return;
    const late = new Promise<void>((resolve) => this.#environment.clock.after(RECOVERED_MS, resolve));
    await Promise.race([Promise.all([own, settled]), late]);
    const fresh = [...this.room.get().parked.keys()].filter((id) => !before.has(id));
    this.#notices.emit({
      kind: "recovered",
      how,
      parked: fresh.length,
      kept: this.editing.kept.get().length,
    });
  }

  #adopt(): ReturnType<Outbox["adopt"]> {
    const { session, sessions } = this.room.get();
    // Answered as this very session, or known to be over: nobody else will send what it left.
    const may = (of: string) => of === session || (this.#room.sound && !sessions.has(of));
    return this.#outbox.adopt(may).catch(() => ({ count: 0, busy: 0, settled: Promise.resolve() }));
  }

  /** A page that is being left lets its Web Lock go only when it is gone: looks again, for a while. */
  async #adoptTheDying(): ReturnType<Outbox["adopt"]> {
    let count = 0;
    const settled: Promise<unknown>[] = [];
    for (let looks = 0; ; looks += 1) {
      const found = await this.#adopt();
      count += found.count;
      settled.push(found.settled);
      if (found.busy === 0 || looks >= LOOKS)
        return { count, busy: found.busy, settled: Promise.all(settled) };
      await new Promise<void>((resolve) => this.#environment.clock.after(LOOK_AGAIN_MS, resolve));
    }
  }

  #message(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return;
      case "reply":
        return this.#calls.answered(message.re, message.ok);
      case "error":
        return void this.#calls.refused(message.re, message.error);
      case "deltas":
        return this.#room.deltas(message);
      case "channel":
        return this.channels.posted(message);
      case "presence_record":
        return this.presences.posted(message);
      case "live":
        return this.#room.live(message);
      case "resync":
        this.#room.replace(message.stream, message.snapshot);
        this.channels.linked();
        this.presences.linked();
        return void this.#recover("reloaded", true);
      case "ping":
        this.#clockOffset = message.now - this.#environment.clock.monotonic();
        return this.#room.ping(message.upto, this.#environment.clock.monotonic());
      case "held":
        return this.#liveness.setHeld(message.held);
    }
  }

  #delta(delta: DeltaDoc, before: RoomState, after: RoomState): void {
    this.locks.delta(delta);
    this.#stack.delta(delta);
    // A colleague publishes: what is typed here goes into it, and the pen stays.
    if (delta.d === "save_asked") void this.#drafts.flush({ object: delta.object });
    if (delta.d === "operation" && delta.object === this.stack.get()?.object) {
      this.#operations.emit(delta.operation);
    }
    if (delta.d === "parked_ended") this.#drafts.unmark((mark) => mark.draft === delta.parked);
    // What a session leaves behind may be taken over from the moment that it is gone.
    if (delta.d === "session_ended" || (delta.d === "roster" && delta.gone)) void this.#adopt();
    for (const notice of noticesOf(delta, before, after, this.stack.get()?.object ?? null)) {
      this.#notices.emit(notice);
    }
  }

  #replaced(): void {
    this.locks.replaced();
    this.#stack.reload();
    const { chatMissed } = this.room.get();
    if (chatMissed > 0) this.#notices.emit({ kind: "chat_missed", count: chatMissed });
  }

  #resync(): void {
    this.#calls.call({ type: "snapshot" }).then(
      (reply) => {
        if (reply.kind === "snapshot") this.#room.replace(reply.stream, reply.snapshot);
      },
      (thrown: unknown) => {
        // A replica that cannot be made sound must not be edited on: start over, which ends in a snapshot.
        if (thrown instanceof BatonError && thrown.code !== "offline") this.#connection.restart();
      },
    );
  }

  #lost(): void {
    this.#calls.lost();
    this.#outbox.unlinked();
    this.#liveness.lost();
  }

  #end(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#live.end();
    this.#activity.end();
    this.#liveness.end();
  }

  #owner() {
    const { user, session } = this.room.get();
    if (session === "") return null;
    return { workspace: this.workspace, user, session, instance: this.#identity.instance };
  }
}

function defaultStorage(): OutboxStorage {
  return "indexedDB" in globalThis ? indexedDbOutboxStorage() : memoryOutboxStorage();
}
