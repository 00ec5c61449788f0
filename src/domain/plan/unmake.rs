//! Operations of the log, as what must be true for them to be taken back and what then does it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::command::Operation;
use crate::domain::id::ItemId;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Form, Revision, Seed, Stack, edits_between};

/// One thing to take back.
#[derive(Debug)]
pub enum Unmake {
    /// A field gets its earlier text, if it still has the one that was made.
    Set { item: ItemId, field: String, made: Option<(String, Form)>, back: Op },
    /// What was added goes, if nothing was built upon it.
    Remove { item: ItemId },
    /// What was deleted comes back.
    Return { parent: ItemId, after: Option<ItemId>, seeds: Vec<Seed> },
    /// What was moved under `made` goes back.
    Back { item: ItemId, made: ItemId, parent: ItemId, after: Option<ItemId> },
    /// All of the content, which cannot be taken back in parts.
    Whole { made: Vec<Seed>, seeds: Vec<Seed> },
}

impl Unmake {
    /// The item that it is about.
    pub fn item(&self) -> ItemId {
        match self {
            Unmake::Set { item, .. } | Unmake::Remove { item } | Unmake::Back { item, .. } => *item,
            Unmake::Whole { .. } => ItemId::Settings,
            Unmake::Return { parent, seeds, .. } => seeds.first().map_or(*parent, |seed| seed.id),
        }
    }
}

/// The operations of a change that follow each other.
pub struct Unit {
    pub change: u64,
    /// The last of its operations.
    pub revision: Revision,
    /// In the order in which they are taken back; `None` for what made the object.
    pub steps: Option<Vec<Unmake>>,
}

/// What the wanted changes consist of, newest first.
pub fn units(operations: &[Arc<Operation>], wanted: &BTreeSet<u64>) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut end = operations.len();
    while end > 0 {
        let change = operations[end - 1].change;
        let start = operations[..end].iter().rposition(|one| one.change != change).map_or(0, |at| at + 1);
        if wanted.contains(&change) {
            let group = &operations[start..end];
            units.push(Unit { change, revision: group[group.len() - 1].revision, steps: steps(group) });
        }
        end = start;
    }
    units
}

fn steps(group: &[Arc<Operation>]) -> Option<Vec<Unmake>> {
    if let Some(whole) = one_field(group) {
        return Some(vec![whole]);
    }
    let mut steps = Vec::new();
    for operation in group.iter().rev() {
        if operation.revision == Revision(1) {
            return None;
        }
        for inverse in &operation.inverse {
            match inverse {
                Op::Replace { seeds } => steps.extend(of_replacement(operation, seeds)),
                inverse => steps.extend(of_one(&operation.op, inverse)),
            }
        }
    }
    Some(steps)
}

/// A text that was typed in one go is taken back in one go.
fn one_field(group: &[Arc<Operation>]) -> Option<Unmake> {
    let (first, last) = (group.first()?, group.last()?);
    let place = |op: &Op| match op {
        Op::Set { item, field, .. } => Some((*item, field.clone())),
        _ => None,
    };
    let (item, field) = place(&first.op)?;
    let [back @ Op::Set { .. }] = first.inverse.as_slice() else { return None };
    if group.iter().any(|one| place(&one.op) != Some((item, field.clone()))) {
        return None;
    }
    let Op::Set { text, form, .. } = &last.op else { return None };
    let made = text.clone().map(|text| (text, *form));
    Some(Unmake::Set { item, field, made, back: back.clone() })
}

fn of_one(op: &Op, inverse: &Op) -> Option<Unmake> {
    Some(match (op, inverse) {
        (Op::Set { item, field, text, form, .. }, back @ Op::Set { .. }) => Unmake::Set {
            item: *item,
            field: field.clone(),
            made: text.clone().map(|text| (text, *form)),
            back: back.clone(),
        },
        (_, Op::Delete { item }) => Unmake::Remove { item: *item },
        (_, Op::Insert { parent, after, seeds }) => {
            Unmake::Return { parent: *parent, after: *after, seeds: seeds.clone() }
        }
        (Op::Move { parent: made, .. }, Op::Move { item, parent, after }) => {
            Unmake::Back { item: *item, made: *made, parent: *parent, after: *after }
        }
        _ => return None,
    })
}

/// What an operation replaced as a whole is taken back in parts, so that later work elsewhere can stay.
fn of_replacement(operation: &Operation, before: &[Seed]) -> Vec<Unmake> {
    let Ok(before) = Stack::from_seeds(before, Revision::default()) else { return Vec::new() };
    let made = match &operation.op {
        Op::Replace { seeds } => Stack::from_seeds(seeds, Revision::default()),
        op => {
            let mut made = before.clone();
            made.apply(op, Revision::default(), None).map(|_| made)
        }
    };
    let Ok(mut at) = made else { return Vec::new() };
    let Some(ops) = edits_between(&at, &before) else {
        return vec![Unmake::Whole { made: at.to_seeds(), seeds: before.to_seeds() }];
    };
    let mut steps = Vec::new();
    for op in ops {
        let step = match op.clone() {
            Op::Set { item, field, .. } => {
                let found = at.get(item).and_then(|node| node.fields.iter().find(|one| one.name == field));
                let made = found.map(|one| (one.text.clone(), one.form));
                Some(Unmake::Set { item, field, made, back: op.clone() })
            }
            Op::Move { item, parent, after } => {
                let made = at.get(item).and_then(|node| node.parent);
                made.map(|made| Unmake::Back { item, made, parent, after })
            }
            Op::Delete { item } => Some(Unmake::Remove { item }),
            Op::Insert { parent, after, seeds } => Some(Unmake::Return { parent, after, seeds }),
            Op::Replace { .. } | Op::Record(_) => None,
        };
        steps.extend(step);
        if at.apply(&op, Revision::default(), None).is_err() {
            break;
        }
    }
    steps
}
