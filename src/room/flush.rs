//! When what waits in the fan-out is written, and to whom.
//!
//! Who is answered gets the answer at once, with the deltas before it. Everybody else gets deltas in a tick that grows with the
//! audience, as live updates do: among five each at once, among hundreds what came within a thirtieth of a second together. A
//! decision in a room of sixty-four would otherwise cost sixty-four frames, and the next one would wait for them.

use std::time::Instant;

use super::fanout::Fanout;
use super::live;
use super::outbox::Frame;
use super::seat::{add_deltas, deltas_message, send_at};
use super::views::Views;
use crate::domain::area::Areas;
use crate::domain::id::ObjectId;
use crate::domain::role::Role;
use crate::domain::time::Millis;

/// What sessions have in common that share a frame: how many of the waiting deltas they have, the last number that they know,
/// what is open, and what they may see.
type View = (usize, u64, Option<ObjectId>, Role, Areas);

impl Fanout {
    /// When something that waits for a tick is due.
    pub fn due(&self) -> Option<Millis> {
        let deltas = (!self.deltas.is_empty()).then_some(self.next);
        deltas.into_iter().chain(self.live.due()).min()
    }

    /// Writes one frame for each session for all that is due to it.
    pub fn flush(&mut self, now: Millis, instant: Instant) {
        let live = self.live.due().is_some_and(|due| due <= now);
        // Where somebody is must not be told before that they are.
        if !self.deltas.is_empty() && (live || self.next <= now) {
            self.next = now + live::pause(self.flush_all(instant));
        } else {
            self.flush_alone(instant);
        }
        if live {
            self.live.flush(now, &self.seats);
        }
    }

    /// Those for whom there is something besides what all get; the others' deltas wait.
    fn flush_alone(&mut self, now: Instant) {
        for session in std::mem::take(&mut self.alone) {
            if let Some(seat) = self.seats.get_mut(&session) {
                add_deltas(seat, &self.deltas, self.stream, self.upto);
                send_at(seat, now);
            }
        }
    }

    /// Everybody; afterwards nothing waits. How many frames it took.
    pub(super) fn flush_all(&mut self, now: Instant) -> u64 {
        self.flush_alone(now);
        let mut sent = 0;
        let mut shared: Views<View, Option<Frame>> = Views::new();
        for seat in self.seats.values_mut() {
            let frame = shared.of((seat.cursor, seat.upto, seat.open, seat.role, seat.hidden), || {
                let text = deltas_message(seat, &self.deltas, self.stream, self.upto)?;
                Some(Frame { bytes: format!("[{text}]").into(), replies: None, upto: Some(self.upto) })
            });
            if let Some(frame) = frame {
                seat.upto = self.upto;
                seat.outbox.push(frame, now);
                sent += 1;
            }
            seat.cursor = 0;
        }
        self.deltas.clear();
        sent
    }
}
