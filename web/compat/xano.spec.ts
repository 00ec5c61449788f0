// The published `@xano/js-sdk`, unmodified, against a Baton server.

import { XanoClient, XanoObjectStorage } from "@xano/js-sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Site, until } from "./src/site.ts";
import { type Dialled, redirect, WebSocket } from "./src/sockets.ts";

interface Action {
  action: string;
  options?: Record<string, unknown>;
  client?: { socketId: string; extras: unknown; permissions: { dbo_id: number; row_id: number } };
  payload: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- other people's JSON
}

let site: Site;
let hash: string;
let dialled: Dialled[];
/** Raw sockets of the tests' own, to be closed at the end. */
const raw: WebSocket[] = [];

const OPEN = { anonymous: true, presence: true, public: "anyone", private: "anyone" } as const;

beforeAll(async () => {
  site = await Site.start();
  const put = async (settings: object) =>
    expect((await site.api("PUT", "channels", settings)).status).toBe(204);
  await put({ ...OPEN, pattern: "lobby", history: 25 });
  await put({ ...OPEN, pattern: "rooms/*", nested: true });
  await put({ pattern: "members", presence: true, public: "authenticated", authenticated: true });
  await put({ pattern: "news", anonymous: true, history: 25, stored: true });
  hash = (await site.api("GET", "channels")).body.hash;
  dialled = redirect(site.server.url);
}, 120_000);

afterAll(async () => {
  for (const socket of raw) socket.terminate();
  await site?.dispose();
});

function client(more: Record<string, unknown> = {}): XanoClient {
  return new XanoClient({
    // Path and port are thrown away by the client.
    instanceBaseUrl: "https://baton.example:8443/some/path",
    realtimeConnectionCanonical: hash,
    realtimeAuthToken: null,
    storage: new XanoObjectStorage(),
    ...more,
  } as ConstructorParameters<typeof XanoClient>[0]);
}

/** A channel of the client with all that it heard. */
function listen(xano: XanoClient, name: string, options: Record<string, unknown> = { presence: true }) {
  const channel = xano.channel(name, options);
  const heard: Action[] = [];
  const errors: Action[] = [];
  channel.on(
    (action: unknown) => void heard.push(action as Action),
    (error: unknown) => void errors.push(error as Action),
  );
  const of = (action: string) => heard.filter((one) => one.action === action);
  return { channel, heard, errors, of };
}

async function token(body: object): Promise<string> {
  const key = await site.key(["tokens.create"]);
  const made = await site.call(key, "POST", site.at("realtime-tokens"), body);
  expect(made.status).toBe(200);
  return made.body.token;
}

/** A socket of ours that speaks the same wire, for the other side of a conversation. */
async function other(protocols?: string[]) {
  const { host } = new URL(site.server.url);
  const socket = new WebSocket(`ws://${host}/rt/${hash}`, protocols);
  raw.push(socket);
  const heard: Action[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data)) as Action));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const say = (action: string, options: object, payload: unknown = null) =>
    socket.send(JSON.stringify({ action, options, payload }));
  return { socket, heard, say };
}

const last = () => dialled.at(-1)!;
const joins = (one: Dialled) =>
  one.frames.filter(({ from, text }) => from === "client" && JSON.parse(text).action === "join").length;

describe("one page with two channels", () => {
  test("dials wss on 443 whatever the base URL says, joins, and is told who is here", async () => {
    const xano = client();
    const lobby = listen(xano, "lobby", { presence: true, history: true });
    await until("the list of who is here", () => lobby.of("presence_full").length > 0);
    expect(last().url).toBe(`wss://baton.example/rt/${hash}`);
    expect(last().protocols).toEqual([]);
    const [full] = lobby.of("presence_full");
    expect(full!.payload.presence).toHaveLength(1);
    expect(full!.payload.presence[0]).toMatchObject({ extras: {}, permissions: { dbo_id: 0, row_id: 0 } });
    expect(lobby.channel.getPresence()).toHaveLength(1);

    // A second channel on the open socket joins at once, and once more when its first handler replays `connected`.
    const room = listen(xano, "rooms/1");
    await until("the second channel", () => room.of("presence_full").length > 0);
    room.channel.message({ hello: "rooms", n: 9007199254740993n.toString(), nested: { z: 1, a: [] } });
    await until("the sender hears itself", () => room.of("message").length > 0);
    expect(room.of("message")).toHaveLength(1);
    const [message] = room.of("message");
    expect(message).toMatchObject({
      options: { authenticated: false, socketId: null, channel: "rooms/1" },
      payload: { hello: "rooms", nested: { z: 1, a: [] } },
    });
    expect(message!.client!.socketId).toBe(room.channel.getPresence()[0]!.socketId);
    // Frames of one channel are not heard in the other.
    expect(lobby.of("message")).toHaveLength(0);
    expect(room.channel.getPresence()).toHaveLength(1);

    const raw = last().frames.filter(({ from }) => from === "server");
    for (const { text } of raw) {
      const frame = JSON.parse(text) as Action;
      expect(frame.options!.channel, text).toBeTypeOf("string");
      expect(frame.action).not.toBe("connection_status");
    }
    room.channel.destroy();
    lobby.channel.destroy();
    await until("the socket is closed with 1000", () => last().closed === 1000);
  });
});

