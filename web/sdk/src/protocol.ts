// Generated from src/protocol by `cargo test`; do not edit. `UPDATE=1 cargo test typescript` rewrites it.

export const SUBPROTOCOL = "baton.v1";

export const CLOSE = {
  restart: 4000,
  rebuilt: 4001,
  silent: 4002,
  slow: 4003,
  hello_timeout: 4004,
  token_expired: 4005,
  protocol: 4006,
  busy: 4007,
  replaced: 4500,
  left: 4501,
  signed_out: 4502,
  removed: 4503,
  suspended: 4504,
  unauthenticated: 4505,
  not_found: 4506,
  kicked: 4507,
} as const;

export type ErrorCode =
  | "bad_frame"
  | "unknown_type"
  | "frame_too_large"
  | "out_of_order"
  | "hello_timeout"
  | "bad_request"
  | "bad_text"
  | "too_many"
  | "unauthenticated"
  | "token_expired"
  | "bad_credentials"
  | "refresh_revoked"
  | "bad_invitation"
  | "bad_reset"
  | "issuer_unavailable"
  | "no_provider"
  | "no_account"
  | "no_mail"
  | "email_taken"
  | "setup_done"
  | "foreign_origin"
  | "not_found"
  | "method_not_allowed"
  | "bad_media_type"
  | "body_too_large"
  | "not_permitted"
  | "session_required"
  | "session_gone"
  | "no_such_item"
  | "no_such_change"
  | "request_ended"
  | "no_such_parked_draft"
  | "locked"
  | "held_by_ancestor"
  | "locked_below"
  | "handing_over"
  | "not_held"
  | "already_released"
  | "own_lock"
  | "not_locked"
  | "not_lockable"
  | "bad_operation"
  | "base_mismatch"
  | "op_id_reused"
  | "id_taken"
  | "name_taken"
  | "nothing_to_do"
  | "already_reverted"
  | "change_published"
  | "revert_conflict"
  | "nothing_to_undo"
  | "already_published"
  | "publish_depends"
  | "invalid_stack"
  | "syntax_error"
  | "lock_quota"
  | "parked_full"
  | "rate_limited"
  | "busy"
  | "last_owner"
  | "own_role"
  | "no_such_role"
  | "role_in_use"
  | "already_member"
  | "closed_for_edits"
  | "reserved"
  | "too_early"
  | "not_first"
  | "promised"
  | "undo_over"
  | "no_deadlock"
  | "no_such_channel"
  | "channel_refuses"
  | "not_in_channel"
  | "no_such_client"
  | "no_such_presence"
  | "presence_forbidden"
  | "presence_exists"
  | "no_such_key"
  | "scope_missing"
  | "not_for_keys"
  | "bad_record"
  | "not_a_table"
  | "upload_over"
  | "rows_invalid"
  | "bad_csv"
  | "bad_status"
  | "bad_time"
  | "not_yours"
  | "retry_later"
  | "store_unavailable"
  | "internal";

/**
 * What was done.
 */
export type AdminActDoc = "rights_changed" | "ownership_given" | "removed" | "kicked";

/**
 * Who did what to you, and why.
 */
export type AdminNoticeDoc = { 
/**
 * What.
 */
act: AdminActDoc, 
/**
 * The member who did it.
 */
by: string, 
/**
 * In their words; may be empty.
 */
reason: string, 
/**
 * The pen, if it is about one.
 */
path?: LockPathDoc, };

/**
 * How the holder answers a request.
 */
export type AnswerDoc = "grant" | "ignore" | "decline" | "promise";

/**
 * How a hello ended.
 */
export type ArrivalDoc = "new" | "resumed" | "reloaded";

/**
 * Somebody with changes that are not live.
 */
export type AuthorDoc = { 
/**
 * Who.
 */
user: string, 
/**
 * How many.
 */
changes: number, };

/**
 * Something that works now and would not afterwards.
 */
export type BreakageDoc = { "what": "result_used", 
/**
 * The variable, with its `$`.
 */
name: string, 
/**
 * The item that names it.
 */
item: string, } | { "what": "called", 
/**
 * The other object.
 */
object: string, 
/**
 * The item in it that calls.
 */
item: string, };

/**
 * A group of consecutive operations of one author on one field, as people read it.
 */
export type ChangeDoc = { 
/**
 * Number within the object, from 1.
 */
number: number, 
/**
 * Who.
 */
user: string, 
/**
 * First operation, milliseconds since the Unix epoch.
 */
began: number, 
/**
 * Last operation, milliseconds since the Unix epoch.
 */
ended: number, 
/**
 * What, in words; *names* between asterisks, `fields` between backticks.
 */
words: string, 
/**
 * Sort.
 */
kind: ChangeKindDoc, 
/**
 * The item that it is about.
 */
item?: string, 
/**
 * The field that it is about.
 */
field?: string, 
/**
 * First revision that it made.
 */
from: number, 
/**
 * Last revision that it made.
 */
to: number, 
/**
 * The change that reverted it.
 */
reverted_by?: number, 
/**
 * The earlier changes that it took back: first and last number of each run.
 */
taken?: Array<[number, number]>, 
/**
 * The version with which it went live.
 */
published?: number, };

/**
 * What sort of change it is.
 */
export type ChangeKindDoc = "edit" | "import" | "revert" | "restore" | "undo" | "redo";

/**
 * What holds for the channels of a name or pattern. Takes effect when it is saved.
 */
export type ChannelDoc = { 
/**
 * A name, or a stem with `/*`; up to 200 characters.
 */
pattern: string, 
/**
 * For people; up to 1,000 characters.
 */
description: string, 
/**
 * Whether it is used at all.
 */
active: boolean, 
/**
 * Whether names below the stem may be made by joining them.
 */
nested: boolean, 
/**
 * Whether clients without a token may join.
 */
anonymous: boolean, 
/**
 * Whether everybody in it is told who is in it.
 */
presence: boolean, 
/**
 * Messages to all in it.
 */
public: MessagingDoc, 
/**
 * Messages from authenticated clients to authenticated clients alone.
 */
authenticated: boolean, 
/**
 * Messages from one client to another, both in it.
 */
private: MessagingDoc, 
/**
 * How many messages and events are kept: 0, 25, 50, 100, 250 or 1000.
 */
history: number, 
/**
 * Whether they are kept in the database too, and survive a restart.
 */
stored: boolean, 
/**
 * For how many days they are kept there; for ever if zero.
 */
retention_days: number, };

/**
 * What happened in a channel.
 */
export type ChannelNewsDoc = { "kind": "said", 
/**
 * It.
 */
said: SaidDoc, } | { "kind": "here", 
/**
 * All of them.
 */
clients: Array<ClientDoc>, } | { "kind": "came", 
/**
 * Who.
 */
client: ClientDoc, } | { "kind": "went", 
/**
 * Who.
 */
client: ClientDoc, } | { "kind": "history", 
/**
 * Oldest first.
 */
said: Array<SaidDoc>, 
/**
 * Something that was missed is no longer there.
 */
missed: boolean, } | { "kind": "closed" };

