// Keys with which programs call: Ana owns the demo's workspace and makes one, a script uses it, Ben never sees the page.

import { beforeAll, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

let server: Server;
let ana: Person;
let ben: Person;
let key: string;

watch(
  "keys",
  () => [ana, ben],
  () => server,
);

beforeAll(async () => {
  server = await Server.start("demo");
  [ana, ben] = await Promise.all([Person.come(server, "Ana"), Person.come(server, "Ben")]);
});

function workspace(): string {
  const [, found] = /^\/w\/([^/]+)/.exec(new URL(ana.page.url()).pathname) ?? [];
  if (!found) throw new Error(`Ana is in no workspace: ${ana.page.url()}`);
  return found;
}

/** A call as a script makes it. */
async function call(method: string, below: string, body?: unknown): Promise<Response> {
  return fetch(`${server.url}/api/v1/workspaces/${workspace()}${below}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function visit(): Promise<void> {
  await ana.page.goto(`${server.url}/w/${workspace()}/keys`);
  await ana.sees("the page", ana.page.getByRole("heading", { name: "Keys", level: 1 }));
}

/** In light and in dark. */
async function pictures(name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await ana.page.emulateMedia({ colorScheme });
    await ana.picture(`keys-${name}-${colorScheme}`);
  }
  await ana.page.emulateMedia({ colorScheme: "light" });
}

test("1 an owner finds the page and makes a key, which is shown once", async () => {
  await ana.tree().getByRole("link", { name: "Keys" }).click();
  await ana.sees("that there is none", ana.page.getByText("No keys yet"));
  await pictures("none");
  await ana.page.getByRole("button", { name: "New key" }).click();
  const dialog = ana.page.getByRole("dialog");
  const make = dialog.getByRole("button", { name: "Make the key" });
  await dialog.getByLabel("Name").fill("Nightly export");
  expect(await make.isDisabled(), "a key for nothing").toBe(true);
  for (const scope of ["stacks.read", "locks.write", "events.write"]) {
    await dialog.getByRole("checkbox", { name: scope }).check();
  }
  await dialog.getByLabel("Good for").selectOption("30 days");
  await pictures("make");
  await make.click();
  const text = dialog.getByRole("textbox", { name: "The key" });
  await ana.sees("the key", text);
  key = await text.inputValue();
  expect(key).toMatch(/^baton_/);
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await ana.sees("that it was not copied", dialog.getByText("It was not copied yet"));
  await pictures("shown");
  await ana.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy the key" }).click();
  await ana.sees("that it is copied", dialog.getByText("Copied"));
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await dialog.getByRole("button", { name: "Done" }).click();
  await visit();
  await ana.sees(
    "the key in the list",
    ana.page.getByTestId("key-row").filter({ hasText: "Nightly export" }),
  );
  expect(await ana.page.content(), "its text is nowhere any more").not.toContain(key);
});

test("2 a script uses it within its scopes, under Ana's name and as a program", async () => {
  const row = ana.page.getByTestId("key-row").filter({ hasText: "Nightly export" });
  expect(await row.innerText()).toMatch(
    /stacks\.read[\s\S]*locks\.write[\s\S]*events\.write[\s\S]*never[\s\S]*\b20\d\d\b/,
  );
  const read = await call("GET", "/objects");
  expect(read.status).toBe(200);
  const refused = await call("POST", "/import", {
    op_id: crypto.randomUUID(),
    files: [{ name: "a.xs", text: "" }],
  });
  expect([refused.status, (await refused.json()).detail]).toEqual([403, "stacks.write"]);
  expect((await call("POST", "/sessions", {})).status).toBe(200);
  await ana.page.goto(`${server.url}/w/${workspace()}/console`);
  const session = ana.page.getByTestId("session-row").filter({ hasText: "Nightly export" });
  await ana.sees("the program by its key's name", session.getByText("program"));
  await visit();
  await until("its use is shown", async () => /now|s ago/.test(await row.innerText()));
  await pictures("list");
});

test("3 it is revoked after a question, and its next call is refused", async () => {
  const row = ana.page.getByTestId("key-row").filter({ hasText: "Nightly export" });
  await row.getByRole("button", { name: "Revoke Nightly export" }).click();
  const dialog = ana.page.getByRole("dialog");
  await ana.sees("what it means", dialog.getByText("The next call with it is refused"));
  await pictures("revoke");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await call("GET", "/objects")).status).toBe(200);
  await row.getByRole("button", { name: "Revoke Nightly export" }).click();
  await dialog.getByRole("button", { name: "Revoke it" }).click();
  await ana.seesNo("the key", row);
  expect((await call("GET", "/objects")).status).toBe(401);
  await ana.page.goto(`${server.url}/w/${workspace()}/audit`);
  await ana.sees("it in the audit log", ana.page.getByText("key.revoke").first());
  await ana.sees("what it was refused", ana.page.getByText("key.refused").first());
  await pictures("audit");
});

test("4 who may not make keys has no such page", async () => {
  expect(await ben.tree().getByRole("link", { name: "Keys" }).count()).toBe(0);
  await ben.page.goto(`${server.url}/w/${workspace()}/keys`);
  await ben.sees("the workspace's home instead", ben.page.getByText("Pick something on the left."));
});