describe("others in the channel", () => {
  test("come and go, say things in public and in private, and joining twice is joining once", async () => {
    const xano = client();
    const lobby = listen(xano, "lobby");
    await until("joined", () => lobby.of("presence_full").length > 0);
    const them = await other();
    them.say("join", { channel: "lobby" }, { history: false, presence: true });
    // In the same breath, without waiting for an answer.
    them.say("message", { channel: "lobby" }, "first words");
    them.say("join", { channel: "lobby" }, { history: false, presence: true });
    await until("their words", () => lobby.of("message").length > 0);
    expect(lobby.of("message")[0]!.payload).toBe("first words");
    expect(lobby.of("presence_update")).toHaveLength(1);
    expect(lobby.of("presence_update")[0]!.payload.action).toBe("join");
    expect(lobby.channel.getPresence()).toHaveLength(2);
    await until(
      "they know both",
      () => them.heard.filter((one) => one.action === "presence_full").length === 2,
    );
    // Nobody is told of their own coming.
    expect(them.heard.filter((one) => one.action === "presence_update")).toHaveLength(0);

    const theirId = lobby.of("message")[0]!.client!.socketId;
    const entry = lobby.channel.getPresence().find((one) => one.socketId === theirId)!;
    entry.message({ psst: true });
    await until("the private message", () => them.heard.some((one) => one.payload?.psst));
    expect(them.heard.find((one) => one.payload?.psst)!.options).toMatchObject({ socketId: theirId });
    expect(lobby.of("message")).toHaveLength(1);

    lobby.channel.history();
    await until("the history", () => lobby.of("history").length > 0);
    const frames = lobby.of("history").at(-1)!.payload.history as Action[];
    expect(frames.map((one) => one.payload)).toContain("first words");
    expect(frames.every((one) => one.action === "message" && one.client && !one.payload.psst)).toBe(true);
    entry.history();
    await until("the history, by way of a client", () => lobby.of("history").length > 1);

    them.socket.terminate();
    await until("they are gone", () => lobby.of("presence_update").at(-1)!.payload.action === "leave");
    expect(lobby.channel.getPresence()).toHaveLength(1);
    lobby.channel.destroy();
    await until("closed", () => last().closed === 1000);
  });
});

describe("who is somebody", () => {
  test("carries a token as its sub-protocol, which is echoed, and is seen with its row and extras", async () => {
    const bearer = await token({ table: 12, row: 34, extras: { name: "Dana" }, expires_in: 60 });
    const xano = client({ realtimeAuthToken: bearer });
    const members = listen(xano, "members");
    await until("joined", () => members.of("presence_full").length > 0);
    expect(last().protocols).toEqual([bearer]);
    expect(last().socket.protocol).toBe(bearer);
    expect(members.of("presence_full")[0]!.payload.presence[0]).toMatchObject({
      extras: { name: "Dana" },
      permissions: { dbo_id: 12, row_id: 34 },
    });
    members.channel.message({ to: "us" }, { authenticated: true });
    await until("the message", () => members.of("message").length > 0);
    expect(members.of("message")[0]!.options).toMatchObject({ authenticated: true, channel: "members" });

    // Signing in as somebody else: the client closes with 4000 and comes back only if that very code is echoed.
    const before = dialled.length;
    const another = await token({ table: 12, row: 35, extras: {}, expires_in: 60 });
    xano.setRealtimeAuthToken(another);
    xano.realtimeReconnect();
    await until("the old socket is closed", () => dialled[before - 1]!.closed !== undefined);
    expect(dialled[before - 1]!.closed).toBe(4000);
    await until("another dial", () => dialled.length > before && joins(last()) > 0);
    expect(last().protocols).toEqual([another]);
    await until(
      "joined again",
      () => members.of("presence_full").at(-1)!.payload.presence[0].permissions.row_id === 35,
    );
    members.channel.destroy();
    await until("closed", () => last().closed === 1000);
  });

  test("with a token that is not good is nobody, on an open socket: the refusal is an error frame", async () => {
    const xano = client({ realtimeAuthToken: "not.a-token" });
    const members = listen(xano, "members");
    await until("the refusal", () => members.errors.length > 0);
    expect(last().socket.protocol).toBe("not.a-token");
    expect(members.errors[0]!.payload.message).toContain("authenticated");
    expect(members.errors[0]!.options).toEqual({ channel: "members" });
    expect(last().closed).toBeUndefined();
    // The same socket still serves others.
    const lobby = listen(xano, "lobby");
    await until("another channel", () => lobby.of("presence_full").length > 0);
    const nowhere = listen(xano, "no-such-channel");
    await until("no such channel", () => nowhere.errors.length > 0);
    expect(last().closed).toBeUndefined();
    for (const one of [members, lobby, nowhere]) one.channel.destroy();
    await until("closed", () => last().closed === 1000);
  });
});

