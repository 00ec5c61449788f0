//! The one path of every edit: op_id, role, chain, lock and fence, base, then the tree and the log.

use super::Workspace;
use super::log::{Entry, rename};
use super::parked::weight;
use crate::domain::command::{Caller, ChangeKind, Edit, EditAction, Numbers, Pen};
use crate::domain::effect::{Effects, LockEnd, ParkedReason, Receipt, RequestEnd};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::record::RecordOp;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::cover::{DISABLED, lock_item};
use crate::domain::stack::op::Op;
use crate::domain::stack::{NodeKind, Revision};
use crate::domain::time::Now;

/// What an operation touches.
pub(super) struct Touched {
    /// The item that people would say was edited; its lock covers the edit.
    pub item: Option<ItemId>,
    /// The items of which none may be another session's.
    pub needs: Vec<ItemId>,
    /// The whole object must be free of others.
    pub object: bool,
}

impl Workspace {
    /// One edit, applied, parked or refused.
    pub(super) fn edit(
        &mut self,
        now: Now,
        caller: Caller,
        edit: Edit,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if let Some(receipt) = self.receipts.find(caller.user, edit.op_id, edit.intent)? {
            return Ok(receipt);
        }
        self.pen_of_caller(caller, edit.pen)?;
        if let Err(refusal) = self.allowed_on(caller.user, Action::Edit, edit.object) {
            // After a downgrade only what was typed under a fence that was held is kept, and only for a moment.
            if !self.may_park(now, caller, edit.pen) {
                return Err(refusal);
            }
            let op = self.resolve(&edit)?;
            let item = self.touched(edit.object, &op).ok().and_then(|touched| touched.item);
            return self.park(now, caller.user, &edit, op, item, ParkedReason::Revoked, out);
        }
        self.head(edit.object)?;
        if caller.session.is_some() || edit.pen != Pen::WithLock {
            self.session(caller)?;
        }
        let op = self.resolve(&edit)?;
        let touched = self.touched(edit.object, &op);
        let touched = match (touched, edit.pen) {
            (Ok(touched), _) => touched,
            // What was typed on an item that is gone is kept.
            (Err(Refusal::NoSuchItem(item)), pen @ (Pen::Held(_) | Pen::TypedAhead)) => {
                if let Pen::Held(fence) = pen
                    && !self.held_once(fence, caller.user, edit.object)
                {
                    return Err(Refusal::NotHeld);
                }
                return self.park(now, caller.user, &edit, op, Some(item), ParkedReason::LockLost, out);
            }
            (Err(refusal), _) => return Err(refusal),
        };
        if edit.prev_op.is_some_and(|prev| self.receipts.was_parked(caller.user, prev)) {
            return self.park(now, caller.user, &edit, op, touched.item, ParkedReason::ChainParked, out);
        }
        if let Some(reason) = self.pen_missing(caller, &edit, &touched)? {
            return self.park(now, caller.user, &edit, op, touched.item, reason, out);
        }
        match self.free_for(caller, &edit, &touched) {
            Err(_) if edit.pen == Pen::TypedAhead => {
                return self.park(now, caller.user, &edit, op, touched.item, ParkedReason::NotGranted, out);
            }
            free => free?,
        }
        if let Some(current) = self.stale(&edit, &op) {
            return match edit.pen {
                Pen::Held(_) | Pen::TypedAhead => {
                    self.park(now, caller.user, &edit, op, touched.item, ParkedReason::BaseMismatch, out)
                }
                Pen::WithLock => Err(Refusal::BaseMismatch { current }),
            };
        }
        self.name_free(edit.object, &op)?;
        self.write_edit(now, caller, &edit, op, touched.item, out)
    }

    /// Refuses what a closure, a colleague's wish for the whole object or another session's lock stands in the way of.
    fn free_for(&self, caller: Caller, edit: &Edit, touched: &Touched) -> Result<(), Refusal> {
        self.open_for_edits(LockPath { object: edit.object, item: touched.item })?;
        for item in &touched.needs {
            self.open_for_edits(LockPath::item(edit.object, *item))?;
        }
        if !matches!(edit.pen, Pen::Held(_)) {
            self.not_reserved(edit.object, caller.session)?;
        }
        self.others_in_the_way(caller, edit.object, touched)
    }

