//! "Why can't I edit this?": everything about a lock, in one answer, with what the caller may do now.

use super::super::locks::{Lock, LockRequest};
use super::super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{Answer, Explanation, Remedy, RequestView};
use crate::domain::path::LockPath;
use crate::domain::role::Action;
use crate::domain::time::{Now, Timestamp};

impl Workspace {
    /// Everything about a lock.
    pub(in crate::domain::workspace) fn explain(&self, now: Now, caller: Caller, path: LockPath) -> Done {
        self.member(caller.user)?;
        let kind = self.head(path.object)?.kind;
        let can = |action| self.may_in(caller.user, action, kind);
        let in_the_way = self.locks.all_blocking(path, None);
        // Of a whole object that one holds a part of oneself, the part of another is what counts.
        let lock = in_the_way.iter().find(|lock| Some(lock.session) != caller.session).or(in_the_way.first());
        let lock = lock.copied();
        let queue: Vec<_> = self.queue.overlapping(path).map(|request| self.queue.view(request)).collect();
        let closure = self.closure_on(path).cloned();
        let remedies = match &closure {
            Some(_) if can(Action::Force) => vec![Remedy::Reopen],
            Some(_) => Vec::new(),
            None => self.remedies(now, caller, can, path, lock, &queue),
        };
        let others = in_the_way.iter().filter(|other| lock.is_none_or(|lock| lock.path != other.path));
        Ok(Answer::Explained(Box::new(Explanation {
            path,
            tab: lock.and_then(|lock| self.sessions.get(lock.session)).map(|session| session.tab),
            idle_ms: lock.map(|lock| now.mono.since(lock.edited)),
            also: others.map(|other| self.view_lock(other)).collect(),
            frees: lock.filter(|_| closure.is_none()).map(|lock| self.frees(now, lock)),
            lock: lock.map(|lock| self.view_lock(lock)),
            closure,
            queue,
            may: remedies,
        })))
    }

    /// When the policy frees a lock whose holder does nothing: at a promise's end, with the grace, or for being idle.
    fn frees(&self, now: Now, lock: &Lock) -> Timestamp {
        let away = self.sessions.get(lock.session).filter(|session| !session.connected() || session.overdue);
        let at = match (away, lock.promise) {
            (Some(session), _) => session.deadline(&self.limits),
            (None, Some(promise)) => promise.at,
            (None, None) => lock.edited + lock.idle_ms,
        };
        now.wall.plus(at.since(now.mono))
    }

    fn remedies(
        &self,
        now: Now,
        caller: Caller,
        can: impl Fn(Action) -> bool,
        path: LockPath,
        lock: Option<&Lock>,
        queue: &[RequestView],
    ) -> Vec<Remedy> {
        let edits = can(Action::Edit);
        let mut remedies = Vec::new();
        match lock {
            None if edits => remedies.push(Remedy::Edit),
            Some(lock) if Some(lock.session) == caller.session => remedies.push(Remedy::Edit),
            Some(lock) if lock.user == caller.user && edits => remedies.push(Remedy::EditHere),
            Some(_) if queue.iter().any(|request| Some(request.session) == caller.session) => {
                remedies.push(Remedy::Wait);
                let own = self.queue.overlapping(path).find(|one| Some(one.session) == caller.session);
                if own.is_some_and(|own| self.may_take_over(now, own)) {
                    remedies.push(Remedy::TakeOver);
                }
            }
            Some(_) if edits => remedies.push(Remedy::Request),
            _ => {}
        }
        if lock.is_some_and(|lock| lock.user != caller.user) && can(Action::Force) {
            remedies.push(Remedy::Force);
        }
        let taken = lock.filter(|lock| lock.wrote.is_none() && lock.path == path);
        let taken = taken.and_then(|lock| lock.taken.as_ref()).filter(|taken| taken.until > now.mono);
        if taken.is_some_and(|taken| taken.by == caller.user || can(Action::Force)) && edits {
            remedies.push(Remedy::Undo);
        }
        remedies
    }

    /// Whether the asker may take over now.
    fn may_take_over(&self, now: Now, request: &LockRequest) -> bool {
        let held = self.locks.all_blocking(request.path, Some(request.session));
        request.paused.is_none()
            && request.waited(now.mono) >= self.limits.take_over_ms
            && self.queue.place(request) == 1
            && !held.iter().any(|lock| lock.phase.moves())
    }
}
