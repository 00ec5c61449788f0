// What the story does not tell: how people come in, files that are wrong, two tabs, lost lines, and words meant to harm.
//
// Chapters build on each other, on an empty instance that its owner sets up.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Person, forgetPictures } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";

const PASSWORD = `pass ${randomUUID()}`;
/** A name that would do harm if it were ever taken for HTML. */
const HOSTILE = `Mal <img src=x onerror="window.harmed=1">`;
const GREET = `function "Tools/greet" {
  input {
  }

  stack {
    var $greeting {
      value = "hello"
    }

    var $name {
      value = "you"
    }
  }

  response = $greeting
}
`;
const BROKEN = `function "Tools/broken" {
  stack {
    var $x {
      value = "never closed
    }
  }
}
`;

let server: Server;
let ola: Person;
let mal: Person;
let greeting: string;

beforeAll(async () => {
  forgetPictures(/^more-/);
  server = await Server.start("empty");
  ola = await Person.arrive("Ola", { email: "ola@baton.example", password: PASSWORD });
  mal = await Person.arrive("Mal", { email: "mal@baton.example", password: PASSWORD });
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const chapter = task.name.split(" ")[0] ?? "0";
  for (const person of [ola, mal]) {
    await person?.picture(`more-${chapter}-failed`).catch(() => undefined);
    console.error(`--- console of ${person?.name}:\n${person?.console.slice(-20).join("\n")}`);
  }
});

afterAll(async () => {
  await ola?.leave();
  await mal?.leave();
  await server?.dispose();
});

async function newcomer(person: Person, link: string, name: string, action: string): Promise<void> {
  const { page, signInWith } = person;
  await page.goto(link);
  const workspace = page.getByRole("textbox", { name: "Workspace" });
  await person.sees("the form", page.getByRole("textbox", { name: "Name", exact: true }));
  if (await workspace.isVisible()) await workspace.fill("Harbour");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("textbox", { name: "Email" }).fill(signInWith.email);
  await page.getByLabel("Password").fill(signInWith.password);
  await page.getByRole("button", { name: action, exact: true }).click();
  await person.sees("the workspace", person.tree());
}

async function importFiles(person: Person, files: Readonly<Record<string, string>>): Promise<void> {
  const list = Object.entries(files).map(([name, text]) => ({
    name,
    mimeType: "text/plain",
    buffer: Buffer.from(text),
  }));
  await person.page.getByLabel("XanoScript files").setInputFiles(list);
}

async function exported(person: Person): Promise<string> {
  const actions = person.page.getByRole("button", { name: "Actions of this object" });
  const [file] = await Promise.all([
    person.page.waitForEvent("download"),
    person.choose(actions, "Export as XanoScript"),
  ]);
  return readFileSync(await file.path(), "utf8");
}

/** Both stand in `greet` with nothing in their hands. */
async function bothInGreet(): Promise<void> {
  for (const person of [ola, mal]) {
    await person.open("greet", "Tools");
    greeting = await person.stepShowing("$greeting");
    await person.page.keyboard.press("Escape");
  }
}

function noErrors(): void {
  expect([...ola.errors, ...mal.errors], "uncaught errors in the pages").toEqual([]);
}

