//! A lock's life between its grant and its end: use, idleness, what everybody sees.

use super::super::Workspace;
use super::super::locks::{HeldPromise, Lock, LockRequest, Phase};
use super::super::timers::Timer;
use super::Because;
use crate::domain::effect::{
    Audience, Delta, Effect, Effects, LockEnd, LockView, PastFence, RequestEnd, Write,
};
use crate::domain::id::{RequestId, SessionId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::stack::Revision;
use crate::domain::time::Now;

impl Workspace {
    /// Gives a free lock to a session.
    pub(in crate::domain::workspace) fn grant(
        &mut self,
        now: Now,
        path: LockPath,
        session: SessionId,
        out: &mut Effects,
    ) -> Fence {
        let fence = self.locks.next_fence();
        let Some((user, secret)) = self.sessions.get(session).map(|session| (session.user, session.secret))
        else {
            return fence;
        };
        let idle_ms = self.idle_of_grant(path, session);
        let lock = Lock::new(path, fence, (session, user, secret), now, idle_ms);
        self.timers.set(Timer::Lock(path), now.mono + self.warn_after(idle_ms));
        out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        self.locks.insert(lock);
        self.tell_lock(now, path, out);
        self.supersede(now, path, session, out);
        self.find_circles_through(now, path, user, out);
        self.bot_gives_way_next(now, path, out);
        fence
    }

    /// How long a lock that is granted now may be idle: others may be waiting for it already.
    pub(in crate::domain::workspace) fn idle_of_grant(&self, path: LockPath, to: SessionId) -> u64 {
        let waiting = self.queue.overlapping(path).any(|request| request.session != to);
        if waiting { self.limits.idle_asked_ms.min(self.limits.idle_ms) } else { self.limits.idle_ms }
    }

    /// What the session has got in another way it need not wait for any more.
    pub(in crate::domain::workspace) fn supersede(
        &mut self,
        now: Now,
        path: LockPath,
        session: SessionId,
        out: &mut Effects,
    ) {
        let covered = |request: &LockRequest| {
            request.path == path || (path.item.is_none() && request.path.object == path.object)
        };
        for id in self.queue.of_session(session) {
            if self.queue.get(id).is_some_and(covered) {
                self.end_request(now, id, RequestEnd::Superseded, out);
            }
        }
    }

    /// A lock ends and is told to have ended. What follows is the caller's to decide.
    pub(in crate::domain::workspace) fn end_lock(
        &mut self,
        now: Now,
        path: LockPath,
        why: LockEnd,
        out: &mut Effects,
    ) {
        self.end_lock_because(now, path, why, Because::default(), out);
    }

    /// A lock ends by somebody's doing, and the holder is told whose and why.
    pub(in crate::domain::workspace) fn end_lock_because(
        &mut self,
        now: Now,
        path: LockPath,
        why: LockEnd,
        because: Because<'_>,
        out: &mut Effects,
    ) {
        let Some(lock) = self.locks.remove(path) else { return };
        self.timers.cancel(Timer::Lock(path));
        let (session, user, fence) = (lock.session, lock.user, lock.fence);
        self.past_fences.keep(now, PastFence { fence, path, session, user });
        self.hold_ms = (self.hold_ms * 7 + now.mono.since(lock.granted)) / 8;
        out.push(Effect::Write(Write::LockEnded { path, at: now.wall }));
        let revision = self.objects.get(&path.object).map(|head| head.revision).unwrap_or_default();
        let (wrote, by, reason) = (lock.wrote, because.by, because.reason.to_owned());
        let ended = Delta::LockEnded { path, session, why, revision, wrote, by, reason };
        self.tell(now, Audience::All, ended, out);
        if let Some(promise) = lock.promise {
            self.word_kept_no_more(now, promise.request, out);
        }
        self.open_circles(now, out);
    }

    /// A request ends, once.
    pub(in crate::domain::workspace) fn end_request(
        &mut self,
        now: Now,
        id: RequestId,
        how: RequestEnd,
        out: &mut Effects,
    ) {
        self.end_request_because(now, id, how, String::new(), out);
    }

    /// A request ends, once, with the holder's words.
    pub(in crate::domain::workspace) fn end_request_because(
        &mut self,
        now: Now,
        id: RequestId,
        how: RequestEnd,
        reason: String,
        out: &mut Effects,
    ) {
        let Some(request) = self.queue.remove(id) else { return };
        self.timers.cancel(Timer::Request(id));
        out.push(Effect::Write(Write::RequestEnded(id)));
        let delta =
            Delta::RequestEnded { request: id, path: request.path, session: request.session, how, reason };
        self.tell(now, Audience::All, delta, out);
        // A hand-over to somebody who no longer asks is off; the holder may go on.
        let path = request.path;
        let off: Vec<LockPath> = self
            .locks
            .of_object(path.object)
            .filter(|lock| matches!(lock.phase, Phase::HandingOver { to, .. } if to == id))
            .map(|lock| lock.path)
            .collect();
        for path in off {
            if how != RequestEnd::Granted {
                self.thaw(now, path, out);
            }
        }
        self.unblock(now, id, request.path.object);
        if how != RequestEnd::Granted {
            self.word_void(now, id, request.path, out);
        }
        self.open_circles(now, out);
        self.lengthen_idle(now, path, out);
    }

    /// The idle time that a request had shortened is whole again when none waits any more.
    fn lengthen_idle(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let held: Vec<LockPath> = self
            .locks
            .of_object(path.object)
            .filter(|lock| lock.phase == Phase::Held && lock.path.conflicts(path))
            .filter(|lock| self.queue.overlapping(lock.path).all(|other| other.session == lock.session))
            .map(|lock| lock.path)
            .collect();
        let idle_ms = self.limits.idle_ms;
        for path in held {
            let Some(lock) = self.locks.get_mut(path).filter(|lock| lock.idle_ms < idle_ms) else { continue };
            lock.idle_ms = idle_ms;
            let (edited, warned) = (lock.edited, lock.warned.take());
            self.timers.set(Timer::Lock(path), (edited + self.warn_after(idle_ms)).max(now.mono));
            if warned.is_some() {
                self.tell_lock(now, path, out);
            }
        }
    }

    /// How long without an edit until the holder is warned.
    pub(in crate::domain::workspace) fn warn_after(&self, idle_ms: u64) -> u64 {
        idle_ms.saturating_sub(self.limits.idle_warning_ms.min(idle_ms / 2))
    }

    /// A lock's timer: idle, hand-over or reservation.
    pub(in crate::domain::workspace) fn lock_due(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let Some(lock) = self.locks.get(path) else { return };
        match lock.phase {
            Phase::HandingOver { to, until, .. } if until <= now.mono => self.hand_over(now, path, to, out),
            Phase::GivingBack { until } if until <= now.mono => self.given_back(now, path, out),
            Phase::HandingOver { until, .. } | Phase::GivingBack { until } => {
                self.timers.set(Timer::Lock(path), until);
            }
            Phase::Reserved { request, until } if until <= now.mono => {
                self.end_lock(now, path, LockEnd::Gone, out);
                self.end_request(now, request, RequestEnd::Expired, out);
                self.promote(now, path.object, out);
            }
            Phase::Reserved { until, .. } => self.timers.set(Timer::Lock(path), until),
            Phase::Held => self.idle_due(now, path, out),
        }
    }

    pub(in crate::domain::workspace) fn idle_due(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let Some(lock) = self.locks.get(path) else { return };
        // While its holder is reconnecting nobody else gets it, unless it is forced.
        let session =
            self.sessions.get(lock.session).filter(|session| !session.connected() || session.overdue);
        if let Some(over) = session.map(|session| session.deadline(&self.limits)) {
            return self.timers.set(Timer::Lock(path), over.max(now.mono) + 1);
        }
        if let Some(promise) = lock.promise {
            return self.word_due(now, path, promise, out);
        }
        let (ends, warns) = (lock.edited + lock.idle_ms, lock.edited + self.warn_after(lock.idle_ms));
        if ends <= now.mono {
            self.end_lock(now, path, LockEnd::Idle, out);
            return self.promote(now, path.object, out);
        }
        if warns > now.mono {
            return self.timers.set(Timer::Lock(path), warns);
        }
        self.timers.set(Timer::Lock(path), ends);
        let announced = Some(now.wall.plus(ends.since(now.mono)));
        if let Some(lock) = self.locks.get_mut(path)
            && lock.warned != announced
        {
            lock.warned = announced;
            self.tell_lock(now, path, out);
        }
    }

    /// Under a promise a lock is not idle; at its end the pen moves by itself.
    fn word_due(&mut self, now: Now, path: LockPath, promise: HeldPromise, out: &mut Effects) {
        let refresh_ms = self.limits.refresh_ms;
        if promise.at > now.mono {
            let mut next = promise.written + refresh_ms;
            if next <= now.mono
                && let Some(lock) = self.locks.get_mut(path)
            {
                // What remains of the word, for a restart.
                lock.promise = Some(HeldPromise { written: now.mono, ..promise });
                out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
                next = now.mono + refresh_ms;
            }
            return self.timers.set(Timer::Lock(path), promise.at.min(next));
        }
        if self.begin_hand_over(now, path, promise.request, out).is_err() {
            self.word_void(now, promise.request, path, out);
        }
    }

    /// An edit was made under the lock.
    pub(in crate::domain::workspace) fn lock_used(
        &mut self,
        now: Now,
        path: LockPath,
        revision: Revision,
        out: &mut Effects,
    ) {
        let Some(lock) = self.locks.get_mut(path) else { return };
        lock.edited = now.mono;
        lock.edited_wall = now.wall;
        if lock.wrote.is_none() {
            lock.wrote = Some(revision);
            out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        }
        let (warned, promise, session) = (lock.warned.take().is_some(), lock.promise, lock.session);
        if warned {
            self.lock_due(now, path, out);
            self.tell_lock(now, path, out);
        }
        // A bot gives way to a person at its next operation.
        if let Some(promise) = promise
            && self.sessions.get(session).is_some_and(|session| session.bot)
            && self.begin_hand_over(now, path, promise.request, out).is_err()
        {
            self.word_void(now, promise.request, path, out);
        }
    }

    pub(in crate::domain::workspace) fn view_lock(&self, lock: &Lock) -> LockView {
        let session = self.sessions.get(lock.session);
        let away = session.is_none_or(|session| !session.connected() || session.overdue);
        let unsaved = session.and_then(|session| session.dirty.get(&lock.path)).copied().unwrap_or(0);
        lock.view(away, unsaved)
    }

    pub(in crate::domain::workspace) fn tell_lock(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        if let Some(view) = self.locks.get(path).map(|lock| self.view_lock(lock)) {
            self.tell(now, Audience::All, Delta::Lock(view), out);
        }
    }
}
