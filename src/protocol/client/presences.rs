//! What is asked of presence records.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::document::JsonDoc;

/// One query, as published clients write it: `{"method": "equal", "attribute": "status", "values": ["online"]}`.
///
/// Filters: `equal`, `notEqual`, `lessThan`, `lessThanEqual`, `greaterThan`, `greaterThanEqual`, `between`, `notBetween`, `isNull`,
/// `isNotNull`, `startsWith`, `notStartsWith`, `endsWith`, `notEndsWith`, `contains`, `notContains`, and `or` and `and` over queries.
/// Order: `orderAsc`, `orderDesc`, `orderRandom`. Page: `limit`, `offset`, `cursorAfter`, `cursorBefore`.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QueryDoc {
    /// What.
    pub method: String,
    /// Of what: `$id`, `$sequence`, `$createdAt`, `$updatedAt`, `userId`, `status`, `source`, `expiresAt`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub attribute: Option<String>,
    /// With what.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "unknown[]"))]
    #[schema(value_type = Vec<Object>)]
    pub values: Vec<Value>,
}

/// What is to be heard of records.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SubscriptionDoc {
    /// Its name, the client's own.
    pub id: String,
    /// One record; all if not there.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub record: Option<String>,
    /// One sort of event: `upsert`, `update` or `delete`; all if not there.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub event: Option<crate::document::PresenceEventDoc>,
    /// What the record must meet: filters alone.
    #[serde(default)]
    pub queries: Vec<QueryDoc>,
}

/// What is asked of presence records.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PresenceCall {
    /// Make one's record, or write it anew. Answered with `presence_record`.
    Upsert {
        /// Its id if it will be a new one.
        presence: String,
        /// 1 to 256 characters.
        status: String,
        /// Such as `read("users")`; one's own alone if not there.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        permissions: Option<Vec<String>>,
        /// Until when, milliseconds since the Unix epoch; in 15 minutes if not there.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        expires: Option<i64>,
        /// An object.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        metadata: Option<JsonDoc>,
        /// It ends with the session.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        bound: bool,
        /// Whose, if the caller is a key.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        user: Option<Uuid>,
    },
    /// Read one. Answered with `presence_record`.
    Get {
        /// Which.
        presence: String,
    },
    /// Read some. Answered with `presence_records`.
    List {
        /// Which, and in which order.
        #[serde(default)]
        queries: Vec<QueryDoc>,
    },
    /// Change a part of one. Answered with `presence_record`.
    Patch {
        /// Which.
        presence: String,
        /// 1 to 256 characters.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        status: Option<String>,
        /// In place of all that were there.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        permissions: Option<Vec<String>>,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        expires: Option<i64>,
        /// In place of all that was there.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        metadata: Option<JsonDoc>,
        /// Another user, if the caller is a key.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        user: Option<Uuid>,
    },
    /// Delete one.
    Delete {
        /// Which.
        presence: String,
    },
    /// Hear of records, as `presence_record` messages. After a new socket or a `resync`, subscribe again.
    Subscribe {
        /// To what.
        subscriptions: Vec<SubscriptionDoc>,
    },
    /// Hear no more.
    Unsubscribe {
        /// Of which.
        ids: Vec<String>,
    },
}
