import type { StopReason } from "./api.ts";
import { closing, refused, type Closing } from "./closing.ts";
import type { Environment, SocketLike } from "./environment.ts";
import { asBatonError, BatonError } from "./errors.ts";
import { SUBPROTOCOL, type ClientFrame, type ServerMessage, type WelcomeDoc } from "./protocol.ts";
import { Store } from "./store.ts";

/** Where the connection is in its life. */
export type Phase =
  | { readonly at: "idle" }
  /** A token and then a socket are on their way. */
  | { readonly at: "connecting" }
  /** The socket is open and has said hello. */
  | { readonly at: "hello" }
  | { readonly at: "live" }
  /** The next try comes by itself; `tries` in a row have failed. */
  | { readonly at: "waiting"; readonly tries: number; readonly error?: BatonError }
  | { readonly at: "stopped"; readonly reason: StopReason; readonly error?: BatonError };

/** What a connection needs and whom it tells. */
export interface Wiring {
  readonly environment: Pick<Environment, "clock" | "openSocket" | "random" | "onWake">;
  readonly url: string;
  readonly token: (fresh?: "fresh") => Promise<string>;
  readonly tokenLifeMs: () => number;
  /** The first frame. */
  readonly hello: (token: string) => ClientFrame;
  /** Comes before any other message of the socket. */
  readonly onWelcome: (welcome: WelcomeDoc) => void;
  readonly onMessage: (message: ServerMessage) => void;
  /** All messages of one frame were told. */
  readonly onFrame: () => void;
  /** The socket is gone; calls that are open will not be answered on it. */
  readonly onLost: () => void;
}

/** Waits between tries, in milliseconds: the usual tier, and the one after the server refused for want of room. */
export const WAITS = [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000] as const;
export const SLOW_WAITS = [2_000, 5_000, 10_000, 20_000, 30_000] as const;
/** A hello that is unanswered for so long is given up, in milliseconds. */
export const HELLO_TIMEOUT_MS = 10_000;
/** The token is renewed on the open socket so long before it ends, in milliseconds. */
const REAUTH_BEFORE_MS = 90_000;

/**
 * The life of the connection to one workspace.
 *
 * Safety: at most one socket is listened to; whatever an older one still says is dropped.
 * Liveness: unless stopped, there is always a socket, a token or a timer on its way to the next try.
 */
export class Connection {
  readonly phase = new Store<Phase>({ at: "idle" });
  readonly #wiring: Wiring;
  // Grows with every try: whoever comes back to another number is late and does nothing.
  #life = 0;
  #socket: SocketLike | null = null;
  #tries = 0;
  #renew = false;
  #retryAfterMs = 0;
  #timer: (() => void) | null = null;
  #reauth: (() => void) | null = null;
  #unwake: (() => void) | null = null;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Connects, if it is idle or stopped. */
  start(): void {
    const { at } = this.phase.get();
    if (at !== "idle" && at !== "stopped") return;
    this.#unwake ??= this.#wiring.environment.onWake(() => this.#wake());
    this.#tries = 0;
    this.#connect();
  }

  /** Gives the connection up. */
  stop(reason: StopReason | "idle" = "idle"): void {
    this.#drop();
    this.#unwake?.();
    this.#unwake = null;
    this.phase.set(reason === "idle" ? { at: "idle" } : { at: "stopped", reason });
  }

  /** Tries again now, whatever it is doing. */
  restart(): void {
    const { at } = this.phase.get();
    if (at === "idle" || at === "stopped") return this.start();
    this.#drop();
    this.#connect();
  }

