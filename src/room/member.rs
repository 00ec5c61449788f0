//! The guard of a socket in a room. Dropped in whatever way, it says "socket lost", never "left".

use tokio::sync::mpsc::OwnedPermit;

use super::outbox::Outbox;
use crate::domain::id::SocketId;

/// A socket that is gone.
#[derive(Debug, Clone, Copy)]
pub struct Lost {
    /// Which.
    pub socket: SocketId,
}

/// See the module. Its place in the room's channel is reserved when it is made, so the news always arrives.
pub struct Attachment {
    outbox: Outbox,
    place: Option<OwnedPermit<Lost>>,
}

impl Attachment {
    pub(super) fn new(outbox: Outbox, place: OwnedPermit<Lost>) -> Self {
        Attachment { outbox, place: Some(place) }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        // First the flag: a hello that is still in the mailbox is then not taken any more.
        self.outbox.abandon();
        if let Some(place) = self.place.take() {
            place.send(Lost { socket: self.outbox.socket() });
        }
    }
}
