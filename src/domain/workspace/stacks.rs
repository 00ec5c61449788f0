//! The stacks in memory, and the commands that wait for one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::domain::command::{Caller, Change, LoadedStack, Operation, Request};
use crate::domain::id::{CallId, ObjectId, SessionId};
use crate::domain::record::RecordCounts;
use crate::domain::stack::{Revision, Stack};

/// A stack in memory.
#[derive(Debug)]
pub(super) struct OpenStack {
    /// Shared with pictures that are looked at elsewhere: whoever changes it while one is out changes a copy.
    pub draft: Arc<Stack>,
    pub published: Option<Arc<Stack>>,
    /// Since the published version, oldest first.
    pub changes: Vec<Change>,
    /// Of those changes.
    pub operations: Vec<Arc<Operation>>,
    pub last_change: u64,
    /// Operations since the last checkpoint.
    pub since_checkpoint: u64,
    /// The newest revision of the object that the log knows: the content's or the records'.
    pub logged: Revision,
    /// Its records, if it is a table.
    pub records: RecordCounts,
    /// The newest change of records: what goes on in it need not be loaded.
    pub last_data: Option<Change>,
    standing: u64,
    used: u64,
}

impl OpenStack {
    pub fn new(loaded: LoadedStack) -> Self {
        let mut open = OpenStack {
            draft: Arc::new(loaded.draft),
            published: loaded.published.map(Arc::new),
            changes: loaded.changes,
            operations: loaded.operations.into_iter().map(Arc::new).collect(),
            last_change: loaded.last_change,
            since_checkpoint: 0,
            logged: loaded.revision,
            records: loaded.records,
            last_data: None,
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

    /// When the content, and not only records, last changed since the published version.
    pub fn content_revision(&self) -> Revision {
        self.operations.last().map(|operation| operation.revision).unwrap_or_default()
    }

    pub fn change_mut(&mut self, number: u64) -> Option<&mut Change> {
        let at = self.changes.binary_search_by_key(&number, |change| change.number).ok()?;
        self.changes.get_mut(at)
    }
}

/// What a request may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// An object's stack.
    Stack(ObjectId),
    /// A record of a table.
    Record(ObjectId, Uuid),
    /// A change of records, by its number.
    Change(ObjectId, u64),
    /// The changes of records that the call is about.
    Work(CallId),
    /// A plan that is made aside for the call.
    Plan(CallId),
}

/// A request that waits for what it needs.
#[derive(Debug)]
pub(super) struct Waiting {
    /// What is still to come.
    pub needs: BTreeSet<Need>,
    /// All stacks that it needs: what has come stays until the last is there.
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

    /// Whether somebody waits for a record or a change of records.
    pub fn waits_for_data(&self) -> bool {
        let data = |need: &Need| !matches!(need, Need::Stack(_) | Need::Plan(_));
        self.waiting.iter().any(|waiting| waiting.needs.iter().any(data))
    }

    /// Something has come, or will not: takes out, in order, the requests that wait for nothing more.
    pub fn arrived(&mut self, need: Need) -> Vec<Waiting> {
        let (ready, rest) = std::mem::take(&mut self.waiting)
            .into_iter()
            .map(|mut waiting| {
                waiting.needs.remove(&need);
                waiting
            })
            .partition(|waiting| waiting.needs.is_empty());
        self.waiting = rest;
        ready
    }

    /// Takes out every request that waits for it.
    pub fn give_up(&mut self, need: Need) -> Vec<Waiting> {
        let (lost, rest) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.needs.contains(&need));
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
