//! All that the core wants done.

use crate::domain::command::{Change, Location, Operation};
use crate::domain::id::{
    CallId, ItemId, ObjectId, OpId, ParkedId, RequestId, SessionId, SocketId, StreamId, UserId, WorkspaceId,
};
use crate::domain::path::{Fence, LockPath};
use crate::domain::refusal::Refusal;
use crate::domain::role::Member;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Node, ObjectKind, Revision, Stack};
use crate::domain::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// The buffer that the core appends its effects to, in the order in which they must be seen.
pub type Effects = Vec<Effect>;

/// One thing that the shell must do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Answer a call.
    Reply {
        /// Which.
        call: CallId,
        /// With what.
        result: Result<Answer, Refusal>,
    },
    /// From here on the socket carries the session. Comes right before the reply to its hello.
    Attach {
        /// The session.
        session: SessionId,
        /// Its member.
        user: UserId,
        /// The socket.
        socket: SocketId,
    },
    /// What the session sees of stacks from here on.
    Viewing {
        /// The session.
        session: SessionId,
        /// The object whose operations it gets.
        object: Option<ObjectId>,
    },
    /// The session is over: forget its outbox once its last frames and the close are out.
    Ended {
        /// The session.
        session: SessionId,
    },
    /// Close a socket.
    Close {
        /// Which.
        socket: SocketId,
        /// Why.
        why: CloseReason,
    },
    /// Ask a socket for a sign of life now.
    Ping {
        /// Which.
        socket: SocketId,
    },
    /// A numbered room update.
    Delta(Numbered),
    /// An update that is never numbered nor replayed, latest value per session.
    Live {
        /// Who gets it.
        audience: Audience,
        /// What.
        live: Live,
    },
    /// Make durable. Whatever follows waits for its commit.
    Write(Write),
    /// Give me a stack.
    Load {
        /// Which.
        object: ObjectId,
        /// The revision that must be found.
        revision: Revision,
    },
}

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The same page has opened another socket for the session.
    Replaced,
    /// The session was left.
    Left,
    /// The account signed out.
    SignedOut,
    /// The member was removed from the workspace.
    Removed,
    /// The member or account was suspended.
    Suspended,
    /// The session was silent for too long.
    Silent,
    /// The room is being rebuilt after a fault.
    Rebuilt,
}

/// Who gets an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every session.
    All,
    /// The sessions that have the object open.
    Viewers(ObjectId),
    /// One session.
    Session(SessionId),
    /// All sessions of a member.
    Member(UserId),
}

/// A delta with its place.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Place in the room's stream; grows by one.
    pub seq: u64,
    /// Who gets it.
    pub audience: Audience,
    /// What.
    pub delta: Arc<Delta>,
}

