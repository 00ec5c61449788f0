//! Work that could not be applied.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::OpDoc;

/// Why work was parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ParkedReasonDoc {
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ParkedDraftDoc {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub user: Uuid,
    /// In which object.
    pub object: Uuid,
    /// About which item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub item: Option<String>,
    /// When it began, milliseconds since the Unix epoch.
    pub since: i64,
    /// Who held the item then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub holder: Option<Uuid>,
    /// The operations, in order.
    pub operations: Vec<ParkedOperationDoc>,
}

/// One operation of a parked draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ParkedOperationDoc {
    /// The client's id for it.
    pub op_id: Uuid,
    /// Why it was parked.
    pub reason: ParkedReasonDoc,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// The revision that it was based on.
    pub base: u64,
    /// What it would have done.
    pub op: OpDoc,
    /// In words.
    pub words: String,
}
