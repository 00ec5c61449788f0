//! What a revert would do, and what it would break, before it happens.

use super::super::{Done, Workspace};
use crate::domain::command::{Caller, Numbers, Selection};
use crate::domain::effect::{Answer, Breakage, RevertPreview};
use crate::domain::id::ObjectId;
use crate::domain::plan::{Plan, Take, Worked};
use crate::domain::refusal::Refusal;

impl Workspace {
    /// Looks at a revert. Changes nothing.
    pub(in crate::domain::workspace) fn check_revert(
        &mut self,
        caller: Caller,
        object: ObjectId,
        selection: &Selection,
    ) -> Done {
        self.member(caller.user)?;
        let revision = self.head(object)?.revision;
        let reach = self.reach(object, selection)?;
        let plan = match (reach.has_content, self.asides.at_hand.worked.take().map(|worked| *worked)) {
            (false, _) => None,
            (true, Some(Worked::Back(plan))) => Some(plan),
            (true, _) => Some(Box::new(self.wish_of_look(object, selection)?.plan())),
        };
        let mut preview = RevertPreview {
            revision,
            numbers: Numbers::default(),
            collisions: Vec::new(),
            locks: Vec::new(),
            breaks: Vec::new(),
        };
        let (mut taken, mut differs) = (Vec::new(), false);
        if let Some(plan) = plan {
            differs = !plan.ops.is_empty();
            preview.locks = self.in_the_way_of(caller, object, &plan);
            preview.breaks = self.breaks(object, &plan)?;
            taken.extend(plan.taken);
            preview.collisions.extend(plan.left);
        }
        if !reach.records.is_empty() {
            let back = self.plan_records_back(caller, object, &reach.records, &Take::default(), false)?;
            taken.extend(back.taken);
            preview.collisions.extend(back.left);
            self.add_held(&mut preview.locks, &back.held);
        }
        if taken.is_empty() && preview.collisions.is_empty() && !differs {
            return Err(Refusal::NothingToDo);
        }
        preview.numbers = taken.into_iter().collect();
        Ok(Answer::Revertable(Box::new(preview)))
    }

    fn breaks(&self, object: ObjectId, plan: &Plan) -> Result<Vec<Breakage>, Refusal> {
        let lost = plan.lost.iter().cloned();
        let mut breaks: Vec<Breakage> =
            lost.map(|(name, item)| Breakage::ResultUsed { name, item }).collect();
        if plan.faces {
            let callers = self.references.of(self.head(object)?);
            breaks.extend(callers.map(|(object, item)| Breakage::Called { object, item }));
        }
        Ok(breaks)
    }
}