describe("events", () => {
  test("published by a server call arrive as `event` with their data under `data`, stored before they are heard", async () => {
    const xano = client();
    const news = listen(xano, "news");
    await until("joined", () => joins(last()) > 0);
    const key = await site.key(["events.write", "channels.read"]);
    const publish = (data: unknown) =>
      site.call(key, "POST", site.at("channels/news/events"), { data, auth: { table: 3, row: 4 } });
    await until(
      "somebody is in",
      async () => (await site.call(key, "GET", site.at("channels/news/clients"))).body.clients.length > 0,
    );
    const done = await publish({ title: "one" });
    expect(done.body).toMatchObject({ receivers: 1 });
    await until("the event", () => news.of("event").length > 0);
    expect(news.of("event")[0]!.payload).toEqual({ data: { title: "one" }, dbo_id: 3, row_id: 4 });
    expect(news.of("event")[0]!.client).toBeUndefined();
    // Clients cannot: neither events nor, here, messages.
    const them = await other();
    them.say("join", { channel: "news" }, {});
    them.say("event", { channel: "news" }, { data: "forged" });
    them.say("connection_status", { channel: "news" }, { status: "connected" });
    them.say("presence_update", { channel: "news" }, {});
    them.say("message", { channel: "news" }, "x");
    await until("four refusals", () => them.heard.filter((one) => one.action === "error").length === 4);
    expect(news.of("event")).toHaveLength(1);
    expect((await site.call(undefined, "POST", site.at("channels/news/events"), { data: 1 })).status).toBe(
      401,
    );
    const weak = await site.key(["channels.read"]);
    expect((await site.call(weak, "POST", site.at("channels/news/events"), { data: 1 })).body.code).toBe(
      "scope_missing",
    );

    // What is stored survives the server; the client comes back by itself and asks for the history.
    await site.server.kill9();
    await site.server.restart();
    await until("it dials again", () => joins(last()) > 0 && last().closed === undefined, 20_000);
    news.channel.history();
    await until("the history", () => news.of("history").length > 0);
    const [history] = news.of("history");
    expect((history!.payload.history as Action[]).map((one) => one.payload.data)).toEqual([{ title: "one" }]);
    const page = await site.call(key, "GET", site.at("channels/news/history?limit=1"));
    expect(page.body.said[0].payload).toEqual({ title: "one" });
    news.channel.destroy();
    await until("closed", () => last().closed === 1000);
  });
});

describe("rubbish", () => {
  test("is answered and hurts nobody else", async () => {
    const good = await other();
    good.say("join", { channel: "lobby" }, {});
    const bad = await other();
    for (const junk of [
      "",
      "{",
      "[]",
      "null",
      "7",
      '"x"',
      "{}",
      '{"action":"join"}',
      '{"action":7,"options":{}}',
    ])
      bad.socket.send(junk);
    bad.socket.send(Buffer.from([1, 2, 3]));
    bad.say("message", { channel: "lobby", socketId: {} }, "x");
    bad.say("join", { channel: "rooms/" }, {});
    bad.say("join", { channel: "x".repeat(10_000) }, {});
    await until("thirteen errors", () => bad.heard.length === 13);
    expect(bad.heard.every((one) => one.action === "error" && one.payload.message)).toBe(true);
    bad.socket.send("x".repeat(300 * 1024));
    await until("a frame that is too large ends it", () => bad.socket.readyState === WebSocket.CLOSED);
    good.say("message", { channel: "lobby" }, "unharmed");
    await until("the other is unharmed", () => good.heard.some((one) => one.payload === "unharmed"));
  });

  test("an unknown hash is a 404 at the upgrade", async () => {
    const { host } = new URL(site.server.url);
    const socket = new WebSocket(`ws://${host}/rt/${"A".repeat(27)}`);
    raw.push(socket);
    const status = await new Promise<number>((resolve) => {
      socket.once("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
      socket.on("error", () => {});
    });
    expect(status).toBe(404);
  });

  test("a stop of the server tells every client to come back: 1012", async () => {
    const them = await other();
    const closed = new Promise<number>((resolve) => them.socket.once("close", resolve));
    await site.server.stop();
    expect(await closed).toBe(1012);
    await site.server.restart();
  });
});
