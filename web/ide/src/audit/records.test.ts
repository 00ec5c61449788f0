import { expect, test } from "vitest";

import { readable } from "./records.ts";

test("ids that are known read as names, others stay", () => {
  const [ben, gone] = ["018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"];
  const member = { user: ben, name: "Ben", role: "developer" as const, colour: 0 };
  const room = { members: new Map([[ben, member]]), objects: new Map(), roles: new Map() };
  expect(readable(`user ${ben} by ${gone}`, room)).toBe(`user Ben by ${gone}`);
});
