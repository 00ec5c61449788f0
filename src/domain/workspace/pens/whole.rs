//! The pen of a whole object: it waits for the items without starving, and gives one of them away without losing the rest.

use super::super::Workspace;
use super::super::locks::{Lock, LockRequest};
use super::super::timers::Timer;
use crate::domain::effect::{Effect, Effects, LockEnd, Write};
use crate::domain::id::{ObjectId, RequestId, SessionId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// The first of the requests for an object whose time is not over keeps others from new locks in it. One after the other:
    /// what the first leaves of its time is the second's too.
    pub(in crate::domain::workspace) fn block_next(&mut self, now: Now, object: ObjectId) {
        if self.blocks.contains_key(&object) {
            return;
        }
        let whole = self.queue.exactly(LockPath::object(object));
        let until = |request: &LockRequest| (request.id, request.asked + self.limits.block_ms);
        if let Some((id, until)) = whole.map(until).find(|(_, until)| *until > now.mono) {
            self.blocks.insert(object, (id, until));
            self.timers.set(Timer::Block(object), until);
        }
    }

    /// The block is over: newer requests for items may pass.
    pub(in crate::domain::workspace) fn block_over(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        if self.blocks.remove(&object).is_some() {
            self.timers.cancel(Timer::Block(object));
            self.block_next(now, object);
            self.promote(now, object, out);
        }
    }

    /// The block of a request that has ended goes with it.
    pub(in crate::domain::workspace) fn unblock(&mut self, now: Now, id: RequestId, object: ObjectId) {
        if self.blocks.get(&object).is_some_and(|(blocking, _)| *blocking == id) {
            self.blocks.remove(&object);
            self.timers.cancel(Timer::Block(object));
            self.block_next(now, object);
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
            .filter(|path| self.lockable(*path).is_ok() && self.locks.get(*path).is_none())
            .take(most)
            .collect();
        self.end_lock(now, held, LockEnd::Narrowed, out);
        // What it holds besides stays as it is, but for what is asked for.
        if self.locks.get(asked).is_some_and(|item| item.session == lock.session) {
            self.end_lock(now, asked, LockEnd::HandedOver, out);
        }
        for path in keep {
            let holder = (lock.session, lock.user, lock.secret);
            let mut item = Lock::new(path, lock.fence, holder, now, lock.idle_ms);
            item.wrote = lock.wrote;
            self.timers.set(Timer::Lock(path), now.mono + self.warn_after(item.idle_ms));
            out.push(Effect::Write(Write::Lock(item.row(now.mono))));
            self.locks.insert(item);
            self.tell_lock(now, path, out);
            self.bot_gives_way_next(now, path, out);
        }
    }
}
