//! What the console shows, and the times of locks that a workspace sets.

use std::ops::RangeInclusive;

use super::{Closure, Explanation, SessionView};
use crate::domain::limits::Limits;

/// What goes on in a workspace right now.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsoleView {
    /// The live sessions.
    pub sessions: Vec<ConsoleSession>,
    /// The locks, each with its queue.
    pub locks: Vec<Explanation>,
    /// What is closed for edits.
    pub closures: Vec<Closure>,
    /// The times of locks.
    pub settings: LockSettings,
    /// How much there is of what has a bound.
    pub uses: Vec<Use>,
    /// How long a lock is held, in milliseconds, as measured; the newest count most.
    pub hold_ms: u64,
}

/// A live session as the console shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsoleSession {
    /// As its colleagues see it; with the place hidden if its member hides it from the caller.
    pub view: SessionView,
    /// The network address; empty if unknown.
    pub address: String,
    /// Milliseconds since its last frame.
    pub silent_ms: u64,
    /// Locks that it holds.
    pub locks: u32,
    /// Requests of it that wait.
    pub waiting: u32,
    /// Operations that it has typed and not yet had acknowledged.
    pub unsaved: u32,
}

/// How much there is of something that has a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Of what.
    pub what: &'static str,
    /// How much.
    pub used: usize,
    /// At most.
    pub most: usize,
}

/// The times of locks that a workspace sets for itself, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockSettings {
    /// A session whose socket was closed keeps its locks this long: 5 s to 5 min.
    pub grace_ms: u64,
    /// A lock without an edit is released after this: 30 s to an hour.
    pub idle_ms: u64,
    /// The holder is reminded of a request after this: from 5 s on, and before the take-over.
    pub nudge_ms: u64,
    /// The first in the order may take over after this: 15 s to an hour.
    pub take_over_ms: u64,
    /// A request expires after this: later than the take-over, a day at most.
    pub request_ms: u64,
    /// A take-over or force can be undone this long: 10 s to an hour.
    pub undo_ms: u64,
    /// A promise is for this at most: a minute to an hour.
    pub promise_ms: u64,
}

const HOUR: u64 = 3_600_000;
const GRACE: RangeInclusive<u64> = 5_000..=300_000;
const IDLE: RangeInclusive<u64> = 30_000..=HOUR;
const NUDGE: RangeInclusive<u64> = 5_000..=HOUR;
const TAKE_OVER: RangeInclusive<u64> = 15_000..=HOUR;
const REQUEST: RangeInclusive<u64> = 30_000..=24 * HOUR;
const UNDO: RangeInclusive<u64> = 10_000..=HOUR;
const PROMISE: RangeInclusive<u64> = 60_000..=HOUR;

impl LockSettings {
    /// The times that are in force.
    pub fn of(limits: &Limits) -> Self {
        LockSettings {
            grace_ms: limits.grace_ms,
            idle_ms: limits.idle_ms,
            nudge_ms: limits.nudge_ms,
            take_over_ms: limits.take_over_ms,
            request_ms: limits.request_ms,
            undo_ms: limits.undo_ms,
            promise_ms: limits.promise_ms,
        }
    }

    /// Puts them in force.
    pub fn apply(self, limits: &mut Limits) {
        limits.grace_ms = self.grace_ms;
        limits.idle_ms = self.idle_ms;
        limits.nudge_ms = self.nudge_ms;
        limits.take_over_ms = self.take_over_ms;
        limits.request_ms = self.request_ms;
        limits.undo_ms = self.undo_ms;
        limits.promise_ms = self.promise_ms;
    }

    /// Whether each is within its bounds and they go together.
    pub fn fits(self) -> bool {
        GRACE.contains(&self.grace_ms)
            && IDLE.contains(&self.idle_ms)
            && NUDGE.contains(&self.nudge_ms)
            && TAKE_OVER.contains(&self.take_over_ms)
            && REQUEST.contains(&self.request_ms)
            && UNDO.contains(&self.undo_ms)
            && PROMISE.contains(&self.promise_ms)
            && self.nudge_ms < self.take_over_ms
            && self.take_over_ms < self.request_ms
    }

    /// For the audit log.
    pub fn in_words(self) -> String {
        let LockSettings { grace_ms, idle_ms, nudge_ms, take_over_ms, request_ms, undo_ms, promise_ms } =
            self;
        format!(
            "grace {grace_ms} ms, idle {idle_ms} ms, reminder {nudge_ms} ms, take-over {take_over_ms} ms, \
             request {request_ms} ms, undo {undo_ms} ms, promise {promise_ms} ms"
        )
    }
}
