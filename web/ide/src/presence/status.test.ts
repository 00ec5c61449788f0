import type { PresenceDoc } from "@baton/sdk";
import { expect, it } from "vitest";

import { ENDS, statusLine, statusOf, tabsLine } from "./status.ts";

const NOW = 1_800_000_000_000;
const ben: PresenceDoc = {
  user: "ben",
  status: "away",
  previous: "online",
  reason: "idle_timeout",
  since: NOW - 360_000,
  last_seen: NOW - 660_000,
  bot: false,
};

it("says how somebody is in one line", () => {
  expect(statusLine(ben, NOW)).toBe("Away since 6 min ago");
  expect(statusLine({ ...ben, status: "offline" }, NOW)).toBe("Last seen 11 min ago");
  expect(statusLine({ ...ben, status: "online" }, NOW)).toBe("Online");
  expect(statusLine({ ...ben, status: "busy", until: NOW }, NOW)).toMatch(/^Busy until /u);
  expect(statusLine(undefined, NOW)).toBe("Offline");
  expect(statusOf({ presence: new Map([["ben", ben]]) }, "ana")).toBe("offline");
});

it("rolls tabs up", () => {
  expect([tabsLine(1, 0), tabsLine(1, 1), tabsLine(2, 0), tabsLine(2, 1), tabsLine(3, 2)]).toEqual([
    "",
    "editing",
    "2 tabs",
    "2 tabs, editing in one",
    "3 tabs, editing in 2",
  ]);
});

it("offers ends that lie ahead", () => {
  for (const end of ENDS) expect(end.until(NOW) ?? Infinity).toBeGreaterThan(NOW);
});
