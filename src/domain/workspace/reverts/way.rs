//! Who is in the way of a revert, and what becomes of them.

use std::collections::BTreeSet;

use super::super::Workspace;
use crate::domain::command::Caller;
use crate::domain::effect::{AuditEntry, Effect, Effects, LockEnd, LockView, Write};
use crate::domain::id::{ItemId, ObjectId, UserId};
use crate::domain::path::LockPath;
use crate::domain::plan::Plan;
use crate::domain::refusal::Refusal;
use crate::domain::stack::cover;
use crate::domain::stack::op::Op;
use crate::domain::time::Now;

impl Workspace {
    /// The locks of others that stand in the way of what would be done.
    pub(super) fn in_the_way_of(&self, caller: Caller, object: ObjectId, plan: &Plan) -> Vec<LockView> {
        if plan.ops.is_empty() { Vec::new() } else { self.others_on(caller, object, &plan.needs) }
    }

    /// The locks of others on any of the items, or on the whole object.
    pub(super) fn others_on(
        &self,
        caller: Caller,
        object: ObjectId,
        items: &BTreeSet<ItemId>,
    ) -> Vec<LockView> {
        let others = self.locks.of_object(object).filter(|lock| Some(lock.session) != caller.session);
        let stands = others.filter(|lock| lock.path.item.is_none_or(|item| items.contains(&item)));
        stands.map(|lock| self.view_lock(lock)).collect()
    }

    /// Adds the locks on the paths, each once.
    pub(super) fn add_held(&self, held: &mut Vec<LockView>, paths: &BTreeSet<LockPath>) {
        let known: BTreeSet<LockPath> = held.iter().map(|view| view.path).collect();
        let locks = paths.difference(&known).filter_map(|path| self.locks.get(*path));
        held.extend(locks.map(|lock| self.view_lock(lock)));
    }

    pub(super) fn locks_of(&self, object: ObjectId, items: impl Iterator<Item = ItemId>) -> Vec<LockView> {
        let items: BTreeSet<ItemId> = items.collect();
        let on = |path: LockPath| path.item.is_none_or(|item| items.contains(&item));
        self.locks.of_object(object).filter(|lock| on(lock.path)).map(|lock| self.view_lock(lock)).collect()
    }

    /// Refuses what an admin has closed.
    pub(super) fn closed_for(&self, object: ObjectId, op: &Op) -> Result<(), Refusal> {
        if self.closures.is_empty() {
            return Ok(());
        }
        let item = match op {
            Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => Some(*item),
            Op::Insert { parent, .. } => Some(*parent),
            Op::Record(op) => op.record().map(ItemId::Record),
            Op::Replace { .. } => None,
        };
        self.open_for_edits(LockPath { object, item })?;
        let Some(open) = self.stacks.get(object) else { return Ok(()) };
        for item in cover::needs(&open.draft, op) {
            self.open_for_edits(LockPath::item(object, item))?;
        }
        Ok(())
    }

    /// Ends locks so that a revert can go on; their holders' unsaved work comes too late for them and is parked.
    pub(super) fn park_for(
        &mut self,
        now: Now,
        by: UserId,
        held: &[LockView],
        reason: &str,
        out: &mut Effects,
    ) {
        for lock in held {
            let because = super::super::pens::Because { by: Some(by), reason };
            self.end_lock_because(now, lock.path, LockEnd::Forced, because, out);
            let place = super::super::pens::path_in_words(lock.path);
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

pub(super) fn refuse_over(mut held: Vec<LockView>) -> Result<(), Refusal> {
    match held.len() {
        0 => Ok(()),
        1 => Err(held.pop().map_or(Refusal::Busy, |view| Refusal::Locked(Box::new(view)))),
        _ => Err(Refusal::LockedBelow(held)),
    }
}
