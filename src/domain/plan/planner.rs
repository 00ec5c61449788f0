//! What takes changes back, worked out on a copy of the draft. Nothing here changes the room.
//!
//! Each operation is taken back by itself, newest first, and only where what it made is still there: a field that has another
//! text by now, a step that stands elsewhere or was edited since, is a collision. So what others did stays, field by field.

use std::collections::{BTreeMap, BTreeSet};

use super::unmake::{Unmake, units};
use super::{Plan, Wish};
use crate::domain::command::Operation;
use crate::domain::effect::{Collision, Obstacle};
use crate::domain::id::{ItemId, UserId};
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, Stack, cover};

/// How many left siblings that are gone are followed to find the place of what comes back.
const SIBLINGS: usize = 64;

/// Works out what takes the wanted changes back.
pub fn plan(wish: &Wish) -> Plan {
    let mut planner = Planner {
        wish,
        later: Later::of(wish),
        copy: Stack::clone(&wish.draft),
        ops: Vec::new(),
        needs: BTreeSet::new(),
    };
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for unit in units(&wish.operations, &wish.wanted) {
        let Some(steps) = unit.steps else {
            left.push(collision(unit.change, None, Obstacle::Creation, None));
            continue;
        };
        let before = left.len();
        let mut done = false;
        for step in steps {
            match planner.take_back(unit.change, unit.revision, step) {
                Ok(()) => done = true,
                Err(collision) => left.push(*collision),
            }
        }
        if done || left.len() == before {
            taken.push(unit.change);
        }
    }
    // A revert that found nothing to do has no operations either.
    let known: BTreeSet<u64> = taken.iter().copied().chain(left.iter().map(|left| left.change)).collect();
    taken.extend(wish.wanted.difference(&known));
    let Planner { copy: result, ops, needs, .. } = planner;
    Plan { ops, result, taken, left, needs, lost: Vec::new(), faces: false }
}

fn collision(change: u64, item: Option<ItemId>, why: Obstacle, by: Option<u64>) -> Collision {
    Collision { change, item, field: None, why, by, holder: None }
}

struct Planner<'a> {
    wish: &'a Wish,
    later: Later<'a>,
    copy: Stack,
    ops: Vec<Op>,
    /// The pens that the operations need.
    needs: BTreeSet<ItemId>,
}

