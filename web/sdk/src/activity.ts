import type { Clock } from "./environment.ts";
import type { ClientFrame } from "./protocol.ts";

/** Input is reported at most so often, in milliseconds; the server refuses more than one in 5 s. */
export const ACTIVITY_MS = 10_000;
/** A report counts at most so many of each kind. */
const MOST = 5_000;

/** What kind of input there was. */
export type Input = "keys" | "pointer";

/** Tells that somebody is at the keyboard: the first input after a pause at once, what follows summed up. */
export class Activity {
  readonly #tell: (frame: ClientFrame) => boolean;
  readonly #clock: Clock;
  #counts = { keys: 0, pointer: 0 };
  #saidAt = -ACTIVITY_MS;
  #deafUntil = 0;
  #timer: (() => void) | null = null;

  constructor(tell: (frame: ClientFrame) => boolean, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** There was input. */
  note(kind: Input): void {
    const now = this.#clock.monotonic();
    if (now < this.#deafUntil) return;
    this.#counts[kind] = Math.min(this.#counts[kind] + 1, MOST);
    if (this.#timer) return;
    const wait = this.#saidAt + ACTIVITY_MS - now;
    if (wait <= 0) return this.#say();
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = null;
      this.#say();
    });
  }

  /** For so long input is not counted: who chose to be away still moves the mouse once. */
  ignoreFor(ms: number): void {
    this.end();
    this.#counts = { keys: 0, pointer: 0 };
    this.#deafUntil = this.#clock.monotonic() + ms;
  }

  /** No timer is left. */
  end(): void {
    this.#timer?.();
    this.#timer = null;
  }

  #say(): void {
    this.#saidAt = this.#clock.monotonic();
    const { keys, pointer } = this.#counts;
    if (keys + pointer === 0) return;
    if (this.#tell({ type: "activity", keys, pointer })) this.#counts = { keys: 0, pointer: 0 };
  }
}
