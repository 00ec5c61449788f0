// Three people and a step or two: asking, promising, declining, forcing, undoing, closing, waiting in line, a second tab, taking
// over, swapping, and the pen of a whole object.

import { beforeAll, describe, expect, test } from "vitest";

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

watch(
  "locks",
  () => [ana, ben, cleo],
  () => server,
);

beforeAll(async () => {
  // The first in line may take over after 20 s, so that the story need not wait for three minutes.
  server = await Server.start("demo", "--lock-take-over-ms", "20000");
  const come = (name: string) => Person.come(server, name, STACK, FOLDER);
  [ana, ben, cleo] = await Promise.all([come("Ana"), come("Ben"), come("Cleo")]);
  after = await ana.stepShowing("$after");
});

const button = (person: Person, name: string | RegExp) =>
  person.page.getByTestId("notifications").getByRole("button", { name });

/** Types until one has the pen. */
async function hold(person: Person, value: string, item = after): Promise<void> {
  await person.select(item);
  await person.write("value", value);
  await person.sees("that the pen is theirs", person.chip(item).filter({ hasText: /you are editing/i }));
}

/** Asks for a step and keeps what one has. */
async function wish(person: Person, item: string, note: string): Promise<void> {
  await person.select(item);
  await person.sees("who has it", person.lockNotice());
  await person.request(note);
  await person.sees("the place in the queue", person.place());
}

/** Asks for the step with the key R and a note. */
async function ask(person: Person, note: string): Promise<void> {
  await person.page.keyboard.press("Escape");
  await person.select(after);
  await person.sees("who has it", person.lockNotice());
  await person.request(note);
  await person.sees("the place in the queue", person.place());
}