/**
 * Something happened in a channel.
 */
export type ChannelPostDoc = { 
/**
 * Its name.
 */
channel: string, 
/**
 * What.
 */
news: ChannelNewsDoc, };

/**
 * One line of the session chat.
 */
export type ChatLineDoc = { 
/**
 * Place in the room's chat, from 1.
 */
number: number, 
/**
 * The sender's id of the line.
 */
client_id: string, 
/**
 * From which session.
 */
session: string, 
/**
 * From whom.
 */
user: string, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The words.
 */
text: string, 
/**
 * Members addressed.
 */
mentions: Array<string>, 
/**
 * A step or object that it points to.
 */
link?: LockPathDoc, };

/**
 * A client in a channel.
 */
export type ClientDoc = { 
/**
 * Its id: a session, or `c` with a number for a socket of another system's client.
 */
client: string, 
/**
 * The member, if it is one.
 */
user?: string, 
/**
 * The member's name.
 */
name?: string, 
/**
 * The table of an app's own users; zero for none.
 */
table: number, 
/**
 * The row in it; zero for none.
 */
row: number, 
/**
 * What the client's token was made with.
 */
extras?: unknown, };

/**
 * One frame: a call with an id gets exactly one reply with that id in `re`.
 */
export type ClientFrame = { 
/**
 * Chosen by the client; left out where no answer is wanted.
 */
id?: number, } & ({ "type": "hello", 
/**
 * Access token.
 */
token: string, 
/**
 * The workspace.
 */
workspace: string, 
/**
 * The loaded page; kept only in memory.
 */
instance: string, 
/**
 * The session that the page had.
 */
resume?: ResumeDoc, 
/**
 * Device in words, such as "Chromium on Linux"; up to 64 characters.
 */
device?: string, } | { "type": "pong" } | { "type": "reauth", 
/**
 * Access token.
 */
token: string, } | { "type": "leave" } | { "type": "snapshot" } | { "type": "open", 
/**
 * Which.
 */
object: string, } | { "type": "close" } | { "type": "locate", 
/**
 * Where.
 */
location: LocationDoc, } | { "type": "chat", 
/**
 * The client's id of the line.
 */
client_id: string, 
/**
 * 1 to 2,000 characters.
 */
text: string, 
/**
 * Members addressed.
 */
mentions?: Array<string>, 
/**
 * A step or object that the line points to.
 */
link?: LockPathDoc, } | { "type": "typing", 
/**
 * Whether.
 */
on: boolean, } | { "type": "set_status", 
/**
 * `online` (given back to input and its absence), `busy` or `away`.
 */
status: StatusDoc, 
/**
 * Up to 140 characters on one line.
 */
message?: string, 
/**
 * When both end, milliseconds since the Unix epoch; 30 days from now at most.
 */
until?: number, } | { "type": "set_privacy", 
/**
 * Who.
 */
privacy: PrivacyDoc, } | { "type": "set_avatar", 
/**
 * One emoji; empty for none.
 */
avatar: string, } | { "type": "activity", 
/**
 * Keys pressed.
 */
keys: number, 
/**
 * Clicks, taps and turns of a wheel.
 */
pointer: number, 
/**
 * Whose input, if one says so; only one's own is taken.
 */
user?: string, } | { "type": "presence", 
/**
 * Go on after this member.
 */
after?: string, } | { "type": "dirty", 
/**
 * Where.
 */
path: LockPathDoc, 
/**
 * How many.
 */
count: number, } | { "type": "acquire", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, } | { "type": "release", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * Under which fence it is held.
 */
fence: FenceDoc, } | { "type": "renew", 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * Under which fence it is held.
 */
fence: FenceDoc, } | { "type": "request_lock", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * The request's id if it will be a new one.
 */
request: string, 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * Up to 280 characters.
 */
note: string, } | { "type": "cancel_request", 
/**
 * Which.
 */
request: string, } | { "type": "answer_request", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * Which.
 */
request: string, 
/**
 * How.
 */
answer: AnswerDoc, 
/**
 * Why not, of a decline; up to 280 characters.
 */
reason?: string, 
/**
 * Of a promise: milliseconds from now, 10 min at most.
 */
within_ms?: number, } | { "type": "flushed", 
/**
 * Which lock.
 */
path: LockPathDoc, 
/**
 * Under which fence.
 */
fence: FenceDoc, } | { "type": "edit_here", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, } | { "type": "force", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * 1 to 280 characters.
 */
reason: string, } | { "type": "take_over", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * Which of one's own requests.
 */
request: string, } | { "type": "undo", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What had been taken.
 */
path: LockPathDoc, } | { "type": "swap", 
/**
 * The deadlock.
 */
deadlock: string, } | { "type": "close_editing", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * 1 to 280 characters.
 */
reason: string, } | { "type": "reopen", 
/**
 * The client's id of the decision.
 */
op_id: string, 
/**
 * What.
 */
path: LockPathDoc, } | { "type": "edit", 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which object.
 */
object: string, 
/**
 * The fence of the lock held; without it, acquire, write and release in one.
 */
fence?: FenceDoc, 
/**
 * Typed while an acquire was open that was then refused: parked instead of refused if another holds it.
 */
typed_ahead?: boolean, 
/**
 * The object's revision that the author saw.
 */
base_revision: number, 
/**
 * The author's own operation that this one builds on.
 */
prev_op?: string, 
/**
 * What.
 */
op: OpDoc, } | { "type": "duplicate", 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which object.
 */
object: string, 
/**
 * The node.
 */
item: string, 
/**
 * The ids of the copies are derived from this.
 */
seed: string, 
/**
 * The object's revision that the author saw.
 */
base_revision: number, } | { "type": "delete_object", 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which.
 */
object: string, } | { "type": "revert", 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which object.
 */
object: string, 
/**
 * What happens where later work stands on them.
 */
collisions?: CollisionsDoc, 
/**
 * Changes that are taken back over later work, whatever is said of the others.
 */
take?: Array<number>, 
/**
 * What happens where another session holds the pen.
 */
locks?: OverLocksDoc, 
/**
 * Why locks are ended; 1 to 280 characters.
 */
reason?: string, 
/**
 * Their numbers.
 */
changes?: Array<number>, 
/**
 * All of one member's.
 */
author?: string, 
/**
 * Of a table, with `author` or everything: only its content or only its records; both without it.
 */
only?: ScopeDoc, } | { "type": "check_revert", 
/**
 * Which object.
 */
object: string, 
/**
 * Their numbers.
 */
changes?: Array<number>, 
/**
 * All of one member's.
 */
author?: string, 
/**
 * Of a table, with `author` or everything: only its content or only its records; both without it.
 */
only?: ScopeDoc, } | { "type": "undo_change" } & StepDoc | { "type": "redo_change" } & StepDoc | { "type": "publish", 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which object.
 */
object: string, 
/**
 * The revision that the publisher has seen.
 */
revision: number, 
/**
 * Up to 2,000 characters.
 */
description: string, 
/**
 * Only the changes of these members; everybody's without it.
 */
authors?: Array<string>, 
/**
 * Take along what those changes build upon; otherwise it is refused with `publish_depends`.
 */
dependencies?: boolean, } | { "type": "check_publish", 
/**
 * Which object.
 */
object: string, 
/**
 * Only the changes of these members; everybody's without it.
 */
authors?: Array<string>, } | { "type": "ask_to_save", 
/**
 * Which object.
 */
object: string, } | { "type": "discard_parked", 
/**
 * Which.
 */
parked: string, } | { "type": "realtime" } & RealtimeCall | { "type": "explain", 
/**
 * What.
 */
path: LockPathDoc, });

