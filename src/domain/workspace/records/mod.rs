//! The records of tables that are in memory, and what happens to them.
//!
//! A table may have far more records than memory should hold, so a record is loaded when a command needs it, as a stack is.
//! Every load waits behind the writes before it, so what comes is never older than what was in memory before: a record may be
//! forgotten at any time. What was learnt or written while a load was under way is newer than what that brings.

mod editing;
mod logging;
mod needs;
mod planning;
mod reverting;
mod uploads;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::domain::id::{CallId, ObjectId};
use crate::domain::record::{Record, RecordChange, Span};

pub(super) use planning::RecordsBack;
pub(super) use uploads::Uploads;

/// Changes of records that stay in memory.
const RESTING_CHANGES: usize = 1_000;

#[derive(Debug)]
struct Held {
    /// None: there is no such record.
    record: Option<Record>,
    bytes: usize,
    used: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Records {
    held: BTreeMap<(ObjectId, Uuid), Held>,
    bytes: usize,
    /// Loads under way; true: what comes may be older than what was decided since, and is asked for again.
    loading: BTreeMap<(ObjectId, Uuid), bool>,
    changes: BTreeMap<(ObjectId, u64), Option<RecordChange>>,
    loading_changes: BTreeMap<(ObjectId, u64), bool>,
    /// Loads of many changes, with what happened since they began.
    loading_work: BTreeMap<CallId, (ObjectId, Meanwhile)>,
    uses: u64,
}

/// What happened to a table's records while a load was under way.
#[derive(Debug, Default)]
pub(super) struct Meanwhile {
    /// Changes that went on.
    grown: BTreeSet<u64>,
    /// Whether a record was changed.
    touched: bool,
    /// Whether rows became seen or unseen.
    turned: bool,
}

impl Records {
    /// What is known of a record: nothing, that it is not there, or the record, which may be a deleted one.
    pub fn get(&self, object: ObjectId, record: Uuid) -> Option<Option<&Record>> {
        self.held.get(&(object, record)).map(|held| held.record.as_ref())
    }

    /// The record, if it is known to be there.
    pub fn live(&self, object: ObjectId, record: Uuid) -> Option<&Record> {
        self.get(object, record).flatten().filter(|record| !record.deleted)
    }

    /// What is known of a record from now on. A load of it that is under way may bring what was before.
    pub fn put(&mut self, object: ObjectId, record: Uuid, row: Option<Record>) {
        if let Some(stale) = self.loading.get_mut(&(object, record)) {
            *stale = true;
        }
        self.uses += 1;
        let bytes = row.as_ref().map_or(64, Record::bytes);
        self.bytes += bytes;
        let held = Held { record: row, bytes, used: self.uses };
        if let Some(before) = self.held.insert((object, record), held) {
            self.bytes -= before.bytes;
        }
    }

    /// A load begins, unless one is under way.
    pub fn begin_load(&mut self, object: ObjectId, record: Uuid) -> bool {
        if self.loading.contains_key(&(object, record)) {
            return false;
        }
        self.loading.insert((object, record), false);
        true
    }

    /// A load ended; whether what came may be used.
    pub fn end_load(&mut self, object: ObjectId, record: Uuid) -> bool {
        self.loading.remove(&(object, record)) == Some(false)
    }

    pub fn change(&self, object: ObjectId, number: u64) -> Option<Option<&RecordChange>> {
        self.changes.get(&(object, number)).map(Option::as_ref)
    }

    pub fn put_change(&mut self, object: ObjectId, number: u64, change: Option<RecordChange>) {
        self.changes.insert((object, number), change);
    }

    /// The change has gone on: what was loaded of it is not all.
    pub fn grown(&mut self, object: ObjectId, number: u64) {
        self.changes.remove(&(object, number));
        self.meanwhile(object, |meanwhile| {
            meanwhile.grown.insert(number);
        });
    }

    fn meanwhile(&mut self, object: ObjectId, note: impl Fn(&mut Meanwhile)) {
        self.loading_work.values_mut().filter(|(of, _)| *of == object).for_each(|(_, since)| note(since));
    }

    /// A load of many changes begins.
    pub fn begin_work_load(&mut self, call: CallId, object: ObjectId) {
        self.loading_work.insert(call, (object, Meanwhile::default()));
    }

    /// It ended; of which table, and what happened since it began.
    pub fn end_work_load(&mut self, call: CallId) -> Option<(ObjectId, Meanwhile)> {
        self.loading_work.remove(&call)
    }

