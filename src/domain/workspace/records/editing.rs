//! Edits of records on the path of every edit: what they touch, whether they are stale, whether their values fit.

use uuid::Uuid;

use super::super::log::Entry;
use super::super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{Answer, Effects, TableView};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::record::{self, MAX_RECORD, Problem, Record, RecordOp, Value, check_cell, check_row};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, words};
use crate::domain::time::Now;

impl Workspace {
    /// What a table looks like.
    pub(in crate::domain::workspace) fn read_table(&self, caller: Caller, object: ObjectId) -> Done {
        self.member(caller.user)?;
        let head = self.head(object)?.clone();
        if !self.is_table(object) {
            return Err(Refusal::NotATable);
        }
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let inputs = open.draft.subtree(ItemId::Inputs);
        let fields = inputs.iter().filter(|id| **id != ItemId::Inputs);
        let fields = fields.filter_map(|id| open.draft.get(*id)).cloned().collect();
        Ok(Answer::Table(Box::new(TableView { head, fields, records: open.records.live })))
    }

    /// The record that an operation of a client is about, which must be there, or must not if it is to be a new one.
    pub(in crate::domain::workspace) fn touched_record(
        &self,
        object: ObjectId,
        op: &RecordOp,
    ) -> Result<ItemId, Refusal> {
        if !self.is_table(object) {
            return Err(Refusal::NotATable);
        }
        let record = op.record().ok_or(Refusal::NotPermitted)?;
        let item = ItemId::Record(record);
        let known = self.records.get(object, record).ok_or(Refusal::RetryLater)?;
        match (op, known) {
            (RecordOp::Insert { .. }, None) => Ok(item),
            (RecordOp::Insert { .. }, Some(_)) => Err(Refusal::IdTaken),
            (_, Some(record)) if !record.deleted => Ok(item),
            _ => Err(Refusal::NoSuchItem(item)),
        }
    }

    /// When the record last changed, and by which operation.
    pub(in crate::domain::workspace) fn record_stamp(
        &self,
        object: ObjectId,
        op: &RecordOp,
    ) -> Option<(Revision, Option<OpId>)> {
        match op {
            RecordOp::Set { record, .. } | RecordOp::Delete { record } => {
                self.records.live(object, *record).map(|record| (record.revision, record.last_op))
            }
            _ => None,
        }
    }

    /// A client's operation on a record: its values are checked, then it is logged.
    pub(in crate::domain::workspace) fn write_record(
        &mut self,
        now: Now,
        object: ObjectId,
        op: RecordOp,
        entry: Entry,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let op = match op {
            RecordOp::Insert { record, cells, .. } => {
                self.room_for(object, 1)?;
                let cells = check_row(&open.draft, &cells, now.wall.0).map_err(Refusal::BadRecord)?;
                RecordOp::Insert { record, ordinal: 0, cells }
            }
            RecordOp::Set { record, field, value } => {
                let one = |problem| Refusal::BadRecord(vec![problem]);
                let value = check_cell(&open.draft, field, value).map_err(one)?;
                let row = self.records.live(object, record);
                if row.is_some_and(|row| bytes_with(row, field, &value) > MAX_RECORD) {
                    let message = "a record holds 128 KiB".to_owned();
                    return Err(one(Problem { field: Some(field), message }));
                }
                RecordOp::Set { record, field, value }
            }
            other => other,
        };
        self.log_record(now, object, op, entry, out)
    }

    /// Refuses records beyond what a table may have.
    pub(super) fn room_for(&self, object: ObjectId, more: u64) -> Result<(), Refusal> {
        let live = self.stacks.get(object).map_or(0, |open| open.records.live);
        let max = self.limits.records;
        if live + more > max {
            let max = usize::try_from(max).unwrap_or(usize::MAX);
            return Err(Refusal::TooMany { what: "records of a table", max });
        }
        Ok(())
    }

    /// Whether the item is not known to be gone.
    pub(in crate::domain::workspace) fn may_exist(&self, object: ObjectId, item: ItemId) -> bool {
        match item {
            ItemId::Record(record) => {
                let known = self.records.get(object, record);
                self.is_table(object)
                    && known.is_none_or(|record| record.is_some_and(|record| !record.deleted))
            }
            ItemId::Records => self.is_table(object),
            _ => self.stacks.get(object).is_none_or(|open| open.draft.contains(item)),
        }
    }

    /// An operation in words.
    pub(in crate::domain::workspace) fn in_words(&self, object: ObjectId, op: &Op) -> String {
        let Some(open) = self.stacks.get(object) else { return "Edit".to_owned() };
        match op {
            Op::Record(op) => {
                let row = op.record().and_then(|record| self.records.get(object, record).flatten());
                record::words::describe(op, &open.draft, row)
            }
            op => words::describe(op, &open.draft),
        }
    }
}

fn bytes_with(row: &Record, field: Uuid, value: &Value) -> usize {
    row.bytes() - row.cells.get(&field).map_or(0, Value::bytes) + value.bytes()
}
