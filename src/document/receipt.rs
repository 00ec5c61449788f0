//! What operations and lock decisions led to.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FenceDoc, LockDoc, ParkedReasonDoc};

/// What a call led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    },
    /// The draft is live.
    Published {
        /// The version's number.
        version: u64,
        /// The revision that it froze.
        revision: u64,
    },
}

/// An object that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportedDoc {
    /// Its id.
    pub object: Uuid,
    /// Whether it is new; otherwise its content was replaced.
    pub created: bool,
}
