//! Presence records.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::JsonDoc;
use crate::document::two_ways;
use crate::domain::realtime::{Permission, PresenceEnd, PresenceEvent, PresenceRecord, Source};

/// Over which way a record came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SourceDoc {
    /// HTTP.
    Rest,
    /// A socket.
    Realtime,
}

two_ways!(SourceDoc = Source { Rest, Realtime });

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PresenceEventDoc {
    /// It was made, or written anew.
    Upsert,
    /// A part of it was changed.
    Update,
    /// It is gone.
    Delete,
}

two_ways!(PresenceEventDoc = PresenceEvent { Upsert, Update, Delete });

/// Why a record is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PresenceEndDoc {
    /// Somebody deleted it.
    Deleted,
    /// Its time was over.
    Expired,
    /// The socket or session that it was bound to is gone.
    Left,
    /// Its user is no member any more.
    Removed,
}

two_ways!(PresenceEndDoc = PresenceEnd { Deleted, Expired, Left, Removed });

/// A small record of a user with a status and an expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresenceRecordDoc {
    /// Its id.
    pub id: String,
    /// Whose.
    pub user: Uuid,
    /// 1 to 256 characters.
    pub status: String,
    /// An object.
    pub metadata: JsonDoc,
    /// Such as `read("users")`.
    pub permissions: Vec<String>,
    /// How it came.
    pub source: SourceDoc,
    /// When it was made, milliseconds since the Unix epoch.
    pub created: i64,
    /// When it was changed last.
    pub updated: i64,
    /// When it ends.
    pub expires: i64,
    /// Whether it ends with a socket or session.
    pub bound: bool,
}

impl From<&PresenceRecord> for PresenceRecordDoc {
    fn from(record: &PresenceRecord) -> Self {
        PresenceRecordDoc {
            id: record.id.to_string(),
            user: record.user.0,
            status: record.status.clone(),
            metadata: (&record.metadata).into(),
            permissions: record.permissions.iter().map(Permission::to_string).collect(),
            source: record.source.into(),
            created: record.created.0,
            updated: record.updated.0,
            expires: record.expires.0,
            bound: record.bound,
        }
    }
}
