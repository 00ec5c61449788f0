//! Deadlock: members who wait for each other in a circle are found with the request that closes it, are offered to swap, and
//! if they do not, the youngest request yields.

use std::collections::BTreeSet;

use super::super::Workspace;
use super::super::sessions::Session;
use super::super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, Deadlock, Delta, Effects, LockEnd, Receipt, RequestEnd};
use crate::domain::id::{RequestId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Millis, Now, Timestamp};

/// A circle of waiting members.
#[derive(Debug, Clone)]
pub(in crate::domain::workspace) struct Circle {
    requests: Vec<RequestId>,
    agreed: Vec<UserId>,
    yields: Millis,
    shown: Option<Timestamp>,
}

impl Circle {
    /// What everybody sees of it.
    pub(in crate::domain::workspace) fn view(&self, id: RequestId) -> Deadlock {
        Deadlock { id, requests: self.requests.clone(), agreed: self.agreed.clone(), yields: self.shown }
    }
}

impl Workspace {
    /// Looks whether a new request closes a circle.
    pub(in crate::domain::workspace) fn find_circle(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let Some(request) = self.queue.get(id) else { return };
        let target = request.user;
        let mut circle = vec![id];
        let mut seen = BTreeSet::new();
        let closed = self
            .holders_of(id)
            .into_iter()
            .any(|holder| self.waits_for(holder, target, &mut seen, &mut circle));
        if !closed
            || self.deadlocks.values().any(|known| known.requests.iter().any(|known| circle.contains(known)))
        {
            return;
        }
        let held: Vec<LockPath> = circle.iter().flat_map(|id| self.held_for(*id)).collect();
        let yields = now.mono + self.limits.deadlock_ms;
        let shown = (!self.any_promised(&circle)).then(|| now.wall.plus(self.limits.deadlock_ms));
        let circle = Circle { requests: circle, agreed: Vec::new(), yields, shown };
        self.timers.set(Timer::Deadlock(id), yields);
        self.tell(now, Audience::All, Delta::Deadlock(circle.view(id)), out);
        self.deadlocks.insert(id, circle);
        // Known first: a lock whose time is up ends here, and the circle with it.
        for path in held {
            // Both sides wait: neither is idle for it.
            let idle_ms = self.limits.idle_ms;
            let Some(lock) = self.locks.get_mut(path).filter(|lock| lock.idle_ms < idle_ms) else { continue };
            lock.idle_ms = idle_ms;
            if lock.warned.take().is_some() {
                self.tell_lock(now, path, out);
            }
            self.lock_due(now, path, out);
        }
    }

    /// Whether `from` waits, through however many others, for `target`; the requests on the way are appended.
    fn waits_for(
        &self,
        from: UserId,
        target: UserId,
        seen: &mut BTreeSet<UserId>,
        circle: &mut Vec<RequestId>,
    ) -> bool {
        if from == target {
            return true;
        }
        if !seen.insert(from) {
            return false;
        }
        let asks: Vec<RequestId> =
            self.sessions.of(from).into_iter().flat_map(|session| self.queue.of_session(session)).collect();
        for ask in asks {
            circle.push(ask);
            if self.holders_of(ask).into_iter().any(|holder| self.waits_for(holder, target, seen, circle)) {
                return true;
            }
            circle.pop();
        }
        false
    }

    fn held_for(&self, id: RequestId) -> Vec<LockPath> {
        match self.queue.get(id) {
            Some(request) => self
                .locks
                .all_blocking(request.path, Some(request.session))
                .into_iter()
                .map(|lock| lock.path)
                .collect(),
            None => Vec::new(),
        }
    }

    /// Whom a request waits for. Another tab of the same member is not waited for: they may edit here.
    fn holders_of(&self, id: RequestId) -> BTreeSet<UserId> {
        let Some(request) = self.queue.get(id) else { return BTreeSet::new() };
        let held = self.locks.all_blocking(request.path, Some(request.session));
        held.into_iter().map(|lock| lock.user).filter(|user| *user != request.user).collect()
    }

    fn any_promised(&self, requests: &[RequestId]) -> bool {
        requests.iter().any(|id| {
            let promised = |path: &LockPath| self.locks.get(*path).is_some_and(|lock| lock.promise.is_some());
            self.held_for(*id).iter().any(promised)
        })
    }

    /// Looks whether a grant to the user closes a circle, which it may if they wait themselves.
    pub(in crate::domain::workspace) fn find_circles_through(
        &mut self,
        now: Now,
        path: LockPath,
        user: UserId,
        out: &mut Effects,
    ) {
        let waits = |session: &Session| !self.queue.of_session(session.id).is_empty();
        if self.queue.is_empty() || !self.sessions.living_of(user).any(waits) {
            return;
        }
        let waiting: Vec<RequestId> = self.queue.overlapping(path).map(|request| request.id).collect();
        for id in waiting {
            self.find_circle(now, id, out);
        }
    }

    /// Whether the lock is held by and waited for by members of one circle.
    pub(in crate::domain::workspace) fn in_circle(&self, path: LockPath) -> bool {
        self.deadlocks
            .values()
            .flat_map(|circle| &circle.requests)
            .any(|id| self.held_for(*id).contains(&path))
    }

