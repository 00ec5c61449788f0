//! Ordered deadlines: the truth is in the state, so a deadline that comes too early is looked at again and set anew.

use std::collections::{BTreeMap, BTreeSet};

use super::refusals::Refused;
use crate::domain::id::{ObjectId, RequestId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::time::Millis;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A session may be overdue, gone or forgotten.
    Session(SessionId),
    /// A page that claims a connected session has waited long enough.
    Contest(SessionId),
    /// A member's park-only time is over.
    ParkOnly(SessionId),
    /// Typing in the chat is over.
    Typing(SessionId),
    /// Typing in a field is over.
    Keys(SessionId),
    /// A lock may be idle, or its hand-over or reservation over.
    Lock(LockPath),
    /// A request's next step: a reminder, the right to take over, its expiry.
    Request(RequestId),
    /// A request for a whole object no longer keeps others from new locks in it.
    Block(ObjectId),
    /// A presence record may have lapsed, or wait for its socket no longer.
    Presences,
    /// A member's status may change by itself.
    Presence(UserId),
    /// A crowded room tells what has waited.
    Crowd,
    /// What a minute brought is written.
    Minute,
    /// The youngest request of a deadlock yields.
    Deadlock(RequestId),
    /// What a viewer or a key was refused is to be written.
    Refusals(Refused),
}

/// The set of deadlines; each timer has one at most.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    due: BTreeSet<(Millis, Timer)>,
    at: BTreeMap<Timer, Millis>,
}

impl Timers {
    /// Sets a deadline, in place of the timer's earlier one.
    pub fn set(&mut self, timer: Timer, at: Millis) {
        if let Some(old) = self.at.insert(timer, at) {
            self.due.remove(&(old, timer));
        }
        self.due.insert((at, timer));
    }

    /// Forgets a deadline; whether there was one.
    pub fn cancel(&mut self, timer: Timer) -> bool {
        let old = self.at.remove(&timer);
        old.is_some_and(|old| self.due.remove(&(old, timer)))
    }

    /// Whether a deadline is set.
    pub fn is_set(&self, timer: Timer) -> bool {
        self.at.contains_key(&timer)
    }

    /// The deadline, if one is set.
    pub fn at(&self, timer: Timer) -> Option<Millis> {
        self.at.get(&timer).copied()
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Millis> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Whether such a timer is due by `now`.
    pub fn has_due(&self, now: Millis, such: impl Fn(&Timer) -> bool) -> bool {
        self.due.iter().take_while(|(at, _)| *at <= now).any(|(_, timer)| such(timer))
    }

    /// Takes out the earliest timer that is due by `now`.
    pub fn pop(&mut self, now: Millis) -> Option<Timer> {
        let &(at, timer) = self.due.first()?;
        if at > now {
            return None;
        }
        self.cancel(timer);
        Some(timer)
    }
}
