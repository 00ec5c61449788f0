//! A holder's "no", a holder's word, and a bot's place behind people.

use super::super::Workspace;
use super::super::locks::HeldPromise;
use super::super::requests::DONE;
use super::super::timers::Timer;
use crate::domain::effect::{Effect, Effects, Receipt, RequestEnd, Write};
use crate::domain::id::RequestId;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// The holder says no: the request ends, and its asker waits before asking again.
    pub(in crate::domain::workspace) fn decline(
        &mut self,
        now: Now,
        id: RequestId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if !reason.is_empty() {
            super::super::talk::check_text("reason", &reason, self.limits.note)?;
        }
        let Some(request) = self.queue.get(id) else { return Err(Refusal::RequestEnded) };
        let (session, path) = (request.session, request.path);
        let again = now.mono + self.limits.declined_ms;
        if let Some(session) = self.sessions.get_mut(session) {
            session.declined.insert(path, again);
        }
        self.end_request_because(now, id, RequestEnd::Declined, reason, out);
        self.promote(now, path.object, out);
        DONE
    }

    /// The holder gives their word: it stops the escalation, and then the pen moves by itself.
    pub(in crate::domain::workspace) fn promise(
        &mut self,
        now: Now,
        path: LockPath,
        id: RequestId,
        within_ms: u64,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if within_ms == 0 || within_ms > self.limits.promise_ms {
            return Err(Refusal::TooMany {
                what: "milliseconds of a promise",
                max: usize::try_from(self.limits.promise_ms).unwrap_or(usize::MAX),
            });
        }
        let lock = self.locks.get(path).ok_or(Refusal::NotLocked)?;
        let request = self.queue.get(id).ok_or(Refusal::RequestEnded)?;
        if lock.promise.is_some() || request.promised {
            return Err(Refusal::Promised);
        }
        self.give_word(now, path, id, within_ms, out);
        DONE
    }

    fn give_word(&mut self, now: Now, path: LockPath, id: RequestId, within_ms: u64, out: &mut Effects) {
        let at = now.mono + within_ms;
        let wall = now.wall.plus(within_ms);
        if let Some(request) = self.queue.get_mut(id) {
            request.promised = true;
            request.pause(now.mono);
            request.expires = at + self.limits.promise_more_ms;
            request.eta = Some(wall);
        }
        if let Some(lock) = self.locks.get_mut(path) {
            lock.promise = Some(HeldPromise { request: id, at, wall, written: now.mono });
            lock.warned = None;
            out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        }
        self.timers.set(Timer::Lock(path), at.min(now.mono + self.limits.refresh_ms));
        self.schedule_request(now, id);
        self.tell_request(now, id, out);
        self.tell_lock(now, path, out);
    }

    /// A word that no request stands behind any more is void.
    pub(in crate::domain::workspace) fn word_void(
        &mut self,
        now: Now,
        id: RequestId,
        path: LockPath,
        out: &mut Effects,
    ) {
        let void: Vec<LockPath> = self
            .locks
            .of_object(path.object)
            .filter(|lock| lock.promise.is_some_and(|promise| promise.request == id))
            .map(|lock| lock.path)
            .collect();
        for path in void {
            if let Some(lock) = self.locks.get_mut(path) {
                lock.promise = None;
                out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
            }
            self.tell_lock(now, path, out);
            self.lock_due(now, path, out);
            self.bot_gives_way_next(now, path, out);
        }
        self.word_kept_no_more(now, id, out);
    }

    /// The lock that carried a word has ended: its request's clock goes on.
    pub(in crate::domain::workspace) fn word_kept_no_more(
        &mut self,
        now: Now,
        id: RequestId,
        out: &mut Effects,
    ) {
        let (take_over, life) = (self.limits.take_over_ms, self.limits.request_ms);
        let still = self.stands_still(id);
        let Some(request) = self.queue.get_mut(id) else { return };
        request.resume(now, take_over);
        request.expires = request.expires.max(request.clock + life);
        if still {
            request.pause(now.mono);
        }
        self.schedule_request(now, id);
        self.tell_request(now, id, out);
    }

    /// The word for a request is still kept, after another lock that carried it too has ended: its clock stands still.
    pub(in crate::domain::workspace) fn word_goes_on(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let Some(request) = self.queue.get_mut(id).filter(|request| request.paused.is_none()) else { return };
        request.pause(now.mono);
        self.schedule_request(now, id);
        self.tell_request(now, id, out);
    }

    /// Whether a request's clock stands still: under a closure, or while somebody's word for it runs.
    pub(in crate::domain::workspace) fn stands_still(&self, id: RequestId) -> bool {
        let Some(path) = self.queue.get(id).map(|request| request.path) else { return false };
        self.closure_on(path).is_some()
            || self
                .locks
                .of_object(path.object)
                .any(|lock| lock.promise.is_some_and(|promise| promise.request == id))
    }

    /// A bot's lock that nobody has its word for goes to the first person who waits for it.
    pub(in crate::domain::workspace) fn bot_gives_way_next(
        &mut self,
        now: Now,
        path: LockPath,
        out: &mut Effects,
    ) {
        let bots = |id| self.sessions.get(id).is_some_and(|session| session.bot);
        if !self.locks.get(path).is_some_and(|lock| lock.promise.is_none() && bots(lock.session)) {
            return;
        }
        let person = self.queue.overlapping(path).find(|request| !bots(request.session));
        if let Some(person) = person.map(|request| request.id) {
            self.bots_give_way(now, person, out);
        }
    }

    /// A bot that holds what a person asks for gives way at its next operation, or after a moment.
    pub(in crate::domain::workspace) fn bots_give_way(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let Some(request) = self.queue.get(id) else { return };
        if self.sessions.get(request.session).is_none_or(|session| session.bot) {
            return;
        }
        let bots = |session| self.sessions.get(session).is_some_and(|session| session.bot);
        let to_bot = |word: HeldPromise| self.queue.get(word.request).is_some_and(|one| bots(one.session));
        let (path, session) = (request.path, request.session);
        let held: Vec<(LockPath, Option<RequestId>)> = self
            .locks
            .all_blocking(path, Some(session))
            .into_iter()
            .filter(|lock| bots(lock.session) && lock.promise.is_none_or(to_bot))
            .map(|lock| (lock.path, lock.promise.map(|word| word.request)))
            .collect();
        for (path, word) in held {
            match word {
                // A word among programs does not keep a person waiting.
                Some(other) => self.word_void(now, other, path, out),
                None => self.give_word(now, path, id, self.limits.bot_yields_ms, out),
            }
        }
    }
}
