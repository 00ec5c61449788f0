import type { ChannelNewsDoc, SaidDoc } from "@baton/sdk";
import { expect, test } from "vitest";

import { type ChannelView, heard } from "./useChannel.ts";

const said = (number: number): SaidDoc => ({
  number,
  at: 0,
  what: { sort: "event", table: 0, row: 0 },
  payload: number,
});
const client = (id: string) => ({ client: id, table: 0, row: 0 });
const empty: ChannelView = { state: "joining", refused: undefined, clients: [], said: [], missed: false };

test("news are put together in the order of their numbers, whoever comes twice is there once", () => {
  const news: ChannelNewsDoc[] = [
    { kind: "here", clients: [client("a")] },
    { kind: "said", said: said(5) },
    { kind: "came", client: client("b") },
    { kind: "came", client: client("b") },
    { kind: "history", said: [said(3), said(5)], missed: true },
    { kind: "went", client: client("a") },
  ];
  const view = news.reduce(heard, empty);
  expect(view.said.map((one) => one.number)).toEqual([3, 5]);
  expect(view.clients.map((one) => one.client)).toEqual(["b"]);
  expect(view).toMatchObject({ state: "in", missed: true });
  expect(heard(view, { kind: "closed" })).toMatchObject({ state: "closed", clients: [] });
});
