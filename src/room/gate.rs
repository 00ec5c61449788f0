//! The output gate: nothing that was produced after a write leaves before that write is committed.
//!
//! A synchronous struct without I/O, so that the simulation uses the very same one. It numbers what a command writes as one
//! batch, keeps every effect that follows in the core's order, and gives it out once the batch is committed. It also knows
//! when the store has been silent for too long, which makes the room *held*.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uuid::Uuid;

use super::weight;
use crate::domain::command::Location;
use crate::domain::effect::{Answer, Audience, Delta, Effect, Effects, Live, Snapshot, Write};
use crate::domain::id::{ItemId, ObjectId, SessionId};
use crate::domain::record::RecordOp;
use crate::domain::stack::op::Op;
use crate::domain::time::Millis;
use crate::protocol::server::ResyncReason;

/// The bounds of a gate.
#[derive(Debug, Clone, Copy)]
pub struct GateLimits {
    /// What may wait behind it, in bytes.
    pub bytes: usize,
    /// How long it may stay shut before new commands are refused, in milliseconds.
    pub age_ms: u64,
    /// A write that is unanswered for so long, in milliseconds, makes the room held.
    pub held_ms: u64,
    /// Batches under way at the writer.
    pub in_flight: usize,
}

impl Default for GateLimits {
    fn default() -> Self {
        GateLimits { bytes: 8 * 1024 * 1024, age_ms: 5_000, held_ms: 1_000, in_flight: 1_024 }
    }
}

/// What leaves the gate.
#[derive(Debug)]
pub enum Release {
    /// An effect of the core.
    Effect(Effect),
    /// A numbered delta that goes on unnumbered while the room is held; it follows with its number if the store comes back.
    Unnumbered(Effect),
    /// A picture that takes the place of a session's replica.
    Resync {
        /// Whose.
        session: SessionId,
        /// Why.
        why: ResyncReason,
        /// The picture.
        snapshot: Box<Snapshot>,
    },
}

/// The writes of one command, to be committed together.
#[derive(Debug)]
pub struct Numbered {
    /// Place in the incarnation, from 1.
    pub n: u64,
    /// What to make durable, in order.
    pub writes: Vec<Write>,
}

/// A turn in the store's silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// The oldest write has been unanswered for too long.
    Began,
    /// It is answered.
    Ended {
        /// For how long it was not, in milliseconds: time that counts for nobody.
        ms: u64,
    },
}

struct Waiting {
    after: u64,
    bytes: usize,
    what: Release,
}

struct InFlight {
    n: u64,
    since: Millis,
    bytes: usize,
    objects: Vec<ObjectId>,
    items: Vec<Uuid>,
}

/// See the module.
pub struct Gate {
    limits: GateLimits,
    last: u64,
    committed: u64,
    waiting: VecDeque<Waiting>,
    in_flight: VecDeque<InFlight>,
    bytes: usize,
    held_since: Option<Millis>,
    objects: BTreeSet<ObjectId>,
    unborn: BTreeMap<Uuid, u64>,
    /// Effects that wait and give a session more to see.
    arriving: usize,
    /// The latest of what went ahead meanwhile, by session, and whether it is typing: those who arrive get it then.
    missed: BTreeMap<(SessionId, bool), Effect>,
}

impl Gate {
    /// An open gate over a room whose durable objects are these.
    pub fn new(limits: GateLimits, objects: impl IntoIterator<Item = ObjectId>) -> Self {
        Gate {
            limits,
            last: 0,
            committed: 0,
            waiting: VecDeque::new(),
            in_flight: VecDeque::new(),
            bytes: 0,
            held_since: None,
            objects: objects.into_iter().collect(),
            unborn: BTreeMap::new(),
            arriving: 0,
            missed: BTreeMap::new(),
        }
    }

