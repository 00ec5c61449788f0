import type { PresenceRecordDoc } from "@baton/sdk";
import { expect, test } from "vitest";

import { changed } from "./usePresenceRecords.ts";

const record = (id: string, status: string): PresenceRecordDoc => ({
  ...{ id, status, user: id, metadata: {}, permissions: [], source: "rest" },
  ...{ created: 0, updated: 0, expires: 0, bound: false },
});

test("a record is there once, what was changed last first, and gone with its delete event", () => {
  let records: readonly PresenceRecordDoc[] = [record("a", "one"), record("b", "one")];
  records = changed(records, { event: "update", record: record("b", "two") });
  expect(records.map((one) => one.status)).toEqual(["two", "one"]);
  records = changed(records, { event: "upsert", record: record("c", "new") });
  records = changed(records, { event: "delete", record: record("b", "two") });
  expect(records.map((one) => one.id)).toEqual(["c", "a"]);
});
