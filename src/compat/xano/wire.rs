//! Frames of `@xano/js-sdk`: one JSON object a text frame, `action`, `options` and `payload`, and from us `client`.

use std::collections::BTreeMap;

use bytestring::ByteString;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::compat::socket::{Going, Line, Refused, Wire};
use crate::domain::command::RealtimeRequest;
use crate::domain::realtime::{ChannelNews, ChannelPost, ClientCard, Json, Post, Said, Sort};
use crate::domain::refusal::Refusal;
use crate::gateway::{CallError, Item};
use crate::protocol::convert;
use crate::protocol::{FIELD_MAX, FRAME_MAX};
use crate::socket::Rates;

/// What a client sends; unknown keys of the options come from the application and are ignored.
#[derive(Deserialize)]
struct Frame<'a> {
    action: String,
    #[serde(default)]
    options: Option<Options>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Options {
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    authenticated: Option<serde_json::Value>,
    #[serde(default, rename = "socketId")]
    socket_id: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
struct JoinPayload {
    #[serde(default)]
    history: bool,
    #[serde(default)]
    presence: bool,
}

/// A socket of Xano's client. It remembers which question was about which channel.
#[derive(Default)]
pub struct XanoWire {
    tags: u32,
    asked: BTreeMap<u32, String>,
}

impl Wire for XanoWire {
    const FRAME_MAX: usize = FRAME_MAX;

    fn rates(&self) -> Rates {
        Rates::default()
    }

    async fn said(&mut self, text: &str, line: &mut Line) -> Going {
        let (channel, request) = match read(text) {
            Ok(read) => read,
            Err((channel, why)) => return line.say(error(channel.as_deref(), &why)).await,
        };
        self.tags = self.tags.wrapping_add(1);
        self.asked.insert(self.tags, channel);
        match line.room.say(line.feed.socket(), self.tags, request) {
            Ok(()) => Ok(()),
            Err(not_taken) => {
                let channel = self.asked.remove(&self.tags);
                Line::not_taken(&not_taken)?;
                line.say(error(channel.as_deref(), &words(&not_taken))).await
            }
        }
    }

    fn refused(&mut self, why: Refused) -> Option<ByteString> {
        let words = match why {
            Refused::NoText => "Only text frames are taken.",
            Refused::TooOften => "That was too often. Wait a moment.",
        };
        Some(error(None, words))
    }

    fn item(&mut self, item: Item) -> Option<ByteString> {
        match item {
            Item::Post { parcel, .. } => match &*parcel.post {
                Post::Channel(_) => Some(parcel.text(post)),
                Post::Presence(_) => None,
            },
            Item::Answer { tag, result } => {
                let channel = self.asked.remove(&tag);
                let Err(refusal) = *result else { return None };
                Some(error(channel.as_deref(), &refused(&refusal)))
            }
        }
    }
}

type Unread = (Option<String>, String);

/// What a frame asks, and about which channel.
fn read(text: &str) -> Result<(String, RealtimeRequest), Unread> {
    let frame: Frame =
        serde_json::from_str(text).map_err(|_| (None, "The frame could not be read.".to_owned()))?;
    let options = frame.options.unwrap_or_default();
    let Some(channel) = options.channel else { return Err((None, "The frame names no channel.".to_owned())) };
    let name = channel.as_str().into();
    let request = match frame.action.as_str() {
        "join" => {
            // A payload that is none is as good as one without wishes.
            let payload = frame.payload.and_then(|raw| serde_json::from_str(raw.get()).ok());
            let JoinPayload { history, presence } = payload.unwrap_or_default();
            RealtimeRequest::Join { channel: name, presence, history, after: None }
        }
        "leave" => RealtimeRequest::Part { channel: name },
        "history" => RealtimeRequest::History { channel: name },
        "message" => {
            let payload = frame.payload.map_or("null", RawValue::get);
            if payload.len() > FIELD_MAX {
                return Err((Some(channel), format!("A message has {FIELD_MAX} bytes at most.")));
            }
            let to = match options.socket_id {
                None | Some(serde_json::Value::Null) => None,
                Some(id) => match id.as_str().and_then(|id| id.parse().ok()) {
                    Some(id) => Some(id),
                    None => return Err((Some(channel), "There is no such client.".to_owned())),
                },
            };
            let authenticated = options.authenticated == Some(serde_json::Value::Bool(true));
            RealtimeRequest::Message { channel: name, payload: Json::new(payload), to, authenticated }
        }
        // Never passed on: what only servers say, and what is not known.
        _ => return Err((Some(channel), "Clients do not send this action.".to_owned())),
    };
    Ok((channel, request))
}

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

fn frame(action: &str, options: &str, client: &str, payload: &str) -> String {
    format!(r#"{{"action":"{action}","options":{options},"client":{client},"payload":{payload}}}"#)
}

fn of_channel(channel: &str) -> String {
    format!(r#"{{"channel":{}}}"#, quoted(channel))
}

fn error(channel: Option<&str>, words: &str) -> ByteString {
    let options = channel.map_or_else(|| "{}".to_owned(), of_channel);
    frame("error", &options, "null", &json!({ "message": words }).to_string()).into()
}

fn refused(refusal: &Refusal) -> String {
    let body = convert::refusal(refusal);
    match body.detail {
        Some(detail) => format!("{} ({detail})", body.title),
        None => body.title.to_owned(),
    }
}

fn words(not_taken: &CallError) -> String {
    match not_taken {
        CallError::Refused(refusal) => refused(refusal),
        _ => refused(&Refusal::Busy),
    }
}

/// A post as a frame. A message goes out as it came in.
fn post(post: &Post) -> ByteString {
    let Post::Channel(ChannelPost { channel, news }) = post else { return ByteString::new() };
    let options = of_channel(channel);
    let plain = |action: &str, payload: String| frame(action, &options, "null", &payload).into();
    match news {
        ChannelNews::Said(said) => self::said(channel, said).into(),
        ChannelNews::Here(cards) => {
            let cards: Vec<String> = cards.iter().map(client).collect();
            plain("presence_full", format!(r#"{{"presence":[{}]}}"#, cards.join(",")))
        }
        ChannelNews::Came(card) => plain("presence_update", update("join", card)),
        ChannelNews::Went(card) => plain("presence_update", update("leave", card)),
        ChannelNews::History { said, .. } => {
            let frames: Vec<String> = said.iter().map(|one| self::said(channel, one)).collect();
            plain("history", format!(r#"{{"history":[{}]}}"#, frames.join(",")))
        }
        ChannelNews::Closed => error(Some(channel), "The channel is closed for you."),
    }
}

fn update(action: &str, card: &ClientCard) -> String {
    format!(r#"{{"action":"{action}","presence":{}}}"#, client(card))
}

fn said(channel: &str, said: &Said) -> String {
    let name = quoted(channel);
    match &said.sort {
        Sort::Message { from, authenticated, to } => {
            let to = to.map_or_else(|| "null".to_owned(), |to| quoted(&to.to_string()));
            let options = format!(r#"{{"authenticated":{authenticated},"socketId":{to},"channel":{name}}}"#);
            frame("message", &options, &client(from), said.payload.text())
        }
        Sort::Event { row: (table, row) } => {
            let data = said.payload.text();
            let payload = format!(r#"{{"data":{data},"dbo_id":{table},"row_id":{row}}}"#);
            frame("event", &of_channel(channel), "null", &payload)
        }
    }
}

/// A client as an entry of the presence list. A member of the workspace has no row: its extras say who it is.
fn client(card: &ClientCard) -> String {
    let extras = match (&card.extras, &card.member) {
        (Some(extras), _) => extras.text().to_owned(),
        (None, Some((user, name))) => json!({ "user": user.to_string(), "name": &**name }).to_string(),
        (None, None) => "{}".to_owned(),
    };
    let (socket, (table, row)) = (quoted(&card.client.to_string()), card.row);
    format!(r#"{{"socketId":{socket},"extras":{extras},"permissions":{{"dbo_id":{table},"row_id":{row}}}}}"#)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::id::SocketId;
    use crate::domain::realtime::ClientId;
    use crate::domain::time::Timestamp;

    fn card() -> ClientCard {
        let client = ClientId::Socket(SocketId(7));
        ClientCard { client, member: None, row: (2, 9), extras: Some(Json::new(r#"{"a":1}"#)) }
    }

    #[test]
    fn frames_have_the_four_keys_and_their_channel() {
        let message = Said {
            number: 1,
            at: Timestamp(0),
            sort: Sort::Message { from: card(), authenticated: false, to: None },
            payload: Json::new(r#"{"b": 2}"#),
        };
        let event = Said { sort: Sort::Event { row: (3, 4) }, payload: Json::new("[1]"), ..message.clone() };
        let all = [
            ChannelNews::Said(message.clone().into()),
            ChannelNews::Said(event.clone().into()),
            ChannelNews::Here(vec![card()]),
            ChannelNews::Came(card()),
            ChannelNews::Went(card()),
            ChannelNews::History { said: vec![message.into(), event.into()], missed: false },
            ChannelNews::Closed,
        ];
        for news in all {
            let text = post(&Post::Channel(ChannelPost { channel: "a/\"b".into(), news }));
            let value: Value = serde_json::from_str(&text).expect("it is JSON");
            let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
            assert_eq!(keys, ["action", "options", "client", "payload"]);
            assert_eq!(value["options"]["channel"], "a/\"b");
            assert_ne!(value["action"], "connection_status");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_and_what_servers_say_is_not_taken() {
        assert!(read("{").is_err() && read("[]").is_err() && read(r#"{"action":1}"#).is_err());
        assert!(read(r#"{"action":"join","options":{},"payload":null}"#).is_err());
        for action in ["event", "presence_full", "presence_update", "error", "connection_status", ""] {
            let text = json!({ "action": action, "options": { "channel": "a" }, "payload": {} });
            let (channel, _) = read(&text.to_string()).expect_err(action);
            assert_eq!(channel.as_deref(), Some("a"));
        }
        let odd = r#"{"action":"join","options":{"channel":"a","x":1},"payload":7}"#;
        assert!(matches!(read(odd), Ok((_, RealtimeRequest::Join { history: false, .. }))));
    }
}