/**
 * A path that an admin has closed for edits.
 */
export type ClosureDoc = { 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * By whom.
 */
user: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Since when, milliseconds since the Unix epoch.
 */
since: number, };

/**
 * A place where a change cannot simply be taken back.
 */
export type CollisionDoc = { 
/**
 * The change that was to be taken back.
 */
change: number, 
/**
 * The item.
 */
item?: string, 
/**
 * The field, if it is about one.
 */
field?: string, 
/**
 * Why.
 */
why: ObstacleDoc, 
/**
 * The later change that stands in the way.
 */
by?: number, 
/**
 * Who holds the pen.
 */
holder?: string, };

/**
 * What happens where later work stands on what is taken back.
 */
export type CollisionsDoc = "ask" | "keep" | "take";

/**
 * Caret and selection in a field's text, in UTF-16 code units, as browsers count. The text is the one that its author sees:
 * while they type it is ahead of what is saved, so its length goes with it, and who has a text of another length counts from
 * the end.
 */
export type CursorDoc = { 
/**
 * Where the selection began; the caret if nothing is selected.
 */
anchor: number, 
/**
 * The caret.
 */
head: number, 
/**
 * Length of the text in which both count.
 */
length: number, };

/**
 * A role that a workspace made for itself: areas are kinds of objects, such as `table`.
 */
export type CustomRoleDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where objects are seen; elsewhere they do not exist.
 */
view: Array<string>, 
/**
 * Where pens may be held, and objects made, changed and deleted.
 */
edit: Array<string>, 
/**
 * Where drafts may be made live.
 */
publish: Array<string>, 
/**
 * Where pens may be taken from their holders, and paths closed for edits.
 */
manage: Array<string>, };

/**
 * Members who wait for each other in a circle.
 */
export type DeadlockDoc = { 
/**
 * Named by the request that closed it.
 */
id: string, 
/**
 * The requests, in the order of the circle: each is for what the asker of the next one holds.
 */
requests: Array<string>, 
/**
 * Members who have agreed to swap.
 */
agreed: Array<string>, 
/**
 * The youngest request yields at this moment, milliseconds since the Unix epoch; left out while a promise runs.
 */
yields?: number, };

/**
 * One room update.
 */
export type DeltaDoc = { "d": "member" } & MemberDoc | { "d": "member_removed", 
/**
 * Whose.
 */
user: string, } | { "d": "role" } & CustomRoleDoc | { "d": "role_removed", 
/**
 * Which.
 */
role: string, } | { "d": "notice" } & AdminNoticeDoc | { "d": "session" } & SessionDoc | { "d": "session_ended", 
/**
 * Which.
 */
session: string, } | { "d": "presence" } & PresenceDoc | { "d": "roster", 
/**
 * Sessions that are gone, or not to be seen any more. Before the others.
 */
gone?: Array<string>, 
/**
 * Sessions that came, changed, or are seen from here on.
 */
sessions?: Array<SessionDoc>, 
/**
 * Members as they are now.
 */
presence?: Array<PresenceDoc>, } | { "d": "object" } & ObjectHeadDoc | { "d": "object_deleted", 
/**
 * Which.
 */
object: string, } | { "d": "operation", 
/**
 * Which object.
 */
object: string, 
/**
 * The operation, without its inverse.
 */
operation: OperationDoc, 
/**
 * The change that it belongs to, as it now reads.
 */
change: ChangeDoc, } | { "d": "change", 
/**
 * Which object.
 */
object: string, 
/**
 * The change.
 */
change: ChangeDoc, } | { "d": "changes_marked", 
/**
 * Which object.
 */
object: string, 
/**
 * First and last number of each run.
 */
changes: Array<[number, number]>, 
/**
 * The change that took them back; without it they stand again.
 */
reverted_by?: number, } | { "d": "published", 
/**
 * Which object.
 */
object: string, 
/**
 * The version.
 */
version: VersionDoc, 
/**
 * The changes that went live with it: first and last number of each run.
 */
changes: Array<[number, number]>, } | { "d": "save_asked", 
/**
 * Which object.
 */
object: string, 
/**
 * Who is about to publish.
 */
by: string, 
/**
 * Milliseconds left.
 */
within_ms: number, } | { "d": "lock" } & LockDoc | { "d": "lock_ended", 
/**
 * Which.
 */
path: LockPathDoc, 
/**
 * The session that held it.
 */
session: string, 
/**
 * Why.
 */
why: LockEndDoc, 
/**
 * The revision of the object at the end.
 */
revision: number, 
/**
 * The first revision that was written under it; left out if it was given back unused.
 */
wrote?: number, 
/**
 * Whose doing it was, if not the holder's.
 */
by?: string, 
/**
 * Their words.
 */
reason?: string, } | { "d": "request" } & RequestDoc | { "d": "request_ended", 
/**
 * Which.
 */
request: string, 
/**
 * On what.
 */
path: LockPathDoc, 
/**
 * Who had asked.
 */
session: string, 
/**
 * How.
 */
how: RequestEndDoc, 
/**
 * The holder's words, of a decline.
 */
reason?: string, } | { "d": "closed" } & ClosureDoc | { "d": "reopened", 
/**
 * What.
 */
path: LockPathDoc, 
/**
 * By whom.
 */
by: string, } | { "d": "deadlock" } & DeadlockDoc | { "d": "deadlock_ended", 
/**
 * Which.
 */
deadlock: string, } | { "d": "undone", 
/**
 * What had been taken.
 */
path: LockPathDoc, 
/**
 * The parked drafts of the take-over.
 */
parked: Array<string>, } | { "d": "freeze", 
/**
 * Which lock.
 */
path: LockPathDoc, 
/**
 * Its fence, which still writes.
 */
fence: FenceDoc, 
/**
 * Who gets it; the holder's own member, if it is only given back.
 */
to: string, 
/**
 * Milliseconds left.
 */
within_ms: number, } | { "d": "parked" } & ParkedDraftDoc | { "d": "parked_ended", 
/**
 * Which.
 */
parked: string, } | { "d": "channel" } & ChannelDoc | { "d": "channel_removed", 
/**
 * Its name or pattern.
 */
pattern: string, } | { "d": "chat" } & ChatLineDoc;

/**
 * An error as the socket carries it; HTTP carries the same fields in `application/problem+json` (RFC 9457).
 */
