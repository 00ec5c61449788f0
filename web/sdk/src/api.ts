import type { Input } from "./activity.ts";
import type { BatonError } from "./errors.ts";
import type { Http } from "./http.ts";
import type {
  AdminNoticeDoc,
  ChangeDoc,
  ChannelDoc,
  ChannelNewsDoc,
  ChatLineDoc,
  ClosureDoc,
  CollisionsDoc,
  CustomRoleDoc,
  DeadlockDoc,
  ExplanationDoc,
  FormDoc,
  JsonValue,
  LocationDoc,
  LockDoc,
  LockEndDoc,
  LockPathDoc,
  MemberDoc,
  NodeDoc,
  ObjectHeadDoc,
  OpDoc,
  OperationDoc,
  OverLocksDoc,
  ScopeDoc,
  ParkedDraftDoc,
  ParkedReasonDoc,
  PresenceCall,
  PresenceDoc,
  PresenceEventDoc,
  PresencePostDoc,
  PrivacyDoc,
  PublishableDoc,
  QueryDoc,
  RealtimeCall,
  RealtimeReplyDoc,
  ReceiptDoc,
  RequestDoc,
  RequestEndDoc,
  RevertableDoc,
  SeedDoc,
  SessionDoc,
} from "./protocol.ts";
import type { Readable } from "./store.ts";
import type { Talk } from "./talk.ts";

/** How the connection stands, in the words that a person may be shown. */
export type Status = "connecting" | "live" | "reconnecting" | "uncertain" | "stopped";

/** Why the connection was given up; a name from the close-code table, or `stopped` by the application itself. */
export type StopReason =
  | "replaced"
  | "left"
  | "signed_out"
  | "kicked"
  | "removed"
  | "suspended"
  | "unauthenticated"
  | "not_found"
  | "stopped";

/** The connection as the application sees it. */
export interface ConnectionState {
  readonly status: Status;
  /** Set when `stopped`. */
  readonly reason?: StopReason;
  /** What the server said when it ended or refused the connection. */
  readonly error?: BatonError;
  /**
   * Whether one may type. A client that is not sure stops: 5 s after a ping was due, or when its oldest operation is
   * unanswered for 10 s. What was typed is kept.
   */
  readonly editable: boolean;
  /** The store does not answer: durable calls wait, nothing is lost. */
  readonly held: boolean;
}

/** The room: an immutable picture, replaced at each frame; parts that did not change keep their reference. */
export interface RoomState {
  /** False until the first snapshot. */
  readonly ready: boolean;
  readonly workspace: string;
  readonly name: string;
  /** This tab's member and session; empty until the first welcome. */
  readonly user: string;
  readonly session: string;
  /** By user. */
  readonly members: ReadonlyMap<string, MemberDoc>;
  /** Custom roles, by role. */
  readonly roles: ReadonlyMap<string, CustomRoleDoc>;
  /** By session. */
  readonly sessions: ReadonlyMap<string, SessionDoc>;
  /** By session; always fresher than `SessionDoc.location`. */
  readonly locations: ReadonlyMap<string, LocationDoc>;
  /** Status and words by user; who is missing was never here. Of those who hide: offline. */
  readonly presence: ReadonlyMap<string, PresenceDoc>;
  /** By object. */
  readonly objects: ReadonlyMap<string, ObjectHeadDoc>;
  /** By [`pathKey`]. */
  readonly locks: ReadonlyMap<string, LockDoc>;
  /** By request, in their order. */
  readonly requests: ReadonlyMap<string, RequestDoc>;
  /** What is closed for edits, by [`pathKey`]. */
  readonly closures: ReadonlyMap<string, ClosureDoc>;
  /** Who waits for whom in a circle, by deadlock. */
  readonly deadlocks: ReadonlyMap<string, DeadlockDoc>;
  /** What holds for channels, by name or pattern. */
  readonly channels: ReadonlyMap<string, ChannelDoc>;
  /** One's own parked drafts, by id. */
  readonly parked: ReadonlyMap<string, ParkedDraftDoc>;
  /** What this page has heard, oldest first, the last 500 lines; where numbers leave a gap, lines were missed. */
  readonly chat: readonly ChatLineDoc[];
  /** The life of the chat's numbering; it changes with a restart of the server. */
  readonly chatLife: string;
  /** Lines that the last reconnection could not bring any more. */
  readonly chatMissed: number;
  /** Sessions that type in the chat. */
  readonly typing: ReadonlySet<string>;
}

