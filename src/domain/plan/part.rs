//! What of a draft goes live when only some members' changes do: the draft without those of the others, and with what the
//! chosen ones build upon.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Take, Wish, planner};
use crate::domain::command::{Numbers, Operation};
use crate::domain::effect::Obstacle;
use crate::domain::id::UserId;
use crate::domain::stack::Stack;

/// A change that stands, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Share {
    /// Its number.
    pub number: u64,
    /// Whose it is.
    pub user: UserId,
    /// What it took back.
    pub taken: Numbers,
}

/// Whose changes are to go live, from what.
#[derive(Debug, Clone)]
pub struct PartWish {
    /// The draft as it is.
    pub draft: Arc<Stack>,
    /// The numbers of all changes that are not published.
    pub all: BTreeSet<u64>,
    /// Those of them that stand, oldest first.
    pub shares: Vec<Share>,
    /// What those that are not published did, in order of revision.
    pub operations: Arc<[Arc<Operation>]>,
    /// Whose; everybody's if `None`.
    pub authors: Option<Vec<UserId>>,
    /// The change that made the object, if it is not live.
    pub creation: Option<u64>,
}

/// What goes live.
#[derive(Debug, Clone)]
pub struct Part {
    /// The content.
    pub stack: Arc<Stack>,
    /// The changes.
    pub numbers: BTreeSet<u64>,
    /// Changes that were asked for, with one of somebody else that each needs.
    pub needs: Vec<(u64, u64)>,
    /// Whether it is all of the draft.
    pub whole: bool,
}

impl PartWish {
    fn everything(&self) -> Part {
        Part { stack: Arc::clone(&self.draft), numbers: self.all.clone(), needs: Vec::new(), whole: true }
    }

    /// Works it out. Without a change of one of the authors it is empty.
    pub fn part(&self) -> Part {
        let Some(authors) = &self.authors else { return self.everything() };
        let chosen = |user: UserId| authors.contains(&user);
        let (mut goes, mut stays): (BTreeSet<u64>, BTreeSet<u64>) = (BTreeSet::new(), BTreeSet::new());
        let mut needs = Vec::new();
        let Some(first) = self.shares.iter().find(|share| chosen(share.user)).map(|share| share.number)
        else {
            return Part { numbers: goes, whole: false, ..self.everything() };
        };
        for share in &self.shares {
            // What came before a restored version is no work of its own any more: the version goes with everything.
            let restored = !share.taken.is_empty();
            if chosen(share.user) || restored || Some(share.number) == self.creation {
                goes.insert(share.number);
                goes.extend(share.taken.iter());
                if !chosen(share.user) {
                    needs.push((first, share.number));
                }
            } else {
                stays.insert(share.number);
            }
        }
        let mut wish = Wish {
            draft: Arc::clone(&self.draft),
            standing: self.shares.iter().map(|share| share.number).collect(),
            operations: Arc::clone(&self.operations),
            wanted: stays,
            take: Take::default(),
            bars: Vec::new(),
            base: None,
            look: false,
        };
        loop {
            let plan = planner::plan(&wish);
            // What was overtaken by a deletion that goes live is of no consequence.
            let needed: BTreeMap<u64, u64> = plan
                .left
                .iter()
                .filter(|left| left.why != Obstacle::Gone)
                .map(|left| (left.change, left.by.unwrap_or(left.change)))
                .collect();
            if needed.is_empty() {
                if wish.wanted.is_empty() {
                    return Part { needs, ..self.everything() };
                }
                return Part { stack: Arc::new(plan.result), numbers: goes, needs, whole: false };
            }
            for (change, by) in needed {
                wish.wanted.remove(&change);
                goes.insert(change);
                needs.push((by, change));
            }
        }
    }
}
