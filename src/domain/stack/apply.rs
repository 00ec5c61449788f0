//! How an operation changes the tree, and which operations take it back.

use std::collections::BTreeMap;

use super::op::{Op, OpError};
use super::rules::{
    Holder, MAX_DEPTH, MAX_FIELDS, MAX_NODES, MAX_STEPS, check_field, check_seed, is_object, may_be_nameless,
    may_hold,
};
use super::tree::root_kind;
use super::{Field, Form, Node, NodeKind, Revision, Seed, Stack, name};
use crate::domain::id::{ItemId, OpId};

/// Who changes the tree, and as which revision.
#[derive(Clone, Copy)]
struct Stamp {
    revision: Revision,
    by: Option<OpId>,
}

impl Stack {
    /// Applies `op` as `revision`, done by the operation `by`, and returns the operations that take it back, in the order in
    /// which they must be applied.
    ///
    /// Only the nodes that `op` touches get the revision; a parent's list of children is not its content, so siblings
    /// never conflict.
    ///
    /// # Errors
    /// [`OpError`]; the stack is then unchanged.
    pub fn apply(&mut self, op: &Op, revision: Revision, by: Option<OpId>) -> Result<Vec<Op>, OpError> {
        let stamp = Stamp { revision, by };
        match op {
            Op::Insert { parent, after, seeds } => self.insert(*parent, *after, seeds, stamp),
            Op::Delete { item } => self.delete(*item),
            Op::Move { item, parent, after } => self.relocate(*item, *parent, *after, stamp),
            Op::Set { item, field, text: Some(text), form, at } => {
                let new = Field { name: field.clone(), text: text.clone(), form: *form };
                self.set(*item, new, *at, stamp)
            }
            Op::Set { item, field, text: None, .. } => self.unset(*item, field, stamp),
            Op::Replace { seeds } => self.replace(seeds, stamp),
        }
    }

    fn insert(
        &mut self,
        parent: ItemId,
        after: Option<ItemId>,
        seeds: &[Seed],
        stamp: Stamp,
    ) -> Result<Vec<Op>, OpError> {
        let top = seeds.first().ok_or(OpError::Malformed)?.id;
        let holder = self.nodes.get(&parent).ok_or(OpError::NoSuchItem(parent))?;
        let at = place(&holder.children, after, None)?;
        if let Some(taken) = seeds.iter().find(|seed| self.contains(seed.id)) {
            return Err(OpError::IdTaken(taken.id));
        }
        let under = Some((holder, self.depth(parent)));
        let fresh = sprout(Sprout { under, seeds, revision: stamp.revision, by: stamp.by })?;
        let nodes = self.nodes.len() + fresh.len();
        // Steps are nodes: they need not be counted as long as there are fewer nodes than steps may be.
        if nodes > MAX_NODES || (nodes > MAX_STEPS && self.step_count() + steps(&fresh) > MAX_STEPS) {
            return Err(OpError::TooManySteps);
        }
        self.nodes.extend(fresh);
        self.node_mut(parent)?.children.insert(at, top);
        Ok(vec![Op::Delete { item: top }])
    }

    fn delete(&mut self, item: ItemId) -> Result<Vec<Op>, OpError> {
        let parent = self.movable(item)?;
        let after = self.left_sibling(item);
        let ids = self.subtree(item);
        let seeds = ids.iter().filter_map(|id| self.nodes.get(id)).map(Node::to_seed).collect();
        for id in &ids {
            self.nodes.remove(id);
        }
        self.node_mut(parent)?.children.retain(|child| *child != item);
        Ok(vec![Op::Insert { parent, after, seeds }])
    }

