import { expect, test } from "vitest";

import type { ClientFrame, PresencePostDoc } from "../src/index.ts";
import { BatonError } from "../src/index.ts";
import { type Calls } from "../src/calls.ts";
import { PresenceDesk } from "../src/presences.ts";

function desk(refuses = false) {
  const said: ClientFrame[] = [];
  const calls = {
    call: (message: ClientFrame) => {
      said.push(message);
      const error = BatonError.local("bad_answer", "No.", "");
      return refuses ? Promise.reject(error) : Promise.resolve({ kind: "realtime", answer: "done" });
    },
    tell: (message: ClientFrame) => said.push(message) > 0,
  } as unknown as Calls;
  return { desk: new PresenceDesk(calls), said };
}

function listener() {
  const heard: PresencePostDoc[] = [];
  const counts = { live: 0, refused: 0 };
  return {
    ...{ heard, counts },
    onPost: (post: PresencePostDoc) => void heard.push(post),
    onLive: () => void (counts.live += 1),
    onRefused: () => void (counts.refused += 1),
  };
}

const post = (...subscriptions: string[]) => ({ subscriptions, event: "upsert" }) as PresencePostDoc;
/** What is answered at once has been looked at. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test("what happened goes to those subscriptions that the server names, again after every new socket", async () => {
  const { desk: presences, said } = desk();
  const [all, one] = [listener(), listener()];
  presences.subscribe({}, all);
  const end = presences.subscribe({ record: "a", event: "delete" }, one);
  expect(said.at(-1)).toMatchObject({
    ...{ type: "realtime", call: "presences", do: "subscribe" },
    subscriptions: [{ id: "s2", record: "a", event: "delete", queries: [] }],
  });
  presences.posted(post("s1"));
  presences.posted(post("s1", "s2", "s9"));
  expect([all.heard.length, one.heard.length]).toEqual([2, 1]);
  await settled();
  presences.linked();
  await settled();
  expect([all.counts.live, said.length]).toEqual([2, 4]);
  end();
  end();
  expect(said.slice(4)).toMatchObject([{ do: "unsubscribe", ids: ["s2"] }]);
  presences.posted(post("s2"));
  expect(one.heard.length).toBe(1);
});

test("a refusal is told, a subscription that ended meanwhile hears nothing", async () => {
  const { desk: presences } = desk(true);
  const [told, gone] = [listener(), listener()];
  presences.subscribe({}, told);
  presences.subscribe({}, gone)();
  await settled();
  expect([told.counts.refused, gone.counts.refused, gone.counts.live]).toEqual([1, 0, 0]);
});
