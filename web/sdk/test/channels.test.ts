import { expect, test } from "vitest";

import type { ChannelNewsDoc, ClientFrame } from "../src/index.ts";
import { type Calls } from "../src/calls.ts";
import { ChannelDesk } from "../src/channels.ts";

function desk() {
  const said: ClientFrame[] = [];
  const calls = {
    call: (message: ClientFrame) => {
      said.push(message);
      return Promise.resolve({ kind: "realtime", answer: "done" });
    },
    tell: (message: ClientFrame) => said.push(message) > 0,
  } as unknown as Calls;
  return { desk: new ChannelDesk(calls), said };
}

function event(number: number): ChannelNewsDoc {
  return {
    kind: "said",
    said: { number, at: 0, what: { sort: "event", table: 0, row: 0 }, payload: number },
  };
}

test("a channel is joined once more with a new socket, from what was heard last on, and left with its last listener", () => {
  const { desk: channels, said } = desk();
  const heard: ChannelNewsDoc[] = [];
  const listener = { onNews: (news: ChannelNewsDoc) => heard.push(news), onRefused: () => {} };
  const leave = channels.join("news", { presence: true }, listener);
  const leaveToo = channels.join("news", {}, { ...listener });
  channels.posted({ channel: "news", news: event(7) });
  channels.posted({ channel: "other", news: event(8) });
  expect(heard).toHaveLength(2);
  channels.linked();
  expect(said.at(-1)).toMatchObject({ call: "join", channel: "news", presence: true, after: 7 });
  leave();
  const before = said.length;
  leaveToo();
  leaveToo();
  expect(said.slice(before)).toMatchObject([{ call: "part", channel: "news" }]);
  channels.linked();
  expect(said).toHaveLength(before + 1);
});

test("a channel that was closed is not joined again", () => {
  const { desk: channels, said } = desk();
  channels.join("news", {}, { onNews: () => {}, onRefused: () => {} });
  channels.posted({ channel: "news", news: { kind: "closed" } });
  channels.linked();
  expect(said).toHaveLength(1);
});
