//! Locks as everybody sees them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, FenceDoc, LockPathDoc, two_ways};
use crate::domain::effect::{Closure, LockState, LockView, Promise, Taken, TakenFrom};
use crate::domain::id::{RequestId, SessionId, UserId};
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

/// A holder's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromiseDoc {
    /// To whom.
    pub request: Uuid,
    /// For when, milliseconds since the Unix epoch.
    pub until: i64,
}

impl From<Promise> for PromiseDoc {
    fn from(promise: Promise) -> Self {
        PromiseDoc { request: promise.request.0, until: promise.until.0 }
    }
}

impl From<PromiseDoc> for Promise {
    fn from(doc: PromiseDoc) -> Self {
        Promise { request: RequestId(doc.request), until: Timestamp(doc.until) }
    }
}

/// One lock that a take-over ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenFromDoc {
    /// What.
    pub path: LockPathDoc,
    /// The session that held it.
    pub session: Uuid,
    /// Its member.
    pub user: Uuid,
}

/// From whom a lock was taken, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenDoc {
    /// Who took it.
    pub by: Uuid,
    /// What had been held, and by whom.
    pub from: Vec<TakenFromDoc>,
    /// Milliseconds until it can no longer be undone.
    pub remains_ms: u64,
}

impl From<&Taken> for TakenDoc {
    fn from(taken: &Taken) -> Self {
        let from = taken.from.iter().map(|from| TakenFromDoc {
            path: from.path.into(),
            session: from.session.0,
            user: from.user.0,
        });
        TakenDoc { by: taken.by.0, from: from.collect(), remains_ms: taken.remains_ms }
    }
}

impl TryFrom<TakenDoc> for Taken {
    type Error = BadDocument;

    fn try_from(doc: TakenDoc) -> Result<Self, BadDocument> {
        let one = |from: TakenFromDoc| {
            Ok(TakenFrom {
                path: from.path.try_into()?,
                session: SessionId(from.session),
                user: UserId(from.user),
            })
        };
        let from = doc.from.into_iter().map(one).collect::<Result<_, BadDocument>>()?;
        Ok(Taken { by: UserId(doc.by), from, remains_ms: doc.remains_ms })
    }
}

/// A path that an admin has closed for edits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClosureDoc {
    /// What.
    pub path: LockPathDoc,
    /// By whom.
    pub user: Uuid,
    /// Why.
    pub reason: String,
    /// Since when, milliseconds since the Unix epoch.
    pub since: i64,
}

impl From<&Closure> for ClosureDoc {
    fn from(closure: &Closure) -> Self {
        ClosureDoc {
            path: closure.path.into(),
            user: closure.user.0,
            reason: closure.reason.clone(),
            since: closure.since.0,
        }
    }
}

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
    /// The holder has promised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub promise: Option<PromiseDoc>,
    /// It was taken from somebody; until this moment that can be undone while nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub undo_until: Option<i64>,
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
            promise: lock.promise.map(PromiseDoc::from),
            undo_until: lock.undo_until.map(|at| at.0),
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
            promise: doc.promise.map(Promise::from),
            undo_until: doc.undo_until.map(Timestamp),
        })
    }
}