export type ErrorBody = { 
/**
 * A name from the table.
 */
code: string, 
/**
 * What happened, in a sentence.
 */
title: string, 
/**
 * What it means for one's work and what to do.
 */
help: string, 
/**
 * What is particular to this case.
 */
detail?: string, 
/**
 * Whether the same call may succeed later without a change.
 */
retry: boolean, 
/**
 * Try again after this many milliseconds.
 */
retry_after_ms?: number, 
/**
 * The lock in the way.
 */
holder?: LockDoc, 
/**
 * What the caller may do about the lock in the way; over HTTP only, on the socket ask with `explain`.
 */
may?: Array<RemedyDoc>, 
/**
 * The locks in the way.
 */
holders?: Array<LockDoc>, 
/**
 * Places where a change cannot simply be taken back.
 */
collisions?: Array<CollisionDoc>, 
/**
 * Changes of others that are needed too.
 */
needs?: Array<NeedDoc>, 
/**
 * Places that are not valid: item and what is wrong with it.
 */
problems?: Array<ProblemDoc>, };

/**
 * Everything about a lock.
 */
export type ExplanationDoc = { 
/**
 * What was asked about.
 */
path: LockPathDoc, 
/**
 * The lock that is in the way.
 */
lock?: LockDoc, 
/**
 * Which of its member's sessions holds it: "tab 2".
 */
tab?: number, 
/**
 * Milliseconds without an edit.
 */
idle_ms?: number, 
/**
 * The other locks in the way of a whole object.
 */
also?: Array<LockDoc>, 
/**
 * The closure in the way.
 */
closure?: ClosureDoc, 
/**
 * The waiting requests, in their order.
 */
queue: Array<RequestDoc>, 
/**
 * When the policy would free it (a promise, a grace, idleness), milliseconds since the Unix epoch.
 */
frees?: number, 
/**
 * What the caller may do now.
 */
may: Array<RemedyDoc>, };

/**
 * A fence: compared for equality only by clients.
 */
export type FenceDoc = { 
/**
 * Unix milliseconds at the server's start, at least one more than ever before.
 */
epoch: number, 
/**
 * Grows within an epoch.
 */
counter: number, };

/**
 * A field of a node.
 */
export type FieldDoc = { 
/**
 * A parameter's name, or a fixed name that starts with `@`.
 */
name: string, 
/**
 * Source text.
 */
text: string, 
/**
 * How it is written; left out for `name = value`.
 */
form?: FormDoc, };

/**
 * How a parameter is written.
 */
export type FormDoc = "assign" | "block";

/**
 * An object that came in.
 */
export type ImportedDoc = { 
/**
 * Its id.
 */
object: string, 
/**
 * Whether it is new; otherwise its content was replaced.
 */
created: boolean, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * A channel that somebody is in.
 */
export type LiveChannelDoc = { 
/**
 * Its name.
 */
name: string, 
/**
 * How many clients are in it.
 */
clients: number, };

/**
 * Where somebody is now.
 */
export type LiveLocationDoc = { 
/**
 * Who.
 */
session: string, 
/**
 * Where.
 */
location: LocationDoc, };

/**
 * Who types in the chat, or stopped.
 */
export type LiveTypingDoc = { 
/**
 * Who.
 */
session: string, 
/**
 * Whether.
 */
on: boolean, };

/**
 * Where a session is.
 */
export type LocationDoc = { 
/**
 * Page of the IDE: `home`, `object`, `team`, …; up to 64 characters.
 */
page: string, 
/**
 * The object shown.
 */
object?: string, 
/**
 * The item selected.
 */
item?: string, 
/**
 * The field with the focus; up to 128 characters.
 */
field?: string, 
/**
 * Caret and selection in that field.
 */
cursor?: CursorDoc, 
/**
 * Keys are pressed in that field; the server ends it 3 s after it was last said.
 */
typing?: boolean, 
/**
 * The item at the top of what is seen of the object, for those who follow.
 */
top?: string, 
/**
 * Given by the server: grows with every change of the session's place. A client that knows a higher one keeps that.
 */
n?: number, };

/**
 * A lock.
 */
export type LockDoc = { 
/**
 * What is locked.
 */
path: LockPathDoc, 
/**
 * The session that holds it.
 */
session: string, 
/**
 * Its member.
 */
user: string, 
/**
 * Goes with every write.
 */
fence: FenceDoc, 
/**
 * How it stands.
 */
state: LockStateDoc, 
/**
 * Since when, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Last edit under it, milliseconds since the Unix epoch.
 */
edited: number, 
/**
 * Operations typed and not yet acknowledged, as the holder reports.
 */
unsaved: number, 
/**
 * Idle release has been announced for this moment, milliseconds since the Unix epoch.
 */
idle_until?: number, 
/**
 * The holder has promised it.
 */
promise?: PromiseDoc, 
/**
 * It was taken from somebody; until this moment that can be undone while nothing was written.
 */
undo_until?: number, };

/**
 * Why a lock ended.
 */
export type LockEndDoc = "released" | "abandoned" | "handed_over" | "left" | "gone" | "idle" | "forced" | "taken_over" | "undone" | "swapped" | "closed" | "narrowed" | "moved" | "revoked" | "item_deleted";

/**
 * What a lock covers: an object, or an item of it.
 */
export type LockPathDoc = { 
/**
 * The object.
 */
object: string, 
/**
 * The item; left out for the whole object.
 */
item?: string, };

/**
 * How a lock stands.
 */
export type LockStateDoc = "held" | "reconnecting" | "handing_over" | "reserved";

/**
 * A member.
 */
export type MemberDoc = { 
/**
 * The account.
 */
user: string, 
/**
 * Shown to colleagues.
 */
name: string, 
/**
 * What they may.
 */
role: RoleDoc, 
/**
 * The custom role that says more, area by area.
 */
custom_role?: string, 
/**
 * Index into the palette of people's colours.
 */
colour: number, };

/**
 * Who may send.
 */
export type MessagingDoc = "off" | "anyone" | "authenticated";

/**
 * A change that needs another one.
 */
export type NeedDoc = { 
/**
 * The change that was asked for.
 */
change: number, 
/**
 * The change that it builds upon.
 */
needs: number, };

/**
 * A node of a tree.
 */
export type NodeDoc = { 
/**
 * `settings`, `inputs`, `stack`, `response` or a UUID.
 */
id: string, 
/**
 * What it is.
 */
kind: NodeKindDoc, 
/**
 * The statement of a step, the keyword of an arm; empty for the rest.
 */
word: string, 
/**
 * Fields in source order.
 */
fields: Array<FieldDoc>, 
/**
 * The node that holds it; left out for the four roots.
 */
parent?: string, 
/**
 * What it holds, in order.
 */
children: Array<string>, 
/**
 * The object's revision when the node's own content last changed.
 */
revision: number, 
/**
 * The operation that last changed it.
 */
last_op?: string, };

/**
 * What a node is.
 */
export type NodeKindDoc = "settings" | "inputs" | "stack" | "response" | "input" | "step" | "arm";

/**
 * An object's content as a client needs it to show and edit.
 */
export type ObjectDoc = { 
/**
 * Its head.
 */
head: ObjectHeadDoc, 
/**
 * Its draft, in document order.
 */
nodes: Array<NodeDoc>, 
/**
 * The newest changes that are not published, oldest first; `head.changes` says how many stand.
 */
changes: Array<ChangeDoc>, 
/**
 * The published content, in document order.
 */
published?: Array<NodeDoc>, };

/**
 * What everybody sees of an object.
 */
export type ObjectHeadDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * `api_group`, `endpoint`, `function`, `task`, `middleware`, `trigger`, `addon`, `agent`, `tool`, `mcp_server`, `table`, `channel`.
 */
kind: string, 
/**
 * Its name; folders by `/`.
 */
name: string, 
/**
 * The API group of an endpoint.
 */
group?: string, 
/**
 * The draft's revision.
 */
revision: number, 
/**
 * Number of changes since the published version that are not reverted.
 */
changes: number, 
/**
 * The published version.
 */
version?: VersionDoc, };

