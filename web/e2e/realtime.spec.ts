// Two people at the Realtime page: a channel with settings, who is in it, what is said, records that come and go.

import { beforeAll, describe, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

let server: Server;
let ana: Person;
let ben: Person;

watch(
  "realtime",
  () => [ana, ben],
  () => server,
);

beforeAll(async () => {
  server = await Server.start();
  const come = async (name: string) => {
    const person = await Person.come(server, name);
    await person.page
      .getByRole("navigation", { name: "Objects" })
      .getByRole("link", { name: "Realtime" })
      .click();
    await person.sees("the page", person.page.getByRole("heading", { name: "Realtime", level: 1 }));
    return person;
  };
  [ana, ben] = await Promise.all([come("Ana"), come("Ben")]);
});

const button = (person: Person, name: string | RegExp) => person.page.getByRole("button", { name });
const dialog = (person: Person) => person.page.getByRole("dialog");
const tab = (person: Person, name: string) => person.page.getByRole("tab", { name });
const said = (person: Person, text: string) => person.page.getByTestId("said").filter({ hasText: text });
const inside = (person: Person) => person.page.getByTestId("channel-client");
const record = (person: Person, text: string) =>
  person.page.getByTestId("presence-record").filter({ hasText: text });

async function sends(person: Person, what: "message" | "event", text: string): Promise<void> {
  await person.page.getByLabel("What to send").selectOption(what);
  await person.page.getByRole("textbox", { name: "Payload" }).fill(text);
  const form = person.page.getByRole("form", { name: "Say something" });
  await form.getByRole("button", { name: what === "event" ? "Publish" : "Send" }).click();
}

/** A call of the API, as somebody who just signed in. */
async function call(name: string, method: string, path: string, body?: unknown): Promise<Response> {
  const at = `${server.url}/api/v1`;
  const headers = { "content-type": "application/json" };
  const signIn = await fetch(`${at}/auth/sign-in`, {
    method: "POST",
    headers,
    body: JSON.stringify(server.signIn(name)),
  });
  const { access_token: token } = (await signIn.json()) as { access_token: string };
  const authorized = { ...headers, authorization: `Bearer ${token}` };
  const me = await fetch(`${at}/me`, { headers: authorized });
  const { workspaces } = (await me.json()) as { workspaces: { id: string }[] };
  return fetch(`${at}/workspaces/${workspaces[0]!.id}${path}`, {
    method,
    headers: authorized,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe("realtime", () => {
  test("1 a channel is made, and both see who is in it", async () => {
    await button(ana, "New channel").click();
    await ana.page.getByRole("textbox", { name: "Name or pattern" }).fill("lobby");
    await ana.page.getByRole("textbox", { name: "Description" }).fill("Where everybody meets");
    await ana.page.getByLabel("Who sends messages to all").selectOption("anyone");
    await ana.page.getByLabel("Who sends private messages").selectOption("anyone");
    await dialog(ana).getByRole("button", { name: "Save" }).click();
    await ana.seesNo("the dialog", dialog(ana));
    await until("ana is in it", async () => (await inside(ana).count()) === 1);
    await ben.page.getByRole("button", { name: /^lobby/ }).click();
    await until("both are in it, for ana", async () => (await inside(ana).count()) === 2);
    await until("both are in it, for ben", async () => (await inside(ben).count()) === 2);
    expect(await inside(ana).filter({ hasText: "Ben" }).count()).toBe(1);
  });

  test("2 messages, private messages and events are heard as they happen", async () => {
    await sends(ben, "message", "hello from ben");
    await ana.sees("what ben said", said(ana, "hello from ben"));
    await ben.sees("what one said oneself", said(ben, "hello from ben"));
    await ben.page.getByLabel("To whom").selectOption({ label: "Only to Ana" });
    await sends(ben, "message", '{"psst": true}');
    await ana.sees("the private one", said(ana, "psst").filter({ hasText: "private" }));
    expect(await said(ben, "psst").count()).toBe(0);
    await sends(ana, "event", '{"order": 17}');
    await ben.sees("the event", said(ben, '"order": 17').filter({ hasText: "event" }));
    const published = await call("ana", "POST", "/channels/lobby/events", { data: { from: "a server" } });
    expect(published.status).toBe(200);
    await ben.sees("what a server published", said(ben, "a server"));
    await ana.picture("realtime-channel");
    await ana.page.emulateMedia({ colorScheme: "dark" });
    await ana.picture("realtime-channel-dark");
  });

  test("3 what was said is there after a reload; settings hold at once", async () => {
    // One that would be shown first, if the address did not say which is open.
    expect((await call("ana", "PUT", "/channels", { pattern: "a-first" })).status).toBe(204);
    await ben.page.reload();
    await ben.sees("the page", ben.page.getByRole("heading", { name: "Realtime", level: 1 }));
    await ben.sees("the history", said(ben, "hello from ben"));
    await button(ana, "Settings").click();
    await dialog(ana).getByLabel("Who sends messages to all").selectOption("off");
    await ana.picture("realtime-settings-dark");
    await ana.page.emulateMedia({ colorScheme: "light" });
    await ana.picture("realtime-settings");
    await dialog(ana).getByRole("button", { name: "Save" }).click();
    await ben.page.getByLabel("What to send").selectOption("message");
    await ben.sees("that messages are off", ben.page.getByText("Messages to all are off in this channel."));
  });

  test("4 a name below a stem is opened, and a deleted channel is left", async () => {
    await button(ana, "New channel").click();
    await ana.page.getByRole("textbox", { name: "Name or pattern" }).fill("rooms/*");
    await dialog(ana).getByRole("button", { name: "Save" }).click();
    await ana.page.getByRole("textbox", { name: "A name below rooms" }).fill("7");
    await ana.page.getByRole("textbox", { name: "A name below rooms" }).press("Enter");
    await ana.sees("the room", ana.page.getByRole("region", { name: "Channel rooms/7" }));
    await until("ana is in it", async () => (await inside(ana).count()) === 1);
    await button(ana, "Settings").click();
    await dialog(ana).getByRole("button", { name: "Delete…" }).click();
    await dialog(ana)
      .getByRole("button", { name: /^Delete it/ })
      .click();
    await ana.seesNo("the room", ana.page.getByRole("region", { name: "Channel rooms/7" }));
  });

  test("5 a record is written, seen by the other, runs out and is deleted", async () => {
    for (const person of [ana, ben]) await tab(person, "Presence records").click();
    await button(ben, "Write my record").click();
    await dialog(ben).getByRole("textbox", { name: "Status" }).fill("reviewing");
    await dialog(ben).getByRole("textbox", { name: "Metadata" }).fill('{"branch": "main"}');
    await dialog(ben).getByRole("button", { name: "Write" }).click();
    await ana.sees("ben's record", record(ana, "reviewing"));
    await ana.sees("its time", record(ana, "reviewing").getByText(/^in 1[45] min$/));
    await ana.picture("realtime-records");
    await ana.page.emulateMedia({ colorScheme: "dark" });
    await ana.picture("realtime-records-dark");
    await ana.page.emulateMedia({ colorScheme: "light" });
    const short = { status: "short", permissions: ['read("users")'], expires: Date.now() + 1_500 };
    expect((await call("ana", "PUT", "/presences/short", short)).status).toBe(200);
    await ben.sees("the short one", record(ben, "short"));
    await ben.seesNo("the short one", record(ben, "short"));
    await button(ben, "Delete my record").click();
    await ana.seesNo("ben's record", record(ana, "reviewing"));
  });

  test("6 code for both published clients is ready to be copied", async () => {
    await tab(ana, "Connect").click();
    for (const name of ["@xano/js-sdk", "appwrite", "node-appwrite", "Publish an event"])
      await ana.sees(name, ana.page.getByRole("region", { name, exact: true }));
    const code = await ana.page.getByRole("region", { name: "@xano/js-sdk" }).locator("pre").innerText();
    expect(code).toMatch(/realtimeConnectionCanonical: "[\w-]{27}"/);
    await ana.picture("realtime-connect");
  });
});
