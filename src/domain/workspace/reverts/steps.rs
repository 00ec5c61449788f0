//! Undo and redo of one's own changes, past those of others.

use super::super::Workspace;
use super::super::objects::{digest, object_intent};
use super::{Deed, refuse_over};
use crate::domain::command::{Caller, Change, ChangeKind, Selection, Step};
use crate::domain::effect::{Effects, Receipt};
use crate::domain::id::{ObjectId, UserId};
use crate::domain::plan::{Take, change_of};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// One step back, or forth again.
    pub(in crate::domain::workspace) fn step(
        &mut self,
        now: Now,
        caller: Caller,
        step: Step,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let Step { op_id, object, forth, before, take } = step;
        let words = [u64::from(forth), before.unwrap_or(u64::MAX), u64::from(take)];
        let intent = digest(object_intent(b'u', object), &words);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Edit)?;
        self.head(object)?;
        let number = self.next_step(object, caller.user, forth, before.unwrap_or(u64::MAX));
        let number = number.ok_or(Refusal::NothingToUndo)?;
        let take = Take { all: take, ..Take::default() };
        let plan = self.wish(object, &Selection::Changes(vec![number]), take)?.plan();
        if !plan.left.is_empty() {
            return Err(Refusal::RevertConflict(plan.left));
        }
        for op in &plan.ops {
            self.closed_for(object, op)?;
            self.name_free(object, op)?;
        }
        refuse_over(self.in_the_way_of(caller, object, &plan))?;
        let (kind, verb) = if forth { (ChangeKind::Redo, "Redid") } else { (ChangeKind::Undo, "Undid") };
        let words = format!("{verb}: {}", self.what_was_done(object, number, forth));
        let taken = [number].into_iter().collect();
        let deed = Deed { op_id, object, kind, words, taken };
        let (revision, change) = self.take_back(now, caller, deed, plan.ops, plan.result, out)?;
        self.promote(now, object, out);
        let receipt = Receipt::Reverted { change, revision, left: Vec::new(), records: None };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// The change that the step is about: back, the newest own one that stands; forth, the newest own undo that stands, as long
    /// as nothing new was done since.
    fn next_step(&self, object: ObjectId, user: UserId, forth: bool, before: u64) -> Option<u64> {
        let open = self.stacks.get(object)?;
        let own = open.changes.iter().rev().filter(|change| change.user == user);
        let is_step = |change: &Change| matches!(change.kind, ChangeKind::Undo | ChangeKind::Redo);
        if !forth {
            let made = |change: &&Change| change.taken.is_empty() && change.from.0 == 1;
            return own
                .filter(|change| change.number < before && !is_step(change) && change.reverted_by.is_none())
                .find(|change| !made(change))
                .map(|change| change.number);
        }
        own.take_while(|change| is_step(change) || change.reverted_by.is_some())
            .find(|change| {
                change.kind == ChangeKind::Undo && change.reverted_by.is_none() && change.number < before
            })
            .map(|change| change.number)
    }

    fn what_was_done(&self, object: ObjectId, number: u64, forth: bool) -> String {
        let Some(open) = self.stacks.get(object) else { return String::new() };
        let change = change_of(&open.changes, number);
        let meant = match change {
            // An undo is taken back: what is said is what it had undone.
            Some(undo) if forth => undo.taken.iter().next().and_then(|first| change_of(&open.changes, first)),
            other => other,
        };
        meant.map(|change| change.words.clone()).unwrap_or_default()
    }
}
