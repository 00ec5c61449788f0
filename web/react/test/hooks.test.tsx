import { act, cleanup, renderHook } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { afterEach, expect, test } from "vitest";
import {
  ANA,
  lockOf,
  ME,
  OBJECT,
  objectOf,
  operation,
  session,
  settle,
  Stage,
} from "../../sdk/test/stage.ts";
import {
  BatonProvider,
  useExplanation,
  useField,
  useLock,
  useNode,
  useNotifications,
  useObject,
  usePeople,
  useRequestsForMe,
  useStatus,
  useTyping,
} from "../src/index.ts";

afterEach(cleanup);

const plain = (children: ReactNode): ReactNode => children;

/** Renders a hook below a provider whose client has opened the object. */
async function on<T>(hook: () => T, wrap: (children: ReactNode) => ReactNode = plain) {
  const stage = new Stage();
  stage.client.open(OBJECT);
  let renders = 0;
  const rendered = renderHook(
    () => {
      renders += 1;
      return hook();
    },
    {
      wrapper: ({ children }: { children: ReactNode }) =>
        wrap(<BatonProvider client={stage.client}>{children}</BatonProvider>),
    },
  );
  await act(() => stage.welcome());
  await act(() => stage.answer("open", { kind: "object", ...objectOf() }));
  return { stage, value: () => rendered.result.current, renders: () => renders, unmount: rendered.unmount };
}

test("useObject opens while it is there, also in strict mode, and closes when it goes", async () => {
  const strict = (children: ReactNode) => <StrictMode>{children}</StrictMode>;
  const { stage, value, unmount } = await on(() => useObject(OBJECT), strict);
  expect(value()).toMatchObject({ object: OBJECT, status: "ready", revision: 1 });
  expect(stage.client.status.get().status).toBe("live");
  const { socket } = stage;
  unmount();
  expect(stage.client.stack.get()).toBeNull();
  expect(socket.closed).toBe(true);
});

test("useNode renders only when that node changes", async () => {
  const { stage, value, renders } = await on(() => useNode("a"));
  const set = (item: string, text: string) => ({ op: "set" as const, item, field: "value", text });
  const [first, before] = [value(), renders()];
  await act(() => stage.deltas(operation(2, "x", set("b", "9"), ANA)));
  expect([value(), renders()]).toEqual([first, before]);
  await act(() => stage.deltas(operation(3, "y", set("a", "9"), ANA)));
  expect(value()?.fields).toEqual([{ name: "value", text: "9" }]);
  expect(renders()).toBe(before + 1);
});

test("useField shows what is typed, how it stands, and why it is read-only", async () => {
  const { stage, value } = await on(() => useField("a", "value"));
  expect(value()).toMatchObject({ value: "1", present: true, readOnly: false, state: "saved" });
  act(() => value().setValue("2"));
  expect(value()).toMatchObject({ value: "2", state: "unsaved" });
  await act(() => stage.grant("a"));
  await act(async () => {
    value().onBlur();
    await settle();
  });
  expect(value()).toMatchObject({ value: "2", state: "saving" });
  await act(() => stage.apply(2));
  expect(value()).toMatchObject({ value: "2", state: "saved" });
  await act(() =>
    stage.deltas(
      { d: "lock_ended", path: { object: OBJECT, item: "a" }, session: "s1", why: "idle", revision: 2 },
      { d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }, 2) },
    ),
  );
  expect(value()).toMatchObject({ readOnly: true, why: { why: "locked", lock: { user: ANA } } });
});

test("useLock names the holder, asks, and follows the place in the queue", async () => {
  const path = { object: OBJECT, item: "a" };
  const { stage, value } = await on(() => useLock(path));
  expect(value()).toMatchObject({ lock: null, mine: false, place: null });
  await act(() => stage.deltas({ d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }) }));
  expect(value()).toMatchObject({ mine: false, mineElsewhere: false, holder: { name: "Ana" } });
  act(() => void value().ask("please"));
  expect(stage.last("request_lock")).toMatchObject({ path, note: "please" });
  const ask = (id: string, of: string, user: string, place: number) => {
    return {
      d: "request" as const,
      id,
      path,
      session: of,
      user,
      note: "",
      since: 0,
      place,
      ignored_by: [],
      nudged: false,
    };
  };
  await act(() => stage.deltas(ask("r1", "s3", "ben", 1), ask("r2", "s1", ME, 2)));
  expect(value()).toMatchObject({ place: 2, request: { id: "r2" } });
  await act(() => stage.deltas({ d: "request_ended", request: "r1", path, session: "s3", how: "cancelled" }));
  expect(value().place).toBe(1);
});

