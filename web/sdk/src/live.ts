import type { Clock } from "./environment.ts";
import type { ClientFrame, LocationDoc } from "./protocol.ts";

/** Locations are said at most so often, in milliseconds. */
export const LOCATE_MS = 100;
/** "Types" is said again at most so often, in milliseconds. */
export const TYPING_AGAIN_MS = 3_000;
/** And ends by itself so long after the last key, in milliseconds. */
export const TYPING_ENDS_MS = 5_000;

/** Where one is and whether one types: never written, the latest wins. */
export class Live {
  readonly #tell: (frame: ClientFrame) => boolean;
  readonly #clock: Clock;
  #location: LocationDoc | null = null;
  #said = "";
  #saidAt = -LOCATE_MS;
  #timer: (() => void) | null = null;
  #typingAt: number | null = null;
  #typingEnd: (() => void) | null = null;

  constructor(tell: (frame: ClientFrame) => boolean, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** The first after a pause goes at once, then the latest at most every [`LOCATE_MS`]. */
  locate(location: LocationDoc): void {
    this.#location = location;
    if (this.#timer) return;
    const wait = this.#saidAt + LOCATE_MS - this.#clock.monotonic();
    if (wait <= 0) return this.#say();
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = null;
      this.#say();
    });
  }

  /** A key was pressed in the chat, or it was emptied. */
  typing(on: boolean): void {
    this.#typingEnd?.();
    this.#typingEnd = on ? this.#clock.after(TYPING_ENDS_MS, () => this.typing(false)) : null;
    const now = this.#clock.monotonic();
    if (on) {
      if (this.#typingAt !== null && now - this.#typingAt < TYPING_AGAIN_MS) return;
      this.#typingAt = now;
    } else {
      if (this.#typingAt === null) return;
      this.#typingAt = null;
    }
    this.#tell({ type: "typing", on });
  }

  /** The session is on a socket again: the server may not know where it is. */
  linked(): void {
    this.#said = "";
    this.#say();
  }

  /** No timers are left. */
  end(): void {
    this.#timer?.();
    this.#timer = null;
    this.#typingEnd?.();
    this.#typingEnd = null;
  }

  #say(): void {
    if (!this.#location) return;
    const text = JSON.stringify(this.#location);
    if (text === this.#said) return;
    this.#saidAt = this.#clock.monotonic();
    if (this.#tell({ type: "locate", location: this.#location })) this.#said = text;
  }
}
