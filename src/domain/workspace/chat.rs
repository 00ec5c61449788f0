//! The session chat: ordered here, kept in memory only, gone on refresh.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;

use crate::domain::effect::ChatLine;
use crate::domain::id::{StreamId, UserId};
use crate::domain::limits::Limits;
use crate::domain::time::Millis;

/// The ring of the latest lines.
#[derive(Debug)]
pub(super) struct Chat {
    /// The life of the numbering: another one after a restart of the process.
    pub life: StreamId,
    lines: VecDeque<ChatLine>,
    number: u64,
    /// Lines that a member may say now, and when that was counted.
    budgets: BTreeMap<UserId, (u64, Millis)>,
}

impl Chat {
    /// Nothing was said.
    pub fn new(life: StreamId) -> Self {
        Chat { life, lines: VecDeque::new(), number: 0, budgets: BTreeMap::new() }
    }

    /// The number of the newest line.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The line that a member has sent under that id, if it is still there.
    pub fn find(&self, user: UserId, client_id: Uuid) -> Option<&ChatLine> {
        self.lines.iter().rev().find(|line| line.user == user && line.client_id == client_id)
    }

    /// Takes one line from what the member may say, in whatever tab.
    ///
    /// # Errors
    /// The milliseconds after which there is one more.
    pub fn spend(&mut self, now: Millis, user: UserId, limits: &Limits) -> Result<(), u64> {
        let refill = limits.chat_refill_ms.max(1);
        let (left, at) = self.budgets.get(&user).copied().unwrap_or((limits.chat_burst, now));
        let earned = now.since(at) / refill;
        let left = left.saturating_add(earned).min(limits.chat_burst);
        // What was earned in part stays earned.
        let at = if left == limits.chat_burst { now } else { at + earned * refill };
        if left == 0 {
            return Err(refill - now.since(at));
        }
        self.budgets.insert(user, (left - 1, at));
        Ok(())
    }

    /// The member is one no more.
    pub fn forget(&mut self, user: UserId) {
        self.budgets.remove(&user);
    }

    /// Numbers a line and keeps it.
    pub fn push(&mut self, mut line: ChatLine, ring: usize) -> ChatLine {
        self.number += 1;
        line.number = self.number;
        while self.lines.len() >= ring {
            self.lines.pop_front();
        }
        self.lines.push_back(line.clone());
        line
    }

    /// The lines after `after`, and how many of them are no longer there.
    pub fn since(&self, after: u64) -> (Vec<ChatLine>, u64) {
        let first = self.lines.front().map_or(self.number + 1, |line| line.number);
        let missed = first.saturating_sub(after + 1);
        (self.lines.iter().filter(|line| line.number > after).cloned().collect(), missed)
    }
}
