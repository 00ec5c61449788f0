//! What we send.

use serde::Serialize;
use uuid::Uuid;

use super::client::LocationDoc;
use super::error::ErrorBody;
use crate::document::{
    ChangeDoc, ClosureDoc, FenceDoc, LockDoc, LockPathDoc, NodeDoc, ObjectHeadDoc, OperationDoc,
    ParkedDraftDoc, ReceiptDoc,
};

/// One message of a server frame.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to a hello.
    Welcome(Box<WelcomeDoc>),
    /// The answer to a call that was carried out.
    Reply {
        /// The call's id.
        re: u32,
        /// What it led to.
        ok: ReplyDoc,
    },
    /// The answer to a call that was not carried out, or to a frame that could not be read (then without `re`).
    Error {
        /// The call's id.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        re: Option<u32>,
        /// What happened, what it means, what to do.
        error: ErrorBody,
    },
    /// Numbered room updates. A client whose last `upto` is not `after`, or whose stream differs, asks for a snapshot.
    Deltas {
        /// The life of the numbering.
        stream: Uuid,
        /// The last `upto` sent to this session.
        after: u64,
        /// Everything up to here is known with this message.
        upto: u64,
        /// What happened, in order.
        deltas: Vec<DeltaDoc>,
    },
    /// The session's replica is behind or void: this snapshot takes its place.
    Resync {
        /// The life of the numbering.
        stream: Uuid,
        /// Why.
        why: ResyncReason,
        /// The whole picture.
        snapshot: Box<SnapshotDoc>,
    },
    /// Updates that are never numbered; the latest value of each session counts.
    Live {
        /// Where people are.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<LiveLocationDoc>>"))]
        locations: Vec<LiveLocationDoc>,
        /// Who types in the chat, or stopped.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<LiveTypingDoc>>"))]
        typing: Vec<LiveTypingDoc>,
        /// While the store does not answer: chat lines and sessions ahead of their number. They come again with it, or
        /// stand in the next snapshot.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<DeltaDoc>>"))]
        updates: Vec<DeltaDoc>,
    },
    /// Answer with `pong`.
    Ping {
        /// The room's number; a client that is behind it by more than what is under way asks for a snapshot.
        upto: u64,
        /// The server's wall clock, milliseconds since the Unix epoch.
        now: i64,
    },
    /// The store does not answer: durable calls get `retry_later` until `held` is false.
    Held {
        /// Whether it is so.
        held: bool,
    },
}

/// Why a replica was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    /// The room was rebuilt after a fault.
    Reloaded,
    /// The session read too slowly.
    Behind,
}

/// How a hello ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ArrivalDoc {
    /// A new session; if the client named one, that one is gone.
    New,
    /// The old session, nothing was missed.
    Resumed,
    /// The old session; the snapshot stands for what was missed.
    Reloaded,
}

/// The answer to a hello.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WelcomeDoc {
    /// The call's id, if the hello had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub re: Option<u32>,
    /// How it ended.
    pub arrival: ArrivalDoc,
    /// The session.
    pub session: Uuid,
    /// Its member.
    pub user: Uuid,
    /// The resume secret of a new session; an old one keeps its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub secret: Option<String>,
    /// The life of the numbering.
    pub stream: Uuid,
    /// Everything up to here is known with this message.
    pub upto: u64,
    /// The whole picture, unless `replay` is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub snapshot: Option<SnapshotDoc>,
    /// What was missed, in order.
    pub replay: Vec<DeltaDoc>,
    /// The server's wall clock, milliseconds since the Unix epoch.
    pub now: i64,
    /// A ping comes at least this often, in milliseconds.
    pub ping_ms: u64,
}

/// What a call is answered with.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReplyDoc {
    /// What an operation or a lock decision led to.
    Receipt(ReceiptDoc),
    /// The whole picture.
    Snapshot {
        /// The life of the numbering.
        stream: Uuid,
        /// The picture.
        snapshot: Box<SnapshotDoc>,
    },
    /// An object's content; its operations with a higher revision follow as deltas.
    Object(Box<ObjectDoc>),
    /// Parked drafts.
    Parked {
        /// Oldest first.
        drafts: Vec<ParkedDraftDoc>,
    },
    /// Everything about a lock.
    Explained(Box<ExplanationDoc>),
}

