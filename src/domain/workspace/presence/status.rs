//! What moves a status: sessions that come and go, input, its absence, choices and their ends.

use super::person::Here;
use crate::domain::command::{Caller, Request};
use crate::domain::effect::{Effects, Receipt, Status};
use crate::domain::id::{SessionId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;
use crate::domain::workspace::Workspace;
use crate::domain::workspace::requests::DONE;
use crate::domain::workspace::timers::Timer;

/// What a held room does is dated by a clock that is set back when it is held no more; never by so much.
const SET_BACK_MS: u64 = 60_000;

/// What happened to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain::workspace) enum Cause {
    /// They chose a status.
    Chosen,
    /// What they chose came to its end.
    Ended,
    /// Time went by.
    Idle,
    /// They did something.
    Input,
    /// A session came.
    Arrived,
    /// A session was left, or the account signed out.
    Left,
    /// A session is gone.
    Lost,
}

impl Workspace {
    /// A session came: a page was opened, which is input, or a program started.
    pub(in crate::domain::workspace) fn arrived(
        &mut self,
        now: Now,
        user: UserId,
        bot: bool,
        out: &mut Effects,
    ) {
        let person = self.presence.person(now, user);
        if !bot {
            person.input = now.mono;
        }
        person.last_seen = Some(now.wall);
        person.dirty = true;
        self.settle_status(now, user, Cause::Arrived, out);
    }

    /// A session has ended.
    pub(in crate::domain::workspace) fn departed(
        &mut self,
        now: Now,
        user: UserId,
        cause: Cause,
        out: &mut Effects,
    ) {
        if self.members.contains_key(&user) {
            self.settle_status(now, user, cause, out);
        } else {
            self.forget_presence(user);
        }
    }

    /// Whoever is no member is forgotten with their last session.
    pub(in crate::domain::workspace) fn forget_presence(&mut self, user: UserId) {
        if !self.members.contains_key(&user) && self.sessions.of(user).is_empty() {
            self.presence.forget(user);
            self.timers.cancel(Timer::Presence(user));
        }
    }

