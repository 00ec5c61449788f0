//! Frames of Appwrite's realtime: `type` and `data` in both directions.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytestring::ByteString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::AppwriteError;
use super::{model, presences};
use crate::auth::Account;
use crate::compat::socket::{Going, Line, Refused, Wire};
use crate::domain::command::{PresenceRequest, PresenceUpsert, RealtimeRequest};
use crate::domain::effect::{Answer, RealtimeAnswer};
use crate::domain::id::WorkspaceId;
use crate::domain::realtime::{
    Credentials, Filter, Post, PresenceEvent, PresencePost, Subscription, Topic, is_id,
};
use crate::domain::refusal::Refusal;
use crate::gateway::{Entering, Item};
use crate::http::Api;
use crate::protocol::client::QueryDoc;
use crate::protocol::convert;
use crate::socket::Rates;

/// Frames larger than this are not taken, in bytes.
const FRAME_MAX: usize = 64_000;

/// What an answer is to.
enum Asked {
    Subscribe(Vec<Value>),
    Unsubscribe(Vec<String>),
    Presence,
}

/// A socket of Appwrite's clients.
pub struct AppwriteWire {
    api: Arc<Api>,
    workspace: WorkspaceId,
    project: String,
    signed_in: bool,
    tags: u32,
    asked: BTreeMap<u32, Asked>,
}

/// A frame that cannot be taken: its number and words.
type Wrong = (u16, String);

/// The first frame.
pub fn connected(account: Option<&Account>) -> String {
    let user = account.map(model::account);
    json!({ "type": "connected", "data": { "channels": [], "subscriptions": [], "user": user } }).to_string()
}

/// An error; the socket stays open unless the number is 1008.
pub fn error(code: u16, message: &str) -> String {
    json!({ "type": "error", "data": { "code": code, "message": message } }).to_string()
}

