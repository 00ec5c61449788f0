import { createClient, memoryOutboxStorage, Store } from "../src/index.ts";
import type {
  Client,
  ClientFrame,
  Clock,
  DeltaDoc,
  Environment,
  Http,
  KeyValueStorage,
  LockDoc,
  NodeDoc,
  Notice,
  ObjectDoc,
  OutboxStorage,
  ReplyDoc,
  ServerMessage,
  SessionDoc,
  SnapshotDoc,
  SocketLike,
  WebLocks,
} from "../src/index.ts";

/** A clock that moves only when it is told to. */
export class HandClock implements Clock {
  now = 1_000;
  #timers: { at: number; task: () => void }[] = [];

  monotonic(): number {
    return this.now;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.now + ms, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass, timer by timer, with the promises that each one settles. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.task();
      await settle();
    }
    this.now = end;
    await settle();
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A socket whose other end is the test. */
export class ScriptedSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly heard: ClientFrame[] = [];
  closed = false;

  send(text: string): void {
    this.heard.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  say(...messages: ServerMessage[]): void {
    this.onmessage?.({ data: JSON.stringify(messages) });
  }

  drop(code = 1006): void {
    this.onclose?.({ code, reason: "" });
  }
}

export const ME = "me";
export const ANA = "ana";
export const STREAM = "stream-1";
export const OBJECT = "object-1";

export function session(id: string, user: string): SessionDoc {
  return {
    id,
    user,
    tab: 1,
    device: "",
    state: "connected",
    since: 0,
    active: 0,
    location: { page: "home" },
  };
}

export function lockOf(item: string, holder: { session: string; user: string }, counter = 1): LockDoc {
  const path = { object: OBJECT, item };
  const times = { since: 0, edited: 0, unsaved: 0 };
  return { path, ...holder, fence: { epoch: 1, counter }, state: "held", ...times };
}

export function snapshotOf(changes: Partial<SnapshotDoc> = {}): SnapshotDoc {
  return {
    workspace: "w",
    name: "Acme",
    members: [
      { user: ME, name: "Me", role: "developer", colour: 0 },
      { user: ANA, name: "Ana", role: "developer", colour: 1 },
    ],
    roles: [],
    sessions: [session("s1", ME), session("s-ana", ANA)],
    objects: [{ id: OBJECT, kind: "function", name: "Poll", revision: 1, changes: 0 }],
    locks: [],
    requests: [],
    closures: [],
    deadlocks: [],
    channels: [],
    presence: [],
    parked: [],
    chat: [],
    chat_missed: 0,
    chat_life: "life-1",
    typing: [],
    upto: 10,
    ...changes,
  };
}

export function node(id: string, more: Partial<NodeDoc> = {}): NodeDoc {
  return { id, kind: "step", word: "var", fields: [], children: [], revision: 1, parent: "stack", ...more };
}

/** Four roots and the steps `a` and `b`, each with a field `value`. */
export function objectOf(revision = 1): ObjectDoc {
  const root = (id: NodeDoc["kind"], children: string[] = []): NodeDoc => {
    return { id, kind: id, word: "", fields: [], children, revision: 1 };
  };
  const value = (text: string) => ({ fields: [{ name: "value", text }] });
  return {
    head: { id: OBJECT, kind: "function", name: "Poll", revision, changes: 0 },
    nodes: [
      root("settings"),
      root("inputs"),
      root("stack", ["a", "b"]),
      node("a", value("1")),
      node("b", value("2")),
      root("response"),
    ],
    changes: [],
  };
}

/** One tab on a stage: the client, its clock, its sockets. */
export class Stage {
  readonly clock: HandClock;
  readonly sockets: ScriptedSocket[] = [];
  readonly notices: Notice[] = [];
  readonly client: Client;
  readonly storage: OutboxStorage;
  readonly tab: KeyValueStorage;
  tokens = 0;
  upto = 10;
  wake: () => void = () => undefined;
  hide: () => void = () => undefined;
  #ids = 0;

  constructor(
    shared: {
      clock?: HandClock;
      storage?: OutboxStorage;
      webLocks?: WebLocks;
      tab?: KeyValueStorage;
      name?: string;
    } = {},
  ) {
    this.clock = shared.clock ?? new HandClock();
    this.storage = shared.storage ?? memoryOutboxStorage();
    this.tab = shared.tab ?? memoryTab();
    const environment: Environment = {
      clock: this.clock,
      openSocket: () => {
        const socket = new ScriptedSocket();
        this.sockets.push(socket);
        return socket;
      },
      fetch: () => Promise.reject(new Error("no HTTP on this stage")),
      tabStorage: this.tab,
      webLocks: shared.webLocks ?? new StageLocks().of("only"),
      random: () => 1,
      uuid: () => `${shared.name ?? "id"}-${(this.#ids += 1)}`,
      onWake: (wake) => {
        this.wake = wake;
        return () => undefined;
      },
      onHide: (hide) => {
        this.hide = hide;
        return () => undefined;
      },
    };
    const http = {
      base: "http://baton.test",
      user: new Store(null),
      token: async () => `token-${(this.tokens += 1)}`,
      tokenLifeMs: () => 600_000,
    } as unknown as Http;
    this.client = createClient({ http, workspace: "w", environment, outbox: this.storage });
    this.client.onNotice((notice) => this.notices.push(notice));
  }

