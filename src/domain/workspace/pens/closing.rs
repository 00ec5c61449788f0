//! Closing a path: nobody edits it until an owner or admin opens it again.

use super::super::Workspace;
use super::super::console::EVERYTHING;
use super::{Because, intent, path_in_words};
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, AuditEntry, Closure, Delta, Effect, Effects, LockEnd, Receipt, Write};
use crate::domain::id::{OpId, RequestId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// The closure that covers a path, if one does.
    pub(in crate::domain::workspace) fn closure_on(&self, path: LockPath) -> Option<&Closure> {
        let covers = |closure: &&Closure| closure.path == EVERYTHING || closure.path.conflicts(path);
        self.closures.values().find(covers)
    }

    /// Refuses an edit or a lock under a closure.
    pub(in crate::domain::workspace) fn open_for_edits(&self, path: LockPath) -> Result<(), Refusal> {
        match self.closure_on(path) {
            Some(closure) => Err(Refusal::Closed(Box::new(closure.clone()))),
            None => Ok(()),
        }
    }

    /// Closes a path. Live locks under it end, with their work parked; requests under it wait, and their clocks stand still.
    pub(in crate::domain::workspace) fn close_editing(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'c', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Force)?;
        super::super::talk::check_text("reason", &reason, self.limits.note)?;
        self.lockable(path)?;
        self.open_for_edits(path)?;
        let closure = Closure { path, user: caller.user, reason: reason.clone(), since: now.wall };
        let held: Vec<LockPath> =
            self.locks.all_blocking(path, None).into_iter().map(|lock| lock.path).collect();
        for held in held {
            let because = Because { by: Some(caller.user), reason: &reason };
            self.end_lock_because(now, held, LockEnd::Closed, because, out);
        }
        // A fence is taken at each closing too, so that no write from before can be current after.
        self.locks.next_fence();
        self.closures.insert(path, closure.clone());
        out.push(Effect::Write(Write::Closed(closure.clone())));
        self.audit_closure(now, caller, "lock.close", path, reason, out);
        self.tell(now, Audience::All, Delta::Closed(closure), out);
        for id in self.requests_under(path) {
            if let Some(request) = self.queue.get_mut(id) {
                request.pause(now.mono);
            }
            self.schedule_request(now, id);
            self.tell_request(now, id, out);
        }
        // The lock of a whole object that ended was in the way of more than what is closed.
        self.promote(now, path.object, out);
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        Ok(Receipt::Done)
    }

    /// Opens a path again.
    pub(in crate::domain::workspace) fn reopen(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'o', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Force)?;
        if path == EVERYTHING {
            return Err(Refusal::NotLockable);
        }
        self.closures.remove(&path).ok_or(Refusal::NotLocked)?;
        out.push(Effect::Write(Write::Reopened(path)));
        self.audit_closure(now, caller, "lock.reopen", path, String::new(), out);
        self.tell(now, Audience::All, Delta::Reopened { path, by: caller.user }, out);
        for id in self.requests_under(path) {
            self.goes_on(now, id, out);
        }
        self.promote(now, path.object, out);
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        Ok(Receipt::Done)
    }

    /// The clock of a request runs again, unless something else holds it.
    pub(in crate::domain::workspace) fn goes_on(&mut self, now: Now, id: RequestId, out: &mut Effects) {
        let (take_over, stood) = (self.limits.take_over_ms, now.mono);
        let goes_on = !self.stands_still(id);
        if let Some(request) = self.queue.get_mut(id) {
            let still = request.paused.map_or(0, |since| stood.since(since));
            request.expires = request.expires + still;
            request.resume(now, take_over);
            if !goes_on {
                request.pause(stood);
            }
        }
        self.schedule_request(now, id);
        self.tell_request(now, id, out);
    }

    fn requests_under(&self, path: LockPath) -> Vec<RequestId> {
        self.queue.overlapping(path).map(|request| request.id).collect()
    }

    fn audit_closure(
        &self,
        now: Now,
        caller: Caller,
        action: &'static str,
        path: LockPath,
        reason: String,
        out: &mut Effects,
    ) {
        let subject = path_in_words(path);
        let entry = AuditEntry {
            at: now.wall,
            user: Some(caller.user),
            action,
            subject,
            reason,
            ..AuditEntry::default()
        };
        out.push(Effect::Write(Write::Audit(entry)));
    }
}