impl Planner<'_> {
    /// Takes one thing back, or says why it is left.
    fn take_back(&mut self, change: u64, since: Revision, step: Unmake) -> Result<(), Box<Collision>> {
        let item = step.item();
        let op = match self.judge(since, step) {
            Verdict::Moot => return Ok(()),
            Verdict::Clean(op) => op,
            Verdict::Collides { op: Some(op), .. } if self.wish.take.over(change) => op,
            Verdict::Collides { field, why, by, .. } => {
                return Err(Box::new(Collision { field, ..collision(change, Some(item), why, by) }));
            }
        };
        let needs = cover::needs(&self.copy, &op);
        if let Some((held, holder)) = self.barred(&needs) {
            let held = held.or(Some(item));
            let locked = collision(change, held, Obstacle::Locked, None);
            return Err(Box::new(Collision { holder: Some(holder), ..locked }));
        }
        if self.copy.apply(&op, Revision::default(), None).is_err() {
            return Err(Box::new(collision(change, Some(item), Obstacle::Gone, self.later.end_of(item))));
        }
        self.ops.push(op);
        self.needs.extend(needs);
        Ok(())
    }

    /// Who holds a pen that bars any of the items, and on what.
    fn barred(&self, needs: &[ItemId]) -> Option<(Option<ItemId>, UserId)> {
        let bars = |(item, _): &&(Option<ItemId>, UserId)| item.is_none_or(|item| needs.contains(&item));
        self.wish.bars.iter().find(bars).copied()
    }

    fn judge(&self, since: Revision, step: Unmake) -> Verdict {
        match step {
            Unmake::Set { item, field, made, back } => {
                let Some(node) = self.copy.get(item) else { return self.gone(item, Some(field)) };
                let now = node.fields.iter().find(|one| one.name == field);
                let now = now.map(|one| (one.text.clone(), one.form));
                let Op::Set { text, form, .. } = &back else { return Verdict::Moot };
                if now == made {
                    Verdict::Clean(back)
                } else if now == text.clone().map(|text| (text, *form)) {
                    Verdict::Moot
                } else {
                    let by = self.later.setter(item, &field, since);
                    Verdict::Collides { op: Some(back), field: Some(field), why: Obstacle::Changed, by }
                }
            }
            Unmake::Remove { item } => {
                if !self.copy.contains(item) {
                    return Verdict::Moot;
                }
                let op = Op::Delete { item };
                match self.later.builder(&self.copy, item, since) {
                    None => Verdict::Clean(op),
                    by => Verdict::Collides { op: Some(op), field: None, why: Obstacle::BuiltUpon, by },
                }
            }
            Unmake::Whole { made, seeds } => {
                let op = Op::Replace { seeds };
                if self.copy.to_seeds() == made {
                    return Verdict::Clean(op);
                }
                let by = self.later.newest(since);
                Verdict::Collides { op: Some(op), field: None, why: Obstacle::BuiltUpon, by }
            }
            Unmake::Return { parent, after, seeds } => {
                let Some(root) = seeds.first().map(|seed| seed.id) else { return Verdict::Moot };
                if self.copy.contains(root) {
                    return Verdict::Moot;
                }
                if !self.copy.contains(parent) || seeds.iter().any(|seed| self.copy.contains(seed.id)) {
                    return self.gone(parent, None);
                }
                let after = self.place(parent, after);
                Verdict::Clean(Op::Insert { parent, after, seeds })
            }
            Unmake::Back { item, made, parent, after } => {
                let Some(node) = self.copy.get(item) else { return self.gone(item, None) };
                if !self.copy.contains(parent) || self.copy.is_within(parent, item) {
                    return self.gone(parent, None);
                }
                let here = node.parent;
                let after = self.place(parent, after.filter(|after| *after != item));
                if here == Some(parent) && self.copy.left_sibling(item) == after {
                    return Verdict::Moot;
                }
                let op = Op::Move { item, parent, after };
                let by = self.later.mover(item, since);
                if here == Some(made) && by.is_none() {
                    return Verdict::Clean(op);
                }
                Verdict::Collides { op: Some(op), field: None, why: Obstacle::Moved, by }
            }
        }
    }

    fn gone(&self, item: ItemId, field: Option<String>) -> Verdict {
        Verdict::Collides { op: None, field, why: Obstacle::Gone, by: self.later.end_of(item) }
    }

    /// The left sibling, or where that is gone the one that had been left of it.
    fn place(&self, parent: ItemId, after: Option<ItemId>) -> Option<ItemId> {
        let there = |item: ItemId| self.copy.get(item).is_some_and(|node| node.parent == Some(parent));
        let mut at = after?;
        for _ in 0..SIBLINGS {
            if there(at) {
                return Some(at);
            }
            match self.later.left_of.get(&(parent, at)) {
                Some(Some(left)) => at = *left,
                Some(None) => return None,
                None => break,
            }
        }
        self.copy.children(parent).last().copied()
    }
}

/// What is to be done about one thing.
enum Verdict {
    /// It is as it would be, or nothing is left of it.
    Moot,
    /// Nobody stands in the way.
    Clean(Op),
    /// Somebody does; `op` is what would be done all the same, if anything can.
    Collides { op: Option<Op>, field: Option<String>, why: Obstacle, by: Option<u64> },
}

/// The later work that stays, by the items that it is about.
struct Later<'a> {
    wish: &'a Wish,
    /// Operations of changes that stand and stay, oldest first.
    about: BTreeMap<ItemId, Vec<&'a Operation>>,
    /// What had been left of an item when it went from under that parent.
    left_of: BTreeMap<(ItemId, ItemId), Option<ItemId>>,
}