    /// Takes what one command produced. What may leave now is appended to `free`; what must be written comes back, numbered.
    pub fn admit(&mut self, now: Millis, effects: &mut Effects, free: &mut Vec<Release>) -> Option<Numbered> {
        let mut writes = Vec::new();
        for effect in effects.drain(..) {
            match effect {
                Effect::Write(write) => {
                    if writes.is_empty() {
                        self.last += 1;
                    }
                    writes.push(write);
                }
                other => self.pass(other, free),
            }
        }
        if writes.is_empty() {
            return None;
        }
        self.note(now, &writes);
        Some(Numbered { n: self.last, writes })
    }

    /// Puts a picture of the core as it is now in its place in the order.
    pub fn resync(
        &mut self,
        session: SessionId,
        why: ResyncReason,
        snapshot: Box<Snapshot>,
        free: &mut Vec<Release>,
    ) {
        let bytes = weight::snapshot(&snapshot);
        self.queue(Release::Resync { session, why, snapshot }, bytes, free);
    }

    /// The batch `n`, and with it all before, is durable: what waited for it is appended to `free`.
    pub fn committed(&mut self, n: u64, free: &mut Vec<Release>) {
        self.committed = self.committed.max(n);
        while self.in_flight.front().is_some_and(|batch| batch.n <= self.committed) {
            let batch = self.in_flight.pop_front().expect("it was there a line ago");
            self.bytes -= batch.bytes;
            self.objects.extend(batch.objects);
            for item in batch.items {
                if self.unborn.get(&item).is_some_and(|by| *by <= self.committed) {
                    self.unborn.remove(&item);
                }
            }
        }
        while self.waiting.front().is_some_and(|one| one.after <= self.committed) {
            let one = self.waiting.pop_front().expect("it was there a line ago");
            self.bytes -= one.bytes;
            self.arriving -= usize::from(arrives(&one.what));
            free.push(one.what);
        }
        if self.arriving == 0 {
            free.extend(std::mem::take(&mut self.missed).into_values().map(Release::Effect));
        }
    }

    /// The store has failed, or the core: what is behind the gate is dropped whole.
    pub fn drop_all(&mut self) {
        self.waiting.clear();
        self.in_flight.clear();
        self.unborn.clear();
        self.missed.clear();
        (self.arriving, self.bytes) = (0, 0);
    }

    /// Whether new commands must be refused: too much waits, or for too long.
    pub fn is_full(&self, now: Millis) -> bool {
        self.bytes > self.limits.bytes
            || self.in_flight.len() >= self.limits.in_flight
            || self.in_flight.front().is_some_and(|oldest| now.since(oldest.since) > self.limits.age_ms)
    }

    /// Whether not even what goes on while the room is held can be taken: too much waits.
    pub fn is_overfull(&self) -> bool {
        self.bytes > self.limits.bytes
    }

    /// Since when the room is held, if it is.
    pub fn held_since(&self) -> Option<Millis> {
        self.held_since
    }

    /// Looks at the clock: whether the room has become held, or has ceased to be.
    pub fn look(&mut self, now: Millis) -> Option<Hold> {
        let late =
            self.in_flight.front().is_some_and(|oldest| now.since(oldest.since) >= self.limits.held_ms);
        match (late, self.held_since) {
            (true, None) => {
                self.held_since = self.in_flight.front().map(|oldest| oldest.since);
                Some(Hold::Began)
            }
            (false, Some(since)) => {
                self.held_since = None;
                Some(Hold::Ended { ms: now.since(since) })
            }
            _ => None,
        }
    }

    /// The process did not run for so long: nothing is older for it.
    pub fn clock_stood_still(&mut self, ms: u64) {
        for batch in &mut self.in_flight {
            batch.since = batch.since + ms;
        }
        // It has been taken off the clocks: it must not be taken off them again as time in which the room was held.
        self.held_since = self.held_since.map(|since| since + ms);
    }

    /// Whether the room is held.
    pub fn is_held(&self) -> bool {
        self.held_since.is_some()
    }

    /// When [`Gate::look`] would have something new to say.
    pub fn next_look(&self) -> Option<Millis> {
        if self.is_held() {
            return None;
        }
        self.in_flight.front().map(|oldest| oldest.since + self.limits.held_ms)
    }

    /// Whether batches are under way.
    pub fn is_shut(&self) -> bool {
        self.committed < self.last
    }

