//! Taking changes back, which is itself a change: worked out on a copy, asked about where others would lose by it, then applied
//! as one.

mod marks;
mod preview;
mod reach;
mod steps;
mod versions;
mod way;

use super::Workspace;
use super::log::Entry;
use super::objects::{digest, object_intent};
use super::records::RecordsBack;
use crate::domain::command::{Caller, ChangeKind, Collisions, Numbers, OverLocks, Revert, Scope, Selection};
use crate::domain::effect::{Collision, Effects, LockView, Obstacle, Receipt};
use crate::domain::id::{ObjectId, OpId};
use crate::domain::plan::{Plan, Take, Worked, change_of};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, Stack, derived_id};
use crate::domain::time::Now;

pub(super) use marks::follow;
use reach::Reach;
use way::refuse_over;

/// What is written when something is taken back.
pub(super) struct Deed {
    pub op_id: OpId,
    pub object: ObjectId,
    pub kind: ChangeKind,
    pub words: String,
    pub taken: Numbers,
}

/// What would be done about the content and about records, and who is in the way of it.
struct Both {
    content: Option<Box<Plan>>,
    records: Option<RecordsBack>,
    held: Vec<LockView>,
}

impl Both {
    fn left(&self) -> impl Iterator<Item = &Collision> {
        let content = self.content.iter().flat_map(|plan| &plan.left);
        content.chain(self.records.iter().flat_map(|back| &back.left))
    }

    fn takes_nothing(&self) -> bool {
        self.content.as_ref().is_none_or(|plan| plan.taken.is_empty())
            && self.records.as_ref().is_none_or(|back| back.taken.is_empty())
    }

    /// Whether there is nothing to write.
    fn does_nothing(&self) -> bool {
        self.takes_nothing() && self.content.as_ref().is_none_or(|plan| plan.ops.is_empty())
    }
}

impl Workspace {
    /// Takes changes back, of the content and of records alike: all of it, or nothing is changed.
    pub(super) fn revert(
        &mut self,
        now: Now,
        caller: Caller,
        revert: Revert,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let object = revert.object;
        let done = self.revert_both(now, caller, revert, out);
        // A change that is not there today may be made tomorrow.
        self.records.forget_missing_changes(object);
        done
    }

