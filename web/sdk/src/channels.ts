import type { ChannelListener, ChannelOptions, Channels } from "./api.ts";
import type { Calls } from "./calls.ts";
import { asBatonError, BatonError } from "./errors.ts";
import type { ChannelNewsDoc, ChannelPostDoc, RealtimeCall, RealtimeReplyDoc } from "./protocol.ts";

/** Asks something of the realtime service. */
export async function askRealtime(calls: Calls, call: RealtimeCall): Promise<RealtimeReplyDoc> {
  const reply = await calls.call({ type: "realtime", ...call });
  if (reply.kind === "realtime") return reply;
  throw BatonError.local("offline", "The server answered something else.", "Repeat it.");
}

interface Joined {
  readonly listeners: Set<ChannelListener>;
  presence: boolean;
  history: boolean;
  /** The number of what was heard last, so that a new socket goes on from there. */
  after?: number;
}

/** The channels that this tab is in. A new socket, or a replaced replica, joins them again and learns what was missed. */
export class ChannelDesk implements Channels {
  readonly #calls: Calls;
  readonly #joined = new Map<string, Joined>();

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  join(channel: string, options: ChannelOptions, listener: ChannelListener): () => void {
    const known = this.#joined.get(channel);
    const joined = known ?? { listeners: new Set(), presence: false, history: false };
    joined.presence ||= options.presence ?? false;
    joined.history ||= options.history ?? false;
    joined.listeners.add(listener);
    this.#joined.set(channel, joined);
    void this.#enter(channel, joined, undefined);
    return () => {
      joined.listeners.delete(listener);
      if (joined.listeners.size > 0 || this.#joined.get(channel) !== joined) return;
      this.#joined.delete(channel);
      this.#calls.tell({ type: "realtime", call: "part", channel });
    };
  }

  call(call: RealtimeCall): Promise<RealtimeReplyDoc> {
    return askRealtime(this.#calls, call);
  }

  /** Something happened in a channel. */
  posted(post: ChannelPostDoc): void {
    const joined = this.#joined.get(post.channel);
    if (!joined) return;
    const last = lastNumber(post.news);
    if (last !== undefined) joined.after = Math.max(joined.after ?? 0, last);
    if (post.news.kind === "closed") this.#joined.delete(post.channel);
    for (const listener of [...joined.listeners]) listener.onNews(post.news);
  }

  /** A session is on a socket again, or its replica was replaced: what was missed in between is asked for. */
  linked(): void {
    for (const [channel, joined] of this.#joined) void this.#enter(channel, joined, joined.after);
  }

  async #enter(channel: string, joined: Joined, after: number | undefined): Promise<void> {
    const { presence, history } = joined;
    try {
      await this.call({
        call: "join",
        channel,
        presence,
        history,
        ...(after === undefined ? {} : { after }),
      });
    } catch (thrown) {
      const error = asBatonError(thrown);
      // Without a socket it is joined with the next one.
      if (error.code === "offline") return;
      for (const listener of [...joined.listeners]) listener.onRefused(error);
    }
  }
}

function lastNumber(news: ChannelNewsDoc): number | undefined {
  if (news.kind === "said") return news.said.number;
  if (news.kind === "history") return news.said.at(-1)?.number;
  return undefined;
}