    /// Refuses a rename to the name of another object of the same kind and group.
    pub(super) fn name_free(&self, object: ObjectId, op: &Op) -> Result<(), Refusal> {
        let (Some(name), Ok(head)) = (rename(op), self.head(object)) else { return Ok(()) };
        let taken = self.objects.values().any(|other| {
            other.id != object && other.kind == head.kind && other.group == head.group && other.name == name
        });
        if taken { Err(Refusal::NameTaken) } else { Ok(()) }
    }

    /// The operation itself: a copy is made from the saved revision.
    fn resolve(&self, edit: &Edit) -> Result<Op, Refusal> {
        match &edit.action {
            EditAction::Apply(
                Op::Replace { .. } | Op::Record(RecordOp::Show { .. } | RecordOp::Hide { .. }),
            ) => Err(Refusal::NotPermitted),
            EditAction::Apply(op) => Ok(op.clone()),
            EditAction::Duplicate { item, seed } => {
                let draft = &self.stacks.get(edit.object).ok_or(Refusal::RetryLater)?.draft;
                let parent =
                    draft.get(*item).ok_or(Refusal::NoSuchItem(*item))?.parent.ok_or(Refusal::NotLockable)?;
                Ok(Op::Insert { parent, after: Some(*item), seeds: draft.seeds_for_duplicate(*item, *seed) })
            }
        }
    }

    /// What the operation touches, on the tree as it is.
    fn touched(&self, object: ObjectId, op: &Op) -> Result<Touched, Refusal> {
        let draft = &self.stacks.get(object).ok_or(Refusal::RetryLater)?.draft;
        let lock_of = |item: ItemId| lock_item(draft, item).ok_or(Refusal::NoSuchItem(item));
        Ok(match op {
            Op::Set { item, field, .. } => {
                let covered_by = lock_of(*item)?;
                let mut needs = vec![covered_by];
                if field == DISABLED {
                    // What is below is disabled with it.
                    needs.extend(draft.subtree(*item).into_iter().filter(|below| below != item));
                }
                Touched { item: Some(covered_by), needs, object: false }
            }
            Op::Insert { parent, seeds, .. } => {
                let node = draft.get(*parent).ok_or(Refusal::NoSuchItem(*parent))?;
                // A new arm is an edit of its step; a new step or input is nobody's yet.
                let item = if node.kind == NodeKind::Step {
                    Some(*parent)
                } else {
                    seeds.first().map(|seed| seed.id)
                };
                let needs = if node.kind == NodeKind::Step { vec![*parent] } else { Vec::new() };
                Touched { item, needs, object: false }
            }
            Op::Delete { item } | Op::Move { item, .. } => {
                let covered_by = lock_of(*item)?;
                let mut needs: Vec<ItemId> = vec![covered_by];
                needs.extend(draft.subtree(*item).into_iter().filter(|below| below != item));
                Touched { item: Some(covered_by), needs, object: false }
            }
            Op::Replace { .. } => Touched { item: None, needs: Vec::new(), object: true },
            // A new record is nobody's yet.
            Op::Record(op) => {
                let item = self.touched_record(object, op)?;
                let fresh = matches!(op, RecordOp::Insert { .. });
                Touched {
                    item: Some(item),
                    needs: if fresh { Vec::new() } else { vec![item] },
                    object: false,
                }
            }
        })
    }

    /// The revision now, if what the edit touches was changed after its base by anything outside its chain.
    fn stale(&self, edit: &Edit, op: &Op) -> Option<Revision> {
        let draft = &self.stacks.get(edit.object)?.draft;
        let (revision, last_op) = match op {
            Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => {
                draft.get(*item).map(|node| (node.revision, node.last_op))?
            }
            Op::Record(op) => self.record_stamp(edit.object, op)?,
            Op::Insert { .. } | Op::Replace { .. } => return None,
        };
        let own = edit.prev_op.is_some() && last_op == edit.prev_op;
        let current = self.objects.get(&edit.object).map(|head| head.revision).unwrap_or_default();
        // Nobody has seen a revision that is still to come: such a base would make every write look fresh.
        (edit.base > current || (revision > edit.base && !own)).then_some(current)
    }