    fn relocate(
        &mut self,
        item: ItemId,
        parent: ItemId,
        after: Option<ItemId>,
        stamp: Stamp,
    ) -> Result<Vec<Op>, OpError> {
        let from = self.movable(item)?;
        let back = Op::Move { item, parent: from, after: self.left_sibling(item) };
        let target = self.nodes.get(&parent).ok_or(OpError::NoSuchItem(parent))?;
        if self.is_within(parent, item) {
            return Err(OpError::IntoItself(item));
        }
        let node = self.nodes.get(&item).ok_or(OpError::NoSuchItem(item))?;
        if !may_hold(target.as_holder(), node.kind, &node.word) {
            return Err(OpError::CannotHold { parent });
        }
        let at = place(&target.children, after, Some(item))?;
        if self.depth(parent) + self.height(item) > MAX_DEPTH {
            return Err(OpError::TooDeep);
        }
        self.node_mut(from)?.children.retain(|child| *child != item);
        self.node_mut(parent)?.children.insert(at, item);
        let node = self.node_mut(item)?;
        node.parent = Some(parent);
        node.touch(stamp);
        Ok(vec![back])
    }

    fn set(&mut self, item: ItemId, new: Field, at: Option<usize>, stamp: Stamp) -> Result<Vec<Op>, OpError> {
        let node = self.nodes.get(&item).ok_or(OpError::NoSuchItem(item))?;
        check_field(&new.name, &new.text)?;
        node.check_type_change(&new.name, Some(&new.text))?;
        let old = node.fields.iter().position(|field| field.name == new.name);
        if old.is_none() && node.fields.len() >= MAX_FIELDS {
            return Err(OpError::TooManyFields);
        }
        let inverse = match old.map(|index| &node.fields[index]) {
            Some(before) => Op::Set {
                item,
                field: before.name.clone(),
                text: Some(before.text.clone()),
                form: before.form,
                at: old,
            },
            // An object's name cannot be removed, so the first one is taken back with the whole.
            None if item == ItemId::Settings && new.name == name::NAME => {
                Op::Replace { seeds: self.to_seeds() }
            }
            None => Op::Set { item, field: new.name.clone(), text: None, form: Form::default(), at: None },
        };
        let node = self.node_mut(item)?;
        match old {
            Some(index) => node.fields[index] = new,
            None => node.fields.insert(at.unwrap_or(usize::MAX).min(node.fields.len()), new),
        }
        node.touch(stamp);
        Ok(vec![inverse])
    }

    fn unset(&mut self, item: ItemId, field: &str, stamp: Stamp) -> Result<Vec<Op>, OpError> {
        let node = self.nodes.get(&item).ok_or(OpError::NoSuchItem(item))?;
        let index = node.fields.iter().position(|f| f.name == field).ok_or(OpError::NoSuchField)?;
        node.check_type_change(field, None)?;
        let named = matches!(node.kind, NodeKind::Settings | NodeKind::Input);
        if field == name::NAME && named && !may_be_nameless(&node.fields) {
            return Err(OpError::BadName);
        }
        let node = self.node_mut(item)?;
        let old = node.fields.remove(index);
        node.touch(stamp);
        Ok(vec![Op::Set { item, field: old.name, text: Some(old.text), form: old.form, at: Some(index) }])
    }

    fn replace(&mut self, seeds: &[Seed], stamp: Stamp) -> Result<Vec<Op>, OpError> {
        let mut next = Stack::from_seeds(seeds, stamp.revision)?;
        for node in next.nodes.values_mut() {
            // What it leaves as it is has not changed: nobody who writes there is out of date.
            match self.nodes.get(&node.id).filter(|old| old.says_the_same(node)) {
                Some(old) => (node.revision, node.last_op) = (old.revision, old.last_op),
                None => node.touch(stamp),
            }
        }
        let before = std::mem::replace(self, next);
        Ok(vec![Op::Replace { seeds: before.to_seeds() }])
    }

    /// The parent of a node that can be moved or deleted.
    fn movable(&self, item: ItemId) -> Result<ItemId, OpError> {
        let node = self.nodes.get(&item).ok_or(OpError::NoSuchItem(item))?;
        node.parent.ok_or(OpError::Fixed(item))
    }

    fn node_mut(&mut self, item: ItemId) -> Result<&mut Node, OpError> {
        self.nodes.get_mut(&item).ok_or(OpError::NoSuchItem(item))
    }
}

impl Node {
    fn touch(&mut self, stamp: Stamp) {
        self.revision = stamp.revision;
        self.last_op = stamp.by;
    }

