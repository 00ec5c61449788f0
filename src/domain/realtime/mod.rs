//! What apps and bots share through a workspace: named channels, presence records, and the keys with which servers call.
//!
//! Payloads are JSON that the core never looks into: it carries their text. Who may do what is decided in
//! [`crate::domain::workspace`]; the edges only translate.

mod channel;
mod key;
mod party;
mod presence;
mod query;

use std::fmt;
use std::sync::Arc;

pub use channel::{
    ChannelNews, ChannelPost, ChannelSettings, HISTORY_SIZES, LiveChannel, Messaging, Said, Sort,
};
pub use key::{ApiKey, Scope, ScopeRow};
pub use party::{ClientCard, ClientId, Credentials, Party, Recipient};
pub use presence::{
    Permission, PresenceEnd, PresenceEvent, PresencePost, PresenceRecord, PresenceRole, Right, Source,
    Viewer, is_id,
};
pub use query::{Attribute, Cursor, Filter, Order, PresencesQuery, Subscription, Test, Topic, Value};

/// JSON text that was checked at the edge; compact, so that the same value is the same text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Json(Arc<str>);

impl Json {
    /// Takes text that is known to be JSON.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Json(text.into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is sent to the clients of the realtime service.
#[derive(Debug, Clone, PartialEq)]
pub enum Post {
    /// Something happened in a channel.
    Channel(ChannelPost),
    /// Something happened to a presence record.
    Presence(PresencePost),
}