    /// The number of the newest batch.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// What waits, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn pass(&mut self, effect: Effect, free: &mut Vec<Release>) {
        if self.committed >= self.last {
            return free.push(Release::Effect(effect));
        }
        let goes_ahead = match &effect {
            Effect::Ping { .. } => true,
            Effect::Live { audience, live } => self.goes_ahead(*audience, live),
            _ => false,
        };
        if goes_ahead {
            return free.push(Release::Effect(effect));
        }
        if self.is_held() && self.may_go_unnumbered(&effect) {
            free.push(Release::Unnumbered(effect.clone()));
        }
        let bytes = weight::effect(&effect);
        self.queue(Release::Effect(effect), bytes, free);
    }

    fn queue(&mut self, what: Release, bytes: usize, free: &mut Vec<Release>) {
        if self.committed >= self.last {
            return free.push(what);
        }
        self.bytes += bytes;
        self.arriving += usize::from(arrives(&what));
        self.waiting.push_back(Waiting { after: self.last, bytes, what });
    }

    /// Whether a live update overtakes what waits. What is for one session follows what lets it see: its welcome, its object.
    fn goes_ahead(&mut self, audience: Audience, live: &Live) -> bool {
        let (author, ahead) = match live {
            Live::Location { session, location } => {
                let ahead = !matches!(audience, Audience::Session(_)) && self.names_only_durable(location);
                ((*session, false), ahead)
            }
            Live::Typing { session, .. } => ((*session, true), true),
        };
        if ahead && self.arriving > 0 {
            self.missed.insert(author, Effect::Live { audience, live: live.clone() });
        } else if !matches!(audience, Audience::Session(_)) {
            self.missed.remove(&author);
        }
        ahead
    }

    fn may_go_unnumbered(&self, effect: &Effect) -> bool {
        let Effect::Delta(numbered) = effect else { return false };
        match &*numbered.delta {
            Delta::Chat(line) => line.link.is_none_or(|link| self.is_durable(Some(link.object), link.item)),
            Delta::Session(view) => self.names_only_durable(&view.location),
            Delta::Presence(_) => true,
            _ => false,
        }
    }

    fn names_only_durable(&self, location: &Location) -> bool {
        self.is_durable(location.object, location.item) && self.is_durable(None, location.top)
    }

    fn is_durable(&self, object: Option<ObjectId>, item: Option<ItemId>) -> bool {
        let born = match item {
            Some(ItemId::Node(id) | ItemId::Record(id)) => !self.unborn.contains_key(&id),
            _ => true,
        };
        born && object.is_none_or(|object| self.objects.contains(&object))
    }

    fn note(&mut self, now: Millis, writes: &[Write]) {
        let mut batch =
            InFlight { n: self.last, since: now, bytes: 0, objects: Vec::new(), items: Vec::new() };
        for write in writes {
            batch.bytes += weight::write(write);
            match write {
                Write::Object(head) => batch.objects.push(head.id),
                Write::Operation { operation, .. } => {
                    if let Op::Insert { seeds, .. } | Op::Replace { seeds } = &operation.op {
                        batch.items.extend(seeds.iter().filter_map(|seed| match seed.id {
                            ItemId::Node(id) => Some(id),
                            _ => None,
                        }));
                    }
                    if let Op::Record(RecordOp::Insert { record, .. }) = &operation.op {
                        batch.items.push(*record);
                    }
                }
                _ => {}
            }
        }
        for item in &batch.items {
            self.unborn.insert(*item, self.last);
        }
        self.bytes += batch.bytes;
        self.in_flight.push_back(batch);
    }
}

/// Whether it gives a session more to see, or a picture in place of what it has seen.
fn arrives(what: &Release) -> bool {
    let Release::Effect(effect) = what else { return matches!(what, Release::Resync { .. }) };
    matches!(
        effect,
        Effect::Attach { .. }
            | Effect::Viewing { .. }
            | Effect::Sees { .. }
            | Effect::Reply { result: Ok(Answer::Snapshot(_)), .. }
    )
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
