//! The pen of a whole object: it waits for the items without starving, and gives one of them away without losing the rest.

use super::super::Workspace;
use super::super::locks::Lock;
use super::super::timers::Timer;
use crate::domain::effect::{Effect, Effects, LockEnd, Write};
use crate::domain::id::{ObjectId, RequestId, SessionId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// A request for an object keeps others from new locks in it, for a while.
    pub(in crate::domain::workspace) fn block(&mut self, now: Now, path: LockPath, id: RequestId) {
        self.block_for(now, path, id, self.limits.block_ms);
    }

    pub(in crate::domain::workspace) fn block_for(
        &mut self,
        now: Now,
        path: LockPath,
        id: RequestId,
        ms: u64,
    ) {
        if path.item.is_none() && !self.blocks.contains_key(&path.object) {
            let until = now.mono + ms;
            self.blocks.insert(path.object, (id, until));
            self.timers.set(Timer::Block(path.object), until);
        }
    }

    /// The block is over: newer requests for items may pass.
    pub(in crate::domain::workspace) fn block_over(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        if self.blocks.remove(&object).is_some() {
            self.timers.cancel(Timer::Block(object));
            self.promote(now, object, out);
        }
    }

    /// The block of a request that has ended goes with it.
    pub(in crate::domain::workspace) fn unblock(&mut self, id: RequestId, object: ObjectId) {
        if self.blocks.get(&object).is_some_and(|(blocking, _)| *blocking == id) {
            self.blocks.remove(&object);
            self.timers.cancel(Timer::Block(object));
        }
    }

    /// Whether the request keeps others from new locks in its object now.
    pub(in crate::domain::workspace) fn blocks(&self, id: RequestId, object: ObjectId) -> bool {
        self.blocks.get(&object).is_some_and(|(blocking, _)| *blocking == id)
    }

    /// Refuses a new lock in an object that somebody else waits for.
    pub(in crate::domain::workspace) fn not_reserved(
        &self,
        object: ObjectId,
        session: Option<SessionId>,
    ) -> Result<(), Refusal> {
        let waits = self.blocks.get(&object).and_then(|(id, _)| self.queue.get(*id));
        match waits {
            Some(request) if Some(request.session) != session => Err(Refusal::Reserved),
            _ => Ok(()),
        }
    }

    /// The object's lock becomes locks on the items that its holder is still typing in, but for the one that is asked for,
    /// under the same fence.
    pub(in crate::domain::workspace) fn narrow(
        &mut self,
        now: Now,
        held: LockPath,
        asked: LockPath,
        out: &mut Effects,
    ) {
        let Some(lock) = self.locks.get(held).cloned() else { return };
        let most = self.limits.narrowed_items;
        let keep: Vec<LockPath> = self
            .sessions
            .get(lock.session)
            .map(|session| session.dirty.keys().copied().collect::<Vec<_>>())
            .unwrap_or_default()
            .into_iter()
            .filter(|path| path.object == held.object && path.item.is_some() && *path != asked)
            .filter(|path| self.lockable(*path).is_ok())
            .take(most)
            .collect();
        self.end_lock(now, held, LockEnd::Narrowed, out);
        for path in keep {
            let holder = (lock.session, lock.user, lock.secret);
            let mut item = Lock::new(path, lock.fence, holder, now, lock.idle_ms);
            item.used = lock.used;
            self.timers.set(Timer::Lock(path), now.mono + self.warn_after(item.idle_ms));
            out.push(Effect::Write(Write::Lock(item.row(now.mono))));
            self.locks.insert(item);
            self.tell_lock(now, path, out);
        }
    }
}
