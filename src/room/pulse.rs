//! Signs of life of a client: its socket's task notes them, and the room looks them up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// No ping has been answered yet.
const UNKNOWN: u64 = u64::MAX;

/// See the module.
pub struct Pulse {
    born: Instant,
    /// When the last frame came in, in milliseconds since `born`.
    heard_ms: AtomicU64,
    awaited: AtomicBool,
    lag_ms: AtomicU64,
}

impl Pulse {
    /// Its hello came in just now.
    pub(super) fn new(now: Instant) -> Self {
        Pulse {
            born: now,
            heard_ms: AtomicU64::new(0),
            awaited: AtomicBool::new(false),
            lag_ms: AtomicU64::new(UNKNOWN),
        }
    }

    /// A frame came in. Whether the room waits for it: then it is to be told, and else it looks for itself.
    pub fn heard(&self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.born).as_millis();
        // In one order with what the room does: either it sees the frame, or the task sees that the room waits.
        self.heard_ms.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::SeqCst);
        self.awaited.swap(false, Ordering::SeqCst)
    }

    /// When the last frame came in.
    pub fn last_heard(&self) -> Instant {
        self.born + Duration::from_millis(self.heard_ms.load(Ordering::SeqCst))
    }

    /// The next frame is to be told to the room. Who looks at [`Pulse::last_heard`] afterwards misses none.
    pub fn await_frame(&self) {
        self.awaited.store(true, Ordering::SeqCst);
    }

    /// How long the last ping took to be answered, in milliseconds; none before the first answer.
    pub fn lag_ms(&self) -> Option<u64> {
        Some(self.lag_ms.load(Ordering::Relaxed)).filter(|ms| *ms != UNKNOWN)
    }

    /// A ping was answered.
    pub fn set_lag_ms(&self, ms: u64) {
        self.lag_ms.store(ms, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_told_once_to_a_room_that_waits_for_it() {
        let born = Instant::now();
        let pulse = Pulse::new(born);
        let later = born + Duration::from_millis(70);
        assert!(!pulse.heard(later), "nobody waits for it");
        assert_eq!(pulse.last_heard(), later);
        pulse.await_frame();
        assert!(pulse.heard(later + Duration::from_millis(5)));
        assert!(!pulse.heard(later), "it was told");
    }
}
