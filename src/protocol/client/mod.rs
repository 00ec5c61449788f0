//! What we accept.

mod history;
mod place;
mod presences;
mod realtime;

use serde::Deserialize;
use uuid::Uuid;

pub use presences::{PresenceCall, QueryDoc, SubscriptionDoc};
pub use realtime::RealtimeCall;

use crate::document::{FenceDoc, LockPathDoc, OpDoc};
use crate::protocol::server::PrivacyDoc;

pub use history::{CollisionsDoc, OverLocksDoc, PublishDoc, RevertDoc, ScopeDoc, SelectionDoc, StepDoc};
pub use place::{CursorDoc, LocationDoc};

/// One frame: a call with an id gets exactly one reply with that id in `re`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientFrame {
    /// Chosen by the client; left out where no answer is wanted.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub id: Option<u32>,
    /// What is said.
    #[serde(flatten)]
    pub message: ClientMessage,
}

/// A claim to an earlier session.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ResumeDoc {
    /// The session.
    pub session: Uuid,
    /// Its resume secret.
    pub secret: String,
    /// The stream that the client's replica follows.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub stream: Option<Uuid>,
    /// The last number that it has applied.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub upto: Option<u64>,
}

/// How the holder answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AnswerDoc {
    /// Hand the pen over.
    Grant,
    /// Only one's own notice goes; the request stays.
    Ignore,
    /// The request ends; say why in `reason`.
    Decline,
    /// The pen goes to the asker by itself after `within_ms`.
    Promise,
}