  /** Writes a frame; false if there is no live socket. */
  send(frame: ClientFrame): boolean {
    if (this.phase.get().at !== "live" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #wake(): void {
    if (this.phase.get().at !== "waiting") return;
    this.#clearTimer();
    this.#connect();
  }

  #connect(): void {
    this.#life += 1;
    const life = this.#life;
    this.phase.set({ at: "connecting" });
    const renew = this.#renew;
    this.#renew = false;
    this.#wiring.token(renew ? "fresh" : undefined).then(
      (token) => {
        if (life === this.#life) this.#open(token, life);
      },
      (thrown: unknown) => {
        if (life === this.#life) this.#fail(refused(asBatonError(thrown)), asBatonError(thrown));
      },
    );
  }

  #open(token: string, life: number): void {
    let socket: SocketLike;
    try {
      socket = this.#wiring.environment.openSocket(this.#wiring.url, SUBPROTOCOL);
    } catch (thrown) {
      return this.#fail({ then: "reconnect", slow: true, renew: false }, asBatonError(thrown));
    }
    this.#socket = socket;
    const late = () => life !== this.#life;
    socket.onopen = () => {
      if (late()) return;
      this.phase.set({ at: "hello" });
      socket.send(JSON.stringify(this.#wiring.hello(token)));
    };
    socket.onmessage = (event) => {
      if (!late()) this.#read(socket, event.data, life);
    };
    socket.onclose = (event) => {
      if (!late()) this.#fail(closing(event.code));
    };
    socket.onerror = null;
    this.#setTimer(HELLO_TIMEOUT_MS, () => this.#fail({ then: "reconnect", slow: false, renew: false }));
  }

  #read(socket: SocketLike, data: unknown, life: number): void {
    let messages: ServerMessage[];
    try {
      messages = JSON.parse(String(data)) as ServerMessage[];
      if (!Array.isArray(messages)) throw new Error("not a list");
    } catch {
      // Out of step with the server: only a fresh start is sure.
      return this.#fail({ then: "reconnect", slow: true, renew: false });
    }
    // Answered before anything else is done, and from here only: timers of hidden tabs are throttled.
    if (messages.some((message) => message.type === "ping")) {
      socket.send(JSON.stringify({ type: "pong" } satisfies ClientFrame));
      this.#tries = 0;
    }
    for (const message of messages) {
      if (life !== this.#life) return;
      this.#hear(message);
    }
    if (life === this.#life) this.#wiring.onFrame();
  }

  #hear(message: ServerMessage): void {
    if (message.type === "welcome") {
      this.#clearTimer();
      this.#retryAfterMs = 0;
      this.phase.set({ at: "live" });
      this.#planReauth();
      this.#wiring.onWelcome(message);
    } else if (this.phase.get().at === "live") {
      this.#wiring.onMessage(message);
    } else if (message.type === "error") {
      const error = new BatonError(message.error);
      this.#retryAfterMs = error.retryAfterMs ?? 0;
      this.#fail(refused(error), error);
    }
  }

  /** The token is renewed before it ends, so that the socket need not be closed for it. */
  #planReauth(): void {
    this.#reauth?.();
    const life = this.#life;
    const wait = Math.max(1_000, this.#wiring.tokenLifeMs() - REAUTH_BEFORE_MS);
    this.#reauth = this.#wiring.environment.clock.after(wait, () => {
      this.#wiring.token("fresh").then(
        (token) => {
          if (life !== this.#life) return;
          this.send({ type: "reauth", token });
          this.#planReauth();
        },
        () => {
          // Tried again soon; if it never succeeds the server closes with `token_expired` and the table decides.
          if (life === this.#life) this.#planReauth();
        },
      );
    });
  }

  #fail(what: Closing, error?: BatonError): void {
    this.#drop();
    if (what.then === "stop") {
      this.phase.set({ at: "stopped", reason: what.reason, ...(error ? { error } : {}) });
      return;
    }
    this.#renew = what.renew;
    const waits: readonly number[] = what.slow ? SLOW_WAITS : WAITS;
    const wait = waits[Math.min(this.#tries, waits.length - 1)] ?? 0;
    this.#tries += 1;
    // Half of it at least, so that a crowd spreads; never before the server said.
    const jittered = wait * (0.5 + this.#wiring.environment.random() / 2);
    this.phase.set({ at: "waiting", tries: this.#tries, ...(error ? { error } : {}) });
    this.#setTimer(Math.max(jittered, this.#retryAfterMs), () => this.#connect());
  }

  /** Lets go of socket and timers, without a word about what comes next. */
  #drop(): void {
    this.#life += 1;
    this.#clearTimer();
    this.#reauth?.();
    this.#reauth = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
    } catch {
      // It was closed already.
    }
    this.#wiring.onLost();
  }

  #setTimer(ms: number, task: () => void): void {
    this.#clearTimer();
    this.#timer = this.#wiring.environment.clock.after(ms, task);
  }

  #clearTimer(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
