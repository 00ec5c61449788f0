import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import {
  browserEnvironment,
  createHttp,
  indexedDbOutboxStorage,
  type KeyValueStorage,
  type OutboxRow,
} from "../src/index.ts";
import { HandClock, memoryTab } from "./stage.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | null;
}

/** A server with one account; its tokens can be made to expire. */
function server(browserStorage?: KeyValueStorage) {
  const clock = new HandClock();
  const asked: Asked[] = [];
  let tokens = 0;
  let valid = "";
  let signedIn = false;
  const json = (status: number, body: unknown) =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));
  const problem = (status: number, code: string) =>
    json(status, { code, title: code, help: "", retry: false });
  const grant = () => {
    tokens += 1;
    valid = `token-${tokens}`;
    signedIn = true;
    return json(200, { access_token: valid, expires_in: 600, user: { id: "u", name: "Me", email: "me@x" } });
  };
  const answer: typeof fetch = (input, init) => {
    const path = String(input).replace("http://baton.test/api/v1", "");
    const token = new Headers(init?.headers).get("authorization");
    asked.push({ method: init?.method ?? "", path, token });
    if (path === "/auth/sign-in") return grant();
    if (path === "/auth/refresh") return signedIn ? grant() : problem(401, "refresh_revoked");
    if (path === "/auth/sign-out") return Promise.resolve(new Response(null, { status: 204 }));
    if (path === "/demo") return problem(404, "not_found");
    if (path === "/gone") return Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    if (path === "/off") return Promise.reject(new TypeError("network"));
    return token === `Bearer ${valid}` ? json(200, { path }) : problem(401, "token_expired");
  };
  const http = createHttp({
    base: "http://baton.test/",
    environment: { ...browserEnvironment(), clock, fetch: answer, browserStorage },
  });
  const refreshes = () => asked.filter((one) => one.path === "/auth/refresh").length;
  return { http, asked, clock, refreshes, expire: () => (valid = "none"), revoke: () => (signedIn = false) };
}

test("many calls with an expired token lead to one refresh, and each is repeated once", async () => {
  const { http, asked, expire, refreshes } = server();
  await http.signIn({ email: "me@x", password: "p" });
  expire();
  const answers = await Promise.all(
    ["/1", "/2", "/3"].map((path) => http.call<{ path: string }>("GET", path)),
  );
  expect(answers.map((answer) => answer.path)).toEqual(["/1", "/2", "/3"]);
  expect(refreshes()).toBe(1);
  expect(asked.filter((one) => one.path === "/1").map((one) => one.token)).toEqual([
    "Bearer token-1",
    "Bearer token-2",
  ]);
});

test("a token with less than a minute left is renewed before it is used", async () => {
  const { http, clock, refreshes } = server();
  await http.signIn({ email: "me@x", password: "p" });
  await clock.pass(539_000);
  expect(await http.token()).toBe("token-1");
  await clock.pass(2_000);
  expect(await Promise.all([http.token(), http.token()])).toEqual(["token-2", "token-2"]);
  expect(refreshes()).toBe(1);
});

test("a refused refresh ends the sign-in; a server that is not there does not", async () => {
  const { http, expire, revoke } = server();
  expect(await http.restore()).toBeNull();
  await http.signIn({ email: "me@x", password: "p" });
  await expect(http.call("GET", "/off")).rejects.toMatchObject({ code: "offline", retry: true });
  await expect(http.call("GET", "/gone")).rejects.toMatchObject({ code: "offline", status: 502 });
  expect(http.user.get()).toMatchObject({ id: "u" });
  expire();
  revoke();
  await expect(http.call("GET", "/1")).rejects.toMatchObject({ code: "refresh_revoked", status: 401 });
  expect(http.user.get()).toBeNull();
});

test("a browser in which nobody signed in asks for no refresh; one in which somebody did does", async () => {
  const storage = memoryTab();
  const { http, refreshes } = server(storage);
  expect(await http.restore()).toBeNull();
  expect([http.user.get(), refreshes()]).toEqual([null, 0]);
  await http.signIn({ email: "me@x", password: "p" });
  const reloaded = server(storage);
  expect(await reloaded.http.restore()).toBeNull();
  expect(reloaded.refreshes(), "there was something to try").toBe(1);
  expect(await server(storage).http.restore()).toBeNull();
  expect(server(storage).refreshes(), "its refusal is remembered").toBe(0);
});

test("no demo is not an error", async () => {
  expect(await server().http.demo()).toBeNull();
});

test("IndexedDB keeps rows by workspace and member", async () => {
  const storage = indexedDbOutboxStorage("outbox-test");
  const row = (opId: string, user: string): OutboxRow => {
    const owner = { workspace: "w", user, session: "s", instance: "i", object: "o" };
    return { opId, ...owner, order: 1, frame: { type: "pong" } };
  };
  await storage.put(row("1", "me"));
  await storage.put(row("2", "me"));
  await storage.put(row("3", "ana"));
  await storage.remove(["1"]);
  const reopened = indexedDbOutboxStorage("outbox-test");
  expect(await reopened.list("w", "me")).toEqual([row("2", "me")]);
});
