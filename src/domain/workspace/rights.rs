//! Whether an edit holds the pen that it names, and whose locks stand in its way.

use super::Workspace;
use super::edits::Touched;
use super::locks::Lock;
use super::sessions::Session;
use crate::domain::command::{Caller, Edit, Pen};
use crate::domain::effect::ParkedReason;
use crate::domain::id::{ItemId, ObjectId, SessionId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// A held pen is a session's. One that is over may still bring what was typed, to be parked; another member's may not.
    pub(super) fn pen_of_caller(&self, caller: Caller, pen: Pen) -> Result<(), Refusal> {
        match (pen, caller.session.map(|id| self.sessions.get(id))) {
            (Pen::Held(_), None) => Err(Refusal::SessionRequired),
            (_, Some(Some(session))) if session.user != caller.user => Err(Refusal::SessionGone),
            (Pen::WithLock, Some(session)) if !session.is_some_and(Session::lives) => {
                Err(Refusal::SessionGone)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn may_park(&self, now: Now, caller: Caller, pen: Pen) -> bool {
        let Pen::Held(fence) = pen else { return false };
        let session = caller.session.and_then(|id| self.sessions.get(id));
        session
            .and_then(|session| session.park_only.as_ref())
            .is_some_and(|(until, fences)| *until >= now.mono && fences.contains(&fence))
    }

    /// Why the session does not hold the pen that the edit names, if it does not.
    ///
    /// # Errors
    /// A fence that the member never held opens nothing, not even a parked draft.
    pub(super) fn pen_missing(
        &self,
        caller: Caller,
        edit: &Edit,
        touched: &Touched,
    ) -> Result<Option<ParkedReason>, Refusal> {
        let (Pen::Held(fence), Some(session)) = (edit.pen, caller.session) else { return Ok(None) };
        let path = LockPath { object: edit.object, item: touched.item };
        if self.locks.covering(path, session, fence).is_some() {
            return Ok(None);
        }
        if !self.held_once(fence, caller.user, edit.object) {
            return Err(Refusal::NotHeld);
        }
        let lost = self.locks.blocking(path, None).is_none();
        Ok(Some(if lost { ParkedReason::LockLost } else { ParkedReason::StaleFence }))
    }

    /// Whether the member holds, or has held, something in the object under the fence.
    pub(super) fn held_once(&self, fence: Fence, user: UserId, object: ObjectId) -> bool {
        let held = |lock: &Lock| lock.fence == fence && lock.user == user;
        self.locks.of_object(object).any(held) || self.past_fences.was_held(fence, user, object)
    }

    /// Refuses if another session holds what the operation needs.
    pub(super) fn in_the_way(
        &self,
        session: Option<SessionId>,
        object: ObjectId,
        needs: &[ItemId],
    ) -> Result<(), Refusal> {
        if let Some(lock) =
            self.locks.get(LockPath::object(object)).filter(|lock| Some(lock.session) != session)
        {
            return Err(Refusal::HeldByAncestor(Box::new(self.view_lock(lock))));
        }
        let mut views = Vec::new();
        for lock in self.locks.of_object(object).filter(|lock| Some(lock.session) != session) {
            if lock.path.item.is_some_and(|item| needs.contains(&item)) {
                views.push(self.view_lock(lock));
            }
        }
        match views.len() {
            0 => Ok(()),
            1 => Err(views.pop().map_or(Refusal::Busy, |view| Refusal::Locked(Box::new(view)))),
            _ => Err(Refusal::LockedBelow(views)),
        }
    }

    pub(super) fn others_in_the_way(
        &self,
        caller: Caller,
        object: ObjectId,
        touched: &Touched,
    ) -> Result<(), Refusal> {
        if touched.object {
            self.object_free(caller, object)
        } else {
            self.in_the_way(caller.session, object, &touched.needs)
        }
    }

    /// Refuses if another session holds the object or any item of it.
    pub(super) fn object_free(&self, caller: Caller, object: ObjectId) -> Result<(), Refusal> {
        self.open_for_edits(LockPath::object(object))?;
        let views: Vec<_> = self
            .locks
            .of_object(object)
            .filter(|lock| Some(lock.session) != caller.session)
            .map(|lock| self.view_lock(lock))
            .collect();
        if views.is_empty() { Ok(()) } else { Err(Refusal::LockedBelow(views)) }
    }
}
