/** What the SDK needs from where it runs; everything is given, so that Node and tests can give their own. */
export interface Environment {
  /** Time and timers. */
  readonly clock: Clock;
  /** Opens a socket. */
  readonly openSocket: (url: string, subprotocol: string) => SocketLike;
  /** HTTP. */
  readonly fetch: typeof fetch;
  /** Lives as long as the tab and survives a reload: session id and resume secret. */
  readonly tabStorage: KeyValueStorage;
  /** Survives the tab: whether this browser has signed in. Left out where nothing can be kept. */
  readonly browserStorage?: KeyValueStorage | undefined;
  /** Web Locks, or what stands for them. */
  readonly webLocks: WebLocks;
  /** Random numbers from 0 to 1, for jitter. */
  readonly random: () => number;
  /** A fresh UUIDv7. */
  readonly uuid: () => string;
  /** Calls back when the tab comes to the front or the network is there again; returns what ends it. */
  readonly onWake: (wake: () => void) => () => void;
  /** Calls back when the page may be frozen or closed at any moment: send what is typed. */
  readonly onHide: (hide: () => void) => () => void;
}

/** Time and timers. */
export interface Clock {
  /** Milliseconds that never jump. */
  monotonic(): number;
  /** Runs `task` once after `ms`; returns what cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The part of a `WebSocket` that is used. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** The part of `sessionStorage` that is used. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The part of `navigator.locks` that is used. */
export interface WebLocks {
  /** Holds `name` until the returned function is called or the page dies; `null` if somebody else holds it. */
  tryHold(name: string): Promise<(() => void) | null>;
}
