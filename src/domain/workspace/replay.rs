//! The numbered stream of deltas and the ring of the latest, from which a session that comes back is told what it missed.
//!
//! A delta stands here before it is committed; that is harmless, because whoever is told from here is told behind the
//! same gate, and a failed write ends the stream.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::effect::{Area, Audience, Delta, Effect, Effects, Numbered};
use crate::domain::id::StreamId;
use crate::domain::time::Millis;

#[derive(Debug)]
pub(super) struct Replay {
    /// Compared only for equality.
    pub stream: StreamId,
    upto: u64,
    ring: VecDeque<(Millis, Numbered)>,
    deltas: usize,
    ms: u64,
}

impl Replay {
    pub fn new(stream: StreamId, deltas: usize, ms: u64) -> Self {
        Replay { stream, upto: 0, ring: VecDeque::new(), deltas, ms }
    }

    /// The number of the newest delta.
    pub fn upto(&self) -> u64 {
        self.upto
    }

    /// Numbers a delta, keeps it and has it sent.
    pub fn tell(&mut self, now: Millis, audience: Audience, area: Area, delta: Delta, out: &mut Effects) {
        self.upto += 1;
        let numbered = Numbered { seq: self.upto, audience, area, delta: Arc::new(delta) };
        while self.ring.len() >= self.deltas
            || self.ring.front().is_some_and(|(at, _)| now.since(*at) > self.ms)
        {
            self.ring.pop_front();
        }
        self.ring.push_back((now, numbered.clone()));
        out.push(Effect::Delta(numbered));
    }

    /// The deltas after `after` for whom `sees` says yes; nothing if the ring does not reach that far back.
    pub fn since(&self, after: u64, sees: impl Fn(Audience, Area) -> bool) -> Option<Vec<Arc<Delta>>> {
        let first = self.ring.front().map_or(self.upto + 1, |(_, numbered)| numbered.seq);
        if after > self.upto || after + 1 < first {
            return None;
        }
        Some(
            self.ring
                .iter()
                .map(|(_, numbered)| numbered)
                .filter(|numbered| numbered.seq > after && sees(numbered.audience, numbered.area))
                .map(|numbered| Arc::clone(&numbered.delta))
                .collect(),
        )
    }
}