/** A tree of nodes by id; never changed in place. */
export type Tree = ReadonlyMap<string, NodeDoc>;

/** The open object. */
export interface StackState {
  readonly object: string;
  readonly status: "loading" | "ready" | "failed";
  /** Set when `failed`. */
  readonly error?: BatonError;
  /** What is shown: the acknowledged content with one's own operations on top. */
  readonly tree: Tree;
  /** What the server has acknowledged. */
  readonly acknowledged: Tree;
  /** The acknowledged revision. */
  readonly revision: number;
  /** Published content, if there is any. */
  readonly published?: Tree;
  /** Since the published version, oldest first. */
  readonly changes: readonly ChangeDoc[];
  /** One's own operations that are not acknowledged. */
  readonly pending: number;
}

/** A lock as one item's editor needs it. */
export interface LockView {
  readonly path: LockPathDoc;
  /** The lock that counts here: on the item, or on its whole object. */
  readonly lock: LockDoc | null;
  /** Who holds it. */
  readonly holder: MemberDoc | null;
  /** The holder's session. */
  readonly session: SessionDoc | null;
  /** This tab holds it. */
  readonly mine: boolean;
  /** Another tab of the same member holds it: offer “edit here”. */
  readonly mineElsewhere: boolean;
  /** An acquire is under way. */
  readonly acquiring: boolean;
  /** One's own lock is being handed over: to whom (user; oneself if it only goes back), and until when (server's clock). */
  readonly freeze: { readonly to: string; readonly until: number } | null;
  /** An admin has closed it for edits. */
  readonly closure: ClosureDoc | null;
  /** Those who wait for it, for a part of it or for all of it, in their order. */
  readonly queue: readonly RequestDoc[];
  /** This session's own request. */
  readonly request: RequestDoc | null;
  /** Its place now, from 1. */
  readonly place: number | null;
}

/** How a field stands: *unsaved* is typed and not sent, *saving* is sent and not acknowledged. */
export type SaveState = "saved" | "unsaved" | "saving" | "parked" | "kept";

/** Why a field cannot be typed in. */
export type ReadOnlyReason =
  | { readonly why: "loading" }
  | { readonly why: "connecting" }
  | { readonly why: "uncertain" }
  | { readonly why: "stopped" }
  | { readonly why: "role" }
  | { readonly why: "gone" }
  | { readonly why: "closed"; readonly closure: ClosureDoc }
  | { readonly why: "locked"; readonly lock: LockDoc }
  | { readonly why: "elsewhere"; readonly lock: LockDoc }
  | { readonly why: "handing_over"; readonly to: string };

/** A field as its editor shows it. */
export interface FieldState {
  /** What is typed, or what the stack holds; `null` if the field is not there. */
  readonly text: string | null;
  readonly state: SaveState;
  /** `null` if one may type. */
  readonly readOnly: ReadOnlyReason | null;
  /** When `parked`: the draft that holds the text and why; when `kept`: the refusal. */
  readonly draft?: string;
  readonly reason?: ParkedReasonDoc;
  readonly error?: BatonError;
}

/** An edit that the server refused for good and that stays in this browser until its author decides. */
export interface KeptEdit {
  readonly opId: string;
  readonly object: string;
  readonly op: OpDoc;
  /** In words. */
  readonly words: string;
  readonly error: BatonError;
}

