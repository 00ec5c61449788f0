//! What is asked of the realtime service.

use serde::Deserialize;

use super::PresenceCall;

use crate::document::{ChannelDoc, JsonDoc};

/// What is asked of channels. Answered with `done` where nothing else is said.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum RealtimeCall {
    /// What holds for channels, and which live. Answered with `channels`.
    Channels,
    /// Insert or replace what holds for a name or pattern.
    SetChannel {
        /// What.
        settings: ChannelDoc,
    },
    /// Delete what holds for a name or pattern.
    RemoveChannel {
        /// Which.
        pattern: String,
    },
    /// Be in a channel; what happens there follows as `channel` messages. After a new socket or a `resync`, join again with
    /// `after`.
    Join {
        /// Its name.
        channel: String,
        /// Be told who is in it, and of those who come and go.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        presence: bool,
        /// Be told what was said before.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        history: bool,
        /// Only what was said after this number.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        after: Option<u64>,
    },
    /// Be in it no longer.
    Part {
        /// Its name.
        channel: String,
    },
    /// Say something in a channel that one is in. Answered with `said`.
    Message {
        /// Its name.
        channel: String,
        /// What.
        payload: JsonDoc,
        /// To this client alone.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        to: Option<String>,
        /// To authenticated clients alone.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        authenticated: bool,
    },
    /// Publish an event; stored first where the channel says so. Answered with `said`.
    Event {
        /// Its name.
        channel: String,
        /// What.
        data: JsonDoc,
        /// A table that it names.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
        table: u64,
        /// A row that it names.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
        row: u64,
    },
    /// What was said lately. Answered with `history`.
    History {
        /// Its name.
        channel: String,
    },
    /// Something about presence records.
    Presences(PresenceCall),
    /// Who is in it. Answered with `clients`.
    Clients {
        /// Its name.
        channel: String,
    },
}
