//! Handing over in two steps: freeze and flush, then the fence moves, in one commit.

use super::super::Workspace;
use super::super::locks::{Lock, LockRequest, Phase};
use super::super::requests::DONE;
use super::super::timers::Timer;
use super::Because;
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, Delta, Effect, Effects, LockEnd, Receipt, RequestEnd, Write};
use crate::domain::id::{ObjectId, RequestId};
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
        lock.phase = Phase::HandingOver { to, until, left: self.limits.flush_bytes };
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
            Phase::GivingBack { .. } => {
                self.given_back(now, path, out);
                DONE
            }
            Phase::Held | Phase::Reserved { .. } => Err(Refusal::NotHeld),
        }
    }

    /// So many bytes came under a frozen lock: beyond the limit the pen moves, and what comes later is parked.
    pub(in crate::domain::workspace) fn count_flush(
        &mut self,
        now: Now,
        path: LockPath,
        bytes: usize,
        out: &mut Effects,
    ) {
        let Some(Phase::HandingOver { to, left, .. }) = self.locks.get_mut(path).map(|lock| &mut lock.phase)
        else {
            return;
        };
        *left = left.saturating_sub(bytes);
        let (to, full) = (*to, *left == 0);
        if full {
            self.hand_over(now, path, to, out);
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
        let by = self.queue.get(to).map(|request| request.user);
        match asker {
            Some((_, wanted)) if path.item.is_none() && wanted.item.is_some() => {
                self.narrow(now, path, wanted, out)
            }
            _ => self.end_lock_because(now, path, LockEnd::HandedOver, Because { by, reason: "" }, out),
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
        self.released_to.extend(self.releasing.map(|user| (id, user)));
        let here = self.sessions.living(session).is_some_and(|session| session.connected());
        if here {
            self.end_request(now, id, RequestEnd::Granted, out);
            // A granted wish is never refused for the quota: if nothing can make room, the session holds one more.
            let left = self.make_room(now, session, out).unwrap_or_default();
            self.grant(now, path, session, out);
            return self.follow(now, left.filter(|left| *left != path.object), out);
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
        let Some((session, user)) = self.locks.get(path).map(|lock| (lock.session, lock.user)) else {
            return;
        };
        let idle_ms = self.idle_of_grant(path, session);
        if let Some(lock) = self.locks.get_mut(path) {
            lock.phase = Phase::Held;
            lock.edited = now.mono;
            lock.edited_wall = now.wall;
            lock.idle_ms = idle_ms;
            out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        }
        self.timers.set(Timer::Lock(path), now.mono + self.warn_after(idle_ms));
        self.tell_lock(now, path, out);
        self.supersede(now, path, session, out);
        self.find_circles_through(now, path, user, out);
        self.bot_gives_way_next(now, path, out);
    }

    /// A lock that was on its way stays with its holder.
    pub(in crate::domain::workspace) fn thaw(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let warn = self.locks.get(path).map(|lock| self.warn_after(lock.idle_ms));
        if let (Some(lock), Some(warn)) = (self.locks.get_mut(path), warn) {
            lock.phase = Phase::Held;
            let at = lock.promise.map_or(lock.edited + warn, |promise| promise.at).max(now.mono);
            self.timers.set(Timer::Lock(path), at);
        }
        self.tell_lock(now, path, out);
        self.bot_gives_way_next(now, path, out);
    }

    /// Grants, in their order, the requests on an object that nothing is in the way of any more.
    pub(in crate::domain::workspace) fn promote(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        while let Some(id) = self.next_to_grant(object) {
            self.grant_request(now, id, out);
        }
    }

    /// The oldest request that could be granted. On an item only its oldest can be: the others stand behind it. For the whole
    /// object it is the oldest, or that of the one session that holds all that is held in it.
    fn next_to_grant(&self, object: ObjectId) -> Option<RequestId> {
        let whole = LockPath::object(object);
        let mut holders = self.locks.of_object(object).map(|lock| lock.session);
        let holder = holders.next();
        let for_all = match holder {
            None => self.queue.exactly(whole).next(),
            Some(one) if holders.all(|other| other == one) => self.queue.on(one, whole),
            Some(_) => None,
        };
        let on_items = self.queue.oldest_of_items(object);
        let candidates = on_items.chain(for_all).filter(|request| self.can_have(request));
        candidates.min_by_key(|request| request.order).map(|request| request.id)
    }

    /// Whether no lock, no closure and no older request of somebody else is in the way of a request that waits.
    pub(in crate::domain::workspace) fn can_have(&self, request: &LockRequest) -> bool {
        self.closure_on(request.path).is_none()
            && self.locks.blocking(request.path, Some(request.session)).is_none()
            && self.locks.own(request.path, request.session).is_none()
            && !self
                .queue
                .overlapping(request.path)
                .take_while(|older| older.order < request.order)
                .any(|older| self.stands_before(older, request))
    }

    /// Whether an older request is in the way of a younger one on an overlapping path. One's own is in nobody's way, and a
    /// request for the whole object is passed by newer ones for items once its block is over.
    fn stands_before(&self, older: &LockRequest, request: &LockRequest) -> bool {
        older.session != request.session
            && (older.path.item.is_some()
                || request.path.item.is_none()
                || self.blocks(older.id, older.path.object))
    }
}
