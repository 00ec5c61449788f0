import type { Environment, KeyValueStorage, SocketLike, WebLocks } from "./environment.ts";
import { uuidv7 } from "./ids.ts";

/** The globals that a browser has and Node may lack; looked up at run time, so that the SDK needs no DOM. */
interface Globals {
  readonly sessionStorage?: KeyValueStorage;
  readonly localStorage?: KeyValueStorage;
  readonly document?: EventTarget & { readonly visibilityState?: string };
  readonly navigator?: { readonly locks?: LockManager };
  readonly WebSocket?: new (url: string, subprotocol: string) => SocketLike;
  readonly addEventListener?: EventTarget["addEventListener"];
  readonly removeEventListener?: EventTarget["removeEventListener"];
}

/** The browser (or Node) that the SDK runs in. */
export function browserEnvironment(): Environment {
  const globals = globalThis as unknown as Globals;
  return {
    clock: {
      monotonic: () => performance.now(),
      after(ms, task) {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      },
    },
    openSocket(url, subprotocol) {
      if (!globals.WebSocket) throw new Error("this environment has no WebSocket: give one as `openSocket`");
      return new globals.WebSocket(url, subprotocol);
    },
    // Bound: browsers refuse `fetch` without its global.
    fetch: (...args) => globalThis.fetch(...args),
    tabStorage: tabStorage(globals),
    browserStorage: browserStorage(globals),
    webLocks: globals.navigator?.locks ? browserLocks(globals.navigator.locks) : loneLocks(),
    random: Math.random,
    uuid: () => uuidv7(),
    onWake: (wake) =>
      listen(
        globals,
        wake,
        ["focus", "online", "pageshow"],
        () => globals.document?.visibilityState === "visible",
      ),
    onHide: (hide) =>
      listen(globals, hide, ["pagehide", "freeze"], () => globals.document?.visibilityState === "hidden"),
  };
}

/** `sessionStorage`, or memory where the browser refuses it. */
function tabStorage(globals: Globals): KeyValueStorage {
  try {
    if (globals.sessionStorage) {
      globals.sessionStorage.getItem("baton");
      return globals.sessionStorage;
    }
  } catch {
    // Storage is switched off: the tab lives without a memory of its session.
  }
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** `localStorage` of a page; nothing in Node, or where the browser refuses it. */
function browserStorage(globals: Globals): KeyValueStorage | undefined {
  try {
    // Node has one of its own that warns when it is touched: only pages are asked.
    const storage = globals.document ? globals.localStorage : undefined;
    storage?.getItem("baton");
    return storage;
  } catch {
    return undefined;
  }
}

function browserLocks(locks: LockManager): WebLocks {
  return {
    tryHold: (name) =>
      new Promise((resolve, reject) => {
        locks
          .request(name, { ifAvailable: true }, (lock) => {
            if (!lock) return resolve(null);
            return new Promise<void>((done) => resolve(done));
          })
          .catch(reject);
      }),
  };
}

/** Locks of one page by itself: enough for Node, and for browsers without Web Locks. */
export function loneLocks(): WebLocks {
  const held = new Set<string>();
  return {
    async tryHold(name) {
      if (held.has(name)) return null;
      held.add(name);
      return () => held.delete(name);
    },
  };
}

function listen(globals: Globals, tell: () => void, events: string[], visible: () => boolean): () => void {
  const changed = () => {
    if (visible()) tell();
  };
  for (const event of events) globals.addEventListener?.(event, tell);
  globals.document?.addEventListener("visibilitychange", changed);
  return () => {
    for (const event of events) globals.removeEventListener?.(event, tell);
    globals.document?.removeEventListener("visibilitychange", changed);
  };
}
