//! Which items' pens an operation needs.

use super::op::Op;
use super::{NodeKind, Stack};
use crate::domain::id::ItemId;

/// The field that switches a step off.
pub const DISABLED: &str = "disabled";

/// The item whose lock covers a node: an arm's condition belongs to its step.
pub fn lock_item(draft: &Stack, item: ItemId) -> Option<ItemId> {
    let node = draft.get(item)?;
    if node.kind == NodeKind::Arm { node.parent } else { Some(item) }
}

/// The items of which none may be another session's when the operation is applied.
pub fn needs(stack: &Stack, op: &Op) -> Vec<ItemId> {
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
