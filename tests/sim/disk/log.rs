//! The log of an object: operations under locks that count, versions, checkpoints.

use std::sync::Arc;

use super::domain::command::{Numbers, Operation};
use super::domain::effect::VersionHead;
use super::domain::id::{ItemId, ObjectId};
use super::domain::path::LockPath;
use super::domain::record::RecordOp;
use super::domain::stack::op::Op;
use super::domain::stack::{NodeKind, Revision, Stack};
use super::{Disk, Log};

impl Disk {
    pub(super) fn operation(&mut self, object: ObjectId, operation: &Operation) -> Result<(), String> {
        let log = self.logs.entry(object).or_insert_with(Log::new);
        let before = log.operations.last().map_or(Revision(0), |last| last.revision);
        if operation.revision != before.next() {
            return Err(format!("{object} goes from {before:?} to {:?}", operation.revision));
        }
        if let Some(there) = self.written.insert(operation.op_id, (object, operation.revision)) {
            return Err(format!("{} is in the log twice, first at {there:?}", operation.op_id));
        }
        let touched = touched(&log.replayed, &operation.op);
        match (operation.fence, operation.session) {
            (Some(fence), Some(session)) => {
                let held = [Some(touched.0), None]
                    .into_iter()
                    .filter_map(|item| self.locks.get(&LockPath { object, item }));
                let current =
                    held.into_iter().any(|lock| lock.view.session == session && lock.view.fence == fence);
                if !current {
                    return Err(format!(
                        "{} was written under {fence:?}, which is not current",
                        operation.op_id
                    ));
                }
            }
            (Some(_), None) => return Err(format!("{} has a fence and no session", operation.op_id)),
            (None, _) => {}
        }
        let other = |path: LockPath| {
            self.locks.get(&path).filter(|lock| Some(lock.view.session) != operation.session)
        };
        if let Some(lock) = other(LockPath::object(object)) {
            return Err(format!("{} was written over {:?}", operation.op_id, lock.view));
        }
        if let Some(lock) = touched.1.iter().find_map(|item| other(LockPath::item(object, *item))) {
            return Err(format!("{} was written over {:?}", operation.op_id, lock.view));
        }
        if let Op::Record(op) = &operation.op {
            log.operations.push(operation.clone());
            return self.record_operation(object, operation, op);
        }
        log.replayed
            .apply(&operation.op, operation.revision, Some(operation.op_id))
            .map_err(|error| format!("the log of {object} cannot be replayed: {error}"))?;
        log.operations.push(operation.clone());
        Ok(())
    }

    pub(super) fn published(
        &mut self,
        object: ObjectId,
        numbers: &Numbers,
        version: u64,
    ) -> Result<(), String> {
        let log = self.logs.get_mut(&object).ok_or("changes of nothing go live")?;
        for (_, change) in log.changes.iter_mut().filter(|(number, _)| numbers.contains(**number)) {
            if change.published.replace(version).is_some() {
                return Err(format!("change {} of {object} goes live twice", change.number));
            }
        }
        Ok(())
    }

    pub(super) fn checkpoint(
        &mut self,
        object: ObjectId,
        revision: Revision,
        stack: &Arc<Stack>,
    ) -> Result<(), String> {
        let log = self.logs.get_mut(&object).ok_or("a checkpoint of nothing")?;
        if log.operations.last().is_none_or(|last| last.revision != revision) {
            return Err(format!("a checkpoint of {object} at {revision:?} is not at the log's end"));
        }
        if log.replayed != **stack {
            return Err(format!("a checkpoint of {object} is not what its log gives"));
        }
        log.checkpoint = (revision, Arc::clone(stack));
        Ok(())
    }

    pub(super) fn version(
        &mut self,
        object: ObjectId,
        head: &VersionHead,
        stack: &Arc<Stack>,
    ) -> Result<(), String> {
        let log = self.logs.get_mut(&object).ok_or("a version of nothing")?;
        let before = log.version.as_ref().map_or(0, |(version, _)| version.number);
        if head.number != before + 1 || (head.whole && log.replayed != **stack) {
            return Err(format!("version {} of {object} is not the next, or not its log", head.number));
        }
        log.version = Some((head.clone(), Arc::clone(stack)));
        Ok(())
    }
}

/// The item whose lock covers the operation, and the items that must not be another session's.
fn touched(stack: &Stack, op: &Op) -> (ItemId, Vec<ItemId>) {
    let owner = |item: ItemId| match stack.get(item) {
        Some(node) if node.kind == NodeKind::Arm => node.parent.unwrap_or(item),
        _ => item,
    };
    match op {
        Op::Set { item, .. } => (owner(*item), vec![owner(*item)]),
        Op::Delete { item } | Op::Move { item, .. } => {
            let mut all = stack.subtree(*item);
            all.push(owner(*item));
            (owner(*item), all)
        }
        Op::Insert { parent, .. } => {
            let step = stack.get(*parent).is_some_and(|node| node.kind == NodeKind::Step);
            (*parent, if step { vec![*parent] } else { Vec::new() })
        }
        Op::Record(op) => {
            let item = op.record().map_or(ItemId::Records, ItemId::Record);
            let fresh = matches!(op, RecordOp::Insert { .. });
            (item, if fresh { Vec::new() } else { vec![item] })
        }
        Op::Replace { .. } => (ItemId::Settings, stack.nodes().iter().map(|node| node.id).collect()),
    }
}
