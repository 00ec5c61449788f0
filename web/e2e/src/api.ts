// What a second witness says: the state as the HTTP API tells it, apart from any browser.

import type { SignIn } from "./server.ts";
import { until } from "./until.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Row = { [key: string]: Json };

const paths = {
  signIn: "/api/v1/auth/sign-in",
  workspaces: "/api/v1/workspaces",
  objects: (workspace: string) => `/api/v1/workspaces/${workspace}/objects`,
  object: (workspace: string, object: string) => `/api/v1/workspaces/${workspace}/objects/${object}`,
  changes: (workspace: string, object: string) => `/api/v1/workspaces/${workspace}/objects/${object}/changes`,
  versions: (workspace: string, object: string) =>
    `/api/v1/workspaces/${workspace}/objects/${object}/versions`,
  locks: (workspace: string) => `/api/v1/workspaces/${workspace}/locks`,
  parked: (workspace: string) => `/api/v1/workspaces/${workspace}/parked`,
};

export interface LockSeen {
  session: string;
  /** Fences grow; the parts are compared in order. */
  fence: number[];
}

export class Api {
  private token = "";

  private constructor(
    private readonly url: () => string,
    private readonly who: SignIn,
    private workspace: string,
  ) {}

  static async signIn(url: () => string, who: SignIn): Promise<Api> {
    const api = new Api(url, who, "");
    const [workspace] = rows(await api.get(paths.workspaces));
    if (!workspace) throw new Error(`${who.email} is in no workspace`);
    api.workspace = text(workspace, "id");
    return api;
  }

  /** Ids of all objects by name. */
  async objects(): Promise<Map<string, string>> {
    const found = rows(await this.get(paths.objects(this.workspace)));
    return new Map(found.map((row) => [text(row, "name"), text(row, "id")]));
  }

  async objectNamed(name: string): Promise<string> {
    const objects = await this.objects();
    for (const [known, id] of objects) {
      if (known === name || known.endsWith(`/${name}`)) return id;
    }
    throw new Error(`no object ${name} among ${[...objects.keys()].join(", ")}`);
  }

  /** The saved object, as text to look for words in; quotes as people typed them. */
  async saved(object: string): Promise<string> {
    return words(await this.get(paths.object(this.workspace, object)));
  }

  async parked(): Promise<string> {
    return words(await this.get(paths.parked(this.workspace)));
  }

  async versions(object: string): Promise<string> {
    return words(await this.get(paths.versions(this.workspace, object)));
  }

  /** The changes of an object: each with its id and all that is said of it. */
  async changes(object: string): Promise<Map<string, string>> {
    const found = rows(await this.get(paths.changes(this.workspace, object)));
    return new Map(found.map((row) => [text(row, "id"), JSON.stringify(row)]));
  }

  /** The lock on an item, if somebody holds it. */
  async lockOn(item: string): Promise<LockSeen | undefined> {
    const found = rows(await this.get(paths.locks(this.workspace))).find((row) =>
      JSON.stringify(row).includes(item),
    );
    return found && { session: text(found, "session", "session_id", "holder"), fence: fence(found.fence) };
  }

  async untilSaved(object: string, said: string): Promise<void> {
    await until(`"${said}" is saved`, async () => (await this.saved(object)).includes(said));
  }

  private async get(path: string): Promise<Json> {
    if (!this.token) await this.renew();
    let answer = await this.ask(path);
    if (answer.status === 401) {
      await this.renew();
      answer = await this.ask(path);
    }
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Json;
  }

  private ask(path: string): Promise<Response> {
    return fetch(this.url() + path, { headers: { authorization: `Bearer ${this.token}` } });
  }

  private async renew(): Promise<void> {
    const answer = await fetch(this.url() + paths.signIn, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.url() },
      body: JSON.stringify(this.who),
    });
    if (!answer.ok) throw new Error(`sign-in of ${this.who.email}: ${answer.status} ${await answer.text()}`);
    this.token = text((await answer.json()) as Row, "access_token", "accessToken", "token");
  }
}

/** Has the second fence been given out after the first? */
export function isLater(first: number[], second: number[]): boolean {
  for (const [index, part] of second.entries()) {
    const before = first[index] ?? 0;
    if (part !== before) return part > before;
  }
  return false;
}

/** A list, or the list inside a page: `{items: […], next: …}`. */
function rows(body: Json): Row[] {
  const list = Array.isArray(body)
    ? body
    : body && typeof body === "object"
      ? Object.values(body).find((part) => Array.isArray(part))
      : undefined;
  if (!Array.isArray(list)) throw new Error(`no list in ${JSON.stringify(body)}`);
  return list as Row[];
}

function text(row: Row, ...keys: string[]): string {
  for (const key of keys) {
    const value = row[key];
    if (typeof value === "string") return value;
    if (value && typeof value === "object" && !Array.isArray(value) && typeof value.session === "string") {
      return value.session;
    }
  }
  throw new Error(`none of ${keys.join(", ")} in ${JSON.stringify(row)}`);
}

/** `7`, `"3.7"`, `[3, 7]` and `{epoch: 3, counter: 7}` are all fences. */
function fence(value: Json | undefined): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "string")
    return value
      .split(/[^0-9]+/)
      .filter(Boolean)
      .map(Number);
  if (Array.isArray(value)) return value.map(Number);
  if (value && typeof value === "object") return [Number(value.epoch), Number(value.counter)];
  throw new Error(`no fence: ${JSON.stringify(value)}`);
}

/** Every string in a body, one a line. */
function words(body: Json): string {
  if (typeof body === "string") return body;
  if (body === null || typeof body !== "object") return String(body);
  return Object.values(body).map(words).join("\n");
}
