// One command, two browsers, one function stack: the story end to end, a chapter a test.
//
// The chapters build on each other, as a working day does. Pictures of the main moments, and of both screens where a
// chapter failed, are in output/.

import { randomUUID } from "node:crypto";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Person, forgetPictures } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { Witness, isLater } from "./src/witness.ts";

const STACK = "PollSendToSlack";
const FOLDER = "Discord";
const TABLE = "accounts";
const AS_IMPORTED = "$discord_messages.message_id ?? null";
const SECRET_CHAT = `lunch at noon ${randomUUID()}`;

let server: Server;
/** A third connection, Cleo's: what the server says, whatever the two screens show. */
let cleo: Witness;
let ana: Person;
let ben: Person;
/** The id of the stack, and of the steps that the story is about. */
let stack: string;
let after: string;
let messages: string;

beforeAll(async () => {
  forgetPictures(/^\d/);
  server = await Server.start();
  ana = await Person.arrive("Ana", server.signIn("ana"));
  ben = await Person.arrive("Ben", server.signIn("ben"));
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const chapter = task.name.split(" ")[0] ?? "0";
  for (const person of [ana, ben]) {
    await person?.picture(`${chapter}-failed`).catch(() => undefined);
    console.error(`--- console of ${person?.name}:\n${person?.console.slice(-20).join("\n")}`);
  }
  console.error(`--- the server's last words:\n${server?.log.split("\n").slice(-40).join("\n")}`);
});

afterAll(async () => {
  cleo?.leave();
  await ana?.leave();
  await ben?.leave();
  await server?.dispose();
});

async function pictures(name: string): Promise<void> {
  await ana.picture(name);
  await ben.picture(name);
}

function noErrors(): void {
  expect([...ana.errors, ...ben.errors], "uncaught errors in the pages").toEqual([]);
}

/** Both stand in the stack with nothing in their hands. */
async function bothInTheStack(): Promise<void> {
  for (const person of [ana, ben]) {
    await person.open(STACK, FOLDER);
    after = await person.stepShowing("$after");
    messages = await person.stepShowing("$messages");
    await person.letGo();
  }
}

