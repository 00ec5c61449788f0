// A person at a browser of their own: what they can see and do, by the names that a screen reader would say.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Browser, type Locator, type Page, chromium } from "playwright-core";

import type { Server, SignIn } from "./server.ts";
import { until } from "./until.ts";

const OUTPUT = resolve(import.meta.dirname, "../output");
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Pictures of an earlier run would only mislead; those of other specs begin with their name. */
export function forgetPictures(which: RegExp): void {
  mkdirSync(OUTPUT, { recursive: true });
  for (const name of readdirSync(OUTPUT)) if (which.test(name)) rmSync(join(OUTPUT, name));
}

export class Person {
  /** Uncaught errors of the page and what its content policy refused. */
  readonly errors: string[] = [];
  /** What the page wrote on its console, for the report of a failure. */
  readonly console: string[] = [];

  private constructor(
    readonly name: string,
    readonly signInWith: SignIn,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async arrive(name: string, signInWith: SignIn): Promise<Person> {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: ARGUMENTS,
    });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const person = new Person(name, signInWith, browser, page);
    page.on("pageerror", (error) => person.errors.push(`${name}: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      const line = `${name}: ${message.type()}: ${message.text()}`;
      person.console.push(line);
      if (/content security policy/i.test(message.text())) person.errors.push(line);
    });
    return person;
  }

  /** Somebody of the demo who has signed in and, if it is named, opened an object. */
  static async come(server: Server, name: string, object?: string, folder?: string): Promise<Person> {
    const person = await Person.arrive(name, server.signIn(name));
    await person.signIn(server.url);
    if (object !== undefined) await person.open(object, folder);
    return person;
  }

  /** The same person at another tab of the same browser. */
  async anotherTab(): Promise<Person> {
    const page = await this.page.context().newPage();
    page.setDefaultTimeout(10_000);
    const tab = new Person(this.name, this.signInWith, this.browser, page);
    page.on("pageerror", (error) => this.errors.push(`${this.name}: ${error.stack ?? error.message}`));
    return tab;
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }

  async picture(name: string): Promise<void> {
    mkdirSync(OUTPUT, { recursive: true });
    await this.page.screenshot({ path: join(OUTPUT, `${name}-${this.name.toLowerCase()}.png`) });
  }

  /** Waits until it can be seen; `what` says it for the report. */
  async sees(what: string, where: Locator, limitMs?: number): Promise<void> {
    await until(`${this.name} sees ${what}`, () => where.first().isVisible(), limitMs);
  }

  async seesNo(what: string, where: Locator): Promise<void> {
    await until(
      `${this.name} does not see ${what}`,
      async () => (await where.count()) === 0 || !(await where.first().isVisible()),
    );
  }

  /** Chooses from a menu, and waits until it is gone: it gives the focus back then, which closes what is opened meanwhile. */
  async choose(opener: Locator, entry: string | RegExp): Promise<void> {
    await opener.click();
    await this.page.getByRole("menuitem", { name: entry }).click();
    await this.seesNo("the menu", this.page.getByRole("menu"));
  }

  // -- signing in ---------------------------------------------------------------------------------------------------

  async signIn(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole("textbox", { name: "Email" }).fill(this.signInWith.email);
    await this.page.getByLabel("Password", { exact: true }).fill(this.signInWith.password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.sees("the workspace", this.tree());
  }

  async signInByCard(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole("button", { name: `Sign in as ${this.name}` }).click();
    await this.sees("the workspace", this.tree());
  }

  // -- places ---------------------------------------------------------------------------------------------------------

  tree(): Locator {
    return this.page.getByRole("navigation", { name: "Objects" });
  }

  /** Opens an object from the tree, unfolding its folder if it is folded. */
  async open(name: string, folder?: string): Promise<void> {
    const link = this.tree().getByRole("link", { name, exact: true });
    if (folder) {
      const fold = this.tree().getByRole("button", { name: folder }).first();
      await until(
        `${this.name} sees ${name} or its folder`,
        async () => (await link.isVisible()) || (await fold.isVisible()),
      );
      if (!(await link.isVisible())) await fold.click();
    }
    await link.click();
  }

  colleague(name: string): Locator {
    return this.page.locator(`[data-testid=people] [data-testid=person][data-name="${name}"]`);
  }

  colleagueOnObject(name: string): Locator {
    return this.page.getByTestId("object-people").locator(`[data-name="${name}"]`);
  }

  // -- the stack --------------------------------------------------------------------------------------------------------

  /** The step, or its id, that shows this text; the outermost that does. */
  async stepShowing(text: string): Promise<string> {
    const step = this.page.getByTestId("step").filter({ hasText: text }).first();
    return until(`${this.name} sees a step with ${text}`, () => step.getAttribute("data-item"));
  }

  step(item: string): Locator {
    return this.page.locator(`[data-testid=step][data-item="${item}"]`);
  }

  chip(item: string): Locator {
    return this.step(item).getByTestId("lock-chip");
  }

  onlooker(item: string, name: string): Locator {
    return this.step(item).locator(`[data-testid=onlooker][data-name="${name}"]`);
  }

  tableField(text: string): Locator {
    return this.page.getByTestId("field").filter({ hasText: text }).first();
  }

  async select(item: string): Promise<void> {
    await this.step(item).click({ position: { x: 24, y: 12 } });
    await this.sees("the step's panel", this.panel());
  }

  panel(): Locator {
    return this.page.getByRole("complementary", { name: "Step" });
  }

  field(name: string): Locator {
    return this.panel().getByRole("textbox", { name, exact: true });
  }

  async read(field: string): Promise<string> {
    return this.field(field).evaluate((box) =>
      "value" in box ? String(box.value) : (box.textContent ?? ""),
    );
  }

  /** Replaces what a field says, key by key, as a person would. */
  async write(field: string, text: string): Promise<void> {
    await this.field(field).click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** Types on where the caret is. */
  async typeOn(text: string): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+End");
    await this.page.keyboard.type(text);
  }

  /** Gives back what one holds: Escape, until no step says that one edits it. */
  async letGo(): Promise<void> {
    const mine = this.page
      .getByTestId("lock-chip")
      .filter({ hasText: new RegExp(`(${this.name} is|you are) editing`, "i") });
    await until(`${this.name} holds nothing`, async () => {
      await this.page.keyboard.press("Escape");
      return (await mine.count()) === 0;
    });
  }

  // -- colleagues -----------------------------------------------------------------------------------------------------

  collaboration(): Locator {
    return this.page.getByRole("region", { name: "Collaboration" });
  }

  async openCollaboration(): Promise<void> {
    if (!(await this.collaboration().isVisible()))
      await this.page.getByRole("button", { name: /here$/ }).click();
    await this.sees("the collaboration panel", this.collaboration());
  }

  async closeCollaboration(): Promise<void> {
    if (await this.collaboration().isVisible())
      await this.page.getByRole("button", { name: /here$/ }).click();
    await this.seesNo("the collaboration panel", this.collaboration());
  }

  member(name: string): Locator {
    return this.collaboration().getByTestId("member").filter({ hasText: name });
  }

  chatLine(text: string): Locator {
    return this.page.getByTestId("chat-line").filter({ hasText: text });
  }

  async say(text: string): Promise<void> {
    await this.openCollaboration();
    await this.collaboration().getByRole("textbox", { name: "Message" }).fill(text);
    await this.collaboration().getByRole("button", { name: "Send", exact: true }).click();
  }

  // -- notifications ----------------------------------------------------------------------------------------------------

  notification(text: string | RegExp): Locator {
    return this.page.getByTestId("notifications").getByTestId("notification").filter({ hasText: text });
  }

  async areNotificationsLowerLeft(): Promise<boolean> {
    const box = await this.page
      .getByTestId("notifications")
      .getByTestId("notification")
      .first()
      .boundingBox();
    const view = this.page.viewportSize();
    return (
      !!box && !!view && box.x + box.width / 2 < view.width / 2 && box.y + box.height / 2 > view.height / 2
    );
  }

  /** The one notice that somebody else holds the step, with the offer to ask. */
  lockNotice(): Locator {
    return this.notification(/.*/).filter({ has: this.page.getByRole("button", { name: "Request access" }) });
  }

  async request(note: string): Promise<void> {
    await this.lockNotice().first().getByRole("button", { name: "Request access" }).click();
    await this.page.getByRole("textbox", { name: "Note" }).fill(note);
    await this.page.getByRole("button", { name: "Send request" }).click();
  }

  place(): Locator {
    return this.page.getByTestId("queue-place");
  }

  connection(): Locator {
    return this.page.getByTestId("connection");
  }

  // -- changes and publishing ---------------------------------------------------------------------------------------------

  drawer(): Locator {
    return this.page.getByTestId("changes");
  }

  async openChanges(): Promise<void> {
    if (!(await this.drawer().isVisible())) {
      await this.page
        .getByRole("button", { name: /^(\d+ )?changes?( ?\(?\d+\)?)?$/i })
        .first()
        .click();
    }
    await this.sees("the changes drawer", this.drawer());
  }

  change(text: string | RegExp): Locator {
    return this.drawer().getByTestId("change").filter({ hasText: text });
  }

  /** Says yes as often as it is asked, until it is done. */
  async confirmUntil(what: string, done: () => Promise<boolean>): Promise<void> {
    const yes = this.page
      .getByRole("alertdialog")
      .or(this.page.getByRole("dialog"))
      .getByRole("button", { name: /^revert( anyway)?$/i })
      .and(this.page.locator(":not([data-testid=change] *)"));
    await until(what, async () => {
      if (await done()) return true;
      if (await yes.last().isVisible()) await yes.last().click();
      return false;
    });
  }

  async publish(description: string): Promise<void> {
    await this.page.getByRole("button", { name: /^Publish(…|\.\.\.)$/ }).click();
    const dialog = this.page.getByRole("dialog", { name: "Publish" });
    await dialog.getByRole("textbox", { name: "Description" }).fill(description);
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await this.seesNo("the publish dialog", dialog);
  }
}
