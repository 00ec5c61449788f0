import { expect, test } from "vitest";

import { deviceOf } from "./device.ts";

test("devices read like devices", () => {
  const linux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/156.0 Safari/537.36";
  expect(deviceOf(linux)).toBe("Chromium on Linux");
  expect(deviceOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605")).toBe(
    "Safari on macOS",
  );
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0")).toBe(
    "Edge on Windows",
  );
  expect(deviceOf("")).toBe("A browser");
});
