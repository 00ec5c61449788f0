//! Taking changes back, which is itself a change: worked out on a copy, asked about where others would lose by it, then applied
//! as one.

mod marks;
mod plan;
mod preview;
mod steps;
mod unmake;
mod versions;

use std::collections::BTreeSet;

use super::Workspace;
use super::edits::{DISABLED, lock_item};
use super::log::Entry;
use super::objects::{digest, object_intent};
use super::stacks::OpenStack;
use crate::domain::command::{Caller, ChangeKind, Collisions, Numbers, OverLocks, Revert, Selection};
use crate::domain::effect::{
    AuditEntry, Collision, Effect, Effects, LockEnd, LockView, Obstacle, Receipt, Write,
};
use crate::domain::id::{ItemId, ObjectId, OpId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::op::Op;
use crate::domain::stack::{NodeKind, Revision, Seed, Stack, derived_id, operations_between};
use crate::domain::time::Now;

pub(super) use plan::{Plan, Wish, change_of, plan};

/// What is written when something is taken back.
pub(super) struct Deed {
    pub op_id: OpId,
    pub object: ObjectId,
    pub kind: ChangeKind,
    pub words: String,
    pub taken: Numbers,
}

impl Workspace {
    /// Takes changes back.
    pub(super) fn revert(
        &mut self,
        now: Now,
        caller: Caller,
        revert: Revert,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let Revert { op_id, object, .. } = revert;
        let intent = intent(&revert);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        if let OverLocks::Park { reason } = &revert.locks {
            self.allowed(caller.user, Action::Force)?;
            super::talk::check_text("reason", reason, self.limits.note)?;
        }
        self.head(object)?;
        if let Selection::Changes(numbers) = &revert.selection {
            let of_records = self.all_of_records(object, numbers);
            let done = match of_records {
                Ok(true) => self.revert_records(now, caller, op_id, object, numbers, out).map(Some),
                other => other.map(|_| None),
            };
            // A change that is not there today may be made tomorrow.
            self.records.forget_missing_changes(object);
            if let Some((change, revision)) = done? {
                self.promote(now, object, out);
                let receipt = Receipt::Reverted { change, revision, left: Vec::new() };
                self.remember(now, caller.user, op_id, intent, &receipt, out);
                return Ok(receipt);
            }
        }
        let wanted = self.wanted(object, &revert.selection)?;
        let (plan, held) = self.plan_revert(caller, &revert, &wanted)?;
        match &revert.locks {
            OverLocks::Refuse => refuse_over(held)?,
            OverLocks::Leave => {}
            OverLocks::Park { reason } => self.park_for(now, caller.user, &held, reason, out),
        }
        let words = self.words_of(object, &revert.selection, &plan.taken);
        let taken = plan.taken.iter().copied().collect();
        let deed = Deed { op_id, object, kind: ChangeKind::Revert, words, taken };
        let (revision, change) = self.take_back(now, caller, deed, plan.ops, plan.result, out)?;
        self.promote(now, object, out);
        let receipt = Receipt::Reverted { change, revision, left: plan.left };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// The changes that are meant; those that cannot be are refused.
    pub(super) fn wanted(&self, object: ObjectId, selection: &Selection) -> Result<BTreeSet<u64>, Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let wanted: BTreeSet<u64> = match selection {
            Selection::All => open.work().map(|change| change.number).collect(),
            Selection::Author(user) => {
                open.work().filter(|change| change.user == *user).map(|change| change.number).collect()
            }
            Selection::Changes(numbers) => numbers.iter().copied().collect(),
        };
        for number in &wanted {
            let change = change_of(&open.changes, *number).ok_or_else(|| self.no_such(object, *number))?;
            if change.reverted_by.is_some() {
                return Err(Refusal::AlreadyReverted(*number));
            }
        }
        // Back to the base there may be a way although no change stands: a later one gave way when an earlier was taken back.
        let nothing = wanted.is_empty() && *selection != Selection::All;
        if nothing { Err(Refusal::NothingToDo) } else { Ok(wanted) }
    }

    /// Why a change is not among those that can be taken back: it is live, or there is none of that number.
    fn no_such(&self, object: ObjectId, number: u64) -> Refusal {
        let last = self.stacks.get(object).map_or(0, |open| open.last_change);
        let version = self.objects.get(&object).and_then(|head| head.version.as_ref());
        match version {
            Some(version) if (1..=last).contains(&number) => {
                Refusal::ChangePublished { change: number, version: version.number }
            }
            _ => Refusal::NoSuchChange(number),
        }
    }

    /// What would take them back, and the locks of others in the way of it.
    fn plan_revert(
        &self,
        caller: Caller,
        revert: &Revert,
        wanted: &BTreeSet<u64>,
    ) -> Result<(Plan, Vec<LockView>), Refusal> {
        let object = revert.object;
        let leave = revert.locks == OverLocks::Leave;
        let all = matches!(revert.selection, Selection::All);
        let take = |change: u64| revert.collisions == Collisions::Take || revert.take.contains(&change);
        // Without anybody in the way everything is simply as it was; otherwise it goes change by change.
        let whole = if all { Some(self.back_to_base(object, wanted)?) } else { None };
        let plan = match whole {
            Some(plan) if !leave || self.in_the_way_of(caller, object, &plan.ops).is_empty() => plan,
            _ => self.plan(object, wanted, &take, if leave { Some(caller) } else { None })?,
        };
        let held = if leave { Vec::new() } else { self.in_the_way_of(caller, object, &plan.ops) };
        for op in &plan.ops {
            self.closed_for(object, op)?;
            self.name_free(object, op)?;
        }
        let asked: Vec<Collision> =
            plan.left.iter().filter(|collision| collision.why != Obstacle::Locked).cloned().collect();
        let fixed = plan.taken.is_empty() && !asked.is_empty();
        if fixed || (revert.collisions == Collisions::Ask && !asked.is_empty()) {
            return Err(Refusal::RevertConflict(asked));
        }
        if plan.taken.is_empty() {
            let views = self.locks_of(object, plan.left.iter().filter_map(|left| left.item));
            return Err(if views.is_empty() { Refusal::NothingToDo } else { Refusal::LockedBelow(views) });
        }
        Ok((plan, held))
    }

    /// Works it out on a copy; pens of others than `free_of`'s bar what they cover.
    pub(super) fn plan(
        &self,
        object: ObjectId,
        wanted: &BTreeSet<u64>,
        take: &dyn Fn(u64) -> bool,
        free_of: Option<Caller>,
    ) -> Result<Plan, Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let barred = |stack: &Stack, op: &Op| {
            let caller = free_of?;
            let lock = self.first_in_the_way(caller, object, stack, op)?;
            Some((lock.path.item, lock.user))
        };
        Ok(plan(&Wish {
            draft: &open.draft,
            changes: &open.changes,
            operations: &open.operations,
            wanted,
            take,
            barred: &barred,
        }))
    }

    /// Everything back to what is published, or to what the object was made with.
    fn back_to_base(&self, object: ObjectId, wanted: &BTreeSet<u64>) -> Result<Plan, Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let (base, creation) = base_of(open).ok_or(Refusal::NothingToDo)?;
        let ops = operations_between(&open.draft, &base);
        let taken: Vec<u64> = wanted.iter().copied().filter(|number| Some(*number) != creation).collect();
        if ops.is_empty() && taken.is_empty() {
            return Err(Refusal::NothingToDo);
        }
        Ok(Plan { ops, result: base, taken, left: Vec::new() })
    }

    /// Writes what takes the changes back, as one change.
    pub(super) fn take_back(
        &mut self,
        now: Now,
        caller: Caller,
        deed: Deed,
        ops: Vec<Op>,
        result: Stack,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let Deed { op_id, object, kind, words, taken } = deed;
        let many = ops.len() > self.limits.revert_operations;
        let free = self.locks.of_object(object).all(|lock| Some(lock.session) == caller.session);
        // What was undone by hand meanwhile leaves nothing to do; that it is taken back is written all the same.
        let mut change = None;
        let mut revision = self.head(object)?.revision;
        if ops.is_empty() {
            change = Some(self.log_without_operation(now, caller, object, kind, (&words, &taken), out)?);
        }
        let ops = if many && free { vec![Op::Replace { seeds: result.to_seeds() }] } else { ops };
        for (index, op) in ops.into_iter().enumerate() {
            let entry = Entry {
                user: caller.user,
                session: caller.session,
                op_id: OpId(derived_id(op_id.0, u32::try_from(index).unwrap_or(u32::MAX))),
                fence: None,
                kind,
                words: Some(words.clone()),
                change,
                taken: taken.clone(),
            };
            let (at, number) = self.replace(now, object, op, entry, out)?;
            change = Some(number);
            revision = at;
        }
        let change = change.ok_or(Refusal::NothingToDo)?;
        self.mark(now, object, &taken, change, out);
        Ok((revision, change))
    }

    fn words_of(&self, object: ObjectId, selection: &Selection, taken: &[u64]) -> String {
        let open = self.stacks.get(object);
        match (selection, taken) {
            (Selection::All, _) if open.is_some_and(|open| open.published.is_some()) => {
                "Reverted all changes, back to the published version".to_owned()
            }
            (Selection::All, _) => "Reverted all changes, back to the first version".to_owned(),
            (_, [one]) => {
                let words =
                    open.and_then(|open| change_of(&open.changes, *one)).map(|one| one.words.as_str());
                format!("Reverted: {}", words.unwrap_or("a change"))
            }
            (Selection::Author(user), several) => {
                let name = self.members.get(user).map_or("a member", |member| member.name.as_str());
                format!("Reverted {} changes of {name}", several.len())
            }
            (_, several) => format!("Reverted {} changes", several.len()),
        }
    }

    /// The locks of others that stand in the way of any of the operations, each once.
    pub(super) fn in_the_way_of(&self, caller: Caller, object: ObjectId, ops: &[Op]) -> Vec<LockView> {
        if self.locks.of_object(object).all(|lock| Some(lock.session) == caller.session) {
            return Vec::new();
        }
        let Some(open) = self.stacks.get(object) else { return Vec::new() };
        let mut at = open.draft.clone();
        let mut paths = BTreeSet::new();
        for op in ops {
            paths.extend(self.all_in_the_way(caller, object, &at, op).map(|lock| lock.path));
            let _ = at.apply(op, Revision::default(), None);
        }
        paths.into_iter().filter_map(|path| self.locks.get(path)).map(|lock| self.view_lock(lock)).collect()
    }

    fn all_in_the_way<'a>(
        &'a self,
        caller: Caller,
        object: ObjectId,
        stack: &Stack,
        op: &Op,
    ) -> impl Iterator<Item = &'a super::locks::Lock> + use<'a> {
        let needs = needs(stack, op);
        self.locks
            .of_object(object)
            .filter(move |lock| Some(lock.session) != caller.session)
            .filter(move |lock| lock.path.item.is_none_or(|item| needs.contains(&item)))
    }

    fn first_in_the_way(
        &self,
        caller: Caller,
        object: ObjectId,
        stack: &Stack,
        op: &Op,
    ) -> Option<&super::locks::Lock> {
        self.all_in_the_way(caller, object, stack, op).next()
    }

    fn locks_of(&self, object: ObjectId, items: impl Iterator<Item = ItemId>) -> Vec<LockView> {
        let items: BTreeSet<ItemId> = items.collect();
        let on = |path: LockPath| path.item.is_none_or(|item| items.contains(&item));
        self.locks.of_object(object).filter(|lock| on(lock.path)).map(|lock| self.view_lock(lock)).collect()
    }

    /// Refuses what an admin has closed.
    fn closed_for(&self, object: ObjectId, op: &Op) -> Result<(), Refusal> {
        let item = match op {
            Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => Some(*item),
            Op::Insert { parent, .. } => Some(*parent),
            Op::Record(op) => op.record().map(ItemId::Record),
            Op::Replace { .. } => None,
        };
        self.open_for_edits(LockPath { object, item })?;
        let Some(open) = self.stacks.get(object) else { return Ok(()) };
        for item in needs(&open.draft, op) {
            self.open_for_edits(LockPath::item(object, item))?;
        }
        Ok(())
    }

    /// Ends locks so that a revert can go on; their holders' unsaved work comes too late for them and is parked.
    fn park_for(&mut self, now: Now, by: UserId, held: &[LockView], reason: &str, out: &mut Effects) {
        for lock in held {
            let because = super::pens::Because { by: Some(by), reason };
            self.end_lock_because(now, lock.path, LockEnd::Forced, because, out);
            let place = super::pens::path_in_words(lock.path);
            out.push(Effect::Write(Write::Audit(AuditEntry {
                at: now.wall,
                user: Some(by),
                action: "revert.over_lock",
                subject: format!("{place} of user {}", lock.user),
                reason: reason.to_owned(),
                ..AuditEntry::default()
            })));
        }
    }
}

