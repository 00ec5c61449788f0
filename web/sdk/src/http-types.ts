import type {
  ChangeDoc,
  ChangeKindDoc,
  ExplanationDoc,
  NodeDoc,
  RecordDoc,
  RoleDoc,
  SessionDoc,
  StatusDoc,
  StatusReasonDoc,
  VersionDoc,
} from "./protocol.ts";

/** In which ways one can come in. */
export interface Doors {
  /** The instance still waits for its owner. */
  needed: boolean;
  /** What the provider is called with which one can sign in besides. */
  open_id?: string;
  /** A lost password can be set anew by mail. */
  mail: boolean;
}

/** What goes on in a workspace right now; `GET …/console`. */
export interface ConsoleFigures {
  sessions: readonly ConsoleSession[];
  locks: readonly ExplanationDoc[];
  settings: LockTimes;
  /** How long a lock is held, in milliseconds, as measured. */
  hold_ms: number;
  limits: readonly { what: string; used: number; most: number }[];
  storage: {
    /** Of all workspaces. */
    database_bytes: number;
    operations: number;
    versions: number;
    records: number;
    parked: number;
    audit: number;
  };
}

/** A live session with what only admins see of it. */
export interface ConsoleSession {
  session: SessionDoc;
  address: string;
  silent_ms: number;
  lag_ms?: number;
  queued_bytes?: number;
  locks: number;
  waiting: number;
  unsaved: number;
}

/** The times of locks, in seconds. */
export interface LockTimes {
  grace_s: number;
  idle_s: number;
  nudge_s: number;
  take_over_s: number;
  request_s: number;
  undo_s: number;
  promise_s: number;
}

/** An account as it is shown. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** A workspace of the signed-in account. */
export interface WorkspaceSummary {
  readonly id: string;
  readonly name: string;
  readonly role: RoleDoc;
}

/** The signed-in account and where it belongs. */
export interface Me {
  readonly user: User;
  readonly workspaces: readonly WorkspaceSummary[];
}

/** A person of the demo. */
export interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** What an invitation link leads to. */
export interface Invitation {
  readonly workspace: string | { readonly id: string; readonly name: string };
  readonly role: RoleDoc;
  readonly expires?: number;
  readonly [more: string]: unknown;
}

/** A fresh invitation link. */
export interface InvitationLink {
  readonly url: string;
  readonly token: string;
  readonly expires: number;
  /** Whether it is on its way by mail. */
  mailed: boolean;
}

/** An invitation as its workspace lists it; its token is not kept. */
export interface InvitationRow {
  readonly id: string;
  readonly role: RoleDoc;
  readonly custom_role?: string;
  readonly invited_by: string;
  readonly created: number;
  readonly expires: number;
  readonly used_by?: string;
  readonly revoked: boolean;
  /** The address that it was sent to. */
  email?: string;
}

/** One row of the permission table. */
export interface PermissionRow {
  readonly action: string;
  readonly words: string;
  readonly roles: readonly RoleDoc[];
  readonly right?: string;
}

/** Who may do what, and the areas that a custom role speaks of. */
export interface PermissionTable {
  readonly actions: readonly PermissionRow[];
  readonly areas: readonly string[];
  /** What keys can be used for. */
  readonly scopes: readonly KeyScope[];
}

/** What a key can be used for. */
export interface KeyScope {
  readonly scope: string;
  readonly words: string;
  /** Whether a key speaks with it for the workspace; with the others it acts for whoever made it. */
  readonly for_workspace: boolean;
}

/** A key as its workspace lists it; its text is not kept. */
export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly made_by: string;
  readonly created: number;
  /** For ever if not there. */
  readonly expires?: number;
  /** When it was last used, to the minute. */
  readonly used?: number;
}

/** What a new key is for. */
export interface KeyBody {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires?: number;
}

/** A new key; its text is shown this once. */
export interface KeyMade {
  readonly id: string;
  readonly key: string;
}

/** A built-in role, or a custom one by its id. */
export type RoleChoice = { readonly role: RoleDoc } | { readonly custom_role: string };

/** What a custom role shall be. */
export interface CustomRoleBody {
  readonly name: string;
  readonly view: readonly string[];
  readonly edit: readonly string[];
  readonly publish: readonly string[];
  readonly manage: readonly string[];
  readonly reason?: string;
}

/** A file for an import. */
export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

/** Where a XanoScript text could not be read. */
export interface ImportError {
  readonly line: number;
  readonly column: number;
  readonly expected?: string | readonly string[];
  readonly found?: string;
  readonly message: string;
}

/** What became of one imported file. */
export interface ImportedFile {
  readonly name: string;
  readonly ok: boolean;
  readonly object?: string;
  readonly created?: boolean;
  readonly error?: ImportError;
  readonly flags?: readonly unknown[];
}

