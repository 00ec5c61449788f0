//! Time as the core sees it: handed in, never asked for.

use std::ops::Add;

/// Milliseconds on the process's monotonic clock. Leases, graces, typing and idle use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    /// How much later `self` is than `earlier`; zero if it is not later.
    pub fn since(self, earlier: Millis) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<u64> for Millis {
    type Output = Millis;

    fn add(self, ms: u64) -> Millis {
        Millis(self.0.saturating_add(ms))
    }
}

/// Milliseconds since the Unix epoch on the server's wall clock. Shown to people and stored; never used for a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)))
    }
}

/// The two clocks that come with every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Monotonic; never goes backwards within one life of a room.
    pub mono: Millis,
    /// Wall clock; may jump.
    pub wall: Timestamp,
}