/// One room update.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// A member came or changed.
    Member(Member),
    /// A membership ended.
    MemberRemoved(UserId),
    /// A session came or changed.
    Session(SessionView),
    /// A session is over.
    SessionEnded(SessionId),
    /// An object came, or its head changed.
    Object(ObjectHead),
    /// An object was deleted.
    ObjectDeleted(ObjectId),
    /// An operation was written to an open object. Its head delta follows.
    Operation {
        /// Which object.
        object: ObjectId,
        /// The operation.
        operation: Box<Operation>,
        /// The change that it belongs to, as it now reads.
        change: Change,
    },
    /// A change of an open object reads differently now: it was reverted, or words were joined.
    Change {
        /// Which object.
        object: ObjectId,
        /// The change.
        change: Change,
    },
    /// A lock came or changed.
    Lock(LockView),
    /// A lock ended.
    LockEnded {
        /// Which.
        path: LockPath,
        /// The session that held it.
        session: SessionId,
        /// Why.
        why: LockEnd,
        /// The revision of the object at the end.
        revision: Revision,
    },
    /// A lock request came or changed (its place).
    Request(RequestView),
    /// A lock request ended.
    RequestEnded {
        /// Which.
        request: RequestId,
        /// On what.
        path: LockPath,
        /// Who had asked.
        session: SessionId,
        /// How.
        how: RequestEnd,
        /// The holder's words, of a decline; empty otherwise.
        reason: String,
    },
    /// An admin closed a path for edits.
    Closed(Closure),
    /// A closure ended.
    Reopened(LockPath),
    /// Members wait for each other in a circle.
    Deadlock(Deadlock),
    /// A circle is open again, by a swap, a yield or in any other way.
    DeadlockEnded(RequestId),
    /// To whom a lock was taken from: it was undone. What was parked meanwhile can be re-applied.
    Undone {
        /// What had been taken.
        path: LockPath,
        /// The parked drafts of the take-over.
        parked: Vec<ParkedId>,
    },
    /// To the holder: stop typing, send what is left, say flushed.
    Freeze {
        /// Which lock.
        path: LockPath,
        /// Its fence, which still writes.
        fence: Fence,
        /// Who gets it.
        to: UserId,
        /// Milliseconds left.
        within_ms: u64,
    },
    /// To the author: work was parked.
    Parked(ParkedDraft),
    /// To the author: a parked draft is gone.
    ParkedEnded(ParkedId),
    /// Somebody said something.
    Chat(ChatLine),
}

/// An update that is worth nothing once the next one is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Live {
    /// Where somebody is.
    Location {
        /// Who.
        session: SessionId,
        /// Where.
        location: Location,
    },
    /// Somebody types in the chat, or stopped.
    Typing {
        /// Who.
        session: SessionId,
        /// Whether.
        on: bool,
    },
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Its socket is there.
    Connected,
    /// Its socket is gone or silent; the grace runs.
    Reconnecting,
}

/// What others see of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// Its member.
    pub user: UserId,
    /// "tab 2": counts the member's sessions as they came.
    pub tab: u32,
    /// Device in words.
    pub device: String,
    /// Connected or not.
    pub state: SessionState,
    /// Since when it is here, wall clock.
    pub since: Timestamp,
    /// Last input, wall clock.
    pub active: Timestamp,
    /// Where it is.
    pub location: Location,
}

/// What everybody sees of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// Its id.
    pub id: ObjectId,
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name; folders by `/`.
    pub name: String,
    /// The API group of an endpoint.
    pub group: Option<ObjectId>,
    /// The draft's revision.
    pub revision: Revision,
    /// Number of changes since the published version that are not reverted.
    pub changes: u64,
    /// The published version.
    pub version: Option<VersionHead>,
}

/// What everybody sees of a published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionHead {
    /// Number within the object, from 1.
    pub number: u64,
    /// The revision that it froze.
    pub revision: Revision,
    /// Who published.
    pub user: UserId,
    /// When, wall clock.
    pub at: Timestamp,
    /// The publisher's words.
    pub description: String,
    /// Whose changes went live.
    pub contributors: Vec<UserId>,
}

/// How a lock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// Held.
    Held,
    /// Held by a session whose socket is gone; the grace runs.
    Reconnecting,
    /// Being handed over; the holder's last keystrokes are on their way.
    HandingOver,
    /// Kept free for an asker who is reconnecting.
    Reserved,
}

/// What everybody sees of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockView {
    /// What is locked.
    pub path: LockPath,
    /// The session that holds it.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
    /// The fence that goes with every write.
    pub fence: Fence,
    /// How it stands.
    pub state: LockState,
    /// Since when, wall clock.
    pub since: Timestamp,
    /// Last edit under it, wall clock.
    pub edited: Timestamp,
    /// Operations that the holder has typed and not yet had acknowledged.
    pub unsaved: u32,
    /// Idle release has been announced for this moment, wall clock.
    pub idle_until: Option<Timestamp>,
    /// The holder has promised it.
    pub promise: Option<Promise>,
    /// It was taken from somebody; until this moment, wall clock, that can be undone while nothing was written.
    pub undo_until: Option<Timestamp>,
}

