//! The one JSON form of stacks, operations and changes.
//!
//! The store writes it, the wire carries it, the HTTP API answers it: one definition, so that what was stored can be sent
//! and what was received can be stored. The core does not know it.

mod change;
mod collision;
mod kind;
mod lock;
mod node;
mod object;
mod op;
mod parked;
mod path;
mod realtime;
mod receipt;
mod record;
mod role;
mod stack;
#[cfg(test)]
mod tests;
mod word;

pub use change::{ChangeDoc, ChangeKindDoc, OperationDoc};
pub use collision::{CollisionDoc, ObstacleDoc};
pub use kind::{object_kind_from_str, object_kind_str};
pub use lock::{ClosureDoc, LockDoc, LockStateDoc, PromiseDoc, TakenDoc, TakenFromDoc};
pub use node::{FieldDoc, NodeDoc, SeedDoc};
pub use object::{ObjectHeadDoc, VersionDoc};
pub use op::OpDoc;
pub use parked::{ParkedDraftDoc, ParkedOperationDoc, ParkedReasonDoc};
pub use path::{FenceDoc, LockPathDoc};
pub use realtime::{
    ApiKeyDoc, ChannelDoc, ClientDoc, JsonDoc, MessagingDoc, PresenceEndDoc, PresenceEventDoc,
    PresenceRecordDoc, SaidDoc, ScopeDoc, SortDoc, SourceDoc, scopes_from_doc,
};
pub use receipt::{ImportedDoc, ReceiptDoc};
pub use record::{RecordDoc, cells_doc, cells_from_doc, value_doc, value_from_doc};
pub use role::{CustomRoleDoc, area_words, areas_of};
pub use stack::{stack_doc, stack_from_doc};
pub use word::Word;

/// A document that does not say what it must.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not valid")]
pub struct BadDocument {
    /// What part of it.
    pub what: &'static str,
}

impl BadDocument {
    /// `what` is not valid.
    pub fn new(what: &'static str) -> Self {
        BadDocument { what }
    }
}

fn item(text: &str) -> Result<crate::domain::id::ItemId, BadDocument> {
    text.parse().map_err(|_| BadDocument::new("item"))
}

/// Conversions between a set of words on the wire and the same set in the core.
macro_rules! two_ways {
    ($doc:ident = $domain:ident { $($variant:ident),+ $(,)? }) => {
        impl From<$domain> for $doc {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$variant => $doc::$variant,)+
                }
            }
        }

        impl From<$doc> for $domain {
            fn from(doc: $doc) -> Self {
                match doc {
                    $($doc::$variant => $domain::$variant,)+
                }
            }
        }
    };
}
use two_ways;
