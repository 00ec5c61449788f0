//! Channels and what is said in them.

mod channel;
mod json;
mod key;
mod presence;

pub use channel::{ChannelDoc, ClientDoc, MessagingDoc, SaidDoc, SortDoc};
pub use json::JsonDoc;
pub use key::{ApiKeyDoc, ScopeDoc, scopes_from_doc};
pub use presence::{PresenceEndDoc, PresenceEventDoc, PresenceRecordDoc, SourceDoc};
