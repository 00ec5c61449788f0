//! Taking changes of records back.
//!
//! A value goes back only if the cell still holds what the change put there: what somebody has changed since is never lost.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::super::Workspace;
use super::super::log::Entry;
use super::{spans_of, within};
use crate::domain::command::{Caller, ChangeKind};
use crate::domain::effect::{Audience, Collision, Delta, Effect, Effects, Obstacle, Write};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::path::LockPath;
use crate::domain::record::{Record, RecordChange, RecordOp, Value};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, derived_id};
use crate::domain::time::Now;

impl Workspace {
    /// Whether the changes are of records.
    ///
    /// # Errors
    /// [`Refusal::MixedRevert`] if some are and some are not.
    pub(in crate::domain::workspace) fn all_of_records(
        &self,
        object: ObjectId,
        numbers: &[u64],
    ) -> Result<bool, Refusal> {
        let data = numbers.iter().filter(|number| self.records.change(object, **number).flatten().is_some());
        match data.count() {
            0 => Ok(false),
            all if all == numbers.len() => Ok(true),
            _ => Err(Refusal::MixedRevert),
        }
    }

    /// Takes changes of records back, all or none.
    pub(in crate::domain::workspace) fn revert_records(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        numbers: &[u64],
        out: &mut Effects,
    ) -> Result<(u64, Revision), Refusal> {
        let wanted: BTreeSet<u64> = numbers.iter().copied().collect();
        if wanted.len() > self.limits.reverted_record_changes {
            let max = self.limits.reverted_record_changes;
            return Err(Refusal::TooMany { what: "changes of records", max });
        }
        let (back, words) = self.plan_records_back(caller, object, &wanted)?;
        let gone = self.gone_by(object, &back);
        let mut number = None;
        let mut revision = Revision::default();
        for (index, op) in back.into_iter().enumerate() {
            let entry = Entry {
                user: caller.user,
                session: caller.session,
                op_id: OpId(derived_id(op_id.0, u32::try_from(index).unwrap_or(u32::MAX))),
                fence: None,
                kind: ChangeKind::Revert,
                words: Some(words.clone()),
                change: number,
                taken: wanted.iter().copied().collect(),
            };
            let (at, change) = self.log_record(now, object, op, entry, out)?;
            number = Some(change);
            revision = at;
        }
        let number = number.ok_or(Refusal::NothingToDo)?;
        self.items_deleted(now, object, &gone, out);
        self.mark_records_reverted(now, object, &wanted, number, out);
        Ok((number, revision))
    }

    /// What takes the changes back, newest first, and how to call it. Nothing is changed by this.
    pub(in crate::domain::workspace) fn plan_records_back(
        &self,
        caller: Caller,
        object: ObjectId,
        wanted: &BTreeSet<u64>,
    ) -> Result<(Vec<RecordOp>, String), Refusal> {
        let mut rows: BTreeMap<Uuid, Record> = BTreeMap::new();
        let mut back = Vec::new();
        let mut words = Vec::new();
        for number in wanted.iter().rev() {
            let loaded =
                self.records.change(object, *number).flatten().ok_or(Refusal::NoSuchChange(*number))?;
            if loaded.change.reverted_by.is_some() {
                return Err(Refusal::AlreadyReverted(*number));
            }
            words.push(loaded.change.words.clone());
            self.spans_free(caller, object, loaded)?;
            for operation in loaded.operations.iter().rev() {
                let inverse = operation.inverse.iter().filter_map(|op| match op {
                    Op::Record(op) => Some(op),
                    _ => None,
                });
                for op in inverse {
                    let Op::Record(done) = &operation.op else { continue };
                    self.record_free(caller, object, op)?;
                    if !self.steps_back(object, &mut rows, done, op) {
                        let item = op.record().map(ItemId::Record);
                        return Err(stands_on(*number, item));
                    }
                    back.push(op.clone());
                }
            }
        }
        let words = match words.len() {
            1 => format!("Reverted: {}", words[0]),
            several => format!("Reverted {several} changes of records"),
        };
        Ok((back, words))
    }

