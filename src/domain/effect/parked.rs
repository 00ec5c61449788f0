//! Work that could not be applied.

use crate::domain::id::{ItemId, ObjectId, OpId, ParkedId, UserId};
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;
use crate::domain::time::Timestamp;

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
