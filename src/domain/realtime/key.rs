//! Keys with which servers call.

use crate::domain::id::{KeyId, UserId};
use crate::domain::time::Timestamp;

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read what is edited, its history, and who is at it.
    StacksRead,
    /// Change what is edited, take it back and publish it.
    StacksWrite,
    /// Hold pens and ask for them.
    LocksWrite,
    /// Read what admins read.
    AdminRead,
    /// Read channels, who is in them and what was said.
    ChannelsRead,
    /// Publish events into channels.
    EventsWrite,
    /// Read presence records.
    PresencesRead,
    /// Write presence records.
    PresencesWrite,
    /// Make realtime tokens for an app's own users.
    TokensCreate,
}

/// A scope with its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeRow {
    /// Which.
    pub scope: Scope,
    /// On the wire and in the store.
    pub name: &'static str,
    /// For people.
    pub words: &'static str,
}

const fn row(scope: Scope, name: &'static str, words: &'static str) -> ScopeRow {
    ScopeRow { scope, name, words }
}

impl Scope {
    /// All of them, in the order in which people choose.
    pub const ALL: [ScopeRow; 9] = [
        row(
            Self::StacksRead,
            "stacks.read",
            "Read objects, records, versions and the log; see who holds which pen",
        ),
        row(
            Self::StacksWrite,
            "stacks.write",
            "Make, edit, import, revert, delete and publish objects and records",
        ),
        row(Self::LocksWrite, "locks.write", "Hold pens, ask for them, and answer who asks"),
        row(Self::AdminRead, "admin.read", "Read the audit log, the console and the activity of members"),
        row(Self::ChannelsRead, "channels.read", "Read channels, who is in them and what was said"),
        row(Self::EventsWrite, "events.write", "Publish events into channels"),
        row(Self::PresencesRead, "presences.read", "Read all presence records"),
        row(Self::PresencesWrite, "presences.write", "Write presence records of any member"),
        row(Self::TokensCreate, "tokens.create", "Make realtime tokens for your own app's users"),
    ];

    /// Whether a key speaks with it for the workspace, in the realtime service; with the others it acts for who made it.
    pub fn for_workspace(self) -> bool {
        use Scope::{ChannelsRead, EventsWrite, PresencesRead, PresencesWrite, TokensCreate};
        matches!(self, PresencesRead | PresencesWrite | ChannelsRead | EventsWrite | TokensCreate)
    }

    /// Its name on the wire and in the store.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.scope == self).map_or("", |row| row.name)
    }

    /// The scope of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.name == name).map(|row| row.scope)
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
