// Who is here, may I interrupt them, and what they keep to themselves: three people, one of them at two tabs.

import { beforeAll, describe, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

let server: Server;
let ana: Person;
let ben: Person;
let cleo: Person;
let second: Person | undefined;

watch(
  "presence",
  () => [ana, ben, cleo],
  () => server,
);

beforeAll(async () => {
  server = await Server.start("demo");
  ana = await Person.arrive("Ana", server.signIn("Ana"));
  ben = await Person.arrive("Ben", server.signIn("Ben"));
  cleo = await Person.arrive("Cleo", server.signIn("Cleo"));
  for (const person of [ana, ben, cleo]) await person.signInByCard(server.url);
});

const row = (at: Person, name: string) => at.page.locator(`[data-testid=member][data-name="${name}"]`);

async function opensPanel(person: Person): Promise<void> {
  await person.page.getByRole("button", { name: /here$/u }).click();
  await person.sees("the panel", person.page.getByRole("region", { name: "Collaboration" }));
}

async function chooses(person: Person, entry: string): Promise<void> {
  await person.choose(person.page.getByTestId("own-status"), entry);
}

async function hidesAs(person: Person, level: string): Promise<void> {
  await chooses(person, "Who sees me…");
  await person.page.getByLabel("Who sees me").selectOption(level);
  await person.page.getByRole("button", { name: "Save", exact: true }).click();
  await person.seesNo("the dialog", person.page.getByRole("dialog"));
}

describe("presence", () => {
  test("1 a status and its words are seen at once", async () => {
    await opensPanel(ana);
    await chooses(ben, "Busy");
    await ana.sees("that Ben is busy", row(ana, "Ben").getByText("Busy"));
    await chooses(ben, "Message and end…");
    await ben.page.getByLabel("Message").fill("In a <b>release</b> call");
    await ben.page.getByRole("dialog").getByLabel("Ends").selectOption({ label: "In 1 hour" });
    await ben.page.getByRole("button", { name: "🦊" }).click();
    await ben.picture("presence-1-dialog");
    await ben.page.getByRole("button", { name: "Save", exact: true }).click();
    await ana.sees("his words as they are", row(ana, "Ben").getByText("In a <b>release</b> call"));
    await ana.sees("until when", row(ana, "Ben").getByText(/Busy until/u));
    await ana.sees("his sign", row(ana, "Ben").getByText("🦊"));
    await ana.picture("presence-1-panel");
  });

  test("2 two tabs are one person", async () => {
    second = await ben.anotherTab();
    await second.page.goto(ben.page.url());
    await ana.sees("both tabs", row(ana, "Ben").getByText("2 tabs"));
    expect(await row(ana, "Ben").count()).toBe(1);
    await second.page.close();
    await ben.page.bringToFront();
    await until(
      "one tab is left within its grace",
      async () => !(await row(ana, "Ben").getByText("2 tabs").isVisible()),
      25_000,
    );
    await ana.sees("Ben, busy as before", row(ana, "Ben").getByText("Busy"));
  });

  test("3 who hides is seen by nobody, and an admin sees that somebody is there", async () => {
    await opensPanel(cleo);
    await cleo.sees("Ben", row(cleo, "Ben"));
    await hidesAs(ben, "hidden");
    await cleo.seesNo("Ben among those who are here", row(cleo, "Ben"));
    await ana.sees("that he is hidden", row(ana, "Ben").getByText("Hidden"));
    await cleo.page.reload();
    await opensPanel(cleo);
    await cleo.sees("herself", row(cleo, "Cleo"));
    await cleo.seesNo("Ben after a reload", row(cleo, "Ben"));
    await cleo.picture("presence-3-panel");
    await hidesAs(ben, "everyone");
    await cleo.sees("Ben again", row(cleo, "Ben"));
  });

  test("4 the card has status, sessions and, for an admin, the history", async () => {
    await row(ana, "Ben").getByRole("button", { name: "Ben", exact: true }).click();
    const card = ana.page.getByTestId("member-card");
    await ana.sees("his device", card.getByText(/Chromium on Linux/u));
    await ana.sees("his history", card.getByText(/Online → Busy, by choice/u));
    await ana.picture("presence-4-card");
    await ana.page.getByRole("button", { name: "Close", exact: true }).last().click();
  });

  test("5 thresholds are the workspace's own", async () => {
    await ana.page.goto(ana.page.url().replace(/\/w\/([^/]+).*$/u, "/w/$1/activity"));
    await ana.sees("the page", ana.page.getByRole("heading", { name: "Activity" }));
    await ana.page.getByLabel("Away after (minutes without input)").fill("0.2");
    await ana.page.getByRole("button", { name: "Save settings" }).click();
    await ana.sees("that it counts", ana.page.getByText("The settings count from now on").first());
    await ana.picture("presence-5-activity");
    await opensPanel(ana);
    await ana.sees("Cleo away without input", row(ana, "Cleo").getByText(/Away/u), 20_000);
    await cleo.page.mouse.move(200, 200);
    await cleo.page.mouse.click(400, 300);
    await ana.sees("Cleo back", row(ana, "Cleo").getByText(/active now|last input/u));
  });

  test("6 who signs out is offline at once", async () => {
    await cleo.page
      .getByRole("button", { name: /▾|Acme|Demo|Baton/u })
      .first()
      .click();
    await cleo.page.getByRole("menuitem", { name: "Sign out" }).click();
    await ana.seesNo("Cleo among those who are here", row(ana, "Cleo"));
    await ana.sees(
      "her among the others",
      ana.page.locator('[data-testid=absent][data-name="Cleo"]').getByText(/Last seen/u),
    );
    expect([...ana.errors, ...ben.errors, ...cleo.errors]).toEqual([]);
  });
});