/// A holder's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// To whom.
    pub request: RequestId,
    /// For when, wall clock.
    pub until: Timestamp,
}

/// A path that an admin has closed. It belongs to no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// What.
    pub path: LockPath,
    /// By whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
    /// Since when, wall clock.
    pub since: Timestamp,
}

/// Members who wait for each other in a circle: each of these requests is for what the asker of the next one holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlock {
    /// Named by the request that closed it.
    pub id: RequestId,
    /// The requests, in the order of the circle.
    pub requests: Vec<RequestId>,
    /// Members who have agreed to swap.
    pub agreed: Vec<UserId>,
    /// The youngest request yields at this moment, wall clock; not while a promise runs.
    pub yields: Option<Timestamp>,
}

/// Why a lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockEnd {
    /// Given back after changes.
    Released,
    /// Given back unused.
    Abandoned,
    /// Handed to who had asked; a lock delta for the same path follows.
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

/// What everybody sees of a lock request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    /// Its id.
    pub id: RequestId,
    /// What is wished for.
    pub path: LockPath,
    /// The asking session.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
    /// The asker's words.
    pub note: String,
    /// When, wall clock.
    pub since: Timestamp,
    /// Place in the order, from 1.
    pub place: u32,
    /// The holder does not want to see it again.
    pub ignored: bool,
    /// The holder has been reminded.
    pub nudged: bool,
    /// From this moment, wall clock, the asker may take over if first; `None` while a promise or a closure stands.
    pub take_over: Option<Timestamp>,
    /// When it is likely to be granted, from measured hold times, wall clock.
    pub eta: Option<Timestamp>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestEnd {
    /// The asker has the lock.
    Granted,
    /// Taken back by the asker.
    Cancelled,
    /// 10 min, or the asker is gone.
    Expired,
    /// The asker got what was wished for in another way.
    Superseded,
    /// The holder said no.
    Declined,
    /// It was the youngest of a deadlock.
    Yielded,
    /// The asker may no longer edit, or what was asked for is gone.
    Voided,
}

/// Why work was parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkedReason {
    /// Another fence is current.
    StaleFence,
    /// The lock had ended.
    LockLost,
    /// The item had been changed by someone else.
    BaseMismatch,
    /// The author may no longer edit.
    Revoked,
    /// Typed while an acquire was open that was then refused.
    NotGranted,
    /// The operation that it builds on was parked.
    ChainParked,
    /// The server failed while it was in hand.
    ServerError,
}

/// Work that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedDraft {
    /// Its id.
    pub id: ParkedId,
    /// Whose.
    pub user: UserId,
    /// In which object.
    pub object: ObjectId,
    /// About which item.
    pub item: Option<ItemId>,
    /// When it began, wall clock.
    pub since: Timestamp,
    /// Who held the item then.
    pub holder: Option<UserId>,
    /// The operations, in order.
    pub operations: Vec<ParkedOperation>,
}

/// One operation of a parked draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedOperation {
    /// The client's id for it.
    pub op_id: OpId,
    /// Why it was parked.
    pub reason: ParkedReason,
    /// When, wall clock.
    pub at: Timestamp,
    /// The revision that it was based on.
    pub base: Revision,
    /// What it would have done.
    pub op: Op,
    /// In words.
    pub words: String,
}

/// One line of the session chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// Place in the room's chat, from 1.
    pub number: u64,
    /// The sender's id of the line.
    pub client_id: Uuid,
    /// From which session.
    pub session: SessionId,
    /// From whom.
    pub user: UserId,
    /// When, wall clock.
    pub at: Timestamp,
    /// The words.
    pub text: String,
    /// Members addressed.
    pub mentions: Vec<UserId>,
    /// A step or object that it points to.
    pub link: Option<LockPath>,
}