/**
 * Why something cannot simply be taken back.
 */
export type ObstacleDoc = "changed" | "moved" | "built_upon" | "gone" | "locked" | "creation";

/**
 * One operation on an object's content.
 */
export type OpDoc = { "op": "insert", 
/**
 * The node that shall hold it.
 */
parent: string, 
/**
 * Its left sibling.
 */
after?: string, 
/**
 * The subtree in document order; the first is its root.
 */
seeds: Array<SeedDoc>, } | { "op": "delete", 
/**
 * The root of what goes.
 */
item: string, } | { "op": "move", 
/**
 * The node that moves.
 */
item: string, 
/**
 * The node that shall hold it.
 */
parent: string, 
/**
 * Its left sibling there.
 */
after?: string, } | { "op": "set", 
/**
 * The node whose field it is.
 */
item: string, 
/**
 * Field name.
 */
field: string, 
/**
 * New text.
 */
text?: string, 
/**
 * How it is written; left out for `name = value`.
 */
form?: FormDoc, 
/**
 * Position among the node's fields for a new one; without it, at the end.
 */
at?: number, } | { "op": "replace", 
/**
 * The four roots and all below them, in document order.
 */
seeds: Array<SeedDoc>, } | { "op": "record_insert", 
/**
 * Its id, proposed by the client.
 */
record: string, 
/**
 * Its number; given by the server.
 */
ordinal?: number, 
/**
 * Its values by the id of their field.
 */
cells: { [key in string]: JsonValue }, } | { "op": "record_set", 
/**
 * Whose.
 */
record: string, 
/**
 * The id of the field.
 */
field: string, 
/**
 * To what.
 */
value?: JsonValue, } | { "op": "record_delete", 
/**
 * Which.
 */
record: string, } | { "op": "records_show", 
/**
 * Their numbers, first and last of each span.
 */
spans: Array<[number, number]>, 
/**
 * How many.
 */
rows: number, } | { "op": "records_hide", 
/**
 * Their numbers, first and last of each span.
 */
spans: Array<[number, number]>, 
/**
 * How many.
 */
rows: number, };

/**
 * An acknowledged write.
 */
export type OperationDoc = { 
/**
 * The revision that it made.
 */
revision: number, 
/**
 * The client's id for it.
 */
op_id: string, 
/**
 * Who.
 */
user: string, 
/**
 * From which session.
 */
session?: string, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The change that it belongs to.
 */
change: number, 
/**
 * The fence that it was written under.
 */
fence?: FenceDoc, 
/**
 * What it does.
 */
op: OpDoc, 
/**
 * What takes it back, in the order in which it must be applied.
 */
inverse: Array<OpDoc>, };

/**
 * What happens where another session holds the pen.
 */
export type OverLocksDoc = "refuse" | "leave" | "park";

/**
 * Work that could not be applied.
 */
export type ParkedDraftDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whose.
 */
user: string, 
/**
 * In which object.
 */
object: string, 
/**
 * About which item.
 */
item?: string, 
/**
 * When it began, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Who held the item then.
 */
holder?: string, 
/**
 * The operations, in order.
 */
operations: Array<ParkedOperationDoc>, };

/**
 * One operation of a parked draft.
 */
export type ParkedOperationDoc = { 
/**
 * The client's id for it.
 */
op_id: string, 
/**
 * Why it was parked.
 */
reason: ParkedReasonDoc, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The revision that it was based on.
 */
base: number, 
/**
 * What it would have done.
 */
op: OpDoc, 
/**
 * In words.
 */
words: string, };

/**
 * Why work was parked.
 */
export type ParkedReasonDoc = "stale_fence" | "lock_lost" | "base_mismatch" | "revoked" | "not_granted" | "chain_parked" | "server_error";

/**
 * A member in the list of who is where.
 */
export type PersonDoc = { 
/**
 * Shown to colleagues.
 */
name: string, 
/**
 * What they may.
 */
role: RoleDoc, 
/**
 * Index into the palette of people's colours.
 */
colour: number, 
/**
 * Interactions in the last whole minute.
 */
per_minute: number, 
/**
 * In how many of their sessions they hold a lock.
 */
editing: number, 
/**
 * Their sessions, as far as the caller may see them.
 */
sessions: Array<PersonSessionDoc>, 
/**
 * Whose.
 */
user: string, 
/**
 * The status.
 */
status: StatusDoc, 
/**
 * The one before.
 */
previous: StatusDoc, 
/**
 * Why it changed.
 */
reason: StatusReasonDoc, 
/**
 * Since when, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Their own words.
 */
message?: string, 
/**
 * When words and chosen status end, milliseconds since the Unix epoch.
 */
until?: number, 
/**
 * When they were last seen, milliseconds since the Unix epoch.
 */
last_seen?: number, 
/**
 * All of their sessions are programs.
 */
bot: boolean, 
/**
 * A sign in place of the initials.
 */
avatar?: string, 
/**
 * How much others see; told to the member alone, and only if it is not everything.
 */
privacy?: PrivacyDoc, };

/**
 * A session in the list of who is where.
 */
export type PersonSessionDoc = { 
/**
 * The network address; for admins, and for one's own.
 */
address?: string, 
/**
 * Its id.
 */
id: string, 
/**
 * Its member.
 */
user: string, 
/**
 * Counts the member's sessions as they came, from 1.
 */
tab: number, 
/**
 * A program's session, not a browser tab.
 */
bot?: boolean, 
/**
 * Its member hides; an admin sees that it is there, and nothing else.
 */
hidden?: boolean, 
/**
 * Device in words.
 */
device: string, 
/**
 * Connected or not.
 */
state: SessionStateDoc, 
/**
 * Since when it is here, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Last input, milliseconds since the Unix epoch.
 */
active: number, 
/**
 * Where it is.
 */
location: LocationDoc, };

/**
 * What is asked of presence records.
 */