/// What a client says.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first frame, within 10 s. Answered with `welcome`.
    Hello {
        /// Access token.
        token: String,
        /// The workspace.
        workspace: Uuid,
        /// The loaded page; kept only in memory.
        instance: Uuid,
        /// The session that the page had.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        resume: Option<ResumeDoc>,
        /// Device in words, such as "Chromium on Linux"; up to 64 characters.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        device: Option<String>,
    },
    /// The answer to a ping; sent from `onmessage`, never on a timer.
    Pong,
    /// A fresh access token for the open socket.
    Reauth {
        /// Access token.
        token: String,
    },
    /// The session leaves for good; its locks are free at once.
    Leave,
    /// The whole picture. Answered with `snapshot`.
    Snapshot,
    /// Show an object and send its operations from now on. Answered with `object`.
    Open {
        /// Which.
        object: Uuid,
    },
    /// Show none.
    Close,
    /// Say where the session is.
    Locate {
        /// Where.
        location: LocationDoc,
    },
    /// Say something to those present; never written to disk.
    Chat {
        /// The client's id of the line.
        client_id: Uuid,
        /// 1 to 2,000 characters.
        text: String,
        /// Members addressed.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<Uuid>>"))]
        mentions: Vec<Uuid>,
        /// A step or object that the line points to.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        link: Option<LockPathDoc>,
    },
    /// The member types in the chat, or stopped.
    Typing {
        /// Whether.
        on: bool,
    },
    /// Choose a status with its words, in place of those before.
    SetStatus {
        /// `online` (given back to input and its absence), `busy` or `away`.
        #[cfg_attr(test, ts(as = "crate::protocol::server::StatusDoc"))]
        status: String,
        /// Up to 140 characters on one line.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<String>"))]
        message: String,
        /// When both end, milliseconds since the Unix epoch; 30 days from now at most.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        until: Option<i64>,
    },
    /// Choose who sees how much of one's looking.
    SetPrivacy {
        /// Who.
        privacy: PrivacyDoc,
    },
    /// Choose a sign in place of the initials.
    SetAvatar {
        /// One emoji; empty for none.
        avatar: String,
    },
    /// There was input in this session since the last report; said every 5 s at most.
    Activity {
        /// Keys pressed.
        #[serde(default)]
        keys: u32,
        /// Clicks, taps and turns of a wheel.
        #[serde(default)]
        pointer: u32,
        /// Whose input, if one says so; only one's own is taken.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        user: Option<Uuid>,
    },
    /// Who is where, 100 a page. Answered with `presence`.
    Presence {
        /// Go on after this member.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        after: Option<Uuid>,
    },
    /// How many operations are typed and not yet acknowledged on a path; said when it changes.
    Dirty {
        /// Where.
        path: LockPathDoc,
        /// How many.
        count: u32,
    },
    /// Take a free lock. Answered with `acquired` or `busy`.
    Acquire {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
    },
    /// Give a lock back.
    Release {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
        /// Under which fence it is held.
        fence: FenceDoc,
    },
    /// A sign of life: is the lock still held under that fence? Answered with `acquired`; no edit, so idleness goes on.
    Renew {
        /// What.
        path: LockPathDoc,
        /// Under which fence it is held.
        fence: FenceDoc,
    },
    /// Ask the holder. Answered with `waiting`, or `acquired` if it is free by now.
    RequestLock {
        /// The client's id of the decision.
        op_id: Uuid,
        /// The request's id if it will be a new one.
        request: Uuid,
        /// What.
        path: LockPathDoc,
        /// Up to 280 characters.
        #[serde(default)]
        note: String,
    },
    /// Take one's own request back.
    CancelRequest {
        /// Which.
        request: Uuid,
    },
    /// Answer a colleague's request.
    AnswerRequest {
        /// The client's id of the decision.
        op_id: Uuid,
        /// Which.
        request: Uuid,
        /// How.
        answer: AnswerDoc,
        /// Why not, of a decline; up to 280 characters.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<String>"))]
        reason: String,
        /// Of a promise: milliseconds from now, 10 min at most.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        within_ms: Option<u64>,
    },
    /// During a hand-over: the last operations have been sent.
    Flushed {
        /// Which lock.
        path: LockPathDoc,
        /// Under which fence.
        fence: FenceDoc,
    },
    /// Move a lock from one's own other tab to this one.
    EditHere {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
    },
    /// An owner or admin takes a lock away at once.
    Force {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
        /// 1 to 280 characters.
        reason: String,
    },
    /// The first in the order takes the lock after 3 min without grant, decline or promise. Answered with `acquired`.
    TakeOver {
        /// The client's id of the decision.
        op_id: Uuid,
        /// Which of one's own requests.
        request: Uuid,
    },
    /// Take a take-over or a force back, within 5 min and before anything was written under it.
    Undo {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What had been taken.
        path: LockPathDoc,
    },
    /// Agree to swap the pens of a deadlock; when all in it have agreed, they move in one commit. Send what is unsaved first.
    Swap {
        /// The deadlock.
        deadlock: Uuid,
    },
    /// An owner or admin closes a path: nobody edits it until it is reopened.
    CloseEditing {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
        /// 1 to 280 characters.
        reason: String,
    },
    /// An owner or admin ends a closure.
    Reopen {
        /// The client's id of the decision.
        op_id: Uuid,
        /// What.
        path: LockPathDoc,
    },
    /// Change an object. Answered with `edited` or `parked`.
    Edit {
        /// The client's id of the operation.
        op_id: Uuid,
        /// Which object.
        object: Uuid,
        /// The fence of the lock held; without it, acquire, write and release in one.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        fence: Option<FenceDoc>,
        /// Typed while an acquire was open that was then refused: parked instead of refused if another holds it.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        typed_ahead: bool,
        /// The object's revision that the author saw.
        base_revision: u64,
        /// The author's own operation that this one builds on.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        prev_op: Option<Uuid>,
        /// What.
        op: OpDoc,
    },
    /// Copy a node, with all below it, to right after it. Answered as `edit`.
    Duplicate {
        /// The client's id of the operation.
        op_id: Uuid,
        /// Which object.
        object: Uuid,
        /// The node.
        item: String,
        /// The ids of the copies are derived from this.
        seed: Uuid,
        /// The object's revision that the author saw.
        base_revision: u64,
    },
    /// Delete an object.
    DeleteObject {
        /// The client's id of the operation.
        op_id: Uuid,
        /// Which.
        object: Uuid,
    },
    /// Take changes back, as a change. Answered with `reverted`.
    Revert {
        /// The client's id of the operation.
        op_id: Uuid,
        /// Which object.
        object: Uuid,
        /// Which changes, and what happens where others would lose by it.
        #[serde(flatten)]
        revert: RevertDoc,
    },
    /// What taking changes back would do and break. Answered with `revertable`.
    CheckRevert {
        /// Which object.
        object: Uuid,
        /// Which changes.
        #[serde(flatten)]
        selection: SelectionDoc,
    },
    /// Undo one's own newest change, past what others did. Answered with `reverted`.
    UndoChange(StepDoc),
    /// Take one's own newest undo back. Answered with `reverted`.
    RedoChange(StepDoc),
    /// Make the draft live, or a part of it. Answered with `published`.
    Publish {
        /// The client's id of the operation.
        op_id: Uuid,
        /// Which object.
        object: Uuid,
        /// What.
        #[serde(flatten)]
        publish: PublishDoc,
    },
    /// What publishing would make live. Answered with `publishable`.
    CheckPublish {
        /// Which object.
        object: Uuid,
        /// Only the changes of these members; everybody's without it.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        authors: Option<Vec<Uuid>>,
    },
    /// Ask everybody who has unsaved work in the object to save it, because it is about to be published. Answered with `asked`.
    AskToSave {
        /// Which object.
        object: Uuid,
    },
    /// Throw one of one's parked drafts away.
    DiscardParked {
        /// Which.
        parked: Uuid,
    },
    /// Something of the realtime service. Answered with `realtime`.
    Realtime(RealtimeCall),
    /// Everything about a lock. Answered with `explained`.
    Explain {
        /// What.
        path: LockPathDoc,
    },
}
