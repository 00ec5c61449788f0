import { browserEnvironment } from "./browser.ts";
import type { Environment } from "./environment.ts";
import { BatonError } from "./errors.ts";
import type {
  Analytics,
  CatalogueEntry,
  ChangesPage,
  ChangesQuery,
  Comparison,
  ConsoleFigures,
  DemoPerson,
  Doors,
  ExportedFile,
  ImportedFile,
  ImportFile,
  CustomRoleBody,
  Invitation,
  InvitationLink,
  InvitationRow,
  KeyBody,
  KeyMade,
  KeyRow,
  LockTimes,
  Me,
  PermissionTable,
  PresenceSettings,
  RecordsPage,
  RecordsQuery,
  RoleChoice,
  StatusHistory,
  TableUse,
  User,
  VersionsPage,
} from "./http-types.ts";
import type {
  ChangeDoc,
  CustomRoleDoc,
  ImportedDoc,
  PresenceListDoc,
  ReceiptDoc,
  StatusDoc,
} from "./protocol.ts";
import { SignIn } from "./sign-in.ts";
import type { Readable } from "./store.ts";
import { Wire } from "./wire.ts";

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
  /** An access token with some life left, refreshed if need be; `fresh`: the server has just refused the one at hand. */
  token(fresh?: "fresh"): Promise<string>;
  /** How long the access token at hand lives, in milliseconds. */
  tokenLifeMs(): number;
  /** Signs in by the refresh cookie, if there is one. */
  restore(): Promise<User | null>;
  signIn(who: { email: string; password: string; device?: string }): Promise<User>;
  signOut(): Promise<void>;
  me(): Promise<Me>;
  /** The demo's people; `null` where there is no demo. */
  demo(): Promise<readonly DemoPerson[] | null>;
  setupNeeded(): Promise<boolean>;
  /** In which ways one can come in. */
  doors(): Promise<Doors>;
  /** Sends a reset link to the address, if there is an account with it. */
  forgotPassword(email: string): Promise<void>;
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
  /** Sets a password by the token of a reset link. */
  resetPassword(token: string, password: string): Promise<void>;
  /** Makes a link; with an address it is sent there too. */
  invite(workspace: string, role: RoleChoice, email?: string): Promise<InvitationLink>;
  invitations(workspace: string): Promise<readonly InvitationRow[]>;
  revokeInvitation(workspace: string, invitation: string): Promise<void>;
  /** Keys with which programs call; for owners and admins. */
  keys(workspace: string): Promise<readonly KeyRow[]>;
  makeKey(workspace: string, key: KeyBody): Promise<KeyMade>;
  /** Ends a key: its next call is refused. */
  revokeKey(workspace: string, key: string): Promise<void>;
  setRole(workspace: string, user: string, role: RoleChoice, reason?: string): Promise<void>;
  permissions(): Promise<PermissionTable>;
  /** Makes a custom role, or changes the one with this id. */
  saveRole(workspace: string, role: CustomRoleBody, id?: string): Promise<CustomRoleDoc>;
  deleteRole(workspace: string, role: string): Promise<void>;
  /** Hands the workspace over; the caller is an admin from then on. */
  transferOwnership(workspace: string, user: string, reason?: string): Promise<void>;
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
  /** A page of an object's log, newest first, what is live among it. */
  changes(workspace: string, object: string, query?: ChangesQuery): Promise<ChangesPage>;
  change(workspace: string, object: string, number: number): Promise<ChangeDoc>;
  /** A page of an object's published versions, newest first. */
  versions(
    workspace: string,
    object: string,
    query?: { before?: number; limit?: number },
  ): Promise<VersionsPage>;
  /** Puts a version back into the draft, as a change. */
  restoreVersion(workspace: string, object: string, number: number, revision: number): Promise<ReceiptDoc>;
  /** Two states side by side: `draft`, `published`, `version:3`, `change:7`, `before:7`, `parked:<id>`. */
  compare(
    workspace: string,
    object: string,
    a: string,
    b: string,
    more?: { all?: boolean; text?: boolean },
  ): Promise<Comparison>;
  /** Records of a table, `limit` of them (500 at most) from `offset` on. */
  records(
    workspace: string,
    object: string,
    query: RecordsQuery & { offset?: number; limit?: number },
  ): Promise<RecordsPage>;
  /** The steps that work on a table, and whether they name a field of it. */
  tableUses(
    workspace: string,
    object: string,
    field?: string,
  ): Promise<{ uses: readonly TableUse[]; more: boolean }>;
  /** Who is where: online, busy, away, then by last seen; 100 a page. */
  presence(workspace: string, after?: string): Promise<PresenceListDoc>;
  /** One's own status in all of one's workspaces. */
  setStatusEverywhere(status: StatusDoc, message: string, until?: number): Promise<void>;
  /** For oneself and for admins. */
  statusHistory(workspace: string, user: string): Promise<StatusHistory>;
  presenceSettings(workspace: string): Promise<PresenceSettings>;
  setPresenceSettings(workspace: string, settings: PresenceSettings): Promise<void>;
  /** What goes on right now; for admins. */
  console(workspace: string): Promise<ConsoleFigures>;
  /** Ends a session of somebody, who is told the reason. */
  endSession(workspace: string, session: string, reason: string): Promise<void>;
  /** Nobody edits until it is let go on; everybody is shown the message. */
  freeze(workspace: string, message: string): Promise<void>;
  unfreeze(workspace: string): Promise<void>;
  setLockTimes(workspace: string, times: LockTimes, reason?: string): Promise<void>;
  /** What went on between two moments, in sums; for admins. */
  analytics(workspace: string, from: number, to: number): Promise<Analytics>;
  /** The same as a table for a spreadsheet. */
  analyticsCsv(workspace: string, table: "members" | "objects", from: number, to: number): Promise<string>;
  catalogue(): Promise<readonly CatalogueEntry[]>;
  /** Any other call: JSON in, JSON out, with the token. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** What is there as a text, with the token. */
  text(path: string): Promise<string>;
}

