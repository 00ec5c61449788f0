import type { RoomState } from "./api.ts";
import type { Calls } from "./calls.ts";
import { asBatonError, BatonError } from "./errors.ts";
import type { ChatLineDoc } from "./protocol.ts";
import { Store, type Readable } from "./store.ts";
import type { PendingLine, SayOptions, Talk, Unread } from "./talk.ts";

/** Lines that wait to be said, at most. */
export const PENDING_MAX = 50;

/** What a conversation needs. */
export interface TalkWiring {
  readonly calls: Calls;
  readonly room: Readable<RoomState>;
  readonly uuid: () => string;
  readonly now: () => number;
  /** A line is on its way: whoever was shown as typing no longer types. */
  readonly onSaid: () => void;
}

/**
 * The chat from this page's side: what it says, in order and each line once, and what it has not read.
 *
 * A line keeps its id until it is answered, so it may be sent again over a new socket. Kept in memory only, like the chat.
 */
export class Conversation implements Talk {
  readonly pending = new Store<readonly PendingLine[]>([]);
  readonly unread = new Store<Unread>(NOTHING);
  readonly #wiring: TalkWiring;
  readonly #waiting = new Map<string, { resolve: () => void; reject: (error: BatonError) => void }>();
  #saying = false;
  #read: ChatLineDoc | undefined;

  constructor(wiring: TalkWiring) {
    this.#wiring = wiring;
    wiring.room.subscribe(() => this.#count());
  }

  say(text: string, more: SayOptions = {}): Promise<void> {
    const { mentions = [], link } = more;
    if (this.pending.get().length >= PENDING_MAX) {
      const help = "Wait until what you said has been sent, or discard it.";
      return Promise.reject(BatonError.local("cancelled", "Too many lines are waiting to be sent.", help));
    }
    const clientId = this.#wiring.uuid();
    const at = this.#wiring.now();
    const line = { clientId, at, text, mentions, ...(link ? { link } : {}), error: null };
    this.pending.update((lines) => [...lines, line]);
    this.#wiring.onSaid();
    const said = new Promise<void>((resolve, reject) => this.#waiting.set(clientId, { resolve, reject }));
    void this.#work();
    return said;
  }

  retry(clientId: string): void {
    this.#change(clientId, { error: null });
    void this.#work();
  }

  discard(clientId: string): void {
    this.pending.update((lines) => lines.filter((line) => line.clientId !== clientId));
  }

  read(): void {
    this.#read = this.#wiring.room.get().chat.at(-1);
    this.#count();
  }

  /** One line after the other, so that they are said in the order in which they were written. */
  async #work(): Promise<void> {
    if (this.#saying) return;
    this.#saying = true;
    for (;;) {
      const line = this.pending.get().find((one) => one.error === null);
      if (!line) break;
      await this.#send(line);
    }
    this.#saying = false;
  }

  async #send({ clientId, text, mentions, link }: PendingLine): Promise<void> {
    const waiting = this.#waiting.get(clientId);
    this.#waiting.delete(clientId);
    try {
      await this.#wiring.calls.decide({
        type: "chat",
        client_id: clientId,
        text,
        ...(mentions.length > 0 ? { mentions: [...mentions] } : {}),
        ...(link ? { link } : {}),
      });
      this.discard(clientId);
      waiting?.resolve();
    } catch (thrown) {
      const error = asBatonError(thrown);
      this.#change(clientId, { error });
      waiting?.reject(error);
    }
  }

  #change(clientId: string, change: Partial<PendingLine>): void {
    this.pending.update((lines) =>
      lines.map((line) => (line.clientId === clientId ? { ...line, ...change } : line)),
    );
  }

  #count(): void {
    const { chat, user } = this.#wiring.room.get();
    const after = this.#read === undefined ? 0 : chat.indexOf(this.#read) + 1;
    const fresh = chat.slice(after).filter((line) => line.user !== user);
    const mentions = fresh.filter((line) => line.mentions.includes(user)).length;
    const [first] = fresh;
    const was = this.unread.get();
    if (was.lines === fresh.length && was.mentions === mentions && was.first === first) return;
    this.unread.set({ lines: fresh.length, mentions, first });
  }
}

const NOTHING: Unread = { lines: 0, mentions: 0, first: undefined };
