import type { PresenceListener, Presences, PresenceWish } from "./api.ts";
import type { Calls } from "./calls.ts";
import { askRealtime } from "./channels.ts";
import { asBatonError } from "./errors.ts";
import type { PresenceCall, PresencePostDoc, RealtimeReplyDoc } from "./protocol.ts";

interface Subscribed {
  readonly wish: PresenceWish;
  readonly listener: PresenceListener;
}

/** What this tab hears of presence records. A new socket, or a replaced replica, subscribes again. */
export class PresenceDesk implements Presences {
  readonly #calls: Calls;
  readonly #subscribed = new Map<string, Subscribed>();
  #last = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  subscribe(wish: PresenceWish, listener: PresenceListener): () => void {
    const id = `s${(this.#last += 1)}`;
    const subscribed = { wish, listener };
    this.#subscribed.set(id, subscribed);
    void this.#ask(id, subscribed);
    return () => {
      if (!this.#subscribed.delete(id)) return;
      this.#calls.tell({ type: "realtime", call: "presences", do: "unsubscribe", ids: [id] });
    };
  }

  call(call: PresenceCall): Promise<RealtimeReplyDoc> {
    return askRealtime(this.#calls, { call: "presences", ...call });
  }

  /** Something happened to a record. */
  posted(post: PresencePostDoc): void {
    for (const id of post.subscriptions) this.#subscribed.get(id)?.listener.onPost(post);
  }

  /** A session is on a socket again, or its replica was replaced. */
  linked(): void {
    for (const [id, subscribed] of this.#subscribed) void this.#ask(id, subscribed);
  }

  async #ask(id: string, { wish, listener }: Subscribed): Promise<void> {
    const { record, event, queries = [] } = wish;
    const one = {
      id,
      queries: [...queries],
      ...(record === undefined ? {} : { record }),
      ...(event === undefined ? {} : { event }),
    };
    try {
      await this.call({ do: "subscribe", subscriptions: [one] });
    } catch (thrown) {
      const error = asBatonError(thrown);
      // Without a socket it is asked for with the next one.
      if (error.code !== "offline" && this.#subscribed.has(id)) listener.onRefused(error);
      return;
    }
    if (this.#subscribed.has(id)) listener.onLive();
  }
}
