//! What an admin does to the room as a whole: freezing it with a message.

use crate::domain::command::{Caller, Request, UploadStep};
use crate::domain::effect::{Audience, AuditEntry, Closure, Delta, Effect, Effects, LockEnd, Receipt, Write};
use crate::domain::id::ObjectId;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;
use crate::domain::workspace::Workspace;
use crate::domain::workspace::pens::Because;
use crate::domain::workspace::requests::DONE;
use crate::domain::workspace::talk::check_text;

/// The path of a closure of the whole workspace: no object has this id.
pub(in crate::domain::workspace) const EVERYTHING: LockPath =
    LockPath { object: ObjectId(uuid::Uuid::nil()), item: None };

impl Workspace {
    /// Nobody edits anything until it is thawed. Live locks end, with their work parked; requests wait, and their clocks stand
    /// still.
    pub(in crate::domain::workspace) fn freeze(
        &mut self,
        now: Now,
        caller: Caller,
        message: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        check_text("message", &message, self.limits.note)?;
        if let Some(frozen) = self.closures.get(&EVERYTHING) {
            return Err(Refusal::Closed(Box::new(frozen.clone())));
        }
        let closure =
            Closure { path: EVERYTHING, user: caller.user, reason: message.clone(), since: now.wall };
        let held: Vec<LockPath> = self.locks.iter().map(|lock| lock.path).collect();
        for path in held {
            let because = Because { by: Some(caller.user), reason: &message };
            self.end_lock_because(now, path, LockEnd::Closed, because, out);
        }
        // A fence is taken at each closing too, so that no write from before can be current after.
        self.locks.next_fence();
        self.closures.insert(EVERYTHING, closure.clone());
        out.push(Effect::Write(Write::Closed(closure.clone())));
        let entry = AuditEntry { reason: message, after: "frozen".into(), ..AuditEntry::default() };
        self.audit(now, caller, ("workspace.freeze", "the workspace".into()), entry, out);
        self.tell(now, Audience::All, Delta::Closed(closure), out);
        let waiting: Vec<_> = self.queue.iter().iter().map(|request| request.id).collect();
        for id in waiting {
            if let Some(request) = self.queue.get_mut(id) {
                request.pause(now.mono);
            }
            self.schedule_request(now, id);
            self.tell_request(now, id, out);
        }
        DONE
    }

    /// Edits go on.
    pub(in crate::domain::workspace) fn unfreeze(
        &mut self,
        now: Now,
        caller: Caller,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        let frozen = self.closures.remove(&EVERYTHING).ok_or(Refusal::NothingToDo)?;
        out.push(Effect::Write(Write::Reopened(EVERYTHING)));
        let entry = AuditEntry { before: "frozen".into(), reason: frozen.reason, ..AuditEntry::default() };
        self.audit(now, caller, ("workspace.thaw", "the workspace".into()), entry, out);
        self.tell(now, Audience::All, Delta::Reopened { path: EVERYTHING, by: caller.user }, out);
        let waiting: Vec<_> =
            self.queue.iter().iter().map(|request| (request.id, request.path.object)).collect();
        for (id, _) in &waiting {
            self.goes_on(now, *id, out);
        }
        let mut objects: Vec<_> = waiting.into_iter().map(|(_, object)| object).collect();
        objects.sort_unstable();
        objects.dedup();
        for object in objects {
            self.promote(now, object, out);
        }
        DONE
    }

    /// Refuses, while the workspace is frozen, what changes objects and asks for no lock.
    pub(in crate::domain::workspace) fn not_frozen(&self, request: &Request) -> Result<(), Refusal> {
        let changes = match request {
            Request::Import { .. }
            | Request::DeleteObject { .. }
            | Request::Revert(_)
            | Request::Step(_)
            | Request::Restore(_)
            | Request::Publish(_) => true,
            // What was begun may still be given up.
            Request::Upload(upload) => !matches!(upload.step, UploadStep::Abandon),
            _ => false,
        };
        match self.closures.get(&EVERYTHING).filter(|_| changes) {
            Some(frozen) => Err(Refusal::Closed(Box::new(frozen.clone()))),
            None => Ok(()),
        }
    }
}
