//! Taking back and making live, as a client asks for it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is to be taken back: `changes`, or all by `author`; without both, everything since the published version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SelectionDoc {
    /// Their numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub changes: Option<Vec<u64>>,
    /// All of one member's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub author: Option<Uuid>,
    /// Of a table, with `author` or everything: only its content or only its records; both without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub only: Option<ScopeDoc>,
}

/// What of a table is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ScopeDoc {
    /// Fields and settings.
    Content,
    /// Records.
    Records,
}

/// What happens where later work stands on what is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CollisionsDoc {
    /// It is refused with `revert_conflict`, which lists the places.
    #[default]
    Ask,
    /// The later work stays; what cannot be taken back is left and listed.
    Keep,
    /// The later work gives way.
    Take,
}

/// What happens where another session holds the pen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OverLocksDoc {
    /// It is refused with the holders.
    #[default]
    Refuse,
    /// What is held is left and listed.
    Leave,
    /// An owner or admin ends the locks, with a `reason`; what is not saved is parked for its author.
    Park,
}

/// How to take changes back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RevertDoc {
    /// Which changes.
    #[serde(flatten)]
    pub selection: SelectionDoc,
    /// What happens where later work stands on them.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<CollisionsDoc>"))]
    pub collisions: CollisionsDoc,
    /// Changes that are taken back over later work, whatever is said of the others.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<u64>>"))]
    pub take: Vec<u64>,
    /// What happens where another session holds the pen.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<OverLocksDoc>"))]
    pub locks: OverLocksDoc,
    /// Why locks are ended; 1 to 280 characters.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    pub reason: String,
}

/// One step back or forth in one's own changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StepDoc {
    /// The client's id of the operation.
    pub op_id: Uuid,
    /// Which object.
    pub object: Uuid,
    /// Only what is older than this change: goes past one that others have built upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub before: Option<u64>,
    /// Also over later work of others.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub take: bool,
}

/// What is made live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PublishDoc {
    /// The revision that the publisher has seen.
    pub revision: u64,
    /// Up to 2,000 characters.
    #[serde(default)]
    pub description: String,
    /// Only the changes of these members; everybody's without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub authors: Option<Vec<Uuid>>,
    /// Take along what those changes build upon; otherwise it is refused with `publish_depends`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub dependencies: bool,
}
