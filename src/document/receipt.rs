//! What operations and lock decisions led to.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, CollisionDoc, FenceDoc, LockDoc, ParkedReasonDoc};
use crate::domain::effect::{Collision, Receipt};
use crate::domain::id::{ObjectId, ParkedId, RequestId};
use crate::domain::stack::Revision;

/// What a call led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ReceiptDoc {
    /// The edit is in the log.
    Edited {
        /// The revision that it made.
        revision: u64,
        /// The change that it belongs to.
        change: u64,
    },
    /// The edit was not applied and is kept for its author.
    Parked {
        /// The parked draft that holds it.
        parked: Uuid,
        /// Why.
        reason: ParkedReasonDoc,
    },
    /// The lock is held by this session.
    Acquired {
        /// Goes with every write.
        fence: FenceDoc,
        /// The object's revision that giver and taker agree on.
        revision: u64,
    },
    /// The lock is another's.
    Busy {
        /// Who holds it.
        holder: LockDoc,
    },
    /// The request waits.
    Waiting {
        /// The request.
        request: Uuid,
        /// Its place, from 1.
        place: u32,
    },
    /// The hand-over began; the lock's deltas tell the rest.
    HandingOver,
    /// Done, and there is no more to say.
    Done,
    /// Objects came in.
    Imported {
        /// In the order of the call.
        objects: Vec<ImportedDoc>,
    },
    /// Changes were taken back.
    Reverted {
        /// The change that did it.
        change: u64,
        /// The revision that it made.
        revision: u64,
        /// What was left as it is, and why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<CollisionDoc>>"))]
        left: Vec<CollisionDoc>,
        /// The change that took records back, if `change` took back content beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        records: Option<u64>,
    },
    /// The draft is live.
    Published {
        /// The version's number.
        version: u64,
        /// The revision that it froze.
        revision: u64,
    },
    /// Those who hold a part of the object were asked to save.
    Asked {
        /// How many sessions had unsaved work.
        sessions: u32,
        /// They have so many milliseconds.
        within_ms: u64,
    },
}

/// An object that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportedDoc {
    /// Its id.
    pub object: Uuid,
    /// Whether it is new; otherwise its content was replaced.
    pub created: bool,
}

impl From<&Receipt> for ReceiptDoc {
    fn from(receipt: &Receipt) -> Self {
        match receipt {
            Receipt::Edited { revision, change } => {
                ReceiptDoc::Edited { revision: revision.0, change: *change }
            }
            Receipt::Parked { parked, reason } => {
                ReceiptDoc::Parked { parked: parked.0, reason: (*reason).into() }
            }
            Receipt::Acquired { fence, revision } => {
                ReceiptDoc::Acquired { fence: (*fence).into(), revision: revision.0 }
            }
            Receipt::Busy { holder } => ReceiptDoc::Busy { holder: holder.as_ref().into() },
            Receipt::Waiting { request, place } => ReceiptDoc::Waiting { request: request.0, place: *place },
            Receipt::HandingOver => ReceiptDoc::HandingOver,
            Receipt::Done => ReceiptDoc::Done,
            Receipt::Imported { objects } => ReceiptDoc::Imported {
                objects: objects
                    .iter()
                    .map(|(object, new)| ImportedDoc { object: object.0, created: *new })
                    .collect(),
            },
            Receipt::Reverted { change, revision, left, records } => ReceiptDoc::Reverted {
                change: *change,
                revision: revision.0,
                left: left.iter().map(CollisionDoc::from).collect(),
                records: *records,
            },
            Receipt::Asked { sessions, within_ms } => {
                ReceiptDoc::Asked { sessions: *sessions, within_ms: *within_ms }
            }
            Receipt::Published { version, revision } => {
                ReceiptDoc::Published { version: *version, revision: revision.0 }
            }
        }
    }
}

impl TryFrom<ReceiptDoc> for Receipt {
    type Error = BadDocument;

    fn try_from(doc: ReceiptDoc) -> Result<Self, BadDocument> {
        Ok(match doc {
            ReceiptDoc::Edited { revision, change } => {
                Receipt::Edited { revision: Revision(revision), change }
            }
            ReceiptDoc::Parked { parked, reason } => {
                Receipt::Parked { parked: ParkedId(parked), reason: reason.into() }
            }
            ReceiptDoc::Acquired { fence, revision } => {
                Receipt::Acquired { fence: fence.into(), revision: Revision(revision) }
            }
            ReceiptDoc::Busy { holder } => Receipt::Busy { holder: Box::new(holder.try_into()?) },
            ReceiptDoc::Waiting { request, place } => Receipt::Waiting { request: RequestId(request), place },
            ReceiptDoc::HandingOver => Receipt::HandingOver,
            ReceiptDoc::Done => Receipt::Done,
            ReceiptDoc::Imported { objects } => Receipt::Imported {
                objects: objects.into_iter().map(|doc| (ObjectId(doc.object), doc.created)).collect(),
            },
            ReceiptDoc::Reverted { change, revision, left, records } => Receipt::Reverted {
                change,
                revision: Revision(revision),
                left: left.into_iter().map(Collision::try_from).collect::<Result<_, _>>()?,
                records,
            },
            ReceiptDoc::Asked { sessions, within_ms } => Receipt::Asked { sessions, within_ms },
            ReceiptDoc::Published { version, revision } => {
                Receipt::Published { version, revision: Revision(revision) }
            }
        })
    }
}
