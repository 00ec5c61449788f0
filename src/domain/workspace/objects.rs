//! Objects as a whole: opened, read, published, deleted.

use std::sync::Arc;

use super::requests::DONE;
use super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{
    Answer, Audience, AuditEntry, Delta, Effect, Effects, LockEnd, ObjectView, Receipt, RequestEnd,
    VersionHead, Write,
};
use crate::domain::id::{ObjectId, OpId, SessionId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::Revision;
use crate::domain::time::Now;

impl Workspace {
    /// Shows an object to a session, which gets its operations from now on.
    pub(super) fn open_object(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        out: &mut Effects,
    ) -> Done {
        self.member(caller.user)?;
        let id = self.session(caller)?.id;
        let view = self.view_object(object)?;
        self.show(now, id, Some(object), out);
        self.tell_places(id, Some(object), out);
        Ok(Answer::Object(Box::new(view)))
    }

    /// Shows none.
    pub(super) fn close_object(
        &mut self,
        now: Now,
        caller: Caller,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let id = self.session(caller)?.id;
        self.show(now, id, None, out);
        DONE
    }

    pub(super) fn show(&mut self, now: Now, id: SessionId, object: Option<ObjectId>, out: &mut Effects) {
        let upto = self.replay.upto();
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.active = now.wall;
        if session.open != object {
            session.open = object;
            // What it may see changes here: a replay from before would hold operations it was not to see, or lack others.
            session.sees_since = upto;
            out.push(Effect::Viewing { session: id, object });
        }
        self.rest_stacks();
    }

    /// Reads an object without opening it.
    pub(super) fn read_object(&self, caller: Caller, object: ObjectId) -> Done {
        self.member(caller.user)?;
        Ok(Answer::Object(Box::new(self.view_object(object)?)))
    }

    fn view_object(&self, object: ObjectId) -> Result<ObjectView, Refusal> {
        let head = self.head(object)?.clone();
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        Ok(ObjectView {
            head,
            nodes: open.draft.nodes().into_iter().cloned().collect(),
            changes: open.changes.clone(),
            published: open.published.clone(),
        })
    }

    /// Makes the draft live.
    #[expect(clippy::too_many_arguments, reason = "the parts of one publish, each of its own type")]
    pub(super) fn publish(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        revision: Revision,
        description: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = object_intent(b'p', object);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Publish)?;
        if !description.is_empty() {
            super::talk::check_text("description", &description, self.limits.description)?;
        }
        let head = self.head(object)?;
        if head.revision != revision {
            return Err(Refusal::BaseMismatch { current: head.revision });
        }
        if head.version.as_ref().is_some_and(|version| version.revision == revision) {
            return Err(Refusal::NothingToDo);
        }
        let kind = head.kind;
        self.open_for_edits(LockPath::object(object))?;
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let problems = (self.publish_check)(kind, &open.draft);
        if !problems.is_empty() {
            return Err(Refusal::InvalidStack(problems));
        }
        let version = self.make_live(now, caller, object, description, out);
        let receipt = Receipt::Published { version, revision };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// Freezes the draft as the next version. The caller has checked that it may be.
    pub(super) fn make_live(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        description: String,
        out: &mut Effects,
    ) -> u64 {
        let Some(open) = self.stacks.get_mut(object) else { return 0 };
        let stack = Arc::new(open.draft.clone());
        let mut contributors: Vec<_> = open
            .changes
            .iter()
            .filter(|change| change.reverted_by.is_none())
            .map(|change| change.user)
            .collect();
        contributors.sort_unstable();
        contributors.dedup();
        open.published = Some(Arc::clone(&stack));
        open.changes.clear();
        open.operations.clear();
        open.since_checkpoint = 0;
        let Some(head) = self.objects.get_mut(&object) else { return 0 };
        let number = head.version.as_ref().map_or(0, |version| version.number) + 1;
        let version = VersionHead {
            number,
            revision: head.revision,
            user: caller.user,
            at: now.wall,
            description: description.clone(),
            contributors,
        };
        head.version = Some(version.clone());
        head.changes = 0;
        let (head, revision) = (head.clone(), head.revision);
        out.push(Effect::Write(Write::Version { object, head: version, stack: Arc::clone(&stack) }));
        out.push(Effect::Write(Write::Checkpoint { object, revision, stack }));
        out.push(Effect::Write(Write::Object(head.clone())));
        out.push(Effect::Write(Write::Audit(AuditEntry {
            at: now.wall,
            user: Some(caller.user),
            action: "object.publish",
            subject: format!("object {object} version {number}"),
            reason: description,
        })));
        self.tell(now, Audience::All, Delta::Object(head), out);
        number
    }

    /// Deletes an object that nobody else holds any part of.
    pub(super) fn delete_object(
        &mut self,
        now: Now,
        caller: Caller,
        op_id: OpId,
        object: ObjectId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let intent = object_intent(b'd', object);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        self.head(object)?;
        self.object_free(caller, object)?;
        let holds = self.objects.values().any(|head| head.group == Some(object));
        if holds {
            return Err(Refusal::LockedBelow(Vec::new()));
        }
        let requests: Vec<_> = self.queue.of_object(object).map(|request| request.id).collect();
        for request in requests.into_iter().rev() {
            self.end_request(now, request, RequestEnd::Voided, out);
        }
        let locks: Vec<_> = self.locks.of_object(object).map(|lock| lock.path).collect();
        for path in locks {
            self.end_lock(now, path, LockEnd::ItemDeleted, out);
        }
        self.objects.remove(&object);
        self.stacks.remove(object);
        out.push(Effect::Write(Write::ObjectDeleted { object, at: now.wall, user: caller.user }));
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        self.tell(now, Audience::All, Delta::ObjectDeleted(object), out);
        self.presence_leaves(now, object, out);
        DONE
    }
}

/// Which decision it is, and about which object.
pub(super) fn object_intent(decision: u8, object: ObjectId) -> [u8; 16] {
    let mut bytes = *object.0.as_bytes();
    bytes[0] ^= decision;
    bytes
}
