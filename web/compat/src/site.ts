// A Baton server with its demo workspace, and the calls of Baton's own API that the tests need beside the foreign clients.

import { Server } from "../../e2e/src/server.ts";

export { until } from "../../e2e/src/until.ts";

export interface Person {
  id: string;
  email: string;
  password: string;
  token: string;
}

export interface Answered {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of many shapes, looked into by the tests
  body: any;
}

export class Site {
  workspace = "";
  readonly people = new Map<string, Person>();

  private constructor(readonly server: Server) {}

  static async start(): Promise<Site> {
    // Many signs-in from one address are what tests do.
    const rates = ["address", "account", "calls", "keys"].flatMap((what) => [`--rate-${what}`, "100000"]);
    const site = new Site(await Server.start("demo", ...rates));
    for (const name of ["ana", "ben", "cleo"]) await site.signIn(name);
    const me = await site.api("GET", "/me");
    site.workspace = me.body.workspaces[0].id;
    return site;
  }

  async signIn(name: string): Promise<Person> {
    const { email, password } = this.server.signIn(name);
    const signed = await this.call(undefined, "POST", "/auth/sign-in", { email, password });
    const person = { id: signed.body.user.id, email, password, token: signed.body.access_token };
    this.people.set(name, person);
    return person;
  }

  person(name: string): Person {
    const person = this.people.get(name);
    if (!person) throw new Error(`nobody is called ${name}`);
    return person;
  }

  /** A call of Baton's own API as Ana, below her workspace if the path does not begin with a slash. */
  api(method: string, path: string, body?: unknown) {
    return this.call(this.person("ana").token, method, this.at(path), body);
  }

  at(path: string): string {
    return path.startsWith("/") ? path : `/workspaces/${this.workspace}/${path}`;
  }

  async call(token: string | undefined, method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await fetch(`${this.server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }

  async key(scopes: string[]): Promise<string> {
    const made = await this.api("POST", "keys", { name: "tests", scopes });
    if (made.status !== 201) throw new Error(`no key: ${JSON.stringify(made.body)}`);
    return made.body.key;
  }

  dispose(): Promise<void> {
    return this.server.dispose();
  }
}