    /// Somebody did something in a session.
    pub(in crate::domain::workspace) fn input(
        &mut self,
        now: Now,
        user: UserId,
        id: SessionId,
        interactions: u32,
        out: &mut Effects,
    ) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.active = now.wall;
        let bot = session.bot;
        let person = self.presence.person(now, user);
        person.last_seen = Some(now.wall);
        person.dirty = true;
        person.interactions = person.interactions.saturating_add(interactions);
        if !bot {
            person.input = now.mono;
            person.chosen = person.chosen.filter(|(status, _)| *status == Status::Busy);
        }
        if matches!(person.status, Status::Away | Status::Offline) {
            self.settle_status(now, user, Cause::Input, out);
        }
        self.count_minute(now);
    }

    /// A report of input, at most every few seconds, about oneself only.
    pub(in crate::domain::workspace) fn active(
        &mut self,
        now: Now,
        caller: Caller,
        user: Option<UserId>,
        interactions: u32,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        if user.is_some_and(|user| user != caller.user) {
            return Err(Refusal::NotYours);
        }
        if interactions == 0 || interactions > self.limits.interactions {
            let max = usize::try_from(self.limits.interactions).unwrap_or(usize::MAX);
            return Err(Refusal::TooMany { what: "interactions (1 at least)", max });
        }
        let id = self.session(caller)?.id;
        let every = self.limits.activity_ms;
        let Some(session) = self.sessions.get_mut(id) else { return Err(Refusal::SessionGone) };
        if let Some(last) = session.reported {
            let passed = now.mono.since(last);
            if passed < every {
                return Err(Refusal::RateLimited { after_ms: every - passed });
            }
        }
        session.reported = Some(now.mono);
        self.input(now, caller.user, id, interactions, out);
        DONE
    }

    /// A request was carried out. If people do such things by hand, somebody did something; whatever a program calls, it did.
    pub(in crate::domain::workspace) fn acted(
        &mut self,
        now: Now,
        caller: Caller,
        by_hand: bool,
        out: &mut Effects,
    ) {
        let Some(session) = caller.session.and_then(|id| self.sessions.living(id)) else { return };
        if session.user == caller.user && (by_hand || session.bot) {
            let id = session.id;
            self.input(now, caller.user, id, 1, out);
        }
    }

    /// Which sessions the member has.
    pub(super) fn here(&self, user: UserId) -> Here {
        let mut here = Here { tabs: false, bots: false };
        for session in self.sessions.living_of(user) {
            if session.bot { here.bots = true } else { here.tabs = true }
        }
        here
    }

    /// Brings the status of a member to what it has to be, and tells it.
    pub(in crate::domain::workspace) fn settle_status(
        &mut self,
        now: Now,
        user: UserId,
        cause: Cause,
        out: &mut Effects,
    ) {
        let (here, settings) = (self.here(user), self.presence.settings);
        let Some(person) = self.presence.people.get_mut(&user) else { return };
        let mut changed = person.ends(now);
        let cause = if changed && cause == Cause::Idle { Cause::Ended } else { cause };
        let (to, reason) = person.due(now, here, &settings, cause);
        let bot = here.bots && !here.tabs;
        changed |= std::mem::replace(&mut person.bot, bot) != bot;
        if to != person.status {
            let (from, counted) = (person.status, std::mem::replace(&mut person.counted, now.mono));
            changed |= person.becomes(now, to, reason, settings.history);
            if to == Status::Offline && !here.tabs && !here.bots {
                // Busy yields to a disconnect.
                person.chosen = None;
                person.last_seen = Some(now.wall);
            }
            let person_bot = person.bot;
            self.presence.minute.spent(from, now.mono.since(counted));
            if to != Status::Offline {
                self.presence.minute.seen(user, person_bot);
            }
        }
        if changed {
            self.count_minute(now);
            self.tell_presence(now, user, out);
        }
        self.watch_status(now, user, here);
    }

    /// Sets the timer of the next change by itself. Of who is not here nothing changes: their words' end is looked at when
    /// somebody looks at them.
    fn watch_status(&mut self, now: Now, user: UserId, here: Here) {
        let settings = self.presence.settings;
        let at = self.presence.get(user).and_then(|person| person.wakes(now, &settings));
        match at.filter(|_| here.tabs || here.bots) {
            Some(at) => self.timers.set(Timer::Presence(user), at.max(now.mono + 1)),
            None => drop(self.timers.cancel(Timer::Presence(user))),
        }
    }

    /// An invariant: whoever does nothing is found idle by the times that are set now.
    pub(in crate::domain::workspace) fn check_statuses(&self) -> Result<(), String> {
        for (user, person) in &self.presence.people {
            let idle_ms = match person.status {
                Status::Online => self.presence.settings.away_ms,
                Status::Away => self.presence.settings.offline_ms,
                Status::Busy | Status::Offline => continue,
            };
            let latest = person.input + idle_ms + SET_BACK_MS;
            let looks = self.timers.at(Timer::Presence(*user)).is_some_and(|at| at <= latest);
            if self.here(*user).tabs && !looks {
                let status = person.status;
                return Err(format!("{user} is {status:?} and may be idle for longer than {idle_ms} ms"));
            }
        }
        Ok(())
    }

    /// After a rebuild: everybody's status is looked at again, and clocks that stood still are set.
    pub(in crate::domain::workspace) fn settle_statuses(&mut self, now: Now, out: &mut Effects) {
        let mut users: Vec<UserId> = self.presence.people.keys().copied().collect();
        users.extend(self.sessions.living_ones().map(|session| session.user));
        users.sort_unstable();
        users.dedup();
        for user in users {
            let here = self.here(user);
            if here.tabs || here.bots {
                self.presence.person(now, user);
            }
            self.settle_status(now, user, Cause::Lost, out);
        }
        self.minute_goes_on(now);
    }
}

/// Whether people do such things by hand. What clients do by themselves (look, report, come back) is no input.
pub(in crate::domain::workspace) fn is_act(request: &Request) -> bool {
    !matches!(
        request,
        Request::Leave
            | Request::Snapshot
            | Request::Open { .. }
            | Request::CloseObject
            | Request::Read { .. }
            | Request::ReadTable { .. }
            | Request::Locate(_)
            | Request::Typing { on: false }
            | Request::Dirty { .. }
            | Request::Flushed { .. }
            | Request::Release { .. }
            | Request::ListParked { .. }
            | Request::Explain { .. }
            | Request::SetStatus { .. }
            | Request::Active { .. }
            | Request::Heartbeat
            | Request::ListPresence { .. }
            | Request::StatusHistory { .. }
            | Request::PresenceSettings
            | Request::Console
            | Request::EndSessions { .. }
    )
}