impl<'a> Later<'a> {
    fn of(wish: &'a Wish) -> Self {
        let mut about: BTreeMap<ItemId, Vec<&Operation>> = BTreeMap::new();
        let mut left_of = BTreeMap::new();
        for operation in wish.operations.iter().map(AsRef::as_ref) {
            if let [Op::Insert { parent, after, seeds }] = operation.inverse.as_slice()
                && let Some(root) = seeds.first()
            {
                left_of.insert((*parent, root.id), *after);
            }
            if let [Op::Move { item, parent, after }] = operation.inverse.as_slice() {
                left_of.insert((*parent, *item), *after);
            }
            if !stays(wish, operation.change) {
                continue;
            }
            match &operation.op {
                Op::Set { item, .. } | Op::Delete { item } => about.entry(*item).or_default().push(operation),
                Op::Insert { parent, .. } => about.entry(*parent).or_default().push(operation),
                Op::Move { item, parent, .. } => {
                    about.entry(*item).or_default().push(operation);
                    about.entry(*parent).or_default().push(operation);
                }
                Op::Replace { .. } | Op::Record(_) => {}
            }
        }
        Later { wish, about, left_of }
    }

    fn after(&self, item: ItemId, since: Revision) -> impl Iterator<Item = &'a Operation> {
        let all = self.about.get(&item).map(Vec::as_slice).unwrap_or_default();
        all.iter().rev().copied().take_while(move |operation| operation.revision > since)
    }

    /// The last to set the field, by itself or with everything.
    fn setter(&self, item: ItemId, field: &str, since: Revision) -> Option<u64> {
        let sets = |one: &&Operation| matches!(&one.op, Op::Set { field: name, .. } if name == field);
        self.after(item, since).find(sets).map(|one| one.change).or_else(|| self.toucher(item, since))
    }

    /// The last to move the item.
    fn mover(&self, item: ItemId, since: Revision) -> Option<u64> {
        let moves = |one: &&Operation| matches!(&one.op, Op::Move { item: moved, .. } if *moved == item);
        self.after(item, since).find(moves).map(|one| one.change)
    }

    /// The last to put something into the item or anything below it, or to edit that.
    fn builder(&self, now: &Stack, item: ItemId, since: Revision) -> Option<u64> {
        let below = now.subtree(item);
        below.iter().find_map(|one| {
            let by = self.after(*one, since).next().map(|operation| operation.change);
            by.or_else(|| self.toucher(*one, since))
        })
    }

    /// Who made the item what it is in the draft, if that is later and stays.
    fn toucher(&self, item: ItemId, since: Revision) -> Option<u64> {
        let revision = self.wish.draft.get(item)?.revision;
        let operations = &self.wish.operations;
        let at = operations.binary_search_by_key(&revision, |operation| operation.revision).ok()?;
        let change = operations[at].change;
        (revision > since && stays(self.wish, change)).then_some(change)
    }

    /// The newest of all.
    fn newest(&self, since: Revision) -> Option<u64> {
        self.about.values().flatten().filter(|one| one.revision > since).map(|one| one.change).max()
    }

    /// The last to delete the item, or what held it.
    fn end_of(&self, item: ItemId) -> Option<u64> {
        let operations = self.wish.operations.iter().rev();
        let mut ends = operations.filter(|operation| match operation.inverse.as_slice() {
            [Op::Insert { seeds, .. }] => seeds.iter().any(|seed| seed.id == item),
            _ => false,
        });
        ends.next().map(|operation| operation.change)
    }
}

/// Whether a change is later work that is not to be taken back.
fn stays(wish: &Wish, change: u64) -> bool {
    wish.standing.binary_search(&change).is_ok() && !wish.wanted.contains(&change)
}
