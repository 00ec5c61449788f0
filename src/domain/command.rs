//! All that can happen to a workspace.

use crate::domain::id::StreamId;
use crate::domain::id::{
    CallId, InstanceId, ItemId, ObjectId, OpId, ParkedId, RequestId, SessionId, SocketId, UserId,
};
use crate::domain::path::{Fence, LockPath};
use crate::domain::role::{Member, Role};
use crate::domain::stack::op::Op;
use crate::domain::stack::{ObjectKind, Revision, Seed, Stack};
use crate::domain::time::Timestamp;
use uuid::Uuid;

/// One input of the core.
#[derive(Debug, Clone)]
pub enum Command {
    /// A socket introduces its session.
    Hello(Box<Hello>),
    /// A frame came in on a session's socket.
    Heard {
        /// Whose.
        session: SessionId,
        /// On which socket.
        socket: SocketId,
    },
    /// A session's socket is gone, which does not mean that the session has left.
    SocketLost {
        /// Whose.
        session: SessionId,
        /// Which socket; one that was replaced meanwhile changes nothing.
        socket: SocketId,
    },
    /// Somebody asks for something and waits for the answer.
    Request {
        /// Who.
        caller: Caller,
        /// Names the answer.
        call: CallId,
        /// What.
        request: Request,
    },
    /// A stack that was asked for with [`crate::domain::effect::Effect::Load`].
    Loaded {
        /// Which.
        object: ObjectId,
        /// The stack at the revision that was named, or nothing if the store could not give it.
        stack: Option<Box<LoadedStack>>,
    },
}

/// What the store gives for an open stack.
#[derive(Debug, Clone)]
pub struct LoadedStack {
    /// The draft.
    pub draft: Stack,
    /// Its revision; must be the one that the load named.
    pub revision: Revision,
    /// The number of the object's newest change; 0 if there is none.
    pub last_change: u64,
    /// The published content, if there is one.
    pub published: Option<Stack>,
    /// The changes since the published version, oldest first.
    pub changes: Vec<Change>,
    /// The operations of those changes, in order of revision.
    pub operations: Vec<Operation>,
}

/// An acknowledged write as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The revision that it made.
    pub revision: Revision,
    /// The client's id for it.
    pub op_id: OpId,
    /// Who.
    pub user: UserId,
    /// From which session; none for an HTTP call without one.
    pub session: Option<SessionId>,
    /// When, wall clock, milliseconds.
    pub at: Timestamp,
    /// The change that it belongs to.
    pub change: u64,
    /// The fence that it was written under; none for `with_lock` and for object creation.
    pub fence: Option<Fence>,
    /// What it does.
    pub op: Op,
    /// What takes it back, in the order in which it must be applied.
    pub inverse: Vec<Op>,
}

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// One or more edits of one author on one field.
    Edit,
    /// The object was made, or replaced, by an import.
    Import,
    /// A revert of earlier changes.
    Revert,
}

/// A group of consecutive operations of one author on one field, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Number within the object, from 1.
    pub number: u64,
    /// Who.
    pub user: UserId,
    /// First operation, wall clock.
    pub began: Timestamp,
    /// Last operation, wall clock.
    pub ended: Timestamp,
    /// What, in words.
    pub words: String,
    /// Sort.
    pub kind: ChangeKind,
    /// The item that it is about, if it is about one.
    pub item: Option<ItemId>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// First revision that it made.
    pub from: Revision,
    /// Last revision that it made.
    pub to: Revision,
    /// The number of the change that reverted it.
    pub reverted_by: Option<u64>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The authenticated account.
    pub user: UserId,
    /// The session that the call came through; none for an HTTP call without one.
    pub session: Option<SessionId>,
}

/// The first frame of a socket, checked as far as the edge can: the token is valid and the account active.
#[derive(Debug, Clone)]
pub struct Hello {
    /// Names the answer.
    pub call: CallId,
    /// The authenticated account.
    pub user: UserId,
    /// The socket; none for a session that is renewed by HTTP calls.
    pub socket: Option<SocketId>,
    /// The loaded page.
    pub instance: InstanceId,
    /// The id for the session if it will be a new one.
    pub fresh: SessionId,
    /// SHA-256 of the resume secret that goes with `fresh`.
    pub fresh_secret: [u8; 32],
    /// The session that the page was, or was duplicated from.
    pub resume: Option<Resume>,
    /// What people see of the device, such as "Chromium on Linux".
    pub device: String,
}

