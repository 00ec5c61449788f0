//! One member's status: what it is, why, and what is remembered of it.

use std::collections::VecDeque;

use crate::domain::effect::{
    PresenceRow, PresenceSettings, PresenceView, Privacy, Status, StatusChange, StatusReason,
};
use crate::domain::id::UserId;
use crate::domain::time::{Millis, Now, Timestamp};

/// Status changes of a member that are kept in memory; older ones are in the store.
const RECENT: usize = 100;
/// A choice that was stored counts as left behind if its member was last seen so long ago, in milliseconds: the grace, and
/// the minute between two writes.
const LEFT_BEHIND_MS: i64 = 90_000;

/// Which sessions a member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here {
    /// A browser tab.
    pub tabs: bool,
    /// A program.
    pub bots: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub user: UserId,
    pub status: Status,
    pub previous: Status,
    pub reason: StatusReason,
    pub since: Timestamp,
    /// From when on the time in the status has not been counted.
    pub counted: Millis,
    pub message: String,
    pub until: Option<Timestamp>,
    /// Away or busy by choice.
    pub chosen: Option<(Status, Timestamp)>,
    /// The last input in any of the tabs.
    pub input: Millis,
    pub last_seen: Option<Timestamp>,
    pub avatar: String,
    pub privacy: Privacy,
    pub bot: bool,
    /// How many changes the history has had, and how many of them have been handed to the store.
    pub history: u64,
    pub written: u64,
    pub recent: VecDeque<StatusChange>,
    /// Interactions in this minute and in the last whole one.
    pub interactions: u32,
    pub per_minute: u32,
    /// Something is to be stored with the minute.
    pub dirty: bool,
    /// Changes that may be chosen now, and when that was counted.
    pub budget: (u64, Millis),
}

impl Person {
    pub fn new(now: Now, user: UserId) -> Self {
        Person {
            user,
            status: Status::Offline,
            previous: Status::Offline,
            reason: StatusReason::Disconnect,
            since: now.wall,
            counted: now.mono,
            message: String::new(),
            until: None,
            chosen: None,
            input: now.mono,
            last_seen: None,
            avatar: String::new(),
            privacy: Privacy::Everyone,
            bot: false,
            history: 0,
            written: 0,
            recent: VecDeque::new(),
            interactions: 0,
            per_minute: 0,
            dirty: false,
            budget: (u64::MAX, now.mono),
        }
    }

    /// As the store knows it, after a start.
    pub fn restore(now: Now, row: PresenceRow) -> Self {
        // Who was here after choosing and is gone since has been disconnected while nobody wrote it down.
        let left = row.chosen.zip(row.last_seen).is_some_and(|((_, chosen), seen)| {
            seen > chosen && now.wall.0.saturating_sub(seen.0) > LEFT_BEHIND_MS
        });
        Person {
            since: row.last_seen.unwrap_or(now.wall),
            message: row.message,
            until: row.until,
            chosen: row.chosen.filter(|_| !left),
            last_seen: row.last_seen,
            avatar: row.avatar,
            privacy: row.privacy,
            history: row.history,
            written: row.history,
            ..Person::new(now, row.user)
        }
    }

    /// After a failed write: what must be durable is as it was before there was a row.
    pub fn not_stored(&mut self) {
        self.privacy = Privacy::Everyone;
        self.avatar.clear();
        self.written = 0;
        self.dirty = true;
    }

    /// After a failed write: what must be durable is as it stands in the row; the rest is written again.
    pub fn stored(&mut self, row: PresenceRow) {
        self.privacy = row.privacy;
        self.avatar = row.avatar;
        self.written = row.history;
    }

    pub fn row(&self) -> PresenceRow {
        PresenceRow {
            user: self.user,
            privacy: self.privacy,
            avatar: self.avatar.clone(),
            message: self.message.clone(),
            until: self.until,
            chosen: self.chosen,
            last_seen: self.last_seen,
            history: self.written,
        }
    }

    /// Takes back what has come to its set end. True if there was something.
    pub fn ends(&mut self, now: Now) -> bool {
        if self.until.is_none_or(|until| until > now.wall) {
            return false;
        }
        self.until = None;
        self.message.clear();
        self.chosen = None;
        self.dirty = true;
        true
    }

    /// What the status has to be, and why it would change to that.
    pub fn due(
        &self,
        now: Now,
        here: Here,
        settings: &PresenceSettings,
        cause: super::Cause,
    ) -> (Status, StatusReason) {
        use super::Cause;
        if !here.tabs && !here.bots {
            let left = matches!(cause, Cause::Left);
            return (Status::Offline, if left { StatusReason::Manual } else { StatusReason::Disconnect });
        }
        let by = match cause {
            Cause::Chosen => StatusReason::Manual,
            Cause::Ended => StatusReason::Timeout,
            _ => StatusReason::Resume,
        };
        // A program has no idle time: it says by its calls that it lives.
        let idle = if here.tabs { now.mono.since(self.input) } else { 0 };
        match self.chosen {
            Some((Status::Busy, _)) => (Status::Busy, by),
            _ if idle >= settings.offline_ms => (Status::Offline, StatusReason::Timeout),
            Some((chosen, _)) => (chosen, by),
            None if idle >= settings.away_ms => (Status::Away, StatusReason::IdleTimeout),
            None => (Status::Online, by),
        }
    }

    /// The next moment at which the status may change by itself, on both clocks' word.
    pub fn wakes(&self, now: Now, settings: &PresenceSettings) -> Option<Millis> {
        let ends =
            self.until.map(|until| now.mono + u64::try_from(until.0.saturating_sub(now.wall.0)).unwrap_or(0));
        let idle = match self.status {
            Status::Online => Some(self.input + settings.away_ms),
            Status::Away => Some(self.input + settings.offline_ms),
            Status::Busy | Status::Offline => None,
        };
        ends.into_iter().chain(idle).min()
    }

    /// The status changes. True if it is another.
    pub fn becomes(&mut self, now: Now, to: Status, reason: StatusReason, history: bool) -> bool {
        if self.status == to {
            return false;
        }
        (self.previous, self.status, self.reason, self.since) = (self.status, to, reason, now.wall);
        self.dirty = true;
        if history {
            self.history += 1;
            if self.recent.len() >= RECENT {
                self.recent.pop_front();
            }
            let from = self.previous;
            self.recent.push_back(StatusChange { number: self.history, at: now.wall, from, to, reason });
        }
        true
    }

    /// What is seen of it by who may see the status.
    pub fn view(&self, now: Now) -> PresenceView {
        let over = self.until.is_some_and(|until| until <= now.wall);
        PresenceView {
            user: self.user,
            status: self.status,
            previous: self.previous,
            reason: self.reason,
            since: self.since,
            message: if over { String::new() } else { self.message.clone() },
            until: self.until.filter(|_| !over),
            last_seen: self.last_seen,
            bot: self.bot,
            avatar: self.avatar.clone(),
            privacy: None,
        }
    }

    /// The same for the member, who also sees what others see.
    pub fn own_view(&self, now: Now) -> PresenceView {
        PresenceView { privacy: Some(self.privacy), ..self.view(now) }
    }

    /// What is left to see for others: who they are, and nothing of how they are.
    pub fn veiled(&self) -> PresenceView {
        PresenceView {
            user: self.user,
            status: Status::Offline,
            previous: Status::Offline,
            reason: StatusReason::Disconnect,
            since: Timestamp(0),
            message: String::new(),
            until: None,
            last_seen: None,
            bot: false,
            avatar: self.avatar.clone(),
            privacy: None,
        }
    }
}
