import type { ClientFrame } from "./protocol.ts";

/** What is kept of an operation from before it is sent until it is acknowledged. */
export interface OutboxRow {
  /** The operation's id; the key. */
  readonly opId: string;
  readonly workspace: string;
  readonly user: string;
  readonly object: string;
  /** The session that it was typed in. */
  readonly session: string;
  /** The page that sends it, and nobody else while that page lives. */
  readonly instance: string;
  /** Order within the instance. */
  readonly order: number;
  /** What is sent. */
  readonly frame: ClientFrame;
  /** Set once the server has refused it for good: it is kept for its author and not sent again. */
  readonly refused?: import("./protocol.ts").ErrorBody;
}

/** Where rows are kept. */
export interface OutboxStorage {
  /** Writes a row; resolves once it would survive the page. */
  put(row: OutboxRow): Promise<void>;
  /** Forgets rows. */
  remove(opIds: readonly string[]): Promise<void>;
  /** All rows of a workspace and user, in no order. */
  list(workspace: string, user: string): Promise<readonly OutboxRow[]>;
}

/** Rows in memory: for Node, tests, and browsers that refuse IndexedDB. */
export function memoryOutboxStorage(): OutboxStorage {
  const rows = new Map<string, OutboxRow>();
  return {
    async put(row) {
      rows.set(row.opId, row);
    },
    async remove(opIds) {
      for (const opId of opIds) rows.delete(opId);
    },
    async list(workspace, user) {
      return [...rows.values()].filter((row) => row.workspace === workspace && row.user === user);
    },
  };
}
