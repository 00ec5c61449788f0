//! Parking: what is refused and was typed is kept.

use super::requests::DONE;
use super::{Done, Workspace};
use crate::domain::command::{Caller, Edit};
use crate::domain::effect::{
    Answer, Audience, Delta, Effect, Effects, ParkedOperation, ParkedReason, Receipt, Write,
};
use crate::domain::id::{ItemId, ParkedId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::op::Op;
use crate::domain::time::Now;

impl Workspace {
    /// Keeps an operation that is not applied, and answers so.
    #[expect(clippy::too_many_arguments, reason = "the parts of one parked operation, each of its own type")]
    pub(super) fn park(
        &mut self,
        now: Now,
        user: UserId,
        edit: &Edit,
        op: Op,
        item: Option<ItemId>,
        reason: ParkedReason,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let words = self.in_words(edit.object, &op);
        let path = LockPath { object: edit.object, item };
        let holder = self.locks.blocking(path, None).map(|lock| lock.user);
        let operation =
            ParkedOperation { op_id: edit.op_id, reason, at: now.wall, base: edit.base, op, words };
        let most = (self.limits.parked_operations, self.limits.parked_bytes);
        let fresh = ParkedId(edit.op_id.0);
        let draft =
            self.parked.add(fresh, user, edit.object, item, holder, now.wall, operation, most)?.clone();
        let receipt = Receipt::Parked { parked: draft.id, reason };
        out.push(Effect::Write(Write::Parked(draft.clone())));
        self.remember(now, user, edit.op_id, edit.intent, &receipt, out);
        self.tell(now, Audience::Member(user), Delta::Parked(draft), out);
        Ok(receipt)
    }

    /// One's own parked drafts, or as an admin another member's.
    pub(super) fn list_parked(&self, caller: Caller, user: Option<UserId>) -> Done {
        let user = user.unwrap_or(caller.user);
        if user == caller.user {
            self.member(caller.user)?;
        } else {
            self.allowed(caller.user, Action::Force)?;
        }
        Ok(Answer::Parked(self.parked.of(user)))
    }

    /// Throws one of one's own parked drafts away.
    pub(super) fn discard_parked(
        &mut self,
        now: Now,
        caller: Caller,
        parked: ParkedId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let own = self.parked.get(parked).is_some_and(|draft| draft.user == caller.user);
        if !own {
            return Err(Refusal::NoSuchParkedDraft);
        }
        self.parked.remove(parked);
        out.push(Effect::Write(Write::ParkedEnded(parked)));
        self.tell(now, Audience::Member(caller.user), Delta::ParkedEnded(parked), out);
        DONE
    }
}