describe("two people in one stack", () => {
  test("1 one command fills a demo workspace, and a second start finds it again", async () => {
    expect([...server.people.keys()].sort()).toEqual(["ana", "ben", "cleo"]);
    expect(server.log, "loopback only").not.toContain("0.0.0.0");
    cleo = await Witness.come(server);
    const before = await cleo.objects();
    stack = await cleo.objectNamed(STACK);
    expect(await cleo.saved(stack)).toContain(AS_IMPORTED);
    await cleo.objectNamed(TABLE);

    cleo.leave();
    expect(await server.stop(), "a graceful stop ends with 0").toBe(0);
    await server.restart();
    cleo = await Witness.come(server);
    expect(await cleo.objects(), "found again, and with the same passwords").toEqual(before);
  });

  test("2 Ana and Ben sign in, see each other, and go where the other is", async () => {
    await ana.signIn(server.url);
    await ben.signInByCard(server.url);
    await ana.sees("Ben's initials in the header", ana.colleague("Ben"));
    await ben.sees("Ana's initials in the header", ben.colleague("Ana"));

    await ana.open(STACK, FOLDER);
    await ben.openCollaboration();
    await ben.sees("Ana and her page", ben.member("Ana").filter({ hasText: STACK }));
    await ben.sees("himself", ben.member("Ben"));
    await pictures("2-who-is-here");
    await ben.member("Ana").getByRole("button", { name: "Go to Ana" }).click();
    await ben.stepShowing("$after");
    expect(new URL(ben.page.url()).pathname).toBe(new URL(ana.page.url()).pathname);
    noErrors();
  });

  test("3 initials stand on the page and on the step or field that each is on, and follow", async () => {
    await bothInTheStack();
    await ben.sees("Ana at the top of the page", ben.colleagueOnObject("Ana"));
    await ana.sees("Ben at the top of the page", ana.colleagueOnObject("Ben"));
    await ana.select(after);
    await ben.sees("Ana's initials on $after", ben.onlooker(after, "Ana"));
    await pictures("3-step");
    await ana.select(messages);
    await ben.sees("Ana's initials on $messages", ben.onlooker(messages, "Ana"));
    await ben.seesNo("Ana's initials on $after", ben.onlooker(after, "Ana"));

    await ana.open(TABLE);
    await ben.open(TABLE);
    await ben.sees("Ana at the top of the table", ben.colleagueOnObject("Ana"));
    for (const person of [ana, ben]) await person.page.getByRole("tab", { name: "Fields" }).click();
    const onlooker = "[data-testid=onlooker][data-name=Ana]";
    await ana.tableField("industry").click();
    await ben.sees("Ana's initials on industry", ben.tableField("industry").locator(onlooker));
    await pictures("3-table");
    await ana.tableField("location").click();
    await ben.sees("Ana's initials on location", ben.tableField("location").locator(onlooker));
    await ben.seesNo("Ana's initials on industry", ben.tableField("industry").locator(onlooker));
    noErrors();
  });

  test("4 one holds the pen; it is asked for, granted, and the other way ignored", async () => {
    await bothInTheStack();
    await ana.select(after);
    await ana.write("value", "$discord_messages.message_id ?? 41");
    await cleo.untilSaved(stack, "?? 41");
    await ben.sees("who works on it", ben.chip(after).filter({ hasText: "Ana is editing" }));
    const hers = await until("Ana's lock is known", () => cleo.lockOn(stack, after));

    // Ben tries, twice, and is told once.
    await ben.select(after);
    await ben.field("value").click();
    await ben.page.keyboard.type("x");
    await ben.sees("that Ana holds it", ben.lockNotice());
    await ben.field("value").click();
    await ben.page.keyboard.type("y");
    expect(await ben.lockNotice().count(), "told once").toBe(1);
    expect(await ben.areNotificationsLowerLeft(), "in the lower left").toBe(true);
    expect(await ben.read("value")).toContain("?? 41");
    await pictures("4-being-edited");

    // He asks; she types on and grants before it can have been saved.
    await ben.request("may I set the default?");
    await ben.sees("his place", ben.place().filter({ hasText: "You are 1st in line" }));
    const asked = ana.notification("may I set the default?");
    await ana.sees("Ben's request with his note", asked.filter({ hasText: "Ben" }));
    await pictures("4-request");
    await ana.field("value").click();
    await ana.typeOn("42");
    await asked.getByRole("button", { name: "Grant" }).click();
    await ana.sees("that the pen is Ben's", ana.chip(after).filter({ hasText: "Ben is editing" }));
    const his = await until("Ben's lock is known", () => cleo.lockOn(stack, after));
    expect(his.session).not.toBe(hers.session);
    expect(isLater(hers.fence, his.fence), "a later fence").toBe(true);
    // Hers was saved before the pen moved.
    expect(await cleo.saved(stack)).toContain("?? 4142");
    await pictures("4-granted");
    await ben.write("value", "$discord_messages.message_id ?? 43");
    await cleo.untilSaved(stack, "?? 43");
    await until("Ana sees Ben's edit", async () => (await ana.read("value")).includes("?? 43"));

    // The other way: she ignores it, and he keeps his place until she is done.
    await ben.letGo();
    await ana.select(messages);
    await ana.write("value", "$discord_list_messages_api");
    await ben.sees("who works on it", ben.chip(messages).filter({ hasText: "Ana is editing" }));
    await ben.select(messages);
    await ben.field("value").click();
    await ben.page.keyboard.type("x");
    await ben.sees("that Ana holds it", ben.lockNotice());
    await ben.request("and this one?");
    const second = ana.notification("and this one?");
    await ana.sees("Ben's second request", second);
    await second.getByRole("button", { name: "Ignore" }).click();
    await ana.seesNo("the request that she ignored", second);
    await ben.sees("that he keeps his place", ben.place().filter({ hasText: "You are 1st in line" }));
    await ben.sees("that it is still hers", ben.chip(messages).filter({ hasText: "Ana is editing" }));
    await pictures("4-ignored");
    await ana.letGo();
    await ana.sees("that his turn came", ana.chip(messages).filter({ hasText: "Ben is editing" }));
    noErrors();
  });

  test("5 chat is heard by those present, gone with a reload, and never on disk", async () => {
    await bothInTheStack();
    await ben.closeCollaboration();
    await ana.say(SECRET_CHAT);
    await ben.sees("a notification of it", ben.notification(SECRET_CHAT));
    expect(await ben.areNotificationsLowerLeft(), "in the lower left").toBe(true);
    await ben.openCollaboration();
    await ben.sees("the line in the panel", ben.chatLine(SECRET_CHAT));
    await pictures("5-chat");

    await ben.page.reload();
    await ben.sees("Ana again", ben.colleague("Ana"));
    await ben.openCollaboration();
    await ben.sees("the members again", ben.member("Ana"));
    expect(await ben.page.getByTestId("chat-line").count(), "lines after a reload").toBe(0);
    await ana.sees("her line still", ana.chatLine(SECRET_CHAT));
    expectNoChatOnDisk();
    noErrors();
  });

  test("6 changes are told in words, reverted one or all, and published", async () => {
    await bothInTheStack();
    await ana.select(after);
    await ana.write("value", "$discord_messages.message_id ?? 61");
    await cleo.untilSaved(stack, "?? 61");
    await ana.letGo();
    await ana.openChanges();
    const latest = ana.change("Ana").filter({ hasText: /value|\$after/ });
    await ana.sees("her change in words", latest);
    await ana.sees("Ben's change too", ana.change("Ben"));
    expect(await ana.drawer().innerHTML(), "when").toMatch(/<time|just now|ago|\d min|\d{1,2}:\d{2}/);
    await pictures("6-changes");

    const exact = ana.change("61");
    const one = (await exact.count()) > 0 ? exact.first() : latest.first();
    await one.getByRole("button", { name: "Revert" }).click();
    await ana.confirmUntil(
      "the one change is taken back",
      async () => !(await cleo.saved(stack)).includes("?? 61"),
    );

    await ana.openChanges();
    await ana.page.getByRole("button", { name: "Revert all" }).click();
    await ana.confirmUntil("the stack is as it was imported", async () => {
      const saved = await cleo.saved(stack);
      return saved.includes(AS_IMPORTED) && !/\?\? (41|42|43|4142)/.test(saved);
    });
    await ben.select(after);
    await until("Ben sees it as it was", async () => (await ben.read("value")).includes("?? null"));
    await pictures("6-reverted");

    if (await ana.drawer().isVisible()) await ana.page.keyboard.press("Escape");
    await ana.select(after);
    await ana.write("value", "$discord_messages.message_id ?? 62");
    await cleo.untilSaved(stack, "?? 62");
    await ana.letGo();
    await ana.publish("Start from the last message");
    await until("it is live, with its description", async () => {
      const live = await cleo.published(stack);
      return live.includes("Start from the last message") && live.includes("?? 62");
    });
    await pictures("6-published");
    noErrors();
  });

  test("7 after SIGKILL all that was acknowledged is there, with the same holder and fence", async () => {
    await bothInTheStack();
    await ana.select(after);
    await ana.write("value", "$discord_messages.message_id ?? 71");
    await cleo.untilSaved(stack, "?? 71");
    await ben.sees("who works on it", ben.chip(after).filter({ hasText: "Ana is editing" }));
    const lock = await until("Ana's lock is known", () => cleo.lockOn(stack, after));
    const changes = await cleo.changes(stack);
    const published = await cleo.published(stack);

    await ana.field("value").click();
    await ana.typeOn("72");
    await server.kill9();
    const inWords = 20_000;
    await Promise.all([
      ana.sees("that the connection is lost", ana.connection(), inWords),
      ben.sees("that the connection is lost", ben.connection(), inWords),
    ]);
    await pictures("7-lost");
    await server.restart();
    await Promise.all([
      ana.sees("that she is back", ana.page.getByText(/Reconnected/), inWords),
      ben.sees("that he is back", ben.page.getByText(/Reconnected/), inWords),
    ]);
    await pictures("7-back");

    expect(await cleo.lockOn(stack, after), "same holder and fence").toEqual(lock);
    expect(await cleo.saved(stack)).toContain("?? 71");
    // The last change may have grown by what she typed since; it is still there with all that it was.
    const now = new Map((await cleo.changes(stack)).map((change) => [change.number, change]));
    expect(changes.length).toBeGreaterThan(0);
    for (const { number, user, began, to } of changes) {
      expect(now.get(number)).toMatchObject({ user, began });
      expect(now.get(number)?.to).toBeGreaterThanOrEqual(to);
    }
    expect(await cleo.published(stack)).toBe(published);
    await ben.sees("that Ana still holds it", ben.chip(after).filter({ hasText: "Ana is editing" }));

    // What she typed while it died comes after it, under the same fence; and she can go on.
    await cleo.untilSaved(stack, "?? 7172");
    await ana.write("value", "$discord_messages.message_id ?? 73");
    await cleo.untilSaved(stack, "?? 73");
    expect((await cleo.lockOn(stack, after))?.fence).toEqual(lock.fence);
    await until("Ben sees it", async () => {
      await ben.select(after);
      return (await ben.read("value")).includes("?? 73");
    });
    expectNoChatOnDisk();
    noErrors();
  });
});

/** With a counter-proof: a name that must be in the database is found in the same way. */
function expectNoChatOnDisk(): void {
  expect(server.filesHolding(STACK), "the search finds what is there").not.toEqual([]);
  expect(server.filesHolding(SECRET_CHAT), "chat in the data folder").toEqual([]);
  expect(server.log.includes(SECRET_CHAT), "chat in the server's log").toBe(false);
}
