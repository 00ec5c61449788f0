import type { Environment } from "./environment.ts";
import type { ResumeDoc, WelcomeDoc } from "./protocol.ts";

/**
 * Who this tab is: session id and resume secret in the tab's storage, where a reload finds them; the page's instance only
 * in memory, so that a duplicated tab is another one.
 */
export class Identity {
  /** The loaded page. */
  readonly instance: string;
  readonly #storage: Environment["tabStorage"];
  readonly #key: string;

  constructor(environment: Pick<Environment, "tabStorage" | "uuid">, workspace: string) {
    this.instance = environment.uuid();
    this.#storage = environment.tabStorage;
    this.#key = `baton:session:${workspace}`;
  }

  /** The claim to the session that this tab had. */
  claim(): Pick<ResumeDoc, "session" | "secret"> | null {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key) ?? "null") as Partial<ResumeDoc> | null;
      if (typeof kept?.session !== "string" || typeof kept.secret !== "string") return null;
      return { session: kept.session, secret: kept.secret };
    } catch {
      return null;
    }
  }

  /** Keeps the session that a welcome gave; an old one keeps its own secret. */
  keep(welcome: WelcomeDoc): void {
    if (welcome.secret === undefined) return;
    this.#storage.setItem(this.#key, JSON.stringify({ session: welcome.session, secret: welcome.secret }));
  }

  /** The session was left: a reload starts another one. */
  forget(): void {
    this.#storage.removeItem(this.#key);
  }
}
