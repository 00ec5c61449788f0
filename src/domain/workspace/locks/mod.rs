//! Locks and the requests for them, as a state machine that decides and remembers, and tells nobody.
//!
//! Paths are flat: an object or an item of it. An exclusive lock on an item is at the same time an intention on its
//! object, which here is not stored but read off the order of the paths: an object sorts right before its items.

mod past;
mod queue;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::{LockRow, LockState, LockView, Promise, Taken, TakenFrom};
use crate::domain::id::{ObjectId, RequestId, SessionId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::stack::Revision;
use crate::domain::time::{Millis, Now, Timestamp};

pub(super) use past::PastFences;
pub(super) use queue::{LockRequest, Queue};

/// What is happening to a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its holder edits.
    Held,
    /// The holder's last keystrokes are on their way; then the request is granted. In memory only: after a restart the
    /// request is pending again.
    HandingOver {
        /// Who gets it.
        to: RequestId,
        /// The holder has until then …
        until: Millis,
        /// … and these bytes.
        left: usize,
    },
    /// Given back at the quota, as soon as the last keystrokes are here. In memory only.
    GivingBack {
        /// The holder has until then.
        until: Millis,
    },
    /// Kept for an asker who is reconnecting.
    Reserved {
        /// The request that was granted.
        request: RequestId,
        /// The asker has until then.
        until: Millis,
    },
}

impl Phase {
    /// Whether the holder's last keystrokes are on their way: nothing else is decided about the lock meanwhile.
    pub fn moves(self) -> bool {
        matches!(self, Phase::HandingOver { .. } | Phase::GivingBack { .. })
    }
}

#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub path: LockPath,
    pub session: SessionId,
    pub user: UserId,
    pub fence: Fence,
    pub phase: Phase,
    pub since: Timestamp,
    /// Last edit, or the grant.
    pub edited: Millis,
    pub edited_wall: Timestamp,
    /// The first revision that was written under its fence.
    pub wrote: Option<Revision>,
    /// It is idle after this long without an edit.
    pub idle_ms: u64,
    /// Idle release has been announced.
    pub warned: Option<Timestamp>,
    /// When it was granted.
    pub granted: Millis,
    /// The holder's word.
    pub promise: Option<HeldPromise>,
    /// From whom it was taken, as long as that can be undone.
    pub taken: Option<HeldTaken>,
    /// SHA-256 of its session's resume secret.
    pub secret: [u8; 32],
}

/// A holder's word: the pen goes to the request by itself at that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeldPromise {
    pub request: RequestId,
    pub at: Millis,
    pub wall: Timestamp,
    /// When its row was last written.
    pub written: Millis,
}

/// From whom a lock was taken, and until when that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldTaken {
    pub by: UserId,
    pub from: Vec<TakenFrom>,
    pub until: Millis,
    pub wall: Timestamp,
}

impl Lock {
    /// A lock as it is granted.
    pub fn new(
        path: LockPath,
        fence: Fence,
        holder: (SessionId, UserId, [u8; 32]),
        now: Now,
        idle_ms: u64,
    ) -> Self {
        let (session, user, secret) = holder;
        Lock {
            path,
            session,
            user,
            fence,
            phase: Phase::Held,
            since: now.wall,
            edited: now.mono,
            edited_wall: now.wall,
            wrote: None,
            idle_ms,
            warned: None,
            granted: now.mono,
            promise: None,
            taken: None,
            secret,
        }
    }

    /// What everybody sees of it. `away` tells whether its session is reconnecting, `unsaved` what it reports.
    pub fn view(&self, away: bool, unsaved: u32) -> LockView {
        let state = match self.phase {
            Phase::HandingOver { .. } | Phase::GivingBack { .. } => LockState::HandingOver,
            Phase::Reserved { .. } => LockState::Reserved,
            Phase::Held if away => LockState::Reconnecting,
            Phase::Held => LockState::Held,
        };
        LockView {
            path: self.path,
            session: self.session,
            user: self.user,
            fence: self.fence,
            state,
            since: self.since,
            edited: self.edited_wall,
            unsaved,
            idle_until: self.warned,
            promise: self.promise.map(|held| Promise { request: held.request, until: held.wall }),
            undo_until: self.taken.as_ref().filter(|_| self.wrote.is_none()).map(|taken| taken.wall),
        }
    }