export type PresenceCall = { "do": "upsert", 
/**
 * Its id if it will be a new one.
 */
presence: string, 
/**
 * 1 to 256 characters.
 */
status: string, 
/**
 * Such as `read("users")`; one's own alone if not there.
 */
permissions?: Array<string>, 
/**
 * Until when, milliseconds since the Unix epoch; in 15 minutes if not there.
 */
expires?: number, 
/**
 * An object.
 */
metadata?: unknown, 
/**
 * It ends with the session.
 */
bound?: boolean, 
/**
 * Whose, if the caller is a key.
 */
user?: string, } | { "do": "get", 
/**
 * Which.
 */
presence: string, } | { "do": "list", 
/**
 * Which, and in which order.
 */
queries: Array<QueryDoc>, } | { "do": "patch", 
/**
 * Which.
 */
presence: string, 
/**
 * 1 to 256 characters.
 */
status?: string, 
/**
 * In place of all that were there.
 */
permissions?: Array<string>, 
/**
 * Until when.
 */
expires?: number, 
/**
 * In place of all that was there.
 */
metadata?: unknown, 
/**
 * Another user, if the caller is a key.
 */
user?: string, } | { "do": "delete", 
/**
 * Which.
 */
presence: string, } | { "do": "subscribe", 
/**
 * To what.
 */
subscriptions: Array<SubscriptionDoc>, } | { "do": "unsubscribe", 
/**
 * Of which.
 */
ids: Array<string>, };

/**
 * What is seen of a member, beside name and role.
 */
export type PresenceDoc = { 
/**
 * Whose.
 */
user: string, 
/**
 * The status.
 */
status: StatusDoc, 
/**
 * The one before.
 */
previous: StatusDoc, 
/**
 * Why it changed.
 */
reason: StatusReasonDoc, 
/**
 * Since when, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Their own words.
 */
message?: string, 
/**
 * When words and chosen status end, milliseconds since the Unix epoch.
 */
until?: number, 
/**
 * When they were last seen, milliseconds since the Unix epoch.
 */
last_seen?: number, 
/**
 * All of their sessions are programs.
 */
bot: boolean, 
/**
 * A sign in place of the initials.
 */
avatar?: string, 
/**
 * How much others see; told to the member alone, and only if it is not everything.
 */
privacy?: PrivacyDoc, };

/**
 * Why a record is gone.
 */
export type PresenceEndDoc = "deleted" | "expired" | "left" | "removed";

/**
 * What happened to a record.
 */
export type PresenceEventDoc = "upsert" | "update" | "delete";

/**
 * A page of who is where: online, busy, away, then by last seen.
 */
export type PresenceListDoc = { 
/**
 * The members.
 */
people: Array<PersonDoc>, 
/**
 * How many there are in all.
 */
counts: StatusCountsDoc, 
/**
 * Give it as `after` for the next page; none if this is the last.
 */
next?: string, };

/**
 * Something happened to a presence record.
 */
export type PresencePostDoc = { 
/**
 * Which of the session's subscriptions asked for it.
 */
subscriptions: Array<string>, 
/**
 * What.
 */
event: PresenceEventDoc, 
/**
 * Why, if it is gone.
 */
end?: PresenceEndDoc, 
/**
 * The record as it is, or was last.
 */
record: PresenceRecordDoc, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, };

/**
 * A small record of a user with a status and an expiry.
 */
export type PresenceRecordDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whose.
 */
user: string, 
/**
 * 1 to 256 characters.
 */
status: string, 
/**
 * An object.
 */
metadata: unknown, 
/**
 * Such as `read("users")`.
 */
permissions: Array<string>, 
/**
 * How it came.
 */
source: SourceDoc, 
/**
 * When it was made, milliseconds since the Unix epoch.
 */
created: number, 
/**
 * When it was changed last.
 */
updated: number, 
/**
 * When it ends.
 */
expires: number, 
/**
 * Whether it ends with a socket or session.
 */
bound: boolean, };

/**
 * Who sees how much of a member's looking; what they do is always shown.
 */
export type PrivacyDoc = { "level": "everyone" } | { "level": "role", 
/**
 * Which.
 */
role: RoleDoc, } | { "level": "page" } | { "level": "hidden" };

/**
 * A place that is not valid.
 */
export type ProblemDoc = { 
/**
 * The item.
 */
item: string, 
/**
 * What is wrong with it.
 */
message: string, };

/**
 * A holder's word.
 */
export type PromiseDoc = { 
/**
 * To whom.
 */
request: string, 
/**
 * For when, milliseconds since the Unix epoch.
 */
until: number, };

/**
 * What publishing would make live.
 */
export type PublishableDoc = { 
/**
 * The draft's revision that was looked at.
 */
revision: number, 
/**
 * Everybody with changes that are not live.
 */
authors: Array<AuthorDoc>, 
/**
 * The changes that would go live, with what they need: first and last number of each run.
 */
changes: Array<[number, number]>, 
/**
 * What they need of others.
 */
needs: Array<NeedDoc>, 
/**
 * The locks of others under which something is not saved.
 */
unsaved: Array<LockDoc>, 
/**
 * Places that are not valid: publishing would be refused.
 */
problems: Array<ProblemDoc>, };

/**
 * One query, as published clients write it: `{"method": "equal", "attribute": "status", "values": ["online"]}`.
 *
 * Filters: `equal`, `notEqual`, `lessThan`, `lessThanEqual`, `greaterThan`, `greaterThanEqual`, `between`, `notBetween`, `isNull`,
 * `isNotNull`, `startsWith`, `notStartsWith`, `endsWith`, `notEndsWith`, `contains`, `notContains`, and `or` and `and` over queries.
 * Order: `orderAsc`, `orderDesc`, `orderRandom`. Page: `limit`, `offset`, `cursorAfter`, `cursorBefore`.
 */
export type QueryDoc = { 
/**
 * What.
 */
method: string, 
/**
 * Of what: `$id`, `$sequence`, `$createdAt`, `$updatedAt`, `userId`, `status`, `source`, `expiresAt`.
 */
attribute?: string, 
/**
 * With what.
 */
values: unknown[], };

/**
 * What is asked of channels. Answered with `done` where nothing else is said.
 */
export type RealtimeCall = { "call": "channels" } | { "call": "set_channel", 
/**
 * What.
 */
settings: ChannelDoc, } | { "call": "remove_channel", 
/**
 * Which.
 */
pattern: string, } | { "call": "join", 
/**
 * Its name.
 */
channel: string, 
/**
 * Be told who is in it, and of those who come and go.
 */
presence?: boolean, 
/**
 * Be told what was said before.
 */
history?: boolean, 
/**
 * Only what was said after this number.
 */
after?: number, } | { "call": "part", 
/**
 * Its name.
 */
channel: string, } | { "call": "message", 
/**
 * Its name.
 */
channel: string, 
/**
 * What.
 */
payload: unknown, 
/**
 * To this client alone.
 */
to?: string, 
/**
 * To authenticated clients alone.
 */
authenticated?: boolean, } | { "call": "event", 
/**
 * Its name.
 */
channel: string, 
/**
 * What.
 */
data: unknown, 
/**
 * A table that it names.
 */
table?: number, 
/**
 * A row that it names.
 */
row?: number, } | { "call": "history", 
/**
 * Its name.
 */
channel: string, } | { "call": "presences" } & PresenceCall | { "call": "clients", 
/**
 * Its name.
 */
channel: string, };

