//! Numbered room updates.

use serde::Serialize;
use uuid::Uuid;

use super::{
    AdminNoticeDoc, ChatLineDoc, DeadlockDoc, LockEndDoc, MemberDoc, PresenceDoc, RequestDoc, RequestEndDoc,
    SessionDoc,
};
use crate::document::{
    ChangeDoc, ChannelDoc, ClosureDoc, CustomRoleDoc, FenceDoc, LockDoc, LockPathDoc, ObjectHeadDoc,
    OperationDoc, ParkedDraftDoc, VersionDoc,
};

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
    /// A custom role came or changed.
    Role(CustomRoleDoc),
    /// A custom role is gone.
    RoleRemoved {
        /// Which.
        role: Uuid,
    },
    /// To a member: somebody with more rights did something to them.
    Notice(AdminNoticeDoc),
    /// A session came or changed.
    Session(SessionDoc),
    /// A session is over.
    SessionEnded {
        /// Which.
        session: Uuid,
    },
    /// A member's status, words or sign changed.
    Presence(PresenceDoc),
    /// Several sessions and members at once: after a storm, and when somebody's privacy or one's own role has changed.
    Roster {
        /// Sessions that are gone, or not to be seen any more. Before the others.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<Uuid>>"))]
        gone: Vec<Uuid>,
        /// Sessions that came, changed, or are seen from here on.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<SessionDoc>>"))]
        sessions: Vec<SessionDoc>,
        /// Members as they are now.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<PresenceDoc>>"))]
        presence: Vec<PresenceDoc>,
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
    /// Changes of the open object were taken back, or stand again.
    ChangesMarked {
        /// Which object.
        object: Uuid,
        /// First and last number of each run.
        changes: Vec<(u64, u64)>,
        /// The change that took them back; without it they stand again.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        reverted_by: Option<u64>,
    },
    /// The open object was published. Unless the version is whole its published content is not the draft: read it anew.
    Published {
        /// Which object.
        object: Uuid,
        /// The version.
        version: VersionDoc,
        /// The changes that went live with it: first and last number of each run.
        changes: Vec<(u64, u64)>,
    },
    /// To a session with unsaved work in an object that is about to be published: save it now.
    SaveAsked {
        /// Which object.
        object: Uuid,
        /// Who is about to publish.
        by: Uuid,
        /// Milliseconds left.
        within_ms: u64,
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
        /// The first revision that was written under it; left out if it was given back unused.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        wrote: Option<u64>,
        /// Whose doing it was, if not the holder's.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        by: Option<Uuid>,
        /// Their words.
        #[serde(skip_serializing_if = "String::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<String>"))]
        reason: String,
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
        /// By whom.
        by: Uuid,
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
        /// Who gets it; the holder's own member, if it is only given back.
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
    /// What holds for a channel came or changed.
    Channel(ChannelDoc),
    /// What held for a channel is gone.
    ChannelRemoved {
        /// Its name or pattern.
        pattern: String,
    },
    /// Somebody said something.
    Chat(ChatLineDoc),
}
