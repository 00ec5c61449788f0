//! What clients of the realtime service are told, beside the deltas of the editor.

use std::sync::Arc;
use std::time::Instant;

use super::clients::Clients;
use super::fanout::Fanout;
use super::feed::Parcel;
use super::seat::{append, encode};
use crate::domain::realtime::{ClientId, Post, Recipient};
use crate::protocol::convert;

impl Fanout {
    /// Something for clients of the realtime service: sessions here, the others by their feeds.
    pub fn post(&mut self, to: &[Recipient], post: Arc<Post>, clients: &Clients, now: Instant) {
        let parcel = Arc::new(Parcel::new(post));
        let mut text: Option<(&[Arc<str>], _)> = None;
        for Recipient { client, subscriptions } in to {
            match client {
                ClientId::Socket(socket) => clients.post(*socket, &parcel, subscriptions, now),
                ClientId::Session(session) if self.seats.contains_key(session) => {
                    // Sessions whose subscriptions have the same names share the text; in channels all do.
                    if text.as_ref().is_none_or(|(of, _)| *of != subscriptions.as_slice()) {
                        text = Some((subscriptions, encode(&convert::post(&parcel.post, subscriptions))));
                    }
                    self.catch_up(*session);
                    if let (Some(seat), Some((_, text))) = (self.seats.get_mut(session), &text) {
                        append(&mut seat.text, text);
                    }
                }
                ClientId::Session(_) => {}
            }
        }
    }
}