    /// As the store keeps it.
    pub fn row(&self, now: Millis) -> LockRow {
        LockRow {
            view: self.view(false, 0),
            secret: self.secret,
            wrote: self.wrote,
            promised_ms: self.promise.map(|held| held.at.since(now)),
            taken: self.taken.as_ref().map(|taken| Taken {
                by: taken.by,
                from: taken.from.clone(),
                remains_ms: taken.until.since(now),
            }),
        }
    }
}

/// Held locks, by path and by session, and the source of fences.
#[derive(Debug, Default)]
pub(super) struct Locks {
    held: BTreeMap<LockPath, Lock>,
    by_session: BTreeMap<SessionId, BTreeSet<LockPath>>,
    fence: Fence,
}

impl Locks {
    /// Fences from `epoch` on, above everything that was ever written.
    pub fn new(epoch: u64, highest: Fence) -> Self {
        let fence = if epoch > highest.epoch { Fence { epoch, counter: 0 } } else { highest };
        Locks { fence, ..Locks::default() }
    }

    /// The next fence: never given before.
    pub fn next_fence(&mut self) -> Fence {
        self.fence.counter += 1;
        self.fence
    }

    pub fn get(&self, path: LockPath) -> Option<&Lock> {
        self.held.get(&path)
    }

    pub fn get_mut(&mut self, path: LockPath) -> Option<&mut Lock> {
        self.held.get_mut(&path)
    }

    pub fn insert(&mut self, lock: Lock) {
        self.by_session.entry(lock.session).or_default().insert(lock.path);
        self.held.insert(lock.path, lock);
    }

    pub fn remove(&mut self, path: LockPath) -> Option<Lock> {
        let lock = self.held.remove(&path)?;
        if let Some(paths) = self.by_session.get_mut(&lock.session) {
            paths.remove(&path);
            if paths.is_empty() {
                self.by_session.remove(&lock.session);
            }
        }
        Some(lock)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Lock> {
        self.held.values()
    }

    /// All locks on an object and its items, the object's own first.
    pub fn of_object(&self, object: ObjectId) -> impl Iterator<Item = &Lock> {
        self.held
            .range(LockPath::object(object)..)
            .take_while(move |(path, _)| path.object == object)
            .map(|(_, lock)| lock)
    }

    /// The paths that a session holds.
    pub fn of_session(&self, session: SessionId) -> Vec<LockPath> {
        self.by_session.get(&session).map(|paths| paths.iter().copied().collect()).unwrap_or_default()
    }

    /// The first lock of another session that excludes `path` for `session`.
    pub fn blocking(&self, path: LockPath, session: Option<SessionId>) -> Option<&Lock> {
        let others = |lock: &&Lock| Some(lock.session) != session;
        match path.item {
            None => self.of_object(path.object).find(others),
            Some(_) => [LockPath::object(path.object), path]
                .into_iter()
                .filter_map(|path| self.held.get(&path))
                .find(others),
        }
    }

    /// All locks of other sessions that exclude `path` for `session`.
    pub fn all_blocking(&self, path: LockPath, session: Option<SessionId>) -> Vec<&Lock> {
        self.of_object(path.object)
            .filter(|lock| lock.path.conflicts(path) && Some(lock.session) != session)
            .collect()
    }

    /// The lock under which `session` may write `path` with `fence`.
    pub fn covering(&self, path: LockPath, session: SessionId, fence: Fence) -> Option<&Lock> {
        [path, LockPath::object(path.object)].into_iter().filter_map(|path| self.held.get(&path)).find(
            |lock| {
                lock.session == session
                    && lock.fence == fence
                    && !matches!(lock.phase, Phase::Reserved { .. })
            },
        )
    }

    /// The lock that makes `path` the session's own.
    pub fn own(&self, path: LockPath, session: SessionId) -> Option<&Lock> {
        [path, LockPath::object(path.object)]
            .into_iter()
            .filter_map(|path| self.held.get(&path))
            .find(|lock| lock.session == session)
    }
}
