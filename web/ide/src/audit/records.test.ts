import { expect, test, vi } from "vitest";

import { EVERYTHING, queryOf, readable } from "./records.ts";

test("ids that are known read as names, others stay", () => {
  const [ben, gone] = ["018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"];
  const member = { user: ben, name: "Ben", role: "developer" as const, colour: 0 };
  const room = { members: new Map([[ben, member]]), objects: new Map(), roles: new Map() };
  expect(readable(`user ${ben} by ${gone}`, room)).toBe(`user Ben by ${gone}`);
});

test("a filter asks only for what is filled in, and a day begins where the reader is", () => {
  expect(queryOf(EVERYTHING)).toBe("");
  vi.stubEnv("TZ", "America/New_York");
  // Four hours behind in May.
  const day = Date.UTC(2030, 4, 17, 4);
  const query = queryOf({ ...EVERYTHING, text: "a b", since: "2030-05-17" }, { before: 7, format: "csv" });
  expect(query).toBe(`q=a+b&from=${day}&before=7&format=csv`);
  vi.unstubAllEnvs();
});
