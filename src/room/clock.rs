//! The process's clocks, and the time in which it did not run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::domain::time::{Millis, Now, Timestamp};

/// Somebody looks at the clock at least this often while rooms live.
pub const BEAT: Duration = Duration::from_millis(500);
/// Nobody having looked for longer means that the process did not run, in milliseconds.
const STOOD_STILL_MS: u64 = 2_000;

#[derive(Default)]
struct Seen {
    at: u64,
    stood_still: u64,
}

/// One monotonic clock for all rooms. Whoever looks also notices that nobody has looked for too long: a suspended process.
pub struct Clock {
    base: Instant,
    seen: Mutex<Seen>,
}

/// What the clock says.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The two times of the core.
    pub now: Now,
    /// For how long the process has not run, in milliseconds, since the clock was made.
    pub stood_still: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Clock { base: Instant::now(), seen: Mutex::default() }
    }
}

impl Clock {
    /// Looks.
    pub fn look(&self) -> Look {
        let mono = u64::try_from(self.base.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let gap = mono.saturating_sub(seen.at);
        if gap > STOOD_STILL_MS {
            seen.stood_still += gap;
        }
        seen.at = seen.at.max(mono);
        Look { now: Now { mono: Millis(seen.at), wall: wall() }, stood_still: seen.stood_still }
    }

    /// What this one showed at a moment of the runtime's clock.
    pub fn millis(&self, at: Instant) -> Millis {
        let since = at.saturating_duration_since(self.base).as_millis();
        Millis(u64::try_from(since).unwrap_or(u64::MAX))
    }

    /// The moment of the runtime's clock at which this one shows `at`.
    pub fn instant(&self, at: Millis) -> Instant {
        self.base + Duration::from_millis(at.0)
    }
}

fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