    /// Whether it has the same content in the same place; its children are their own content.
    fn says_the_same(&self, other: &Node) -> bool {
        (self.kind, &self.word, &self.fields, self.parent)
            == (other.kind, &other.word, &other.fields, other.parent)
    }

    fn as_holder(&self) -> Holder<'_> {
        Holder { kind: self.kind, word: &self.word, fields: &self.fields }
    }

    /// An input keeps the type that lets it hold what it holds, or have no name.
    fn check_type_change(&self, field: &str, text: Option<&str>) -> Result<(), OpError> {
        if field != name::TYPE || self.kind != NodeKind::Input {
            return Ok(());
        }
        if !self.children.is_empty() && is_object(&self.fields) && text != Some("object") {
            return Err(OpError::CannotHold { parent: self.id });
        }
        if self.field(name::NAME).is_none() && text != Some("dblink") {
            return Err(OpError::BadName);
        }
        Ok(())
    }
}

/// Where in `children` something comes that shall stand after `after`, once `leaving` is out of the list.
fn place(children: &[ItemId], after: Option<ItemId>, leaving: Option<ItemId>) -> Result<usize, OpError> {
    let Some(sibling) = after else { return Ok(0) };
    let mut rest = children.iter().filter(|child| Some(**child) != leaving);
    rest.position(|child| *child == sibling).map(|at| at + 1).ok_or(OpError::NotASibling(sibling))
}

/// Seeds on their way to become nodes.
pub(super) struct Sprout<'a> {
    /// The node that will hold the first seed, and its depth; `None` when the seeds are a whole object.
    pub under: Option<(&'a Node, usize)>,
    pub seeds: &'a [Seed],
    pub revision: Revision,
    pub by: Option<OpId>,
}

/// Turns seeds into linked nodes, or says what is wrong with them.
pub(super) fn sprout(plan: Sprout<'_>) -> Result<BTreeMap<ItemId, Node>, OpError> {
    let mut fresh: BTreeMap<ItemId, Node> = BTreeMap::new();
    let mut depths: BTreeMap<ItemId, usize> = BTreeMap::new();
    if plan.seeds.len() > MAX_NODES {
        return Err(OpError::TooManySteps);
    }
    for (index, seed) in plan.seeds.iter().enumerate() {
        check_seed(seed)?;
        let (parent, depth) = match (plan.under, seed.parent) {
            (Some((holder, depth)), parent) if index == 0 => {
                if parent.is_some_and(|parent| parent != holder.id) {
                    return Err(OpError::Malformed);
                }
                fits(holder.as_holder(), holder.id, seed)?;
                (Some(holder.id), depth + 1)
            }
            (None, None) if root_kind(seed.id) == Some(seed.kind) => (None, 0),
            (_, Some(parent)) => {
                let holder = fresh.get_mut(&parent).ok_or(OpError::Malformed)?;
                fits(holder.as_holder(), parent, seed)?;
                holder.children.push(seed.id);
                (Some(parent), depths.get(&parent).map_or(0, |depth| depth + 1))
            }
            _ => return Err(OpError::Malformed),
        };
        if depth > MAX_DEPTH {
            return Err(OpError::TooDeep);
        }
        depths.insert(seed.id, depth);
        let node = Node {
            id: seed.id,
            kind: seed.kind,
            word: seed.word.clone(),
            fields: seed.fields.clone(),
            parent,
            children: Vec::new(),
            revision: plan.revision,
            last_op: plan.by,
        };
        if fresh.insert(seed.id, node).is_some() {
            return Err(OpError::IdTaken(seed.id));
        }
    }
    if steps(&fresh) > MAX_STEPS { Err(OpError::TooManySteps) } else { Ok(fresh) }
}

fn fits(holder: Holder<'_>, parent: ItemId, seed: &Seed) -> Result<(), OpError> {
    if root_kind(seed.id).is_some() {
        return Err(OpError::Fixed(seed.id));
    }
    if may_hold(holder, seed.kind, &seed.word) { Ok(()) } else { Err(OpError::CannotHold { parent }) }
}

fn steps(nodes: &BTreeMap<ItemId, Node>) -> usize {
    nodes.values().filter(|node| node.kind == NodeKind::Step).count()
}
