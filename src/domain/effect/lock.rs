//! What is seen and stored of locks, requests, closures and deadlocks.

use crate::domain::id::{RequestId, SessionId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;

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
    /// The holders who do not want to see it again.
    pub ignored_by: Vec<UserId>,
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

/// Everything about a lock.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was asked about.
    pub path: LockPath,
    /// The lock that is in the way, if one is.
    pub lock: Option<LockView>,
    /// "tab 2": which of its member's sessions holds it.
    pub tab: Option<u32>,
    /// Milliseconds without an edit.
    pub idle_ms: Option<u64>,
    /// The other locks in the way of a whole object.
    pub also: Vec<LockView>,
    /// The closure in the way, if one is.
    pub closure: Option<Closure>,
    /// The waiting requests, in their order.
    pub queue: Vec<RequestView>,
    /// When the policy would free it, wall clock: a promise, a grace, or idleness.
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

/// A lock as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRow {
    /// The lock.
    pub view: LockView,
    /// SHA-256 of the resume secret of its session.
    pub secret: [u8; 32],
    /// The first revision that was written under its fence.
    pub wrote: Option<Revision>,
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

/// A fence of a lock that has ended, and whose it was: only they may have parked what they typed under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastFence {
    /// The fence.
    pub fence: Fence,
    /// What was locked.
    pub path: LockPath,
    /// The session that held it.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
}
