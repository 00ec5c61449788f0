import type { Clock } from "./environment.ts";
import type { ClientFrame, LocationDoc } from "./protocol.ts";

/** Locations are said at most so often, in milliseconds. */
export const LOCATE_MS = 100;
/** While keys come, "types in the chat" is said again so often, in milliseconds; the server ends it 3 s after the last. */
export const TYPING_AGAIN_MS = 500;
/** So long after the last say the server has ended it by itself, in milliseconds. */
const TYPING_ENDED_MS = 3_000;

/** Where one is and whether one types: never written, the latest wins. */
export class Live {
  readonly #tell: (frame: ClientFrame) => boolean;
  readonly #clock: Clock;
  #location: LocationDoc | null = null;
  #said = "";
  #saidAt = -LOCATE_MS;
  #timer: (() => void) | null = null;
  #typingAt = -TYPING_ENDED_MS;
  #typingTimer: (() => void) | null = null;

  constructor(tell: (frame: ClientFrame) => boolean, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** The first after a pause goes at once, then the latest at most every [`LOCATE_MS`]. */
  locate(location: LocationDoc): void {
    // A key pressed between two says is said with the next, though the caret has moved on without one.
    const typed =
      this.#timer !== null && this.#location?.typing === true && sameField(this.#location, location);
    this.#location = typed ? { ...location, typing: true } : location;
    if (this.#timer) return;
    const wait = this.#saidAt + LOCATE_MS - this.#clock.monotonic();
    if (wait <= 0) return this.#say();
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = null;
      this.#say();
    });
  }

  /** A key was pressed in the chat, or it was emptied. Said at once, again while keys come, and once after the last. */
  typing(on: boolean): void {
    const passed = this.#clock.monotonic() - this.#typingAt;
    if (!on) {
      this.#stopTyping();
      if (passed < TYPING_ENDED_MS) this.#tell({ type: "typing", on });
      this.#typingAt = -TYPING_ENDED_MS;
    } else if (passed >= TYPING_AGAIN_MS) {
      this.#types();
    } else {
      this.#typingTimer ??= this.#clock.after(TYPING_AGAIN_MS - passed, () => this.#types());
    }
  }

  /** The line was said, which ends typing by itself. */
  said(): void {
    this.#stopTyping();
    this.#typingAt = -TYPING_ENDED_MS;
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
    this.#stopTyping();
  }

  #types(): void {
    this.#stopTyping();
    this.#typingAt = this.#clock.monotonic();
    this.#tell({ type: "typing", on: true });
  }

  #stopTyping(): void {
    this.#typingTimer?.();
    this.#typingTimer = null;
  }

  #say(): void {
    if (!this.#location) return;
    const text = JSON.stringify(this.#location);
    // A key is news each time: the server ends typing so long after the last.
    if (text === this.#said && !this.#location.typing) return;
    this.#saidAt = this.#clock.monotonic();
    const { typing: _, ...rest } = this.#location;
    if (this.#tell({ type: "locate", location: this.#location })) this.#said = JSON.stringify(rest);
    this.#location = rest;
  }
}

function sameField(a: LocationDoc, b: LocationDoc): boolean {
  return a.object === b.object && a.item === b.item && a.field === b.field;
}
