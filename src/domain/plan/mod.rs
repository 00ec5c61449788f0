//! What takes changes back, and what of a draft goes live without the rest: worked out on a picture of the draft and its log.
//!
//! Pure and apart from the room, so that the shell can do it aside while the room goes on ([`Work`]).

mod part;
mod planner;
mod unmake;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::command::{Change, Operation};
use super::effect::Collision;
use super::id::{ItemId, UserId};
use super::stack::op::Op;
use super::stack::{Seed, Stack, cover, operations_between, uses};

pub use part::{Part, PartWish, Share};

/// Whose collisions are decided for taking back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Take {
    /// All.
    pub all: bool,
    /// Those of these changes.
    pub changes: BTreeSet<u64>,
}

impl Take {
    /// Whether later work gives way to taking this change back.
    pub fn over(&self, change: u64) -> bool {
        self.all || self.changes.contains(&change)
    }
}

/// The content to which everything goes back.
#[derive(Debug, Clone)]
pub enum Base {
    /// What is published.
    Published(Arc<Stack>),
    /// What the object was made with: the first operation of its log.
    Made(Arc<Operation>),
}

impl Base {
    fn stack(&self) -> Option<Stack> {
        match self {
            Base::Published(stack) => Some(Stack::clone(stack)),
            Base::Made(first) => match &first.op {
                Op::Replace { seeds } => Stack::from_seeds(seeds, first.revision).ok(),
                _ => None,
            },
        }
    }
}

/// What is to be taken back, from what.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The draft as it is.
    pub draft: Arc<Stack>,
    /// The numbers of the changes that stand and are not published, in order.
    pub standing: Arc<[u64]>,
    /// What the changes that are not published did, in order of revision.
    pub operations: Arc<[Arc<Operation>]>,
    /// The changes to be taken back.
    pub wanted: BTreeSet<u64>,
    /// Where later work gives way.
    pub take: Take,
    /// Pens of others that bar what they cover, with their holders; a pen on no item covers all.
    pub bars: Vec<(Option<ItemId>, UserId)>,
    /// Everything goes back to this, if no pen bars it.
    pub base: Option<Base>,
    /// Whether it is to be said what would break.
    pub look: bool,
}

/// What would be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the order in which they are applied.
    pub ops: Vec<Op>,
    /// What the draft would be.
    pub result: Stack,
    /// The changes that are taken back, at least in part.
    pub taken: Vec<u64>,
    /// What is left.
    pub left: Vec<Collision>,
    /// The items of which none may be another session's.
    pub needs: BTreeSet<ItemId>,
    /// Variables that an item names and nothing would set any more, if it was to be looked for.
    pub lost: Vec<(String, ItemId)>,
    /// Whether settings, inputs or response would differ, which others see; if it was to be looked for.
    pub faces: bool,
}

impl Wish {
    /// Works it out.
    pub fn plan(&self) -> Plan {
        let mut plan = self.back_to_base().unwrap_or_else(|| planner::plan(self));
        if self.look {
            plan.lost = uses::lost(&self.draft, &plan.result);
            plan.faces = face(&self.draft) != face(&plan.result);
        }
        plan
    }

    /// Everything simply as it was, unless somebody holds a part of what differs.
    fn back_to_base(&self) -> Option<Plan> {
        let base = self.base.as_ref()?;
        let result = base.stack()?;
        let ops = operations_between(&self.draft, &result);
        let needs = needs(&self.draft, &ops);
        let barred = |(item, _): &(Option<ItemId>, UserId)| item.is_none_or(|item| needs.contains(&item));
        if !ops.is_empty() && self.bars.iter().any(barred) {
            return None;
        }
        let made = match base {
            Base::Made(first) => Some(first.change),
            Base::Published(_) => None,
        };
        let taken = self.wanted.iter().copied().filter(|number| Some(*number) != made).collect();
        Some(Plan { ops, result, taken, left: Vec::new(), needs, lost: Vec::new(), faces: false })
    }
}

/// The pens that the operations need, one after the other.
pub fn needs(draft: &Stack, ops: &[Op]) -> BTreeSet<ItemId> {
    let mut at = draft.clone();
    let mut all = BTreeSet::new();
    for op in ops {
        all.extend(cover::needs(&at, op));
        let _ = at.apply(op, super::stack::Revision::default(), None);
    }
    all
}

/// What others see of an object: its settings, inputs and response.
fn face(stack: &Stack) -> Vec<Seed> {
    let parts = [ItemId::Settings, ItemId::Inputs, ItemId::Response];
    parts
        .iter()
        .flat_map(|part| stack.subtree(*part))
        .filter_map(|id| stack.get(id))
        .map(|node| node.to_seed())
        .collect()
}

/// A change in a list that is in order of its number.
pub fn change_of(changes: &[Change], number: u64) -> Option<&Change> {
    changes.binary_search_by_key(&number, |change| change.number).ok().map(|at| &changes[at])
}

/// What may be worked out aside.
#[derive(Debug, Clone)]
pub enum Work {
    /// A revert, an undo or redo, or a look at one.
    Back(Box<Wish>),
    /// Making a part of a draft live, or a look at it.
    Part(Box<PartWish>),
}

/// What came out.
#[derive(Debug, Clone)]
pub enum Worked {
    /// See [`Work::Back`].
    Back(Box<Plan>),
    /// See [`Work::Part`].
    Part(Box<Part>),
}

impl Work {
    /// Works it out; takes long for a long log.
    pub fn run(&self) -> Worked {
        match self {
            Work::Back(wish) => Worked::Back(Box::new(wish.plan())),
            Work::Part(wish) => Worked::Part(Box::new(wish.part())),
        }
    }
}
