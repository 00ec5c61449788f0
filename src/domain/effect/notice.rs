//! What a member is told when somebody with more rights did something to them.

use crate::domain::id::UserId;
use crate::domain::path::LockPath;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminAct {
    /// Their role, or what it allows, is another one.
    RightsChanged,
    /// They are the owner now.
    OwnershipGiven,
    /// Their membership has ended.
    Removed,
    /// A session of theirs was ended.
    Kicked,
}

/// Who did what, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminNotice {
    /// What.
    pub act: AdminAct,
    /// Who did it.
    pub by: UserId,
    /// In their words; may be empty.
    pub reason: String,
    /// The pen, if it is about one.
    pub path: Option<LockPath>,
}