    /// Plays one step back on copies. False: something has changed since that would be lost.
    fn steps_back(
        &self,
        object: ObjectId,
        rows: &mut BTreeMap<Uuid, Record>,
        done: &RecordOp,
        back: &RecordOp,
    ) -> bool {
        let Some(id) = back.record() else { return true };
        if !rows.contains_key(&id)
            && let Some(row) = self.records.get(object, id).flatten()
        {
            rows.insert(id, row.clone());
        }
        let Some(row) = rows.get_mut(&id) else { return false };
        match (done, back) {
            (RecordOp::Set { field, value, .. }, RecordOp::Set { value: old, .. }) => {
                let stands = row.cells.get(field).unwrap_or(&Value::Null) == value;
                if *old == Value::Null {
                    row.cells.remove(field);
                } else {
                    row.cells.insert(*field, old.clone());
                }
                stands && !row.deleted
            }
            (RecordOp::Insert { cells, .. }, RecordOp::Delete { .. }) => {
                let stands = !row.deleted && row.cells == *cells;
                row.deleted = true;
                stands
            }
            (RecordOp::Delete { .. }, RecordOp::Insert { .. }) => std::mem::replace(&mut row.deleted, false),
            _ => false,
        }
    }

    fn record_free(&self, caller: Caller, object: ObjectId, op: &RecordOp) -> Result<(), Refusal> {
        let item = op.record().map(ItemId::Record);
        self.open_for_edits(LockPath { object, item })?;
        let needs: Vec<ItemId> = item.into_iter().collect();
        self.in_the_way(caller.session, object, &needs)
    }

    /// Refuses to hide or show a file's rows if others have edited or hold one of them.
    fn spans_free(&self, caller: Caller, object: ObjectId, loaded: &RecordChange) -> Result<(), Refusal> {
        let spans = spans_of(loaded);
        if spans.is_empty() {
            return Ok(());
        }
        if loaded.edited_since > 0 {
            let item = Some(ItemId::Records);
            return Err(stands_on(loaded.change.number, item));
        }
        let held = self.in_spans(object, spans);
        self.in_the_way(caller.session, object, &held)
    }

    /// The locked records that stand in the spans.
    fn in_spans(&self, object: ObjectId, spans: &[(u64, u64)]) -> Vec<ItemId> {
        let stands = |item: &ItemId| match item {
            ItemId::Record(record) => self
                .records
                .get(object, *record)
                .flatten()
                .is_some_and(|record| spans.iter().any(|span| within(*span, record.ordinal))),
            _ => false,
        };
        let held = self.locks.of_object(object).filter_map(|lock| lock.path.item);
        held.filter(stands).collect()
    }

    /// The records that will not be there any more.
    fn gone_by(&self, object: ObjectId, back: &[RecordOp]) -> Vec<ItemId> {
        let mut gone = Vec::new();
        for op in back {
            match op {
                RecordOp::Delete { record } => gone.push(ItemId::Record(*record)),
                RecordOp::Hide { spans, .. } => gone.extend(self.in_spans(object, spans)),
                _ => {}
            }
        }
        gone
    }

    fn mark_records_reverted(
        &mut self,
        now: Now,
        object: ObjectId,
        taken: &BTreeSet<u64>,
        by: u64,
        out: &mut Effects,
    ) {
        let mut marked = Vec::new();
        for number in taken {
            let Some(loaded) = self.records.change_mut(object, *number) else { continue };
            loaded.change.reverted_by = Some(by);
            marked.push(loaded.change.clone());
            // What a revert had taken back stands again when the revert itself is taken back.
            for mut again in std::mem::take(&mut loaded.took) {
                again.reverted_by = None;
                marked.push(again);
            }
        }
        for change in marked {
            if let Some(loaded) = self.records.change_mut(object, change.number) {
                loaded.change.reverted_by = change.reverted_by;
            }
            if let Some(open) = self.stacks.get_mut(object)
                && let Some(last) = open.last_data.as_mut().filter(|last| last.number == change.number)
            {
                last.reverted_by = change.reverted_by;
            }
            out.push(Effect::Write(Write::Change { object, change: change.clone() }));
            self.tell(now, Audience::Viewers(object), Delta::Change { object, change }, out);
        }
    }
}

/// Somebody has changed since what the change had put there.
fn stands_on(change: u64, item: Option<ItemId>) -> Refusal {
    let why = Obstacle::Changed;
    Refusal::RevertConflict(vec![Collision { change, item, field: None, why, by: None, holder: None }])
}