/** Typed calls to a server. */
export function createHttp(options: HttpOptions): Http {
  const environment = options.environment ?? browserEnvironment();
  const base = options.base.replace(/\/+$/, "");
  const wire = new Wire(`${base}/api/v1`, environment);
  const signIn = new SignIn(wire, environment.clock, environment.browserStorage);
  const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    signIn.authorized((token) => wire.json<T>(method, path, body, token));
  const text = (path: string): Promise<string> => signIn.authorized((token) => wire.text(path, token));
  const at = (workspace: string, rest: string) => `/workspaces/${enc(workspace)}${rest}`;
  const object = (workspace: string, id: string) => at(workspace, `/objects/${enc(id)}`);
  return {
    base,
    call,
    text,
    user: signIn.user,
    token: (fresh) => signIn.token(fresh === "fresh"),
    tokenLifeMs: () => signIn.lifeMs(),
    restore: () => signIn.restore(),
    signIn: async (who) => signIn.take(await wire.json("POST", "/auth/sign-in", who)),
    signOut: () => signIn.end(),
    me: () => call("GET", "/me"),
    async demo() {
      try {
        return (await wire.json<{ people: DemoPerson[] }>("GET", "/demo")).people;
      } catch (thrown) {
        if (thrown instanceof BatonError && thrown.code === "not_found") return null;
        throw thrown;
      }
    },
    setupNeeded: async () => (await wire.json<Doors>("GET", "/setup")).needed,
    doors: () => wire.json("GET", "/setup"),
    forgotPassword: (email) => wire.json("POST", "/auth/forgot", { email }),
    setUp: async (owner) => signIn.takeIfGiven(await wire.json("POST", "/setup", owner)),
    invitation: (token) => wire.json("GET", `/invitations/${enc(token)}`),
    async acceptInvitation(token, who) {
      const path = `/invitations/${enc(token)}/accept`;
      // Somebody who is signed in joins as who they are; somebody new makes an account by it.
      const answer = signIn.user.get()
        ? await call<unknown>("POST", path, who)
        : await wire.json<unknown>("POST", path, who);
      return signIn.takeIfGiven(answer);
    },
    resetPassword: (token, password) => wire.json("POST", "/auth/reset", { token, password }),
    invite: (workspace, role, email) =>
      call("POST", at(workspace, "/invitations"), { ...role, ...(email ? { email } : {}) }),
    invitations: async (workspace) => listIn("invitations", await call("GET", at(workspace, "/invitations"))),
    revokeInvitation: (workspace, id) => call("DELETE", at(workspace, `/invitations/${enc(id)}`)),
    keys: async (workspace) => listIn("keys", await call("GET", at(workspace, "/keys"))),
    makeKey: (workspace, key) => call("POST", at(workspace, "/keys"), key),
    revokeKey: (workspace, id) => call("DELETE", at(workspace, `/keys/${enc(id)}`)),
    permissions: () => call("GET", "/permissions"),
    saveRole: (workspace, role, id) =>
      id === undefined
        ? call("POST", at(workspace, "/roles"), role)
        : call("PUT", at(workspace, `/roles/${enc(id)}`), role),
    deleteRole: (workspace, role) => call("DELETE", at(workspace, `/roles/${enc(role)}`)),
    transferOwnership: (workspace, user, reason) =>
      call("PUT", at(workspace, "/owner"), { user, ...(reason ? { reason } : {}) }),
    setRole: (workspace, user, role, reason) =>
      call("PATCH", at(workspace, `/members/${enc(user)}`), {
        ...role,
        ...(reason ? { reason } : {}),
      }),
    removeMember: (workspace, user, reason) =>
      call("DELETE", at(workspace, `/members/${enc(user)}`), reason ? { reason } : undefined),
    async createObject(workspace, what) {
      const body = { op_id: environment.uuid(), ...what };
      const answer = await call<ImportedDoc & { objects?: ImportedDoc[] }>(
        "POST",
        at(workspace, "/objects"),
        body,
      );
      return answer.objects?.[0] ?? answer;
    },
    xanoscript: (workspace, id, { draft = true } = {}) =>
      text(`${object(workspace, id)}/xanoscript?include_draft=${draft}`),
    async importFiles(workspace, what) {
      const body = { op_id: environment.uuid(), ...what };
      return (await call<{ files: ImportedFile[] }>("POST", at(workspace, "/import"), body)).files;
    },
    exportFiles: async (workspace) =>
      (await call<{ files: ExportedFile[] }>("GET", at(workspace, "/export"))).files,
    changes: (workspace, id, query = {}) =>
      call("GET", `${object(workspace, id)}/changes?${queryOf({ ...query })}`),
    change: (workspace, id, number) => call("GET", `${object(workspace, id)}/changes/${number}`),
    restoreVersion: (workspace, id, number, revision) =>
      call("POST", `${object(workspace, id)}/versions/${number}/restore`, {
        op_id: environment.uuid(),
        revision,
      }),
    compare: (workspace, id, a, b, more = {}) =>
      call("GET", `${object(workspace, id)}/compare?${queryOf({ a, b, ...more })}`),
    versions: (workspace, id, query = {}) =>
      call("GET", `${object(workspace, id)}/versions?${queryOf({ ...query })}`),
    records: (workspace, id, query) => {
      const asked = new URLSearchParams();
      const { sort, filter, q, offset, limit } = query;
      if (sort !== undefined) asked.set("sort", sort);
      if (filter !== undefined && filter.length > 0) asked.set("filter", JSON.stringify(filter));
      if (q !== undefined) asked.set("q", q);
      if (offset !== undefined) asked.set("offset", String(offset));
      if (limit !== undefined) asked.set("limit", String(limit));
      return call("GET", `${object(workspace, id)}/records?${asked.toString()}`);
    },
    tableUses: (workspace, id, field) =>
      call("GET", `${object(workspace, id)}/usage${field === undefined ? "" : `?field=${enc(field)}`}`),
    presence: (workspace, after) =>
      call("GET", at(workspace, `/presence${after === undefined ? "" : `?after=${enc(after)}`}`)),
    setStatusEverywhere: (status, message, until) =>
      call("PUT", "/me/status", {
        status,
        message,
        ...(until === undefined ? {} : { until: Math.round(until) }),
      }),
    statusHistory: (workspace, user) => call("GET", at(workspace, `/presence/${enc(user)}/history`)),
    presenceSettings: (workspace) => call("GET", at(workspace, "/presence/settings")),
    setPresenceSettings: (workspace, settings) => call("PUT", at(workspace, "/presence/settings"), settings),
    console: (workspace) => call("GET", at(workspace, "/console")),
    endSession: (workspace, session, reason) =>
      call("POST", at(workspace, `/sessions/${enc(session)}/kick`), { reason }),
    freeze: (workspace, message) => call("POST", at(workspace, "/freeze"), { message }),
    unfreeze: (workspace) => call("DELETE", at(workspace, "/freeze")),
    setLockTimes: (workspace, times, reason) =>
      call("PUT", at(workspace, "/locks/settings"), { ...times, ...(reason ? { reason } : {}) }),
    analytics: (workspace, from, to) => call("GET", at(workspace, `/analytics?from=${from}&to=${to}`)),
    analyticsCsv: (workspace, table, from, to) =>
      text(at(workspace, `/analytics/csv?table=${table}&from=${from}&to=${to}`)),
    catalogue: async () => listIn("entries", await call("GET", "/catalogue")),
  };
}

function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

function enc(part: string): string {
  return encodeURIComponent(part);
}

/** A list by itself, or under its name in an object that can carry more later. */
function listIn<T>(name: string, answer: unknown): readonly T[] {
  if (Array.isArray(answer)) return answer as T[];
  const list = (answer as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? (list as T[]) : [];
}
