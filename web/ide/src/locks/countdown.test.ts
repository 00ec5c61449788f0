import { expect, test } from "vitest";

import { countdown } from "./countdown.ts";

test("what is left is said in seconds, then in minutes and seconds, and never runs below nothing", () => {
  expect(countdown(1_500, 1_000)).toBe("1 s");
  expect(countdown(60_000, 0)).toBe("1 min 00 s");
  expect(countdown(125_000, 0)).toBe("2 min 05 s");
  expect(countdown(0, 9_000)).toBe("0 s");
});
