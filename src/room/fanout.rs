//! From what left the gate to the frames of each session.
//!
//! A delta is encoded once. Sessions with the same view (the same last number, open object and role, nothing
//! addressed to them alone) share the bytes of the whole frame. Per session the order is the core's: an answer never overtakes a delta.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use bytestring::ByteString;

use super::JOURNEY;
use super::live::LiveTick;
use super::mail::Line;
use super::outbox::{Frame, Outbox};
use super::seat::{Encoded, Seat, add_deltas, append, encode, say, send};
use crate::domain::area::Areas;
use crate::domain::effect::{Audience, Delta, Effect, Live, Numbered, Snapshot, Welcome};
use crate::domain::id::{ObjectId, SessionId, SocketId, StreamId, UserId};
use crate::domain::role::Role;
use crate::domain::time::Millis;
use crate::protocol::close::CloseCode;
use crate::protocol::convert;
use crate::protocol::error::ErrorBody;
use crate::protocol::server::{ReplyDoc, ResyncReason, ServerMessage};

/// See the module.
pub struct Fanout {
    pub(super) stream: StreamId,
    pub(super) upto: u64,
    pub(super) seats: BTreeMap<SessionId, Seat>,
    outboxes: BTreeMap<SocketId, Outbox>,
    carried: BTreeMap<SocketId, SessionId>,
    /// What not everybody has got yet.
    pub(super) deltas: Vec<Encoded>,
    /// When deltas may go to everybody again.
    pub(super) next: Millis,
    pub(super) alone: BTreeSet<SessionId>,
    pub(super) live: LiveTick,
}

impl Fanout {
    /// Nobody is here.
    pub fn new(stream: StreamId) -> Self {
        Fanout {
            stream,
            upto: 0,
            seats: BTreeMap::new(),
            outboxes: BTreeMap::new(),
            carried: BTreeMap::new(),
            deltas: Vec::new(),
            next: Millis::default(),
            alone: BTreeSet::new(),
            live: LiveTick::default(),
        }
    }

    /// The room was rebuilt: another numbering, from `upto`. Sockets stay.
    pub fn restart(&mut self, stream: StreamId, upto: u64) {
        // What waits bears numbers of the old one.
        self.flush_all(Instant::now());
        self.stream = stream;
        self.upto = upto;
        self.live = LiveTick::default();
    }

    /// The numbering that everybody follows.
    pub fn stream(&self) -> StreamId {
        self.stream
    }

    /// A socket says hello; its session is not known yet.
    pub fn arrived(&mut self, outbox: Outbox) {
        self.outboxes.insert(outbox.socket(), outbox);
    }

    /// A socket is gone. Its session keeps what it has in the core, not its seat.
    pub fn gone(&mut self, socket: SocketId) {
        self.outboxes.remove(&socket);
        if let Some(session) = self.carried.remove(&socket) {
            self.seats.remove(&session);
        }
    }

    /// The session that the socket carries.
    pub fn session_of(&self, socket: SocketId) -> Option<SessionId> {
        self.carried.get(&socket).copied()
    }

