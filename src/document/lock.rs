//! Locks as everybody sees them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, FenceDoc, LockPathDoc, two_ways};
use crate::domain::effect::{LockState, LockView};
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;

/// How a lock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LockStateDoc {
    /// Held.
    Held,
    /// Held by a session whose socket is gone; the grace runs.
    Reconnecting,
    /// Being handed over.
    HandingOver,
    /// Kept free for an asker who is reconnecting.
    Reserved,
}

two_ways!(LockStateDoc = LockState { Held, Reconnecting, HandingOver, Reserved });

/// A lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LockDoc {
    /// What is locked.
    pub path: LockPathDoc,
    /// The session that holds it.
    pub session: Uuid,
    /// Its member.
    pub user: Uuid,
    /// Goes with every write.
    pub fence: FenceDoc,
    /// How it stands.
    pub state: LockStateDoc,
    /// Since when, milliseconds since the Unix epoch.
    pub since: i64,
    /// Last edit under it, milliseconds since the Unix epoch.
    pub edited: i64,
    /// Operations typed and not yet acknowledged, as the holder reports.
    pub unsaved: u32,
    /// Idle release has been announced for this moment, milliseconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub idle_until: Option<i64>,
}

impl From<&LockView> for LockDoc {
    fn from(lock: &LockView) -> Self {
        LockDoc {
            path: lock.path.into(),
            session: lock.session.0,
            user: lock.user.0,
            fence: lock.fence.into(),
            state: lock.state.into(),
            since: lock.since.0,
            edited: lock.edited.0,
            unsaved: lock.unsaved,
            idle_until: lock.idle_until.map(|at| at.0),
        }
    }
}

impl TryFrom<LockDoc> for LockView {
    type Error = BadDocument;

    fn try_from(doc: LockDoc) -> Result<Self, BadDocument> {
        Ok(LockView {
            path: doc.path.try_into()?,
            session: SessionId(doc.session),
            user: UserId(doc.user),
            fence: doc.fence.into(),
            state: doc.state.into(),
            since: Timestamp(doc.since),
            edited: Timestamp(doc.edited),
            unsaved: doc.unsaved,
            idle_until: doc.idle_until.map(Timestamp),
        })
    }
}
