// Two people in a table: cells, rows that are asked for, a record taken back, files in and out, a field that stacks use.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";

import { Person } from "./src/person.ts";
import { Server } from "./src/server.ts";
import { until } from "./src/until.ts";
import { watch } from "./src/watch.ts";

const TABLE = "accounts";

let server: Server;
let ana: Person;
let ben: Person;

watch(
  "tables",
  () => [ana, ben],
  () => server,
);

beforeAll(async () => {
  server = await Server.start();
  const come = (name: string) => Person.come(server, name, TABLE);
  [ana, ben] = await Promise.all([come("Ana"), come("Ben")]);
});

const button = (person: Person, name: string | RegExp) => person.page.getByRole("button", { name });
const dialog = (person: Person, name: string | RegExp) => person.page.getByRole("dialog", { name });
const grid = (person: Person) => person.page.getByTestId("grid");
const row = (person: Person, text: string) =>
  person.page.getByTestId("record").filter({ hasText: text }).first();
const cell = (person: Person, text: string, column: string) =>
  row(person, text).locator(`[data-testid=cell][data-column="${column}"]`);
const colourOf = (where: Locator): Promise<string> =>
  where.first().evaluate((found) => getComputedStyle(found).getPropertyValue("--person").trim());
const count = (person: Person) => person.page.getByTestId("record-count");

async function add(person: Person, name: string): Promise<void> {
  await button(person, "Add record").click();
  await dialog(person, "New record").getByRole("textbox", { name: "name", exact: true }).fill(name);
  await dialog(person, "New record").getByRole("button", { name: "Add record" }).click();
  await person.sees(`the record ${name}`, row(person, name));
}

