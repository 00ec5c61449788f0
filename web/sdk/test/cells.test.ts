import { expect, test } from "vitest";
import { ANA, lockOf, OBJECT, session, settle, Stage } from "./stage.ts";

const RECORD = "0198f0aa-0000-7000-8000-000000000001";
const ITEM = `record:${RECORD}`;
const FIELD = "0198f0aa-0000-7000-8000-0000000000f1";
const cell = (stage: Stage) => stage.client.editing.cells.get().get(`${ITEM}/${FIELD}`);

test("a cell takes the pen with the first key, and is sent when it is left, not while it is typed", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type(ITEM, FIELD, '"an"');
  expect(stage.said("acquire")).toMatchObject([{ path: { object: OBJECT, item: ITEM } }]);
  await stage.grant(ITEM);
  await stage.clock.pass(5_000);
  expect(stage.said("edit")).toEqual([]);
  expect(cell(stage)).toMatchObject({ text: '"an"', state: "unsaved" });
  stage.client.editing.type(ITEM, FIELD, '"ana"');
  stage.client.editing.blur(ITEM, FIELD);
  await settle();
  expect(stage.last("edit")).toMatchObject({
    fence: { counter: 1 },
    op: { op: "record_set", record: RECORD, field: FIELD, value: "ana" },
  });
  expect(cell(stage)?.state).toBe("saving");
  await stage.apply(2);
  expect(cell(stage)).toBeUndefined();
  expect(stage.client.stack.get()?.revision).toBe(2);
});

test("what was typed in a cell and taken back is never sent", async () => {
  const stage = new Stage();
  await stage.begin();
  stage.client.editing.type(ITEM, FIELD, "1");
  await stage.grant(ITEM);
  stage.client.editing.discard(ITEM, FIELD);
  stage.client.editing.blur(ITEM, FIELD);
  await settle();
  expect(stage.said("edit")).toEqual([]);
  expect(cell(stage)).toBeUndefined();
});

test("a record that another holds is not typed in", async () => {
  const stage = new Stage();
  await stage.begin();
  await stage.deltas({ d: "session", ...session("ana-1", ANA) });
  const lock = lockOf("a", { session: "ana-1", user: ANA });
  await stage.deltas({ d: "lock", ...lock, path: { object: OBJECT, item: ITEM } });
  stage.client.editing.type(ITEM, FIELD, "1");
  expect(stage.said("acquire")).toEqual([]);
  expect(cell(stage)).toBeUndefined();
});
