//! Taking a pen: a free one, one's own from another tab, another's as an admin; and giving it back.

use super::super::Workspace;
use super::super::locks::{HeldPromise, Phase};
use super::super::requests::DONE;
use super::super::talk::check_text;
use super::{Because, intent};
use crate::domain::command::Caller;
use crate::domain::effect::{Effect, Effects, LockEnd, Receipt, RequestEnd, TakenFrom, Write};
use crate::domain::id::{ItemId, OpId, SessionId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::NodeKind;
use crate::domain::time::Now;

impl Workspace {
    /// Takes a free lock, or says who holds it.
    pub(in crate::domain::workspace) fn acquire(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'a', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.acquire_as(now, caller, op_id, intent, path, out)
    }

    /// Takes a free lock; the answer is kept under the intent of whatever led here.
    pub(in crate::domain::workspace) fn acquire_as(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        intent: [u8; 16],
        path: LockPath,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::Edit)?;
        let session = self.session_here(caller)?;
        self.lockable(path)?;
        self.open_for_edits(path)?;
        if let Some(held) = self.locks.own(path, session).map(|own| own.path) {
            self.keep_after_all(now, held, out)?;
        }
        if let Some(own) = self.locks.own(path, session) {
            return Ok(Receipt::Acquired { fence: own.fence, revision: self.head(path.object)?.revision });
        }
        if let Some(blocking) = self.locks.blocking(path, Some(session)) {
            let view = Box::new(self.view_lock(blocking));
            if view.user == caller.user {
                return Err(Refusal::OwnLock(view));
            }
            return Ok(Receipt::Busy { holder: view });
        }
        self.not_reserved(path.object, Some(session))?;
        let left = self.make_room(now, session, out)?;
        let fence = self.grant(now, path, session, out);
        self.follow(now, left, out);
        let receipt = Receipt::Acquired { fence, revision: self.head(path.object)?.revision };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// Gives a lock back. During a hand-over that is the hand-over.
    pub(in crate::domain::workspace) fn release(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        fence: Fence,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'r', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        let session = self.session(caller)?.id;
        let Some(lock) = self.locks.get(path).filter(|lock| lock.session == session) else {
            return Err(Refusal::AlreadyReleased);
        };
        if lock.fence != fence {
            return Err(Refusal::NotHeld);
        }
        match lock.phase {
            Phase::HandingOver { to, .. } => self.hand_over(now, path, to, out),
            Phase::Held | Phase::GivingBack { .. } => self.given_back_to_the_queue(now, path, out),
            // What is given back before it was taken is not wished for any more.
            Phase::Reserved { request, .. } => {
                self.end_lock(now, path, LockEnd::Abandoned, out);
                self.end_request(now, request, RequestEnd::Cancelled, out);
                self.promote(now, path.object, out);
            }
        }
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        DONE
    }

    /// A lock is given back, and whoever it goes to has been granted it before the holder could.
    fn given_back_to_the_queue(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let Some(user) = self.locks.get(path).map(|lock| lock.user) else { return };
        self.releasing = Some(user);
        self.given_back(now, path, out);
        self.releasing = None;
        let most = self.limits.requests * self.limits.locks;
        self.released_to.drain(..self.released_to.len().saturating_sub(most));
    }

    /// A sign of life: whether the session still holds the path under that fence. It is no edit, so idleness goes on.
    pub(in crate::domain::workspace) fn renew_lock(
        &mut self,
        caller: Caller,
        path: LockPath,
        fence: Fence,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let session = self.session(caller)?.id;
        let own = self.locks.covering(path, session, fence).ok_or(Refusal::NotHeld)?;
        Ok(Receipt::Acquired { fence: own.fence, revision: self.head(path.object)?.revision })
    }

    /// Moves a lock from another tab of the same member to this one.
    pub(in crate::domain::workspace) fn edit_here(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'h', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let session = self.session_here(caller)?;
        let lock = self.locks.get(path).or_else(|| self.locks.get(LockPath::object(path.object)));
        let lock = lock.ok_or(Refusal::NotLocked)?;
        if lock.user != caller.user {
            let view = Box::new(self.view_lock(lock));
            return Err(if lock.path == path {
                Refusal::Locked(view)
            } else {
                Refusal::HeldByAncestor(view)
            });
        }
        if lock.session == session {
            return Err(Refusal::OwnLock(Box::new(self.view_lock(lock))));
        }
        if lock.phase.moves() {
            return Err(Refusal::HandingOver);
        }
        // The pen of the whole object moves as a whole.
        let path = lock.path;
        let (idle_ms, edited, promise) = (lock.idle_ms, lock.edited, lock.promise);
        let left = self.make_room(now, session, out)?;
        // What that tab holds above or below would be in the way of this one.
        let moved: Vec<LockPath> = self
            .locks
            .of_object(path.object)
            .filter(|lock| lock.path.conflicts(path) && lock.session != session)
            .map(|lock| lock.path)
            .collect();
        if let Some(lock) = self.locks.get_mut(path) {
            // The word that was given holds for the member, not for the tab.
            lock.promise = None;
        }
        for path in moved {
            self.end_lock(now, path, LockEnd::Moved, out);
        }
        let fence = self.grant(now, path, session, out);
        let promise = promise.and_then(|word| self.word_to_another(now, session, word, out));
        if let Some(lock) = self.locks.get_mut(path) {
            // Queue, promise and idle clocks go on: moving one's own lock is no edit.
            lock.idle_ms = idle_ms;
            lock.edited = edited;
            lock.promise = promise;
            if promise.is_some() {
                out.push(Effect::Write(Write::Lock(lock.row(now.mono))));
            }
        }
        if let Some(word) = promise {
            self.word_goes_on(now, word.request, out);
            self.tell_lock(now, path, out);
        }
        self.lock_due(now, path, out);
        self.follow(now, left, out);
        self.promote(now, path.object, out);
        let receipt = Receipt::Acquired { fence, revision: self.head(path.object)?.revision };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// A word that goes on for somebody else than the tab to which the lock has moved. To that tab it is kept, though the
    /// tab may wait for more.
    fn word_to_another(
        &mut self,
        now: Now,
        session: SessionId,
        word: HeldPromise,
        out: &mut Effects,
    ) -> Option<HeldPromise> {
        let asker = self.queue.get(word.request)?.session;
        if asker == session {
            self.word_kept_no_more(now, word.request, out);
            return None;
        }
        Some(word)
    }

    /// An owner or admin takes a lock away at once. With a session they have it; without one it goes to the queue.
    pub(in crate::domain::workspace) fn force(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        path: LockPath,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(b'f', path);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Force)?;
        check_text("reason", &reason, self.limits.note)?;
        self.lockable(path)?;
        let session = caller.session.map(|_| self.session_here(caller)).transpose()?;
        if self.locks.all_blocking(path, session).is_empty() {
            return Err(Refusal::NotLocked);
        }
        let receipt = match session {
            Some(session) => {
                self.open_for_edits(path)?;
                let left = self.make_room(now, session, out)?;
                let how = (LockEnd::Forced, "lock.force", reason.as_str());
                let receipt = self.take(now, caller.user, session, path, how, out)?;
                self.follow(now, left, out);
                receipt
            }
            None => {
                self.set_free(now, caller, path, &reason, out);
                Receipt::Done
            }
        };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// Ends every lock in the way, audited, and lets the queue have them.
    fn set_free(&mut self, now: Now, caller: Caller, path: LockPath, reason: &str, out: &mut Effects) {
        let held: Vec<TakenFrom> = self
            .locks
            .all_blocking(path, None)
            .into_iter()
            .map(|lock| TakenFrom { path: lock.path, session: lock.session, user: lock.user })
            .collect();
        for taken in held {
            let because = Because { by: Some(caller.user), reason };
            self.end_lock_because(now, taken.path, LockEnd::Forced, because, out);
            self.audit_taken(now, caller.user, "lock.force", taken, reason, out);
        }
        self.promote(now, path.object, out);
    }

    /// The caller's session, which must be connected: nobody is given a lock at once who may not be there.
    pub(in crate::domain::workspace) fn session_here(&self, caller: Caller) -> Result<SessionId, Refusal> {
        let session = self.session(caller)?;
        if session.connected() { Ok(session.id) } else { Err(Refusal::RetryLater) }
    }

    /// Whether the path names something that can be locked.
    pub(in crate::domain::workspace) fn lockable(&self, path: LockPath) -> Result<(), Refusal> {
        self.head(path.object)?;
        let Some(item) = path.item else { return Ok(()) };
        if let ItemId::Record(record) = item {
            let known = self.records.get(path.object, record).filter(|_| self.is_table(path.object));
            let known = known.ok_or(Refusal::RetryLater)?;
            return known.filter(|record| !record.deleted).map(|_| ()).ok_or(Refusal::NoSuchItem(item));
        }
        let open = self.stacks.get(path.object).ok_or(Refusal::RetryLater)?;
        let node = open.draft.get(item).ok_or(Refusal::NoSuchItem(item))?;
        match node.kind {
            NodeKind::Step | NodeKind::Input | NodeKind::Settings | NodeKind::Response => Ok(()),
            NodeKind::Inputs | NodeKind::Stack | NodeKind::Arm => Err(Refusal::NotLockable),
        }
    }
}
