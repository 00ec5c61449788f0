// Two people's changes: undone and redone past each other, taken back with a look before, published in part, compared,
// brought back from a version.
//
// Chapters build on each other.

import { beforeAll, describe, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { Witness } from "./src/witness.ts";
import { watch } from "./src/watch.ts";

const STACK = "PollSendToSlack";

let server: Server;
let witness: Witness;
let ana: Person;
let ben: Person;
let stack: string;
let after: string;
let messages: string;

watch(
  "history",
  () => [ana, ben],
  () => server,
);

beforeAll(async () => {
  server = await Server.start();
  witness = await Witness.come(server);
  const come = (name: string) => Person.come(server, name, STACK, "Discord");
  [ana, ben] = await Promise.all([come("Ana"), come("Ben")]);
  after = await ana.stepShowing("$after");
  messages = await ana.stepShowing("discord_messages");
  stack = await witness.objectNamed(STACK);
});

/** Writes, waits until it is saved, gives the pen back. */
async function write(person: Person, item: string, field: string, text: string): Promise<void> {
  await person.select(item);
  await person.write(field, text);
  await witness.untilSaved(stack, text);
  await person.letGo();
}

const saved = (text: string, there = true) =>
  until(
    `"${text}" is ${there ? "" : "not "}saved`,
    async () => (await witness.saved(stack)).includes(text) === there,
  );

describe("the history of two people", () => {
  test("1 one undoes and redoes past what the other did", async () => {
    await write(ana, after, "value", "$discord_messages.message_id ?? 71");
    await write(ben, messages, "description", "what Ben says");
    await ana.page.keyboard.press("ControlOrMeta+z");
    await saved("?? 71", false);
    await saved("what Ben says");
    await ana.page.keyboard.press("ControlOrMeta+Shift+z");
    await saved("?? 71");
    await ana.openChanges();
    await ana.sees("what was undone", ana.change(/Undid/));
    await ana.picture("history-1-undone");
  });

  test("2 a change that others built upon is shown before it is taken back", async () => {
    await write(ben, after, "value", "$discord_messages.message_id ?? 72");
    const hers = ana.drawer().locator("[data-testid=change][data-reverted=false]").filter({ hasText: "Ana" });
    await hers.filter({ hasText: "Changed" }).first().hover();
    await hers.filter({ hasText: "Changed" }).first().getByRole("button", { name: "Revert" }).click();
    const dialog = ana.page.getByRole("dialog", { name: "Revert this change" });
    await ana.sees("whose work stands there", dialog.getByText(/was changed since by Ben/));
    await ana.picture("history-2-look");
    await dialog.getByRole("button", { name: "Keep them" }).click();
    await saved("?? 72");
  });

  test("3 only one's own changes go live, with what they build upon", async () => {
    await ana.page.getByRole("button", { name: /^Publish(…|\.\.\.)$/ }).click();
    const dialog = ana.page.getByRole("dialog", { name: "Publish" });
    await ana.sees("both authors", dialog.getByLabel("Publish the changes of Ben"));
    await dialog.getByRole("button", { name: "Only mine" }).click();
    await until(
      "Ben is left out",
      async () => !(await dialog.getByLabel("Publish the changes of Ben").isChecked()),
    );
    await ana.picture("history-3-publish");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await ana.seesNo("the dialog", dialog);
    await until("hers is live", async () => (await witness.published(stack)).includes("?? 71"));
    expect(await witness.published(stack)).not.toContain("what Ben says");
    await saved("what Ben says");
  });

  test("4 two states are compared, step by step and as XanoScript", async () => {
    await ana.drawer().getByRole("button", { name: "Compare with what is published" }).click();
    const dialog = ana.page.getByRole("dialog", { name: "Compare" });
    await ana.sees("what differs", dialog.getByText(/what Ben says/));
    await ana.picture("history-4-steps");
    await dialog.getByLabel("XanoScript").check();
    await ana.sees("it as text", dialog.locator("[data-mark=added]").filter({ hasText: "what Ben says" }));
    await dialog.getByRole("button", { name: "Next difference" }).click();
    await ana.picture("history-4-text");
    await ana.page.keyboard.press("Escape");
  });

  test("5 an earlier version comes back, and the log tells of all of it", async () => {
    await ana.drawer().getByRole("button", { name: "Versions" }).click();
    const first = ana.drawer().locator("[data-testid=version][data-number='1']");
    await first.hover();
    await ana.picture("history-5-versions");
    await first.getByRole("button", { name: "Restore" }).click();
    await saved("?? 72", false);
    await ana.drawer().getByRole("button", { name: "Log" }).click();
    await ana.sees("the restored version", ana.change("Restored version 1"));
    await ana.drawer().getByLabel("Whose changes").selectOption({ label: "Ben" });
    await ana.seesNo("what Ana did", ana.change("Restored version 1"));
    await ana.picture("history-5-log");
    expect([...ana.errors, ...ben.errors]).toEqual([]);
  });
});
