//! The way from one state of an object to another, in operations.

use std::collections::BTreeSet;

use super::diff::{NodeChange, diff};
use super::op::{Op, OpError};
use super::rules::is_object;
use super::{Field, Node, NodeKind, Revision, Seed, Stack, name};
use crate::domain::id::ItemId;

/// The operations that make `b` of `a`: few, and only on what differs. One that replaces everything where there is no other way,
/// as for fields that stand in another order.
pub fn operations_between(a: &Stack, b: &Stack) -> Vec<Op> {
    let mut way = Way { at: a.clone(), ops: Vec::new() };
    match way.walk(a, b) {
        Ok(()) if way.at.to_seeds() == b.to_seeds() => way.ops,
        _ => vec![Op::Replace { seeds: b.to_seeds() }],
    }
}

/// The same without minding the order of fields, which says nothing. `None` if items have become something else.
pub fn edits_between(a: &Stack, b: &Stack) -> Option<Vec<Op>> {
    let mut way = Way { at: a.clone(), ops: Vec::new() };
    way.walk(a, b).ok().map(|()| way.ops)
}

struct Way {
    at: Stack,
    ops: Vec<Op>,
}

impl Way {
    fn step(&mut self, op: Op) -> Result<(), OpError> {
        self.at.apply(&op, Revision::default(), None)?;
        self.ops.push(op);
        Ok(())
    }

    fn walk(&mut self, a: &Stack, b: &Stack) -> Result<(), OpError> {
        let same = |node: &&Node| a.get(node.id).is_none_or(|old| old.word == node.word);
        if let Some(other) = b.nodes().iter().find(|node| !same(node)) {
            return Err(OpError::IdTaken(other.id));
        }
        let changes = diff(a, b);
        let moved: BTreeSet<ItemId> = changes
            .iter()
            .filter_map(|change| match change {
                NodeChange::Moved { item, .. } => Some(*item),
                _ => None,
            })
            .collect();
        // An input must be able to hold before it is given something.
        for node in b.nodes().into_iter().filter(|node| node.kind == NodeKind::Input) {
            if is_object(&node.fields) && a.get(node.id).is_some_and(|old| !is_object(&old.fields)) {
                self.set_fields_of(node, &[name::TYPE])?;
            }
        }
        // Whoever holds comes before what it holds, so that what stays leaves a parent that goes.
        for node in b.nodes() {
            let Some(parent) = node.parent else { continue };
            let after = b.left_sibling(node.id);
            if !self.at.contains(node.id) {
                let seeds = added(a, b, node.id);
                self.step(Op::Insert { parent, after, seeds })?;
            } else if moved.contains(&node.id) {
                self.step(Op::Move { item: node.id, parent, after })?;
            }
        }
        for node in a.nodes() {
            if !b.contains(node.id) && self.at.contains(node.id) {
                self.step(Op::Delete { item: node.id })?;
            }
        }
        for change in &changes {
            if let NodeChange::Changed { item, fields } = change
                && let Some(node) = b.get(*item)
            {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                self.set_fields_of(node, &names)?;
            }
        }
        Ok(())
    }

    /// Gives the node the named fields of `to`: what is not there goes first, so that the rest finds its place.
    fn set_fields_of(&mut self, to: &Node, names: &[&str]) -> Result<(), OpError> {
        let field = |name: &str| to.fields.iter().position(|field| field.name == name);
        let item = to.id;
        for name in names.iter().filter(|name| field(name).is_none()) {
            let (field, form) = ((*name).to_owned(), Default::default());
            self.step(Op::Set { item, field, text: None, form, at: None })?;
        }
        let mut there: Vec<usize> = names.iter().filter_map(|name| field(name)).collect();
        there.sort_unstable();
        for at in there {
            let Field { name, text, form } = to.fields[at].clone();
            self.step(Op::Set { item, field: name, text: Some(text), form, at: Some(at) })?;
        }
        Ok(())
    }
}

/// The node and all below it that `a` does not have either.
fn added(a: &Stack, b: &Stack, root: ItemId) -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut todo = vec![root];
    while let Some(node) = todo.pop().and_then(|id| b.get(id)) {
        if !a.contains(node.id) {
            seeds.push(node.to_seed());
            todo.extend(node.children.iter().rev());
        }
    }
    seeds
}
