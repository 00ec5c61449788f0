import { describe, expect, it } from "vitest";

import { ago, editing, ordinal, span } from "./time.ts";

const NOW = Date.UTC(2026, 5, 10, 12, 0, 0);

describe("relative time", () => {
  it("says a span in its largest whole unit and never less than nothing", () => {
    expect([-5, 400, 59_999, 60_000, 3_600_000, 90_000_000].map(span)).toEqual([
      "0 s",
      "0 s",
      "59 s",
      "1 min",
      "1 h",
      "1 d",
    ]);
  });

  it("calls the last seconds now, and a clock that runs ahead too", () => {
    expect(ago(NOW - 3000, NOW)).toBe("now");
    expect(ago(NOW + 3000, NOW)).toBe("now");
    expect(ago(NOW - 40_000, NOW)).toBe("40 s ago");
    expect(ago(NOW - 30 * 3_600_000, NOW)).toBe("yesterday");
  });

  it("mentions idleness only when it is one", () => {
    expect(editing(NOW - 1000, NOW - 1000, NOW)).toBe("editing now");
    expect(editing(NOW - 240_000, NOW - 40_000, NOW)).toBe("editing for 4 min, idle 40 s");
    expect(editing(NOW - 240_000, NOW - 2000, NOW)).toBe("editing for 4 min");
  });

  it("counts as people do", () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual([
      "1st",
      "2nd",
      "3rd",
      "4th",
      "11th",
      "12th",
      "13th",
      "21st",
      "112th",
    ]);
  });
});
