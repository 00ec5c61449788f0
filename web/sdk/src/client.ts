import type { Client } from "./api.ts";
import type { Environment } from "./environment.ts";
import type { Http } from "./http.ts";
import type { OutboxStorage } from "./outbox-storage.ts";

/** What [`createClient`] needs. */
export interface ClientOptions {
  /** Signed in, or about to be. */
  readonly http: Http;
  /** The workspace's id. */
  readonly workspace: string;
  /** Device in words, such as "Chromium on Linux". */
  readonly device?: string;
  /** Where the SDK runs; the browser it is in by default. */
  readonly environment?: Environment;
  /** Where unacknowledged operations are kept; IndexedDB by default, memory where there is none. */
  readonly outbox?: OutboxStorage;
}

/** One tab in one workspace. Nothing happens before [`Client.start`]. */
export function createClient(_options: ClientOptions): Client {
  throw new Error("not built yet");
}
