//! An accepted operation on records: applied to memory, put into the log and told.

use super::super::Workspace;
use super::super::log::Entry;
use super::super::stacks::OpenStack;
use crate::domain::command::{Change, ChangeKind};
use crate::domain::effect::{Effect, Effects, Write};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::record::{Record, RecordOp, Value, words};
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;
use crate::domain::time::Now;

impl Workspace {
    /// Applies an operation on records, which the caller has checked, and puts it into the log.
    pub(in crate::domain::workspace) fn log_record(
        &mut self,
        now: Now,
        object: ObjectId,
        op: RecordOp,
        entry: Entry,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let revision = self.head(object)?.revision.next();
        let gap = self.limits.change_gap_ms;
        let before = op.record().and_then(|record| self.records.get(object, record).flatten()).cloned();
        let (op, inverse) = self.apply_record(object, op, before.as_ref(), revision, &entry, out)?;
        let after = op.record().and_then(|record| self.records.get(object, record).flatten()).cloned();
        let open = self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?;
        let words = entry
            .words
            .clone()
            .unwrap_or_else(|| words::describe(&op, &open.draft, before.as_ref().or(after.as_ref())));
        let change = join_or_begin(open, now, revision, &op, &entry, words, gap);
        self.records.grown(object, change.number);
        let number = change.number;
        let done = (Op::Record(op), vec![Op::Record(inverse)]);
        self.append(now, object, done, change, &entry, None, out)?;
        Ok((revision, number))
    }

    /// Changes the records in memory and writes them; gives the operation as it was done, and what takes it back.
    fn apply_record(
        &mut self,
        object: ObjectId,
        op: RecordOp,
        before: Option<&Record>,
        revision: Revision,
        entry: &Entry,
        out: &mut Effects,
    ) -> Result<(RecordOp, RecordOp), Refusal> {
        let gone = |record| Refusal::NoSuchItem(ItemId::Record(record));
        let counts = &mut self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?.records;
        let last_op = Some(entry.op_id);
        let (record, op, inverse) = match op {
            RecordOp::Insert { record, ordinal, cells } => {
                let ordinal = if ordinal == 0 { counts.last_ordinal + 1 } else { ordinal };
                counts.last_ordinal = counts.last_ordinal.max(ordinal);
                counts.live += 1;
                let row =
                    Record { id: record, ordinal, cells: cells.clone(), revision, last_op, deleted: false };
                (row, RecordOp::Insert { record, ordinal, cells }, RecordOp::Delete { record })
            }
            RecordOp::Set { record, field, value } => {
                let mut row = before.ok_or(gone(record))?.clone();
                let old = row.cells.remove(&field).unwrap_or(Value::Null);
                if value != Value::Null {
                    row.cells.insert(field, value.clone());
                }
                let inverse = RecordOp::Set { record, field, value: old };
                (Record { revision, last_op, ..row }, RecordOp::Set { record, field, value }, inverse)
            }
            RecordOp::Delete { record } => {
                let row = before.ok_or(gone(record))?.clone();
                counts.live = counts.live.saturating_sub(1);
                let inverse = RecordOp::Insert { record, ordinal: row.ordinal, cells: row.cells.clone() };
                (Record { revision, last_op, deleted: true, ..row }, RecordOp::Delete { record }, inverse)
            }
            RecordOp::Show { spans, rows } => {
                counts.live += rows;
                self.turn(object, &spans, true, revision, out);
                let inverse = RecordOp::Hide { spans: spans.clone(), rows };
                return Ok((RecordOp::Show { spans, rows }, inverse));
            }
            RecordOp::Hide { spans, rows } => {
                counts.live = counts.live.saturating_sub(rows);
                self.turn(object, &spans, false, revision, out);
                let inverse = RecordOp::Show { spans: spans.clone(), rows };
                return Ok((RecordOp::Hide { spans, rows }, inverse));
            }
        };
        self.records.touched(object, record.ordinal);
        self.records.put(object, record.id, Some(record.clone()));
        out.push(Effect::Write(Write::Record { object, record: Box::new(record) }));
        Ok((op, inverse))
    }

    fn turn(
        &mut self,
        object: ObjectId,
        spans: &[(u64, u64)],
        shown: bool,
        revision: Revision,
        out: &mut Effects,
    ) {
        for span in spans {
            out.push(Effect::Write(Write::Span { object, span: *span, shown, revision }));
        }
        self.records.turned(object, spans);
    }
}

/// The change that an operation on records belongs to: the author's last one if it goes on with the same cell, or a new one.
fn join_or_begin(
    open: &mut OpenStack,
    now: Now,
    revision: Revision,
    op: &RecordOp,
    entry: &Entry,
    words: String,
    gap_ms: u64,
) -> Change {
    let item = Some(op.record().map_or(ItemId::Records, ItemId::Record));
    let field = match op {
        RecordOp::Set { field, .. } => Some(field.to_string()),
        _ => None,
    };
    let gap_ms = i64::try_from(gap_ms).unwrap_or(i64::MAX);
    let newest = open.last_change;
    if let Some(last) = open.last_data.as_mut().filter(|last| last.number == newest) {
        let goes_on = entry.kind == ChangeKind::Edit
            && last.kind == ChangeKind::Edit
            && last.reverted_by.is_none()
            && last.user == entry.user
            && field.is_some()
            && (last.item, &last.field) == (item, &field)
            && now.wall.0.saturating_sub(last.ended.0) <= gap_ms;
        if goes_on || entry.change == Some(last.number) {
            last.ended = now.wall;
            last.to = revision;
            if last.item != item {
                (last.item, last.field) = (Some(ItemId::Records), None);
            }
            return last.clone();
        }
    }
    open.begin_change(now, revision, entry, words, (item, field))
}