    /// Takes up what came of many changes, but for what is known better by now: that is loaded by itself.
    pub fn take_up(
        &mut self,
        object: ObjectId,
        meanwhile: &Meanwhile,
        changes: Vec<RecordChange>,
        rows: Vec<Record>,
    ) {
        for change in changes {
            let number = change.change.number;
            let of_file = !spans_of(&change).is_empty() && (meanwhile.touched || meanwhile.turned);
            let known = self.change(object, number).flatten().is_some();
            if !known && !of_file && !meanwhile.grown.contains(&number) {
                self.put_change(object, number, Some(change));
            }
        }
        for row in rows {
            if !meanwhile.turned && self.get(object, row.id).is_none() {
                self.put(object, row.id, Some(row));
            }
        }
    }

    /// A change is taken back, or stands again.
    pub fn mark(&mut self, object: ObjectId, number: u64, reverted_by: Option<u64>) {
        for (_, loaded) in self.changes.range_mut((object, 0)..=(object, u64::MAX)) {
            let Some(loaded) = loaded else { continue };
            for change in loaded.took.iter_mut().chain([&mut loaded.change]) {
                if change.number == number {
                    change.reverted_by = reverted_by;
                }
            }
        }
    }

    pub fn begin_change_load(&mut self, object: ObjectId, number: u64) -> bool {
        if self.loading_changes.contains_key(&(object, number)) {
            return false;
        }
        self.loading_changes.insert((object, number), false);
        true
    }

    pub fn end_change_load(&mut self, object: ObjectId, number: u64) -> bool {
        self.loading_changes.remove(&(object, number)) == Some(false)
    }

    /// A record was changed: what is known about a file that brought it is to be looked up anew.
    pub fn touched(&mut self, object: ObjectId, ordinal: u64) {
        self.changes.retain(|(of, _), change| {
            let spans = change.as_ref().map(spans_of).unwrap_or_default();
            *of != object || !spans.iter().any(|span| within(*span, ordinal))
        });
        self.meanwhile(object, |meanwhile| meanwhile.touched = true);
        self.stale_changes(object);
    }

    /// Rows have become seen or unseen: what is known about them is not true any more.
    pub fn turned(&mut self, object: ObjectId, spans: &[Span]) {
        let gone: Vec<(ObjectId, Uuid)> = self
            .held
            .range((object, Uuid::nil())..=(object, Uuid::max()))
            .filter(|(_, held)| {
                held.record
                    .as_ref()
                    .is_none_or(|record| spans.iter().any(|span| within(*span, record.ordinal)))
            })
            .map(|(key, _)| *key)
            .collect();
        for key in gone {
            self.forget(key);
        }
        for (_, stale) in self.loading.range_mut((object, Uuid::nil())..=(object, Uuid::max())) {
            *stale = true;
        }
        self.meanwhile(object, |meanwhile| meanwhile.turned = true);
        self.stale_changes(object);
    }

    fn stale_changes(&mut self, object: ObjectId) {
        for (_, stale) in self.loading_changes.range_mut((object, 0)..=(object, u64::MAX)) {
            *stale = true;
        }
    }

    /// The object is gone, or its changes are to be looked up anew.
    pub fn forget_missing_changes(&mut self, object: ObjectId) {
        self.changes.retain(|(of, _), change| *of != object || change.is_some());
    }

    /// Forgets what was used longest ago, beyond a number and a weight. Nobody may be waiting for any of it.
    pub fn rest(&mut self, keep: usize, bytes: usize) {
        if self.held.len() > keep || self.bytes > bytes {
            let mut oldest: Vec<(u64, (ObjectId, Uuid))> =
                self.held.iter().map(|(key, held)| (held.used, *key)).collect();
            oldest.sort_unstable();
            // To three quarters, so that this is not done for every record that comes.
            for (_, key) in oldest {
                if self.held.len() <= keep - keep / 4 && self.bytes <= bytes - bytes / 4 {
                    break;
                }
                self.forget(key);
            }
        }
    }

    /// Forgets changes if there are too many; nobody may be waiting for one.
    pub fn rest_changes(&mut self) {
        if self.changes.len() > RESTING_CHANGES {
            self.changes.clear();
        }
    }

    fn forget(&mut self, key: (ObjectId, Uuid)) {
        if let Some(held) = self.held.remove(&key) {
            self.bytes -= held.bytes;
        }
    }
}

fn within((first, last): Span, ordinal: u64) -> bool {
    (first..=last).contains(&ordinal)
}

/// The spans that a change showed or hid.
fn spans_of(change: &RecordChange) -> &[Span] {
    use crate::domain::record::RecordOp;
    use crate::domain::stack::op::Op;
    change
        .operations
        .iter()
        .find_map(|operation| match &operation.op {
            Op::Record(RecordOp::Show { spans, .. } | RecordOp::Hide { spans, .. }) => Some(spans.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}
