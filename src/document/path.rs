//! Lock paths and fences.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, item};
use crate::domain::id::ObjectId;
use crate::domain::path::{Fence, LockPath};

/// What a lock covers: an object, or an item of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LockPathDoc {
    /// The object.
    pub object: Uuid,
    /// The item; left out for the whole object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub item: Option<String>,
}

impl From<LockPath> for LockPathDoc {
    fn from(path: LockPath) -> Self {
        LockPathDoc { object: path.object.0, item: path.item.map(|item| item.to_string()) }
    }
}

impl TryFrom<LockPathDoc> for LockPath {
    type Error = BadDocument;

    fn try_from(doc: LockPathDoc) -> Result<Self, BadDocument> {
        Ok(LockPath { object: ObjectId(doc.object), item: doc.item.as_deref().map(item).transpose()? })
    }
}

/// A fence: compared for equality only by clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FenceDoc {
    /// Unix milliseconds at the server's start, at least one more than ever before.
    pub epoch: u64,
    /// Grows within an epoch.
    pub counter: u64,
}

impl From<Fence> for FenceDoc {
    fn from(fence: Fence) -> Self {
        FenceDoc { epoch: fence.epoch, counter: fence.counter }
    }
}

impl From<FenceDoc> for Fence {
    fn from(doc: FenceDoc) -> Self {
        Fence { epoch: doc.epoch, counter: doc.counter }
    }
}
