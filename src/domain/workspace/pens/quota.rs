//! The quota: at most so many locks a session; the oldest without unsaved work makes room, through a flush.

use super::super::Workspace;
use super::super::locks::{Lock, Phase};
use super::super::timers::Timer;
use crate::domain::effect::{Audience, Delta, Effects, LockEnd};
use crate::domain::id::{ObjectId, SessionId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// At the quota the oldest lock without unsaved work makes room: its last keystrokes are waited for, then it is given back.
    /// What ends at once (of a session that cannot be told so, or has too many on their way) is looked at by [`Self::follow`],
    /// when the caller has what the room was made for.
    pub(in crate::domain::workspace) fn make_room(
        &mut self,
        now: Now,
        session: SessionId,
        out: &mut Effects,
    ) -> Result<Option<ObjectId>, Refusal> {
        let (kept, leaving): (Vec<&Lock>, Vec<&Lock>) = self
            .locks
            .of_session(session)
            .into_iter()
            .filter_map(|path| self.locks.get(path))
            .partition(|lock| !matches!(lock.phase, Phase::GivingBack { .. }));
        if kept.len() < self.limits.locks {
            return Ok(None);
        }
        let live = self.sessions.get(session);
        let clean = |lock: &&&Lock| live.is_none_or(|live| !live.dirty.contains_key(&lock.path));
        let oldest = kept
            .iter()
            .filter(clean)
            .filter(|lock| lock.phase == Phase::Held && lock.promise.is_none())
            .min_by_key(|lock| lock.fence)
            .map(|lock| lock.path);
        let Some(oldest) = oldest else {
            return Err(Refusal::LockQuota(kept.into_iter().map(|lock| self.view_lock(lock)).collect()));
        };
        // So many may be on their way back at once; of more the first is not waited for.
        let longest = leaving.iter().min_by_key(|lock| lock.fence).map(|lock| lock.path);
        let too_many = leaving.len() >= self.limits.locks;
        let reachable = live.is_some_and(|live| live.socket.is_some());
        let ends = if reachable { longest.filter(|_| too_many) } else { Some(oldest) };
        if reachable {
            self.begin_giving_back(now, oldest, out);
        }
        if let Some(path) = ends {
            let why = self.released_or_abandoned(path);
            self.end_lock(now, path, why, out);
        }
        Ok(ends.map(|path| path.object))
    }

    /// Looks at who waits for what made room.
    pub(in crate::domain::workspace) fn follow(
        &mut self,
        now: Now,
        left: Option<ObjectId>,
        out: &mut Effects,
    ) {
        if let Some(object) = left {
            self.promote(now, object, out);
        }
    }

    fn begin_giving_back(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let within_ms = self.limits.flush_ms;
        let Some(lock) = self.locks.get_mut(path) else { return };
        lock.phase = Phase::GivingBack { until: now.mono + within_ms };
        let (session, to, fence) = (lock.session, lock.user, lock.fence);
        self.timers.set(Timer::Lock(path), now.mono + within_ms);
        self.tell_lock(now, path, out);
        self.tell(now, Audience::Session(session), Delta::Freeze { path, fence, to, within_ms }, out);
    }

    /// The last keystrokes are here, or their time is over.
    pub(in crate::domain::workspace) fn given_back(&mut self, now: Now, path: LockPath, out: &mut Effects) {
        let why = self.released_or_abandoned(path);
        self.end_lock(now, path, why, out);
        self.promote(now, path.object, out);
    }

    /// Its session wants a lock that was on its way back after all: another makes room.
    pub(in crate::domain::workspace) fn keep_after_all(
        &mut self,
        now: Now,
        path: LockPath,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        let Some(lock) = self.locks.get(path).filter(|lock| matches!(lock.phase, Phase::GivingBack { .. }))
        else {
            return Ok(());
        };
        let left = self.make_room(now, lock.session, out)?;
        self.thaw(now, path, out);
        self.follow(now, left, out);
        Ok(())
    }

    /// How a lock ends that is given back: after changes, or unused.
    pub(in crate::domain::workspace) fn released_or_abandoned(&self, path: LockPath) -> LockEnd {
        match self.locks.get(path).and_then(|lock| lock.wrote) {
            Some(_) => LockEnd::Released,
            None => LockEnd::Abandoned,
        }
    }
}
