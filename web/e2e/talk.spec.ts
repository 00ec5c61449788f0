// Three people who see each other's carets, talk, and follow each other.

import { beforeAll, describe, expect, test } from "vitest";

import type { Locator } from "playwright-core";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

const STACK = "PollSendToSlack";
const FOLDER = "Discord";

let server: Server;
let ana: Person;
let ben: Person;
let cleo: Person;
let after: string;

const come = (name: string) => Person.come(server, name, STACK, FOLDER);

watch(
  "talk",
  () => [ana, ben, cleo],
  () => server,
);

beforeAll(async () => {
  server = await Server.start();
  [ana, ben] = await Promise.all([come("Ana"), come("Ben")]);
  after = await ana.stepShowing("$after");
});

const caretOf = (person: Person, name: string): Locator =>
  person.panel().locator(`[data-testid=remote-caret][data-name="${name}"]`);
const inField = (person: Person, name: string): Locator =>
  person.panel().getByTestId("field-people").locator(`[data-name="${name}"]`);
const colourOf = (where: Locator): Promise<string> =>
  where.first().evaluate((found) => getComputedStyle(found).getPropertyValue("--person").trim());
const chat = (person: Person): Locator => person.collaboration().getByRole("region", { name: "Chat" });
const message = (person: Person): Locator => person.collaboration().getByRole("textbox", { name: "Message" });
const lines = (person: Person): Promise<string[]> =>
  chat(person).getByTestId("chat-line").locator("p").allTextContents();
const unread = (person: Person): Locator => person.page.getByTestId("unread");
const address = (person: Person): string => new URL(person.page.url()).pathname;

/** Where something stands in the person's window, from the left. */
async function left(where: Locator): Promise<number> {
  const box = await where.first().boundingBox();
  if (!box) throw new Error("it is not there");
  return box.x;
}

