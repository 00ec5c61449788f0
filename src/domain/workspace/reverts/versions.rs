//! A published version comes back into the draft.

use super::super::Workspace;
use super::super::objects::{digest, object_intent};
use super::{Deed, refuse_over};
use crate::domain::command::{Caller, ChangeKind, Restore};
use crate::domain::effect::{Effects, Receipt};
use crate::domain::plan::needs;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::{Stack, operations_between};
use crate::domain::time::Now;

impl Workspace {
    /// Puts a version's content into the draft, as a change that takes back all that is not published.
    pub(in crate::domain::workspace) fn restore_version(
        &mut self,
        now: Now,
        caller: Caller,
        restore: Restore,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let Restore { op_id, object, revision, version, seeds } = restore;
        let intent = digest(object_intent(b'r', object), &[version]);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        let head = self.head(object)?;
        if head.revision != revision {
            return Err(Refusal::BaseMismatch { current: head.revision });
        }
        let result =
            Stack::from_seeds(&seeds, revision.next()).map_err(super::super::log::operation_refused)?;
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let ops = operations_between(&open.draft, &result);
        if ops.is_empty() {
            return Err(Refusal::NothingToDo);
        }
        for op in &ops {
            self.closed_for(object, op)?;
            self.name_free(object, op)?;
        }
        refuse_over(self.others_on(caller, object, &needs(&open.draft, &ops)))?;
        let first = open.creation();
        let taken = open.work().map(|change| change.number).filter(|number| Some(*number) != first).collect();
        let words = format!("Restored version {version}");
        let deed = Deed { op_id, object, kind: ChangeKind::Restore, words, taken };
        let (revision, change) = self.take_back(now, caller, deed, ops, result, out)?;
        self.promote(now, object, out);
        let receipt = Receipt::Reverted { change, revision, left: Vec::new(), records: None };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }
}
