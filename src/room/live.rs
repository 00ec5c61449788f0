//! Updates that are worth nothing once the next one is there: the latest value per session, merged into one frame per tick.
//! The first after a pause goes at once.
//!
//! The tick grows with the audience: each frame that was sent buys a pause of [`PAUSE_US`] before the next ones, of [`TICK_MS`]
//! at most. Five people see each other move within a millisecond; hundreds get their moves merged, and a room costs the same
//! frames a second however often its people move.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytestring::ByteString;
use uuid::Uuid;

use super::outbox::LiveBatch;
use super::seat::Seat;
use super::views::Views;
use crate::domain::effect::{Audience, Live, Observer, Roster, SessionView};
use crate::domain::id::{ObjectId, SessionId};
use crate::domain::role::{Action, Role, may};
use crate::domain::time::Millis;
use crate::protocol::convert;
use crate::protocol::server::LiveTypingDoc;

/// The longest pause between two frames of live updates to a session, in milliseconds: a picture in thirty a second.
pub const TICK_MS: u64 = 33;
/// The pause that one frame buys, in microseconds: from 165 sessions that are told on, the tick is at its longest.
pub const PAUSE_US: u64 = 200;

#[derive(Clone)]
struct Latest {
    audience: Audience,
    /// The number of the place; zero for typing.
    n: u64,
    text: ByteString,
}

/// The latest values by whom they are of.
type ByAuthor = BTreeMap<SessionId, Latest>;

/// What waits for the next tick.
#[derive(Default)]
pub struct LiveTick {
    /// When the next frames may go.
    next: Millis,
    locations: ByAuthor,
    typing: ByAuthor,
    /// Places for one session alone, which has just come to where the others are.
    alone: BTreeMap<SessionId, ByAuthor>,
}

impl LiveTick {
    /// Replaces the latest value of its session.
    pub fn take(&mut self, audience: Audience, live: &Live) {
        match live {
            Live::Location { session, location } => {
                let text = encode(&convert::live_location(*session, location));
                let latest = Latest { audience, n: location.n, text };
                if let Audience::Session(to) = audience {
                    self.alone.entry(to).or_default().insert(*session, latest);
                    return;
                }
                // What was for one alone is older, and may be more than they may see by now.
                self.alone.values_mut().for_each(|told| drop(told.remove(session)));
                self.locations.insert(*session, latest);
            }
            Live::Typing { session, on } => {
                let text = encode(&LiveTypingDoc { session: session.0, on: *on });
                self.typing.insert(*session, Latest { audience, n: 0, text });
            }
        }
    }

    /// A delta says where the session is: what waits and is older would only undo it.
    pub fn told(&mut self, view: &SessionView) {
        let older = |latest: &Latest| latest.n <= view.location.n;
        if self.locations.get(&view.id).is_some_and(older) {
            self.locations.remove(&view.id);
        }
        for told in self.alone.values_mut().filter(|told| told.get(&view.id).is_some_and(older)) {
            told.remove(&view.id);
        }
    }

    /// A change of what a session may see says where others are: what waits for it alone may be more than that.
    pub fn seen_anew(&mut self, to: SessionId, roster: &Roster) {
        let Some(told) = self.alone.get_mut(&to) else { return };
        for session in &roster.gone {
            told.remove(session);
        }
        for view in &roster.sessions {
            if told.get(&view.id).is_some_and(|latest| latest.n <= view.location.n) {
                told.remove(&view.id);
            }
        }
    }

    /// When the next tick is due, if something waits.
    pub fn due(&self) -> Option<Millis> {
        let any = !self.locations.is_empty() || !self.typing.is_empty() || !self.alone.is_empty();
        any.then_some(self.next)
    }

    /// Gives each session what is due to it; afterwards nothing waits.
    pub(super) fn flush(&mut self, now: Millis, seats: &BTreeMap<SessionId, Seat>) {
        let (locations, typing) = (std::mem::take(&mut self.locations), std::mem::take(&mut self.typing));
        let mut frames = LiveFrames::new(locations, typing, std::mem::take(&mut self.alone));
        let mut sent = 0;
        for seat in seats.values() {
            if let Some(batch) = frames.of(&seat.observer()).filter(|batch| !batch.is_only_of(seat.session.0))
            {
                seat.outbox.push_live(&batch);
                sent += 1;
            }
        }
        self.next = now + pause(sent);
    }
}

/// The pause before the next frames that so many frames buy, in milliseconds.
pub(super) fn pause(sent: u64) -> u64 {
    (sent * PAUSE_US / 1_000).min(TICK_MS)
}

/// The frames of one tick, each encoded once for all sessions with the same open object and role.
struct LiveFrames {
    locations: ByAuthor,
    typing: ByAuthor,
    alone: BTreeMap<SessionId, ByAuthor>,
    shared: Views<(Option<ObjectId>, Role), Option<Arc<LiveBatch>>>,
    /// The audiences that are not the same for all with the same view; if there are none, nobody looks for them.
    apart: Vec<Audience>,
}

impl LiveFrames {
    fn new(locations: ByAuthor, typing: ByAuthor, alone: BTreeMap<SessionId, ByAuthor>) -> Self {
        let all = locations.values().chain(typing.values()).map(|one| one.audience);
        let apart = all.filter(|audience| !audience.is_shared()).collect();
        LiveFrames { locations, typing, alone, shared: Views::new(), apart }
    }

    /// What a session gets: what everybody with its view gets, or its own frame if something is for it alone.
    fn of(&mut self, observer: &Observer) -> Option<Arc<LiveBatch>> {
        let (locations, typing) = (&self.locations, &self.typing);
        let own = |alone| batch(locations, typing, alone, observer);
        // Who was suspended since is told nothing any more.
        let here = may(observer.role, Action::View);
        let alone = self.alone.get(&observer.session).filter(|told| here && !told.is_empty());
        let apart = || self.apart.iter().any(|audience| audience.sets_apart(observer.session, observer.user));
        if alone.is_some() || apart() {
            return own(alone);
        }
        self.shared.of((observer.open, observer.role), || own(None))
    }
}

fn batch(
    locations: &ByAuthor,
    typing: &ByAuthor,
    alone: Option<&ByAuthor>,
    observer: &Observer,
) -> Option<Arc<LiveBatch>> {
    let pick = |map: &ByAuthor, found: &mut BTreeMap<Uuid, ByteString>| {
        let own = map.iter().filter(|(_, latest)| latest.audience.reaches(observer));
        found.extend(own.map(|(session, latest)| (session.0, latest.text.clone())));
    };
    let (mut places, mut typists) = (BTreeMap::new(), BTreeMap::new());
    // What is for everybody comes after it and wins.
    if let Some(alone) = alone {
        pick(alone, &mut places);
    }
    pick(locations, &mut places);
    pick(typing, &mut typists);
    let any = !places.is_empty() || !typists.is_empty();
    any.then(|| Arc::new(LiveBatch::new(places, typists)))
}

fn encode<T: serde::Serialize>(doc: &T) -> ByteString {
    serde_json::to_string(doc).expect("documents hold no map with other than text keys").into()
}
