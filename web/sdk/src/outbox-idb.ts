import { openDB, type DBSchema } from "idb";
import type { OutboxRow, OutboxStorage } from "./outbox-storage.ts";

interface Schema extends DBSchema {
  operations: { key: string; value: OutboxRow; indexes: { owner: [string, string] } };
}

/** Rows in IndexedDB: they survive a reload, a crash of the tab and a restart of the browser. */
export function indexedDbOutboxStorage(name = "baton-outbox"): OutboxStorage {
  const database = openDB<Schema>(name, 1, {
    upgrade(db) {
      const store = db.createObjectStore("operations", { keyPath: "opId" });
      store.createIndex("owner", ["workspace", "user"]);
    },
  });
  // Each call reports the failure to its caller; without this the bare promise would count as unhandled.
  database.catch(() => undefined);
  return {
    async put(row) {
      await (await database).put("operations", row);
    },
    async remove(opIds) {
      const transaction = (await database).transaction("operations", "readwrite");
      await Promise.all([...opIds.map((opId) => transaction.store.delete(opId)), transaction.done]);
    },
    async list(workspace, user) {
      return (await database).getAllFromIndex("operations", "owner", [workspace, user]);
    },
  };
}
