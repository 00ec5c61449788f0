//! Keys with which servers call.

use crate::domain::id::{KeyId, UserId};
use crate::domain::time::Timestamp;

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read presence records.
    PresencesRead,
    /// Write presence records.
    PresencesWrite,
    /// Read channels, who is in them and what was said.
    ChannelsRead,
    /// Publish events into channels.
    ChannelsPublish,
    /// Make realtime tokens for an app's own users.
    TokensCreate,
}

impl Scope {
    /// All of them with their names.
    pub const ALL: [(Scope, &'static str); 5] = [
        (Scope::PresencesRead, "presences.read"),
        (Scope::PresencesWrite, "presences.write"),
        (Scope::ChannelsRead, "channels.read"),
        (Scope::ChannelsPublish, "channels.publish"),
        (Scope::TokensCreate, "tokens.create"),
    ];

    /// Its name on the wire and in the store.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(scope, _)| *scope == self).map_or("", |(_, name)| name)
    }

    /// The scope of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, one)| *one == name).map(|(scope, _)| *scope)
    }
}

/// A key of a workspace. Its secret is shown once and kept as a digest only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// In the words of who made it.
    pub name: String,
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// Who made it.
    pub made_by: UserId,
    /// When, wall clock.
    pub created: Timestamp,
    /// Until when it may be used; for ever if `None`.
    pub expires: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it may be used now.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|at| at > now)
    }
}
