import type { CollisionDoc, ErrorBody, ErrorCode, LockDoc, NeedDoc, ProblemDoc } from "./protocol.ts";

/** Codes that only the client itself gives: the server was not reached, or the call was given up. */
export type LocalCode = "offline" | "stopped" | "cancelled" | "bad_answer";

/** A refusal or a failure, with the words of the one table of errors. */
export class BatonError extends Error {
  override readonly name = "BatonError";
  /** A name from the table; compare this, never the text. */
  readonly code: ErrorCode | LocalCode;
  /** What happened, in a sentence. */
  readonly title: string;
  /** What it means for one's work and what to do. */
  readonly help: string;
  /** What is particular to this case. */
  readonly detail: string | undefined;
  /** Whether the same call may succeed later without a change. */
  readonly retry: boolean;
  /** Try again after this many milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The lock in the way. */
  readonly holder: LockDoc | undefined;
  /** The locks in the way. */
  readonly holders: readonly LockDoc[];
  /** Places where a change cannot simply be taken back. */
  readonly collisions: readonly CollisionDoc[];
  /** Changes of others that are needed too. */
  readonly needs: readonly NeedDoc[];
  /** Places that are not valid. */
  readonly problems: readonly ProblemDoc[];
  /** The HTTP status, if it came over HTTP. */
  readonly status: number | undefined;

  constructor(body: ErrorBody, status?: number) {
    super(body.detail ? `${body.title} ${body.detail}` : body.title);
    this.code = body.code as ErrorCode | LocalCode;
    this.title = body.title;
    this.help = body.help;
    this.detail = body.detail;
    this.retry = body.retry;
    this.retryAfterMs = body.retry_after_ms;
    this.holder = body.holder;
    this.holders = body.holders ?? (body.holder ? [body.holder] : []);
    this.collisions = body.collisions ?? [];
    this.needs = body.needs ?? [];
    this.problems = body.problems ?? [];
    this.status = status;
  }

  /** An error that the client gives itself. */
  static local(code: LocalCode, title: string, help: string, retry = true): BatonError {
    return new BatonError({ code, title, help, retry });
  }
}

/** Anything thrown, as a [`BatonError`]. */
export function asBatonError(thrown: unknown): BatonError {
  if (thrown instanceof BatonError) return thrown;
  return BatonError.local(
    "offline",
    "The server could not be reached.",
    "What you typed is kept in this browser. Check the connection; it is tried again by itself.",
  );
}

const CALL_AGAIN: ReadonlySet<string> = new Set([
  "retry_later",
  "store_unavailable",
  "busy",
  "rate_limited",
  "offline",
  // The socket is being reopened with a fresh token or session; the operation itself is as good as before.
  "token_expired",
  "session_gone",
]);

/** Whether an operation that met this is kept and sent again with the same id: it is no answer yet (design.md §4.3). */
export function isNoAnswer(error: BatonError): boolean {
  return CALL_AGAIN.has(error.code);
}
