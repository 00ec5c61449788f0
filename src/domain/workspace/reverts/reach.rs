//! Which changes a revert means, and the picture from which those of the content are taken back.

use std::collections::BTreeSet;

use super::super::Workspace;
use super::take_of;
use crate::domain::command::{Caller, OverLocks, Revert, Selection};
use crate::domain::id::{ObjectId, UserId};
use crate::domain::plan::{Take, Wish, change_of};
use crate::domain::refusal::Refusal;

/// The changes that are meant.
pub(super) struct Reach {
    /// Of the content.
    pub content: BTreeSet<u64>,
    /// Whether the content is to be looked at: it may go back to its base although no change stands.
    pub has_content: bool,
    /// Of records.
    pub records: BTreeSet<u64>,
}

impl Workspace {
    /// The changes that are meant; those that cannot be are refused.
    pub(super) fn reach(&self, object: ObjectId, selection: &Selection) -> Result<Reach, Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let mut reach = Reach { content: BTreeSet::new(), has_content: false, records: BTreeSet::new() };
        match selection {
            Selection::All(scope) | Selection::Author(_, scope) => {
                let meant = |user: UserId| match selection {
                    Selection::Author(author, _) => user == *author,
                    _ => true,
                };
                let upto = self.asides.at_hand.upto.unwrap_or(u64::MAX);
                if scope.has_content() {
                    let work = open.work().filter(|change| change.number <= upto && meant(change.user));
                    reach.content = work.map(|change| change.number).collect();
                }
                if scope.has_records() {
                    reach.records = self.asides.at_hand.records.iter().copied().collect();
                }
                // There may be a way back to the base: a later change gave way when an earlier one was taken back.
                let to_base = matches!(selection, Selection::All(_)) && scope.has_content();
                reach.has_content = to_base || !reach.content.is_empty();
            }
            Selection::Changes(numbers) => {
                for number in numbers {
                    if let Some(change) = change_of(&open.changes, *number) {
                        if change.reverted_by.is_some() {
                            return Err(Refusal::AlreadyReverted(*number));
                        }
                        reach.content.insert(*number);
                    } else if self.records.change(object, *number).flatten().is_some() {
                        reach.records.insert(*number);
                    } else if numbers.len() > self.limits.reverted_record_changes && self.is_table(object) {
                        // So many were not looked up.
                        return Err(self.too_many_of_records());
                    } else {
                        return Err(self.no_such(object, *number));
                    }
                }
                reach.has_content = !reach.content.is_empty();
            }
        }
        if reach.records.len() > self.limits.reverted_record_changes {
            return Err(self.too_many_of_records());
        }
        if !reach.has_content && reach.records.is_empty() {
            return Err(Refusal::NothingToDo);
        }
        Ok(reach)
    }

    fn too_many_of_records(&self) -> Refusal {
        Refusal::TooMany {
            what: "changes of records of one revert",
            max: self.limits.reverted_record_changes,
        }
    }

    /// Why a change is not among those that can be taken back: it is live, or there is none of that number.
    fn no_such(&self, object: ObjectId, number: u64) -> Refusal {
        let last = self.stacks.get(object).map_or(0, |open| open.last_change);
        let version = self.objects.get(&object).and_then(|head| head.version.as_ref());
        match version {
            Some(version) if (1..=last).contains(&number) => {
                Refusal::ChangePublished { change: number, version: version.number }
            }
            _ => Refusal::NoSuchChange(number),
        }
    }

    /// The content part of a revert.
    pub(in crate::domain::workspace) fn wish_of_revert(
        &self,
        caller: Caller,
        revert: &Revert,
    ) -> Result<Wish, Refusal> {
        self.may_revert(caller, revert)?;
        let wish = self.wish(revert.object, &revert.selection, take_of(revert))?;
        let leave = revert.locks == OverLocks::Leave;
        let bars = if leave { self.bars(caller, revert.object) } else { Vec::new() };
        Ok(Wish { bars, ..wish })
    }

    /// The content part of a look at a revert.
    pub(in crate::domain::workspace) fn wish_of_look(
        &self,
        object: ObjectId,
        selection: &Selection,
    ) -> Result<Wish, Refusal> {
        Ok(Wish { look: true, ..self.wish(object, selection, Take::default())? })
    }

    pub(super) fn wish(&self, object: ObjectId, selection: &Selection, take: Take) -> Result<Wish, Refusal> {
        let reach = self.reach(object, selection)?;
        if !reach.has_content {
            return Err(Refusal::NothingToDo);
        }
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let base = if self.means_all(object, selection) { open.base() } else { None };
        Ok(Wish { base, ..open.wish(reach.content, take) })
    }

    /// Whether everything is meant, and nothing has come since it was asked for.
    pub(super) fn means_all(&self, object: ObjectId, selection: &Selection) -> bool {
        let newest = self.stacks.get(object).and_then(|open| open.changes.last()).map(|change| change.number);
        matches!(selection, Selection::All(_))
            && self.asides.at_hand.upto.is_none_or(|upto| newest <= Some(upto))
    }
}
