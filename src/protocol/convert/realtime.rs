//! The realtime service: calls as requests of the core, its posts and answers as messages.

use std::sync::Arc;

use super::request::Wrong;
use crate::document::JsonDoc;
use crate::domain::command::RealtimeRequest;
use crate::domain::effect::RealtimeAnswer;
use crate::domain::realtime::{ChannelNews, ChannelPost, Json, LiveChannel, Post, PresencePost};
use crate::protocol::FIELD_MAX;
use crate::protocol::client::RealtimeCall;
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::{
    ChannelNewsDoc, ChannelPostDoc, LiveChannelDoc, PresencePostDoc, RealtimeReplyDoc, ServerMessage,
};

/// Bytes of a channel's name; a guard only, the core counts characters.
const NAME_MAX: usize = 4 * 1024;

/// A call as a request of the core.
///
/// # Errors
/// `bad_request` or `bad_text` with the place in `detail`.
pub fn call(call: RealtimeCall) -> Result<RealtimeRequest, Wrong> {
    Ok(match call {
        RealtimeCall::Channels => RealtimeRequest::ListChannels,
        RealtimeCall::SetChannel { settings } => {
            name(&settings.pattern)?;
            RealtimeRequest::SetChannel(Box::new(settings.into()))
        }
        RealtimeCall::RemoveChannel { pattern } => {
            RealtimeRequest::RemoveChannel { pattern: name(&pattern)?.into() }
        }
        RealtimeCall::Join { channel, presence, history, after } => {
            RealtimeRequest::Join { channel: name(&channel)?.into(), presence, history, after }
        }
        RealtimeCall::Part { channel } => RealtimeRequest::Part { channel: name(&channel)?.into() },
        RealtimeCall::Message { channel, payload, to, authenticated } => RealtimeRequest::Message {
            channel: name(&channel)?.into(),
            payload: self::payload("payload", payload)?,
            to: to.map(|to| to.parse().map_err(|_| bad("`to` is not a client"))).transpose()?,
            authenticated,
        },
        RealtimeCall::Event { channel, data, table, row } => RealtimeRequest::Event {
            channel: name(&channel)?.into(),
            data: payload("data", data)?,
            row: (table, row),
        },
        RealtimeCall::History { channel } => RealtimeRequest::ReadHistory { channel: name(&channel)?.into() },
        RealtimeCall::Presences(call) => RealtimeRequest::Presence(super::presences::presence_call(call)?),
        RealtimeCall::Clients { channel } => RealtimeRequest::WhoIsIn { channel: name(&channel)?.into() },
    })
}

/// A post as a message to sessions of which these subscriptions asked for it.
pub fn post(post: &Post, subscriptions: &[Arc<str>]) -> ServerMessage {
    match post {
        Post::Channel(ChannelPost { channel, news }) => {
            ServerMessage::Channel(ChannelPostDoc { channel: channel.to_string(), news: self::news(news) })
        }
        Post::Presence(PresencePost { event, end, record, at }) => {
            ServerMessage::PresenceRecord(PresencePostDoc {
                subscriptions: subscriptions.iter().map(ToString::to_string).collect(),
                event: (*event).into(),
                end: end.map(Into::into),
                record: (&**record).into(),
                at: at.0,
            })
        }
    }
}

fn news(news: &ChannelNews) -> ChannelNewsDoc {
    match news {
        ChannelNews::Said(said) => ChannelNewsDoc::Said { said: (&**said).into() },
        ChannelNews::Here(cards) => ChannelNewsDoc::Here { clients: cards.iter().map(Into::into).collect() },
        ChannelNews::Came(card) => ChannelNewsDoc::Came { client: card.into() },
        ChannelNews::Went(card) => ChannelNewsDoc::Went { client: card.into() },
        ChannelNews::History { said, missed } => ChannelNewsDoc::History {
            said: said.iter().map(|one| (&**one).into()).collect(),
            missed: *missed,
        },
        ChannelNews::Closed => ChannelNewsDoc::Closed,
    }
}

/// An answer as the wire has it. Keys go over HTTP alone.
pub fn realtime_answer(answer: &RealtimeAnswer) -> RealtimeReplyDoc {
    match answer {
        RealtimeAnswer::Done
        | RealtimeAnswer::Keys(_)
        | RealtimeAnswer::ActsFor { .. }
        | RealtimeAnswer::Unsubscribed(_) => RealtimeReplyDoc::Done,
        RealtimeAnswer::Presence(record) => RealtimeReplyDoc::PresenceRecord { record: (&**record).into() },
        RealtimeAnswer::Presences { total, records, .. } => RealtimeReplyDoc::PresenceRecords {
            total: *total,
            records: records.iter().map(|record| (&**record).into()).collect(),
        },
        RealtimeAnswer::Channels { settings, live } => RealtimeReplyDoc::Channels {
            settings: settings.iter().map(Into::into).collect(),
            live: live.iter().map(live_channel).collect(),
        },
        RealtimeAnswer::Said { number, receivers } => {
            RealtimeReplyDoc::Said { number: *number, receivers: *receivers }
        }
        RealtimeAnswer::History { said, .. } => {
            RealtimeReplyDoc::History { said: said.iter().map(|one| (&**one).into()).collect() }
        }
        RealtimeAnswer::Clients(cards) => {
            RealtimeReplyDoc::Clients { clients: cards.iter().map(Into::into).collect() }
        }
    }
}

/// A channel that somebody is in.
pub fn live_channel(live: &LiveChannel) -> LiveChannelDoc {
    LiveChannelDoc { name: live.name.to_string(), clients: live.members }
}

fn name(text: &str) -> Result<&str, Wrong> {
    if text.len() > NAME_MAX { Err(bad("the channel's name is too long")) } else { Ok(text) }
}

fn payload(what: &str, doc: JsonDoc) -> Result<Json, Wrong> {
    if doc.0.text().len() > FIELD_MAX {
        return Err(bad(&format!("`{what}` is larger than {FIELD_MAX} bytes")));
    }
    Ok(doc.0)
}

fn bad(detail: &str) -> Wrong {
    Box::new(ErrorBody::new(ErrorCode::BadRequest).detail(detail))
}