/**
 * What the realtime service answers.
 */
export type RealtimeReplyDoc = { "answer": "done" } | { "answer": "channels", 
/**
 * By pattern.
 */
settings: Array<ChannelDoc>, 
/**
 * By name.
 */
live: Array<LiveChannelDoc>, } | { "answer": "said", 
/**
 * Its number.
 */
number: number, 
/**
 * How many got it.
 */
receivers: number, } | { "answer": "history", 
/**
 * Oldest first.
 */
said: Array<SaidDoc>, } | { "answer": "presence_record", 
/**
 * It.
 */
record: PresenceRecordDoc, } | { "answer": "presence_records", 
/**
 * How many there are in all, up to 5,000.
 */
total: number, 
/**
 * The page.
 */
records: Array<PresenceRecordDoc>, } | { "answer": "clients", 
/**
 * All of them.
 */
clients: Array<ClientDoc>, };

/**
 * What a call led to.
 */
export type ReceiptDoc = { "result": "edited", 
/**
 * The revision that it made.
 */
revision: number, 
/**
 * The change that it belongs to.
 */
change: number, } | { "result": "parked", 
/**
 * The parked draft that holds it.
 */
parked: string, 
/**
 * Why.
 */
reason: ParkedReasonDoc, } | { "result": "acquired", 
/**
 * Goes with every write.
 */
fence: FenceDoc, 
/**
 * The object's revision that giver and taker agree on.
 */
revision: number, } | { "result": "busy", 
/**
 * Who holds it.
 */
holder: LockDoc, } | { "result": "waiting", 
/**
 * The request.
 */
request: string, 
/**
 * Its place, from 1.
 */
place: number, } | { "result": "handing_over" } | { "result": "done" } | { "result": "imported", 
/**
 * In the order of the call.
 */
objects: Array<ImportedDoc>, } | { "result": "reverted", 
/**
 * The change that did it.
 */
change: number, 
/**
 * The revision that it made.
 */
revision: number, 
/**
 * What was left as it is, and why.
 */
left?: Array<CollisionDoc>, 
/**
 * The change that took records back, if `change` took back content beside it.
 */
records?: number, } | { "result": "published", 
/**
 * The version's number.
 */
version: number, 
/**
 * The revision that it froze.
 */
revision: number, } | { "result": "asked", 
/**
 * How many sessions had unsaved work.
 */
sessions: number, 
/**
 * They have so many milliseconds.
 */
within_ms: number, };

/**
 * A record.
 */
export type RecordDoc = { 
/**
 * Its lasting id.
 */
id: string, 
/**
 * Its number within the table.
 */
ordinal: number, 
/**
 * The table's revision when it last changed; the base of an edit of it.
 */
revision: number, 
/**
 * Its values by the id of their field; a field without a value is left out.
 */
cells: { [key in string]: JsonValue }, };

/**
 * What one may do about a lock.
 */
export type RemedyDoc = "edit" | "request" | "edit_here" | "force" | "take_over" | "undo" | "reopen" | "wait";

/**
 * What a call is answered with.
 */
export type ReplyDoc = { "kind": "receipt" } & ReceiptDoc | { "kind": "snapshot", 
/**
 * The life of the numbering.
 */
stream: string, 
/**
 * The picture.
 */
snapshot: SnapshotDoc, } | { "kind": "object" } & ObjectDoc | { "kind": "parked", 
/**
 * Oldest first.
 */
drafts: Array<ParkedDraftDoc>, } | { "kind": "realtime" } & RealtimeReplyDoc | { "kind": "explained" } & ExplanationDoc | { "kind": "presence" } & PresenceListDoc | { "kind": "revertable" } & RevertableDoc | { "kind": "publishable" } & PublishableDoc;

/**
 * A lock request.
 */
export type RequestDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * What is wished for.
 */
path: LockPathDoc, 
/**
 * The asking session.
 */
session: string, 
/**
 * Its member.
 */
user: string, 
/**
 * The asker's words.
 */
note: string, 
/**
 * When, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Place in the order, from 1, when this was sent; it falls as requests before it end.
 */
place: number, 
/**
 * The holders who do not want to see it again.
 */
ignored_by: Array<string>, 
/**
 * The holder has been reminded.
 */
nudged: boolean, 
/**
 * From this moment, milliseconds since the Unix epoch, the asker may take over if first; left out under a promise.
 */
take_over?: number, 
/**
 * When it is likely to be granted, from measured hold times, milliseconds since the Unix epoch.
 */
eta?: number, };

/**
 * How a request ended.
 */
export type RequestEndDoc = "granted" | "cancelled" | "expired" | "superseded" | "declined" | "yielded" | "voided";

/**
 * A claim to an earlier session.
 */
export type ResumeDoc = { 
/**
 * The session.
 */
session: string, 
/**
 * Its resume secret.
 */
secret: string, 
/**
 * The stream that the client's replica follows.
 */
stream?: string, 
/**
 * The last number that it has applied.
 */
upto?: number, };

/**
 * Why a replica was replaced.
 */
export type ResyncReason = "reloaded" | "behind";

/**
 * What a revert would do.
 */
export type RevertableDoc = { 
/**
 * The draft's revision that was looked at.
 */
revision: number, 
/**
 * The changes that would be taken back: first and last number of each run.
 */
changes: Array<[number, number]>, 
/**
 * What cannot simply be taken back.
 */
collisions: Array<CollisionDoc>, 
/**
 * The locks of others in the way.
 */
locks: Array<LockDoc>, 
/**
 * What would not work any more.
 */
breaks: Array<BreakageDoc>, };

/**
 * What a member is in a workspace.
 */
export type RoleDoc = "owner" | "admin" | "developer" | "viewer" | "suspended";

/**
 * A message or an event.
 */
export type SaidDoc = { 
/**
 * Its place among all that is said in the workspace; grows, with gaps.
 */
number: number, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, 
/**
 * Message or event.
 */
what: SortDoc, 
/**
 * What was sent.
 */
payload: unknown, };

/**
 * What of a table is meant.
 */
export type ScopeDoc = "content" | "records";

/**
 * A node on its way into a tree.
 */
export type SeedDoc = { 
/**
 * `settings`, `inputs`, `stack`, `response` or a UUID.
 */
id: string, 
/**
 * What it is.
 */
kind: NodeKindDoc, 
/**
 * The statement of a step, the keyword of an arm; empty for the rest.
 */
word: string, 
/**
 * Fields in source order.
 */
fields: Array<FieldDoc>, 
/**
 * The node that holds it; left out for the four roots.
 */
parent?: string, };

/**
 * One message of a server frame.
 */
