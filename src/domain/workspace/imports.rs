//! Objects on their way in: new ones are created, existing ones of the same kind, group and name are replaced, each as one
//! revertable change.

use std::collections::{BTreeMap, BTreeSet};

use super::Workspace;
use super::log::{Entry, operation_refused};
use super::stacks::OpenStack;
use crate::domain::command::{Caller, ChangeKind, LoadedStack, NewObject, Numbers};
use crate::domain::effect::{Effect, Effects, ObjectHead, Receipt, Write};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::record::RecordCounts;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::op::{Op, OpError};
use crate::domain::stack::recognise::recognise;
use crate::domain::stack::{ObjectKind, Revision, Stack, derived_id, is_name};
use crate::domain::time::Now;
use std::sync::Arc;

impl Workspace {
    /// Takes objects in, all or none.
    pub(super) fn import(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        objects: Vec<NewObject>,
        publish: Option<String>,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = intent(&objects);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, if publish.is_some() { Action::Publish } else { Action::Edit })?;
        if let Some(description) = publish.as_ref().filter(|text| !text.is_empty()) {
            super::talk::check_text("description", description, self.limits.description)?;
        }
        let objects = self.regrouped(objects);
        self.check_import(caller, &objects, publish.is_some())?;
        let mut came: Vec<(ObjectId, bool)> = Vec::new();
        for (index, new) in objects.into_iter().enumerate() {
            let entry = Entry {
                user: caller.user,
                session: caller.session,
                op_id: OpId(derived_id(op_id.0, u32::try_from(index).unwrap_or(u32::MAX))),
                fence: None,
                kind: ChangeKind::Import,
                words: Some("Imported from XanoScript".to_owned()),
                change: None,
                taken: Numbers::default(),
            };
            let object = match self.twin(&new) {
                Some(object) => {
                    let seeds = match self.stacks.get(object) {
                        Some(open) => recognise(&open.draft, new.seeds),
                        None => new.seeds,
                    };
                    self.replace(now, object, Op::Replace { seeds }, entry, out)?;
                    came.push((object, false));
                    object
                }
                None => {
                    let object = self.create(now, new, entry, out)?;
                    came.push((object, true));
                    object
                }
            };
            if let Some(description) = &publish {
                self.make_live(now, caller, object, description.clone(), out);
            }
        }
        for (object, created) in &came {
            if !created {
                self.promote(now, *object, out);
            }
        }
        let receipt = Receipt::Imported { objects: came };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        self.rest_stacks();
        Ok(receipt)
    }

    /// The existing objects that an import would replace.
    pub(super) fn twins(&self, objects: &[NewObject]) -> Vec<ObjectId> {
        self.regrouped(objects.to_vec()).iter().filter_map(|new| self.twin(new)).collect()
    }

    /// The objects in the groups that exist already: a file proposes an id for a group that may be known under another.
    fn regrouped(&self, mut objects: Vec<NewObject>) -> Vec<NewObject> {
        let groups: BTreeMap<ObjectId, ObjectId> = objects
            .iter()
            .filter(|new| new.kind == ObjectKind::ApiGroup)
            .filter_map(|new| Some((new.id, self.twin(new)?)))
            .collect();
        for new in &mut objects {
            new.group = new.group.map(|group| groups.get(&group).copied().unwrap_or(group));
        }
        objects
    }

    /// The existing object that a new one would replace.
    fn twin(&self, new: &NewObject) -> Option<ObjectId> {
        let same =
            |head: &&ObjectHead| head.kind == new.kind && head.name == new.name && head.group == new.group;
        self.objects.values().find(same).map(|head| head.id)
    }

    /// Refuses the whole import if any part of it cannot be taken.
    fn check_import(&self, caller: Caller, objects: &[NewObject], publish: bool) -> Result<(), Refusal> {
        if objects.len() > self.limits.import_objects {
            return Err(Refusal::TooMany { what: "objects", max: self.limits.import_objects });
        }
        if self.objects.len() + objects.len() > self.limits.objects {
            return Err(Refusal::TooMany { what: "objects", max: self.limits.objects });
        }
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for new in objects {
            if !ids.insert(new.id) {
                return Err(Refusal::IdTaken);
            }
            if !is_name(&new.name) {
                return Err(operation_refused(OpError::BadName));
            }
            if !names.insert((new.kind, new.group, new.name.as_str())) {
                return Err(Refusal::NameTaken);
            }
            let content = Stack::from_seeds(&new.seeds, Revision(1)).map_err(operation_refused)?;
            if content.name() != new.name {
                return Err(operation_refused(OpError::BadName));
            }
            let problems = if publish { (self.publish_check)(new.kind, &content) } else { Vec::new() };
            if !problems.is_empty() {
                return Err(Refusal::InvalidStack(problems));
            }
            match self.twin(new) {
                Some(twin) => {
                    self.object_free(caller, twin)?;
                    self.stacks.get(twin).ok_or(Refusal::RetryLater)?;
                }
                None if self.objects.contains_key(&new.id) => return Err(Refusal::IdTaken),
                None => {}
            }
        }
        let known = |group: &ObjectId| {
            self.objects.get(group).is_some_and(|head| head.kind == ObjectKind::ApiGroup)
                || objects.iter().any(|new| new.id == *group && new.kind == ObjectKind::ApiGroup)
        };
        match objects.iter().filter_map(|new| new.group).find(|group| !known(group)) {
            Some(group) => Err(Refusal::NoSuchObject(group)),
            None => Ok(()),
        }
    }

    fn create(
        &mut self,
        now: Now,
        new: NewObject,
        entry: Entry,
        out: &mut Effects,
    ) -> Result<ObjectId, Refusal> {
        let object = new.id;
        let head = ObjectHead {
            id: object,
            kind: new.kind,
            name: new.name,
            group: new.group,
            revision: Revision(0),
            changes: 0,
            version: None,
        };
        self.objects.insert(object, head);
        let empty = LoadedStack {
            draft: Stack::empty(),
            revision: Revision(0),
            last_change: 0,
            published: None,
            changes: Vec::new(),
            operations: Vec::new(),
            records: RecordCounts::default(),
        };
        self.stacks.insert(object, OpenStack::new(empty));
        self.log(now, object, Op::Replace { seeds: new.seeds }, entry, out)?;
        if let Some(open) = self.stacks.get(object) {
            let stack = Arc::clone(&open.draft);
            out.push(Effect::Write(Write::Checkpoint { object, revision: Revision(1), stack }));
        }
        Ok(object)
    }

    /// Replaces an object's content; presence, locks and requests on what is gone end.
    pub(super) fn replace(
        &mut self,
        now: Now,
        object: ObjectId,
        op: Op,
        entry: Entry,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let before: Vec<ItemId> = self
            .stacks
            .get(object)
            .map(|open| open.draft.nodes().iter().map(|node| node.id).collect())
            .unwrap_or_default();
        let done = self.log(now, object, op, entry, out)?;
        let gone: Vec<ItemId> = match self.stacks.get(object) {
            Some(open) => before.into_iter().filter(|item| !open.draft.contains(*item)).collect(),
            None => Vec::new(),
        };
        self.items_deleted(now, object, &gone, out);
        Ok(done)
    }
}

/// What tells one import from another: the ids that were proposed.
fn intent(objects: &[NewObject]) -> [u8; 16] {
    let mut bytes = [b'i'; 16];
    for new in objects {
        for (byte, other) in bytes.iter_mut().zip(new.id.0.as_bytes()) {
            *byte = byte.rotate_left(1) ^ other;
        }
    }
    bytes
}