test("useExplanation asks the server what one may do, and again when something about the lock changes", async () => {
  const path = { object: OBJECT, item: "a" };
  const { stage, value } = await on(() => useExplanation(path));
  expect(value()).toBeUndefined();
  await act(() => stage.answer("explain", { kind: "explained", path, queue: [], may: ["edit"] }));
  expect(value()).toMatchObject({ may: ["edit"] });
  const asked = stage.said("explain").length;
  await act(() => stage.deltas({ d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }) }));
  expect(stage.said("explain").length).toBeGreaterThan(asked);
});

test("requests for this tab stay until they end; other notices come once", async () => {
  const path = { object: OBJECT, item: "a" };
  const { stage, value } = await on(() => ({ asked: useRequestsForMe(), corner: useNotifications() }));
  await act(() => stage.deltas({ d: "lock", ...lockOf("a", { session: "s1", user: ME }) }));
  const request = {
    id: "r1",
    path,
    session: "s-ana",
    user: ANA,
    note: "hi",
    since: 0,
    place: 1,
    ignored_by: [],
    nudged: false,
  };
  await act(() => stage.deltas({ d: "request", ...request }));
  expect(value().asked).toMatchObject([{ request: { note: "hi" }, member: { name: "Ana" } }]);
  expect(value().corner.notices).toEqual([]);
  act(() => void value().asked[0]?.grant());
  expect(stage.last("answer_request")).toMatchObject({ request: "r1", answer: "grant" });
  const line = { number: 1, client_id: "c", session: "s-ana", user: ANA, at: 0, text: "hi", mentions: [] };
  const ended = {
    d: "request_ended" as const,
    request: "r1",
    path,
    session: "s-ana",
    how: "cancelled" as const,
  };
  await act(() => stage.deltas(ended, { d: "chat", ...line }));
  expect(value().asked).toEqual([]);
  expect(value().corner.notices.map((one) => one.notice.kind)).toEqual(["request_ended", "chat"]);
  act(() => value().corner.dismiss(value().corner.notices[0]?.key ?? -1));
  expect(value().corner.notices).toHaveLength(1);
});

test("usePeople rolls tabs up by member; on an object: who looks at it or holds a part of it", async () => {
  const { stage, value } = await on(() => ({
    all: usePeople(),
    here: usePeople(OBJECT),
    typing: useTyping(),
  }));
  expect(value().all.map((person) => [person.member.user, person.me])).toEqual([
    [ME, true],
    [ANA, false],
  ]);
  expect(value().here).toEqual([]);
  await act(() => stage.deltas({ d: "session", ...session("s-ana2", ANA), tab: 2, active: 9 }));
  await act(async () => {
    const locations = [{ session: "s-ana2", location: { page: "object", object: OBJECT } }];
    stage.socket.say({ type: "live", locations, typing: [{ session: "s-ana", on: true }] });
    await settle();
  });
  expect(value().all[1]?.sessions).toHaveLength(2);
  expect(value().here).toMatchObject([
    { member: { user: ANA }, editing: false, sessions: [{ location: {} }] },
  ]);
  expect(value().typing).toMatchObject([{ user: ANA }]);
  await act(() => stage.deltas({ d: "lock", ...lockOf("a", { session: "s-ana", user: ANA }) }));
  expect(value().here).toMatchObject([{ editing: true, sessions: [{}, {}] }]);
});

test("useStatus says when the server has ended the connection", async () => {
  const { stage, value } = await on(() => useStatus());
  await act(async () => {
    stage.socket.drop(4503);
    await settle();
  });
  expect(value()).toMatchObject({ status: "stopped", reason: "removed" });
});
