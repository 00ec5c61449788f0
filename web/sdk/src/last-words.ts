import type { KeyValueStorage } from "./environment.ts";
import type { OutboxRow } from "./outbox-storage.ts";

/**
 * What a page has not had acknowledged in the moment in which it may die, kept in the tab's own storage. IndexedDB answers
 * later than a dying page lives; this does not. It is only a second copy: the ids in it are the same, so that an operation
 * that arrived after all is answered as before.
 */
export class LastWords {
  readonly #storage: KeyValueStorage;
  readonly #key: string;

  constructor(storage: KeyValueStorage, workspace: string) {
    this.#storage = storage;
    this.#key = `baton:${workspace}:last-words`;
  }

  /** Keeps these instead of what the page kept before; those of other pages stay. */
  keep(instance: string, rows: readonly OutboxRow[]): void {
    const all = [...this.read().filter((row) => row.instance !== instance), ...rows];
    try {
      if (all.length === 0) this.#storage.removeItem(this.#key);
      else this.#storage.setItem(this.#key, JSON.stringify(all));
    } catch {
      // A full storage: IndexedDB has to do.
    }
  }

  /** What pages of this tab left. */
  read(): OutboxRow[] {
    try {
      return JSON.parse(this.#storage.getItem(this.#key) ?? "[]") as OutboxRow[];
    } catch {
      return [];
    }
  }
}
