//! What taking back and publishing would do, seen before it happens.

use serde::Serialize;
use uuid::Uuid;

use crate::document::{CollisionDoc, LockDoc};
use crate::protocol::error::ProblemDoc;

/// Something that works now and would not afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum BreakageDoc {
    /// An item names a variable that nothing would set any more.
    ResultUsed {
        /// The variable, with its `$`.
        name: String,
        /// The item that names it.
        item: String,
    },
    /// Another object calls this one, whose name, inputs or response would change.
    Called {
        /// The other object.
        object: Uuid,
        /// The item in it that calls.
        item: String,
    },
}

/// What a revert would do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RevertableDoc {
    /// The draft's revision that was looked at.
    pub revision: u64,
    /// The changes that would be taken back: first and last number of each run.
    pub changes: Vec<(u64, u64)>,
    /// What cannot simply be taken back.
    pub collisions: Vec<CollisionDoc>,
    /// The locks of others in the way.
    pub locks: Vec<LockDoc>,
    /// What would not work any more.
    pub breaks: Vec<BreakageDoc>,
}

/// Somebody with changes that are not live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuthorDoc {
    /// Who.
    pub user: Uuid,
    /// How many.
    pub changes: u64,
}

/// A change that needs another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NeedDoc {
    /// The change that was asked for.
    pub change: u64,
    /// The change that it builds upon.
    pub needs: u64,
}

/// What publishing would make live.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PublishableDoc {
    /// The draft's revision that was looked at.
    pub revision: u64,
    /// Everybody with changes that are not live.
    pub authors: Vec<AuthorDoc>,
    /// The changes that would go live, with what they need: first and last number of each run.
    pub changes: Vec<(u64, u64)>,
    /// What they need of others.
    pub needs: Vec<NeedDoc>,
    /// The locks of others under which something is not saved.
    pub unsaved: Vec<LockDoc>,
    /// Places that are not valid: publishing would be refused.
    pub problems: Vec<ProblemDoc>,
}
