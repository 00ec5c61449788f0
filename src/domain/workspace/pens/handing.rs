//! Handing over in two steps: freeze and flush, then the fence moves, in one commit.

use std::collections::BTreeMap;

use super::super::Workspace;
use super::super::locks::{Lock, Phase};
use super::super::requests::DONE;
use super::super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, Delta, Effect, Effects, LockEnd, Receipt, RequestEnd, Write};
use crate::domain::id::{ItemId, ObjectId, RequestId, SessionId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// Freezes the holder, in memory only; the pen moves when the last keystrokes have come or the time is over.
    pub(in crate::domain::workspace) fn begin_hand_over(
        &mut self,
        now: Now,
        path: LockPath,
        to: RequestId,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        let until = now.mono + self.limits.flush_ms;
        let asker = self.queue.get(to).map(|request| request.user).ok_or(Refusal::RequestEnded)?;
        let lock = self.locks.get_mut(path).ok_or(Refusal::NotLocked)?;
        if lock.phase != Phase::Held {
            return Err(Refusal::HandingOver);
        }
        lock.phase = Phase::HandingOver { to, until };
        let (holder, fence) = (lock.session, lock.fence);
        let reachable = self.sessions.get(holder).is_some_and(|session| session.socket.is_some());
        if !reachable {
            self.hand_over(now, path, to, out);
            return Ok(());
        }
        self.timers.set(Timer::Lock(path), until);
        self.tell_lock(now, path, out);
        let freeze = Delta::Freeze { path, fence, to: asker, within_ms: self.limits.flush_ms };
        self.tell(now, Audience::Session(holder), freeze, out);
        Ok(())
    }

    /// The holder has sent what was left.
    pub(in crate::domain::workspace) fn flushed(
        &mut self,
        now: Now,
        caller: Caller,
        path: LockPath,
        fence: Fence,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let session = self.session(caller)?.id;
        let lock = self.locks.get(path).filter(|lock| lock.session == session && lock.fence == fence);
        match lock.ok_or(Refusal::AlreadyReleased)?.phase {
            Phase::HandingOver { to, .. } => {
                self.hand_over(now, path, to, out);
                DONE
            }
            Phase::Held | Phase::Reserved { .. } => Err(Refusal::NotHeld),
        }
    }

    /// The pen moves. An asker who has left meanwhile is skipped.
    pub(in crate::domain::workspace) fn hand_over(
        &mut self,
        now: Now,
        path: LockPath,
        to: RequestId,
        out: &mut Effects,
    ) {
        let asker = self.queue.get(to).map(|request| (request.session, request.path));
        match asker {
            Some((_, wanted)) if path.item.is_none() && wanted.item.is_some() => {
                self.narrow(now, path, wanted, out)
            }
            _ => self.end_lock(now, path, LockEnd::HandedOver, out),
        }
        if let Some((session, wanted)) = asker
            && self.sessions.living(session).is_some()
            && self.locks.blocking(wanted, Some(session)).is_none()
            && self.closure_on(wanted).is_none()
        {
            self.grant_request(now, to, out);
        }
        self.promote(now, path.object, out);
    }

    /// Gives a free lock to whom the request is from; to one in grace it is reserved.
    pub(in crate::domain::workspace) fn grant_request(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let Some(request) = self.queue.get(id) else { return };
        let (path, session) = (request.path, request.session);
        let here = self.sessions.living(session).is_some_and(|session| session.connected());
        if here {
            self.end_request(now, id, RequestEnd::Granted, out);
            self.grant(now, path, session, out);
            return;
        }
        let until = now.mono + self.limits.reserve_ms;
        let fence = self.locks.next_fence();
        let holder = (session, request.user, request.secret);
        let mut lock = Lock::new(path, fence, holder, now, self.limits.idle_ms);
        lock.phase = Phase::Reserved { request: id, until };
        self.timers.set(Timer::Lock(path), until);
        out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        self.locks.insert(lock);
        self.tell_lock(now, path, out);
    }

    /// The asker for whom a lock was reserved is back.
    pub(in crate::domain::workspace) fn take_reserved(
        &mut self,
        now: Now,
        path: LockPath,
        request: RequestId,
        out: &mut Effects,
    ) {
        self.end_request(now, request, RequestEnd::Granted, out);
        if let Some(session) = self.locks.get(path).map(|lock| lock.session) {
            self.supersede(now, path, session, out);
        }
        let idle_ms = self.limits.idle_ms;
        if let Some(lock) = self.locks.get_mut(path) {
            lock.phase = Phase::Held;
            lock.edited = now.mono;
            lock.edited_wall = now.wall;
            lock.idle_ms = idle_ms;
            out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        }
        self.timers.set(Timer::Lock(path), now.mono + self.warn_after(idle_ms));
        self.tell_lock(now, path, out);
    }

    pub(in crate::domain::workspace) fn thaw(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let warn = self.locks.get(path).map(|lock| self.warn_after(lock.idle_ms));
        if let (Some(lock), Some(warn)) = (self.locks.get_mut(path), warn) {
            lock.phase = Phase::Held;
            let at = lock.promise.map_or(lock.edited + warn, |promise| promise.at).max(now.mono);
            self.timers.set(Timer::Lock(path), at);
        }
        self.tell_lock(now, path, out);
    }

    /// Grants, in their order, the requests on an object that nothing is in the way of any more.
    pub(in crate::domain::workspace) fn promote(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        loop {
            let mut older = Older::default();
            let next = self.queue.of_object(object).find(|request| {
                let free = self.closure_on(request.path).is_none()
                    && self.locks.blocking(request.path, Some(request.session)).is_none()
                    && self.locks.own(request.path, request.session).is_none();
                let first = !older.conflicts(request.path, request.session);
                // A request for the whole object is passed by newer ones for items once its block is over.
                if request.path.item.is_some() || self.blocks(request.id, object) {
                    older.add(request.path, request.session);
                }
                free && first
            });
            match next.map(|request| request.id) {
                Some(id) => self.grant_request(now, id, out),
                None => return,
            }
        }
    }
}

/// Who waits on one path: a session, or more than one.
#[derive(Clone, Copy)]
enum Askers {
    One(SessionId),
    Several,
}

impl Askers {
    fn and(self, session: SessionId) -> Askers {
        match self {
            Askers::One(one) if one == session => self,
            _ => Askers::Several,
        }
    }

    fn others(self, session: SessionId) -> bool {
        !matches!(self, Askers::One(one) if one == session)
    }
}

/// The requests of an object that were looked at already, so that a younger one is not granted past them. One's own
/// older request is in nobody's way.
#[derive(Default)]
struct Older {
    any: Option<Askers>,
    on: BTreeMap<Option<ItemId>, Askers>,
}

impl Older {
    fn add(&mut self, path: LockPath, session: SessionId) {
        self.any = Some(self.any.map_or(Askers::One(session), |askers| askers.and(session)));
        let askers = self.on.get(&path.item).map_or(Askers::One(session), |askers| askers.and(session));
        self.on.insert(path.item, askers);
    }

    fn conflicts(&self, path: LockPath, session: SessionId) -> bool {
        let others = |askers: &Askers| askers.others(session);
        match path.item {
            None => self.any.as_ref().is_some_and(others),
            item => [None, item].iter().filter_map(|item| self.on.get(item)).any(others),
        }
    }
}
