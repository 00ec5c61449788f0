//! Escalation: a reminder, then the right of the first to take over, and the way back.

use super::super::Workspace;
use super::super::locks::HeldTaken;
use super::super::timers::Timer;
use super::{Because, intent, path_in_words};
use crate::domain::command::Caller;
use crate::domain::effect::{
    Audience, AuditEntry, Delta, Effect, Effects, LockEnd, Receipt, RequestEnd, TakenFrom, Write,
};
use crate::domain::id::{OpId, ParkedId, RequestId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// A request's timer: a reminder to the holder, or its end.
    pub(in crate::domain::workspace) fn request_due(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let (nudge_ms, refresh_ms) = (self.limits.nudge_ms, self.limits.refresh_ms);
        let Some(request) = self.queue.get_mut(id) else { return };
        if request.paused.is_none() && request.expires <= now.mono {
            let object = request.path.object;
            self.end_request(now, id, RequestEnd::Expired, out);
            return self.promote(now, object, out);
        }
        if request.paused.is_none() && !request.nudged && request.waited(now.mono) >= nudge_ms {
            request.nudged = true;
            let subject = path_in_words(request.path);
            self.tell_request(now, id, out);
            Self::audit_step(now, None, "lock.remind", subject, out);
        } else if request.written + refresh_ms <= now.mono {
            self.write_request(now, id, out);
        }
        self.schedule_request(now, id);
    }

    /// Sets a request's timer to its next step. Under a promise or a closure it has none: what ends those sets it again.
    pub(in crate::domain::workspace) fn schedule_request(&mut self, now: Now, id: RequestId) {
        let Some(request) = self.queue.get(id) else { return };
        if request.paused.is_some() {
            self.timers.cancel(Timer::Request(id));
            return;
        }
        let nudge = now.mono + self.limits.nudge_ms.saturating_sub(request.waited(now.mono));
        let next = if request.nudged { request.expires } else { nudge.min(request.expires) };
        self.timers.set(Timer::Request(id), next.min(request.written + self.limits.refresh_ms));
    }

    /// Writes and tells a request as it now is.
    pub(in crate::domain::workspace) fn tell_request(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        self.write_request(now, id, out);
        if let Some(view) = self.queue.get(id).map(|request| self.queue.view(request)) {
            self.tell(now, Audience::All, Delta::Request(view), out);
        }
    }

    /// Writes what remains of its times, so that a restart gives it little more than it had.
    fn write_request(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        if let Some(request) = self.queue.get_mut(id) {
            request.written = now.mono;
        }
        if let Some(request) = self.queue.get(id) {
            out.push(Effect::Write(Write::Request(self.queue.row(request, now.mono))));
        }
    }

    /// The first in the order takes what it has waited for.
    pub(in crate::domain::workspace) fn take_over(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        id: RequestId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = *id.0.as_bytes();
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let session = self.session_here(caller)?;
        let request = self.queue.get(id).ok_or(Refusal::RequestEnded)?;
        if request.session != session {
            return Err(Refusal::NotYours);
        }
        let path = request.path;
        self.open_for_edits(path)?;
        if self.queue.place(request) > 1 {
            return Err(Refusal::NotFirst);
        }
        if request.paused.is_some() {
            return Err(Refusal::Promised);
        }
        let waited = request.waited(now.mono);
        if waited < self.limits.take_over_ms {
            return Err(Refusal::TooEarly { after_ms: self.limits.take_over_ms - waited });
        }
        if self.locks.all_blocking(path, Some(session)).iter().any(|lock| lock.phase.moves()) {
            return Err(Refusal::HandingOver);
        }
        let left = self.make_room(now, session, out)?;
        self.end_request(now, id, RequestEnd::Granted, out);
        let receipt =
            self.take(now, caller.user, session, path, (LockEnd::TakenOver, "lock.take_over", ""), out)?;
        self.follow(now, left, out);
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// Ends every lock in the way, audited, and gives the path to the session, with the way back open for a while.
    pub(in crate::domain::workspace) fn take(
        &mut self,
        now: Now,
        by: UserId,
        session: SessionId,
        path: LockPath,
        (why, action, reason): (LockEnd, &'static str, &str),
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let from: Vec<TakenFrom> = self
            .locks
            .all_blocking(path, Some(session))
            .into_iter()
            .map(|lock| TakenFrom { path: lock.path, session: lock.session, user: lock.user })
            .collect();
        for taken in &from {
            self.end_lock_because(now, taken.path, why, Because { by: Some(by), reason }, out);
            self.audit_taken(now, by, action, *taken, reason, out);
        }
        let fence = self.grant(now, path, session, out);
        let undo_ms = self.limits.undo_ms;
        if let Some(lock) = self.locks.get_mut(path) {
            let (until, wall) = (now.mono + undo_ms, now.wall.plus(undo_ms));
            lock.taken = Some(HeldTaken { by, from, until, wall });
            out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
        }
        self.tell_lock(now, path, out);
        self.promote(now, path.object, out);
        Ok(Receipt::Acquired { fence, revision: self.head(path.object)?.revision })
    }

    /// A lock that was taken away goes into the audit log.
    pub(in crate::domain::workspace) fn audit_taken(
        &self,
        now: Now,
        by: UserId,
        action: &'static str,
        taken: TakenFrom,
        reason: &str,
        out: &mut Effects,
    ) {
        out.push(Effect::Write(Write::Audit(AuditEntry {
            at: now.wall,
            user: Some(by),
            action,
            subject: format!(
                "{} held by user {} session {}",
                path_in_words(taken.path),
                taken.user,
                taken.session
            ),
            reason: reason.to_owned(),
            ..AuditEntry::default()
        })));
    }

    /// Takes a take-over or a force back, whole or not at all.
    pub(in crate::domain::workspace) fn undo(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'u', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let lock = self.locks.get(path).ok_or(Refusal::UndoOver)?;
        let taken = lock.taken.clone().filter(|taken| lock.wrote.is_none() && taken.until > now.mono);
        let taken = taken.ok_or(Refusal::UndoOver)?;
        if taken.by != caller.user && self.allowed_on(caller.user, Action::Force, path.object).is_err() {
            return Err(Refusal::NotPermitted);
        }
        let since = lock.since;
        let because = Because { by: Some(caller.user), reason: "" };
        self.end_lock_because(now, path, LockEnd::Undone, because, out);
        let all_can = taken.from.iter().all(|from| self.may_hold_again(*from));
        if all_can {
            for from in &taken.from {
                if let Some(request) = self.queue.on(from.session, from.path).map(|request| request.id) {
                    self.end_request(now, request, RequestEnd::Granted, out);
                }
                self.grant(now, from.path, from.session, out);
            }
        }
        self.promote(now, path.object, out);
        for from in &taken.from {
            let parked: Vec<ParkedId> = self
                .parked
                .of(from.user)
                .into_iter()
                .filter(|draft| draft.object == path.object && draft.item == from.path.item)
                .filter(|draft| draft.operations.last().is_some_and(|last| last.at >= since))
                .map(|draft| draft.id)
                .collect();
            let delta = Delta::Undone { path: from.path, parked };
            self.tell(now, Audience::Member(from.user), delta, out);
        }
        Self::audit_step(now, Some(caller.user), "lock.undo", path_in_words(path), out);
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        Ok(Receipt::Done)
    }

    fn may_hold_again(&self, from: TakenFrom) -> bool {
        self.sessions.living(from.session).is_some()
            && self.allowed_on(from.user, Action::Edit, from.path.object).is_ok()
            && self.locks.blocking(from.path, Some(from.session)).is_none()
            && self.open_for_edits(from.path).is_ok()
            && self.lockable(from.path).is_ok()
    }

    /// A step of the escalation goes into the audit log.
    fn audit_step(now: Now, by: Option<UserId>, action: &'static str, subject: String, out: &mut Effects) {
        let entry = AuditEntry { at: now.wall, user: by, action, subject, ..AuditEntry::default() };
        out.push(Effect::Write(Write::Audit(entry)));
    }
}
