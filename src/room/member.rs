//! The guard of a socket in a room. Dropped in whatever way, it says "socket lost", never "left".

use tokio::sync::mpsc::OwnedPermit;

use super::feed::Feed;
use super::outbox::Outbox;
use crate::domain::id::SocketId;

/// A socket that is gone.
#[derive(Debug, Clone, Copy)]
pub struct Lost {
    /// Which.
    pub socket: SocketId,
    /// Whether it said goodbye.
    pub goodbye: bool,
}

/// Where the room's words for a socket go.
enum Line {
    Outbox(Outbox),
    Feed(Feed),
}

/// See the module. Its place in the room's channel is reserved when it is made, so the news always arrives.
pub struct Attachment {
    line: Line,
    goodbye: bool,
    place: Option<OwnedPermit<Lost>>,
}

impl Attachment {
    pub(super) fn new(outbox: Outbox, place: OwnedPermit<Lost>) -> Self {
        Attachment { line: Line::Outbox(outbox), goodbye: false, place: Some(place) }
    }

    pub(super) fn of_feed(feed: Feed, place: OwnedPermit<Lost>) -> Self {
        Attachment { line: Line::Feed(feed), goodbye: false, place: Some(place) }
    }

    /// The client has said goodbye: it will not be back in a moment.
    pub fn goodbye(&mut self) {
        self.goodbye = true;
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        // First the flag: a hello that is still in the mailbox is then not taken any more.
        let socket = match &self.line {
            Line::Outbox(outbox) => {
                outbox.abandon();
                outbox.socket()
            }
            Line::Feed(feed) => {
                feed.abandon();
                feed.socket()
            }
        };
        if let Some(place) = self.place.take() {
            place.send(Lost { socket, goodbye: self.goodbye });
        }
    }
}
