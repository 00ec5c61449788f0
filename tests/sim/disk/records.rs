//! Records of tables.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::domain::command::{Change, Operation};
use super::domain::id::{ItemId, ObjectId, UserId};
use super::domain::record::{Later, Record, RecordChange, RecordOp, RecordWork, Span, Value};
use super::domain::stack::Revision;
use super::domain::stack::op::Op;
use super::{Disk, of_data};

impl Disk {
    pub(super) fn of_table(&self, object: ObjectId) -> impl Iterator<Item = &Record> {
        self.records.range((object, Uuid::nil())..=(object, Uuid::max())).map(|(_, record)| record)
    }

    /// Whether a row's file is in.
    pub(super) fn is_seen(&self, object: ObjectId, ordinal: u64) -> bool {
        let span = self.spans.range((object, 0)..=(object, ordinal)).next_back();
        span.is_none_or(|(_, (last, shown, _))| *shown || *last < ordinal)
    }

    /// A record, deleted ones among them.
    pub fn record(&self, object: ObjectId, record: Uuid) -> Option<Record> {
        self.records.get(&(object, record)).filter(|record| self.is_seen(object, record.ordinal)).cloned()
    }

    /// The records that people see, by number.
    pub fn seen(&self, object: ObjectId) -> Vec<Record> {
        let seen = |record: &&Record| !record.deleted && self.is_seen(object, record.ordinal);
        let mut records: Vec<Record> = self.of_table(object).filter(seen).cloned().collect();
        records.sort_unstable_by_key(|record| record.ordinal);
        records
    }

    /// A change of records.
    pub fn record_change(&self, object: ObjectId, number: u64) -> Option<RecordChange> {
        let log = self.logs.get(&object)?;
        let change = log.changes.get(&number).filter(|change| of_data(change))?.clone();
        let operations: Vec<Operation> =
            log.operations.iter().filter(|operation| operation.change == number).cloned().collect();
        let within = |record: &&Record| {
            operations.iter().any(|operation| match &operation.op {
                Op::Record(RecordOp::Show { spans, .. }) => {
                    spans.iter().any(|(first, last)| (*first..=*last).contains(&record.ordinal))
                }
                _ => change.item == Some(ItemId::Record(record.id)),
            })
        };
        let rows: BTreeMap<ItemId, &Record> =
            self.of_table(object).filter(within).map(|record| (ItemId::Record(record.id), record)).collect();
        let mut later = Vec::new();
        for other in log.changes.values().filter(|other| other.number > number && other.stands()) {
            if let Some(row) = other.item.and_then(|item| rows.get(&item)) {
                let (record, ordinal, deleted) = (row.id, row.ordinal, row.deleted);
                later.push(Later { change: other.number, record, ordinal, deleted });
            }
        }
        let (mut took, mut todo) = (BTreeMap::new(), vec![change.taken.clone()]);
        while let Some(numbers) = todo.pop() {
            for one in numbers.iter().filter_map(|number| log.changes.get(&number)) {
                if took.insert(one.number, one.clone()).is_none() {
                    todo.push(one.taken.clone());
                }
            }
        }
        let hidden = self
            .of_table(object)
            .filter(|record| !self.is_seen(object, record.ordinal))
            .filter(|record| {
                let is =
                    |one: &Operation| matches!(&one.op, Op::Record(op) if op.record() == Some(record.id));
                operations.iter().any(is)
            })
            .cloned()
            .collect();
        let took = took.into_values().collect();
        Some(RecordChange { change, operations, took, later, hidden })
    }

    /// The changes of records that stand and began after a revision, with the records that they are about.
    pub fn record_work(
        &self,
        object: ObjectId,
        since: Revision,
        author: Option<UserId>,
        max: usize,
    ) -> RecordWork {
        let Some(log) = self.logs.get(&object) else { return RecordWork::default() };
        let meant = |change: &&Change| {
            of_data(change)
                && change.stands()
                && change.from > since
                && author.is_none_or(|user| change.user == user)
        };
        let numbers: Vec<u64> = log.changes.values().filter(meant).map(|change| change.number).collect();
        let mut work = RecordWork { numbers, ..RecordWork::default() };
        if work.numbers.len() <= max {
            work.changes =
                work.numbers.iter().filter_map(|number| self.record_change(object, *number)).collect();
            let ids: BTreeSet<Uuid> = work
                .changes
                .iter()
                .flat_map(|change| &change.operations)
                .filter_map(|operation| match &operation.op {
                    Op::Record(op) => op.record(),
                    _ => None,
                })
                .collect();
            work.rows = ids.into_iter().filter_map(|id| self.record(object, id)).collect();
        }
        work
    }

