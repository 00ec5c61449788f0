//! What members decide about their presence.

use crate::domain::effect::Status;
use crate::domain::time::Timestamp;

/// A chosen status with its words, in place of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChoice {
    /// Busy or away; online gives the choice back to input and its absence. Never offline.
    pub status: Status,
    /// Up to 140 characters on one line; empty for none.
    pub message: String,
    /// When both end, wall clock.
    pub until: Option<Timestamp>,
}