/// A claim to an earlier session.
#[derive(Debug, Clone, Copy)]
pub struct Resume {
    /// The session.
    pub session: SessionId,
    /// SHA-256 of its secret as presented.
    pub secret: [u8; 32],
    /// Where the client's replica stands, if it has one.
    pub position: Option<(StreamId, u64)>,
}

/// Where a session is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// Page of the IDE: `home`, `object`, `team`, …
    pub page: String,
    /// The object shown.
    pub object: Option<ObjectId>,
    /// The item selected.
    pub item: Option<ItemId>,
    /// The field with the focus.
    pub field: Option<String>,
}

/// The right under which an edit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pen {
    /// The session holds the item or its object with this fence.
    Held(Fence),
    /// Acquire what is needed, write and release, in one command; refused if another holds it.
    WithLock,
    /// As [`Pen::WithLock`], for what was typed while an acquire was open that was then refused: parked if another holds it.
    TypedAhead,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The client's id for it, unique for the member.
    pub op_id: OpId,
    /// A digest of the intent (object and action), made at the edge: another intent under the same id is refused.
    pub intent: [u8; 16],
    /// Which object.
    pub object: ObjectId,
    /// Under which right.
    pub pen: Pen,
    /// The revision that the author saw.
    pub base: Revision,
    /// The author's own operation that this one builds on.
    pub prev_op: Option<OpId>,
    /// What.
    pub action: EditAction,
}

/// What an edit does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditAction {
    /// Apply an operation.
    Apply(Op),
    /// Copy a node, with all below it, to right after it, from the saved revision; new ids are derived from the seed.
    Duplicate {
        /// What is copied.
        item: ItemId,
        /// New ids are derived from this.
        seed: Uuid,
    },
}

/// An object on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObject {
    /// The id if it will be a new one.
    pub id: ObjectId,
    /// Its kind; a permission area.
    pub kind: ObjectKind,
    /// Its name, unique within kind and group.
    pub name: String,
    /// The API group of an endpoint.
    pub group: Option<ObjectId>,
    /// The content.
    pub seeds: Vec<Seed>,
}

/// How the holder answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestAnswer {
    /// Hand the pen over: freeze, flush, move.
    Grant,
    /// Only the holder's own notice goes; the request stays.
    Ignore,
    /// The request ends; the asker may ask again after 30 s, at the end of the order.
    Decline {
        /// Up to 280 characters.
        reason: String,
    },
    /// The pen goes to the asker by itself after this, in milliseconds, 10 min at most. Once per request, and one per lock.
    Promise {
        /// Milliseconds from now.
        within_ms: u64,
    },
}