describe("two people in a table", () => {
  test("1 a record is added, typed in by keyboard, and everybody sees it and who is on which cell", async () => {
    await add(ana, "Acme Corp");
    await add(ana, "Globex");
    await ben.sees("Ana's record", row(ben, "Acme Corp"));
    await cell(ana, "Acme Corp", "name").click();
    await ben.sees("Ana on that cell", cell(ben, "Acme Corp", "name").filter({ hasText: "Ana" }));
    await ana.page.keyboard.press("ArrowRight");
    await ana.page.keyboard.type("Software");
    await ana.page.keyboard.press("Tab");
    await ana.page.keyboard.type("Graz");
    await ben.sees("that Ana is editing the row", row(ben, "Acme Corp").getByTestId("lock-chip"));
    await Promise.all([ana, ben].map((one) => one.picture("tables-1-typing")));
    await ana.page.keyboard.press("Enter");
    for (const text of ["Software", "Graz"])
      await ben.sees(text, row(ben, "Acme Corp").filter({ hasText: text }));
    await ana.sees("two records", count(ana).filter({ hasText: "2 records" }));
  });

  test("2 a row that another holds is asked for, granted and handed over with what was typed", async () => {
    await cell(ana, "Acme Corp", "industry").click();
    await ana.page.keyboard.press("Enter");
    await ana.page.keyboard.press("ControlOrMeta+a");
    await ana.page.keyboard.type("Robots");
    await ben.sees("who has the row", row(ben, "Acme Corp").getByTestId("lock-chip"));
    await cell(ben, "Acme Corp", "location").dblclick();
    await ben.sees("who has it", ben.lockNotice());
    await ben.request("my turn?");
    await ben.picture("tables-2-asked");
    await ana
      .notification(/my turn/)
      .getByRole("button", { name: "Grant", exact: true })
      .click();
    await ben.sees(
      "that the row is his",
      row(ben, "Acme Corp")
        .getByTestId("lock-chip")
        .filter({ hasText: /you are editing/i }),
    );
    await ben.sees("what Ana had typed", row(ben, "Acme Corp").filter({ hasText: "Robots" }));
    await ana.seesNo("an editor", ana.page.getByTestId("cell-editor"));
    await cell(ben, "Acme Corp", "location").dblclick();
    await ben.page.keyboard.press("ControlOrMeta+a");
    await ben.page.keyboard.type("Linz");
    await ben.page.keyboard.press("Enter");
    await ana.sees("Ben's value", row(ana, "Acme Corp").filter({ hasText: "Linz" }));
  });

  test("3 a value that does not fit is kept with its reason", async () => {
    await cell(ana, "Globex", "deleted_at").click();
    await ana.page.keyboard.type("tomorrow");
    await ana.page.keyboard.press("Enter");
    const odd = cell(ana, "Globex", "deleted_at");
    await until(
      "the cell says that it was not saved",
      async () => (await odd.getAttribute("data-state")) === "kept",
    );
    expect(await odd.getAttribute("title")).toContain("must be a time");
    await ana.picture("tables-3-refused");
    await odd.click();
    await ana.page.keyboard.press("Enter");
    await ana.page.keyboard.press("ControlOrMeta+a");
    await ana.page.keyboard.type("2025-01-31 10:00:00");
    await ana.page.keyboard.press("Enter");
    await ben.sees("the time", row(ben, "Globex").filter({ hasText: "2025-01-31 10:00:00" }));
  });

  test("4 a record is deleted and taken back with all that was in it", async () => {
    await ana.page.getByRole("rowheader", { name: "Open record 2" }).click();
    await ana.sees("its changes", ana.page.getByTestId("record-change").filter({ hasText: "deleted_at" }));
    await ana.picture("tables-4-record");
    await button(ana, "Delete record").click();
    await ben.seesNo("the record", row(ben, "Globex"));
    await ben.openChanges();
    await ben.sees("the change in words", ben.change(/Deleted record 2/));
    const deletion = ben.change(/Deleted record 2/);
    await deletion.hover();
    await deletion.getByRole("button", { name: "Revert" }).click();
    await ben.sees("the record again", row(ben, "Globex").filter({ hasText: "2025-01-31 10:00:00" }));
  });

  test("5 a file with a bad row stays out, comes in without it, is sorted, found and taken out", async () => {
    const folder = mkdtempSync(join(tmpdir(), "baton-csv-"));
    const file = join(folder, "people.csv");
    const rows = Array.from({ length: 300 }, (_, n) => `Person ${String(n).padStart(3, "0")},Trade,Vienna`);
    writeFileSync(
      file,
      `name,industry,location,created_at\n${rows.map((one) => `${one},\n`).join("")}Bad,x,y,someday\n`,
    );
    await button(ana, "Import CSV").click();
    await ana.page.getByTestId("csv-file").setInputFiles(file);
    await dialog(ana, "Import CSV").getByRole("button", { name: "Import", exact: true }).click();
    const refused = ana.page.getByTestId("import-refused");
    await ana.sees("the line that does not fit", refused.filter({ hasText: "line 302" }));
    await ana.picture("tables-5-refused");
    await ben.sees("nothing new", count(ben).filter({ hasText: /^2 records/ }));
    await dialog(ana, "Import CSV").getByRole("button", { name: "Import the other rows" }).click();
    await ben.sees("all rows", count(ben).filter({ hasText: "302 records" }));
    await ben.page.getByRole("columnheader", { name: "name" }).click();
    await ben.sees("the first by name", row(ben, "Acme Corp"));
    await ben.page.getByRole("textbox", { name: "Search records" }).fill("person 299");
    await ben.page.keyboard.press("Enter");
    await ben.sees("one of them", count(ben).filter({ hasText: "1 of 302 records" }));
    await ben.page.keyboard.press("Escape");
    await ben.sees("all again", count(ben).filter({ hasText: "302 records" }));
    await grid(ben).click({ position: { x: 120, y: 60 } });
    await ben.page.keyboard.press("ControlOrMeta+End");
    await ben.sees("the last row", row(ben, "Person 299"));
    await ben.picture("tables-5-many");
    const [download] = await Promise.all([
      ben.page.waitForEvent("download"),
      button(ben, "Export CSV").click(),
    ]);
    expect(download.suggestedFilename()).toBe("accounts.csv");
  });

  test("6 a field that stacks use is shown with them before it is deleted", async () => {
    await ana.page.keyboard.press("Escape");
    await ana.page.getByRole("tab", { name: "Fields" }).click();
    await ana.tableField("industry").hover();
    await ana.choose(button(ana, "Actions of industry"), "Delete");
    await ana.sees(
      "whether stacks use it",
      dialog(ana, /Delete the field/).filter({ hasText: /stack|step/i }),
    );
    await ana.picture("tables-6-usage");
    await dialog(ana, /Delete the field/)
      .getByRole("button", { name: "Delete field" })
      .click();
    await ben.seesNo("the column", ben.page.getByRole("columnheader", { name: "industry" }));
    const deletion = ben.change(/Deleted Input industry/);
    await deletion.hover();
    await deletion.getByRole("button", { name: "Revert" }).click();
    await ben.sees("the column again", ben.page.getByRole("columnheader", { name: "industry" }));
    await ben.sees("its values again", ben.page.getByText("Trade").first());
  });

  test("7 carets, selections and typing are seen in a record's cell and in a field of the table", async () => {
    const caret = '[data-testid=remote-caret][data-name="Ana"]';
    const typing = '[data-testid=cell-flag][data-typing="true"]';
    await ana.page.getByRole("tab", { name: "Records" }).click();
    // Nobody holds this record, and Ben, who was at the last one, looks at it.
    await row(ben, "Person 299").getByText("Person 299").click();
    await ben.page.keyboard.press("ControlOrMeta+Home");
    const place = cell(ben, "Globex", "location");
    await cell(ana, "Globex", "location").dblclick();
    await ana.page.keyboard.type("Linz and Wels");
    await ben.sees("that she types", place.locator(typing));
    await ben.sees("her caret", place.locator(caret));
    expect(await colourOf(place.locator(caret))).toBe(
      await colourOf(ben.colleague("Ana").locator("[data-colour]")),
    );
    await ben.picture("tables-7-typing");
    await ben.seesNo("that she types, once she rests", place.locator(typing));
    await ana.page.keyboard.press("Enter");
    await ben.sees("what she typed", row(ben, "Globex").filter({ hasText: "Linz and Wels" }));
    await ben.seesNo("her caret", place.locator(caret));
    await cell(ana, "Globex", "location").dblclick();
    await ana.page.keyboard.press("ControlOrMeta+a");
    await ben.sees("what she has selected", place.getByTestId("remote-selection"));
    expect(await place.getByTestId("remote-selection").textContent()).toBe("Linz and Wels");
    await ben.picture("tables-7-selected");
    await ana.page.keyboard.press("Escape");
    await ben.seesNo("a selection", place.getByTestId("remote-selection"));

    for (const one of [ana, ben]) {
      await one.page.getByRole("tab", { name: "Fields" }).click();
      await one.tableField("location").click();
    }
    await ben.sees("Ana on the field", ben.tableField("location").locator('[data-name="Ana"]'));
    await ana.write("description", "where they are");
    await ben.sees("her caret in it", ben.panel().locator(caret));
    await ben.sees(
      "that she types",
      ben.panel().getByTestId("field-people").locator('[data-name="Ana"][data-typing="true"]'),
    );
    await ben.picture("tables-7-field");
    await until("it is saved", async () => (await ben.read("description")) === "where they are");
  });

  test("8 a file is taken back with all its rows", async () => {
    const intake = ben.change(/Imported 300 records from people\.csv/);
    await intake.hover();
    await intake.getByRole("button", { name: "Revert" }).click();
    for (const one of [ana, ben]) {
      await one.page.getByRole("tab", { name: "Records" }).click();
      await one.sees("none of them", count(one).filter({ hasText: /^2 records/ }));
    }
  });
});
