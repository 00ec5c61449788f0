//! Channels: what is set for a name or pattern, and what is said in one.

use std::sync::Arc;

use super::{ClientCard, ClientId, Json};
use crate::domain::time::Timestamp;

/// Sizes of a history that may be set: what XanoScript's `message_history` takes, and the second of them by hand.
pub const HISTORY_SIZES: [u32; 6] = [0, 25, 50, 100, 250, 1000];

/// Who may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Messaging {
    /// Nobody.
    #[default]
    Off,
    /// Everybody who is in.
    Anyone,
    /// Those who are somebody.
    Authenticated,
}

/// What holds for the channels of a name or pattern. Takes effect when it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSettings {
    /// A name, or a stem with `/*`.
    pub pattern: Arc<str>,
    /// For people.
    pub description: String,
    /// Whether it is used at all.
    pub active: bool,
    /// Whether names below the stem may be made by joining them; if not, the pattern stands for the stem alone.
    pub nested: bool,
    /// Whether clients that are nobody may join.
    pub anonymous: bool,
    /// Whether everybody in it is told who is in it.
    pub presence: bool,
    /// Messages to all in it.
    pub public: Messaging,
    /// Messages from somebody to those alone who are somebody.
    pub authenticated: bool,
    /// Messages from one client to another, both in it. Authenticated: both ends.
    pub private: Messaging,
    /// How many messages and events are kept; one of [`HISTORY_SIZES`].
    pub history: u32,
    /// Whether they are kept in the database too.
    pub stored: bool,
    /// For how many days they are kept there; for ever if zero.
    pub retention_days: u32,
}

impl ChannelSettings {
    /// A channel as one gets it without saying more: members and authenticated clients, with presence and no messages.
    pub fn new(pattern: &str) -> Self {
        ChannelSettings {
            pattern: pattern.into(),
            description: String::new(),
            active: true,
            nested: pattern.ends_with("/*"),
            anonymous: false,
            presence: true,
            public: Messaging::Off,
            authenticated: false,
            private: Messaging::Off,
            history: 0,
            stored: false,
            retention_days: 0,
        }
    }

    /// The pattern without its `/*`.
    pub fn stem(&self) -> &str {
        self.pattern.strip_suffix("/*").unwrap_or(&self.pattern)
    }

    /// Whether a name falls under it.
    pub fn matches(&self, name: &str) -> bool {
        let below = name.strip_prefix(self.stem()).is_some_and(|rest| rest.starts_with('/'));
        match (self.nested, self.pattern.ends_with("/*")) {
            (true, true) => below,
            (true, false) => below || name == self.stem(),
            (false, _) => name == self.stem(),
        }
    }

    /// What was stored before this moment is gone.
    pub fn cutoff(&self, now: Timestamp) -> Timestamp {
        const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
        match self.retention_days {
            0 => Timestamp(0),
            days => Timestamp(now.0.saturating_sub(i64::from(days) * DAY_MS)),
        }
    }
}

/// What sort of thing was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Sort {
    /// A client sent it.
    Message {
        /// Who, as it was then.
        from: ClientCard,
        /// For those alone who are somebody.
        authenticated: bool,
        /// For this client alone.
        to: Option<ClientId>,
    },
    /// A server call published it.
    Event {
        /// Table and row that it names; zero and zero for none.
        row: (u64, u64),
    },
}

/// A message or an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Its place among all that is said in the workspace; grows, with gaps.
    pub number: u64,
    /// When, wall clock.
    pub at: Timestamp,
    /// Message or event.
    pub sort: Sort,
    /// What.
    pub payload: Json,
}

impl Said {
    /// Whether it was for those alone who are somebody.
    pub fn is_authenticated(&self) -> bool {
        matches!(self.sort, Sort::Message { authenticated: true, .. })
    }
}

/// News of a channel.
#[derive(Debug, Clone, PartialEq)]
pub enum ChannelNews {
    /// A message or an event.
    Said(Arc<Said>),
    /// Who is in it, the receiver too.
    Here(Vec<ClientCard>),
    /// A client joined.
    Came(ClientCard),
    /// A client left.
    Went(ClientCard),
    /// What was said, oldest first.
    History {
        /// All of it.
        said: Vec<Arc<Said>>,
        /// Something that the receiver missed is no longer there.
        missed: bool,
    },
    /// The channel is closed, or no longer for this receiver, who is out of it.
    Closed,
}

/// News with its channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelPost {
    /// Its name, as the receiver joined it.
    pub channel: Arc<str>,
    /// What happened.
    pub news: ChannelNews,
}

/// A channel that somebody is in or that keeps something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveChannel {
    /// Its name.
    pub name: Arc<str>,
    /// How many clients are in it.
    pub members: usize,
}
