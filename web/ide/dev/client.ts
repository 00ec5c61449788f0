import {
  applyOp,
  BatonError,
  type Client,
  type ConnectionState,
  Emitter,
  type FieldState,
  type LockDoc,
  type LockView,
  lockOn,
  type Notice,
  type OpDoc,
  type PresenceDoc,
  type ReceiptDoc,
  type RoomState,
  select,
  type StackState,
  Store,
  treeOf,
} from "@baton/sdk";

import { CHANGES, CONTENT, HEADS } from "./content.ts";

const now = Date.now();
const DONE: ReceiptDoc = { result: "done" };
const lock = (item: string, user: string, session: string): LockDoc => ({
  path: { object: "poll", item },
  session,
  user,
  fence: { epoch: 1, counter: 4 },
  state: "held",
  since: now - 240_000,
  edited: now - 40_000,
  unsaved: 2,
});

function presenceOf(user: string, one: PresenceDoc["status"]): PresenceDoc {
  return { user, status: one, previous: "offline", reason: "resume", since: Date.now(), bot: false };
}

function roomState(): RoomState {
  const people = [
    ["ana", "Ana", "owner", 0],
    ["ben", "Ben", "developer", 1],
    ["cleo", "Cleo Marsh", "developer", 2],
    ["dev", "Devi", "viewer", 3],
  ] as const;
  const at: Record<string, { page: string; object?: string; item?: string }> = {
    ana: { page: "home" },
    ben: { page: "object", object: "poll", item: "n9" },
    cleo: { page: "object", object: "poll", item: "n7" },
    dev: { page: "object", object: "accounts", item: "n6" },
  };
  return {
    ready: true,
    workspace: "acme",
    name: "Acme",
    user: "ana",
    session: "s-ana",
    members: new Map(people.map(([user, name, role, colour]) => [user, { user, name, role, colour }])),
    roles: new Map(),
    sessions: new Map(
      people.map(([user], tab) => [
        `s-${user}`,
        {
          id: `s-${user}`,
          user,
          tab,
          device: "Chromium on Linux",
          state: user === "dev" ? "reconnecting" : "connected",
          since: now - 900_000 + tab,
          active: now - tab * 70_000,
          location: at[user] ?? { page: "home" },
        },
      ]),
    ),
    locations: new Map(),
    presence: new Map([
      ["ana", presenceOf("ana", "online")],
      ["ben", { ...presenceOf("ben", "busy"), message: "In a release call" }],
      ["cleo", { ...presenceOf("cleo", "away"), avatar: "🦊" }],
    ]),
    objects: new Map(HEADS.map((head) => [head.id, head])),
    locks: new Map([
      ["poll/n9", lock("n9", "ben", "s-ben")],
      ["poll/n11", lock("n11", "ana", "s-ana")],
    ]),
    requests: new Map([
      [
        "r1",
        {
          id: "r1",
          path: { object: "poll", item: "n11" },
          session: "s-cleo",
          user: "cleo",
          note: "need the headers for two minutes",
          since: now - 20_000,
          place: 1,
          ignored_by: [],
          nudged: false,
          take_over: now + 150_000,
        },
      ],
    ]),
    closures: new Map(),
    deadlocks: new Map(),
    channels: new Map(),
    parked: new Map([
      [
        "p1",
        {
          id: "p1",
          user: "ana",
          object: "poll",
          item: "n9",
          since: now - 600_000,
          holder: "ben",
          operations: [
            {
              op_id: "o1",
              reason: "lock_lost",
              at: now,
              base: 3,
              op: { op: "delete", item: "x" },
              words: "set `value` of *Create Variable $after* to `null`",
            },
          ],
        },
      ],
    ]),
    chat: [
      {
        number: 1,
        client_id: "1",
        session: "s-cleo",
        user: "cleo",
        at: now - 300_000,
        text: "morning! who touches the Slack one today?",
        mentions: [],
      },
      {
        number: 2,
        client_id: "2",
        session: "s-ben",
        user: "ben",
        at: now - 240_000,
        text: "me. @Ana can you look at this step?",
        mentions: ["ana"],
        link: { object: "poll", item: "n9" },
      },
      {
        number: 3,
        client_id: "3",
        session: "s-ben",
        user: "ben",
        at: now - 236_000,
        text: "no hurry",
        mentions: [],
      },
    ],
    chatLife: "life",
    chatMissed: 0,
    typing: new Set(["s-cleo"]),
  };
}

