//! What can be asked of presence records.

use std::sync::Arc;

use crate::domain::id::UserId;
use crate::domain::realtime::{Json, Permission, PresencesQuery, Subscription};
use crate::domain::time::Timestamp;

/// A record as it is to be.
#[derive(Debug, Clone)]
pub struct PresenceUpsert {
    /// The id if it will be a new one.
    pub id: Arc<str>,
    /// Whose, if the caller is a key.
    pub user: Option<UserId>,
    /// 1 to 256 characters.
    pub status: String,
    /// The owner's own if `None`.
    pub permissions: Option<Vec<Permission>>,
    /// Until when, wall clock; the usual time if `None`.
    pub expires: Option<Timestamp>,
    /// An object. If `None`, none, or what was there if the record ends with its socket.
    pub metadata: Option<Json>,
    /// It came over a socket and ends with it, or with the session.
    pub bound: bool,
}

/// What changes about a record.
#[derive(Debug, Clone, Default)]
pub struct PresencePatch {
    /// Which.
    pub id: Arc<str>,
    /// Another user, if the caller is a key.
    pub user: Option<UserId>,
    /// 1 to 256 characters.
    pub status: Option<String>,
    /// In place of all that were there.
    pub permissions: Option<Vec<Permission>>,
    /// Until when, wall clock.
    pub expires: Option<Timestamp>,
    /// In place of all that was there.
    pub metadata: Option<Json>,
    /// Answers that are kept for lists are forgotten.
    pub purge: bool,
}

/// What can be asked of presence records.
#[derive(Debug, Clone)]
pub enum PresenceRequest {
    /// Make one's record, or write it anew.
    Upsert(Box<PresenceUpsert>),
    /// Read one.
    Get {
        /// Which.
        id: Arc<str>,
    },
    /// Read some.
    List(Box<PresencesQuery>),
    /// Change a part of one.
    Patch(Box<PresencePatch>),
    /// Delete one.
    Delete {
        /// Which.
        id: Arc<str>,
    },
    /// Hear of records from now on; in place of subscriptions of the same names.
    Subscribe(Vec<Subscription>),
    /// Hear no more. Answered with which of them there were.
    Unsubscribe(Vec<Arc<str>>),
}