  get socket(): ScriptedSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  /** Opens the socket that the client has asked for, up to its hello. */
  async hello(): Promise<ClientFrame> {
    await settle();
    this.socket.onopen?.();
    await settle();
    const first = this.socket.heard[0];
    if (!first) throw new Error("the client said nothing");
    return first;
  }

  /** Answers the hello. */
  async welcome(more: Partial<Extract<ServerMessage, { type: "welcome" }>> = {}): Promise<void> {
    await this.hello();
    this.socket.say({
      type: "welcome",
      arrival: "new",
      session: "s1",
      user: ME,
      secret: "secret",
      stream: STREAM,
      upto: this.upto,
      snapshot: snapshotOf({ upto: this.upto }),
      replay: [],
      now: 1_700_000_000_000,
      ping_ms: 5_000,
      ...more,
    });
    await settle();
  }

  /** Starts, is welcomed, opens the object. */
  async begin(): Promise<void> {
    this.client.start();
    await this.welcome();
    this.client.open(OBJECT);
    await settle();
    await this.answer("open", { kind: "object", ...objectOf() });
  }

  /** What the client has said of one type, on the newest socket. */
  said<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.socket.heard.filter((frame) => frame.type === type) as Extract<ClientFrame, { type: T }>[];
  }

  /** The newest frame of one type. */
  last<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }> {
    const frame = this.said(type).at(-1);
    if (!frame) throw new Error(`the client did not say ${type}: ${JSON.stringify(this.socket.heard)}`);
    return frame;
  }

  /** Answers the newest call of one type. */
  async answer(type: ClientFrame["type"], ok: ReplyDoc): Promise<void> {
    this.socket.say({ type: "reply", re: this.last(type).id ?? -1, ok });
    await settle();
  }

  /** Refuses the newest call of one type. */
  async refuse(type: ClientFrame["type"], code: string, more: object = {}): Promise<void> {
    const error = { code, title: code, help: "", retry: false, ...more };
    this.socket.say({ type: "error", re: this.last(type).id ?? -1, error });
    await settle();
  }

  /** Numbered deltas, in order. */
  async deltas(...deltas: DeltaDoc[]): Promise<void> {
    const after = this.upto;
    this.upto += deltas.length;
    this.socket.say({ type: "deltas", stream: STREAM, after, upto: this.upto, deltas });
    await settle();
  }

  /** The client's acquire is granted, as the server does it: lock delta and receipt. */
  async grant(item: string, counter = 1): Promise<void> {
    await this.deltas({ d: "lock", ...lockOf(item, { session: "s1", user: ME }, counter) });
    const fence = { epoch: 1, counter };
    await this.answer("acquire", { kind: "receipt", result: "acquired", fence, revision: 1 });
  }

  /** The client's newest edit is applied, as the server does it: operation and receipt. */
  async apply(revision: number, type: "edit" = "edit"): Promise<void> {
    const frame = this.last(type);
    await this.deltas(operation(revision, frame.op_id, frame.op, ME));
    await this.answer(type, { kind: "receipt", result: "edited", revision, change: 1 });
  }

  async ping(): Promise<void> {
    this.socket.say({ type: "ping", upto: this.upto, now: 1_700_000_000_000 });
    await settle();
  }

  /** Lets time pass with a ping every 4 s, so that nothing is uncertain. */
  async live(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 4_000) {
      await this.clock.pass(Math.min(left, 4_000));
      await this.ping();
    }
  }
}

/** An operation as the room tells it. */
export function operation(
  revision: number,
  opId: string,
  op: Extract<ClientFrame, { type: "edit" }>["op"],
  user: string,
): Extract<DeltaDoc, { d: "operation" }> {
  const change = {
    number: revision,
    user,
    began: 0,
    ended: 0,
    words: "",
    kind: "edit" as const,
    from: revision,
    to: revision,
  };
  const meta = { revision, op_id: opId, user, at: 0, change: revision };
  return { d: "operation", object: OBJECT, operation: { ...meta, op, inverse: [] }, change };
}

/** `sessionStorage` of one tab. */
export function memoryTab(
  entries: readonly (readonly [string, string])[] = [],
): KeyValueStorage & { copy(): KeyValueStorage } {
  const kept = new Map(entries);
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    copy: () => memoryTab([...kept]),
  };
}

/** Web Locks that several pages share; a page that dies lets go of its own. */
export class StageLocks {
  readonly #held = new Map<string, string>();

  of(page: string): WebLocks {
    return {
      tryHold: async (name) => {
        if (this.#held.has(name)) return null;
        this.#held.set(name, page);
        return () => this.#held.delete(name);
      },
    };
  }

  die(page: string): void {
    for (const [name, holder] of [...this.#held]) if (holder === page) this.#held.delete(name);
  }
}