/** What a person should hear of once. */
export type Notice =
  /** The connection is back; `parked` and `kept` count those of one's edits that need attention. */
  | {
      readonly kind: "recovered";
      readonly how: "resumed" | "reloaded" | "new";
      readonly parked: number;
      readonly kept: number;
    }
  /** A colleague asks for a lock of this session. */
  | { readonly kind: "request"; readonly request: RequestDoc }
  /** A request that concerned this session, asked or asking, has ended. */
  | {
      readonly kind: "request_ended";
      readonly request: RequestDoc;
      readonly how: RequestEndDoc;
      readonly mine: boolean;
      /** Whether its asker has left. */
      readonly left: boolean;
      /** The holder's words, of a decline. */
      readonly reason?: string;
    }
  /** A lock that one had asked for is here. */
  | { readonly kind: "granted"; readonly path: LockPathDoc }
  /** A colleague gave a lock back after changes, on the open object. */
  | {
      readonly kind: "released";
      readonly path: LockPathDoc;
      readonly user: string;
      readonly why: LockEndDoc;
      /** The revisions from the first that was written under it to the last. */
      readonly revisions: readonly [number, number];
    }
  /** One's own lock is gone; told once what was on its way is answered. `unsaved`: how much of it was parked or refused. */
  | {
      readonly kind: "lost";
      readonly path: LockPathDoc;
      readonly why: LockEndDoc;
      readonly unsaved: number;
      /** Whose doing it was, or who has it now, if somebody else does. */
      readonly by?: string;
      /** Their words, of a force or a closure. */
      readonly reason?: string;
    }
  /** The holder gave to somebody who had asked after this session; its own request keeps its place. */
  | { readonly kind: "passed_over"; readonly path: LockPathDoc; readonly user: string }
  /** A take-over of one's own lock was taken back; what it had parked can be applied again in one step. */
  | { readonly kind: "undone"; readonly path: LockPathDoc; readonly parked: readonly string[] }
  /** An admin has closed a part of the open object for edits, or opened it again. */
  | { readonly kind: "closed"; readonly closure: ClosureDoc }
  | { readonly kind: "reopened"; readonly path: LockPathDoc; readonly by: string }
  /** Somebody with more rights did something to this member. */
  | { readonly kind: "admin"; readonly notice: AdminNoticeDoc }
  /** One's own lock is being handed over. */
  | { readonly kind: "freeze"; readonly path: LockPathDoc; readonly to: string }
  /** Work of one's own was parked. */
  | { readonly kind: "parked"; readonly draft: ParkedDraftDoc }
  /** One's own operation was refused and is shown no longer. */
  | {
      readonly kind: "rolled_back";
      readonly object: string;
      readonly op: OpDoc;
      readonly words: string;
      readonly error: BatonError;
    }
  /** A colleague is about to publish: what is typed here is being saved. */
  | { readonly kind: "save_asked"; readonly object: string; readonly by: string }
  /** A colleague said something; `mine`: to oneself. */
  | { readonly kind: "chat"; readonly line: ChatLineDoc; readonly mine: boolean }
  /** Chat lines were missed. */
  | { readonly kind: "chat_missed"; readonly count: number };

/** Locks and requests of this tab. */
export interface Locks {
  /** The lock of a path as its editor needs it. */
  view(path: LockPathDoc): Readable<LockView>;
  /** Takes a free lock; `busy` names the holder. */
  acquire(path: LockPathDoc): Promise<ReceiptDoc>;
  /** Sends what is typed, waits for it, gives the lock back. */
  release(path: LockPathDoc): Promise<void>;
  /** Asks the holder, with up to 280 characters. */
  request(path: LockPathDoc, note?: string): Promise<ReceiptDoc>;
  /** Takes one's own request back. */
  cancel(request: string): Promise<void>;
  /** Hands the lock over to who asked. */
  grant(request: string): Promise<void>;
  /** Only one's own notice goes; the request stays. */
  ignore(request: string): Promise<void>;
  /** Says no to a request, with up to 280 characters why. */
  decline(request: string, reason: string): Promise<void>;
  /** Gives one's word to hand over in so many minutes, 10 at most; then the pen moves by itself. */
  promise(request: string, minutes: number): Promise<void>;
  /** The first in the order takes what it has waited for long enough. */
  takeOver(request: string): Promise<ReceiptDoc>;
  /** Takes a take-over or a force back, within its time and before anything was written. */
  undo(path: LockPathDoc): Promise<void>;
  /** Agrees to swap in a deadlock; what is typed goes first. */
  swap(deadlock: string): Promise<void>;
  /** An owner or admin closes a path for everybody's edits; the reason is shown. */
  closeEditing(path: LockPathDoc, reason: string): Promise<void>;
  /** Ends that. */
  reopen(path: LockPathDoc): Promise<void>;
  /** Moves the lock from another tab of the same member to this one. */
  editHere(path: LockPathDoc): Promise<ReceiptDoc>;
  /** An owner or admin takes the lock away; the reason is told to the holder and kept. */
  force(path: LockPathDoc, reason: string): Promise<ReceiptDoc>;
  /** Everything about the lock in one answer, with what one may do now. */
  explain(path: LockPathDoc): Promise<ExplanationDoc>;
}

/** How a text is written to a field. */
export interface FieldForm {
  /** Left out for `name = value`. */
  readonly form?: FormDoc;
  /** Position among the node's fields for a new one; without it, at the end. */
  readonly at?: number;
}

