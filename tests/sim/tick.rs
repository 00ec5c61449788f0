//! Places on their way to the tabs, as the fan-out has them: the latest of each session, until the next tick.

use std::collections::BTreeMap;

use baton::domain::command::Location;
use baton::domain::effect::{Audience, Delta, Observer};
use baton::domain::id::SessionId;
use baton::domain::role::{Action, may};
use baton::domain::time::Millis;

/// The pause between two ticks, in milliseconds.
const TICK_MS: u64 = 33;

type Places = BTreeMap<SessionId, (Audience, Location)>;

/// See the module.
#[derive(Debug, Default)]
pub struct Tick {
    next: Millis,
    places: Places,
    /// For one session alone.
    alone: BTreeMap<SessionId, Places>,
}

impl Tick {
    pub fn take(&mut self, audience: Audience, of: SessionId, location: Location) {
        if let Audience::Session(to) = audience {
            self.alone.entry(to).or_default().insert(of, (audience, location));
            return;
        }
        self.alone.values_mut().for_each(|places| drop(places.remove(&of)));
        self.places.insert(of, (audience, location));
    }

    /// What waits and is older than what a delta says is not told any more.
    pub fn told(&mut self, delta: &Delta, reaches: impl Fn(SessionId) -> bool) {
        match delta {
            Delta::Session(view) => {
                let newer = |place: &Location| place.n > view.location.n;
                for places in self.alone.values_mut().chain([&mut self.places]) {
                    places.retain(|of, (_, place)| *of != view.id || newer(place));
                }
            }
            Delta::Roster(roster) => {
                let shown = |of: &SessionId| roster.sessions.iter().find(|view| view.id == *of);
                let newer =
                    |of: &SessionId, place: &Location| shown(of).is_none_or(|view| place.n > view.location.n);
                for (_, places) in self.alone.iter_mut().filter(|(to, _)| reaches(**to)) {
                    places.retain(|of, (_, place)| !roster.gone.contains(of) && newer(of, place));
                }
            }
            _ => {}
        }
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && self.alone.values().all(BTreeMap::is_empty)
    }

    /// What is due to whom, if it is time.
    pub fn due(&mut self, now: Millis, seats: &[Observer]) -> Vec<(Observer, SessionId, Location)> {
        if now < self.next || self.is_empty() {
            return Vec::new();
        }
        self.next = now + TICK_MS;
        let (places, alone) = (std::mem::take(&mut self.places), std::mem::take(&mut self.alone));
        let mut told = Vec::new();
        for seat in seats {
            let here = may(seat.role, Action::View);
            let own = alone.get(&seat.session).filter(|_| here).into_iter().flatten().chain(&places);
            let seen = own.filter(|(_, (audience, _))| audience.reaches(seat));
            told.extend(seen.map(|(of, (_, place))| (*seat, *of, place.clone())));
        }
        told
    }
}
