//! Who was heard when. The sockets' tasks note it; the room looks when silence would matter, and is told of a frame only by
//! those whose silence has begun to.

use super::clock::Clock;
use super::seat::Seat;
use super::turn::Room;
use crate::domain::id::SocketId;
use crate::domain::time::Now;
use crate::domain::workspace::Workspace;

impl Room {
    /// Tells the core when each socket was heard last.
    pub(super) fn note_heard(&mut self) {
        let Some(core) = &mut self.core else { return };
        for seat in self.fanout.seats.values() {
            note(core, &self.clock, self.now, seat);
        }
    }

    /// Tells the core when that socket was heard last.
    pub(super) fn note_heard_on(&mut self, socket: SocketId) {
        let Some(core) = &mut self.core else { return };
        let session = self.fanout.session_of(socket);
        if let Some(seat) = session.and_then(|session| self.fanout.seats.get(&session)) {
            note(core, &self.clock, self.now, seat);
        }
    }
}

fn note(core: &mut Workspace, clock: &Clock, now: Now, seat: &Seat) {
    let mut is_silent = || {
        let at = clock.millis(seat.outbox.pulse().last_heard());
        core.note_heard(now, seat.session, seat.socket, at)
    };
    if is_silent() {
        seat.outbox.pulse().await_frame();
        // One may have come in just before it was awaited.
        is_silent();
    }
}