export type ServerMessage = { "type": "welcome" } & WelcomeDoc | { "type": "reply", 
/**
 * The call's id.
 */
re: number, 
/**
 * What it led to.
 */
ok: ReplyDoc, } | { "type": "error", 
/**
 * The call's id.
 */
re?: number, 
/**
 * What happened, what it means, what to do.
 */
error: ErrorBody, } | { "type": "deltas", 
/**
 * The life of the numbering.
 */
stream: string, 
/**
 * The last `upto` sent to this session.
 */
after: number, 
/**
 * Everything up to here is known with this message.
 */
upto: number, 
/**
 * What happened, in order.
 */
deltas: Array<DeltaDoc>, } | { "type": "resync", 
/**
 * The life of the numbering.
 */
stream: string, 
/**
 * Why.
 */
why: ResyncReason, 
/**
 * The whole picture.
 */
snapshot: SnapshotDoc, } | { "type": "live", 
/**
 * Where people are.
 */
locations?: Array<LiveLocationDoc>, 
/**
 * Who types in the chat, or stopped.
 */
typing?: Array<LiveTypingDoc>, 
/**
 * While the store does not answer: chat lines and sessions ahead of their number. They come again with it, or
 * stand in the next snapshot.
 */
updates?: Array<DeltaDoc>, } | { "type": "channel" } & ChannelPostDoc | { "type": "presence_record" } & PresencePostDoc | { "type": "ping", 
/**
 * The room's number; a client that is behind it by more than what is under way asks for a snapshot.
 */
upto: number, 
/**
 * The server's wall clock, milliseconds since the Unix epoch.
 */
now: number, } | { "type": "held", 
/**
 * Whether it is so.
 */
held: boolean, };

/**
 * A session.
 */
export type SessionDoc = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its member.
 */
user: string, 
/**
 * Counts the member's sessions as they came, from 1.
 */
tab: number, 
/**
 * A program's session, not a browser tab.
 */
bot?: boolean, 
/**
 * Its member hides; an admin sees that it is there, and nothing else.
 */
hidden?: boolean, 
/**
 * Device in words.
 */
device: string, 
/**
 * Connected or not.
 */
state: SessionStateDoc, 
/**
 * Since when it is here, milliseconds since the Unix epoch.
 */
since: number, 
/**
 * Last input, milliseconds since the Unix epoch.
 */
active: number, 
/**
 * Where it is.
 */
location: LocationDoc, };

/**
 * How a session stands.
 */
export type SessionStateDoc = "connected" | "reconnecting";

/**
 * What a session sees of the room.
 */
export type SnapshotDoc = { 
/**
 * The workspace.
 */
workspace: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its members.
 */
members: Array<MemberDoc>, 
/**
 * The custom roles.
 */
roles: Array<CustomRoleDoc>, 
/**
 * The sessions.
 */
sessions: Array<SessionDoc>, 
/**
 * The members' status; who is missing here was never here.
 */
presence: Array<PresenceDoc>, 
/**
 * The objects.
 */
objects: Array<ObjectHeadDoc>, 
/**
 * The locks.
 */
locks: Array<LockDoc>, 
/**
 * The open lock requests, in their order.
 */
requests: Array<RequestDoc>, 
/**
 * What is closed for edits.
 */
closures: Array<ClosureDoc>, 
/**
 * Who waits for whom in a circle.
 */
deadlocks: Array<DeadlockDoc>, 
/**
 * What holds for channels.
 */
channels: Array<ChannelDoc>, 
/**
 * One's own parked drafts.
 */
parked: Array<ParkedDraftDoc>, 
/**
 * The chat since this session came.
 */
chat: Array<ChatLineDoc>, 
/**
 * Chat lines since this session came that are no longer there; some of them may be known already.
 */
chat_missed: number, 
/**
 * The life of the chat's numbering: lines of another life, which were said before a restart, are older.
 */
chat_life: string, 
/**
 * The sessions that type in the chat.
 */
typing: Array<string>, 
/**
 * The session's open object; ask for its content again with `open`.
 */
open?: string, 
/**
 * Everything up to here is in this picture.
 */
upto: number, };

/**
 * Message or event.
 */
export type SortDoc = { "sort": "message", 
/**
 * Who, as it was then.
 */
from: ClientDoc, 
/**
 * For authenticated clients alone.
 */
authenticated: boolean, 
/**
 * For this client alone.
 */
to?: string, } | { "sort": "event", 
/**
 * The table that it names; zero for none.
 */
table: number, 
/**
 * The row that it names; zero for none.
 */
row: number, };

/**
 * Over which way a record came.
 */
export type SourceDoc = "rest" | "realtime";

/**
 * How many members have each status.
 */
export type StatusCountsDoc = { 
/**
 * Here.
 */
online: number, 
/**
 * Not to be disturbed.
 */
busy: number, 
/**
 * Without input.
 */
away: number, 
/**
 * Not here.
 */
offline: number, };

/**
 * Whether somebody is here and may be interrupted.
 */
export type StatusDoc = "online" | "busy" | "away" | "offline";

/**
 * Why a status has changed.
 */
export type StatusReasonDoc = "manual" | "idle_timeout" | "timeout" | "disconnect" | "resume";

/**
 * One step back or forth in one's own changes.
 */
export type StepDoc = { 
/**
 * The client's id of the operation.
 */
op_id: string, 
/**
 * Which object.
 */
object: string, 
/**
 * Only what is older than this change: goes past one that others have built upon.
 */
before?: number, 
/**
 * Also over later work of others.
 */
take?: boolean, };

/**
 * What is to be heard of records.
 */
export type SubscriptionDoc = { 
/**
 * Its name, the client's own.
 */
id: string, 
/**
 * One record; all if not there.
 */
record?: string, 
/**
 * One sort of event: `upsert`, `update` or `delete`; all if not there.
 */
event?: PresenceEventDoc, 
/**
 * What the record must meet: filters alone.
 */
queries: Array<QueryDoc>, };

/**
 * What everybody sees of a published version.
 */
export type VersionDoc = { 
/**
 * Number within the object, from 1.
 */
number: number, 
/**
 * The revision that it froze.
 */
revision: number, 
/**
 * Who published.
 */
user: string, 
/**
 * When, milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The publisher's words.
 */
description: string, 
/**
 * Whose changes went live.
 */
contributors: Array<string>, 
/**
 * Whether all of the draft went live; otherwise only the contributors' changes.
 */
whole: boolean, };

/**
 * The answer to a hello.
 */
export type WelcomeDoc = { 
/**
 * The call's id, if the hello had one.
 */
re?: number, 
/**
 * How it ended.
 */
arrival: ArrivalDoc, 
/**
 * The session.
 */
session: string, 
/**
 * Its member.
 */
user: string, 
/**
 * The resume secret of a new session; an old one keeps its own.
 */
secret?: string, 
/**
 * The life of the numbering.
 */
stream: string, 
/**
 * Everything up to here is known with this message.
 */
upto: number, 
/**
 * The whole picture, unless `replay` is enough.
 */
snapshot?: SnapshotDoc, 
/**
 * What was missed, in order.
 */
replay: Array<DeltaDoc>, 
/**
 * The server's wall clock, milliseconds since the Unix epoch.
 */
now: number, 
/**
 * A ping comes at least this often, in milliseconds.
 */
ping_ms: number, };
