//! What can be asked for.

use uuid::Uuid;

use super::{
    Edit, Location, NewObject, Publish, RealtimeRequest, Restore, Revert, Selection, StatusChoice, Step,
    TeamRequest, Upload, UploadStep,
};
use crate::domain::effect::{CloseReason, PresenceSettings, Privacy};
use crate::domain::id::{ObjectId, OpId, ParkedId, RequestId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::role::{Member, Role};

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
    /// Choose a status.
    SetStatus(StatusChoice),
    /// Choose who sees how much of one's looking.
    SetPrivacy(Privacy),
    /// Choose a sign in place of the initials; empty for none.
    SetAvatar(String),
    /// There was input in this session: so many keys, clicks and the like since the last report.
    Active {
        /// Whose input, if the caller says so; only their own is taken.
        user: Option<UserId>,
        /// How many.
        interactions: u32,
    },
    /// A program's session lives; every call of it says so as well.
    Heartbeat,
    /// Who is where.
    ListPresence {
        /// Go on after this member.
        after: Option<UserId>,
        /// At most so many.
        limit: usize,
    },
    /// The latest changes of a member's status.
    StatusHistory {
        /// Whose.
        user: UserId,
    },
    /// The thresholds of the workspace.
    PresenceSettings,
    /// Set the thresholds of the workspace.
    SetPresenceSettings(PresenceSettings),
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
    /// A sign of life: is the lock still held under that fence? Does not count as an edit.
    Renew {
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
    /// Read what a table looks like, so that its records can be read from the store.
    ReadTable {
        /// Which.
        object: ObjectId,
    },
    /// A file on its way into a table.
    Upload(Box<Upload>),
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
    Revert(Box<Revert>),
    /// What taking changes back would do and break. Changes nothing.
    CheckRevert {
        /// Which object.
        object: ObjectId,
        /// Which changes.
        selection: Selection,
    },
    /// Undo or redo one of one's own changes.
    Step(Step),
    /// Put a published version's content into the draft, as a change.
    Restore(Box<Restore>),
    /// Make the draft live, or a part of it.
    Publish(Box<Publish>),
    /// What publishing would make live, and with whose changes. Changes nothing.
    CheckPublish {
        /// Which object.
        object: ObjectId,
        /// Only the changes of these members; everybody's if `None`.
        authors: Option<Vec<UserId>>,
    },
    /// Ask everybody who holds a part of the object to save what they have typed, because it is about to be published.
    AskToSave {
        /// Which object.
        object: ObjectId,
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
    /// Something of the realtime service, by a member or a session.
    Realtime(RealtimeRequest),
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
    /// Read what goes on, as an owner or admin.
    Console,
    /// Something about the team: custom roles, ownership.
    Team(TeamRequest),
    /// The account signed out everywhere or was suspended: its sessions end.
    EndSessions {
        /// Whose.
        user: UserId,
        /// Why.
        why: CloseReason,
    },
}

impl Request {
    /// The client's id of the operation or decision, under which its final answer is kept.
    #[must_use]
    pub fn op_id(&self) -> Option<OpId> {
        match self {
            Request::Acquire { op_id, .. }
            | Request::Release { op_id, .. }
            | Request::RequestLock { op_id, .. }
            | Request::AnswerRequest { op_id, .. }
            | Request::EditHere { op_id, .. }
            | Request::Force { op_id, .. }
            | Request::TakeOver { op_id, .. }
            | Request::Undo { op_id, .. }
            | Request::CloseEditing { op_id, .. }
            | Request::Reopen { op_id, .. }
            | Request::Import { op_id, .. }
            | Request::DeleteObject { op_id, .. } => Some(*op_id),
            Request::Edit(edit) => Some(edit.op_id),
            Request::Revert(revert) => Some(revert.op_id),
            Request::Step(step) => Some(step.op_id),
            Request::Restore(restore) => Some(restore.op_id),
            Request::Publish(publish) => Some(publish.op_id),
            Request::Upload(upload) => match upload.step {
                UploadStep::Finish { op_id, .. } => Some(op_id),
                UploadStep::Begin | UploadStep::Rows(_) | UploadStep::Abandon => None,
            },
            _ => None,
        }
    }
}
