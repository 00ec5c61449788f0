//! Locks and requests.

use serde::Serialize;
use uuid::Uuid;

use crate::document::{ClosureDoc, LockDoc, LockPathDoc};

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
    /// The holders who do not want to see it again.
    pub ignored_by: Vec<Uuid>,
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
    /// Which of its member's sessions holds it: "tab 2".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub tab: Option<u32>,
    /// Milliseconds without an edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub idle_ms: Option<u64>,
    /// The other locks in the way of a whole object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<LockDoc>>"))]
    pub also: Vec<LockDoc>,
    /// The closure in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub closure: Option<ClosureDoc>,
    /// The waiting requests, in their order.
    pub queue: Vec<RequestDoc>,
    /// When the policy would free it (a promise, a grace, idleness), milliseconds since the Unix epoch.
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
