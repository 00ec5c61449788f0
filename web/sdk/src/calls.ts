import type { Clock } from "./environment.ts";
import { BatonError, isNoAnswer } from "./errors.ts";
import type { ClientFrame, ErrorBody, ReceiptDoc, ReplyDoc } from "./protocol.ts";

/** A decision that could not be brought to an answer in this time is given up, in milliseconds. */
export const DECISION_MS = 30_000;
const AGAIN_MS = 1_000;

/** A frame before it gets its number. */
export type Message = ClientFrame;

interface Waiting {
  readonly resolve: (reply: ReplyDoc) => void;
  readonly reject: (error: BatonError) => void;
}

/** The error of a call whose answer will not come because the socket is gone. */
export function offline(): BatonError {
  return BatonError.local(
    "offline",
    "The connection is interrupted.",
    "What you typed is kept; it is sent when the connection is back.",
  );
}

/** Calls with ids and their replies. */
export class Calls {
  readonly #send: (frame: ClientFrame) => boolean;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #forLink = new Set<() => void>();
  #last = 0;

  constructor(send: (frame: ClientFrame) => boolean, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Sends and waits for the reply; rejects with `offline` if the socket is or goes away. */
  call(message: Message): Promise<ReplyDoc> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#send({ ...message, id })) return;
      this.#waiting.delete(id);
      reject(offline());
    });
  }

  /** Sends what wants no answer. */
  tell(message: Message): boolean {
    return this.#send(message);
  }

  /** A call that leads to a receipt. */
  async receipt(message: Message): Promise<ReceiptDoc> {
    const reply = await this.call(message);
    return reply.kind === "receipt" ? reply : { result: "done" };
  }

  /**
   * A decision: has an op_id, so it is repeated, also over a new socket, until there is an answer.
   *
   * @throws BatonError what the server decided, or `offline` when no answer came in [`DECISION_MS`].
   */
  async decide(message: Message): Promise<ReceiptDoc> {
    const until = this.#clock.monotonic() + DECISION_MS;
    for (;;) {
      try {
        return await this.receipt(message);
      } catch (thrown) {
        const error = thrown as BatonError;
        const left = until - this.#clock.monotonic();
        if (!isNoAnswer(error) || left <= 0) throw error;
        if (error.code === "offline") await this.#link(left);
        else await this.#pause(Math.min(left, error.retryAfterMs ?? AGAIN_MS));
      }
    }
  }

  /** A reply came. */
  answered(re: number, reply: ReplyDoc): void {
    this.#take(re)?.resolve(reply);
  }

  /** A refusal came; false if no call waits for it. */
  refused(re: number | undefined, error: ErrorBody): boolean {
    const waiting = re === undefined ? undefined : this.#take(re);
    waiting?.reject(new BatonError(error));
    return waiting !== undefined;
  }

  /** The socket is gone. */
  lost(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(offline());
  }

  /** A session is on a socket again. */
  linked(): void {
    for (const go of [...this.#forLink]) go();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }

  #link(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        cancel();
        this.#forLink.delete(go);
        resolve();
      };
      const cancel = this.#clock.after(ms, go);
      this.#forLink.add(go);
    });
  }
}