fn refuse_over(mut held: Vec<LockView>) -> Result<(), Refusal> {
    match held.len() {
        0 => Ok(()),
        1 => Err(held.pop().map_or(Refusal::Busy, |view| Refusal::Locked(Box::new(view)))),
        _ => Err(Refusal::LockedBelow(held)),
    }
}

/// The content to which "all" goes back, and the change that made it if that is not published.
fn base_of(open: &OpenStack) -> Option<(Stack, Option<u64>)> {
    if let Some(published) = &open.published {
        return Some((Stack::clone(published), None));
    }
    let first = open.operations.first()?;
    let Op::Replace { seeds } = &first.op else { return None };
    let base: &[Seed] = seeds;
    Some((Stack::from_seeds(base, first.revision).ok()?, Some(first.change)))
}

fn intent(revert: &Revert) -> [u8; 16] {
    let mut words: Vec<u64> = vec![match revert.collisions {
        Collisions::Ask => 0,
        Collisions::Keep => 1,
        Collisions::Take => 2,
    }];
    words.push(match &revert.locks {
        OverLocks::Refuse => 0,
        OverLocks::Leave => 1,
        OverLocks::Park { .. } => 2,
    });
    match &revert.selection {
        Selection::All => words.push(0),
        Selection::Changes(numbers) => {
            words.push(1);
            words.extend(numbers);
        }
        Selection::Author(user) => {
            let (high, low) = user.0.as_u64_pair();
            words.extend([2, high, low]);
        }
    }
    words.extend(&revert.take);
    digest(object_intent(b'v', revert.object), &words)
}

/// The items of which none may be another session's when the operation is applied.
fn needs(stack: &Stack, op: &Op) -> Vec<ItemId> {
    match op {
        Op::Set { item, field, .. } if field != DISABLED => lock_item(stack, *item).into_iter().collect(),
        Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => {
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