describe("three people who talk", () => {
  test("1 a caret is seen where it is, in its author's colour, while the text comes along", async () => {
    await Promise.all([ana.select(after), ben.select(after)]);
    await ana.write("value", "$discord_messages.message_id ?? 42");
    await ben.sees("the text as it is typed", ben.panel().getByText("message_id ?? 42"));
    await ben.sees("her caret", caretOf(ben, "Ana"));
    const anas = ben.colleague("Ana").locator("[data-colour]");
    expect(await colourOf(caretOf(ben, "Ana"))).toBe(await colourOf(anas));
    for (let step = 0; step < 6; step += 1) await ana.page.keyboard.press("ArrowLeft");
    const own = ana.panel().locator('[data-field="value"] .cm-cursor-primary');
    // Both windows are of one size, so the same place in the text is the same place in the window.
    await until(
      "the caret stands where hers does",
      async () => Math.abs((await left(own)) - (await left(caretOf(ben, "Ana")))) < 2,
    );
    await ana.page.keyboard.type("1");
    await until(
      "and goes along as she types in the middle",
      async () =>
        (await ben.read("value")).includes("message_id1 ??") &&
        Math.abs((await left(own)) - (await left(caretOf(ben, "Ana")))) < 2,
    );
    await ben.sees("that she types", inField(ben, "Ana").and(ben.page.locator("[data-typing=true]")));
    await ben.picture("talk-1-caret");
    const typed = performance.now();
    await ben.sees(
      "that she no longer does",
      inField(ben, "Ana").and(ben.page.locator("[data-typing=false]")),
    );
    expect(performance.now() - typed).toBeLessThan(4_500);
  });

  test("2 who may only read points at something, and carets stand in plain fields too", async () => {
    await ben.field("value").click();
    await ben.page.keyboard.press("ControlOrMeta+a");
    await ana.sees("what he has selected", ana.panel().getByTestId("remote-selection"));
    await ana.sees("his caret", caretOf(ana, "Ben"));
    expect(await colourOf(caretOf(ana, "Ben"))).toBe(
      await colourOf(ana.colleague("Ben").locator("[data-colour]")),
    );
    await ana.picture("talk-2-selection");
    await ana.write("description", 'says "the last" one');
    await ben.sees("her caret in the description", caretOf(ben, "Ana"));
    await ben.picture("talk-2-plain");
    await until(
      "the description is saved",
      async () => (await ben.read("description")) === 'says "the last" one',
    );
    await ana.letGo();
  });

  test("3 a line with a mention and a link; unread until it is read", async () => {
    await ana.select(after);
    await ana.openCollaboration();
    await message(ana).click();
    await ana.page.keyboard.type("please look, @be");
    await ana.sees("whom she may mean", chat(ana).getByRole("option", { name: /Ben/ }));
    await ana.picture("talk-3-mention");
    await ana.page.keyboard.press("Enter");
    expect(await message(ana).inputValue()).toBe("please look, @Ben ");
    await chat(ana).getByRole("button", { name: "Link to what is selected" }).click();
    await ana.page.keyboard.press("Enter");
    await ben.sees("the line in the corner", ben.notification(/mentioned you.*please look, @Ben/s));
    expect(await ben.areNotificationsLowerLeft()).toBe(true);
    await ben.sees("that it is unread", unread(ben).filter({ hasText: "@1" }));
    await ben.picture("talk-3-corner");
    await ben.notification("please look").getByRole("button", { name: "Reply" }).click();
    const line = chat(ben).getByTestId("chat-line").filter({ hasText: "please look" });
    await ben.sees("the line with her role", line.filter({ hasText: "owner" }));
    await ben.sees("that it is new", chat(ben).getByText("New", { exact: true }));
    await ben.seesNo("that anything is unread", unread(ben));
    expect(await colourOf(line)).toBe(await colourOf(ben.colleague("Ana").locator("[data-colour]")));
    await ben.picture("talk-3-read");
    await ben.open("all_controls");
    await line.getByRole("button").first().click();
    await until("the link leads to the step", () => address(ben).endsWith(after));
  });

  test("4 who comes late sees only what is said from then on", async () => {
    cleo = await come("Cleo");
    await cleo.openCollaboration();
    await cleo.sees("an empty chat", chat(cleo).getByText("Nothing said yet"));
    await ben.say("welcome, Cleo");
    await until("she has the line and no other", async () => (await lines(cleo)).join() === "welcome, Cleo");
    expect(await lines(ana)).toHaveLength(2);
  });

  test("5 typing is seen and ends by itself", async () => {
    await message(cleo).click();
    await cleo.page.keyboard.type("hm");
    await ben.sees("that she types", chat(ben).getByText("Cleo is typing…"));
    const typed = performance.now();
    await ben.seesNo("it any more", chat(ben).getByText("Cleo is typing…"));
    const took = performance.now() - typed;
    expect(took).toBeGreaterThan(1_500);
    expect(took).toBeLessThan(5_000);
    await message(cleo).fill("");
  });

  test("6 a blip: what was missed comes, what one said meanwhile is said once", async () => {
    const wire = await cleo.page.context().newCDPSession(cleo.page);
    await wire.send("Network.enable");
    const condition = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await wire.send("Network.emulateNetworkConditions", { offline: true, ...condition });
    await cleo.say("said while away");
    await cleo.sees("that it waits", chat(cleo).getByTestId("chat-pending").filter({ hasText: "Sending…" }));
    await ana.say("one you miss");
    await ben.say("and another");
    await cleo.sees("that the line is lost", cleo.connection(), 20_000);
    expect(await lines(cleo)).toEqual(["welcome, Cleo"]);
    await cleo.picture("talk-6-away");
    await wire.send("Network.emulateNetworkConditions", { offline: false, ...condition });
    await wire.detach();
    const heard = ["welcome, Cleo", "one you miss", "and another", "said while away"];
    await until("she has all lines", async () => (await lines(cleo)).join() === heard.join(), 30_000);
    await until("so have the others, once", async () => (await lines(ana)).slice(1).join() === heard.join());
    await cleo.seesNo("anything that waits", chat(cleo).getByTestId("chat-pending"));
    await cleo.picture("talk-6-back");
  });

  test("7 markup is text, and what is too long is told before it is sent", async () => {
    await ana.say('<img src=x onerror="document.title=1">\u202eabc\u0007');
    await ben.sees("it as it is", ben.chatLine('<img src=x onerror="document.title=1">\ufffdabc\u2407'));
    expect(await ben.collaboration().locator("img").count()).toBe(0);
    await message(ben).fill("x".repeat(2_003));
    await ben.sees("what is too much", chat(ben).getByText("3 too many"));
    expect(await chat(ben).getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
    await ben.picture("talk-7-long");
    await message(ben).fill("");
  });

  test("8 following: page, step and scroll, until one acts", async () => {
    const other = "all_controls";
    await Promise.all([ana, ben, cleo].map((one) => one.page.keyboard.press("Escape")));
    await cleo.member("Ana").getByRole("button", { name: "Follow Ana" }).click();
    await cleo.sees("whom she follows", cleo.page.getByTestId("following").filter({ hasText: "Ana" }));
    await ana.select(after);
    await until("Cleo is on the step", () => address(cleo) === address(ana));
    const top = (person: Person) => person.page.getByTestId("stack").evaluate((box) => box.scrollTop);
    await ana.page.getByTestId("stack").evaluate((box) => box.scrollTo({ top: 320 }));
    await until("Cleo's stack is scrolled to the same place", async () => {
      return Math.abs((await top(cleo)) - (await top(ana))) < 60 && (await top(cleo)) > 100;
    });
    await cleo.picture("talk-8-following");
    await ana.open(other);
    await until("Cleo is there too", () => address(cleo) === address(ana));
    await ana.page
      .getByRole("link", { name: /^Team$/ })
      .first()
      .click();
    await until("and on the team's page", () => address(cleo).endsWith("/team"));
    await cleo.say("I am right behind you");
    await cleo.sees("that she still follows", cleo.page.getByTestId("following"));
    await cleo.page.getByRole("main").click({ position: { x: 300, y: 300 } });
    await cleo.seesNo("that she follows", cleo.page.getByTestId("following"));
    await ana.open(STACK, FOLDER);
    await ben.sees("Ana back on the stack", ben.colleagueOnObject("Ana"));
    expect(address(cleo).endsWith("/team")).toBe(true);
  });

  test("9 a reload forgets what was said; nobody's page has failed", async () => {
    await ben.page.reload();
    await ben.sees("the workspace", ben.tree());
    await ben.openCollaboration();
    await ben.sees("an empty chat", chat(ben).getByText("Nothing said yet"));
    expect([ana, ben, cleo].flatMap((one) => one.errors)).toEqual([]);
  });
});