    fn revert_both(
        &mut self,
        now: Now,
        caller: Caller,
        revert: Revert,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let Revert { op_id, object, .. } = revert;
        let intent = intent(&revert);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.may_revert(caller, &revert)?;
        let reach = self.reach(object, &revert.selection)?;
        let both = self.plan_both(caller, &revert, &reach)?;
        match &revert.locks {
            OverLocks::Refuse => refuse_over(both.held.clone())?,
            OverLocks::Leave => {}
            OverLocks::Park { reason } => self.park_for(now, caller.user, &both.held, reason, out),
        }
        let left = both.left().cloned().collect();
        let mut done = None;
        if let Some(plan) = both.content {
            let words = self.words_of(object, &revert.selection, &plan.taken);
            let taken = plan.taken.iter().copied().collect();
            let deed = Deed { op_id, object, kind: ChangeKind::Revert, words, taken };
            done = Some(self.take_back(now, caller, deed, plan.ops, plan.result, out)?);
        }
        let mut of_records = None;
        if let Some(back) = both.records {
            let (revision, change) = self.take_records_back(now, caller, op_id, object, back, out)?;
            of_records = done.map(|_| change);
            done = Some((revision, done.map_or(change, |(_, of_content)| of_content)));
        }
        let (revision, change) = done.ok_or(Refusal::NothingToDo)?;
        self.promote(now, object, out);
        let receipt = Receipt::Reverted { change, revision, left, records: of_records };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    fn may_revert(&self, caller: Caller, revert: &Revert) -> Result<(), Refusal> {
        self.allowed(caller.user, Action::Edit)?;
        if let OverLocks::Park { reason } = &revert.locks {
            self.allowed(caller.user, Action::Force)?;
            super::talk::check_text("reason", reason, self.limits.note)?;
        }
        self.head(revert.object).map(drop)
    }

    /// What would take them back, what is left, and the locks of others in the way.
    fn plan_both(&mut self, caller: Caller, revert: &Revert, reach: &Reach) -> Result<Both, Refusal> {
        let object = revert.object;
        let leave = revert.locks == OverLocks::Leave;
        let content = match reach.has_content {
            true => match self.asides.at_hand.worked.take().map(|worked| *worked) {
                Some(Worked::Back(plan)) => Some(plan),
                _ => Some(Box::new(self.wish_of_revert(caller, revert)?.plan())),
            },
            false => None,
        };
        // Content in which nothing differs leaves records to speak for themselves.
        let content =
            content.filter(|plan| !(plan.ops.is_empty() && plan.taken.is_empty() && plan.left.is_empty()));
        let records = match reach.records.is_empty() {
            false => Some(self.plan_records_back(caller, object, &reach.records, &take_of(revert), leave)?),
            true => None,
        };
        let mut both = Both { content, records, held: Vec::new() };
        if let Some(plan) = &both.content {
            for op in &plan.ops {
                self.closed_for(object, op)?;
                self.name_free(object, op)?;
            }
            if !leave {
                both.held.extend(self.in_the_way_of(caller, object, plan));
            }
        }
        if let Some(back) = &both.records {
            self.add_held(&mut both.held, &back.held);
        }
        let asked: Vec<Collision> =
            both.left().filter(|collision| collision.why != Obstacle::Locked).cloned().collect();
        let fixed = both.takes_nothing() && !asked.is_empty();
        if fixed || (revert.collisions == Collisions::Ask && !asked.is_empty()) {
            return Err(Refusal::RevertConflict(asked));
        }
        if both.takes_nothing() && both.left().next().is_some() {
            return Err(Refusal::LockedBelow(
                self.locks_of(object, both.left().filter_map(|left| left.item)),
            ));
        }
        if both.does_nothing() {
            return Err(Refusal::NothingToDo);
        }
        Ok(both)
    }

    /// Writes what takes the changes back, as one change.
    pub(super) fn take_back(
        &mut self,
        now: Now,
        caller: Caller,
        deed: Deed,
        ops: Vec<Op>,
        result: Stack,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let Deed { op_id, object, kind, words, taken } = deed;
        let many = ops.len() > self.limits.revert_operations;
        let free = self.locks.of_object(object).all(|lock| Some(lock.session) == caller.session);
        let entry = |index: usize, change| Entry {
            user: caller.user,
            session: caller.session,
            op_id: OpId(derived_id(op_id.0, u32::try_from(index).unwrap_or(u32::MAX))),
            fence: None,
            kind,
            words: Some(words.clone()),
            change,
            taken: taken.clone(),
        };
        // What was undone by hand meanwhile leaves nothing to do; that it is taken back is written all the same.
        let mut change = None;
        let mut revision = self.head(object)?.revision;
        if ops.is_empty() {
            change = Some(self.log_without_operation(now, object, None, &entry(0, None), out)?);
        }
        let ops = if many && free { vec![Op::Replace { seeds: result.to_seeds() }] } else { ops };
        for (index, op) in ops.into_iter().enumerate() {
            let (at, number) = self.replace(now, object, op, entry(index, change), out)?;
            change = Some(number);
            revision = at;
        }
        let change = change.ok_or(Refusal::NothingToDo)?;
        self.mark(now, object, &taken, change, out);
        Ok((revision, change))
    }

    fn words_of(&self, object: ObjectId, selection: &Selection, taken: &[u64]) -> String {
        let open = self.stacks.get(object);
        let all = self.means_all(object, selection);
        match (selection, taken) {
            (Selection::All(_), _) if all && open.is_some_and(|open| open.published.is_some()) => {
                "Reverted all changes, back to the published version".to_owned()
            }
            (Selection::All(_), _) if all => "Reverted all changes, back to the first version".to_owned(),
            (_, [one]) => {
                let words =
                    open.and_then(|open| change_of(&open.changes, *one)).map(|one| one.words.as_str());
                format!("Reverted: {}", words.unwrap_or("a change"))
            }
            (Selection::Author(user, _), several) => {
                let name = self.members.get(user).map_or("a member", |member| member.name.as_str());
                format!("Reverted {} changes of {name}", several.len())
            }
            (_, several) => format!("Reverted {} changes", several.len()),
        }
    }
}

/// Where later work gives way.
fn take_of(revert: &Revert) -> Take {
    Take { all: revert.collisions == Collisions::Take, changes: revert.take.iter().copied().collect() }
}

fn intent(revert: &Revert) -> [u8; 16] {
    let scope = |scope: Scope| match scope {
        Scope::Everything => 0,
        Scope::Content => 1,
        Scope::Records => 2,
    };
    let mut words: Vec<u64> = vec![match revert.collisions {
        Collisions::Ask => 0,
        Collisions::Keep => 1,
        Collisions::Take => 2,
    }];
    words.push(match &revert.locks {
        OverLocks::Refuse => 0,
        OverLocks::Leave => 1,
        OverLocks::Park { .. } => 2,
    });
    match &revert.selection {
        Selection::All(of) => words.extend([0, scope(*of)]),
        Selection::Changes(numbers) => {
            words.push(1);
            words.extend(numbers);
        }
        Selection::Author(user, of) => {
            let (high, low) = user.0.as_u64_pair();
            words.extend([2, high, low, scope(*of)]);
        }
    }
    words.extend(&revert.take);
    digest(object_intent(b'v', revert.object), &words)
}
