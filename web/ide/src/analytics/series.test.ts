import type { Analytics } from "@baton/sdk";
import { expect, it } from "vitest";

import { filled, hours, thinned, top } from "./series.ts";

const span = (at: number, peak: number) => ({
  at,
  peak,
  member_minutes: peak,
  bot_minutes: 0,
  online_ms: 0,
  busy_ms: 0,
  away_ms: 0,
  interactions: 0,
});

it("draws the minutes in which nobody was here as nothing", () => {
  const found: Analytics = { from: 60_000, to: 300_000, minutes: 1, spans: [span(120_000, 3)], objects: [] };
  expect(filled(found).map((one) => one.peak)).toEqual([0, 3, 0, 0]);
});

it("keeps the peaks of what it leaves out", () => {
  const points = [1, 9, 2, 3, 4].map((value, at) => ({ at, values: [value] }));
  expect(thinned(points, 3).map((one) => one.values[0])).toEqual([9, 3, 4]);
  expect(thinned(points, 10)).toBe(points);
});

it("has round axes", () => {
  expect([0, 1, 3, 7, 12, 480].map(top)).toEqual([1, 1, 5, 10, 20, 500]);
  expect([0, 150_000, 5_400_000].map(hours)).toEqual(["0", "3 min", "1.5 h"]);
});
