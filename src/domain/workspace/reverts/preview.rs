//! What a revert would do, and what it would break, before it happens.

use super::super::{Done, Workspace};
use super::{Plan, Selection};
use crate::domain::command::Caller;
use crate::domain::effect::{Answer, Breakage, RevertPreview};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::refusal::Refusal;
use crate::domain::stack::{Stack, uses};

impl Workspace {
    /// Looks at a revert. Changes nothing.
    pub(in crate::domain::workspace) fn check_revert(
        &self,
        caller: Caller,
        object: ObjectId,
        selection: &Selection,
    ) -> Done {
        self.member(caller.user)?;
        let revision = self.head(object)?.revision;
        if let Selection::Changes(numbers) = selection
            && self.all_of_records(object, numbers)?
        {
            // Records have one way back: it is free, or the refusal says what is in it.
            let numbers = numbers.iter().copied().collect();
            self.plan_records_back(caller, object, &numbers)?;
            return Ok(Answer::Revertable(Box::new(RevertPreview {
                revision,
                numbers: numbers.into_iter().collect(),
                collisions: Vec::new(),
                locks: Vec::new(),
                breaks: Vec::new(),
            })));
        }
        let wanted = self.wanted(object, selection)?;
        let plan = match selection {
            Selection::All => self.back_to_base(object, &wanted)?,
            _ => self.plan(object, &wanted, &|_| false, None)?,
        };
        let locks = self.in_the_way_of(caller, object, &plan.ops);
        let breaks = self.breaks(object, &plan)?;
        Ok(Answer::Revertable(Box::new(RevertPreview {
            revision,
            numbers: plan.taken.iter().copied().collect(),
            collisions: plan.left,
            locks,
            breaks,
        })))
    }

    fn breaks(&self, object: ObjectId, plan: &Plan) -> Result<Vec<Breakage>, Refusal> {
        let draft = &self.stacks.get(object).ok_or(Refusal::RetryLater)?.draft;
        let mut breaks: Vec<Breakage> = uses::lost(draft, &plan.result)
            .into_iter()
            .map(|(name, item)| Breakage::ResultUsed { name, item })
            .collect();
        if signature(draft) != signature(&plan.result) {
            let callers = self.references.of(self.head(object)?);
            breaks.extend(callers.map(|(object, item)| Breakage::Called { object, item }));
        }
        Ok(breaks)
    }
}

/// What others see of an object: its settings, inputs and response.
fn signature(stack: &Stack) -> Vec<crate::domain::stack::Seed> {
    let parts = [ItemId::Settings, ItemId::Inputs, ItemId::Response];
    parts
        .iter()
        .flat_map(|part| stack.subtree(*part))
        .filter_map(|id| stack.get(id))
        .map(|node| node.to_seed())
        .collect()
}