/// What an operation or a lock decision led to; a retry under the same op_id gets the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// The edit is in the log.
    Edited {
        /// The revision that it made.
        revision: Revision,
        /// The change that it belongs to.
        change: u64,
    },
    /// The edit was not applied and is kept.
    Parked {
        /// The parked draft that holds it.
        parked: ParkedId,
        /// Why.
        reason: ParkedReason,
    },
    /// The lock is held.
    Acquired {
        /// Its fence.
        fence: Fence,
        /// The revision that holder and giver agree on.
        revision: Revision,
    },
    /// The lock is another's.
    Busy {
        /// Who holds it.
        holder: LockView,
    },
    /// The request waits.
    Waiting {
        /// The request.
        request: RequestId,
        /// Its place, from 1.
        place: u32,
    },
    /// The hand-over began.
    HandingOver,
    /// Done, and there is no more to say.
    Done,
    /// Objects came in.
    Imported {
        /// In the order of the call: the object, and whether it is new.
        objects: Vec<(ObjectId, bool)>,
    },
    /// Changes were taken back.
    Reverted {
        /// The change that did it.
        change: u64,
        /// The revision that it made.
        revision: Revision,
    },
    /// The draft is live.
    Published {
        /// The version's number.
        version: u64,
        /// The revision that it froze.
        revision: Revision,
    },
}

/// What a call is answered with.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// See [`Receipt`].
    Receipt(Receipt),
    /// The answer to a hello.
    Welcome(Box<Welcome>),
    /// The answer to [`crate::domain::command::Request::Snapshot`].
    Snapshot(Box<Snapshot>),
    /// An object's content.
    Object(Box<ObjectView>),
    /// Parked drafts.
    Parked(Vec<ParkedDraft>),
    /// Everything about a lock.
    Explained(Box<Explanation>),
}

/// How a hello ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// A new session.
    New,
    /// The old session, and the missed deltas follow.
    Resumed,
    /// The old session, and the snapshot stands for what was missed.
    Reloaded,
}

/// The answer to a hello.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// How it ended.
    pub arrival: Arrival,
    /// The session.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
    /// Whether the fresh secret of the hello is now the session's; otherwise the old one stays.
    pub fresh_secret: bool,
    /// The life of the numbering.
    pub stream: StreamId,
    /// Deltas up to this number are known to the client after this answer.
    pub upto: u64,
    /// The whole picture, unless the missed deltas are enough.
    pub snapshot: Option<Box<Snapshot>>,
    /// The missed deltas, if they are enough.
    pub replay: Vec<Arc<Delta>>,
    /// The server's wall clock.
    pub now: Timestamp,
    /// A ping comes at least this often, in milliseconds.
    pub ping_ms: u64,
}

/// What a session sees of the room.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<Member>,
    /// The sessions.
    pub sessions: Vec<SessionView>,
    /// The objects.
    pub objects: Vec<ObjectHead>,
    /// The locks.
    pub locks: Vec<LockView>,
    /// The open requests, in their order.
    pub requests: Vec<RequestView>,
    /// What is closed for edits.
    pub closures: Vec<Closure>,
    /// Who waits for whom in a circle.
    pub deadlocks: Vec<Deadlock>,
    /// One's own parked drafts.
    pub parked: Vec<ParkedDraft>,
    /// Chat since this session came.
    pub chat: Vec<ChatLine>,
    /// Chat lines that were missed and are no longer there.
    pub chat_missed: u64,
    /// The session's open object.
    pub open: Option<ObjectId>,
    /// Deltas up to this number are in this picture.
    pub upto: u64,
}

/// An object's content as a client needs it to show and edit.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectView {
    /// Its head.
    pub head: ObjectHead,
    /// Its draft.
    pub nodes: Vec<Node>,
    /// The changes since the published version, oldest first.
    pub changes: Vec<Change>,
    /// The published content.
    pub published: Option<Arc<Stack>>,
}

/// Everything about a lock.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was asked about.
    pub path: LockPath,
    /// The lock that is in the way, if one is.
    pub lock: Option<LockView>,
    /// The closure in the way, if one is.
    pub closure: Option<Closure>,
    /// The waiting requests, in their order.
    pub queue: Vec<RequestView>,
    /// When idle release would free it, wall clock.
    pub frees: Option<Timestamp>,
    /// What the caller may do now.
    pub may: Vec<Remedy>,
}

