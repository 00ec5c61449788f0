//! The stacks in memory, and the commands that wait for one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::command::{Caller, Change, LoadedStack, Operation, Request};
use crate::domain::id::{CallId, ObjectId, SessionId};
use crate::domain::stack::{Revision, Stack};

/// A stack in memory.
#[derive(Debug)]
pub(super) struct OpenStack {
    pub draft: Stack,
    pub published: Option<Arc<Stack>>,
    /// Since the published version, oldest first.
    pub changes: Vec<Change>,
    /// Of those changes.
    pub operations: Vec<Operation>,
    pub last_change: u64,
    /// Operations since the last checkpoint.
    pub since_checkpoint: u64,
    standing: u64,
    used: u64,
}

impl OpenStack {
    pub fn new(loaded: LoadedStack) -> Self {
        let mut open = OpenStack {
            draft: loaded.draft,
            published: loaded.published.map(Arc::new),
            changes: loaded.changes,
            operations: loaded.operations,
            last_change: loaded.last_change,
            since_checkpoint: 0,
            standing: 0,
            used: 0,
        };
        open.count();
        open
    }

    /// Changes that a revert of everything would take back.
    pub fn work(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.stands())
    }

    /// How many those are.
    pub fn standing(&self) -> u64 {
        self.standing
    }

    /// Counts them anew.
    pub fn count(&mut self) {
        self.standing = self.work().count() as u64;
    }

    pub fn begin(&mut self, change: Change) {
        self.standing += u64::from(change.stands());
        self.last_change = change.number;
        self.changes.push(change);
    }

    pub fn change_mut(&mut self, number: u64) -> Option<&mut Change> {
        let at = self.changes.binary_search_by_key(&number, |change| change.number).ok()?;
        self.changes.get_mut(at)
    }
}

/// A request that waits for stacks.
#[derive(Debug)]
pub(super) struct Waiting {
    /// Those that are still to come.
    pub needs: BTreeSet<ObjectId>,
    /// All that it needs: what has come stays until the last is there.
    pub wants: BTreeSet<ObjectId>,
    pub caller: Caller,
    pub call: CallId,
    pub request: Request,
}

#[derive(Debug, Default)]
pub(super) struct Stacks {
    open: BTreeMap<ObjectId, OpenStack>,
    loading: BTreeMap<ObjectId, Revision>,
    waiting: Vec<Waiting>,
    uses: u64,
}

impl Stacks {
    /// The stack, if it is in memory.
    pub fn get(&self, object: ObjectId) -> Option<&OpenStack> {
        self.open.get(&object)
    }

    /// The stack, if it is in memory; it counts as used.
    pub fn get_mut(&mut self, object: ObjectId) -> Option<&mut OpenStack> {
        self.uses += 1;
        let open = self.open.get_mut(&object)?;
        open.used = self.uses;
        Some(open)
    }

    pub fn insert(&mut self, object: ObjectId, mut stack: OpenStack) {
        self.uses += 1;
        stack.used = self.uses;
        self.open.insert(object, stack);
    }

    pub fn remove(&mut self, object: ObjectId) {
        self.open.remove(&object);
    }

    /// Whether a load is under way.
    pub fn loading(&self, object: ObjectId) -> bool {
        self.loading.contains_key(&object)
    }

    /// A load begins at that revision.
    pub fn begin_load(&mut self, object: ObjectId, revision: Revision) {
        self.loading.insert(object, revision);
    }

    /// A load ended; the revision that it was to find.
    pub fn end_load(&mut self, object: ObjectId) -> Option<Revision> {
        self.loading.remove(&object)
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn wait(&mut self, waiting: Waiting) {
        self.waiting.push(waiting);
    }

    /// What the session wanted to open before and waits for it only reads now: the last one opened is the one shown.
    pub fn opens_another(&mut self, session: SessionId) {
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.caller.session == Some(session)) {
            if let Request::Open { object } = waiting.request {
                waiting.request = Request::Read { object };
            }
        }
    }

    /// The stack has come, or will not: takes out, in order, the requests that wait for nothing more.
    pub fn arrived(&mut self, object: ObjectId) -> Vec<Waiting> {
        let (ready, rest) = std::mem::take(&mut self.waiting)
            .into_iter()
            .map(|mut waiting| {
                waiting.needs.remove(&object);
                waiting
            })
            .partition(|waiting| waiting.needs.is_empty());
        self.waiting = rest;
        ready
    }

    /// Takes out every request that waits for the stack.
    pub fn give_up(&mut self, object: ObjectId) -> Vec<Waiting> {
        let (lost, rest) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|waiting| waiting.needs.contains(&object));
        self.waiting = rest;
        lost
    }

    /// Drops the stacks that nobody looks at or waits for, but for the `keep` that were used last.
    pub fn rest(&mut self, keep: usize, viewed: impl Fn(ObjectId) -> bool) {
        if self.open.len() <= keep {
            return;
        }
        let wanted: BTreeSet<ObjectId> = self.waiting.iter().flat_map(|one| &one.wants).copied().collect();
        let mut unseen: Vec<(u64, ObjectId)> = self
            .open
            .iter()
            .filter(|(id, _)| !viewed(**id) && !wanted.contains(id))
            .map(|(id, open)| (open.used, *id))
            .collect();
        unseen.sort_unstable();
        let surplus = unseen.len().saturating_sub(keep);
        for (_, id) in unseen.into_iter().take(surplus) {
            self.open.remove(&id);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (ObjectId, &OpenStack)> {
        self.open.iter().map(|(id, open)| (*id, open))
    }
}
