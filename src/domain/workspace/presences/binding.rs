//! Records that end with a socket or session: which, and which of them wait for another socket.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::realtime::ClientId;
use crate::domain::time::Millis;

/// What each bound record ends with, found from both sides; goes on over a rebuild.
#[derive(Debug, Clone, Default)]
pub struct Holders {
    of: BTreeMap<u64, ClientId>,
    held: BTreeSet<(ClientId, u64)>,
}

impl Holders {
    pub(super) fn set(&mut self, record: u64, holder: ClientId) {
        self.remove(record);
        self.of.insert(record, holder);
        self.held.insert((holder, record));
    }

    pub(super) fn remove(&mut self, record: u64) {
        if let Some(holder) = self.of.remove(&record) {
            self.held.remove(&(holder, record));
        }
    }

    pub(super) fn of(&self, record: u64) -> Option<ClientId> {
        self.of.get(&record).copied()
    }

    /// The records that end with a client.
    pub(super) fn held_by(&self, client: ClientId) -> Vec<u64> {
        self.held.range((client, 0)..=(client, u64::MAX)).map(|(_, record)| *record).collect()
    }

    pub(super) fn records(&self) -> impl Iterator<Item = u64> {
        self.of.keys().copied()
    }
}

/// Bound records whose socket was lost: until when it may come back, found from both sides.
#[derive(Debug, Clone, Default)]
pub(super) struct Orphans {
    until: BTreeMap<u64, Millis>,
    due: BTreeSet<(Millis, u64)>,
}

impl Orphans {
    pub fn set(&mut self, record: u64, until: Millis) {
        self.remove(record);
        self.until.insert(record, until);
        self.due.insert((until, record));
    }

    pub fn remove(&mut self, record: u64) {
        if let Some(until) = self.until.remove(&record) {
            self.due.remove(&(until, record));
        }
    }

    pub fn has(&self, record: u64) -> bool {
        self.until.contains_key(&record)
    }

    /// When the next one is given up.
    pub fn next(&self) -> Option<Millis> {
        self.due.first().map(|(until, _)| *until)
    }

    /// Those that are given up, at most so many.
    pub fn due(&self, now: Millis, most: usize) -> Vec<u64> {
        let due = self.due.iter().take_while(|(until, _)| *until <= now);
        due.take(most).map(|(_, record)| *record).collect()
    }

    pub fn records(&self) -> impl Iterator<Item = u64> {
        self.until.keys().copied()
    }
}
