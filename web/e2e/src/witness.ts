// What a third person's connection says: the state of the room as the server tells it, apart from the two browsers.

import { randomUUID } from "node:crypto";

import { WebSocket } from "ws";

import type {
  ChangeDoc,
  ClientFrame,
  FenceDoc,
  LockDoc,
  ObjectDoc,
  ReplyDoc,
  ServerMessage,
  SnapshotDoc,
} from "../../sdk/src/protocol.ts";
import { Person } from "./person.ts";
import type { Server } from "./server.ts";
import { until } from "./until.ts";

const ANSWER_LIMIT_MS = 5_000;

/** How Cleo's own page got in: where the socket is, and the words of its hello. */
interface Entry {
  url: string;
  token: string;
  workspace: string;
}

export class Witness {
  private socket: WebSocket | undefined;
  private calls = 0;
  private readonly waiting = new Map<number, (message: ServerMessage) => void>();

  private constructor(
    private readonly server: Server,
    private readonly entry: Entry,
  ) {}

  /** Cleo signs in with a browser, which is closed again; a connection of our own goes on with her token. */
  static async come(server: Server): Promise<Witness> {
    const cleo = await Person.arrive("Cleo", server.signIn("cleo"));
    try {
      let entry: Entry | undefined;
      cleo.page.on("websocket", (socket) =>
        socket.on("framesent", ({ payload }) => {
          const said = JSON.parse(payload.toString()) as ClientFrame;
          if (said.type === "hello")
            entry = { url: socket.url(), token: said.token, workspace: said.workspace };
        }),
      );
      await cleo.signIn(server.url);
      return new Witness(server, await until("Cleo's page says hello", () => entry));
    } finally {
      await cleo.leave();
    }
  }

  /** Ids of all objects by name. */
  async objects(): Promise<Map<string, string>> {
    return new Map((await this.snapshot()).objects.map((head) => [head.name, head.id]));
  }

  async objectNamed(name: string): Promise<string> {
    const objects = await this.objects();
    for (const [known, id] of objects) {
      if (known === name || known.endsWith(`/${name}`)) return id;
    }
    throw new Error(`no object ${name} among ${[...objects.keys()].join(", ")}`);
  }

  /** The saved draft of an object, as text to look for words in: every string of it, one a line. */
  async saved(object: string): Promise<string> {
    return words((await this.open(object)).nodes);
  }

  async untilSaved(object: string, said: string): Promise<void> {
    await until(`"${said}" is saved`, async () => (await this.saved(object)).includes(said));
  }

  async changes(object: string): Promise<ChangeDoc[]> {
    return (await this.open(object)).changes;
  }

  /** What is live: the published version with its description. */
  async published(object: string): Promise<string> {
    const { head, published } = await this.open(object);
    return `${words(head.version ?? "")}\n${words(published ?? "")}`;
  }

  /** The lock on an item, if somebody holds it. */
  async lockOn(object: string, item: string): Promise<{ session: string; fence: FenceDoc } | undefined> {
    const { locks } = await this.snapshot();
    const found = locks.find((lock: LockDoc) => lock.path.object === object && lock.path.item === item);
    return found && { session: found.session, fence: found.fence };
  }

  async snapshot(): Promise<SnapshotDoc> {
    const reply = await this.call({ type: "snapshot" });
    if (reply.kind !== "snapshot") throw new Error(`a snapshot was asked for, not ${reply.kind}`);
    return reply.snapshot;
  }

  leave(): void {
    this.socket?.terminate();
  }

  private async open(object: string): Promise<ObjectDoc> {
    const reply = await this.call({ type: "open", object });
    if (reply.kind !== "object") throw new Error(`an object was asked for, not ${reply.kind}`);
    return reply;
  }

  private async call(message: ClientFrame): Promise<ReplyDoc> {
    if (this.socket?.readyState !== WebSocket.OPEN) await this.connect();
    const answer = await this.ask(message);
    if (answer.type !== "reply") throw new Error(`${message.type}: ${JSON.stringify(answer)}`);
    return answer.ok;
  }

  private async connect(): Promise<void> {
    this.waiting.clear();
    const socket = new WebSocket(this.entry.url, "baton.v1", { origin: this.server.url });
    this.socket = socket;
    socket.on("message", (frame) => this.hear(frame.toString()));
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.on("error", reject);
    });
    const { token, workspace } = this.entry;
    const welcome = await this.ask({ type: "hello", token, workspace, instance: randomUUID() });
    if (welcome.type !== "welcome") throw new Error(`hello: ${JSON.stringify(welcome)}`);
  }

  private hear(frame: string): void {
    for (const message of JSON.parse(frame) as ServerMessage[]) {
      if (message.type === "ping") this.socket?.send(JSON.stringify({ type: "pong" }));
      if ("re" in message && typeof message.re === "number") this.waiting.get(message.re)?.(message);
    }
  }

  private async ask(message: ClientFrame): Promise<ServerMessage> {
    const id = ++this.calls;
    let answer: ServerMessage | undefined;
    this.waiting.set(id, (message) => (answer = message));
    try {
      this.socket?.send(JSON.stringify({ id, ...message }));
      return await until(`${message.type} is answered`, () => answer, ANSWER_LIMIT_MS);
    } finally {
      this.waiting.delete(id);
    }
  }
}

/** Has the second fence been given out after the first? */
export function isLater(first: FenceDoc, second: FenceDoc): boolean {
  return second.epoch > first.epoch || (second.epoch === first.epoch && second.counter > first.counter);
}

function words(part: unknown): string {
  if (part === null || typeof part !== "object") return String(part);
  return Object.values(part).map(words).join("\n");
}