describe("three people and one pen", () => {
  test("1 ask, promise with its countdown, and the pen moves by itself", async () => {
    await hold(ben, "$discord_messages.message_id ?? 10");
    await ask(cleo, "two minutes, please");
    await ben.sees("when she may take over", ben.notification(/may take over in \d/));
    await ben.picture("locks-1-asked");
    await button(ben, "Promise it in 2 min").click();
    await ben.sees("his word", ben.notification(/You promised it: .* in 1 min \d\d s/));
    await cleo.sees("the countdown", cleo.notification(/Promised: the pen comes by itself in 1 min \d\d s/));
    await ana.sees("it on the step", ana.chip(after).filter({ hasText: "promised in" }));
    await Promise.all([ben, cleo].map((one) => one.picture("locks-1-promised")));
    await ben.letGo();
    await cleo.sees("that the pen is hers", cleo.chip(after).filter({ hasText: /you are editing/i }));
    await cleo.letGo();
  });

  test("2 a declined request comes back with its reason", async () => {
    await hold(ben, "$discord_messages.message_id ?? 20");
    await ask(ana, "may I?");
    await button(ben, "Decline…").click();
    await ben.page.getByRole("textbox", { name: /^Reason/ }).fill("in the middle of it");
    await ben.picture("locks-2-declining");
    await button(ben, "Decline").click();
    await ana.sees("why not", ana.notification("in the middle of it"));
    await ana.picture("locks-2-declined");
    await ben.seesNo("the request", ben.notification("asks for"));
  });

  test("3 forced by the owner, undone, forced again: what was typed is parked, compared, applied again", async () => {
    await ben.write("value", "$discord_messages.message_id ?? 30");
    const force = async () => {
      // The very moment: what is typed now is on no wire yet.
      await ben.field("value").click();
      await ben.typeOn("1");
      await ana.page.getByRole("button", { name: "Take it", exact: true }).click();
      await ana.sees("the pen", ana.chip(after).filter({ hasText: /you are editing/i }));
    };
    const explain = async () => {
      await ana.select(after);
      if (!(await ana.page.getByRole("button", { name: /Take it from Ben/ }).isVisible()))
        await ana.page.getByText("Explain lock").click();
      await ana.page.getByRole("button", { name: /Take it from Ben/ }).click();
      await ana.page.getByRole("textbox", { name: "Reason" }).fill("release in ten minutes");
    };
    await explain();
    await force();
    await ben.sees("who took it", ben.notification(/Ana took the pen as an admin/));
    await ben.sees("why", ben.notification("release in ten minutes"));
    await ana.sees("the way back", ana.page.getByTestId("undo-offer"));
    await Promise.all([ana, ben].map((one) => one.picture("locks-3-forced")));

    await ana.page.getByRole("button", { name: "Undo the take-over" }).click();
    await ben.sees("that it was undone", ben.notification("The take-over was undone"));
    await ben.sees("that the pen is his", ben.chip(after).filter({ hasText: /you are editing/i }));
    await ben.picture("locks-3-undone");

    await ben.openChanges();
    const parked = ben.drawer().getByTestId("parked");
    if (!(await parked.first().isVisible())) {
      await explain();
      await force();
    }
    await ben.sees("the parked draft", parked);
    await parked.first().getByRole("button", { name: "Compare" }).click();
    await ben.sees("both sides", ben.page.getByTestId("compared"));
    await ben.picture("locks-3-compare");
    if (
      await ana
        .chip(after)
        .filter({ hasText: /you are editing/i })
        .isVisible()
    )
      await ana.letGo();
    await ben.page.getByRole("dialog").getByRole("button", { name: "Re-apply" }).click();
    await ben.seesNo("a parked draft", parked);
    await ben.select(after);
    await until("it is there again", async () => (await ben.read("value")).includes("?? 301"));
    await ben.page.keyboard.press("Escape");
    await ben.letGo();
  });

  test("4 closed with a reason, then open again", async () => {
    await ana.step(after).hover();
    await ana
      .step(after)
      .getByRole("button", { name: /Actions of step/ })
      .click();
    await ana.page.getByRole("menuitem", { name: "Close for edits…" }).click();
    await ana.page.getByRole("textbox", { name: "Reason" }).fill("we migrate this today");
    await ana.page.getByRole("button", { name: "Close it" }).click();
    await ben.select(after);
    await ben.sees("why", ben.panel().getByText("we migrate this today"));
    await ben.sees("it on the step", ben.step(after).getByTestId("closed-chip"));
    await ben.picture("locks-4-closed");
    await ana.select(after);
    await ana.panel().getByRole("button", { name: "Open for edits again" }).click();
    await ben.seesNo("that it is closed", ben.step(after).getByTestId("closed-chip"));
    await hold(ben, "$discord_messages.message_id ?? 40");
  });

  test("5 two wait in line with their places, and an admin sees all of it", async () => {
    await ben.letGo();
    await hold(ana, "$discord_messages.message_id ?? 50");
    await ask(cleo, "first");
    await ask(ben, "second");
    await cleo.sees("her place", cleo.place().filter({ hasText: "1st" }));
    await ben.sees("his place", ben.place().filter({ hasText: "2nd" }));
    await ben.picture("locks-5-second");
    await ana.choose(ana.page.getByRole("button", { name: "Acme" }), "Team");
    const row = ana.page.getByTestId("lock-row").filter({ hasText: "Ana" });
    await ana.sees("the lock and who waits", row.filter({ hasText: "Cleo, Ben" }));
    await ana.picture("locks-5-list");
    await ana.page.emulateMedia({ colorScheme: "dark" });
    await ana.picture("locks-5-list-dark");
    await cleo.page.getByRole("button", { name: "Take it back" }).click();
    await ben.sees("that he is first now", ben.place().filter({ hasText: "1st" }));
    await button(ana, "Grant").click();
    await ben.sees("that the pen is his", ben.chip(after).filter({ hasText: /you are editing/i }));
  });

  test("6 a second tab of the same person edits here", async () => {
    const second = await ben.page.context().newPage();
    await second.goto(ben.page.url());
    const step = second.locator(`[data-testid=step][data-item="${after}"]`);
    await step.click({ position: { x: 24, y: 12 } });
    await second.getByRole("button", { name: "Edit here" }).click();
    await until("the second tab has the pen", () =>
      step
        .getByTestId("lock-chip")
        .filter({ hasText: /you are editing/i })
        .isVisible(),
    );
    await ben.sees("that the first tab has not", ben.page.getByRole("button", { name: "Edit here" }));
    await ben.picture("locks-6-elsewhere");
    await second.close();
  });

  test("7 nobody answers: the first in line takes over, and takes it back", async () => {
    await ana.open(STACK, FOLDER);
    await ben.page.getByRole("button", { name: "Edit here" }).first().click();
    await ben.sees("the pen in this tab", ben.chip(after).filter({ hasText: /you are editing/i }));
    await hold(ben, "$discord_messages.message_id ?? 70");
    await ask(cleo, "are you still there?");
    await ben.sees("the countdown", ben.notification(/may take over in \d/));
    const takeOver = button(cleo, "Take over");
    await cleo.sees("that she may take over", takeOver, 40_000);
    await Promise.all([ben, cleo].map((one) => one.picture("locks-7-may-take-over")));
    await takeOver.click();
    await cleo.sees("that the pen is hers", cleo.chip(after).filter({ hasText: /you are editing/i }));
    await ben.sees("who took it", ben.notification(/Cleo took the pen over/));
    await ana.sees("it on the step", ana.chip(after).filter({ hasText: "Cleo is editing" }));
    await ben.picture("locks-7-taken-over");
    await cleo.select(after);
    await cleo.page.getByRole("button", { name: "Undo the take-over" }).first().click();
    await ben.sees("that the pen is his again", ben.chip(after).filter({ hasText: /you are editing/i }));
    await ben.letGo();
  });

  test("8 two who wait for each other swap", async () => {
    const second = await ana.stepShowing("$messages");
    await hold(ben, "$discord_messages.message_id ?? 80");
    await hold(cleo, "$discord_list_messages_api", second);
    await wish(ben, second, "let us swap");
    await wish(cleo, after, "yes, let us");
    for (const person of [ben, cleo]) {
      await person.sees("the deadlock", person.notification("You wait for each other"));
      await person.picture("locks-8-deadlock");
    }
    await button(ben, "Swap").click();
    await cleo.sees("that he agreed", cleo.notification("Agreed to swap: Ben"));
    await button(cleo, "Swap").click();
    await ben.sees("the other pen", ben.chip(second).filter({ hasText: /you are editing/i }));
    await cleo.sees("his pen", cleo.chip(after).filter({ hasText: /you are editing/i }));
    await Promise.all([ben.letGo(), cleo.letGo()]);
  });

  test("9 somebody asks for the whole object, and has it when the last pen is given back", async () => {
    await hold(ben, "$discord_messages.message_id ?? 90");
    const menu = async (entry: string | RegExp) => {
      await ana.choose(ana.page.getByRole("button", { name: "Actions of this object" }), entry);
    };
    await menu("Edit it alone…");
    await ana.page.getByRole("textbox", { name: /Note/ }).fill("moving it to v2");
    await ana.picture("locks-9-asking");
    await ana.page.getByRole("button", { name: "Ask for all of it" }).click();
    await ana.sees("her place", ana.place());
    await ben.sees("that she asks for all of it", ben.notification("moving it to v2"));
    await ben.picture("locks-9-asked");
    await ben.letGo();
    await cleo.sees(
      "that all of it is hers",
      cleo.page.getByTestId("lock-chip").filter({ hasText: "Ana is editing" }),
    );
    await cleo.picture("locks-9-whole");
    await menu("Give the whole object back");
    await cleo.seesNo("any pen", cleo.page.getByTestId("lock-chip"));
    expect([...ana.errors, ...ben.errors, ...cleo.errors]).toEqual([]);
  });
});
