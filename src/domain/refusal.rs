//! Every reason to say no.

use crate::domain::effect::{Closure, Collision, LockView, VersionHead};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::realtime::Scope;
use crate::domain::record::Problem;
use crate::domain::stack::Revision;
use crate::domain::stack::op::OpError;

/// A request that was not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The caller is no member, or the member is suspended.
    NotAMember,
    /// The role does not allow it.
    NotPermitted,
    /// The call needs a session and came without a live one.
    SessionRequired,
    /// The session is unknown or over.
    SessionGone,
    /// No such object, or not for the caller.
    NoSuchObject(ObjectId),
    /// No such item in the object.
    NoSuchItem(ItemId),
    /// No such change in the object.
    NoSuchChange(u64),
    /// No such member.
    NoSuchMember,
    /// No such lock request, or it has ended.
    RequestEnded,
    /// No such parked draft, or not the caller's.
    NoSuchParkedDraft,
    /// Another session holds what is needed.
    Locked(Box<LockView>),
    /// Another session holds the whole object that the item is in.
    HeldByAncestor(Box<LockView>),
    /// Several locks of others are in the way.
    LockedBelow(Vec<LockView>),
    /// The lock is being handed over; nothing else can happen to it now.
    HandingOver,
    /// The caller does not hold the lock with that fence.
    NotHeld,
    /// The lock had been released before.
    AlreadyReleased,
    /// The caller holds it already, or another tab of the same member does.
    OwnLock(Box<LockView>),
    /// The lock is free: acquire it.
    NotLocked,
    /// That path cannot be locked.
    NotLockable,
    /// A fixed part of the object was to be moved or deleted, or the operation does not fit the tree.
    Operation(OpError),
    /// The object was changed since.
    BaseMismatch {
        /// Its revision now.
        current: Revision,
    },
    /// Another operation has that id.
    OpIdReused,
    /// An id that the client proposed is taken.
    IdTaken,
    /// Another object of the kind has the name.
    NameTaken,
    /// Nothing was changed since the published version.
    NothingToDo,
    /// The change was reverted before.
    AlreadyReverted(u64),
    /// The change is live: it was published with that version.
    ChangePublished {
        /// The change.
        change: u64,
        /// The version.
        version: u64,
    },
    /// Later work stands on what the revert would take back.
    RevertConflict(Vec<Collision>),
    /// There is no change of one's own to undo, or none to redo.
    NothingToUndo,
    /// Somebody has just published the same state.
    AlreadyPublished(Box<VersionHead>),
    /// What was to be published builds on changes of others: pairs of a change and the one that it needs.
    PublishDepends(Vec<(u64, u64)>),
    /// Publish found text that is not valid.
    InvalidStack(Vec<(ItemId, String)>),
    /// A text is empty, too long, or holds control characters.
    BadText {
        /// Which.
        what: &'static str,
        /// The longest that is taken, in characters.
        max: usize,
    },
    /// More than is taken: of a list, a time, a number.
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most that is taken.
        max: usize,
    },
    /// The session holds 20 locks with unsaved work: these.
    LockQuota(Vec<LockView>),
    /// The member's parked drafts are full.
    ParkedFull,
    /// Too many of these in a short time.
    RateLimited {
        /// Try again after this many milliseconds.
        after_ms: u64,
    },
    /// The room has too much in hand.
    Busy,
    /// The last owner cannot go.
    LastOwner,
    /// An admin has closed the path.
    Closed(Box<Closure>),
    /// Kept for a colleague who waits for the whole object.
    Reserved,
    /// The policy's time has not passed.
    TooEarly {
        /// It will have after this many milliseconds.
        after_ms: u64,
    },
    /// Somebody else asked before.
    NotFirst,
    /// A promise was made for it before, or the lock carries one.
    Promised,
    /// It can no longer be undone: too late, written under, or gone.
    UndoOver,
    /// No such deadlock, or the caller is not in it.
    NoDeadlock,
    /// The realtime service says no.
    Realtime(RealtimeRefusal),
    /// One's own role is for others to change.
    OwnRole,
    /// No such custom role.
    NoSuchRole,
    /// Members have the custom role.
    RoleInUse {
        /// How many.
        members: usize,
    },
    /// A value does not fit its field, or a record its table.
    BadRecord(Vec<Problem>),
    /// The object is no table.
    NotATable,
    /// No such file on its way in: it was given up, or its rows were never begun.
    UploadOver,
    /// Rows of the file do not fit, and it was to come in whole or not at all.
    RowsInvalid,
    /// No status that one can choose.
    BadStatus,
    /// A time is past, too far away, or out of its bounds.
    BadTime,
    /// It is about another member.
    NotYours,
    /// The store does not answer; nothing is known yet.
    RetryLater,
}

/// Why the realtime service says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RealtimeRefusal {
    /// No channel has that name.
    NoSuchChannel,
    /// The channel does not allow it; why.
    ChannelRefuses(&'static str),
    /// The client is not in that channel.
    NotInChannel,
    /// No such client in that channel.
    NoSuchClient,
    /// Guests neither read nor write presence records.
    GuestRefused,
    /// No such presence record, or not for the caller.
    NoSuchPresence,
    /// The record's list does not give the caller that right.
    PresenceForbidden,
    /// The id is another user's record's, or the user has one.
    PresenceExists,
    /// Only keys name whose record it is.
    OwnerNamed,
    /// A key must name whose record it is.
    OwnerMissing,
    /// No member has that id.
    NoSuchUser,
    /// That is no id of a record.
    BadPresenceId,
    /// The expiry lies in the past, or more than 30 days ahead.
    BadExpiry,
    /// The metadata is too large.
    MetadataTooLarge,
    /// A permission is for a role that the caller does not have.
    RoleNotHeld,
    /// The cursor names no record that the caller may read.
    CursorNotFound,
    /// No such key.
    NoSuchKey,
    /// The key lacks a scope.
    ScopeMissing(Scope),
    /// No key may do this.
    NotForKeys,
    /// There is no such key to end.
    KeyGone,
    /// A key cannot end before it was made.
    KeyExpiry,
    /// A key without a scope could do nothing.
    KeyWithoutScope,
}

impl From<RealtimeRefusal> for Refusal {
    fn from(refusal: RealtimeRefusal) -> Self {
        Refusal::Realtime(refusal)
    }
}
