//! Objects as a whole: opened, read, published, deleted.

use super::requests::DONE;
use super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{
    Answer, Audience, Delta, Effect, Effects, LockEnd, ObjectView, Receipt, RequestEnd, Write,
};
use crate::domain::id::{ObjectId, OpId, SessionId};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
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
            changes: open.changes[open.changes.len().saturating_sub(self.limits.view_changes)..].to_vec(),
            published: open.published.clone(),
        })
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
        out.push(Effect::Write(Write::ObjectDeleted { object, at: now.wall, user: caller.user }));
        self.remember(now, caller.user, op_id, intent, &Receipt::Done, out);
        // Told while it is still known to whom it existed.
        self.tell(now, Audience::All, Delta::ObjectDeleted(object), out);
        self.objects.remove(&object);
        self.stacks.remove(object);
        self.refer_all(object, out);
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

/// The same with what else is decided.
pub(super) fn digest(intent: [u8; 16], words: &[u64]) -> [u8; 16] {
    words.iter().fold(intent, |mut bytes, word| {
        for (byte, other) in bytes.iter_mut().zip(word.to_le_bytes()) {
            *byte = byte.rotate_left(1) ^ other;
        }
        bytes.rotate_left(3);
        bytes
    })
}