    pub(super) fn stage(
        &mut self,
        object: ObjectId,
        (first, last): Span,
        records: &[Record],
    ) -> Result<(), String> {
        let ordinals: Vec<u64> = records.iter().map(|record| record.ordinal).collect();
        if ordinals != (first..=last).collect::<Vec<_>>() {
            return Err(format!("rows {ordinals:?} are staged as {first} to {last}"));
        }
        for record in records {
            if self.of_table(object).any(|other| other.ordinal == record.ordinal || other.id == record.id) {
                return Err(format!("record {} of {object} is staged over another", record.ordinal));
            }
            self.records.insert((object, record.id), record.clone());
            self.replayed_records.insert((object, record.id), record.clone());
        }
        self.spans.insert((object, first), (last, false, Revision(0)));
        Ok(())
    }

    /// Plays an operation on records on what the log has given before, and compares.
    pub(super) fn record_operation(
        &mut self,
        object: ObjectId,
        operation: &Operation,
        op: &RecordOp,
    ) -> Result<(), String> {
        let Some(id) = op.record() else { return Ok(()) };
        let key = (object, id);
        let stamp = |record: Record| Record {
            revision: operation.revision,
            last_op: Some(operation.op_id),
            ..record
        };
        let before = self.replayed_records.get(&key).cloned();
        let after = match (op, before) {
            (RecordOp::Insert { ordinal, cells, .. }, before) => {
                if before.is_some_and(|record| !record.deleted || record.ordinal != *ordinal) {
                    return Err(format!("record {id} comes in twice"));
                }
                let other = |record: &Record| record.ordinal == *ordinal && record.id != id;
                if self.of_table(object).any(other) {
                    return Err(format!("the number {ordinal} is given twice"));
                }
                let (revision, cells) = (operation.revision, cells.clone());
                stamp(Record { id, ordinal: *ordinal, cells, revision, last_op: None, deleted: false })
            }
            (RecordOp::Set { field, value, .. }, Some(mut record)) if !record.deleted => {
                record.cells.remove(field);
                if *value != Value::Null {
                    record.cells.insert(*field, value.clone());
                }
                stamp(record)
            }
            (RecordOp::Delete { .. }, Some(record)) if !record.deleted => {
                stamp(Record { deleted: true, ..record })
            }
            (op, before) => return Err(format!("{op:?} does not fit {before:?}")),
        };
        if self.records.get(&key) != Some(&after) {
            return Err(format!("the log gives {after:?}, and {:?} was written", self.records.get(&key)));
        }
        self.replayed_records.insert(key, after);
        Ok(())
    }

    /// Shows or hides rows, where the pieces of files begin and end or in the midst of them.
    pub(super) fn span(&mut self, object: ObjectId, (first, last): Span, shown: bool, revision: Revision) {
        for cut in [first, last + 1] {
            let mut before = self.spans.range_mut((object, 0)..(object, cut));
            if let Some((_, (end, seen, at))) = before.next_back()
                && *end >= cut
            {
                let behind = (*end, *seen, *at);
                *end = cut - 1;
                self.spans.insert((object, cut), behind);
            }
        }
        for (_, (_, seen, at)) in self.spans.range_mut((object, first)..=(object, last)) {
            (*seen, *at) = (shown, revision);
        }
    }

    /// Throws rows away that nobody has seen.
    pub(super) fn sweep(&mut self, object: ObjectId, (first, last): Span) -> Result<(), String> {
        let span = self.spans.remove(&(object, first)).ok_or("a piece is swept twice")?;
        if span != (last, false, Revision(0)) {
            return Err(format!("a piece of {object} is swept that people have seen"));
        }
        let swept = |record: &Record| (first..=last).contains(&record.ordinal);
        self.records.retain(|(of, _), record| *of != object || !swept(record));
        self.replayed_records.retain(|(of, _), record| *of != object || !swept(record));
        Ok(())
    }
}