/** The thresholds of a workspace, and what it keeps. */
export interface PresenceSettings {
  readonly away_s: number;
  readonly offline_s: number;
  /** Whether status changes and activity of members are kept. */
  readonly history: boolean;
  readonly retention_days: number;
}

/** A member's status history. */
export interface StatusHistory {
  readonly kept: boolean;
  /** Newest first. */
  readonly changes: readonly StatusChange[];
  /** The last two hours by minute, oldest first; a minute without input is left out. */
  readonly activity: readonly { readonly minute: number; readonly interactions: number }[];
  readonly next?: number;
}

/** One change of a member's status. */
export interface StatusChange {
  readonly number: number;
  readonly at: number;
  readonly from: StatusDoc;
  readonly to: StatusDoc;
  readonly reason: StatusReasonDoc;
}

/** What went on in a workspace, in sums. */
export interface Analytics {
  readonly from: number;
  readonly to: number;
  /** Minutes of a span. */
  readonly minutes: number;
  /** Spans in which anybody was here, oldest first. */
  readonly spans: readonly AnalyticsSpan[];
  /** Busiest first. */
  readonly objects: readonly {
    readonly object: string;
    readonly name: string;
    readonly member_minutes: number;
    readonly edits: number;
  }[];
}

/** Some minutes together. */
export interface AnalyticsSpan {
  readonly at: number;
  readonly peak: number;
  readonly member_minutes: number;
  readonly bot_minutes: number;
  readonly online_ms: number;
  readonly busy_ms: number;
  readonly away_ms: number;
  readonly interactions: number;
}

/** A file of an export. */
export interface ExportedFile {
  readonly path: string;
  readonly text: string;
}

/** A parameter of a statement. */
export interface CatalogueParam {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  readonly values?: readonly string[];
}

/** A statement that a step can be. */
export interface CatalogueEntry {
  readonly group: string;
  readonly label: string;
  readonly statement: string;
  readonly subject: unknown;
  readonly params: readonly CatalogueParam[];
  readonly result: unknown;
  readonly arms: unknown;
  readonly help: string;
}

/** A published version. */
export type Version = VersionDoc;

/** Which changes of an object; times are milliseconds since the Unix epoch. */
export interface ChangesQuery {
  readonly before?: number;
  readonly limit?: number;
  readonly author?: string;
  readonly item?: string;
  readonly kind?: ChangeKindDoc;
  readonly since?: number;
  readonly until?: number;
}

/** Changes, newest first; `next` is the `before` of the next page, if there is one. */
export interface ChangesPage {
  readonly changes: readonly ChangeDoc[];
  readonly next?: number;
}

/** Published versions, newest first; `next` is the `before` of the next page, if there is one. */
export interface VersionsPage {
  readonly versions: readonly Version[];
  readonly next?: number;
}

/** What differs between two states of an object. */
export interface Comparison {
  readonly rows: readonly CompareRow[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
  /** What of a parked draft does not fit any more, in words. */
  readonly misfits?: readonly string[];
  /** Both as XanoScript, if it was asked for. */
  readonly lines?: readonly { readonly a?: number; readonly b?: number; readonly text: string }[];
}

/** A node in one of the states, or in both. */
export interface CompareRow {
  readonly item: string;
  readonly depth: number;
  readonly a?: NodeDoc;
  readonly b?: NodeDoc;
  readonly moved: boolean;
  readonly fields: readonly { readonly name: string; readonly a?: string; readonly b?: string }[];
}

/** How a value is compared with what a filter names. */
export type RecordOperator =
  | "is"
  | "is_not"
  | "contains"
  | "starts_with"
  | "below"
  | "at_most"
  | "above"
  | "at_least"
  | "is_empty"
  | "is_not_empty";

/** A condition; a record meets all of a query's. */
export interface RecordCondition {
  /** A field by name or id. */
  readonly field: string;
  readonly op: RecordOperator;
  readonly value?: string;
}

/** Which records of a table, and in which order. */
export interface RecordsQuery {
  /** A field by name or id, `-` before it for the largest first. */
  readonly sort?: string;
  readonly filter?: readonly RecordCondition[];
  /** A text that stands somewhere in the record. */
  readonly q?: string;
}

/** A piece of a table. */
export interface RecordsPage {
  readonly revision: number;
  readonly total: number;
  readonly matching: number;
  readonly offset: number;
  readonly records: readonly RecordDoc[];
}

/** A step that works on a table. */
export interface TableUse {
  readonly object: string;
  readonly kind: string;
  readonly name: string;
  readonly item: string;
  readonly title: string;
  readonly names_field: boolean;
}
