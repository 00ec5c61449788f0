import type { ConnectionState, Status } from "./api.ts";
import type { Phase } from "./connection.ts";
import type { Clock } from "./environment.ts";
import { Store } from "./store.ts";

/** A lost connection is shown after so long, in milliseconds. */
export const SHOWN_AFTER_MS = 3_000;
/** Editing stops so long after a ping was due, in milliseconds. */
export const PING_OVERDUE_MS = 5_000;
/** Editing stops when the oldest operation is unanswered for so long, in milliseconds. */
export const UNANSWERED_MS = 10_000;
/** A socket that is silent for so long after a ping was due is given up, in milliseconds. */
export const GIVE_UP_MS = 10_000;

/** What liveness looks at. */
export interface Signs {
  readonly clock: Clock;
  readonly phase: () => Phase;
  /** When the oldest operation that is unanswered was sent, on the monotonic clock; `null` if there is none. */
  readonly oldestSent: () => number | null;
  /** The socket is open and nothing comes: start again. */
  readonly giveUp: () => void;
}

/**
 * The connection as it is shown, judged by the clock each time that something happens or is due.
 *
 * A hidden tab's timers are late, so nothing here counts ticks: every look compares times.
 */
export class Liveness {
  readonly state = new Store<ConnectionState>({ status: "connecting", editable: false, held: false });
  readonly #signs: Signs;
  #pingMs = 8_000;
  #heard: number | null = null;
  #lostAt: number | null = null;
  #held = false;
  #timer: (() => void) | null = null;

  constructor(signs: Signs) {
    this.#signs = signs;
  }

  /** The server said hello and how often it pings. */
  welcomed(pingMs: number): void {
    this.#pingMs = pingMs;
    this.#lostAt = null;
    this.#held = false;
    this.heard();
  }

  /** A sign of life came. */
  heard(): void {
    this.#heard = this.#signs.clock.monotonic();
    this.look();
  }

  /** The store answers, or does not. */
  setHeld(held: boolean): void {
    this.#held = held;
    this.look();
  }

  /** The socket is gone. */
  lost(): void {
    this.#lostAt ??= this.#signs.clock.monotonic();
    this.look();
  }

  /** No more looks by itself. */
  end(): void {
    this.#timer?.();
    this.#timer = null;
  }

  /** Judges anew. */
  look(): void {
    this.end();
    const now = this.#signs.clock.monotonic();
    const phase = this.#signs.phase();
    if (phase.at === "stopped") {
      const { reason, error } = phase;
      return this.#set({
        status: "stopped",
        reason,
        ...(error ? { error } : {}),
        editable: false,
        held: false,
      });
    }
    if (this.#heard === null) return this.#set({ status: "connecting", editable: false, held: false });
    const due = this.#heard + this.#pingMs;
    const oldest = this.#signs.oldestSent();
    // The socket is known to be gone a moment before the phase says so.
    const open = phase.at === "live" && this.#lostAt === null;
    if (open && now >= due + GIVE_UP_MS) {
      // The look that follows comes from the phase's change.
      this.#signs.giveUp();
      return;
    }
    const unsure = now >= due + PING_OVERDUE_MS || (oldest !== null && now >= oldest + UNANSWERED_MS);
    const shown =
      now >= due + SHOWN_AFTER_MS || (this.#lostAt !== null && now >= this.#lostAt + SHOWN_AFTER_MS);
    const status: Status = !unsure && !shown ? "live" : unsure && open ? "uncertain" : "reconnecting";
    this.#set({ status, editable: !unsure, held: this.#held });
    this.#plan(now, [
      due + SHOWN_AFTER_MS,
      due + PING_OVERDUE_MS,
      due + GIVE_UP_MS,
      this.#lostAt === null ? 0 : this.#lostAt + SHOWN_AFTER_MS,
      oldest === null ? 0 : oldest + UNANSWERED_MS,
    ]);
  }

  #plan(now: number, moments: readonly number[]): void {
    const next = Math.min(...moments.filter((moment) => moment > now));
    if (next === Infinity) return;
    this.#timer = this.#signs.clock.after(next - now, () => this.look());
  }

  #set(next: ConnectionState): void {
    this.state.update((now) =>
      now.status === next.status &&
      now.reason === next.reason &&
      now.error === next.error &&
      now.editable === next.editable &&
      now.held === next.held
        ? now
        : next,
    );
  }
}
