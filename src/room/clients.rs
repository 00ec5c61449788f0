//! Sockets of other systems' clients: how they come into a room, what they ask, how they go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use super::calls::{Asker, tell};
use super::feed::{Feed, Item, Parcel};
use super::turn::{Phase, Room};
use crate::domain::command::{Command, RealtimeRequest};
use crate::domain::effect::Answer;
use crate::domain::id::SocketId;
use crate::domain::realtime::{Credentials, Party};
use crate::domain::refusal::Refusal;
use crate::protocol::close::{self, CloseCode};

/// A client's feed, and by which sign-in it is somebody.
struct Client {
    feed: Feed,
    sign_in: Option<Uuid>,
}

/// The clients that are here.
#[derive(Default)]
pub(super) struct Clients(BTreeMap<SocketId, Client>);

impl Clients {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn post(&self, socket: SocketId, parcel: &Arc<Parcel>, subscriptions: &[Arc<str>], now: Instant) {
        if let Some(client) = self.0.get(&socket) {
            let (parcel, subscriptions) = (Arc::clone(parcel), subscriptions.to_vec());
            client.feed.push(Item::Post { parcel, subscriptions }, now);
        }
    }

    pub fn answer(&self, socket: SocketId, tag: u32, result: Result<Answer, Refusal>) {
        if let Some(client) = self.0.get(&socket) {
            client.feed.push(Item::Answer { tag, result: Box::new(result) }, Instant::now());
        }
    }

    pub fn close(&self, socket: SocketId, code: CloseCode) {
        if let Some(client) = self.0.get(&socket) {
            client.feed.close(code);
        }
    }

    pub fn close_all(&self, code: CloseCode) {
        self.0.values().for_each(|client| client.feed.close(code));
    }

    fn of_sign_in(&self, sign_in: Uuid) -> Vec<SocketId> {
        let its = self.0.iter().filter(|(_, client)| client.sign_in == Some(sign_in));
        its.map(|(socket, _)| *socket).collect()
    }
}

/// A client that comes in, or proves something else about itself.
pub struct Entering {
    /// Where its posts and answers go.
    pub feed: Feed,
    /// What it has proved.
    pub credentials: Credentials,
    /// By which sign-in; it is nobody when that ends.
    pub sign_in: Option<Uuid>,
}

impl Room {
    /// A client comes in. While the room cannot take it, it is told to come again.
    pub(super) fn enter(&mut self, entering: Entering) {
        let Entering { feed, credentials, sign_in } = entering;
        if feed.is_abandoned() {
            return;
        }
        if self.phase != Phase::Running {
            return feed.close(close::BUSY);
        }
        let socket = feed.socket();
        self.clients.0.insert(socket, Client { feed, sign_in });
        self.run(Command::Entered { socket, credentials }, None);
    }

    /// A client is gone. True: it was one.
    pub(super) fn client_lost(&mut self, socket: SocketId, goodbye: bool) -> bool {
        let known = self.clients.0.remove(&socket).is_some();
        if known {
            self.run(Command::Departed { socket, goodbye }, None);
        }
        known
    }

    /// The sockets of a sign-in that has ended speak for nobody any more.
    pub(super) fn clients_signed_out(&mut self, sign_in: Uuid) {
        for socket in self.clients.of_sign_in(sign_in) {
            self.run(Command::Entered { socket, credentials: Credentials::default() }, None);
        }
    }

    /// Somebody asks something of the realtime service.
    pub(super) fn realtime(&mut self, by: Party, request: RealtimeRequest, asker: Asker) {
        if let Some(refusal) = self.refuses(false) {
            return tell(asker, Err(refusal), &mut self.fanout, &self.clients);
        }
        let call = self.calls.add(asker, "realtime", self.instant);
        self.run(Command::Realtime { by, call, request }, None);
    }
}
