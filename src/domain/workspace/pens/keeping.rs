//! A lock's life between its grant and its end: use, idleness, what everybody sees.

use super::super::locks::{HeldPromise, Lock, LockRequest, Phase};
use super::super::timers::Timer;
use super::super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{
    Answer, Audience, Delta, Effect, Effects, Explanation, LockEnd, LockView, Remedy, RequestEnd, Write,
};
use crate::domain::id::{RequestId, SessionId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::role::{Action, may};
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
        let waiting = self.queue.overlapping(path).any(|request| request.session != session);
        let idle_ms = if waiting { self.limits.idle_asked_ms } else { self.limits.idle_ms };
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
        let Some(lock) = self.locks.remove(path) else { return };
        self.timers.cancel(Timer::Lock(path));
        self.hold_ms = (self.hold_ms * 7 + now.mono.since(lock.granted)) / 8;
        out.push(Effect::Write(Write::LockEnded(path)));
        let revision = self.objects.get(&path.object).map(|head| head.revision).unwrap_or_default();
        self.tell(now, Audience::All, Delta::LockEnded { path, session: lock.session, why, revision }, out);
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
        self.unblock(id, request.path.object);
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
            Phase::HandingOver { to, until } if until <= now.mono => self.hand_over(now, path, to, out),
            Phase::HandingOver { until, .. } => self.timers.set(Timer::Lock(path), until),
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
        if promise.at > now.mono {
            return self.timers.set(Timer::Lock(path), promise.at);
        }
        if self.begin_hand_over(now, path, promise.request, out).is_err() {
            self.word_void(now, promise.request, path, out);
        }
    }

    /// An edit was made under the lock.
    pub(in crate::domain::workspace) fn lock_used(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let Some(lock) = self.locks.get_mut(path) else { return };
        lock.edited = now.mono;
        lock.edited_wall = now.wall;
        if !lock.used {
            lock.used = true;
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

    /// Everything about a lock.
    pub(in crate::domain::workspace) fn explain(&self, now: Now, caller: Caller, path: LockPath) -> Done {
        let role = self.member(caller.user)?.role;
        self.head(path.object)?;
        let lock = self.locks.blocking(path, None);
        let queue: Vec<_> = self.queue.overlapping(path).map(|request| self.queue.view(request)).collect();
        let may_edit = may(role, Action::Edit);
        let mut remedies = Vec::new();
        match lock {
            None if may_edit => remedies.push(Remedy::Edit),
            Some(lock) if Some(lock.session) == caller.session => remedies.push(Remedy::Edit),
            Some(lock) if lock.user == caller.user => remedies.push(Remedy::EditHere),
            Some(_) if queue.iter().any(|request| Some(request.session) == caller.session) => {
                remedies.push(Remedy::Wait);
                let own = self.queue.overlapping(path).find(|one| Some(one.session) == caller.session);
                let due = |one: &LockRequest| {
                    one.paused.is_none()
                        && one.waited(now.mono) >= self.limits.take_over_ms
                        && self.queue.place(one) == 1
                };
                if own.is_some_and(due) {
                    remedies.push(Remedy::TakeOver);
                }
            }
            Some(_) if may_edit => remedies.push(Remedy::Request),
            _ => {}
        }
        if lock.is_some_and(|lock| lock.user != caller.user) && may(role, Action::Force) {
            remedies.push(Remedy::Force);
        }
        let taken = lock.filter(|lock| !lock.used && lock.path == path).and_then(|lock| lock.taken.as_ref());
        let may_undo = |by| by == caller.user || may(role, Action::Force);
        if taken.is_some_and(|taken| taken.until > now.mono && may_undo(taken.by)) && may_edit {
            remedies.push(Remedy::Undo);
        }
        let frees = lock.map(|lock| now.wall.plus((lock.edited + lock.idle_ms).since(now.mono)));
        let closure = self.closure_on(path).cloned();
        if closure.is_some() {
            remedies.clear();
            if may(role, Action::Force) {
                remedies.push(Remedy::Reopen);
            }
        }
        let lock = lock.map(|lock| self.view_lock(lock));
        Ok(Answer::Explained(Box::new(Explanation { path, lock, closure, queue, frees, may: remedies })))
    }
}