/// What a session sees of the room.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SnapshotDoc {
    /// The workspace.
    pub workspace: Uuid,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<MemberDoc>,
    /// The sessions.
    pub sessions: Vec<SessionDoc>,
    /// The objects.
    pub objects: Vec<ObjectHeadDoc>,
    /// The locks.
    pub locks: Vec<LockDoc>,
    /// The open lock requests, in their order.
    pub requests: Vec<RequestDoc>,
    /// What is closed for edits.
    pub closures: Vec<ClosureDoc>,
    /// Who waits for whom in a circle.
    pub deadlocks: Vec<DeadlockDoc>,
    /// One's own parked drafts.
    pub parked: Vec<ParkedDraftDoc>,
    /// The chat since this session came.
    pub chat: Vec<ChatLineDoc>,
    /// Chat lines that were missed and are no longer there.
    pub chat_missed: u64,
    /// The session's open object; ask for its content again with `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub open: Option<Uuid>,
    /// Everything up to here is in this picture.
    pub upto: u64,
}

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RoleDoc {
    /// The one who answers for the workspace.
    Owner,
    /// May everything but give the workspace away.
    Admin,
    /// Edits and publishes.
    Developer,
    /// Looks and chats.
    Viewer,
    /// A member without access.
    Suspended,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MemberDoc {
    /// The account.
    pub user: Uuid,
    /// Shown to colleagues.
    pub name: String,
    /// What they may.
    pub role: RoleDoc,
    /// Index into the palette of people's colours.
    pub colour: u8,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SessionStateDoc {
    /// Its socket is there.
    Connected,
    /// Its socket is gone or silent; the grace runs.
    Reconnecting,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionDoc {
    /// Its id.
    pub id: Uuid,
    /// Its member.
    pub user: Uuid,
    /// Counts the member's sessions as they came, from 1.
    pub tab: u32,
    /// Device in words.
    pub device: String,
    /// Connected or not.
    pub state: SessionStateDoc,
    /// Since when it is here, milliseconds since the Unix epoch.
    pub since: i64,
    /// Last input, milliseconds since the Unix epoch.
    pub active: i64,
    /// Where it is.
    pub location: LocationDoc,
}

/// Where somebody is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LiveLocationDoc {
    /// Who.
    pub session: Uuid,
    /// Where.
    pub location: LocationDoc,
}

/// An object's content as a client needs it to show and edit.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ObjectDoc {
    /// Its head.
    pub head: ObjectHeadDoc,
    /// Its draft, in document order.
    pub nodes: Vec<NodeDoc>,
    /// The changes since the published version, oldest first.
    pub changes: Vec<ChangeDoc>,
    /// The published content, in document order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub published: Option<Vec<NodeDoc>>,
}

/// Why a lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LockEndDoc {
    /// Given back after changes.
    Released,
    /// Given back unused.
    Abandoned,
    /// Handed to who had asked.
    HandedOver,
    /// The holder's session was left.
    Left,
    /// The holder's session did not come back.
    Gone,
    /// No edit for the idle time.
    Idle,
    /// Taken by an owner or admin.
    Forced,
    /// Taken by the first in the order, after the policy's time.
    TakenOver,
    /// The take-over was undone.
    Undone,
    /// Moved in a swap that ended a deadlock.
    Swapped,
    /// An admin closed the path.
    Closed,
    /// The object's lock became locks on the items still being edited.
    Narrowed,
    /// Moved to another session of the same member.
    Moved,
    /// The holder may no longer edit.
    Revoked,
    /// What was locked is gone.
    ItemDeleted,
}

/// Who types in the chat, or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LiveTypingDoc {
    /// Who.
    pub session: Uuid,
    /// Whether.
    pub on: bool,
}

/// A lock request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestDoc {
    /// Its id.
    pub id: Uuid,
    /// What is wished for.
    pub path: LockPathDoc,
    /// The asking session.
    pub session: Uuid,
    /// Its member.
    pub user: Uuid,
    /// The asker's words.
    pub note: String,
    /// When, milliseconds since the Unix epoch.
    pub since: i64,
    /// Place in the order, from 1, when this was sent; it falls as requests before it end.
    pub place: u32,
    /// The holder does not want to see it again.
    pub ignored: bool,
    /// The holder has been reminded.
    pub nudged: bool,
    /// From this moment, milliseconds since the Unix epoch, the asker may take over if first; left out under a promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub take_over: Option<i64>,
    /// When it is likely to be granted, from measured hold times, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub eta: Option<i64>,
}

/// Members who wait for each other in a circle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeadlockDoc {
    /// Named by the request that closed it.
    pub id: Uuid,
    /// The requests, in the order of the circle: each is for what the asker of the next one holds.
    pub requests: Vec<Uuid>,
    /// Members who have agreed to swap.
    pub agreed: Vec<Uuid>,
    /// The youngest request yields at this moment, milliseconds since the Unix epoch; left out while a promise runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub yields: Option<i64>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RequestEndDoc {
    /// The asker has the lock.
    Granted,
    /// Taken back by the asker.
    Cancelled,
    /// 10 min, or the asker is gone.
    Expired,
    /// The asker got it in another way.
    Superseded,
    /// The holder said no.
    Declined,
    /// It was the youngest of a deadlock.
    Yielded,
    /// The asker may no longer edit, or what was asked for is gone.
    Voided,
}

