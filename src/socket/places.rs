//! How often one client may say where it is. The first places pass; of a flood the latest passes when its turn has come, so
//! that what is seen in the end is true, and the client is told.

use std::time::{Duration, Instant};

use super::budget::{Bucket, Rates};
use crate::domain::command::Request;

/// A client is told of its flood at most this often.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What becomes of a request.
#[derive(Debug)]
pub enum Taken {
    /// It goes on.
    Pass(Request),
    /// It waits, unless a later one takes its place.
    Wait,
    /// As [`Taken::Wait`], or dropped if an answer was wanted; the client is told to wait so many milliseconds.
    Tell(u64),
}

/// See the module.
#[derive(Debug)]
pub struct Places {
    bucket: Bucket,
    waiting: Option<(Request, Instant)>,
    told: Option<Instant>,
}

impl Places {
    /// All that may be said at once may be said.
    pub fn new(rates: Rates, now: Instant) -> Self {
        let bucket = Bucket::new(rates.places, rates.places_per_second, now);
        Places { bucket, waiting: None, told: None }
    }

    /// Takes a request; only places are counted. `answered` is whether the client waits for an answer.
    pub fn take(&mut self, request: Request, answered: bool, now: Instant) -> Taken {
        if !matches!(request, Request::Locate(_)) {
            return Taken::Pass(request);
        }
        let Err(after_ms) = self.bucket.take(1, now) else {
            self.waiting = None;
            return Taken::Pass(request);
        };
        if answered {
            return Taken::Tell(after_ms);
        }
        self.waiting = Some((request, now + Duration::from_millis(after_ms)));
        if self.told.is_some_and(|told| now - told < TELL_EVERY) {
            return Taken::Wait;
        }
        self.told = Some(now);
        Taken::Tell(after_ms)
    }

    /// When the place that waits has its turn.
    pub fn next(&self) -> Option<Instant> {
        self.waiting.as_ref().map(|(_, at)| *at)
    }

    /// The place that waited, if its turn has come.
    pub fn due(&mut self, now: Instant) -> Option<Request> {
        self.next().filter(|at| *at <= now)?;
        let (request, _) = self.waiting.take()?;
        // It was not there when it was looked at; whatever is missing now is earned a moment later.
        let _ = self.bucket.take(1, now);
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::Location;

    fn at(page: &str) -> Request {
        Request::Locate(Location::page(page))
    }

    fn page(request: &Request) -> &str {
        match request {
            Request::Locate(location) => &location.page,
            other => panic!("not a place: {other:?}"),
        }
    }

    fn places(now: Instant) -> Places {
        Places::new(Rates { places: 2, places_per_second: 10, ..Rates::default() }, now)
    }

    #[test]
    fn of_a_flood_the_latest_passes_in_its_turn_and_the_client_is_told_once_a_second() {
        let start = Instant::now();
        let mut places = places(start);
        assert!(matches!(places.take(at("a"), false, start), Taken::Pass(_)));
        assert!(matches!(places.take(at("b"), false, start), Taken::Pass(_)));
        assert!(matches!(places.take(at("c"), false, start), Taken::Tell(100)));
        assert!(matches!(places.take(at("d"), false, start), Taken::Wait));
        assert!(places.due(start).is_none());
        let turn = places.next().expect("one waits");
        assert_eq!(turn, start + Duration::from_millis(100));
        assert_eq!(places.due(turn).as_ref().map(page), Some("d"));
        assert!(places.due(turn).is_none() && places.next().is_none());
        assert!(matches!(places.take(at("e"), false, turn), Taken::Wait), "told once a second");
        let later = start + Duration::from_secs(1);
        assert!(matches!(places.take(at("f"), false, later), Taken::Pass(_)));
        assert!(places.next().is_none(), "an older place never follows a newer one");
    }

    #[test]
    fn who_wants_an_answer_gets_one_and_nothing_else_is_counted() {
        let start = Instant::now();
        let mut places = places(start);
        for _ in 0..2 {
            assert!(matches!(places.take(at("a"), true, start), Taken::Pass(_)));
        }
        for _ in 0..3 {
            assert!(matches!(places.take(at("b"), true, start), Taken::Tell(_)));
            assert!(matches!(places.take(Request::Typing { on: true }, false, start), Taken::Pass(_)));
        }
        assert!(places.next().is_none());
    }
}
