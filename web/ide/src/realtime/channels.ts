/** What holds for channels, as lists show it; the server decides. */
import type { ChannelDoc, ClientDoc, LiveChannelDoc } from "@baton/sdk";

/** Sizes of a history. */
export const HISTORY_SIZES = [0, 25, 50, 100, 250, 1000] as const;

/** A channel as one gets it without saying more. */
export const FRESH: ChannelDoc = {
  pattern: "",
  description: "",
  active: true,
  nested: false,
  anonymous: false,
  presence: true,
  public: "authenticated",
  authenticated: false,
  private: "off",
  history: 25,
  stored: false,
  retention_days: 0,
};

/** The pattern without its `/*`. */
export function stemOf(pattern: string): string {
  return pattern.endsWith("/*") ? pattern.slice(0, -2) : pattern;
}

/** The one name that the pattern stands for, if it is one. */
export function ownName(channel: ChannelDoc): string | undefined {
  return channel.nested && channel.pattern.endsWith("/*") ? undefined : stemOf(channel.pattern);
}

function fits(channel: ChannelDoc, name: string): boolean {
  const own = ownName(channel);
  return name === own || (channel.nested && name.startsWith(`${stemOf(channel.pattern)}/`));
}

/** What holds for a name: the exact one, else the one with the longest stem. */
export function settingsOf(channels: Iterable<ChannelDoc>, name: string): ChannelDoc | undefined {
  let best: ChannelDoc | undefined;
  for (const channel of channels) {
    if (!fits(channel, name)) continue;
    if (ownName(channel) === name) return channel;
    if (!best || stemOf(channel.pattern).length > stemOf(best.pattern).length) best = channel;
  }
  return best;
}

/** Channels with somebody in, below what holds for them. */
export function liveBelow(
  channels: readonly ChannelDoc[],
  live: readonly LiveChannelDoc[],
): ReadonlyMap<string, readonly LiveChannelDoc[]> {
  const below = new Map<string, LiveChannelDoc[]>();
  for (const one of live) {
    const pattern = settingsOf(channels, one.name)?.pattern;
    if (pattern === undefined) continue;
    const list = below.get(pattern);
    if (list) list.push(one);
    else below.set(pattern, [one]);
  }
  return below;
}

/** What a channel is for, in a few words. */
export function inWords(channel: ChannelDoc): string {
  if (!channel.active) return "Not active";
  const words = [
    channel.anonymous ? "anybody joins" : "members and tokens join",
    channel.public === "off"
      ? "events only"
      : channel.public === "anyone"
        ? "all may write"
        : "authenticated may write",
    ...(channel.private === "off" ? [] : ["private messages"]),
    ...(channel.history === 0 ? [] : [`keeps ${channel.history}${channel.stored ? " in the database" : ""}`]),
  ];
  return words.join(" · ");
}

/** What is typed as what is sent: JSON if it is JSON, else a text. */
export function payloadOf(typed: string): { payload: unknown; json: boolean } {
  try {
    return { payload: JSON.parse(typed) as unknown, json: true };
  } catch {
    return { payload: typed, json: false };
  }
}

/** A client as the others see it: a member, a row of an app's users, or nobody in particular. */
export function nameOf(client: ClientDoc): string {
  if (client.name !== undefined) return client.name;
  const { name } = (client.extras ?? {}) as { name?: unknown };
  if (typeof name === "string" && name !== "") return name;
  if (client.table > 0 || client.row > 0) return `table ${client.table}, row ${client.row}`;
  return "Anonymous";
}
