//! Who refers to whom, over all objects: kept from the operations as they come, so that a question costs a look-up.

use std::collections::{BTreeMap, BTreeSet};

use super::Workspace;
use crate::domain::effect::{Effect, Effects, ObjectHead, Write};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::stack::references::{Reference, reference};

/// What every step of every object refers to.
#[derive(Debug, Default)]
pub(super) struct References {
    of: BTreeMap<(ObjectId, ItemId), Reference>,
    to: BTreeMap<Reference, BTreeSet<(ObjectId, ItemId)>>,
}

impl References {
    pub fn restore(stored: Vec<(ObjectId, ItemId, Reference)>) -> Self {
        let mut references = References::default();
        for (object, item, reference) in stored {
            references.set(object, item, Some(reference));
        }
        references
    }

    /// The items of other objects that name this one.
    pub fn of(&self, head: &ObjectHead) -> impl Iterator<Item = (ObjectId, ItemId)> {
        let (kind, name, id) = (head.kind, head.name.clone(), head.id);
        let found = self.to.get(&Reference { kind, name });
        found.into_iter().flatten().copied().filter(move |(object, _)| *object != id)
    }

    /// Whether that is new.
    fn set(&mut self, object: ObjectId, item: ItemId, reference: Option<Reference>) -> bool {
        let key = (object, item);
        if self.of.get(&key) == reference.as_ref() {
            return false;
        }
        if let Some(old) = self.of.remove(&key)
            && let Some(all) = self.to.get_mut(&old)
        {
            all.remove(&key);
            if all.is_empty() {
                self.to.remove(&old);
            }
        }
        if let Some(reference) = reference {
            self.to.entry(reference.clone()).or_default().insert(key);
            self.of.insert(key, reference);
        }
        true
    }

    /// The items of an object that are known to refer to something.
    fn items(&self, object: ObjectId) -> Vec<ItemId> {
        self.of
            .range((object, ItemId::Settings)..)
            .take_while(|((other, _), _)| *other == object)
            .map(|((_, item), _)| *item)
            .collect()
    }
}

impl Workspace {
    /// What these items refer to may have changed.
    pub(super) fn refer(
        &mut self,
        object: ObjectId,
        items: impl IntoIterator<Item = ItemId>,
        out: &mut Effects,
    ) {
        for item in items {
            let open = self.stacks.get(object);
            let now = open.and_then(|open| open.draft.get(item)).and_then(reference);
            if self.references.set(object, item, now.clone()) {
                out.push(Effect::Write(Write::Reference { object, item, reference: now }));
            }
        }
    }

    /// What all items of an object refer to may have changed, or was never looked at.
    pub(super) fn refer_all(&mut self, object: ObjectId, out: &mut Effects) {
        let known = self.references.items(object);
        let there: Vec<ItemId> = match self.stacks.get(object) {
            Some(open) => {
                open.draft.nodes().iter().filter(|node| !node.word.is_empty()).map(|node| node.id).collect()
            }
            None => Vec::new(),
        };
        self.refer(object, known, out);
        self.refer(object, there, out);
    }
}
