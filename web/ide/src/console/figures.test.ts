import { expect, it } from "vitest";

import { bytes } from "./figures.ts";

it("says sizes in the unit that fits", () => {
  expect(bytes(512)).toBe("512 B");
  expect(bytes(1536)).toBe("1.5 KiB");
  expect(bytes(300 * 1024 * 1024)).toBe("300 MiB");
});
