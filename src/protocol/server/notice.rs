//! What somebody with more rights did to a member.

use serde::Serialize;
use uuid::Uuid;

use crate::document::LockPathDoc;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AdminActDoc {
    /// Your role, or what it allows, is another one.
    RightsChanged,
    /// You own the workspace now.
    OwnershipGiven,
    /// Your membership has ended.
    Removed,
    /// This session was ended.
    Kicked,
}

/// Who did what to you, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AdminNoticeDoc {
    /// What.
    pub act: AdminActDoc,
    /// The member who did it.
    pub by: Uuid,
    /// In their words; may be empty.
    pub reason: String,
    /// The pen, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub path: Option<LockPathDoc>,
}
