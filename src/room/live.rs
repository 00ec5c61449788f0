//! Updates that are worth nothing once the next one is there: the latest value per session, merged into one frame per tick.
//! The first after a pause goes at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytestring::ByteString;
use uuid::Uuid;

use super::outbox::LiveBatch;
use crate::domain::effect::{Audience, Live, Observer};
use crate::domain::id::{ObjectId, SessionId};
use crate::domain::role::Role;
use crate::domain::time::Millis;
use crate::protocol::convert;
use crate::protocol::server::LiveTypingDoc;

/// One frame of live updates per session in this time, in milliseconds.
pub const TICK_MS: u64 = 33;

#[derive(Clone)]
struct Latest {
    audience: Audience,
    text: ByteString,
}

/// What waits for the next tick.
#[derive(Default)]
pub struct LiveTick {
    /// When the last frames went.
    last: Option<Millis>,
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
        Some(self.last.map_or(Millis(0), |last| last + TICK_MS))
    }

    /// Takes all that waits.
    pub fn frames(&mut self, now: Millis) -> LiveFrames {
        self.last = Some(now);
        LiveFrames {
            locations: std::mem::take(&mut self.locations),
            typing: std::mem::take(&mut self.typing),
            shared: HashMap::new(),
            apart: Vec::new(),
        }
        .counted()
    }
}

/// The frames of one tick, each encoded once for all sessions with the same open object and role.
pub struct LiveFrames {
    locations: BTreeMap<SessionId, Latest>,
    typing: BTreeMap<SessionId, Latest>,
    shared: HashMap<(Option<ObjectId>, Role), Option<Arc<LiveBatch>>>,
    /// The audiences that are not the same for all with the same view; if there are none, nobody looks for them.
    apart: Vec<Audience>,
}

impl LiveFrames {
    fn counted(mut self) -> Self {
        let all = self.locations.values().chain(self.typing.values()).map(|one| one.audience);
        self.apart = all.filter(|audience| !audience.is_shared()).collect();
        self
    }

    /// What a session gets: what everybody with its view gets, or its own frame if something is for it alone.
    pub fn of(&mut self, observer: &Observer) -> Option<Arc<LiveBatch>> {
        let (locations, typing) = (&self.locations, &self.typing);
        let own = || batch(locations, typing, |audience| audience.reaches(observer));
        if self.apart.iter().any(|audience| audience.sets_apart(observer.session, observer.user)) {
            return own();
        }
        self.shared.entry((observer.open, observer.role)).or_insert_with(own).clone()
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
