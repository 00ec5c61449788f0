//! Updates that are worth nothing once the next one is there: the latest value per session, merged into one frame per tick.
//! The first after a pause goes at once.
//!
//! The tick grows with the audience: each frame that was sent buys a pause of [`PAUSE_US`] before the next ones, of [`TICK_MS`]
//! at most. Five people see each other move within a millisecond; hundreds get their moves merged, and a room costs the same
//! frames a second however often its people move.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytestring::ByteString;
use uuid::Uuid;

use super::outbox::LiveBatch;
use super::seat::Seat;
use crate::domain::effect::{Audience, Live};
use crate::domain::id::{ObjectId, SessionId, UserId};
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
    text: ByteString,
}

/// What waits for the next tick.
#[derive(Default)]
pub struct LiveTick {
    /// When the next frames may go.
    next: Millis,
    locations: BTreeMap<SessionId, Latest>,
    typing: BTreeMap<SessionId, Latest>,
}

impl LiveTick {
    /// Replaces the latest value of its session.
    pub fn take(&mut self, audience: Audience, live: &Live) {
        match live {
            Live::Location { session, location } => {
                let text = encode(&convert::live_location(*session, location));
                self.locations.insert(*session, Latest { audience, text });
            }
            Live::Typing { session, on } => {
                let text = encode(&LiveTypingDoc { session: session.0, on: *on });
                self.typing.insert(*session, Latest { audience, text });
            }
        }
    }

    /// When the next tick is due, if something waits.
    pub fn due(&self) -> Option<Millis> {
        if self.locations.is_empty() && self.typing.is_empty() {
            return None;
        }
        Some(self.next)
    }

    /// Gives each session what is due to it; afterwards nothing waits.
    pub(super) fn flush(&mut self, now: Millis, seats: &BTreeMap<SessionId, Seat>) {
        let mut frames = LiveFrames {
            locations: std::mem::take(&mut self.locations),
            typing: std::mem::take(&mut self.typing),
            shared: HashMap::new(),
            alone: false,
        }
        .counted();
        let mut sent = 0;
        for (session, seat) in seats {
            for batch in frames.of(*session, seat.user, seat.open) {
                if !batch.is_only_of(session.0) {
                    seat.outbox.push_live(&batch);
                    sent += 1;
                }
            }
        }
        self.next = now + (sent * PAUSE_US / 1_000).min(TICK_MS);
    }
}

/// The frames of one tick, each encoded once for all sessions with the same open object.
struct LiveFrames {
    locations: BTreeMap<SessionId, Latest>,
    typing: BTreeMap<SessionId, Latest>,
    shared: HashMap<Option<ObjectId>, Option<Arc<LiveBatch>>>,
    /// Whether anything is for one session or member alone; if not, nobody looks for it.
    alone: bool,
}

impl LiveFrames {
    fn counted(mut self) -> Self {
        let mut all = self.locations.values().chain(self.typing.values());
        self.alone = all.any(|one| matches!(one.audience, Audience::Session(_) | Audience::Member(_)));
        self
    }

    /// What a session gets: what everybody with its view gets, and what is for it alone.
    fn of(
        &mut self,
        session: SessionId,
        user: UserId,
        open: Option<ObjectId>,
    ) -> impl Iterator<Item = Arc<LiveBatch>> {
        let (locations, typing) = (&self.locations, &self.typing);
        let shared = self.shared.entry(open).or_insert_with(|| {
            let own = |audience| match audience {
                Audience::All => true,
                Audience::Viewers(object) => open == Some(object),
                Audience::Session(_) | Audience::Member(_) => false,
            };
            batch(locations, typing, own)
        });
        let alone = |audience| match audience {
            Audience::Session(one) => one == session,
            Audience::Member(one) => one == user,
            Audience::All | Audience::Viewers(_) => false,
        };
        let own = if self.alone { batch(locations, typing, alone) } else { None };
        shared.clone().into_iter().chain(own)
    }
}

fn batch(
    locations: &BTreeMap<SessionId, Latest>,
    typing: &BTreeMap<SessionId, Latest>,
    own: impl Fn(Audience) -> bool,
) -> Option<Arc<LiveBatch>> {
    let pick = |map: &BTreeMap<SessionId, Latest>| -> BTreeMap<Uuid, ByteString> {
        let own = map.iter().filter(|(_, latest)| own(latest.audience));
        own.map(|(session, latest)| (session.0, latest.text.clone())).collect()
    };
    let (locations, typing) = (pick(locations), pick(typing));
    let any = !locations.is_empty() || !typing.is_empty();
    any.then(|| Arc::new(LiveBatch::new(locations, typing)))
}

fn encode<T: serde::Serialize>(doc: &T) -> ByteString {
    serde_json::to_string(doc).expect("documents hold no map with other than text keys").into()
}
