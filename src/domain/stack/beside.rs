//! Two states of an object side by side, aligned by the ids of their nodes.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{FieldChange, NodeChange, diff};
use super::{Node, Stack};
use crate::domain::id::ItemId;

/// A node in one of the states, or in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The node.
    pub item: ItemId,
    /// Levels below its root.
    pub depth: usize,
    /// As it is in the first state.
    pub a: Option<&'a Node>,
    /// As it is in the second state.
    pub b: Option<&'a Node>,
    /// Whether it stands elsewhere.
    pub moved: bool,
    /// The fields that differ, if it is in both.
    pub fields: Vec<FieldChange>,
}

impl Row<'_> {
    /// Whether both states say the same of it.
    pub fn same(&self) -> bool {
        self.a.is_some() && self.b.is_some() && !self.moved && self.fields.is_empty()
    }
}

/// Every node once, in the order of `b`; what `b` does not have stands after the sibling that it followed in `a`.
pub fn beside<'a>(a: &'a Stack, b: &'a Stack) -> Vec<Row<'a>> {
    let mut moved = BTreeSet::new();
    let mut fields: BTreeMap<ItemId, Vec<FieldChange>> = BTreeMap::new();
    for change in diff(a, b) {
        match change {
            NodeChange::Moved { item, .. } => drop(moved.insert(item)),
            NodeChange::Changed { item, fields: differ } => drop(fields.insert(item, differ)),
            NodeChange::Added { .. } | NodeChange::Removed { .. } => {}
        }
    }
    let mut rows = Vec::new();
    let mut todo: Vec<(ItemId, usize)> = ItemId::FIXED.iter().rev().map(|root| (*root, 0)).collect();
    while let Some((item, depth)) = todo.pop() {
        let (old, new) = (a.get(item), b.get(item));
        if old.is_none() && new.is_none() {
            continue;
        }
        let fields = fields.remove(&item).unwrap_or_default();
        rows.push(Row { item, depth, a: old, b: new, moved: moved.contains(&item), fields });
        todo.extend(children(a, b, item).into_iter().rev().map(|child| (child, depth + 1)));
    }
    rows
}

/// What the node holds in `b`, with what only `a` has in its place.
fn children(a: &Stack, b: &Stack, item: ItemId) -> Vec<ItemId> {
    let mut gone: BTreeMap<Option<ItemId>, Vec<ItemId>> = BTreeMap::new();
    let mut left = None;
    for child in a.children(item) {
        if !b.contains(*child) {
            gone.entry(left).or_default().push(*child);
        } else if b.get(*child).is_some_and(|node| node.parent == Some(item)) {
            left = Some(*child);
        }
    }
    let mut all = gone.remove(&None).unwrap_or_default();
    for child in b.children(item) {
        all.push(*child);
        all.extend(gone.remove(&Some(*child)).unwrap_or_default());
    }
    all
}
