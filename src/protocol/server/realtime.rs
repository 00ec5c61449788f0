//! News of channels, and what the realtime service answers.

use serde::Serialize;

use crate::document::{ChannelDoc, ClientDoc, PresenceEndDoc, PresenceEventDoc, PresenceRecordDoc, SaidDoc};

/// Something happened in a channel.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChannelPostDoc {
    /// Its name.
    pub channel: String,
    /// What.
    pub news: ChannelNewsDoc,
}

/// What happened in a channel.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChannelNewsDoc {
    /// A message or an event.
    Said {
        /// It.
        said: SaidDoc,
    },
    /// Who is in it, oneself too.
    Here {
        /// All of them.
        clients: Vec<ClientDoc>,
    },
    /// A client joined.
    Came {
        /// Who.
        client: ClientDoc,
    },
    /// A client left.
    Went {
        /// Who.
        client: ClientDoc,
    },
    /// What was said before.
    History {
        /// Oldest first.
        said: Vec<SaidDoc>,
        /// Something that was missed is no longer there.
        missed: bool,
    },
    /// The channel was closed, or is no longer for this client, which is out of it.
    Closed,
}

/// A channel that somebody is in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LiveChannelDoc {
    /// Its name.
    pub name: String,
    /// How many clients are in it.
    pub clients: usize,
}

/// What the realtime service answers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum RealtimeReplyDoc {
    /// Done, and there is no more to say.
    Done,
    /// What holds for channels, and which live.
    Channels {
        /// By pattern.
        settings: Vec<ChannelDoc>,
        /// By name.
        live: Vec<LiveChannelDoc>,
    },
    /// It was stored if it had to be, and handed to everybody who gets it.
    Said {
        /// Its number.
        number: u64,
        /// How many got it.
        receivers: usize,
    },
    /// What was said lately.
    History {
        /// Oldest first.
        said: Vec<SaidDoc>,
    },
    /// A presence record.
    PresenceRecord {
        /// It.
        record: PresenceRecordDoc,
    },
    /// Presence records.
    PresenceRecords {
        /// How many there are in all, up to 5,000.
        total: usize,
        /// The page.
        records: Vec<PresenceRecordDoc>,
    },
    /// Who is in a channel.
    Clients {
        /// All of them.
        clients: Vec<ClientDoc>,
    },
}

/// Something happened to a presence record.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresencePostDoc {
    /// Which of the session's subscriptions asked for it.
    pub subscriptions: Vec<String>,
    /// What.
    pub event: PresenceEventDoc,
    /// Why, if it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub end: Option<PresenceEndDoc>,
    /// The record as it is, or was last.
    pub record: PresenceRecordDoc,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
}
