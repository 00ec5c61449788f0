//! A session with a socket, and the text that is being put together for it.

use std::time::Instant;

use serde::Serialize;

use super::outbox::{Frame, Outbox};
use crate::domain::area::Areas;
use crate::domain::effect::{Area, Audience, Observer};
use crate::domain::id::{ObjectId, SessionId, SocketId, StreamId, UserId};
use crate::domain::role::Role;
use crate::protocol::server::ServerMessage;
use bytestring::ByteString;

/// A session that has a socket.
pub(super) struct Seat {
    pub(super) session: SessionId,
    pub(super) user: UserId,
    pub(super) role: Role,
    pub(super) hidden: Areas,
    pub(super) socket: SocketId,
    pub(super) outbox: Outbox,
    pub(super) open: Option<ObjectId>,
    /// The last number that the session knows.
    pub(super) upto: u64,
    /// The deltas that wait before this one are sent or in `text`, or stand in a picture.
    pub(super) cursor: usize,
    pub(super) text: String,
    pub(super) replies: String,
}

/// A delta, encoded once.
pub(super) struct Encoded {
    pub(super) audience: Audience,
    pub(super) area: Area,
    pub(super) text: ByteString,
}

impl Seat {
    /// As the filter of updates knows it.
    pub(super) fn observer(&self) -> Observer {
        Observer {
            session: self.session,
            user: self.user,
            role: self.role,
            hidden: self.hidden,
            open: self.open,
        }
    }
}

/// The message with the deltas from the seat's cursor on, if one of them is for it.
pub(super) fn deltas_message(seat: &Seat, deltas: &[Encoded], stream: StreamId, upto: u64) -> Option<String> {
    let mut list = String::new();
    let observer = seat.observer();
    for one in deltas.iter().skip(seat.cursor) {
        if one.audience.reaches(&observer) && one.area.reaches(seat.hidden) {
            append(&mut list, &one.text);
        }
    }
    if list.is_empty() {
        return None;
    }
    let (stream, after) = (stream.0, seat.upto);
    Some(format!(
        r#"{{"type":"deltas","stream":"{stream}","after":{after},"upto":{upto},"deltas":[{list}]}}"#
    ))
}

pub(super) fn add_deltas(seat: &mut Seat, deltas: &[Encoded], stream: StreamId, upto: u64) {
    if let Some(message) = deltas_message(seat, deltas, stream, upto) {
        append(&mut seat.text, &message);
        seat.upto = upto;
    }
    seat.cursor = deltas.len();
}

pub(super) fn say(seat: &mut Seat, message: &ServerMessage, answer: bool) {
    let text = encode(message);
    append(&mut seat.text, &text);
    if answer {
        append(&mut seat.replies, &text);
    }
}

pub(super) fn send(seat: &mut Seat) {
    send_at(seat, Instant::now());
}

pub(super) fn send_at(seat: &mut Seat, now: Instant) {
    if seat.text.is_empty() {
        return;
    }
    let bytes = format!("[{}]", std::mem::take(&mut seat.text)).into();
    let replies = std::mem::take(&mut seat.replies);
    let replies = (!replies.is_empty()).then(|| format!("[{replies}]").into());
    seat.outbox.push(Frame { bytes, replies, upto: Some(seat.upto) }, now);
}

pub(super) fn append(list: &mut String, one: &str) {
    if !list.is_empty() {
        list.push(',');
    }
    list.push_str(one);
}

pub(super) fn encode<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("messages hold no map with other than text keys")
}