fn response(to: &str, more: &str) -> ByteString {
    format!(r#"{{"type":"response","data":{{"to":"{to}",{more}}}}}"#).into()
}

fn malformed(words: &str) -> Wrong {
    (1003, words.to_owned())
}

impl AppwriteWire {
    /// Of a project; whether the connection is somebody.
    pub fn new(api: Arc<Api>, workspace: WorkspaceId, project: String, signed_in: bool) -> Self {
        AppwriteWire { api, workspace, project, signed_in, tags: 0, asked: BTreeMap::new() }
    }

    /// Swaps who the connection is; its subscriptions stay.
    async fn authenticate(&mut self, data: &Value, line: &mut Line) -> Result<ByteString, Wrong> {
        let wrong = || malformed("Session is not valid.");
        let token = data.get("session").and_then(Value::as_str).ok_or_else(wrong)?;
        let found = self.api.accounts.session(token).await.map_err(|_| (1013, "Try again.".to_owned()))?;
        let (user, sign_in) = found.ok_or_else(wrong)?;
        let account = self.api.accounts.account(user).await.map_err(|_| wrong())?;
        let credentials = Credentials { user: Some(user), ..Credentials::default() };
        let entering = Entering { feed: line.feed.clone(), credentials, sign_in: Some(sign_in) };
        line.room.enter(entering).map_err(|_| (1013, "Try again.".to_owned()))?;
        self.signed_in = true;
        let more = format!(r#""success":true,"user":{}"#, model::account(&account));
        Ok(response("authentication", &more))
    }

    fn request(&self, kind: &str, data: &Value) -> Result<(Asked, PresenceRequest), Wrong> {
        match kind {
            "subscribe" => subscribe(data),
            "unsubscribe" => unsubscribe(data),
            "presence" => self.presence(data),
            _ => Err(malformed("Message type is not valid.")),
        }
    }

    fn presence(&self, data: &Value) -> Result<(Asked, PresenceRequest), Wrong> {
        if !self.signed_in {
            return Err((401, "User must be authorized".to_owned()));
        }
        let text = |name: &str| data.get(name).and_then(Value::as_str);
        let status = text("status").filter(|status| !status.is_empty());
        let status = status.ok_or_else(|| malformed("Payload is not valid. Status is required"))?.to_owned();
        let id = match text("presenceId") {
            None | Some("unique()") => Uuid::now_v7().simple().to_string(),
            Some(id) if is_id(id) => id.to_owned(),
            Some(_) => return Err(malformed("Payload is not valid. Invalid presenceId")),
        };
        let part = |name: &str| data.get(name).filter(|value| !value.is_null());
        let invalid = |error: AppwriteError| malformed(&format!("Payload is not valid. {}", error.message()));
        let permissions = part("permissions").map(presences::permissions).transpose().map_err(invalid)?;
        let metadata = part("metadata").map(presences::metadata).transpose().map_err(invalid)?;
        let (id, user, expires) = (id.into(), None, None);
        let upsert = PresenceUpsert { id, user, status, permissions, expires, metadata, bound: true };
        Ok((Asked::Presence, PresenceRequest::Upsert(Box::new(upsert))))
    }
}

impl Wire for AppwriteWire {
    const FRAME_MAX: usize = FRAME_MAX;

    fn rates(&self) -> Rates {
        Rates { frames: 256, frames_per_second: 8, ..Rates::default() }
    }

    async fn said(&mut self, text: &str, line: &mut Line) -> Going {
        let message: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        let Some(kind) = message.get("type").and_then(Value::as_str) else {
            return line.say(error(1003, "Message format is not valid.").into()).await;
        };
        let data = message.get("data").unwrap_or(&Value::Null);
        match kind {
            "ping" => return line.say(r#"{"type":"pong"}"#.into()).await,
            "authentication" => {
                let answer = match self.authenticate(data, line).await {
                    Ok(answer) => answer,
                    Err((code, words)) => error(code, &words).into(),
                };
                return line.say(answer).await;
            }
            _ => {}
        }
        let (asked, request) = match self.request(kind, data) {
            Ok(request) => request,
            Err((code, words)) => return line.say(error(code, &words).into()).await,
        };
        self.tags = self.tags.wrapping_add(1);
        self.asked.insert(self.tags, asked);
        match line.room.say(line.feed.socket(), self.tags, RealtimeRequest::Presence(request)) {
            Ok(()) => Ok(()),
            Err(not_taken) => {
                self.asked.remove(&self.tags);
                Line::not_taken(&not_taken)?;
                tracing::debug!(workspace = %self.workspace, project = %self.project, "a room is busy");
                line.say(error(1013, "The server is busy. Try again.").into()).await
            }
        }
    }

    fn refused(&mut self, why: Refused) -> Option<ByteString> {
        Some(match why {
            Refused::NoText => error(1003, "Message format is not valid.").into(),
            Refused::TooOften => error(1013, "Too many messages.").into(),
        })
    }

    fn item(&mut self, item: Item) -> Option<ByteString> {
        match item {
            Item::Post { parcel, subscriptions } => match &*parcel.post {
                Post::Presence(_) => {
                    let shared = parcel.text(event);
                    let names: Vec<&str> = subscriptions.iter().map(|one| &**one).collect();
                    Some(format!("{shared}{}}}}}", json!(names)).into())
                }
                Post::Channel(_) => None,
            },
            Item::Answer { tag, result } => {
                let asked = self.asked.remove(&tag)?;
                Some(answer(asked, *result))
            }
        }
    }
}

fn answer(asked: Asked, result: Result<Answer, Refusal>) -> ByteString {
    let answer = match result {
        Ok(Answer::Realtime(answer)) => answer,
        Ok(_) => return error(500, "Internal server error.").into(),
        Err(refusal) => {
            let refused = AppwriteError::from(refusal);
            let code = if refused.code() == 400 { 1003 } else { refused.code() };
            return error(code, refused.message()).into();
        }
    };
    match (asked, answer) {
        (Asked::Subscribe(all), _) => {
            response("subscribe", &format!(r#""success":true,"subscriptions":{}"#, json!(all)))
        }
        (Asked::Unsubscribe(ids), RealtimeAnswer::Unsubscribed(there)) => {
            let all = ids.iter().zip(there);
            let all: Vec<Value> =
                all.map(|(id, there)| json!({ "subscriptionId": id, "removed": there })).collect();
            response("unsubscribe", &format!(r#""success":true,"subscriptions":{}"#, json!(all)))
        }
        (Asked::Presence, RealtimeAnswer::Presence(record)) => {
            response("presence", &format!(r#""presence":{}"#, model::presence(&record)))
        }
        _ => error(500, "Internal server error.").into(),
    }
}

fn subscribe(data: &Value) -> Result<(Asked, PresenceRequest), Wrong> {
    let wrong = || malformed("Payload is not valid.");
    let (mut told, mut wishes) = (Vec::new(), Vec::new());
    for one in data.as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)? {
        let id = match one.get("subscriptionId") {
            None | Some(Value::Null) => Uuid::now_v7().simple().to_string(),
            Some(id) => id.as_str().filter(|id| is_id(id)).ok_or_else(wrong)?.to_owned(),
        };
        let channels = one.get("channels").and_then(Value::as_array).ok_or_else(wrong)?;
        let channels: Vec<&str> =
            channels.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong)?;
        let queries = match one.get("queries") {
            None | Some(Value::Null) => Vec::new(),
            Some(list) => list
                .as_array()
                .ok_or_else(wrong)?
                .iter()
                .map(Value::as_str)
                .collect::<Option<_>>()
                .ok_or_else(wrong)?,
        };
        let topics = channels.iter().filter_map(|channel| topic(channel)).collect();
        told.push(json!({ "subscriptionId": id, "channels": channels, "queries": queries }));
        wishes.push(Subscription { id: id.into(), topics, filters: filters(&queries)? });
    }
    Ok((Asked::Subscribe(told), PresenceRequest::Subscribe(wishes)))
}

/// The few queries that a subscription may have; anything else is refused.
fn filters(queries: &[&str]) -> Result<Vec<Filter>, Wrong> {
    const METHODS: [&str; 10] = [
        "equal",
        "notEqual",
        "lessThan",
        "lessThanEqual",
        "greaterThan",
        "greaterThanEqual",
        "isNull",
        "isNotNull",
        "and",
        "or",
    ];
    let wrong = || malformed("Payload is not valid. Invalid query");
    let mut docs = Vec::new();
    for text in queries {
        let doc: QueryDoc = serde_json::from_str(text).map_err(|_| wrong())?;
        match doc.method.as_str() {
            "select" if doc.values == [json!("*")] => {}
            method if METHODS.contains(&method) => docs.push(doc),
            _ => return Err(wrong()),
        }
    }
    convert::filters(&docs).map_err(|_| wrong())
}

/// What a channel is about; none for a name that never matches.
fn topic(channel: &str) -> Option<Topic> {
    let event = |name: &str| match name {
        "upsert" => Some(PresenceEvent::Upsert),
        "update" => Some(PresenceEvent::Update),
        "delete" => Some(PresenceEvent::Delete),
        _ => None,
    };
    let Some(rest) = channel.strip_prefix("presences.") else {
        return (channel == "presences").then_some(Topic { record: None, event: None });
    };
    if let Some(event) = event(rest) {
        return Some(Topic { record: None, event: Some(event) });
    }
    // An id may hold dots, so what stands at the end decides.
    let (id, event) = match rest.rsplit_once('.') {
        Some((id, last)) if event(last).is_some() => (id, event(last)),
        _ => (rest, None),
    };
    is_id(id).then(|| Topic { record: Some(id.into()), event })
}

fn unsubscribe(data: &Value) -> Result<(Asked, PresenceRequest), Wrong> {
    let wrong = || malformed("Payload is not valid.");
    let list = data.as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)?;
    let ids = list.iter().map(|one| one.get("subscriptionId").and_then(Value::as_str).map(str::to_owned));
    let ids: Vec<String> = ids.collect::<Option<_>>().ok_or_else(wrong)?;
    let names = ids.iter().map(|id| id.as_str().into()).collect();
    Ok((Asked::Unsubscribe(ids), PresenceRequest::Unsubscribe(names)))
}

/// All of an event's frame but the names of the connection's own subscriptions, and the end.
fn event(post: &Post) -> ByteString {
    let Post::Presence(PresencePost { event, record, at, .. }) = post else { return ByteString::new() };
    let name = match event {
        PresenceEvent::Upsert => "upsert",
        PresenceEvent::Update => "update",
        PresenceEvent::Delete => "delete",
    };
    let id = &record.id;
    let events = json!([
        format!("presences.{id}.{name}"),
        format!("presences.*.{name}"),
        format!("presences.{id}"),
        "presences.*"
    ]);
    let channels = json!([
        "presences",
        format!("presences.{id}"),
        format!("presences.{name}"),
        format!("presences.{id}.{name}")
    ]);
    format!(
        r#"{{"type":"event","data":{{"events":{events},"channels":{channels},"timestamp":"{}","payload":{},"subscriptions":"#,
        model::time(*at),
        model::presence(record),
    )
    .into()
}
