//! Asking for a pen that somebody else holds, and what the holder answers.

use std::collections::BTreeSet;

use super::super::Workspace;
use super::super::locks::LockRequest;
use super::super::requests::DONE;
use super::super::sessions::Session;
use super::super::talk::check_text;
use super::intent;
use crate::domain::command::{Caller, RequestAnswer};
use crate::domain::effect::{Effects, Receipt, RequestEnd};
use crate::domain::id::{OpId, RequestId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// Asks the holder for a lock.
    #[expect(clippy::too_many_arguments, reason = "the parts of one request, each of its own type")]
    pub(in crate::domain::workspace) fn request_lock(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        id: RequestId,
        path: LockPath,
        note: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'q', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let session = self.session(caller)?.id;
        if !note.is_empty() {
            check_text("note", &note, self.limits.note)?;
        }
        self.lockable(path)?;
        self.open_for_edits(path)?;
        if let Some(waiting) = self.queue.on(session, path) {
            return Ok(Receipt::Waiting { request: waiting.id, place: self.queue.place(waiting) });
        }
        if let Some(own) = self.locks.own(path, session) {
            return Err(Refusal::OwnLock(Box::new(self.view_lock(own))));
        }
        let Some(blocking) = self.locks.blocking(path, Some(session)) else {
            return self.acquire_as(now, caller, op_id, intent, path, out);
        };
        if blocking.user == caller.user {
            return Err(Refusal::OwnLock(Box::new(self.view_lock(blocking))));
        }
        if self.queue.of_session(session).len() >= self.limits.requests {
            return Err(Refusal::TooMany { what: "requests waiting", max: self.limits.requests });
        }
        if self.queue.get(id).is_some() {
            return Err(Refusal::IdTaken);
        }
        self.not_asked_just_now(now, session, path)?;
        let receipt = self.enqueue(now, caller, session, id, path, note, out);
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one request, each of its own type")]
    pub(in crate::domain::workspace) fn enqueue(
        &mut self,
        now: Now,
        caller: Caller,
        session: SessionId,
        id: RequestId,
        path: LockPath,
        note: String,
        out: &mut Effects,
    ) -> Receipt {
        let request = LockRequest {
            id,
            path,
            session,
            user: caller.user,
            note,
            since: now.wall,
            order: self.queue.next_order(),
            expires: now.mono + self.limits.request_ms,
            ignored_by: BTreeSet::new(),
            nudged: false,
            promised: false,
            asked: now.mono,
            written: now.mono,
            clock: now.mono,
            paused: None,
            take_over: Some(now.wall.plus(self.limits.take_over_ms)),
            eta: None,
            secret: self.sessions.get(session).map(|session| session.secret).unwrap_or_default(),
        };
        self.queue.insert(request);
        self.schedule_request(now, id);
        self.foresee(now, id);
        self.block_next(now, path.object);
        self.tell_request(now, id, out);
        // The holder may have been idle for so long that the lock is the asker's at once.
        self.shorten_idle(now, path, out);
        self.find_circle(now, id, out);
        self.bots_give_way(now, id, out);
        match (self.queue.get(id), self.locks.own(path, session), self.objects.get(&path.object)) {
            (Some(request), ..) => Receipt::Waiting { request: id, place: self.queue.place(request) },
            (None, Some(own), Some(head)) => Receipt::Acquired { fence: own.fence, revision: head.revision },
            _ => Receipt::Done,
        }
    }

    /// When a request is likely to be granted: as long as locks are held on average, for each place before it.
    pub(in crate::domain::workspace) fn foresee(&mut self, now: Now, id: RequestId) {
        let Some(request) = self.queue.get(id) else { return };
        let places = u64::from(self.queue.place(request));
        let held = self
            .locks
            .blocking(request.path, Some(request.session))
            .map_or(0, |lock| now.mono.since(lock.granted));
        let wait = (self.hold_ms.saturating_mul(places)).saturating_sub(held);
        if let Some(request) = self.queue.get_mut(id) {
            request.eta = Some(now.wall.plus(wait));
        }
    }

    /// A session that takes a request back and asks again at once does not make the holder's notice blink.
    pub(in crate::domain::workspace) fn not_asked_just_now(
        &mut self,
        now: Now,
        session: SessionId,
        path: LockPath,
    ) -> Result<(), Refusal> {
        let (again, most) = (self.limits.ask_again_ms, self.limits.requests);
        // Who was declined waits with all their tabs.
        let declined = |tab: &Session| tab.declined.get(&path).copied().filter(|again| *again > now.mono);
        let user = self.sessions.get(session).ok_or(Refusal::SessionGone)?.user;
        if let Some(again) = self.sessions.living_of(user).filter_map(declined).max() {
            return Err(Refusal::RateLimited { after_ms: again.since(now.mono) });
        }
        let Some(session) = self.sessions.get_mut(session) else { return Err(Refusal::SessionGone) };
        session.asked.retain(|_, again| *again > now.mono);
        session.declined.retain(|_, again| *again > now.mono);
        if let Some(again) = session.asked.get(&path) {
            return Err(Refusal::RateLimited { after_ms: again.since(now.mono) });
        }
        if session.asked.len() + session.declined.len() >= most * 4 {
            return Err(Refusal::RateLimited { after_ms: again });
        }
        session.asked.insert(path, now.mono + again);
        Ok(())
    }

    /// The asker takes the request back.
    pub(in crate::domain::workspace) fn cancel_request(
        &mut self,
        now: Now,
        caller: Caller,
        id: RequestId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let request = self.queue.get(id).ok_or(Refusal::RequestEnded)?;
        if request.user != caller.user {
            return Err(Refusal::NotYours);
        }
        let object = request.path.object;
        self.end_request(now, id, RequestEnd::Cancelled, out);
        self.promote(now, object, out);
        DONE
    }

    /// The holder grants or ignores.
    pub(in crate::domain::workspace) fn answer_request(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        id: RequestId,
        answer: RequestAnswer,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if let Some(receipt) = self.receipts.find(caller.user, op_id, *id.0.as_bytes())? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let Some(request) = self.queue.get(id) else {
            // The holder gave the lock back a moment before, and the asker has it.
            let released = self.released_to.contains(&(id, caller.user));
            return Err(if released { Refusal::AlreadyReleased } else { Refusal::RequestEnded });
        };
        let blocking = self.locks.all_blocking(request.path, Some(request.session));
        let own = blocking.iter().find(|lock| lock.user == caller.user).map(|lock| lock.path);
        let held = own.ok_or(if blocking.is_empty() { Refusal::NotLocked } else { Refusal::NotHeld })?;
        match answer {
            RequestAnswer::Ignore => {
                self.ignore(now, id, caller.user, out);
                DONE
            }
            RequestAnswer::Grant => {
                self.begin_hand_over(now, held, id, out)?;
                self.remember(now, caller.user, op_id, *id.0.as_bytes(), &Receipt::HandingOver, out);
                Ok(Receipt::HandingOver)
            }
            RequestAnswer::Decline { reason } => {
                self.decline(now, id, reason, out)?;
                self.remember(now, caller.user, op_id, *id.0.as_bytes(), &Receipt::Done, out);
                DONE
            }
            RequestAnswer::Promise { within_ms } => {
                self.promise(now, held, id, within_ms, out)?;
                self.remember(now, caller.user, op_id, *id.0.as_bytes(), &Receipt::Done, out);
                DONE
            }
        }
    }

    /// The holder does not want to see it any more; who holds it after them does.
    fn ignore(&mut self, now: Now, id: RequestId, user: UserId, out: &mut Effects) {
        if self.queue.get_mut(id).is_some_and(|request| request.ignored_by.insert(user)) {
            self.tell_request(now, id, out);
        }
    }

    /// A waiting request shortens the idle time of what it waits for.
    pub(in crate::domain::workspace) fn shorten_idle(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let limits = self.limits.clone();
        let held: Vec<LockPath> = self
            .locks
            .of_object(path.object)
            .filter(|lock| lock.path.conflicts(path))
            .map(|lock| lock.path)
            .collect();
        for path in held {
            if self.in_circle(path) {
                continue;
            }
            let Some(lock) = self.locks.get_mut(path) else { continue };
            let asked = now.mono.since(lock.edited) + limits.idle_asked_more_ms;
            lock.idle_ms = lock.idle_ms.min(limits.idle_ms.min(asked.max(limits.idle_asked_ms)));
            self.lock_due(now, path, out);
        }
    }
}