describe("beside the story", () => {
  test("1 the set-up link of an empty instance makes its owner", async () => {
    await newcomer(ola, server.setUpLink(), "Ola", "Create the workspace");
    await ola.sees("her workspace", ola.page.getByText("Harbour").first());
    const refused = ola.console.filter((line) => line.includes("401"));
    expect(refused, "no refresh is tried where nobody was signed in").toEqual([]);
  });

  test("2 an invitation link lets a developer join, whose name is only text", async () => {
    await ola.choose(ola.page.getByRole("button", { name: "Harbour" }), "Team");
    await ola.page.getByRole("button", { name: "Make a link" }).click();
    const made = ola.page.getByRole("textbox", { name: "Invitation link" });
    await ola.sees("the link", made);
    await newcomer(mal, await made.inputValue(), HOSTILE, "Join");
    await ola.sees("the newcomer by name", ola.page.getByText(HOSTILE).first());
    noErrors();
  });

  test("3 a broken file is refused with line, column and what was expected; a good one beside it comes in", async () => {
    await importFiles(ola, { "broken.xs": BROKEN, "greet.xs": GREET });
    const results = ola.page.getByTestId("import-result");
    await ola.sees(
      "the refusal",
      results.filter({ hasText: "broken.xs" }).filter({ hasText: /Line \d+, column \d+: expected/i }),
    );
    await ola.sees("the good one", results.filter({ hasText: "greet.xs" }).filter({ hasText: "New." }));
    await ola.picture("more-3-import");
    await results.getByRole("button", { name: "Open" }).click();
    greeting = await ola.stepShowing("$greeting");
    noErrors();
  });

  test("4 what is exported and imported again is the same", async () => {
    const first = await exported(ola);
    expect(first).toContain('value = "hello"');
    await importFiles(ola, { "greet.xs": first });
    const results = ola.page.getByTestId("import-result");
    await ola.sees("that it was replaced", results.filter({ hasText: "Replaced" }));
    await ola.page.keyboard.press("Escape");
    await ola.seesNo("the results", results);
    expect(await exported(ola)).toBe(first);
    noErrors();
  });

  test("5 one of several changes is reverted, the others stay", async () => {
    await bothInGreet();
    await ola.select(greeting);
    await ola.write("value", '"five"');
    await ola.letGo();
    const name = await ola.stepShowing("$name");
    await ola.select(name);
    await ola.write("value", '"six"');
    await ola.letGo();
    await ola.openChanges();
    const boxes = ola.drawer().getByRole("checkbox", { name: "Select this change" });
    await ola.sees("her changes", ola.change("$greeting"));
    const wanted = ola.change("$greeting").first();
    await wanted.hover();
    await wanted.getByRole("checkbox").check();
    expect(await boxes.count()).toBeGreaterThan(1);
    await ola.picture("more-5-selected");
    await ola.page.getByRole("button", { name: "Revert 1 selected" }).click();
    await mal.sees("the one as it was", mal.step(greeting).filter({ hasText: '"hello"' }));
    await mal.sees("the other as it is", mal.step(name).filter({ hasText: '"six"' }));
    await ola.page.keyboard.press("c");
    noErrors();
  });

  test("6 the owner takes a pen with a reason; what was typed is not lost", async () => {
    await bothInGreet();
    await mal.select(greeting);
    await mal.write("value", '"held"');
    await ola.sees("that he edits", ola.chip(greeting).filter({ hasText: "is editing" }));
    await ola.select(greeting);
    await ola.panel().getByText("Explain lock").click();
    await ola
      .panel()
      .getByRole("button", { name: /^Take it from/ })
      .click();
    await ola.panel().getByRole("textbox", { name: "Reason" }).fill("the release waits");
    await ola.panel().getByRole("button", { name: "Take it", exact: true }).click();
    await ola.sees("that it is hers", ola.chip(greeting).filter({ hasText: "You are editing" }));
    await mal.sees("who took it", mal.notification("took the pen as an admin"));
    await mal.picture("more-6-forced");
    await ola.letGo();
    noErrors();
  });

  test("7 two tabs of one member: the pen moves to where one says Edit here", async () => {
    await bothInGreet();
    await ola.select(greeting);
    await ola.write("value", '"first tab"');
    await ola.sees("that she edits", ola.chip(greeting).filter({ hasText: "You are editing" }));
    const second = await ola.anotherTab();
    await second.page.goto(ola.page.url());
    await second.sees("the step", second.panel());
    await second.page.getByRole("button", { name: "Edit here" }).first().click();
    await second.sees("that it is hers here", second.chip(greeting).filter({ hasText: "You are editing" }));
    await ola.sees("that it moved", ola.notification("You edit this in another tab now"));
    await second.write("value", '"second tab"');
    await ola.sees("what she types there", ola.step(greeting).filter({ hasText: '"second tab"' }));
    await second.letGo();
    await second.page.close();
    noErrors();
  });

  test("8 a reload keeps session, lock and what was typed last", async () => {
    await bothInGreet();
    await ola.select(greeting);
    await ola.write("value", '"before"');
    await mal.sees("that she edits", mal.chip(greeting).filter({ hasText: "Ola is editing" }));
    await ola.field("value").click();
    await ola.page.keyboard.press("ControlOrMeta+a");
    await ola.page.keyboard.type('"after"');
    await ola.page.reload();
    await ola.sees("her lock still", ola.chip(greeting).filter({ hasText: "You are editing" }));
    await mal.sees("what she typed last", mal.step(greeting).filter({ hasText: '"after"' }));
    await ola.letGo();
    noErrors();
  });

  test("9 typed while offline: everything arrives, and she is told", async () => {
    await bothInGreet();
    await ola.select(greeting);
    await ola.write("value", '"online"');
    await mal.sees("it", mal.step(greeting).filter({ hasText: '"online"' }));
    const wire = await ola.page.context().newCDPSession(ola.page);
    await wire.send("Network.enable");
    const condition = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await wire.send("Network.emulateNetworkConditions", { offline: true, ...condition });
    await ola.write("value", '"typed offline"');
    await ola.sees("that the line is lost", ola.connection(), 20_000);
    await ola.picture("more-9-offline");
    await wire.send("Network.emulateNetworkConditions", { offline: false, ...condition });
    await ola.sees("that she is back", ola.page.getByText(/Reconnected/), 20_000);
    await mal.sees("all of it", mal.step(greeting).filter({ hasText: '"typed offline"' }));
    await ola.letGo();
    noErrors();
  });

  test("10 hostile words are shown as words", async () => {
    const words = `<script>window.harmed=2</script><b onclick=alert(1)>bold</b> {{7*7}}`;
    await mal.say(words);
    await ola.openCollaboration();
    await ola.sees("the words as they were written", ola.page.getByText(words).first());
    await ola.sees("the name as it was written", ola.collaboration().getByText(HOSTILE).first());
    await ola.picture("more-10-hostile");
    for (const person of [ola, mal]) {
      const harmed = await person.page.evaluate(() => (globalThis as { harmed?: number }).harmed);
      expect(harmed).toBeUndefined();
    }
    await until(
      "nothing of it became an element",
      async () => (await ola.page.locator("b[onclick]").count()) === 0,
    );
    noErrors();
  });
});
