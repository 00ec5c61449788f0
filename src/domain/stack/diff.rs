//! What changed between two states of an object, node by node.

use std::collections::{BTreeMap, BTreeSet};

use super::{Field, Form, Node, Stack};
use crate::domain::id::ItemId;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name.
    pub name: String,
    /// Text and form before; `None` if it was not there.
    pub before: Option<(String, Form)>,
    /// Text and form after; `None` if it is gone.
    pub after: Option<(String, Form)>,
}

/// What happened to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeChange {
    /// It is new.
    Added {
        /// The node.
        item: ItemId,
    },
    /// It is gone.
    Removed {
        /// The node.
        item: ItemId,
    },
    /// It stands elsewhere.
    Moved {
        /// The node.
        item: ItemId,
        /// What held it.
        from: Option<ItemId>,
        /// What holds it now; the same for a new place among its siblings.
        to: Option<ItemId>,
    },
    /// Its own content differs.
    Changed {
        /// The node.
        item: ItemId,
        /// The fields that differ, in the order of `b`, removed ones last.
        fields: Vec<FieldChange>,
    },
}

impl NodeChange {
    /// The node it is about.
    pub fn item(&self) -> ItemId {
        match self {
            NodeChange::Added { item }
            | NodeChange::Removed { item }
            | NodeChange::Moved { item, .. }
            | NodeChange::Changed { item, .. } => *item,
        }
    }
}

/// What must happen to `a` so that it becomes `b`: first what is gone, in the order of `a`, then the rest in the order of `b`.
/// A node may stand twice, moved and changed. The order of a node's fields is not a difference.
pub fn diff(a: &Stack, b: &Stack) -> Vec<NodeChange> {
    let gone = a.nodes().into_iter().filter(|node| !b.contains(node.id));
    let mut changes: Vec<NodeChange> = gone.map(|node| NodeChange::Removed { item: node.id }).collect();
    let shifted: BTreeSet<ItemId> = b.nodes().iter().flat_map(|node| reordered(a, node)).collect();
    for node in b.nodes() {
        let item = node.id;
        let Some(old) = a.get(item) else {
            changes.push(NodeChange::Added { item });
            continue;
        };
        if old.parent != node.parent || shifted.contains(&item) {
            changes.push(NodeChange::Moved { item, from: old.parent, to: node.parent });
        }
        let fields = field_changes(&old.fields, &node.fields);
        if !fields.is_empty() || old.word != node.word {
            changes.push(NodeChange::Changed { item, fields });
        }
    }
    changes
}

fn field_changes(before: &[Field], after: &[Field]) -> Vec<FieldChange> {
    let find = |list: &[Field], name: &str| {
        list.iter().find(|field| field.name == name).map(|field| (field.text.clone(), field.form))
    };
    let names = after.iter().chain(before.iter().filter(|old| after.iter().all(|new| new.name != old.name)));
    names
        .map(|field| FieldChange {
            name: field.name.clone(),
            before: find(before, &field.name),
            after: find(after, &field.name),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// The children of `node` that stay under it but not in their order: those outside the longest run that kept its order.
fn reordered(a: &Stack, node: &Node) -> Vec<ItemId> {
    let old: BTreeMap<ItemId, usize> = a.children(node.id).iter().copied().zip(0..).collect();
    let stays: Vec<(usize, ItemId)> =
        node.children.iter().filter_map(|child| Some((*old.get(child)?, *child))).collect();
    let kept = longest_rising(&stays.iter().map(|(at, _)| *at).collect::<Vec<_>>());
    stays.iter().enumerate().filter(|(index, _)| !kept.contains(index)).map(|(_, (_, id))| *id).collect()
}

/// The indices of a longest strictly rising run of `values`, not necessarily adjacent.
fn longest_rising(values: &[usize]) -> BTreeSet<usize> {
    // `tails[n]` is where the best run of length n + 1 ends; `before` leads back through it.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let at = tails.partition_point(|tail| values[*tail] < *value);
        before.push(at.checked_sub(1).map(|left| tails[left]));
        if at == tails.len() { tails.push(index) } else { tails[at] = index }
    }
    let mut kept = BTreeSet::new();
    let mut at = tails.last().copied();
    while let Some(index) = at {
        kept.insert(index);
        at = before[index];
    }
    kept
}
