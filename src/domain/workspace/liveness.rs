//! Signs of life, their absence, and what ends with a session.

use std::collections::BTreeSet;

use super::Workspace;
use super::locks::Phase;
use super::presence::Cause;
use super::requests::DONE;
use super::sessions::Line;
use super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{CloseReason, Effect, Effects, LockEnd, Receipt, RequestEnd};
use crate::domain::id::{InstanceId, ObjectId, SessionId, SocketId, UserId};
use crate::domain::path::LockPath;
use crate::domain::realtime::ClientId;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Millis, Now};

impl Workspace {
    /// A frame came in.
    pub(super) fn heard(&mut self, now: Now, id: SessionId, socket: SocketId, out: &mut Effects) {
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.socket == Some(socket)) else {
            return;
        };
        session.heard = now.mono;
        if session.overdue {
            session.overdue = false;
            self.timers.set(Timer::Session(id), now.mono + self.limits.overdue_ms);
            self.tell_session(now, id, out);
            self.session_back(now, id, out);
        }
        if self.contests.contains_key(&id) {
            self.contest_lost(now, id, out);
        }
    }

    /// When the last frame came in on a session's socket, as its task has noted; nobody is told anything by that. Whether the
    /// session has even so been silent for so long that others are to know, or it is to end.
    pub fn note_heard(&mut self, now: Now, id: SessionId, socket: SocketId, at: Millis) -> bool {
        let (now, at) = (self.own_time(now), self.own_time(Now { mono: at, ..now }).mono);
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.socket == Some(socket)) else {
            return false;
        };
        if at > session.heard {
            session.heard = at;
            let deadline = session.deadline(&self.limits);
            self.timers.set(Timer::Session(id), deadline);
        }
        session.deadline(&self.limits) <= now.mono
    }

    /// Whether a session has perhaps been silent for too long: what the sockets' tasks know is to be noted before that is due.
    pub fn asks_who_was_heard(&self, now: Now) -> bool {
        self.timers.has_due(self.own_time(now).mono, |timer| matches!(timer, Timer::Session(_)))
    }

    /// A call of a session without a socket renews it.
    pub(super) fn renew(&mut self, now: Now, id: SessionId, user: UserId, out: &mut Effects) {
        let Some(session) =
            self.sessions.get_mut(id).filter(|session| session.socket.is_none() && session.user == user)
        else {
            return;
        };
        match session.line {
            Line::Open => {
                session.heard = now.mono;
                session.overdue = false;
                let deadline = session.deadline(&self.limits);
                self.timers.set(Timer::Session(id), deadline);
            }
            // Since a restart only its locks and requests remember it. No page has claimed it: a program is back.
            Line::Grace(_) if session.instance.is_none() => {
                session.line = Line::Open;
                session.bot = true;
                session.instance = Some(InstanceId(id.0));
                session.heard = now.mono;
                let deadline = session.deadline(&self.limits);
                self.timers.set(Timer::Session(id), deadline);
                self.tell_session(now, id, out);
                self.session_back(now, id, out);
                self.arrived(now, user, true, out);
            }
            Line::Grace(_) | Line::Over(_) => {}
        }
    }

    /// A socket is gone; the session is not.
    pub(super) fn socket_lost(&mut self, now: Now, id: SessionId, socket: SocketId, out: &mut Effects) {
        let (grace_ms, silence_ms) = (self.limits.grace_ms, self.limits.silence_ms);
        let park_only_ms = self.limits.park_only_ms;
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.socket == Some(socket)) else {
            return;
        };
        // Silence counts from the last frame, a closed socket from its end; whichever is over first. A grace that was set
        // longer than silence is not cut short by it.
        let until = (now.mono + grace_ms).min(session.heard + silence_ms.max(grace_ms));
        session.socket = None;
        session.line = Line::Grace(until.max(now.mono));
        let user = session.user;
        if let Some((parks, _)) = &mut session.park_only {
            // Who has lost some rights comes back with the others, and with what was typed. Who has lost all does not.
            *parks = until + park_only_ms;
            self.timers.set(Timer::ParkOnly(id), *parks);
            if self.member(user).is_err() {
                return self.end_session(now, id, LockEnd::Revoked, out);
            }
        }
        self.timers.set(Timer::Session(id), until);
        self.tell_session(now, id, out);
        self.session_away(now, id, out);
        if self.contests.contains_key(&id) {
            self.contest_won(now, id, out);
        }
    }

    /// The session leaves for good. Its socket is closed once that is answered.
    pub(super) fn leave(&mut self, now: Now, caller: Caller, out: &mut Effects) -> Result<Receipt, Refusal> {
        let id = self.session(caller)?.id;
        self.end_session(now, id, LockEnd::Left, out);
        DONE
    }

    /// All sessions of an account end.
    pub(super) fn end_sessions(
        &mut self,
        now: Now,
        user: UserId,
        why: CloseReason,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.contests_end(user, out);
        for id in self.sessions.of(user) {
            self.end_and_close(now, id, why, out);
        }
        DONE
    }

    /// Ends a session and closes its socket with a reason.
    pub(super) fn end_and_close(&mut self, now: Now, id: SessionId, why: CloseReason, out: &mut Effects) {
        let socket = self.sessions.get(id).and_then(|session| session.socket);
        self.end_session(now, id, LockEnd::Left, out);
        if let Some(socket) = socket {
            out.push(Effect::Close { socket, why });
        }
    }

    /// A session is over: locks, requests, typing and presence end, in this order. Its id is remembered for a while.
    pub(super) fn end_session(&mut self, now: Now, id: SessionId, why: LockEnd, out: &mut Effects) {
        let until = now.mono + self.limits.memory_ms;
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.lives()) else { return };
        session.line = Line::Over(until);
        session.socket = None;
        session.open = None;
        session.dirty.clear();
        session.asked.clear();
        session.declined.clear();
        session.park_only = None;
        let user = session.user;
        self.leave_channels(&[ClientId::Session(id)], out);
        self.leaves_presences(now, ClientId::Session(id), true, out);
        self.let_go(now, id, why, out);
        self.timers.cancel(Timer::Typing(id));
        self.timers.cancel(Timer::Keys(id));
        self.timers.cancel(Timer::ParkOnly(id));
        self.timers.set(Timer::Session(id), until);
        out.push(Effect::Ended { session: id });
        self.tell_session_ended(now, id, user, out);
        self.departed(now, user, if why == LockEnd::Left { Cause::Left } else { Cause::Lost }, out);
        self.contest_won(now, id, out);
        self.rest_stacks();
    }

    /// All that a session holds and waits for ends.
    fn let_go(&mut self, now: Now, id: SessionId, why: LockEnd, out: &mut Effects) {
        let mut left = self.requests_end(now, id, RequestEnd::Expired, out);
        for path in self.locks.of_session(id) {
            self.end_lock(now, path, why, out);
            left.insert(path.object);
        }
        for object in left {
            self.promote(now, object, out);
        }
    }

    /// All requests of a session end; the objects on which others may have waited behind them.
    pub(super) fn requests_end(
        &mut self,
        now: Now,
        id: SessionId,
        how: RequestEnd,
        out: &mut Effects,
    ) -> BTreeSet<ObjectId> {
        let mut objects = BTreeSet::new();
        for request in self.queue.of_session(id) {
            objects.extend(self.queue.get(request).map(|request| request.path.object));
            self.end_request(now, request, how, out);
        }
        objects
    }

    /// A timer is due; the state says what is to be done.
    pub(super) fn due(&mut self, now: Now, timer: Timer, out: &mut Effects) {
        match timer {
            Timer::Session(id) => self.session_due(now, id, out),
            Timer::Contest(id) => self.contest_won(now, id, out),
            Timer::ParkOnly(id) => self.park_only_over(now, id, out),
            Timer::Typing(session) => self.tell_typing(session, false, out),
            Timer::Presence(user) => self.settle_status(now, user, Cause::Idle, out),
            Timer::Crowd => self.tell_later(now, out),
            Timer::Minute => self.minute_over(now, out),
            Timer::Keys(session) => self.keys_rest(session, out),
            Timer::Lock(path) => self.lock_due(now, path, out),
            Timer::Request(id) => self.request_due(now, id, out),
            Timer::Block(object) => self.block_over(now, object, out),
            Timer::Presences => self.presences_due(now, out),
            Timer::Deadlock(id) => self.circle_due(now, id, out),
            Timer::Refusals(who) => self.refusals_due(now, who, out),
        }
    }

    fn session_due(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let deadline = session.deadline(&self.limits);
        if deadline > now.mono {
            return self.timers.set(Timer::Session(id), deadline);
        }
        match session.line {
            Line::Over(_) => {
                self.sessions.remove(id);
            }
            Line::Grace(_) => self.end_session(now, id, LockEnd::Gone, out),
            Line::Open if session.socket.is_some() && !session.overdue => {
                session.overdue = true;
                let deadline = session.deadline(&self.limits);
                self.timers.set(Timer::Session(id), deadline);
                self.tell_session(now, id, out);
                self.session_away(now, id, out);
            }
            Line::Open if !session.overdue && session.keep_ms > self.limits.silence_ms => {
                // A program that asked to be shown for longer: nobody waits longer for what it holds.
                session.overdue = true;
                let deadline = session.deadline(&self.limits);
                self.timers.set(Timer::Session(id), deadline);
                self.let_go(now, id, LockEnd::Gone, out);
            }
            Line::Open => {
                let socket = session.socket;
                self.end_session(now, id, LockEnd::Gone, out);
                if let Some(socket) = socket {
                    out.push(Effect::Close { socket, why: CloseReason::Silent });
                }
            }
        }
    }

    /// Its locks are shown as reconnecting; nothing waits for its last keystrokes any more.
    fn session_away(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        for path in self.locks.of_session(id) {
            let closed = self.sessions.get(id).is_none_or(|session| session.socket.is_none());
            match self.locks.get(path).map(|lock| lock.phase) {
                Some(Phase::HandingOver { to, .. }) if closed => self.hand_over(now, path, to, out),
                Some(Phase::GivingBack { .. }) if closed => self.given_back(now, path, out),
                Some(_) => self.tell_lock(now, path, out),
                None => {}
            }
        }
    }

    /// Its locks are shown as held again, and what was reserved for it is its own.
    pub(super) fn session_back(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        for path in self.locks.of_session(id) {
            if let Some(Phase::Reserved { request, .. }) = self.locks.get(path).map(|lock| lock.phase) {
                self.take_reserved(now, path, request, out);
            } else {
                self.idle_is_told_again(now, path);
                self.tell_lock(now, path, out);
                self.bot_gives_way_next(now, path, out);
            }
        }
    }

    /// What became idle while its holder was reconnecting is announced before it is released.
    fn idle_is_told_again(&mut self, now: Now, path: LockPath) {
        let Some((edited, idle_ms)) = self.locks.get(path).map(|lock| (lock.edited, lock.idle_ms)) else {
            return;
        };
        let warns = self.warn_after(idle_ms);
        if let Some(lock) = self.locks.get_mut(path).filter(|lock| lock.phase == Phase::Held) {
            let latest = Millis(now.mono.0.saturating_sub(warns));
            lock.edited = edited.max(latest);
            let promised =
                lock.promise.map(|promise| promise.at.min(promise.written + self.limits.refresh_ms));
            self.timers.set(Timer::Lock(path), promised.unwrap_or(lock.edited + warns).max(now.mono));
        }
    }

    /// The session reports what it has typed and not had acknowledged.
    pub(super) fn dirty(
        &mut self,
        now: Now,
        caller: Caller,
        path: LockPath,
        count: u32,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let id = self.session(caller)?.id;
        let most = self.limits.locks * 2;
        let Some(session) = self.sessions.get_mut(id) else { return Err(Refusal::SessionGone) };
        session.active = now.wall;
        if count == 0 {
            session.dirty.remove(&path);
        } else if session.dirty.len() < most || session.dirty.contains_key(&path) {
            session.dirty.insert(path, count);
        } else {
            return Err(Refusal::TooMany { what: "paths with unsaved work", max: most });
        }
        if self.locks.get(path).is_some_and(|lock| lock.session == id) {
            self.tell_lock(now, path, out);
        }
        DONE
    }
}
