//! Taking changes back, making them live, and what is asked for before it happens.

use std::ops::RangeInclusive;

use crate::domain::id::{ObjectId, OpId, UserId};
use crate::domain::stack::{Revision, Seed};

/// Numbers of changes, as runs without a gap: five thousand that follow each other are one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers(Vec<(u64, u64)>);

impl Numbers {
    /// From runs as they were stored; those that are not in order are not taken.
    pub fn from_runs(runs: impl IntoIterator<Item = (u64, u64)>) -> Option<Numbers> {
        let mut kept: Vec<(u64, u64)> = Vec::new();
        for (first, last) in runs {
            if first > last || kept.last().is_some_and(|(_, before)| *before >= first) {
                return None;
            }
            kept.push((first, last));
        }
        Some(Numbers(kept))
    }

    /// The runs, first and last number of each, in order.
    pub fn runs(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|(first, last)| RangeInclusive::new(*first, *last))
    }

    /// Whether the number is among them.
    pub fn contains(&self, number: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }
}

impl FromIterator<u64> for Numbers {
    fn from_iter<T: IntoIterator<Item = u64>>(numbers: T) -> Self {
        let mut all: Vec<u64> = numbers.into_iter().collect();
        all.sort_unstable();
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for number in all {
            match runs.last_mut() {
                Some((_, last)) if number <= last.saturating_add(1) => *last = number.max(*last),
                _ => runs.push((number, number)),
            }
        }
        Numbers(runs)
    }
}

/// What is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Everything since the published version, or since the object was made.
    All(Scope),
    /// These changes, by their numbers.
    Changes(Vec<u64>),
    /// Everything by one member since the published version.
    Author(UserId, Scope),
}

/// Of what, where a table has both fields and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Both.
    #[default]
    Everything,
    /// Only of the content: steps, inputs, fields.
    Content,
    /// Only of records.
    Records,
}

impl Scope {
    /// Whether the content is meant.
    pub fn has_content(self) -> bool {
        self != Scope::Records
    }

    /// Whether records are meant.
    pub fn has_records(self) -> bool {
        self != Scope::Content
    }
}

/// What happens where later work stands on what is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collisions {
    /// Refuse, and say where.
    Ask,
    /// The later work stays; what cannot be taken back is left and listed.
    Keep,
    /// The later work gives way.
    Take,
}

/// What happens where another session holds the pen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverLocks {
    /// Refuse, and say who holds what.
    Refuse,
    /// What is held is left and listed.
    Leave,
    /// An owner or admin ends the locks, audited; what their holders had not saved is parked for them.
    Park {
        /// 1 to 280 characters; told to the holders and kept in the audit log.
        reason: String,
    },
}

/// Take changes back, as a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The client's id of the operation.
    pub op_id: OpId,
    /// Which object.
    pub object: ObjectId,
    /// Which changes.
    pub selection: Selection,
    /// What happens where later work stands on them.
    pub collisions: Collisions,
    /// Changes whose collisions are decided for taking back, whatever is said of the others.
    pub take: Vec<u64>,
    /// What happens where another session holds the pen.
    pub locks: OverLocks,
}

/// One step back or forth in one's own changes of an object, past what others did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The client's id of the operation.
    pub op_id: OpId,
    /// Which object.
    pub object: ObjectId,
    /// Back, or forth again.
    pub forth: bool,
    /// Only what is older than this change: goes past one that others have built upon.
    pub before: Option<u64>,
    /// Also over later work of others.
    pub take: bool,
}

/// Put a published version's content into the draft, as a change. The edge reads the content; versions never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The client's id of the operation.
    pub op_id: OpId,
    /// Which object.
    pub object: ObjectId,
    /// The draft's revision that the caller has seen.
    pub revision: Revision,
    /// The version.
    pub version: u64,
    /// Its content.
    pub seeds: Vec<Seed>,
}

/// Make the draft live, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// The client's id of the operation.
    pub op_id: OpId,
    /// Which object.
    pub object: ObjectId,
    /// The revision that the publisher has seen.
    pub revision: Revision,
    /// Up to 2,000 characters.
    pub description: String,
    /// Only the changes of these members; everybody's if `None`.
    pub authors: Option<Vec<UserId>>,
    /// Take along what those changes build upon; otherwise it is refused and listed.
    pub dependencies: bool,
}