/** A client without a server: what one does is done at once, colleagues stand still. */
export function fakeClient(http: Client["http"], workspace: string): Client {
  const room = new Store(roomState());
  const stack = new Store<StackState | null>(null);
  const status = new Store<ConnectionState>({ status: "live", editable: true, held: false });
  const notices = new Emitter<Notice>();
  const unsaved = new Store(0);
  const apply = async (op: OpDoc): Promise<ReceiptDoc> => {
    const open = stack.get();
    if (open) {
      const tree = applyOp(open.tree, op, { revision: 10 });
      stack.set({ ...open, tree: ("tree" in tree ? tree.tree : tree) as StackState["tree"] });
    }
    return DONE;
  };
  const set = (item: string, field: string, text: string | null) =>
    apply({ op: "set", item, field, ...(text === null ? {} : { text }) });
  const client: Client = {
    http,
    workspace,
    status,
    room,
    stack,
    channels: { join: () => () => undefined, call: async () => ({ answer: "done" }) },
    presences: { subscribe: () => () => undefined, call: async () => ({ answer: "done" }) },
    locks: {
      view: (path) =>
        select(room, (now): LockView => {
          const found = lockOn(now, path);
          return {
            path,
            lock: found,
            holder: (found && now.members.get(found.user)) ?? null,
            session: (found && now.sessions.get(found.session)) ?? null,
            mine: found?.session === now.session,
            mineElsewhere: false,
            acquiring: false,
            freeze: null,
            closure: null,
            queue: [],
            place: 1,
            request: [...now.requests.values()].find((one) => one.session === now.session) ?? null,
          };
        }),
      acquire: async () => DONE,
      release: async () => undefined,
      request: async (path, note) => {
        room.update((was) => ({
          ...was,
          requests: new Map(was.requests).set("mine", {
            id: "mine",
            path,
            session: was.session,
            user: was.user,
            note: note ?? "",
            since: Date.now(),
            place: 1,
            ignored_by: [],
            nudged: false,
          }),
        }));
        return DONE;
      },
      cancel: async (id) => drop(id),
      grant: async (id) => drop(id),
      ignore: async (id) => drop(id),
      decline: async (id) => drop(id),
      promise: async () => undefined,
      takeOver: async () => DONE,
      undo: async () => undefined,
      swap: async () => undefined,
      closeEditing: async () => undefined,
      reopen: async () => undefined,
      editHere: async () => DONE,
      force: async () => DONE,
      explain: async (path) => {
        const found = lockOn(room.get(), path);
        return {
          path,
          ...(found ? { lock: found } : {}),
          queue: [],
          frees: Date.now() + 200_000,
          may: ["request", "force"],
        };
      },
    },
    editing: {
      field: (item, field) => {
        const of = (open: StackState | null): FieldState => {
          const found = lockOn(room.get(), { object: open?.object ?? "", item });
          return {
            text: open?.tree.get(item)?.fields.find((one) => one.name === field)?.text ?? null,
            state: "saved",
            readOnly: found && found.session !== room.get().session ? { why: "locked", lock: found } : null,
          };
        };
        return select(stack, of, (a, b) => a.text === b.text && a.readOnly?.why === b.readOnly?.why);
      },
      type: (item, field, text) => void set(item, field, text),
      blur: () => undefined,
      discard: () => undefined,
      cells: new Store(new Map()),
      insertRecord: (record, cells) => apply({ op: "record_insert", record, cells: { ...cells } }),
      setCell: (record, field, value) => apply({ op: "record_set", record, field, value }),
      removeRecord: (record) => apply({ op: "record_delete", record }),
      finish: async () => undefined,
      flush: async () => undefined,
      unsaved,
      insert: (parent, after, seeds) =>
        apply({ op: "insert", parent, ...(after === undefined ? {} : { after }), seeds: [...seeds] }),
      remove: (item) => apply({ op: "delete", item }),
      move: (item, parent, after) =>
        apply({ op: "move", item, parent, ...(after === undefined ? {} : { after }) }),
      set,
      duplicate: async () => {
        throw BatonError.local("offline", "The fixture cannot duplicate.", "Use a server.");
      },
      kept: new Store([]),
      retryKept: async () => undefined,
      discardKept: async () => undefined,
      reapply: async () => undefined,
    },
    history: {
      check: async () => ({ revision: 9, changes: [[7, 8]], collisions: [], locks: [], breaks: [] }),
      revert: async () => DONE,
      undo: async () => DONE,
      redo: async () => DONE,
      checkPublish: async () => ({
        revision: 9,
        authors: [
          { user: "ana", changes: 1 },
          { user: "ben", changes: 2 },
        ],
        changes: [[6, 8]],
        needs: [],
        unsaved: [],
        problems: [],
      }),
      publish: async () => DONE,
    },
    talk: {
      say: async (text, more) =>
        room.update((was) => ({
          ...was,
          chat: [
            ...was.chat,
            {
              number: was.chat.length + 1,
              client_id: text,
              session: was.session,
              user: was.user,
              at: Date.now(),
              text,
              mentions: [...(more?.mentions ?? [])],
              ...(more?.link ? { link: more.link } : {}),
            },
          ],
        })),
      pending: new Store([]),
      unread: new Store({ lines: 0, mentions: 0, first: undefined }),
      retry: () => undefined,
      discard: () => undefined,
      read: () => undefined,
    },
    onNotice: notices.on,
    onOperation: () => () => undefined,
    start: () => undefined,
    stop: () => undefined,
    leave: async () => undefined,
    reconnect: () => undefined,
    now: () => Date.now(),
    open: (object) => {
      if (stack.get()?.object === object) return;
      const nodes = CONTENT[object] ?? CONTENT["empty"] ?? [];
      const tree = treeOf(nodes as Parameters<typeof treeOf>[0]);
      const published = new Map([...tree].filter(([id]) => id !== "n10"));
      stack.set({
        object,
        status: "ready",
        tree,
        acknowledged: tree,
        published,
        revision: 9,
        changes: object === "poll" ? CHANGES : [],
        pending: 0,
      });
    },
    close: () => undefined,
    active: () => undefined,
    setStatus: async (chosen, message = "") =>
      room.update((was) => {
        const mine = { ...presenceOf("ana", chosen), message };
        return { ...was, presence: new Map(was.presence).set("ana", mine) };
      }),
    setPrivacy: async () => undefined,
    setAvatar: async () => undefined,
    locate: (location) =>
      room.update((was) => ({ ...was, locations: new Map(was.locations).set(was.session, location) })),
    typing: () => undefined,
    deleteObject: async () => DONE,
    discardParked: async () => undefined,
  };
  const drop = async (id: string) =>
    room.update((was) => ({ ...was, requests: new Map([...was.requests].filter(([key]) => key !== id)) }));
  Object.assign(window, { baton: { room, stack, status, notices, unsaved } });
  return client;
}
