//! What can be asked of channels and keys.

use std::sync::Arc;

use super::PresenceRequest;
use crate::domain::id::KeyId;
use crate::domain::realtime::{ApiKey, ChannelSettings, ClientId, Json, Scope};

/// What can be asked of the realtime service of a workspace.
#[derive(Debug, Clone)]
pub enum RealtimeRequest {
    /// The settings of all channels, and which channels live.
    ListChannels,
    /// Insert or replace what holds for a pattern.
    SetChannel(Box<ChannelSettings>),
    /// Delete what holds for a pattern.
    RemoveChannel {
        /// Which.
        pattern: Arc<str>,
    },
    /// Be in a channel. Joining again changes nothing but is told again who is here.
    Join {
        /// Which.
        channel: Arc<str>,
        /// Be told who is in it, and of those who come and go.
        presence: bool,
        /// Be told what was said before.
        history: bool,
        /// Of a session that comes back: only what was said after this number, also where the channel keeps no history.
        after: Option<u64>,
    },
    /// Be in it no longer.
    Part {
        /// Which.
        channel: Arc<str>,
    },
    /// Say something in a channel that one is in.
    Message {
        /// Which.
        channel: Arc<str>,
        /// What.
        payload: Json,
        /// To this client alone.
        to: Option<ClientId>,
        /// To those alone who are somebody.
        authenticated: bool,
    },
    /// Publish an event; it is stored first where the channel says so.
    Event {
        /// Which.
        channel: Arc<str>,
        /// What.
        data: Json,
        /// Table and row that it names; zero and zero for none.
        row: (u64, u64),
    },
    /// What was said lately, as a post to the client that asks.
    History {
        /// Which.
        channel: Arc<str>,
    },
    /// What was said lately, as the answer.
    ReadHistory {
        /// Which.
        channel: Arc<str>,
    },
    /// Who is in a channel.
    WhoIsIn {
        /// Which.
        channel: Arc<str>,
    },
    /// Something about presence records.
    Presence(PresenceRequest),
    /// The keys of the workspace.
    ListKeys,
    /// A new key.
    MakeKey(Box<ApiKey>),
    /// Ends a key.
    RevokeKey {
        /// Which.
        key: KeyId,
    },
    /// Whom a key acts for, beside the realtime service. Only keys ask.
    UseKey {
        /// What for; nothing if it is for something that no key may do.
        scope: Option<Scope>,
    },
    /// Whether the caller may make realtime tokens.
    MayMakeTokens,
}