/** Editing of the open object. Calls without an open object do nothing or reject. */
export interface Editing {
  /** A field as its editor shows it. */
  field(item: string, field: string): Readable<FieldState>;
  /** A key was pressed: shown at once, the lock is acquired if need be, saved by itself. `null` removes the field. */
  type(item: string, field: string, text: string | null, form?: FieldForm): void;
  /** The field lost the focus: what is typed is sent now. */
  blur(item: string, field: string): void;
  /** Takes back what was typed into a field and never sent. */
  discard(item: string, field: string): void;
  /**
   * Cells of the open table that are typed in, on their way, or could not be saved, by `record:<id>/<field id>`. A cell's
   * text is JSON; it is sent by `blur`, not while it is typed.
   */
  readonly cells: Readable<ReadonlyMap<string, FieldState>>;
  /** Puts a record into the open table; `record` is its new id, cells go by the id of their field. */
  insertRecord(record: string, cells: Readonly<Record<string, JsonValue>>): Promise<ReceiptDoc>;
  /** Sets a cell in one click. */
  setCell(record: string, field: string, value: JsonValue): Promise<ReceiptDoc>;
  /** Takes a record out. */
  removeRecord(record: string): Promise<ReceiptDoc>;
  /** Esc: sends what is typed in the item, waits for it, gives the lock back. Without an item: of all items. */
  finish(item?: string): Promise<void>;
  /** Sends all that is typed and waits until it is acknowledged or parked. */
  flush(): Promise<void>;
  /** How many operations are typed and not acknowledged; the leave warning uses it. */
  readonly unsaved: Readable<number>;
  /** Puts a subtree under `parent`, right after `after`, or first. */
  insert(parent: string, after: string | undefined, seeds: readonly SeedDoc[]): Promise<ReceiptDoc>;
  /** Takes a node and all below it out. */
  remove(item: string): Promise<ReceiptDoc>;
  /** Puts a node somewhere else in the object. */
  move(item: string, parent: string, after: string | undefined): Promise<ReceiptDoc>;
  /** Sets a field in one click, without keeping the lock: disable, rename, a choice in a list. */
  set(item: string, field: string, text: string | null, form?: FieldForm): Promise<ReceiptDoc>;
  /** Copies a node from its saved revision to right after it. */
  duplicate(item: string): Promise<ReceiptDoc>;
  /** Edits that were refused for good, kept in this browser. */
  readonly kept: Readable<readonly KeptEdit[]>;
  /** Tries kept edits again, as new operations. */
  retryKept(opIds: readonly string[]): Promise<void>;
  /** Throws kept edits away. */
  discardKept(opIds: readonly string[]): Promise<void>;
  /** Applies a parked draft of the open object again, as new operations; it is discarded once all are applied. */
  reapply(draft: string): Promise<void>;
}

/** What is to be taken back: `changes`, or all by `author`; without both, everything since the published version. */
export interface Selection {
  readonly changes?: readonly number[];
  readonly author?: string;
  /** Of a table, without `changes`: only its fields or only its records; both without it. */
  readonly only?: ScopeDoc;
}

/** What happens where a revert meets the work of others; without a word it is refused, and says where. */
export interface RevertHow {
  /** `keep`: later work stays, and what it stands on is left. `take`: it gives way. */
  readonly collisions?: CollisionsDoc;
  /** Changes that are taken back over later work, whatever is said of the others. */
  readonly take?: readonly number[];
  /** `leave`: what others hold is left. `park`: an admin ends their locks, and what they had not saved is parked. */
  readonly locks?: OverLocksDoc;
  /** Why locks are ended. */
  readonly reason?: string;
}

/** What goes live, and with which words. */
export interface PublishHow {
  readonly description?: string;
  /** Only the changes of these members. */
  readonly authors?: readonly string[];
  /** Take along what those build upon. */
  readonly dependencies?: boolean;
  /** So many sessions were asked to save first; they have 10 s. */
  readonly onAsked?: (sessions: number) => void;
}

