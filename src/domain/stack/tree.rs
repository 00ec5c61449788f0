//! Building a tree and finding one's way in it.

use std::collections::BTreeMap;

use super::apply::{Sprout, sprout};
use super::op::OpError;
use super::{Node, NodeKind, Revision, Seed, Stack, name};
use crate::domain::id::ItemId;

impl Stack {
    /// A stack with its four fixed parts and nothing in them.
    pub fn empty() -> Stack {
        let mut nodes = BTreeMap::new();
        for id in ItemId::FIXED {
            let kind = root_kind(id).expect("the fixed parts are roots");
            nodes.insert(
                id,
                Node {
                    id,
                    kind,
                    word: String::new(),
                    fields: Vec::new(),
                    parent: None,
                    children: Vec::new(),
                    revision: Revision::default(),
                    last_op: None,
                },
            );
        }
        Stack { nodes }
    }

    /// Builds a stack from seeds in document order: the four roots and all below them.
    ///
    /// # Errors
    /// As [`Stack::apply`] with a `Replace`.
    pub fn from_seeds(seeds: &[Seed], revision: Revision) -> Result<Stack, OpError> {
        let nodes = sprout(Sprout { under: None, seeds, revision, by: None })?;
        if ItemId::FIXED.iter().all(|id| nodes.contains_key(id)) {
            Ok(Stack { nodes })
        } else {
            Err(OpError::Malformed)
        }
    }

    /// Builds a stack from stored nodes, which keep their revisions and last operations.
    ///
    /// Only the links are checked: what the catalogue allows today must not keep a stored stack from loading.
    ///
    /// # Errors
    /// [`OpError::Malformed`] if the nodes are not one tree with four roots.
    pub fn from_nodes(list: Vec<Node>) -> Result<Stack, OpError> {
        let count = list.len();
        let nodes: BTreeMap<ItemId, Node> = list.into_iter().map(|node| (node.id, node)).collect();
        let stack = Stack { nodes };
        let whole = stack.nodes.len() == count && stack.is_sound();
        if whole { Ok(stack) } else { Err(OpError::Malformed) }
    }

    /// All nodes in document order.
    pub fn nodes(&self) -> Vec<&Node> {
        self.order().into_iter().filter_map(|id| self.nodes.get(&id)).collect()
    }

    /// The whole content as seeds in document order.
    pub fn to_seeds(&self) -> Vec<Seed> {
        self.nodes().into_iter().map(Node::to_seed).collect()
    }

    /// A node by its id.
    pub fn get(&self, item: ItemId) -> Option<&Node> {
        self.nodes.get(&item)
    }

    /// Whether the node is in the tree.
    pub fn contains(&self, item: ItemId) -> bool {
        self.nodes.contains_key(&item)
    }

    /// The fixed part that holds the node, directly or not.
    pub fn root(&self, item: ItemId) -> Option<ItemId> {
        self.contains(item).then(|| self.ancestors(item).last().copied().unwrap_or(item))
    }

    /// What a node holds, in order; nothing for a node that is not there.
    pub fn children(&self, item: ItemId) -> &[ItemId] {
        self.nodes.get(&item).map_or(&[], |node| node.children.as_slice())
    }

    /// The nodes that hold `item`, nearest first.
    pub fn ancestors(&self, item: ItemId) -> Vec<ItemId> {
        let mut found = Vec::new();
        let mut at = self.nodes.get(&item).and_then(|node| node.parent);
        while let Some(id) = at {
            found.push(id);
            at = self.nodes.get(&id).and_then(|node| node.parent);
        }
        found
    }

    /// Whether `item` is `ancestor` or stands below it.
    pub fn is_within(&self, item: ItemId, ancestor: ItemId) -> bool {
        self.contains(item) && (item == ancestor || self.ancestors(item).contains(&ancestor))
    }

    /// `item` and all below it, in document order.
    pub fn subtree(&self, item: ItemId) -> Vec<ItemId> {
        let mut found = Vec::new();
        let mut todo = vec![item];
        while let Some(id) = todo.pop() {
            if let Some(node) = self.nodes.get(&id) {
                found.push(id);
                todo.extend(node.children.iter().rev());
            }
        }
        found
    }

    /// The node before `item` under the same parent.
    pub fn left_sibling(&self, item: ItemId) -> Option<ItemId> {
        let siblings = self.children(self.nodes.get(&item)?.parent?);
        let at = siblings.iter().position(|id| *id == item)?;
        at.checked_sub(1).map(|left| siblings[left])
    }

    /// How many levels below its root a node stands; a root is at 0.
    pub fn depth(&self, item: ItemId) -> usize {
        self.ancestors(item).len()
    }

    /// How many levels a node and what it holds span; a node without children spans one.
    pub(super) fn height(&self, item: ItemId) -> usize {
        let base = self.depth(item);
        self.subtree(item).into_iter().map(|id| self.depth(id) - base + 1).max().unwrap_or(0)
    }

    /// How many steps the object has, nested ones counted.
    pub fn step_count(&self) -> usize {
        self.nodes.values().filter(|node| node.kind == NodeKind::Step).count()
    }

    /// How many nodes the object has, its four fixed parts counted.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The object's name; empty for a stack that was never given one.
    pub fn name(&self) -> &str {
        self.nodes.get(&ItemId::Settings).and_then(|node| node.field(name::NAME)).unwrap_or_default()
    }

    /// Bytes of all texts, for limits on stored and exported sizes.
    pub fn text_bytes(&self) -> usize {
        let fields = self.nodes.values().flat_map(|node| &node.fields);
        fields.map(|field| field.name.len() + field.text.len()).sum()
    }

    fn order(&self) -> Vec<ItemId> {
        ItemId::FIXED.iter().flat_map(|root| self.subtree(*root)).collect()
    }

    /// Whether every link has its counterpart, all nodes hang on the four roots and no id stands twice.
    pub(super) fn is_sound(&self) -> bool {
        let linked = self.nodes.iter().all(|(id, node)| {
            let up = match node.parent {
                None => root_kind(*id) == Some(node.kind),
                Some(parent) => self.children(parent).iter().filter(|child| *child == id).count() == 1,
            };
            up && *id == node.id
                && node.children.iter().all(|child| self.get(*child).is_some_and(|c| c.parent == Some(*id)))
        });
        // With every link matched and every child listed once, a cycle can only be an island off the roots, and an
        // island shows as missing nodes.
        linked
            && ItemId::FIXED.iter().all(|root| self.contains(*root))
            && self.order().len() == self.nodes.len()
    }
}

impl Node {
    /// The node as it would be planted again.
    pub fn to_seed(&self) -> Seed {
        Seed {
            id: self.id,
            kind: self.kind,
            word: self.word.clone(),
            fields: self.fields.clone(),
            parent: self.parent,
        }
    }
}

/// The kind of a fixed part.
pub(super) fn root_kind(id: ItemId) -> Option<NodeKind> {
    match id {
        ItemId::Settings => Some(NodeKind::Settings),
        ItemId::Inputs => Some(NodeKind::Inputs),
        ItemId::Stack => Some(NodeKind::Stack),
        ItemId::Response => Some(NodeKind::Response),
        ItemId::Node(_) | ItemId::Record(_) | ItemId::Records => None,
    }
}
