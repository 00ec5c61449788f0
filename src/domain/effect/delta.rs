//! Room updates: the numbered and the passing.

use std::sync::Arc;

use super::{
    AdminNotice, Audience, ChatLine, Closure, Deadlock, LockEnd, LockView, ObjectHead, ParkedDraft,
    PresenceView, RequestEnd, RequestView, Roster, SessionView, VersionHead,
};
use crate::domain::area::{Areas, CustomRole};
use crate::domain::command::{Change, Location, Numbers, Operation};
use crate::domain::id::{ObjectId, ParkedId, RequestId, RoleId, SessionId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::realtime::ChannelSettings;
use crate::domain::role::Member;
use crate::domain::stack::{ObjectKind, Revision};

/// A delta with its place.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Place in the room's stream; grows by one.
    pub seq: u64,
    /// Who gets it.
    pub audience: Audience,
    /// For whom of them, if an area matters to it.
    pub area: Area,
    /// What.
    pub delta: Arc<Delta>,
}

/// For whom of an audience an update is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// For everybody of it.
    Any,
    /// For those to whom objects of this kind exist.
    Seen(ObjectKind),
    /// For those to whom they do not.
    Hidden(ObjectKind),
}

impl Area {
    /// Whether it is for somebody to whom these areas do not exist.
    pub fn reaches(self, hidden: Areas) -> bool {
        match self {
            Area::Any => true,
            Area::Seen(kind) => !hidden.has(kind),
            Area::Hidden(kind) => hidden.has(kind),
        }
    }
}

/// One room update.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// A member came or changed.
    Member(Member),
    /// A membership ended.
    MemberRemoved(UserId),
    /// A custom role came or changed.
    Role(CustomRole),
    /// A custom role is gone.
    RoleRemoved(RoleId),
    /// To a member: somebody with more rights did something to them.
    Notice(AdminNotice),
    /// A session came or changed.
    Session(SessionView),
    /// A session is over.
    SessionEnded(SessionId),
    /// A member's status, words or sign changed.
    Presence(PresenceView),
    /// Several sessions and members at once.
    Roster(Roster),
    /// An object came, or its head changed.
    Object(ObjectHead),
    /// An object was deleted.
    ObjectDeleted(ObjectId),
    /// An operation was written to an open object. Its head delta follows.
    Operation {
        /// Which object.
        object: ObjectId,
        /// The operation.
        operation: Arc<Operation>,
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
    /// Changes of an open object were taken back, or stand again.
    ChangesMarked {
        /// Which object.
        object: ObjectId,
        /// Which changes.
        numbers: Numbers,
        /// The change that took them back; none if they stand again.
        reverted_by: Option<u64>,
    },
    /// An open object was published. Its head delta follows.
    Published {
        /// Which object.
        object: ObjectId,
        /// The version.
        version: VersionHead,
        /// The changes that went live with it.
        numbers: Numbers,
    },
    /// To a session with unsaved work in an object that is about to be published: save it now.
    SaveAsked {
        /// Which object.
        object: ObjectId,
        /// Who is about to publish.
        by: UserId,
        /// Milliseconds left.
        within_ms: u64,
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
        /// The first revision that was written under it; none if it was given back unused.
        wrote: Option<Revision>,
        /// Whose doing it was, if not the holder's.
        by: Option<UserId>,
        /// Their words; empty if there are none.
        reason: String,
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
    Reopened {
        /// What.
        path: LockPath,
        /// By whom.
        by: UserId,
    },
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
        /// Who gets it; the holder's own member, if it is only given back.
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
    /// What holds for a channel came or changed.
    Channel(ChannelSettings),
    /// What held for a channel is gone.
    ChannelRemoved(Arc<str>),
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