    /// Whether each in it still waits for the next.
    pub(in crate::domain::workspace) fn closed(&self, circle: &Circle) -> bool {
        let next = circle.requests.iter().cycle().skip(1);
        circle.requests.iter().zip(next).all(|(id, next)| {
            self.queue.get(*next).is_some_and(|next| self.holders_of(*id).contains(&next.user))
        })
    }

    /// Forgets circles that are open again; others that it had hidden are found.
    pub(in crate::domain::workspace) fn open_circles(&mut self, now: Now, out: &mut Effects) {
        if self.deadlocks.is_empty() {
            return;
        }
        let open: Vec<RequestId> =
            self.deadlocks.iter().filter(|(_, circle)| !self.closed(circle)).map(|(id, _)| *id).collect();
        let mut left = Vec::new();
        for id in open {
            left.extend(self.deadlocks.remove(&id).into_iter().flat_map(|circle| circle.requests));
            self.timers.cancel(Timer::Deadlock(id));
            self.tell(now, Audience::All, Delta::DeadlockEnded(id), out);
        }
        for id in left {
            self.find_circle(now, id, out);
        }
    }

    /// The time for swapping is over: the youngest request yields. Never while a promise runs.
    pub(in crate::domain::workspace) fn circle_due(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let Some(circle) = self.deadlocks.get(&id).cloned() else { return };
        let again = self.limits.deadlock_ms;
        if self.any_promised(&circle.requests) {
            return self.timers.set(Timer::Deadlock(id), now.mono + again);
        }
        if circle.shown.is_none() {
            // The promise has ended: from now on the time counts, for everybody to see.
            if let Some(circle) = self.deadlocks.get_mut(&id) {
                circle.yields = now.mono + again;
                circle.shown = Some(now.wall.plus(again));
                let view = circle.view(id);
                self.timers.set(Timer::Deadlock(id), now.mono + again);
                self.tell(now, Audience::All, Delta::Deadlock(view), out);
            }
            return;
        }
        let youngest =
            circle.requests.iter().filter_map(|id| self.queue.get(*id)).max_by_key(|request| request.order);
        if let Some((youngest, object)) = youngest.map(|request| (request.id, request.path.object)) {
            self.end_request(now, youngest, RequestEnd::Yielded, out);
            self.promote(now, object, out);
        }
    }

    /// Somebody in the circle agrees to swap; when all have, the pens move in one commit.
    pub(in crate::domain::workspace) fn swap(
        &mut self,
        now: Now,
        caller: Caller,
        id: RequestId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let circle = self.deadlocks.get(&id).ok_or(Refusal::NoDeadlock)?;
        let users: Vec<UserId> =
            circle.requests.iter().filter_map(|id| self.queue.get(*id)).map(|request| request.user).collect();
        if !users.contains(&caller.user) {
            return Err(Refusal::NoDeadlock);
        }
        self.only_theirs(&circle.requests, &users)?;
        let Some(circle) = self.deadlocks.get_mut(&id) else { return Err(Refusal::NoDeadlock) };
        if !circle.agreed.contains(&caller.user) {
            circle.agreed.push(caller.user);
        }
        let (view, requests) = (circle.view(id), circle.requests.clone());
        if users.iter().any(|user| !view.agreed.contains(user)) {
            self.tell(now, Audience::All, Delta::Deadlock(view), out);
            return Ok(Receipt::Done);
        }
        self.move_round(now, &requests, out);
        Ok(Receipt::Done)
    }

    fn move_round(&mut self, now: Now, requests: &[RequestId], out: &mut Effects) {
        let moves: Vec<(RequestId, LockPath, SessionId)> = requests
            .iter()
            .filter_map(|id| self.queue.get(*id))
            .map(|request| (request.id, request.path, request.session))
            .collect();
        let held: BTreeSet<LockPath> = requests.iter().flat_map(|id| self.held_for(*id)).collect();
        for path in &held {
            self.end_lock(now, *path, LockEnd::Swapped, out);
        }
        for (id, path, session) in moves {
            if self.locks.blocking(path, Some(session)).is_none() {
                self.grant_request(now, id, out);
            }
        }
        let objects: BTreeSet<_> = held.iter().map(|path| path.object).collect();
        for object in objects {
            self.promote(now, object, out);
        }
        self.open_circles(now, out);
    }

    /// A swap moves the pens of those in the circle. While an outsider is in the way, or a pen is moving, it cannot.
    fn only_theirs(&self, requests: &[RequestId], users: &[UserId]) -> Result<(), Refusal> {
        for request in requests.iter().filter_map(|id| self.queue.get(*id)) {
            self.open_for_edits(request.path)?;
        }
        for lock in requests.iter().flat_map(|id| self.held_for(*id)).filter_map(|path| self.locks.get(path))
        {
            if lock.phase.moves() {
                return Err(Refusal::HandingOver);
            }
            if !users.contains(&lock.user) {
                return Err(Refusal::Locked(Box::new(self.view_lock(lock))));
            }
        }
        Ok(())
    }
}
