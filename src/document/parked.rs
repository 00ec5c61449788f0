//! Work that could not be applied.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, OpDoc, item, two_ways};
use crate::domain::effect::{ParkedDraft, ParkedOperation, ParkedReason};
use crate::domain::id::{ObjectId, OpId, ParkedId, UserId};
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;

/// Why work was parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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

two_ways!(
    ParkedReasonDoc =
        ParkedReason { StaleFence, LockLost, BaseMismatch, Revoked, NotGranted, ChainParked, ServerError }
);

/// Work that could not be applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
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

impl From<&ParkedDraft> for ParkedDraftDoc {
    fn from(draft: &ParkedDraft) -> Self {
        ParkedDraftDoc {
            id: draft.id.0,
            user: draft.user.0,
            object: draft.object.0,
            item: draft.item.map(|item| item.to_string()),
            since: draft.since.0,
            holder: draft.holder.map(|holder| holder.0),
            operations: draft.operations.iter().map(ParkedOperationDoc::from).collect(),
        }
    }
}

impl TryFrom<ParkedDraftDoc> for ParkedDraft {
    type Error = BadDocument;

    fn try_from(doc: ParkedDraftDoc) -> Result<Self, BadDocument> {
        Ok(ParkedDraft {
            id: ParkedId(doc.id),
            user: UserId(doc.user),
            object: ObjectId(doc.object),
            item: doc.item.as_deref().map(item).transpose()?,
            since: Timestamp(doc.since),
            holder: doc.holder.map(UserId),
            operations: doc
                .operations
                .into_iter()
                .map(ParkedOperation::try_from)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl From<&ParkedOperation> for ParkedOperationDoc {
    fn from(operation: &ParkedOperation) -> Self {
        ParkedOperationDoc {
            op_id: operation.op_id.0,
            reason: operation.reason.into(),
            at: operation.at.0,
            base: operation.base.0,
            op: OpDoc::from(&operation.op),
            words: operation.words.clone(),
        }
    }
}

impl TryFrom<ParkedOperationDoc> for ParkedOperation {
    type Error = BadDocument;

    fn try_from(doc: ParkedOperationDoc) -> Result<Self, BadDocument> {
        Ok(ParkedOperation {
            op_id: OpId(doc.op_id),
            reason: doc.reason.into(),
            at: Timestamp(doc.at),
            base: Revision(doc.base),
            op: doc.op.try_into()?,
            words: doc.words,
        })
    }
}
