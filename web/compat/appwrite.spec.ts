// The published `appwrite` and `node-appwrite`, unmodified, against a Baton server.

import { Account, Channel, Client, ID, Permission, Presences, Query, Realtime, Role } from "appwrite";
import { Client as NodeClient, Presences as NodePresences } from "node-appwrite";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Site, until } from "./src/site.ts";
import { WebSocket } from "./src/sockets.ts";

interface Heard {
  events: string[];
  channels: string[];
  timestamp: string;
  payload: { $id: string; status: string; source: string; userId: string; expiresAt: string };
  subscriptions: string[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- other people's frames, looked into by the tests
type Frame = any;

let site: Site;
/** Realtime connections of the tests, to be closed after each. */
const open: Realtime[] = [];
/** Raw sockets of the tests' own. */
const raw: WebSocket[] = [];

beforeAll(async () => {
  site = await Site.start();
  // What the browser's client expects of a browser.
  Object.assign(globalThis, { WebSocket, window: globalThis });
}, 120_000);

afterEach(async () => {
  // One that is disconnected already never says so again.
  for (const realtime of open.splice(0)) void realtime.disconnect();
  for (const socket of raw.splice(0)) socket.terminate();
  for (const name of ["ana", "ben", "cleo"]) {
    const { client } = await web(name);
    const presences = new Presences(client);
    for (const one of (await presences.list()).presences)
      if (one.userId === site.person(name).id) await presences.delete({ presenceId: one.$id });
  }
});

afterAll(() => site?.dispose());

const endpoint = () => `${site.server.url}/v1`;
const users = [Permission.read(Role.users())];

function fetched(method: string, path: string, headers: Record<string, string> = {}, body?: unknown) {
  return fetch(`${endpoint()}${path}`, {
    method,
    headers: { "content-type": "application/json", "x-appwrite-project": site.workspace, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** A browser's client of somebody, signed in with address and password. */
async function web(name: string) {
  const { email, password } = site.person(name);
  const answer = await fetched("POST", "/account/sessions/email", {}, { email, password });
  expect(answer.status).toBe(201);
  const fallback = JSON.parse(answer.headers.get("x-fallback-cookies")!) as Record<string, string>;
  const session = fallback[`a_session_${site.workspace}`]!;
  const client = new Client().setEndpoint(endpoint()).setProject(site.workspace).setSession(session);
  const realtime = new Realtime(client);
  open.push(realtime);
  return {
    ...{ client, session, realtime, answer, fallback },
    presences: new Presences(client),
    account: new Account(client),
  };
}

async function server(scopes: string[]) {
  const client = new NodeClient().setEndpoint(endpoint()).setProject(site.workspace);
  client.setKey(await site.key(scopes));
  return new NodePresences(client);
}

/** Status and type of a refusal. */
async function refused(call: Promise<unknown>): Promise<[number, string]> {
  const error = await call.then(
    () => ({ code: 200, type: "went well" }),
    (thrown: { code: number; type: string }) => thrown,
  );
  return [error.code, error.type];
}

/** All that a realtime hears of a channel. */
async function listens(realtime: Realtime, channel: string | { toString(): string }, queries: string[] = []) {
  const heard: Heard[] = [];
  await realtime.subscribe(channel as string, (event) => void heard.push(event as unknown as Heard), queries);
  return heard;
}

/** The client does not tell when a subscription is live: one's own record says so. */
async function isLive({ presences }: { presences: Presences }, heard: readonly Heard[]): Promise<void> {
  await until("the subscription is live", async () => {
    await presences.upsert({ presenceId: ID.unique(), status: "is it live?" });
    return heard.length > 0;
  });
}

/** A socket of ours that speaks the same wire. */
async function socket(query: string, headers: Record<string, string> = {}) {
  const { host } = new URL(site.server.url);
  const one = new WebSocket(`ws://${host}/v1/realtime?${query}`, { headers });
  raw.push(one);
  const heard: Frame[] = [];
  const closed = new Promise<number>((resolve) => one.once("close", resolve));
  one.on("message", (data) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => {
    one.once("open", resolve);
    one.once("error", reject);
  });
  await until("the first frame", () => heard.length > 0);
  const say = (frame: unknown) => one.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  const answer = async (frame: unknown): Promise<Frame> => {
    const before = heard.length;
    say(frame);
    await until("an answer", () => heard.length > before);
    return heard.at(-1);
  };
  return { socket: one, heard, closed, say, answer };
}

const project = () => `project=${site.workspace}`;
const names = (heard: readonly Heard[]) => heard.map((one) => one.events[0]!.split(".").at(-1));

describe("accounts", () => {
  test("an account is read by session and by JWT, and a JWT ends with its session", async () => {
    const ana = await web("ana");
    expect((await ana.account.get()).$id).toBe(site.person("ana").id);
    const { jwt } = await ana.account.createJWT();
    const other = new Client().setEndpoint(endpoint()).setProject(site.workspace).setJWT(jwt);
    expect((await new Account(other).get()).email).toContain("ana@");
    expect(await refused(new Account(other).createJWT())).toEqual([403, "user_jwt_creation_denied"]);
    const both = { "x-appwrite-jwt": jwt, "x-appwrite-session": ana.session };
    expect((await (await fetched("GET", "/account", both)).json()).type).toBe("user_jwt_and_cookie_set");
    const keyed = { "x-appwrite-key": "k", "x-appwrite-session": ana.session };
    expect((await (await fetched("GET", "/account", keyed)).json()).type).toBe(
      "user_api_key_and_session_set",
    );
    await ana.account.deleteSession({ sessionId: "current" });
    expect(await refused(ana.account.get())).toEqual([401, "general_unauthorized_scope"]);
    expect(await refused(new Account(other).get())).toEqual([401, "user_jwt_invalid"]);
    const nowhere = new Client().setEndpoint(endpoint()).setProject("nowhere");
    expect(await refused(new Account(nowhere).get())).toEqual([404, "project_not_found"]);
  });

  test("a session comes as a cookie and as a header for pages elsewhere; the wrong password is told apart", async () => {
    const ana = await web("ana");
    const cookie = ana.answer.headers.get("set-cookie")!;
    expect(cookie).toContain(`a_session_${site.workspace}=${ana.session}`);
    expect(cookie).toContain("HttpOnly");
    for (const headers of [
      { cookie: `a_session_${site.workspace}=${ana.session}` },
      { cookie: `a_session_${site.workspace}_legacy=${ana.session}` },
      { "x-fallback-cookies": JSON.stringify(ana.fallback) },
    ] as Record<string, string>[])
      expect((await fetched("GET", "/account", headers)).status).toBe(200);
    const { email } = site.person("ana");
    const wrong = await fetched("POST", "/account/sessions/email", {}, { email, password: "wrong-password" });
    expect(await wrong.json()).toMatchObject({ code: 401, type: "user_invalid_credentials" });
  });

  test("pages of the same origin get CORS headers with credentials, also on errors; others are refused", async () => {
    const origin = site.server.url;
    const preflight = await fetch(`${endpoint()}/presences`, { method: "OPTIONS", headers: { origin } });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    const failed = await fetched("GET", "/presences", { origin });
    expect([failed.status, failed.headers.get("access-control-allow-credentials")]).toEqual([401, "true"]);
    const foreign = await fetched("GET", "/presences", { origin: "https://elsewhere.example" });
    expect(await foreign.json()).toMatchObject({ code: 403, type: "general_unknown_origin" });
  });
});

describe("presences over HTTP", () => {
  test("are one of a user, owned by it, and read by whom the list names", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    const made = await ana.presences.upsert({
      presenceId: "ana-1",
      status: "online",
      metadata: { at: { x: 1, y: {} } },
    });
    expect(made).toMatchObject({
      ...{ $id: "ana-1", status: "online", source: "rest" },
      userId: site.person("ana").id,
    });
    expect(JSON.parse(JSON.stringify(made.metadata))).toEqual({ at: { x: 1, y: {} } });
    expect(made.$permissions).toHaveLength(4);
    expect(Object.keys(made)).toHaveLength(9);
    expect(made.$createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    const left = Date.parse(made.expiresAt!) - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThan(15 * 60_000 + 1_000);
    const again = await ana.presences.upsert({ presenceId: "another", status: "busy" });
    expect([again.$id, again.$createdAt, again.status]).toEqual(["ana-1", made.$createdAt, "busy"]);
    expect(JSON.stringify(again.metadata)).toBe("{}");
    expect(await refused(ben.presences.get({ presenceId: "ana-1" }))).toEqual([404, "presence_not_found"]);
    expect(await refused(ben.presences.delete({ presenceId: "ana-1" }))).toEqual([404, "presence_not_found"]);
    const shown = await ana.presences.update({ presenceId: "ana-1", permissions: users });
    expect(shown.$permissions).toEqual(['read("users")']);
    expect([shown.status, shown.expiresAt]).toEqual([again.status, again.expiresAt]);
    expect((await ben.presences.get({ presenceId: "ana-1" })).status).toBe("busy");
    const elses = [Permission.read(Role.user("else"))];
    for (const call of [
      () => ben.presences.update({ presenceId: "ana-1", status: "x" }),
      () => ben.presences.delete({ presenceId: "ana-1" }),
      () => ben.presences.upsert({ presenceId: "b", status: "x", permissions: elses }),
    ])
      expect(await refused(call())).toEqual([401, "user_unauthorized"]);
    expect(await refused(ben.presences.upsert({ presenceId: "ana-1", status: "x" }))).toEqual([
      409,
      "presence_already_exists",
    ]);
    expect((await ben.presences.get({ presenceId: "ana-1" })).userId).toBe(site.person("ana").id);
    // The owner's next heartbeat goes through, whatever the list says.
    await ana.presences.upsert({ presenceId: "ana-1", status: "online" });
    await ana.presences.delete({ presenceId: "ana-1" });
    expect(await refused(ana.presences.get({ presenceId: "ana-1" }))).toEqual([404, "presence_not_found"]);
  });

  test("are refused to guests, and where a parameter is not valid", async () => {
    const ana = await web("ana");
    await ana.presences.upsert({
      ...{ presenceId: "open", status: "x" },
      permissions: [Permission.read(Role.any())],
    });
    const guest = new Presences(new Client().setEndpoint(endpoint()).setProject(site.workspace));
    for (const call of [
      () => guest.get({ presenceId: "open" }),
      () => guest.list(),
      () => guest.delete({ presenceId: "open" }),
    ])
      expect(await refused(call())).toEqual([401, "general_unauthorized_scope"]);
    const session = { "x-appwrite-session": ana.session };
    const put = async (body: unknown, id = "open") => {
      const answer = await fetched("PUT", `/presences/${id}`, session, body);
      return [answer.status, ((await answer.json()) as { type?: string }).type];
    };
    const invalid = [400, "general_argument_invalid"];
    expect((await put({ status: "🦊".repeat(256) }))[0]).toBe(200);
    for (const body of [
      ...[{}, { status: "" }, { status: 7 }, { status: "🦊".repeat(257) }, "[]", "{", "7"],
      { status: "x", metadata: "text" },
      { status: "x", metadata: [1] },
      { status: "x", permissions: ['create("any")'] },
      { status: "x", permissions: ["read(any)"] },
      { status: "x", permissions: Array.from({ length: 101 }, () => 'read("any")') },
      { status: "x", expiresAt: "soon" },
      { status: "x", expiresAt: new Date(Date.now() - 1_000).toISOString() },
      { status: "x", expiresAt: new Date(Date.now() + 31 * 86_400_000).toISOString() },
    ])
      expect(await put(body), JSON.stringify(body).slice(0, 80)).toEqual(invalid);
    for (const id of ["-x", "a%20b", "x".repeat(37), "unique()"])
      expect(await put({ status: "x" }, id), id).toEqual(invalid);
    const large = { status: "x", metadata: { text: "x".repeat(65_535) } };
    expect(await put(large)).toEqual([400, "document_invalid_structure"]);
    expect(await put({ status: "x", userId: site.person("ben").id })).toEqual([
      401,
      "general_unauthorized_scope",
    ]);
    expect((await fetched("GET", "/nowhere", session)).status).toBe(404);
  });

  test("are listed with queries, by a key too", async () => {
    const keyed = await server(["presences.read", "presences.write"]);
    for (const name of ["ana", "ben", "cleo"])
      await keyed.upsert({
        ...{ presenceId: name, userId: site.person(name).id, status: name },
        permissions: ['read("any")'],
      });
    const ana = await web("ana");
    const listed = async (...queries: string[]) => {
      const page = await ana.presences.list({ queries });
      return page.presences.map((one) => one.$id);
    };
    const all = await ana.presences.list();
    expect([all.total, all.presences.map((one) => one.$id)]).toEqual([3, ["ana", "ben", "cleo"]]);
    expect((await ana.presences.list({ queries: [], total: false })).total).toBe(0);
    expect(await listed(Query.orderDesc("status"), Query.limit(1), Query.cursorAfter("cleo"))).toEqual([
      "ben",
    ]);
    expect(await listed(Query.orderAsc("status"), Query.limit(1), Query.cursorBefore("cleo"))).toEqual([
      "ben",
    ]);
    expect(await listed(Query.limit(1), Query.offset(1))).toEqual(["ben"]);
    expect(await listed(Query.notEqual("status", "ben"))).toEqual(["ana", "cleo"]);
    expect(await listed(Query.equal("userId", [site.person("ben").id]))).toEqual(["ben"]);
    expect(await listed(Query.contains("status", ["le"]))).toEqual(["cleo"]);
    expect(await listed(Query.greaterThan("expiresAt", new Date().toISOString()))).toHaveLength(3);
    expect(await listed(Query.createdBefore("2020-01-01T00:00:00.000+00:00"))).toEqual([]);
    expect(await listed(Query.isNull("status"))).toEqual([]);
    expect((await listed(Query.orderRandom())).sort()).toEqual(["ana", "ben", "cleo"]);
    const either = Query.or([Query.equal("status", ["ana"]), Query.startsWith("status", "cl")]);
    expect((await keyed.list({ queries: [either] })).presences.map((one) => one.status)).toEqual([
      "ana",
      "cleo",
    ]);
    for (const query of [
      Query.equal("metadata", "x"),
      Query.select(["status"]),
      Query.search("status", "x"),
      Query.limit(0),
      "{",
      '{"method":"equal","attribute":"status","values":[]}',
      JSON.stringify({ method: "equal", attribute: "status", values: Array(501).fill("x") }),
    ])
      expect(await refused(ana.presences.list({ queries: [query] })), query.slice(0, 60)).toEqual([
        400,
        "general_argument_invalid",
      ]);
    expect(await refused(ana.presences.list({ queries: [Query.cursorAfter("none")] }))).toEqual([
      400,
      "general_cursor_not_found",
    ]);
  });

  test("need a key's scopes, and its users", async () => {
    const keyed = await server(["presences.read", "presences.write"]);
    const id = site.person("ana").id;
    const weak = await server(["presences.read"]);
    expect(await refused(weak.upsert({ presenceId: "x", userId: id, status: "x" }))).toEqual([
      401,
      "general_unauthorized_scope",
    ]);
    expect(await refused(keyed.upsert({ presenceId: "x", userId: "nobody", status: "x" }))).toEqual([
      404,
      "user_not_found",
    ]);
    await keyed.upsert({ presenceId: "k", userId: id, status: "by a key" });
    expect(await (await web("ana")).presences.get({ presenceId: "k" })).toMatchObject({ status: "by a key" });
    // Ownership moves, and with it the permissions that nobody gave.
    const moved = await keyed.update({ presenceId: "k", userId: site.person("ben").id });
    expect(moved.userId).toBe(site.person("ben").id);
    expect(await refused((await web("ana")).presences.get({ presenceId: "k" }))).toEqual([
      404,
      "presence_not_found",
    ]);
    await keyed.upsert({ presenceId: "a", userId: id, status: "another" });
    expect(await refused(keyed.update({ presenceId: "a", userId: site.person("ben").id }))).toEqual([
      409,
      "presence_already_exists",
    ]);
    const bad = new NodeClient().setEndpoint(endpoint()).setProject(site.workspace).setKey("no-key");
    expect(await refused(new NodePresences(bad).list())).toEqual([401, "general_unauthorized_scope"]);
  });

  test("may come from a list that was kept, until something is deleted or purged", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    await ana.presences.upsert({ presenceId: "a", status: "one", permissions: users });
    const list = async (session: string) => {
      const answer = await fetched("GET", "/presences?ttl=60", { "x-appwrite-session": session });
      const { presences } = (await answer.json()) as { presences: { status: string }[] };
      return [answer.headers.get("x-appwrite-cache"), ...presences.map((one) => one.status)];
    };
    expect(await list(ana.session)).toEqual(["miss", "one"]);
    expect(await list(ana.session)).toEqual(["hit", "one"]);
    expect(await list(ben.session)).toEqual(["miss", "one"]);
    await ana.presences.upsert({ presenceId: "a", status: "two", permissions: users });
    expect(await list(ana.session)).toEqual(["hit", "one"]);
    await ana.presences.update({ presenceId: "a", purge: true });
    expect(await list(ana.session)).toEqual(["miss", "two"]);
    await ana.presences.delete({ presenceId: "a" });
    expect(await list(ana.session)).toEqual(["miss"]);
  });

  test("are there after the server was killed, and end when their time is over", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    await ana.presences.upsert({ presenceId: "a", status: "kept", permissions: users });
    await ben.presences.upsert({
      ...{ presenceId: "b", status: "short" },
      expiresAt: new Date(Date.now() + 1_200).toISOString(),
    });
    await site.server.kill9();
    await site.server.restart();
    expect((await ben.presences.get({ presenceId: "a" })).status).toBe("kept");
    await until(
      "what is over is gone",
      async () => (await refused(ben.presences.get({ presenceId: "b" })))[0] === 404,
    );
  });
});

describe("presences over the socket", () => {
  test("events have all their parts, reach who may read, and narrow", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    const all = await listens(ben.realtime, Channel.presences());
    const deleted = await listens(ben.realtime, Channel.presence("a").delete());
    const busy = await listens(ben.realtime, Channel.presences(), [Query.equal("status", ["busy"])]);
    // The client tells neither when its subscription is live nor of the answer to it.
    const guest = await socket(project());
    await guest.answer({ type: "subscribe", data: [{ channels: ["presences"] }] });
    await until("ben hears", async () => {
      await ana.presences.upsert({ presenceId: "a", status: "here", permissions: users });
      return all.length > 0;
    });
    const [first] = all;
    expect(first).toMatchObject({
      events: ["presences.a.upsert", "presences.*.upsert", "presences.a", "presences.*"],
      channels: ["presences", "presences.a", "presences.upsert", "presences.a.upsert"],
      payload: { $id: "a", status: "here", source: "rest", userId: site.person("ana").id },
    });
    expect(first!.timestamp).toMatch(/\+00:00$/);
    await ana.presences.update({ presenceId: "a", status: "busy" });
    await until("the update, in the narrowed subscription too", () => busy.length > 0);
    expect(names(all).at(-1)).toBe("update");
    // From now on it is not for ben: he is told nothing of it, not even that.
    const before = all.length;
    await ana.presences.upsert({ presenceId: "a", status: "private" });
    await ana.presences.delete({ presenceId: "a" });
    // What everybody may read, a guest hears too.
    await ana.presences.upsert({
      presenceId: "a",
      status: "open",
      permissions: [Permission.read(Role.any())],
    });
    await until("the open one", () => all.at(-1)!.payload.status === "open");
    expect(all.length).toBe(before + 1);
    await until("the guest hears it", () => guest.heard.at(-1)?.type === "event");
    expect(guest.heard.filter((one) => one.type === "event")).toHaveLength(1);
    expect(deleted).toHaveLength(0);
    await ana.presences.delete({ presenceId: "a" });
    await until("the end", () => deleted.length === 1);
    expect(names(all).at(-1)).toBe("delete");
    expect(busy).toHaveLength(1);
  });

  test("an end by time is told once, and not before it", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    const heard = await listens(ben.realtime, Channel.presences());
    await until("ben hears", async () => {
      await ana.presences.upsert({ presenceId: "a", status: "x", permissions: users });
      return heard.length > 0;
    });
    const at = Date.now() + 1_500;
    await ana.presences.update({ presenceId: "a", expiresAt: new Date(at).toISOString() });
    await until("the end", () => names(heard).includes("delete"));
    expect(Date.now()).toBeGreaterThanOrEqual(at);
    expect(Date.now()).toBeLessThan(at + 5_000);
    await ben.presences.upsert({ presenceId: "b", status: "later", permissions: users });
    await until("something later", () => heard.at(-1)!.payload.$id === "b");
    expect(names(heard).filter((name) => name === "delete")).toHaveLength(1);
  });

  test("a record ends with the socket that wrote it, one over HTTP does not", async () => {
    const [ana, ben, cleo] = [await web("ana"), await web("ben"), await web("cleo")];
    const heard = await listens(ben.realtime, Channel.presences());
    await isLive(ben, heard);
    await ana.realtime.upsertPresence({ presenceId: ID.unique(), status: "here", permissions: users });
    await cleo.presences.upsert({ presenceId: "c", status: "stays", permissions: users });
    await until("both are heard of", () => new Set(heard.map((one) => one.payload.userId)).size === 3);
    const bound = heard.find((one) => one.payload.userId === site.person("ana").id)!;
    expect(bound.payload.source).toBe("realtime");
    const days = (Date.parse(bound.payload.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    await listens(cleo.realtime, Channel.presences());
    await cleo.realtime.disconnect();
    await ana.realtime.disconnect();
    await until("the record ends with its socket", () => names(heard).includes("delete"));
    expect(names(heard).filter((name) => name === "delete")).toHaveLength(1);
    expect((await ben.presences.get({ presenceId: "c" })).status).toBe("stays");
  });

  test("the client comes back by itself after a restart: subscriptions and presence are there again", async () => {
    const [ana, ben] = [await web("ana"), await web("ben")];
    const heard = await listens(ben.realtime, Channel.presences());
    await isLive(ben, heard);
    await ana.realtime.upsertPresence({ presenceId: "a", status: "here", permissions: users });
    await until("ben hears", () => heard.some((one) => one.payload.$id === "a"));
    const first = await ben.presences.get({ presenceId: "a" });
    await site.server.kill9();
    await site.server.restart();
    const before = heard.length;
    // Ana's client writes its record again when it is back; ben hears it over a subscription that came back, too.
    await until(
      "both are back",
      async () => {
        await ben.presences.upsert({ presenceId: "b", status: "again", permissions: users });
        return heard.slice(before).some((one) => one.payload.status === "again");
      },
      30_000,
    );
    await until("it was written again, over the new socket", async () => {
      const one = await ben.presences.get({ presenceId: "a" });
      return one.source === "realtime" && one.$updatedAt !== first.$updatedAt;
    });
    await ana.realtime.disconnect();
    await until("and ends with it", () => {
      const own = heard.filter((one) => one.payload.$id === "a");
      return names(own).at(-1) === "delete";
    });
  });

  test("frames that come back to back are taken in their order", async () => {
    const ana = await web("ana");
    const one = await socket(project());
    expect(one.heard[0]).toEqual({
      type: "connected",
      data: { channels: [], subscriptions: [], user: null },
    });
    one.say({ type: "authentication", data: { session: ana.session } });
    one.say({ type: "subscribe", data: [{ subscriptionId: "s1", channels: ["presences"], queries: [] }] });
    one.say({ type: "presence", data: { status: "here", presenceId: "mine", metadata: { a: 1 } } });
    await until("all answers", () => one.heard.length >= 5);
    const told = one.heard.slice(1).map((frame) => frame.data.to ?? frame.type);
    expect(told.slice(0, 2)).toEqual(["authentication", "subscribe"]);
    expect([...told.slice(2)].sort()).toEqual(["event", "presence"]);
    expect(one.heard[1].data.user.$id).toBe(site.person("ana").id);
    expect(one.heard[2].data.subscriptions).toEqual([
      { subscriptionId: "s1", channels: ["presences"], queries: [] },
    ]);
    const event = one.heard.find((frame) => frame.type === "event");
    expect(event.data.subscriptions).toEqual(["s1"]);
    // Without metadata what was there stays, unlike over HTTP.
    one.say({ type: "presence", data: { status: "still here" } });
    await until("the second", () => one.heard.some((frame) => frame.data.presence?.status === "still here"));
    const second = one.heard.find((frame) => frame.data.presence?.status === "still here");
    expect(second.data.presence).toMatchObject({ $id: "mine", metadata: { a: 1 } });
    const gone = await one.answer({
      ...{ type: "unsubscribe" },
      data: [{ subscriptionId: "s1" }, { subscriptionId: "none" }],
    });
    expect(gone.data.subscriptions).toEqual([
      { subscriptionId: "s1", removed: true },
      { subscriptionId: "none", removed: false },
    ]);
    expect(await one.answer({ type: "ping" })).toEqual({ type: "pong" });
    // A session in the cookie or a JWT in the address needs no authentication.
    const { jwt } = await ana.account.createJWT();
    const other = await socket(`${project()}&jwt=${jwt}`);
    expect(other.heard[0].data.user.$id).toBe(site.person("ana").id);
    const cookie = await socket(project(), { cookie: `a_session_${site.workspace}=${ana.session}` });
    expect(cookie.heard[0].data.user.email).toContain("ana@");
  });

  test("two sockets of one user share a record: the one that wrote last has it", async () => {
    const ana = await web("ana");
    const [one, two] = [await socket(project()), await socket(project())];
    for (const each of [one, two]) {
      await each.answer({ type: "authentication", data: { session: ana.session } });
      await each.answer({ type: "presence", data: { status: "here", presenceId: "p" } });
    }
    one.socket.close(1000);
    await one.closed;
    expect((await ana.presences.get({ presenceId: "p" })).status).toBe("here");
    two.socket.close(1000);
    await until("it ends", async () => (await refused(ana.presences.get({ presenceId: "p" })))[0] === 404);
  });

  test("rubbish is answered with its number and hurts nobody; only 1008 turns a client away", async () => {
    const ana = await web("ana");
    const one = await socket(project());
    const code = async (frame: unknown) => (await one.answer(frame)).data.code as number;
    for (const frame of [
      ...["{", "[]", "7", "null", '"x"', "{}", { type: 7 }, { type: "dance" }],
      ...[{ type: "subscribe" }, { type: "subscribe", data: [] }, { type: "subscribe", data: [{}] }],
      { type: "subscribe", data: [{ channels: ["presences"], queries: ["{"] }] },
      { type: "subscribe", data: [{ channels: ["presences"], queries: [Query.search("status", "x")] }] },
      { type: "subscribe", data: [{ channels: ["presences"], subscriptionId: "no id!" }] },
      { type: "unsubscribe", data: {} },
      { type: "authentication", data: { session: "none" } },
      { type: "authentication" },
    ])
      expect(await code(frame), JSON.stringify(frame)).toBe(1003);
    expect(await code({ type: "presence", data: { status: "x" } })).toBe(401);
    await one.answer({ type: "authentication", data: { session: ana.session } });
    for (const data of [
      ...[null, {}, { status: "" }, { status: "x".repeat(257) }, { status: "x", metadata: [] }],
      { status: "x", permissions: ["read(any)"] },
      { status: "x", presenceId: "-" },
    ])
      expect(await code({ type: "presence", data }), JSON.stringify(data)).toBe(1003);
    expect(await code({ type: "presence", data: { status: "x", permissions: ['read("user:x")'] } })).toBe(
      401,
    );
    expect((await one.answer({ type: "ping" })).type).toBe("pong");
    const unknown = await socket("project=nowhere");
    expect(unknown.heard[0]).toEqual({
      type: "error",
      data: { code: 1008, message: "Missing or unknown project ID" },
    });
    expect(await unknown.closed).toBe(1008);
    expect(await (await socket("")).closed).toBe(1008);
    expect(await (await socket(`${project()}&jwt=bad`)).closed).toBe(1008);
    expect(await (await socket(project(), { origin: "https://elsewhere.example" })).closed).toBe(1008);
    one.socket.close(4321);
    expect(await one.closed).toBe(4321);
    const large = await socket(project());
    large.say("x".repeat(70_000));
    expect(await large.closed).toBe(1009);
    const stopped = await socket(project());
    await site.server.stop();
    expect(await stopped.closed).toBe(1012);
    await site.server.restart();
  });

  test("who is no member any more is a guest on the open socket", async () => {
    const [ana, cleo] = [await web("ana"), await web("cleo")];
    const heard = await listens(cleo.realtime, Channel.presences());
    await until("cleo hears", async () => {
      await ana.presences.upsert({ presenceId: ID.unique(), status: "x", permissions: users });
      return heard.length > 0;
    });
    const user = site.person("cleo").id;
    expect((await site.api("PATCH", `members/${user}`, { role: "suspended" })).status).toBeLessThan(300);
    const before = heard.length;
    await ana.presences.upsert({ presenceId: "a", status: "members alone", permissions: users });
    await ana.presences.upsert({
      ...{ presenceId: "a", status: "anybody" },
      permissions: [Permission.read(Role.any())],
    });
    await until("what anybody may read", () => heard.at(-1)!.payload.status === "anybody");
    expect(heard.slice(before).map((one) => one.payload.status)).toEqual(["anybody"]);
    expect(await refused(cleo.presences.list())).toEqual([401, "general_unauthorized_scope"]);
    expect((await site.api("PATCH", `members/${user}`, { role: "developer" })).status).toBeLessThan(300);
  });
});