    fn write_edit(
        &mut self,
        now: Now,
        caller: Caller,
        edit: &Edit,
        op: Op,
        item: Option<ItemId>,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let fence = match edit.pen {
            Pen::Held(fence) => Some(fence),
            Pen::WithLock | Pen::TypedAhead => None,
        };
        let weight = weight(&op);
        let removed = match &op {
            Op::Delete { item } => {
                self.stacks.get(edit.object).map(|open| open.draft.subtree(*item)).unwrap_or_default()
            }
            Op::Record(RecordOp::Delete { record }) => vec![ItemId::Record(*record)],
            _ => Vec::new(),
        };
        let inserted = matches!(op, Op::Insert { .. } | Op::Record(RecordOp::Insert { .. }));
        let entry = Entry {
            user: caller.user,
            session: caller.session,
            op_id: edit.op_id,
            fence,
            kind: ChangeKind::Edit,
            words: None,
            change: None,
            taken: Numbers::default(),
        };
        let (revision, change) = match op {
            Op::Record(op) => self.write_record(now, edit.object, op, entry, out)?,
            op => self.log(now, edit.object, op, entry, out)?,
        };
        let receipt = Receipt::Edited { revision, change };
        self.remember(now, caller.user, edit.op_id, edit.intent, &receipt, out);
        let held = self.after_edit(now, caller, edit.object, (item, revision), inserted, &removed, out);
        if let Some(held) = held {
            self.count_flush(now, held, weight, out);
        }
        if !removed.is_empty() {
            self.promote(now, edit.object, out);
        }
        Ok(receipt)
    }

    /// What follows from an accepted edit: what was deleted has no locks, what was added is held, the lock was used: that one.
    #[expect(clippy::too_many_arguments, reason = "the parts of one edit, each of its own type")]
    fn after_edit(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        (item, revision): (Option<ItemId>, Revision),
        inserted: bool,
        removed: &[ItemId],
        out: &mut Effects,
    ) -> Option<LockPath> {
        self.items_deleted(now, object, removed, out);
        let session = caller.session?;
        if let Some(live) = self.sessions.get_mut(session) {
            live.active = now.wall;
        }
        let path = LockPath { object, item };
        // Whoever holds an item and the object around it uses both.
        let mut own = vec![path, LockPath::object(object)];
        own.retain(|path| self.locks.get(*path).is_some_and(|lock| lock.session == session));
        own.dedup();
        for path in &own {
            self.lock_used(now, *path, revision, out);
        }
        if let Some(closest) = own.first() {
            return Some(*closest);
        }
        // Who adds a step holds it, if they still have a hand free.
        let lockable = match item {
            Some(ItemId::Record(_)) => true,
            item => self
                .stacks
                .get(object)
                .zip(item)
                .and_then(|(open, item)| open.draft.get(item))
                .is_some_and(|node| matches!(node.kind, NodeKind::Step | NodeKind::Input)),
        };
        let here = self.sessions.living(session).is_some_and(|session| session.connected());
        if inserted && lockable && here && self.locks.of_session(session).len() < self.limits.locks {
            self.grant(now, path, session, out);
            self.lock_used(now, path, revision, out);
        }
        None
    }

    /// Locks, requests and presence on deleted items end. Who waits behind them is the caller's to look at, when all that
    /// belongs together has been written.
    pub(super) fn items_deleted(
        &mut self,
        now: Now,
        object: ObjectId,
        removed: &[ItemId],
        out: &mut Effects,
    ) {
        if removed.is_empty() {
            return;
        }
        for item in removed {
            let path = LockPath::item(object, *item);
            let requests: Vec<_> = self
                .queue
                .overlapping(path)
                .filter(|request| request.path == path)
                .map(|request| request.id)
                .collect();
            // The last first: nobody is told of a place that they lose a moment later.
            for request in requests.into_iter().rev() {
                self.end_request(now, request, RequestEnd::Voided, out);
            }
            self.end_lock(now, path, LockEnd::ItemDeleted, out);
        }
        self.locations_fall_back(now, object, out);
    }
}
