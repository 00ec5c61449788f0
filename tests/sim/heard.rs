//! Who was heard when, as the sockets' tasks note it and the room looks.

use std::collections::{BTreeMap, BTreeSet};

use baton::domain::id::{SessionId, SocketId};
use baton::domain::time::{Millis, Now};
use baton::domain::workspace::Workspace;

#[derive(Default)]
pub struct Heard {
    last: BTreeMap<SocketId, Millis>,
    awaited: BTreeSet<SocketId>,
}

impl Heard {
    /// A frame came in; whether the room is told.
    pub fn frame(&mut self, socket: SocketId, now: Now) -> bool {
        self.last.insert(socket, now.mono);
        self.awaited.remove(&socket)
    }

    /// The next frame is told.
    pub fn await_frame(&mut self, socket: SocketId) {
        self.awaited.insert(socket);
    }

    /// The room looks.
    pub fn note(&mut self, core: &mut Workspace, now: Now, session: SessionId, socket: SocketId) {
        let Some(at) = self.last.get(&socket) else { return };
        if core.note_heard(now, session, socket, *at) {
            self.awaited.insert(socket);
        }
    }
}