/** Taking back and making live. */
export interface History {
  /** What taking changes back would do and break; all that is not published without `changes` and `author`. */
  check(object: string, selection: Selection): Promise<RevertableDoc>;
  /** Takes changes back, as a change. */
  revert(object: string, selection: Selection, how?: RevertHow): Promise<ReceiptDoc>;
  /** Takes one's own newest change in the open object back, past what others did. */
  undo(how?: { before?: number; take?: boolean }): Promise<ReceiptDoc>;
  /** Takes one's own newest undo in the open object back. */
  redo(): Promise<ReceiptDoc>;
  /** What publishing would make live. */
  checkPublish(object: string, authors?: readonly string[]): Promise<PublishableDoc>;
  /**
   * Makes the draft live as it was seen. Sends what is typed first; rejects if that does not get through in 10 s. Others
   * with unsaved work are asked to save it.
   */
  publish(object: string, revision: number, how?: PublishHow): Promise<ReceiptDoc>;
}

/** How to be in a channel. */
export interface ChannelOptions {
  /** Be told who is in it, and of those who come and go. */
  readonly presence?: boolean;
  /** Be told what was said before. */
  readonly history?: boolean;
}

/** Who listens in a channel. */
export interface ChannelListener {
  /** Something happened there. */
  onNews(news: ChannelNewsDoc): void;
  /** It could not be joined. */
  onRefused(error: BatonError): void;
}

/** Named channels of the workspace's realtime service. */
export interface Channels {
  /** Comes in and listens, over every interruption; returns what ends it. */
  join(channel: string, options: ChannelOptions, listener: ChannelListener): () => void;
  /** Asks something of the realtime service: settings, a message, an event, who is in. */
  call(call: RealtimeCall): Promise<RealtimeReplyDoc>;
}

/** Which presence records to hear of; all that one may read if nothing is said. */
export interface PresenceWish {
  /** One record. */
  readonly record?: string;
  /** One sort of event. */
  readonly event?: PresenceEventDoc;
  /** What the record must meet; filters alone. */
  readonly queries?: readonly QueryDoc[];
}

/** Who hears of presence records. */
export interface PresenceListener {
  /** Something happened to one. */
  onPost(post: PresencePostDoc): void;
  /** It is heard from here on, at first and after every interruption: what was missed must be read. */
  onLive(): void;
  /** It cannot be heard. */
  onRefused(error: BatonError): void;
}

/** Presence records: small, with a status and an expiry, read by whom their owner says. */
export interface Presences {
  /** Listens, over every interruption; returns what ends it. */
  subscribe(wish: PresenceWish, listener: PresenceListener): () => void;
  call(call: PresenceCall): Promise<RealtimeReplyDoc>;
}

/** One tab in one workspace. */
export interface Client {
  readonly http: Http;
  readonly workspace: string;
  readonly status: Readable<ConnectionState>;
  readonly room: Readable<RoomState>;
  /** The open object; `null` if none is. */
  readonly stack: Readable<StackState | null>;
  readonly locks: Locks;
  readonly editing: Editing;
  readonly channels: Channels;
  readonly presences: Presences;
  readonly history: History;
  /** The chat. */
  readonly talk: Talk;
  /** Calls back for each thing that a person should hear of once; returns what ends it. */
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Calls back for each operation on the open object, one's own among them; returns what ends it. */
  onOperation(listener: (operation: OperationDoc) => void): () => void;
  /** Connects; does nothing if it runs. */
  start(): void;
  /** Closes the socket and all timers; the session stays in its grace, so a reload comes back to it. */
  stop(): void;
  /** Sends what is typed, leaves the workspace for good: its locks are free at once. */
  leave(): Promise<void>;
  /** Connects again now instead of after the wait. */
  reconnect(): void;
  /** The server's wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Opens an object; the one that was open is closed. */
  open(object: string): void;
  /** Closes it, if it is still the one that is open. */
  close(object: string): void;
  /** Says where this tab is; the latest wins, at most 10 a second. */
  locate(location: LocationDoc): void;
  /** A key was pressed in the chat (`true`), or it was emptied (`false`). */
  typing(on: boolean): void;
  /** There was input in this tab; reported by itself, at most every 10 s. */
  active(kind: Input): void;
  /** Chooses a status with its words, in place of those before; `until` on the server's clock. */
  setStatus(status: "online" | "busy" | "away", message?: string, until?: number): Promise<void>;
  /** Chooses who sees how much of one's looking. */
  setPrivacy(privacy: PrivacyDoc): Promise<void>;
  /** Chooses an emoji in place of the initials; empty for none. */
  setAvatar(avatar: string): Promise<void>;
  /** Deletes an object. */
  deleteObject(object: string): Promise<ReceiptDoc>;
  /** Throws a parked draft away. */
  discardParked(draft: string): Promise<void>;
}
