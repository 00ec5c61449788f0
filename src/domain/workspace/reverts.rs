//! Taking changes back, which is itself a change.

use std::collections::BTreeSet;

use super::Workspace;
use super::edits::lock_item;
use super::log::Entry;
use super::objects::object_intent;
use crate::domain::command::{Caller, Change, ChangeKind, Operation};
use crate::domain::effect::{Audience, Delta, Effect, Effects, Receipt, Write};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::op::Op;
use crate::domain::stack::{NodeKind, Revision, Seed, derived_id};
use crate::domain::time::Now;

impl Workspace {
    /// Takes the named changes back, or all since the published version.
    pub(super) fn revert(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        changes: Option<Vec<u64>>,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let mut intent = object_intent(b'v', object);
        for number in changes.iter().flatten() {
            for (byte, other) in intent.iter_mut().zip(number.to_le_bytes()) {
                *byte = byte.rotate_left(1) ^ other;
            }
        }
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        self.head(object)?;
        let of_records = changes.as_deref().map_or(Ok(false), |numbers| self.all_of_records(object, numbers));
        let done = match (of_records, changes) {
            (Err(mixed), _) => Err(mixed),
            (Ok(true), Some(numbers)) => self.revert_records(now, caller, op_id, object, &numbers, out),
            (_, Some(numbers)) => self.revert_some(now, caller, op_id, object, &numbers, out),
            (_, None) => self.revert_all(now, caller, op_id, object, out),
        };
        // A change that is not there today may be made tomorrow.
        self.records.forget_missing_changes(object);
        let (change, revision) = done?;
        self.promote(now, object, out);
        let receipt = Receipt::Reverted { change, revision };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    fn revert_all(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        out: &mut Effects,
    ) -> Result<(u64, Revision), Refusal> {
        self.object_free(caller, object)?;
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let (base, first) =
            base_of(open.published.as_deref().map(|stack| stack.to_seeds()), &open.operations);
        let base = base.ok_or(Refusal::NothingToDo)?;
        if base == open.draft.to_seeds() {
            return Err(Refusal::NothingToDo);
        }
        let taken: Vec<u64> = open
            .changes
            .iter()
            .filter(|change| change.from > first && change.reverted_by.is_none())
            .map(|change| change.number)
            .collect();
        let words = match open.published {
            Some(_) => "Reverted all changes, back to the published version",
            None => "Reverted all changes, back to the first version",
        };
        let entry = Entry {
            user: caller.user,
            session: caller.session,
            op_id,
            fence: None,
            kind: ChangeKind::Revert,
            words: Some(words.to_owned()),
            change: None,
        };
        let op = Op::Replace { seeds: base };
        self.name_free(object, &op)?;
        let (revision, change) = self.replace(now, object, op, entry, out)?;
        self.mark_reverted(now, object, &taken, Again::Nothing, change, out);
        Ok((change, revision))
    }

    fn revert_some(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        numbers: &[u64],
        out: &mut Effects,
    ) -> Result<(u64, Revision), Refusal> {
        let (inverse, words) = self.plan_revert(object, numbers)?;
        // Tried on a copy first: all of it fits, or nothing is changed.
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let mut copy = open.draft.clone();
        for (change, op) in &inverse {
            let needs = needs(&copy, op);
            self.open_for_edits(LockPath { object, item: item_of(op) })?;
            for item in &needs {
                self.open_for_edits(LockPath::item(object, *item))?;
            }
            self.in_the_way(caller.session, object, &needs)?;
            self.name_free(object, op)?;
            copy.apply(op, Revision(0), None)
                .map_err(|_| Refusal::RevertConflict { change: *change, item: item_of(op) })?;
        }
        let mut number = None;
        let mut revision = Revision::default();
        for (index, (_, op)) in inverse.into_iter().enumerate() {
            let entry = Entry {
                user: caller.user,
                session: caller.session,
                op_id: OpId(derived_id(op_id.0, u32::try_from(index).unwrap_or(u32::MAX))),
                fence: None,
                kind: ChangeKind::Revert,
                words: Some(words.clone()),
                change: number,
            };
            let (at, change) = self.replace(now, object, op, entry, out)?;
            number = Some(change);
            revision = at;
        }
        let number = number.ok_or(Refusal::NothingToDo)?;
        self.mark_reverted(now, object, numbers, Again::Undone, number, out);
        Ok((number, revision))
    }

    /// What takes the changes back, newest first, and how to call it.
    fn plan_revert(&self, object: ObjectId, numbers: &[u64]) -> Result<(Vec<(u64, Op)>, String), Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let wanted: BTreeSet<u64> = numbers.iter().copied().collect();
        let mut words = Vec::new();
        for number in &wanted {
            let change = open
                .changes
                .iter()
                .find(|change| change.number == *number)
                .ok_or(Refusal::NoSuchChange(*number))?;
            if change.reverted_by.is_some() {
                return Err(Refusal::AlreadyReverted(*number));
            }
            words.push(change.words.clone());
        }
        let creation =
            open.published.is_none().then(|| open.operations.first().map(|first| first.change)).flatten();
        if creation.is_some_and(|creation| wanted.contains(&creation)) {
            return Err(Refusal::RevertConflict { change: creation.unwrap_or_default(), item: None });
        }
        let mut inverse = Vec::new();
        for (index, operation) in open.operations.iter().enumerate().rev() {
            if wanted.contains(&operation.change) {
                later_change(&open.operations[index + 1..], &open.changes, operation, &wanted)?;
                inverse.extend(operation.inverse.iter().map(|op| (operation.change, op.clone())));
            }
        }
        let words = match words.len() {
            1 => format!("Reverted: {}", words[0]),
            several => format!("Reverted {several} changes"),
        };
        Ok((inverse, words))
    }

