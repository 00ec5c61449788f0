import { describe, expect, test } from "vitest";

import { beginning, endOf, ending, stillDoes } from "./words.ts";

const SCOPES = [
  { scope: "stacks.read", words: "", for_workspace: false },
  { scope: "events.write", words: "", for_workspace: true },
];
const HOUR = 60 * 60 * 1000;

describe("keys in words", () => {
  test("they end never, in a while, or have ended", () => {
    expect(ending(undefined, 5)).toBe("never");
    expect(ending(3 * HOUR + 5, 5)).toBe("in 3 h");
    expect(ending(5, 5)).toBe("has ended");
    expect(ending(Date.UTC(2040, 5, 15), 5)).toContain("2040");
    expect(endOf(0, 5)).toBeUndefined();
    expect(endOf(7, 5.3), "the clock has fractions, the wire has none").toBe(7 * 24 * HOUR + 5);
  });

  test("their text is known again by its beginning, which is no secret", () => {
    expect(beginning("01a214dd-0368-73d7-8ac6-0efe3eded7b6")).toBe("baton_01a214dd0368…");
  });

  test("who left takes along what a key did for them, and nothing else", () => {
    const both = { scopes: ["stacks.read", "events.write"] };
    expect(stillDoes(both, { role: "admin" }, SCOPES)).toBeUndefined();
    expect(stillDoes(both, undefined, SCOPES)).toBe("Left: only its realtime scopes work");
    expect(stillDoes({ scopes: ["events.write"] }, undefined, SCOPES)).toBe("Left: it still works");
    expect(stillDoes({ scopes: ["stacks.read"] }, { role: "suspended" }, SCOPES)).toBe(
      "Suspended: it is refused",
    );
  });
});
