// Running a team: the console, the audit log, the account. Ana owns the demo's workspace, Ben edits in it.

import { beforeAll, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

let server: Server;
let ana: Person;
let ben: Person;

watch(
  "console",
  () => [ana, ben],
  () => server,
);

beforeAll(async () => {
  server = await Server.start("demo");
  [ana, ben] = await Promise.all([Person.come(server, "Ana"), Person.come(server, "Ben")]);
});

async function visit(person: Person, page: string): Promise<void> {
  const [workspace] = /^\/w\/[^/]+/.exec(new URL(person.page.url()).pathname) ?? [""];
  await person.page.goto(`${server.url}${workspace}/${page}`);
}

/** In light and in dark. */
async function pictures(person: Person, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await person.page.emulateMedia({ colorScheme });
    await person.picture(`console-${name}-${colorScheme}`);
  }
  await person.page.emulateMedia({ colorScheme: "light" });
}

test("1 an owner sees who is here and what their line is like, and freezes the workspace", async () => {
  await visit(ana, "console");
  const row = ana.page.getByTestId("session-row").filter({ hasText: "Ben" });
  await ana.sees("Ben's session", row);
  await until("the figures of Ben's line are there", async () => / ms/.test(await row.innerText()));
  await pictures(ana, "open");
  await ana.page.getByRole("button", { name: "Freeze…" }).click();
  await ana.page.getByRole("dialog").getByLabel("Reason").fill("A release at noon");
  await ana.page.getByRole("dialog").getByRole("button", { name: "Freeze", exact: true }).click();
  await ana.sees("that it is frozen", ana.page.getByTestId("freeze").getByText("A release at noon"));
  const link = ben.tree().getByRole("link").first();
  await link.click();
  await ben.sees("why nothing can be edited", ben.page.getByTestId("closure").getByText("A release at noon"));
  await pictures(ana, "frozen");
  await ana.page.getByRole("button", { name: "Let edits go on" }).click();
  await ben.seesNo("the closure", ben.page.getByTestId("closure"));
});

test("2 times of locks are set, and stand after a look elsewhere", async () => {
  const idle = ana.page.getByLabel("Idle", { exact: true });
  await idle.fill("120");
  await ana.page.getByRole("button", { name: "Save times" }).click();
  await ana.sees("that they count", ana.page.getByText("The times count from now on"));
  await visit(ana, "console");
  await until("the idle time stands", async () => (await idle.inputValue()) === "120");
});

test("3 a session is ended with a reason, which its member reads", async () => {
  const row = ana.page.getByTestId("session-row").filter({ hasText: "Ben" });
  await row.getByRole("button", { name: "End the session of Ben" }).click();
  await ana.page.getByRole("dialog").getByLabel("Reason").fill("Your laptop is open in the meeting room");
  await ana.page.getByRole("button", { name: "End the session", exact: true }).click();
  await ben.sees("that an admin ended it", ben.page.getByText("An admin ended this session"));
  await pictures(ben, "ended");
  await ben.page.getByRole("button", { name: "Continue here" }).click();
  await ben.sees("the workspace again", ben.tree());
});

test("4 all of it stands in the audit log, with reasons", async () => {
  await visit(ana, "audit");
  await ana.sees("the freeze", ana.page.getByText("A release at noon").first());
  await ana.sees("the ended session", ana.page.getByText("Your laptop is open in the meeting room").first());
  await pictures(ana, "audit");
});

test("5 the other pages of a team, as they look", async () => {
  for (const page of ["team", "account"]) {
    await visit(ana, page);
    await ana.sees(`the page ${page}`, ana.page.getByRole("heading", { level: 1 }));
    await pictures(ana, page);
  }
  await ana.page.goto(`${server.url}/docs`);
  await ana.sees("the API", ana.page.getByRole("heading", { name: "HTTP API" }));
  await ana.page.locator("details").first().click();
  await pictures(ana, "docs");
  await ana.page.goto(`${server.url}/docs/socket`);
  await ana.sees("the socket", ana.page.getByRole("heading", { name: "Socket" }));
  await pictures(ana, "docs-socket");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});
