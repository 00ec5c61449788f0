//! Audit chains: every record carries a hash over itself and the record before it, so that a record cannot be changed, moved
//! or taken out without showing.
//!
//! There is one chain per workspace and one for the instance. The store's writer chains a record inside the transaction that
//! does what the record tells.

use sha2::{Digest, Sha256};

use crate::domain::effect::AuditEntry;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::time::Timestamp;

/// A link of a chain.
pub type Hash = [u8; 32];

/// Goes into the first link, so that records of another version of this format never fit.
const FORMAT: &[u8] = b"baton audit 1";

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// What concerns the whole instance.
    Instance,
    /// What concerns a workspace.
    Workspace(WorkspaceId),
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Chain::Instance => f.write_str("instance"),
            Chain::Workspace(id) => std::fmt::Display::fmt(id, f),
        }
    }
}

impl From<WorkspaceId> for Chain {
    fn from(workspace: WorkspaceId) -> Self {
        Chain::Workspace(workspace)
    }
}

impl Chain {
    /// What the first record links to; two chains never share it, so a record does not fit into another chain.
    pub fn root(self) -> Hash {
        let mut hasher = Sha256::new();
        text(&mut hasher, FORMAT);
        text(&mut hasher, self.to_string().as_bytes());
        hasher.finalize().into()
    }

    /// A walk along the chain, before its first record.
    pub fn walk(self) -> Walk {
        Walk { hash: self.root(), number: 0 }
    }
}

/// A record of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Place in the chain, from 1.
    pub number: u64,
    /// When, wall clock.
    pub at: Timestamp,
    /// Who.
    pub user: Option<UserId>,
    /// What, such as `lock.force`.
    pub action: String,
    /// On what, in words that name ids.
    pub subject: String,
    /// The reason given.
    pub reason: String,
    /// What it was before, in words; empty if that says nothing.
    pub before: String,
    /// What it is now, in words.
    pub after: String,
    /// Its link: over all of the above and the link before it.
    pub hash: Hash,
}

impl Record {
    /// The entry as the record that comes after the head of its chain, which is a number and a link.
    pub fn after(head: (u64, Hash), entry: &AuditEntry) -> Self {
        let (number, previous) = head;
        let mut record = Record {
            number: number + 1,
            at: entry.at,
            user: entry.user,
            action: entry.action.to_owned(),
            subject: entry.subject.clone(),
            reason: entry.reason.clone(),
            before: entry.before.clone(),
            after: entry.after.clone(),
            hash: previous,
        };
        record.hash = link(previous, &record);
        record
    }
}

/// The link of a record that follows the record with link `previous`. The record's own `hash` is not looked at.
pub fn link(previous: Hash, record: &Record) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(record.number.to_be_bytes());
    hasher.update(record.at.0.to_be_bytes());
    match record.user {
        None => hasher.update([0]),
        Some(user) => {
            hasher.update([1]);
            hasher.update(user.0.as_bytes());
        }
    }
    text(&mut hasher, record.action.as_bytes());
    text(&mut hasher, record.subject.as_bytes());
    text(&mut hasher, record.reason.as_bytes());
    // Records from before these two were kept have links without them.
    if !(record.before.is_empty() && record.after.is_empty()) {
        text(&mut hasher, record.before.as_bytes());
        text(&mut hasher, record.after.as_bytes());
    }
    hasher.finalize().into()
}

/// With its length before it, so that moving a letter from one text to the next makes another hash.
fn text(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(bytes);
}

/// A walk along a chain, oldest record first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    hash: Hash,
    number: u64,
}

impl From<(u64, Hash)> for Walk {
    /// A walk that goes on after the record of that number and link.
    fn from((number, hash): (u64, Hash)) -> Self {
        Walk { hash, number }
    }
}

impl Walk {
    /// Takes the next record.
    ///
    /// # Errors
    /// The number of the record that should have come, if this is not it.
    pub fn step(&mut self, record: &Record) -> Result<(), u64> {
        let number = self.number + 1;
        if record.number != number || link(self.hash, record) != record.hash {
            return Err(number);
        }
        *self = Walk { hash: record.hash, number };
        Ok(())
    }

    /// How many records fitted, and the link of the last.
    pub fn head(self) -> (u64, Hash) {
        (self.number, self.hash)
    }
}

/// Checks a whole chain against the head that is kept apart from it, which shows records cut off at the end.
///
/// # Errors
/// The number of the first record that does not fit or is missing.
pub fn verify<'a>(
    chain: Chain,
    records: impl IntoIterator<Item = &'a Record>,
    head: Option<(u64, Hash)>,
) -> Result<u64, u64> {
    let mut walk = chain.walk();
    for record in records {
        walk.step(record)?;
    }
    let (number, hash) = walk.head();
    match head {
        Some(head) if head != (number, hash) => Err(number + 1),
        _ => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn chain() -> Chain {
        Chain::Workspace(WorkspaceId(Uuid::from_u128(7)))
    }

    fn records(count: u64) -> Vec<Record> {
        let mut head = chain().walk().head();
        (1..=count)
            .map(|number| {
                let entry = AuditEntry {
                    at: Timestamp(1000 + number as i64),
                    user: (number % 2 == 0).then(|| UserId(Uuid::from_u128(number.into()))),
                    action: "lock.force",
                    subject: format!("step {number}"),
                    reason: "asleep".into(),
                    before: "held".into(),
                    after: if number % 2 == 0 { "free".into() } else { String::new() },
                };
                let record = Record::after(head, &entry);
                head = (record.number, record.hash);
                record
            })
            .collect()
    }

    #[test]
    fn an_honest_chain_fits() {
        let records = records(5);
        let head = records.last().map(|last| (5, last.hash));
        assert_eq!(verify(chain(), &records, head), Ok(5));
        assert_eq!(verify(chain(), [], None), Ok(0));
    }

    #[test]
    fn every_change_of_a_record_shows() {
        let changes: [fn(&mut Record); 8] = [
            |record| record.before.clear(),
            |record| std::mem::swap(&mut record.before, &mut record.after),
            |record| record.number += 1,
            |record| record.at.0 += 1,
            |record| record.user = Some(UserId(Uuid::from_u128(99))),
            |record| record.action.push('d'),
            |record| record.subject.clear(),
            |record| {
                let letter = record.reason.remove(0);
                record.subject.push(letter);
            },
        ];
        for change in changes {
            let mut records = records(5);
            change(&mut records[2]);
            assert_eq!(verify(chain(), &records, None), Err(3));
        }
    }

    #[test]
    fn a_missing_record_shows_also_at_the_end() {
        let mut all = records(5);
        let head = all.last().map(|last| (5, last.hash));
        all.remove(1);
        assert_eq!(verify(chain(), &all, head), Err(2));
        let mut cut = records(5);
        cut.truncate(3);
        assert_eq!(verify(chain(), &cut, head), Err(4));
    }

    #[test]
    fn a_record_does_not_fit_into_another_chain() {
        assert_eq!(verify(Chain::Instance, &records(1), None), Err(1));
    }
}
