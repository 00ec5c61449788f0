//! Taking changes of records back, as it was planned.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Workspace;
use super::super::log::Entry;
use super::super::reverts::follow;
use super::RecordsBack;
use crate::domain::command::{Caller, Change, ChangeKind, Numbers};
use crate::domain::effect::Effects;
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::record::RecordOp;
use crate::domain::refusal::Refusal;
use crate::domain::stack::{Revision, derived_id};
use crate::domain::time::Now;

/// Ids of operations on records are derived from here on: those before it are for the content part of the same revert.
const FIRST_ID: u32 = 1 << 30;

impl Workspace {
    /// Writes what takes changes of records back, as one change.
    pub(in crate::domain::workspace) fn take_records_back(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        back: RecordsBack,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let RecordsBack { ops, taken, words, mut rows, .. } = back;
        let gone = self.gone_by(object, &ops);
        // What is known of a file is forgotten as soon as one of its rows changes.
        let known = self.marks_known(object, &taken);
        let numbers: Numbers = taken.iter().copied().collect();
        let entry = |index: u32, change| Entry {
            user: caller.user,
            session: caller.session,
            op_id: OpId(derived_id(op_id.0, index)),
            fence: None,
            kind: ChangeKind::Revert,
            words: Some(words.clone()),
            change,
            taken: numbers.clone(),
        };
        let mut revision = self.head(object)?.revision;
        let mut number = None;
        if ops.is_empty() {
            let item = Some(ItemId::Records);
            number = Some(self.log_without_operation(now, object, item, &entry(FIRST_ID, None), out)?);
        }
        for (op, index) in ops.into_iter().zip(FIRST_ID..) {
            let record = op.record();
            if let Some(id) = record
                && self.records.get(object, id).flatten().is_none()
                && let Some(row) = rows.get(&id)
            {
                // What a file brought is forgotten when it comes to be seen.
                self.records.put(object, id, Some(row.clone()));
            }
            let (at, change) = self.log_record(now, object, op, entry(index, number), out)?;
            if let Some(row) = record.and_then(|id| self.records.get(object, id)).flatten() {
                rows.insert(row.id, row.clone());
            }
            number = Some(change);
            revision = at;
        }
        let number = number.ok_or(Refusal::NothingToDo)?;
        self.items_deleted(now, object, &gone, out);
        self.mark_records(now, object, known, (&taken, number), out);
        Ok((revision, number))
    }

    /// The records that will not be there any more.
    fn gone_by(&self, object: ObjectId, back: &[RecordOp]) -> Vec<ItemId> {
        let mut gone = Vec::new();
        for op in back {
            match op {
                RecordOp::Delete { record } => gone.push(ItemId::Record(*record)),
                RecordOp::Hide { spans, .. } => {
                    gone.extend(self.locked_in(object, spans).into_iter().map(|(_, item)| item));
                }
                _ => {}
            }
        }
        gone
    }

    /// Marks what the change `by` took back, and what follows from that, to any depth.
    fn mark_records(
        &mut self,
        now: Now,
        object: ObjectId,
        mut known: BTreeMap<u64, Change>,
        (taken, by): (&BTreeSet<u64>, u64),
        out: &mut Effects,
    ) {
        let by_mark = follow(&mut known, taken.iter().copied(), by);
        for (reverted_by, numbers) in &by_mark {
            for number in numbers {
                self.records.mark(object, *number, *reverted_by);
                if let Some(open) = self.stacks.get_mut(object)
                    && let Some(last) = open.last_data.as_mut().filter(|last| last.number == *number)
                {
                    last.reverted_by = *reverted_by;
                }
            }
        }
        self.tell_marks(now, object, by_mark, out);
    }

    /// The changes, with all that they took back, as they are marked.
    fn marks_known(&self, object: ObjectId, taken: &BTreeSet<u64>) -> BTreeMap<u64, Change> {
        let mut known = BTreeMap::new();
        for loaded in taken.iter().filter_map(|number| self.records.change(object, *number).flatten()) {
            for change in loaded.took.iter().chain([&loaded.change]) {
                let newest = self.records.change(object, change.number).flatten();
                known.insert(change.number, newest.map_or(change, |loaded| &loaded.change).clone());
            }
        }
        known
    }
}
