//! The invariants, called by tests and the simulation after every command.

use super::Workspace;
use super::locks::{LockRequest, Phase};
use crate::domain::role::Action;

impl Workspace {
    /// Says which invariant is broken, if one is.
    ///
    /// # Errors
    /// The broken invariant, in words.
    pub fn check(&self) -> Result<(), String> {
        self.check_locks()?;
        self.check_requests()?;
        self.check_stacks()?;
        self.check_statuses()?;
        self.channels.check()?;
        self.presences.check()?;
        for draft in self.parked.all() {
            if draft.operations.is_empty() {
                return Err(format!("parked draft {} is empty", draft.id));
            }
        }
        for session in self.sessions.iter() {
            if !session.lives() && (session.open.is_some() || session.socket.is_some()) {
                return Err(format!("session {} is over and still shows or carries something", session.id));
            }
        }
        Ok(())
    }

    fn check_locks(&self) -> Result<(), String> {
        for lock in self.locks.iter() {
            if let Some(other) = self.locks.blocking(lock.path, Some(lock.session)) {
                return Err(format!("{:?} and {:?} are held by two sessions", lock.path, other.path));
            }
            let session = self.sessions.get(lock.session);
            if !session.is_some_and(super::sessions::Session::lives) {
                return Err(format!("{:?} is held by a session that is over", lock.path));
            }
            if !self.objects.contains_key(&lock.path.object) {
                return Err(format!("{:?} is locked and gone", lock.path));
            }
            if self.allowed_on(lock.user, Action::Edit, lock.path.object).is_err() {
                return Err(format!("{:?} is held by {}, who may not edit it", lock.path, lock.user));
            }
            if lock.path.item.is_some_and(|item| !self.may_exist(lock.path.object, item)) {
                return Err(format!("{:?} is locked and its item is gone", lock.path));
            }
            if let Some(closure) = self.closure_on(lock.path) {
                return Err(format!("{:?} is locked under the closure of {:?}", lock.path, closure.path));
            }
            if let Some(promise) = lock.promise
                && self.queue.get(promise.request).is_none_or(|request| request.paused.is_none())
            {
                return Err(format!(
                    "{:?} is promised to request {}, which does not wait for it: {:?}",
                    lock.path,
                    promise.request,
                    self.queue.get(promise.request)
                ));
            }
            let bot = |session| self.sessions.get(session).is_some_and(|session| session.bot);
            let asked = |request: &LockRequest| request.session != lock.session && !bot(request.session);
            if bot(lock.session)
                && lock.phase == Phase::Held
                && lock.promise.is_none()
                && self.queue.overlapping(lock.path).any(asked)
            {
                return Err(format!("the bot on {:?} does not give way to a person who waits", lock.path));
            }
            if let Phase::HandingOver { to, .. } = lock.phase
                && self.queue.get(to).is_none()
            {
                return Err(format!("{:?} is handed over to a request that has ended", lock.path));
            }
        }
        Ok(())
    }

    fn check_requests(&self) -> Result<(), String> {
        for circle in self.deadlocks.values() {
            if !self.closed(circle) {
                return Err(format!("a deadlock is shown and is open: {circle:?}"));
            }
        }
        for request in self.queue.iter() {
            if request.paused.is_some() != self.stands_still(request.id) {
                return Err(format!("the clock of request {} is wrong about standing still", request.id));
            }
            if !self.sessions.get(request.session).is_some_and(super::sessions::Session::lives) {
                return Err(format!("request {} is of a session that is over", request.id));
            }
            if self.allowed_on(request.user, Action::Edit, request.path.object).is_err() {
                return Err(format!("request {} is of {}, who may not edit that", request.id, request.user));
            }
            let free = self.locks.blocking(request.path, Some(request.session)).is_none();
            let own = self.locks.own(request.path, request.session).is_some();
            let older = self.queue.overlapping(request.path).any(|other| {
                other.order < request.order
                    && other.session != request.session
                    && (other.path.item.is_some()
                        || request.path.item.is_none()
                        || self.blocks(other.id, other.path.object))
            });
            let closed = self.closure_on(request.path).is_some();
            if free && !own && !older && !closed {
                return Err(format!("request {} waits for what it could have", request.id));
            }
        }
        Ok(())
    }

    fn check_stacks(&self) -> Result<(), String> {
        for (object, open) in self.stacks.iter() {
            let Some(head) = self.objects.get(&object) else {
                return Err(format!("stack {object} is open and its object is gone"));
            };
            let standing = open.work().count() as u64;
            if (head.changes, open.standing()) != (standing, standing) {
                return Err(format!("{object} counts {} changes, {standing} stand", head.changes));
            }
            if open.logged != head.revision {
                return Err(format!("the log of {object} does not end at its revision"));
            }
            for change in &open.changes {
                if let Some(by) = change.reverted_by
                    && !open
                        .changes
                        .iter()
                        .any(|other| other.number == by && other.taken.contains(change.number))
                {
                    return Err(format!("change {} of {object} is taken back by nobody", change.number));
                }
            }
            if open.draft.name() != head.name {
                return Err(format!("{object} is called {:?} and {:?}", head.name, open.draft.name()));
            }
        }
        Ok(())
    }
}
