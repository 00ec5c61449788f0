import type { Environment } from "./environment.ts";
import type {
  CatalogueEntry,
  DemoPerson,
  ExportedFile,
  ImportedFile,
  ImportFile,
  Invitation,
  InvitationLink,
  Me,
  User,
  Version,
} from "./http-types.ts";
import type { ChangeDoc, ImportedDoc, RoleDoc } from "./protocol.ts";
import type { Readable } from "./store.ts";

/** What [`createHttp`] needs. */
export interface HttpOptions {
  /** Origin of the server, such as `https://baton.example`. */
  readonly base: string;
  /** Where the SDK runs; the browser it is in by default. */
  readonly environment?: Environment;
}

/** Typed calls of `/api/v1`; holds the access token of this page, renewed by itself. Failures are `BatonError`s. */
export interface Http {
  readonly base: string;
  /** The signed-in account: `undefined` until it is known, `null` if nobody is signed in. */
  readonly user: Readable<User | null | undefined>;
  /** An access token with some life left, refreshed if need be. */
  token(): Promise<string>;
  /** Signs in by the refresh cookie, if there is one. */
  restore(): Promise<User | null>;
  signIn(who: { email: string; password: string; device?: string }): Promise<User>;
  signOut(): Promise<void>;
  me(): Promise<Me>;
  /** The demo's people; `null` where there is no demo. */
  demo(): Promise<readonly DemoPerson[] | null>;
  setupNeeded(): Promise<boolean>;
  setUp(owner: {
    token: string;
    name: string;
    email: string;
    password: string;
    workspace: string;
  }): Promise<User | null>;
  invitation(token: string): Promise<Invitation>;
  acceptInvitation(
    token: string,
    who: { name?: string; email?: string; password?: string },
  ): Promise<User | null>;
  invite(workspace: string, role: RoleDoc): Promise<InvitationLink>;
  setRole(workspace: string, user: string, role: RoleDoc, reason?: string): Promise<void>;
  removeMember(workspace: string, user: string, reason?: string): Promise<void>;
  createObject(
    workspace: string,
    object: { kind: string; name: string; group?: string; op_id?: string },
  ): Promise<ImportedDoc>;
  xanoscript(workspace: string, object: string, options?: { draft?: boolean }): Promise<string>;
  importFiles(
    workspace: string,
    what: { files: readonly ImportFile[]; group?: string; publish?: string; op_id?: string },
  ): Promise<readonly ImportedFile[]>;
  exportFiles(workspace: string): Promise<readonly ExportedFile[]>;
  changes(
    workspace: string,
    object: string,
    page?: { before?: number; limit?: number },
  ): Promise<readonly ChangeDoc[]>;
  versions(workspace: string, object: string): Promise<readonly Version[]>;
  catalogue(): Promise<readonly CatalogueEntry[]>;
  /** Any other call: JSON in, JSON out, with the token. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Typed calls to a server. */
export function createHttp(_options: HttpOptions): Http {
  throw new Error("not built yet");
}