/// One line of the session chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChatLineDoc {
    /// Place in the room's chat, from 1.
    pub number: u64,
    /// The sender's id of the line.
    pub client_id: Uuid,
    /// From which session.
    pub session: Uuid,
    /// From whom.
    pub user: Uuid,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// The words.
    pub text: String,
    /// Members addressed.
    pub mentions: Vec<Uuid>,
    /// A step or object that it points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub link: Option<LockPathDoc>,
}

/// Everything about a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExplanationDoc {
    /// What was asked about.
    pub path: LockPathDoc,
    /// The lock that is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub lock: Option<LockDoc>,
    /// The closure in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub closure: Option<ClosureDoc>,
    /// The waiting requests, in their order.
    pub queue: Vec<RequestDoc>,
    /// When idle release would free it, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub frees: Option<i64>,
    /// What the caller may do now.
    pub may: Vec<RemedyDoc>,
}

/// What one may do about a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RemedyDoc {
    /// It is free: edit.
    Edit,
    /// Ask the holder.
    Request,
    /// Move it here from one's own other tab.
    EditHere,
    /// Take it away, as an owner or admin.
    Force,
    /// Take it, as the first who has waited long enough.
    TakeOver,
    /// Take one's take-over back.
    Undo,
    /// Reopen it, as an owner or admin.
    Reopen,
    /// Wait; one's request stands.
    Wait,
}

/// One room update.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "d", rename_all = "snake_case")]
pub enum DeltaDoc {
    /// A member came or changed.
    Member(MemberDoc),
    /// A membership ended.
    MemberRemoved {
        /// Whose.
        user: Uuid,
    },
    /// A session came or changed.
    Session(SessionDoc),
    /// A session is over.
    SessionEnded {
        /// Which.
        session: Uuid,
    },
    /// An object came, or its head changed.
    Object(ObjectHeadDoc),
    /// An object was deleted.
    ObjectDeleted {
        /// Which.
        object: Uuid,
    },
    /// An operation was written to the open object.
    Operation {
        /// Which object.
        object: Uuid,
        /// The operation, without its inverse.
        operation: Box<OperationDoc>,
        /// The change that it belongs to, as it now reads.
        change: ChangeDoc,
    },
    /// A change of the open object reads differently now.
    Change {
        /// Which object.
        object: Uuid,
        /// The change.
        change: ChangeDoc,
    },
    /// A lock came or changed.
    Lock(LockDoc),
    /// A lock ended.
    LockEnded {
        /// Which.
        path: LockPathDoc,
        /// The session that held it.
        session: Uuid,
        /// Why.
        why: LockEndDoc,
        /// The revision of the object at the end.
        revision: u64,
    },
    /// A lock request came or changed.
    Request(RequestDoc),
    /// A lock request ended.
    RequestEnded {
        /// Which.
        request: Uuid,
        /// On what.
        path: LockPathDoc,
        /// Who had asked.
        session: Uuid,
        /// How.
        how: RequestEndDoc,
        /// The holder's words, of a decline.
        #[serde(skip_serializing_if = "String::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<String>"))]
        reason: String,
    },
    /// An admin closed a path for edits.
    Closed(ClosureDoc),
    /// A closure ended.
    Reopened {
        /// What.
        path: LockPathDoc,
    },
    /// Members wait for each other in a circle, or one of them agreed to swap.
    Deadlock(DeadlockDoc),
    /// A circle is open again.
    DeadlockEnded {
        /// Which.
        deadlock: Uuid,
    },
    /// To whom a lock was taken from: it was undone. What was parked meanwhile can be re-applied.
    Undone {
        /// What had been taken.
        path: LockPathDoc,
        /// The parked drafts of the take-over.
        parked: Vec<Uuid>,
    },
    /// To the holder: stop typing, send what is left, say `flushed`.
    Freeze {
        /// Which lock.
        path: LockPathDoc,
        /// Its fence, which still writes.
        fence: FenceDoc,
        /// Who gets it.
        to: Uuid,
        /// Milliseconds left.
        within_ms: u64,
    },
    /// To the author: work was parked.
    Parked(ParkedDraftDoc),
    /// To the author: a parked draft is gone.
    ParkedEnded {
        /// Which.
        parked: Uuid,
    },
    /// Somebody said something.
    Chat(ChatLineDoc),
}