/// What can be asked for.
#[derive(Debug, Clone)]
pub enum Request {
    /// The session leaves for good; its locks are free at once.
    Leave,
    /// The whole picture, as after a hello.
    Snapshot,
    /// Show an object to this session and send its operations from now on; the one shown before is closed.
    Open {
        /// Which.
        object: ObjectId,
    },
    /// Show none.
    CloseObject,
    /// Read an object without opening it.
    Read {
        /// Which.
        object: ObjectId,
    },
    /// Say where the session is.
    Locate(Location),
    /// Say something to those present. Never written.
    Chat {
        /// The client's id of the line, for de-duplication.
        client_id: Uuid,
        /// 1 to 2,000 characters.
        text: String,
        /// Members addressed.
        mentions: Vec<UserId>,
        /// A step or object that the line points to.
        link: Option<LockPath>,
    },
    /// The session types in the chat.
    Typing {
        /// False when it stopped or sent.
        on: bool,
    },
    /// How many operations the session has typed and not yet had acknowledged, on a path.
    Dirty {
        /// Where.
        path: LockPath,
        /// How many.
        count: u32,
    },
    /// Take a free lock; if it is not free, say who holds it.
    Acquire {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
    },
    /// Give a lock back.
    Release {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
        /// Under which fence it is held.
        fence: Fence,
    },
    /// Ask the holder for a lock.
    RequestLock {
        /// The client's id of the decision.
        op_id: OpId,
        /// The request's id if it will be a new one.
        request: RequestId,
        /// What.
        path: LockPath,
        /// Up to 280 characters.
        note: String,
    },
    /// Take one's own request back.
    CancelRequest {
        /// Which.
        request: RequestId,
    },
    /// Answer a colleague's request.
    AnswerRequest {
        /// The client's id of the decision.
        op_id: OpId,
        /// Which.
        request: RequestId,
        /// How.
        answer: RequestAnswer,
    },
    /// During a hand-over: the last operations have been sent.
    Flushed {
        /// Which lock.
        path: LockPath,
        /// Under which fence.
        fence: Fence,
    },
    /// Move a lock from another session of the same member to this one.
    EditHere {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
    },
    /// An owner or admin takes a lock away at once.
    Force {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
        /// 1 to 280 characters; told to the holder and kept in the audit log.
        reason: String,
    },
    /// The first in the order takes the lock after 3 min without grant, decline or promise.
    TakeOver {
        /// The client's id of the decision.
        op_id: OpId,
        /// Which of one's own requests.
        request: RequestId,
    },
    /// Takes a take-over or a force back, within 5 min and before anything was written under it.
    Undo {
        /// The client's id of the decision.
        op_id: OpId,
        /// What had been taken.
        path: LockPath,
    },
    /// Agrees to swap the pens of a deadlock; when all in it have agreed, they move in one commit.
    Swap {
        /// The deadlock, named by the request that closed it.
        deadlock: RequestId,
    },
    /// An owner or admin closes a path: nobody edits it until it is reopened.
    CloseEditing {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
        /// 1 to 280 characters; shown to everybody and kept in the audit log.
        reason: String,
    },
    /// An owner or admin ends a closure.
    Reopen {
        /// The client's id of the decision.
        op_id: OpId,
        /// What.
        path: LockPath,
    },
    /// Change an object.
    Edit(Box<Edit>),
    /// Create objects, or replace existing ones of the same kind, name and group, each as one revertable change.
    Import {
        /// The client's id of the operation.
        op_id: OpId,
        /// What. At most 1,000 objects a call.
        objects: Vec<NewObject>,
        /// Also publish what came in, with this description.
        publish: Option<String>,
    },
    /// Delete an object.
    DeleteObject {
        /// The client's id of the operation.
        op_id: OpId,
        /// Which.
        object: ObjectId,
    },
    /// Take changes back, as a change.
    Revert {
        /// The client's id of the operation.
        op_id: OpId,
        /// Which object.
        object: ObjectId,
        /// Which changes; all since the published version if `None`.
        changes: Option<Vec<u64>>,
    },
    /// Make the draft live.
    Publish {
        /// The client's id of the operation.
        op_id: OpId,
        /// Which object.
        object: ObjectId,
        /// The revision that the publisher has seen.
        revision: Revision,
        /// Up to 2,000 characters.
        description: String,
    },
    /// Read one's parked drafts, or as an admin another member's.
    ListParked {
        /// Whose; one's own if `None`.
        user: Option<UserId>,
    },
    /// Throw a parked draft away.
    DiscardParked {
        /// Which.
        parked: ParkedId,
    },
    /// Everything about a lock in one answer.
    Explain {
        /// What.
        path: LockPath,
    },
    /// A new member, by an accepted invitation or by the system.
    AddMember(Member),
    /// Change a member's role.
    SetRole {
        /// Whose.
        user: UserId,
        /// What they will be.
        role: Role,
        /// Told to the member and kept in the audit log.
        reason: String,
    },
    /// End a membership.
    RemoveMember {
        /// Whose.
        user: UserId,
        /// Told to the member and kept in the audit log.
        reason: String,
    },
    /// The account signed out everywhere or was suspended: its sessions end.
    EndSessions {
        /// Whose.
        user: UserId,
        /// Why.
        why: crate::domain::effect::CloseReason,
    },
}
