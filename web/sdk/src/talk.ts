import type { BatonError } from "./errors.ts";
import type { ChatLineDoc, LockPathDoc } from "./protocol.ts";
import type { Readable } from "./store.ts";

/** What a line says beside its text. */
export interface SayOptions {
  /** Members who are addressed. */
  readonly mentions?: readonly string[];
  /** A step or object that it points to. */
  readonly link?: LockPathDoc;
}

/** A line of one's own on its way. */
export interface PendingLine {
  readonly clientId: string;
  /** When it was written, server's clock. */
  readonly at: number;
  readonly text: string;
  readonly mentions: readonly string[];
  readonly link?: LockPathDoc;
  /** Why it was refused; `null` while it is on its way. */
  readonly error: BatonError | null;
}

/** What others have said since one last read. */
export interface Unread {
  readonly lines: number;
  /** How many of them address oneself. */
  readonly mentions: number;
  /** The first of them. */
  readonly first: ChatLineDoc | undefined;
}

/** The chat of those present. */
export interface Talk {
  /** Says a line, over as many sockets as it takes, once and after those before it; rejects if it is refused. */
  say(text: string, more?: SayOptions): Promise<void>;
  /** One's own lines that are not said yet. */
  readonly pending: Readable<readonly PendingLine[]>;
  /** Says a refused line again. */
  retry(clientId: string): void;
  /** Drops a refused line. */
  discard(clientId: string): void;
  readonly unread: Readable<Unread>;
  /** All that was said has been read. */
  read(): void;
}
