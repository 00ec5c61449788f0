//! The session chat: ordered here, kept in memory only, gone on refresh.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::domain::effect::ChatLine;
use crate::domain::id::SessionId;

/// The ring of the latest lines.
#[derive(Debug, Default)]
pub(super) struct Chat {
    lines: VecDeque<ChatLine>,
    number: u64,
}

impl Chat {
    /// The number of the newest line.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The line that a session has sent under that id, if it is still there.
    pub fn find(&self, session: SessionId, client_id: Uuid) -> Option<&ChatLine> {
        self.lines.iter().rev().find(|line| line.session == session && line.client_id == client_id)
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
