import { useClient } from "@baton/react";
import type { BatonError, ChannelNewsDoc, ClientDoc, SaidDoc } from "@baton/sdk";
import { useEffect, useState } from "react";

/** Lines that stay on the page. */
const KEPT = 300;

/** A channel as somebody who is in it knows it. */
export interface ChannelView {
  state: "joining" | "in" | "closed";
  /** Why one is not in. */
  refused: BatonError | undefined;
  clients: readonly ClientDoc[];
  /** Oldest first. */
  said: readonly SaidDoc[];
  /** Lines were missed that are no longer there. */
  missed: boolean;
}

const EMPTY: ChannelView = { state: "joining", refused: undefined, clients: [], said: [], missed: false };

/** Joins a channel for as long as the page shows it; whoever shows it is another one for another channel. */
export function useChannel(name: string): ChannelView {
  const { channels } = useClient();
  const [view, setView] = useState(EMPTY);
  useEffect(() => {
    return channels.join(
      name,
      { presence: true, history: true },
      {
        onNews: (news) => setView((was) => heard(was, news)),
        onRefused: (refused) => setView((was) => ({ ...was, refused })),
      },
    );
  }, [channels, name]);
  return view;
}

/** What is known after some news. */
export function heard(was: ChannelView, news: ChannelNewsDoc): ChannelView {
  const view: ChannelView = { ...was, state: "in", refused: undefined };
  switch (news.kind) {
    case "here":
      return { ...view, clients: news.clients };
    case "came":
      return { ...view, clients: [...without(view.clients, news.client), news.client] };
    case "went":
      return { ...view, clients: without(view.clients, news.client) };
    case "said":
      return { ...view, said: merged(view.said, [news.said]) };
    case "history":
      return { ...view, said: merged(view.said, news.said), missed: view.missed || news.missed };
    case "closed":
      return { ...view, state: "closed", clients: [] };
  }
}

function without(clients: readonly ClientDoc[], one: ClientDoc): readonly ClientDoc[] {
  return clients.filter((client) => client.client !== one.client);
}

/** Both in the order of their numbers, each once. */
function merged(said: readonly SaidDoc[], more: readonly SaidDoc[]): readonly SaidDoc[] {
  const all = new Map([...said, ...more].map((one) => [one.number, one]));
  return [...all.values()].sort((a, b) => a.number - b.number).slice(-KEPT);
}