    fn mark_reverted(
        &mut self,
        now: Now,
        object: ObjectId,
        taken: &[u64],
        again: Again,
        by: u64,
        out: &mut Effects,
    ) {
        let Some(open) = self.stacks.get_mut(object) else { return };
        let mut marked: Vec<Change> = Vec::new();
        for change in &mut open.changes {
            let taken_back = taken.contains(&change.number);
            // What a revert had taken back stands again when the revert itself is taken back.
            let again = again == Again::Undone
                && change.reverted_by.is_some_and(|reverter| taken.contains(&reverter));
            if taken_back {
                change.reverted_by = Some(by);
            } else if again {
                change.reverted_by = None;
            }
            if taken_back || again {
                marked.push(change.clone());
            }
        }
        let standing = open.standing();
        for change in marked {
            out.push(Effect::Write(Write::Change { object, change: change.clone() }));
            self.tell(now, Audience::Viewers(object), Delta::Change { object, change }, out);
        }
        if let Some(head) = self.objects.get_mut(&object) {
            head.changes = standing;
            let head = head.clone();
            out.push(Effect::Write(Write::Object(head.clone())));
            self.tell(now, Audience::All, Delta::Object(head), out);
        }
    }
}

/// Whether what a reverted revert had taken back stands again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// It does: single changes were taken back.
    Undone,
    /// It does not: everything was.
    Nothing,
}

/// The content to which "all" goes back, and the revision up to which changes stay: the published version, or the creation.
fn base_of(published: Option<Vec<Seed>>, operations: &[Operation]) -> (Option<Vec<Seed>>, Revision) {
    match published {
        Some(seeds) => (Some(seeds), Revision(0)),
        None => match operations.first() {
            Some(Operation { op: Op::Replace { seeds }, revision, .. }) => (Some(seeds.clone()), *revision),
            _ => (None, Revision(0)),
        },
    }
}

/// Refuses if a later change that stays would be lost: one that has set the same field, or any, if all content goes back.
fn later_change(
    later: &[Operation],
    changes: &[Change],
    operation: &Operation,
    wanted: &BTreeSet<u64>,
) -> Result<(), Refusal> {
    if operation.inverse.iter().any(|op| matches!(op, Op::Replace { .. })) {
        let of = |number: u64| changes.iter().find(|change| change.number == number);
        // A revert of what came later is no work of its own, once that is gone.
        let only_later = |revert: u64| {
            let mut taken = changes.iter().filter(|change| change.reverted_by == Some(revert));
            taken.all(|change| change.number > operation.change)
        };
        let lost = later.iter().map(|other| other.change).find(|number| {
            !wanted.contains(number)
                && of(*number).is_some_and(|change| {
                    change.reverted_by.is_none()
                        && (change.kind != ChangeKind::Revert || !only_later(*number))
                })
        });
        return lost.map_or(Ok(()), |change| Err(Refusal::RevertConflict { change, item: None }));
    }
    let Op::Set { item, field, .. } = &operation.op else { return Ok(()) };
    let stays = |other: &&Operation| {
        !wanted.contains(&other.change)
            && changes.iter().any(|change| change.number == other.change && change.reverted_by.is_none())
            && matches!(&other.op, Op::Set { item: i, field: f, .. } if i == item && f == field)
            // The inverse of what this revert takes back is no change of its own.
            && !changes.iter().any(|change| change.number == other.change && change.kind == ChangeKind::Revert)
    };
    match later.iter().find(stays) {
        Some(other) => Err(Refusal::RevertConflict { change: other.change, item: Some(*item) }),
        None => Ok(()),
    }
}

fn item_of(op: &Op) -> Option<ItemId> {
    match op {
        Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => Some(*item),
        Op::Insert { parent, .. } => Some(*parent),
        Op::Record(op) => op.record().map(ItemId::Record),
        Op::Replace { .. } => None,
    }
}

/// The items of which none may be another session's when the operation is applied.
fn needs(stack: &crate::domain::stack::Stack, op: &Op) -> Vec<ItemId> {
    match op {
        Op::Set { item, .. } => lock_item(stack, *item).into_iter().collect(),
        Op::Delete { item } | Op::Move { item, .. } => {
            lock_item(stack, *item).into_iter().chain(stack.subtree(*item)).collect()
        }
        // An arm that comes back is an edit of its step.
        Op::Insert { parent, .. } => stack
            .get(*parent)
            .filter(|node| node.kind == NodeKind::Step)
            .map(|node| node.id)
            .into_iter()
            .collect(),
        Op::Record(op) => op.record().map(ItemId::Record).into_iter().collect(),
        Op::Replace { .. } => stack.nodes().iter().map(|node| node.id).collect(),
    }
}