/// What one may do about a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
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

/// A record of the audit chain, before the writer has chained it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, wall clock.
    pub at: Timestamp,
    /// Who.
    pub user: Option<UserId>,
    /// What, such as `lock.force`.
    pub action: &'static str,
    /// On what, in words that name ids.
    pub subject: String,
    /// The reason given.
    pub reason: String,
}

/// A lock as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRow {
    /// The lock.
    pub view: LockView,
    /// SHA-256 of the resume secret of its session.
    pub secret: [u8; 32],
    /// Whether a write used its fence.
    pub used: bool,
    /// Milliseconds until the promised moment, as of the write, with the promise.
    pub promised_ms: Option<u64>,
    /// From whom it was taken, if it was.
    pub taken: Option<Taken>,
}

/// From whom a lock was taken, as long as that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Who took it.
    pub by: UserId,
    /// What had been held, and by whom.
    pub from: Vec<TakenFrom>,
    /// Milliseconds until it can no longer be undone, as of the write.
    pub remains_ms: u64,
}

/// One lock that a take-over ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenFrom {
    /// What.
    pub path: LockPath,
    /// The session that held it.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
}

/// A lock request as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The request.
    pub view: RequestView,
    /// SHA-256 of the resume secret of its session.
    pub secret: [u8; 32],
    /// Milliseconds until it expires, as of the write.
    pub remains_ms: u64,
    /// Milliseconds for which it has waited without a promise, as of the write: the escalation's clock.
    pub waited_ms: u64,
    /// Whether a promise was made for it; it is made once.
    pub promised: bool,
    /// Place in the one order.
    pub order: u64,
}

/// One durable fact.
#[derive(Debug, Clone)]
pub enum Write {
    /// Insert or update.
    Member(Member),
    /// Delete.
    MemberRemoved(UserId),
    /// Insert or update an object's head.
    Object(ObjectHead),
    /// The object is deleted; its log stays.
    ObjectDeleted {
        /// Which.
        object: ObjectId,
        /// When, wall clock.
        at: Timestamp,
        /// By whom.
        user: UserId,
    },
    /// Append to an object's log.
    Operation {
        /// Which object.
        object: ObjectId,
        /// What.
        operation: Box<Operation>,
    },
    /// Insert or update a change.
    Change {
        /// Which object.
        object: ObjectId,
        /// What.
        change: Change,
    },
    /// The whole content at a revision, so that a load need not replay the log from its start.
    Checkpoint {
        /// Which object.
        object: ObjectId,
        /// At which revision.
        revision: Revision,
        /// The content.
        stack: Arc<Stack>,
    },
    /// A published version.
    Version {
        /// Which object.
        object: ObjectId,
        /// Its head.
        head: VersionHead,
        /// Its content.
        stack: Arc<Stack>,
    },
    /// Insert or update a lock; the fence counter moves to its fence at least.
    Lock(LockRow),
    /// Delete a lock.
    LockEnded(LockPath),
    /// Insert or update a request.
    Request(RequestRow),
    /// Delete a request.
    RequestEnded(RequestId),
    /// Insert a closure.
    Closed(Closure),
    /// Delete a closure.
    Reopened(LockPath),
    /// Insert or replace a parked draft.
    Parked(ParkedDraft),
    /// Delete a parked draft.
    ParkedEnded(ParkedId),
    /// The final answer to an operation or decision.
    Receipt {
        /// Whose op_id.
        user: UserId,
        /// The op_id.
        op_id: OpId,
        /// Digest of what was intended.
        intent: [u8; 16],
        /// The answer.
        receipt: Receipt,
        /// When, wall clock.
        at: Timestamp,
    },
    /// Append to the workspace's audit chain.
    Audit(AuditEntry),
}
