//! What was said lately in one channel.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::id::CallId;
use crate::domain::realtime::{ClientId, Party, Said};

/// What a thing said counts, in bytes, beside its payload.
const FLAT: usize = 256;

/// Who waits for what the store has.
#[derive(Debug, Clone)]
pub(super) enum Asker {
    /// A client, for a post.
    Client(ClientId),
    /// A call, for its answer: whose, because they may have lost the right to it meanwhile.
    Call(CallId, Party),
}

/// Whether the store has more than the ring.
#[derive(Debug, Clone, Default)]
enum Stored {
    /// It has not been asked.
    #[default]
    Unread,
    /// It is being asked; true: what comes may not be all any more, and is asked for again by who comes next.
    Reading(Vec<Asker>, bool),
    /// The ring holds what it has, as far as it is wanted.
    Read,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Ring {
    said: VecDeque<Arc<Said>>,
    bytes: usize,
    /// What was said up to this number may be missing.
    pub missing_upto: u64,
    stored: Stored,
}

impl Ring {
    /// Whether nothing is kept, and nobody waits for what the store keeps.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty() && !self.is_waited_for()
    }

    /// Whether somebody waits for what the store keeps.
    pub fn is_waited_for(&self) -> bool {
        matches!(self.stored, Stored::Reading(..))
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Appends and keeps at most so many and so many bytes; by how many bytes it grew, and shrank.
    pub fn push(&mut self, said: Arc<Said>, most: usize, bytes: usize) -> (usize, usize) {
        let grew = weight(&said);
        self.bytes += grew;
        self.said.push_back(said);
        let mut shrank = self.reduce(most);
        while self.bytes > bytes {
            shrank += self.drop_first();
        }
        (grew, shrank)
    }

    /// Keeps the newest ones; how many bytes went.
    pub fn reduce(&mut self, most: usize) -> usize {
        let mut went = 0;
        while self.said.len() > most {
            went += self.drop_first();
        }
        went
    }

    /// What was said after a number, and whether something before it is missing.
    pub fn after(&self, number: u64) -> (Vec<Arc<Said>>, bool) {
        let said = self.said.iter().filter(|one| one.number > number).cloned().collect();
        (said, number < self.missing_upto)
    }

    /// The newest ones, oldest first.
    pub fn newest(&self, most: usize) -> Vec<Arc<Said>> {
        self.said.iter().skip(self.said.len().saturating_sub(most)).cloned().collect()
    }

    /// What the store has may have changed: ask it again when somebody wants to know.
    pub fn read_again(&mut self) {
        match &mut self.stored {
            // Who waits already is answered with what comes.
            Stored::Reading(_, again) => *again = true,
            stored => *stored = Stored::Unread,
        }
    }

    /// Nobody waits any more: the room is built anew, and the calls with it.
    pub fn begin_anew(&mut self) {
        self.stored = Stored::Unread;
    }

    /// Somebody wants what the store has. True: ask it now. None: it is all here.
    pub fn wait_for_store(&mut self, asker: Asker) -> Option<bool> {
        match &mut self.stored {
            Stored::Read => None,
            Stored::Reading(askers, _) => {
                askers.push(asker);
                Some(false)
            }
            Stored::Unread => {
                self.stored = Stored::Reading(vec![asker], false);
                Some(true)
            }
        }
    }

    /// The store's answer; who waited for it, and by how many bytes the ring grew.
    pub fn stored(&mut self, said: Option<Vec<Said>>, most: usize) -> (Vec<Asker>, usize) {
        let found = said.is_some();
        let first = self.said.front().map_or(u64::MAX, |one| one.number);
        let mut grew = 0;
        let older = said.into_iter().flatten().filter(|one| one.number < first).map(Arc::new);
        for one in older.collect::<Vec<_>>().into_iter().rev() {
            if self.said.len() >= most {
                break;
            }
            grew += weight(&one);
            self.said.push_front(one);
        }
        self.bytes += grew;
        let whole = found && !matches!(self.stored, Stored::Reading(_, true));
        let next = if whole { Stored::Read } else { Stored::Unread };
        match std::mem::replace(&mut self.stored, next) {
            Stored::Reading(askers, _) => (askers, grew),
            Stored::Read | Stored::Unread => (Vec::new(), grew),
        }
    }

    fn drop_first(&mut self) -> usize {
        let Some(first) = self.said.pop_front() else { return 0 };
        self.missing_upto = self.missing_upto.max(first.number);
        let went = weight(&first);
        self.bytes -= went;
        went
    }
}

fn weight(said: &Said) -> usize {
    FLAT + said.payload.text().len()
}