    /// The sessions that have a socket.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.seats.keys().copied().collect()
    }

    /// How each socket keeps up.
    pub fn lines(&self) -> Vec<Line> {
        let line = |seat: &Seat| Line {
            session: seat.session,
            lag_ms: seat.outbox.pulse().lag_ms(),
            queued: seat.outbox.bytes(),
        };
        self.seats.values().map(line).collect()
    }

    /// Whether no socket is here.
    pub fn is_empty(&self) -> bool {
        self.outboxes.is_empty()
    }

    /// From here on the socket carries the session.
    pub fn attach(
        &mut self,
        session: SessionId,
        user: UserId,
        (role, hidden): (Role, Areas),
        socket: SocketId,
    ) {
        let Some(outbox) = self.outboxes.get(&socket).cloned() else { return };
        let seat = Seat {
            session,
            user,
            role,
            hidden,
            socket,
            outbox,
            open: None,
            upto: self.upto,
            cursor: self.deltas.len(),
            text: String::new(),
            replies: String::new(),
        };
        self.alone.insert(session);
        self.carried.insert(socket, session);
        if let Some(mut old) = self.seats.insert(session, seat) {
            self.carried.remove(&old.socket);
            send(&mut old);
        }
    }

    /// The answer to a socket's hello.
    pub fn welcome(&mut self, socket: SocketId, welcome: &Welcome) {
        let Some(seat) = self.seats.get_mut(&welcome.session).filter(|seat| seat.socket == socket) else {
            return;
        };
        let greeting = seat.outbox.greeting().clone();
        let doc = convert::welcome(welcome, greeting.re, &greeting.secret);
        seat.upto = welcome.upto;
        seat.open = welcome.snapshot.as_ref().map_or(seat.open, |picture| picture.open);
        seat.outbox.set_ping_ms(welcome.ping_ms);
        say(seat, &ServerMessage::Welcome(Box::new(doc)), true);
        self.alone.insert(welcome.session);
    }

    /// What the session sees of stacks from here on.
    pub fn viewing(&mut self, session: SessionId, object: Option<ObjectId>) {
        self.catch_up(session);
        if let Some(seat) = self.seats.get_mut(&session) {
            seat.open = object;
        }
    }

    /// With which role the member's sessions see from here on.
    pub fn sees(&mut self, user: UserId, role: Role, hidden: Areas) {
        let own = self.seats.iter().filter(|(_, seat)| seat.user == user);
        for session in own.map(|(session, _)| *session).collect::<Vec<_>>() {
            self.catch_up(session);
            if let Some(seat) = self.seats.get_mut(&session) {
                seat.role = role;
                seat.hidden = hidden;
            }
        }
    }

    /// A numbered update.
    pub fn delta(&mut self, numbered: &Numbered) {
        let audience = numbered.audience;
        if let Audience::Session(session) = audience {
            self.alone.insert(session);
        } else if !audience.is_shared() {
            let apart = self.seats.values().filter(|seat| audience.sets_apart(seat.session, seat.user));
            self.alone.extend(apart.map(|seat| seat.session));
        }
        match &*numbered.delta {
            Delta::Operation { operation, .. } => {
                tracing::trace!(target: JOURNEY, op = %operation.op_id.0, seats = self.seats.len(), "revealed");
            }
            Delta::Session(view) => self.live.told(view),
            Delta::Roster(roster) => {
                for seat in self.seats.values().filter(|seat| audience.reaches(&seat.observer())) {
                    self.live.seen_anew(seat.session, roster);
                }
            }
            _ => {}
        }
        let text = encode(&convert::delta(&numbered.delta)).into();
        self.deltas.push(Encoded { audience, area: numbered.area, text });
        self.upto = self.upto.max(numbered.seq);
    }

    /// An update ahead of its number, while the room is held.
    pub fn unnumbered(&mut self, effect: &Effect) {
        let Effect::Delta(numbered) = effect else { return };
        let updates = vec![convert::delta(&numbered.delta)];
        let message = ServerMessage::Live { locations: Vec::new(), typing: Vec::new(), updates };
        self.everybody(
            |seat| numbered.audience.reaches(&seat.observer()) && numbered.area.reaches(seat.hidden),
            &message,
        );
    }

    /// A live update: goes with the next tick.
    pub fn live(&mut self, audience: Audience, live: &Live) {
        self.live.take(audience, live);
    }

    /// The answer to a call over a socket.
    pub fn reply(&mut self, socket: SocketId, re: u32, result: Result<ReplyDoc, ErrorBody>) {
        let message = match result {
            Ok(ok) => ServerMessage::Reply { re, ok },
            Err(error) => ServerMessage::Error { re: Some(re), error: Box::new(error) },
        };
        self.tell_socket(socket, &message);
    }

    /// A picture that was asked for: the session's numbers go on from it.
    pub fn reply_snapshot(&mut self, socket: SocketId, re: u32, reply: ReplyDoc, upto: u64) {
        self.reply(socket, re, Ok(reply));
        let session = self.session_of(socket);
        if let Some(seat) = session.and_then(|session| self.seats.get_mut(&session)) {
            seat.upto = seat.upto.max(upto);
        }
    }

    /// A picture that takes the place of a session's replica and of all that waits for it.
    pub fn resync(&mut self, session: SessionId, why: ResyncReason, picture: &Snapshot, now: Instant) {
        self.alone.insert(session);
        metrics::counter!("baton_resyncs_total").increment(1);
        let (stream, place) = (self.stream.0, self.deltas.len());
        let Some(seat) = self.seats.get_mut(&session) else { return };
        let snapshot = Box::new(convert::snapshot(picture));
        let message = ServerMessage::Resync { stream, why, snapshot };
        if !seat.replies.is_empty() {
            let replies: ByteString = format!("[{}]", seat.replies).into();
            seat.outbox.push(Frame { bytes: replies.clone(), replies: Some(replies), upto: None }, now);
        }
        seat.text.clear();
        seat.replies.clear();
        seat.cursor = place;
        seat.upto = picture.upto;
        seat.open = picture.open;
        let bytes = format!("[{}]", encode(&message)).into();
        seat.outbox.replace(Frame { bytes, replies: None, upto: Some(picture.upto) }, now);
    }

    /// Whether the store answers.
    pub fn held(&mut self, held: bool) {
        self.everybody(|_| true, &ServerMessage::Held { held });
    }

    /// How often the session is pinged.
    pub fn set_ping_ms(&self, session: SessionId, ms: u64) {
        if let Some(seat) = self.seats.get(&session) {
            seat.outbox.set_ping_ms(ms);
        }
    }

    /// Asks a socket for a sign of life.
    pub fn ping(&self, socket: SocketId) {
        if let Some(outbox) = self.outboxes.get(&socket) {
            outbox.ping();
        }
    }

    /// Closes a socket, after what is due to it.
    pub fn close(&mut self, socket: SocketId, code: CloseCode) {
        if let Some(session) = self.session_of(socket) {
            self.catch_up(session);
            if let Some(seat) = self.seats.get_mut(&session) {
                send(seat);
            }
        }
        if let Some(outbox) = self.outboxes.get(&socket) {
            outbox.close(code);
        }
    }

    /// Closes the session's socket, if it has one.
    pub fn close_session(&mut self, session: SessionId, code: CloseCode) {
        if let Some(socket) = self.seats.get(&session).map(|seat| seat.socket) {
            self.close(socket, code);
        }
    }

    /// Closes all sockets.
    pub fn close_all(&mut self, code: CloseCode) {
        let sockets: Vec<SocketId> = self.outboxes.keys().copied().collect();
        for socket in sockets {
            self.close(socket, code);
        }
    }

    /// The session is over: its last frames go, then its seat.
    pub fn ended(&mut self, session: SessionId) {
        self.catch_up(session);
        if let Some(mut seat) = self.seats.remove(&session) {
            self.carried.remove(&seat.socket);
            send(&mut seat);
        }
    }

    fn everybody(&mut self, who: impl Fn(&Seat) -> bool, message: &ServerMessage) {
        let text = encode(message);
        let sessions: Vec<SessionId> =
            self.seats.iter().filter(|(_, seat)| who(seat)).map(|(session, _)| *session).collect();
        for session in sessions {
            self.catch_up(session);
            if let Some(seat) = self.seats.get_mut(&session) {
                append(&mut seat.text, &text);
            }
        }
    }

    fn tell_socket(&mut self, socket: SocketId, message: &ServerMessage) {
        match self.session_of(socket) {
            Some(session) => {
                self.catch_up(session);
                if let Some(seat) = self.seats.get_mut(&session) {
                    say(seat, message, true);
                }
            }
            None => {
                // The socket was replaced or is on its way out; what it asked for is still answered.
                if let Some(outbox) = self.outboxes.get(&socket) {
                    let bytes: ByteString = format!("[{}]", encode(message)).into();
                    let frame = Frame { replies: Some(bytes.clone()), bytes, upto: None };
                    outbox.push(frame, Instant::now());
                }
            }
        }
    }

    /// Puts the deltas of this flush that the session has not got yet before what comes next.
    pub(super) fn catch_up(&mut self, session: SessionId) {
        self.alone.insert(session);
        if let Some(seat) = self.seats.get_mut(&session) {
            add_deltas(seat, &self.deltas, self.stream, self.upto);
        }
    }
}

#[cfg(test)]
#[path = "fanout_tests.rs"]
mod tests;
