//! Requests that wait, in one order over overlapping paths.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::{RequestRow, RequestView};
use crate::domain::id::{ObjectId, RequestId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::time::{Millis, Now, Timestamp};

#[derive(Debug, Clone)]
pub struct LockRequest {
    pub id: RequestId,
    pub path: LockPath,
    pub session: SessionId,
    pub user: UserId,
    pub note: String,
    pub since: Timestamp,
    /// Place in the one order.
    pub order: u64,
    pub expires: Millis,
    /// The holders who do not want to see it again.
    pub ignored_by: BTreeSet<UserId>,
    /// The holder has been reminded.
    pub nudged: bool,
    /// A promise was made for it; it is made once.
    pub promised: bool,
    /// When it was asked.
    pub asked: Millis,
    /// When its row was last written.
    pub written: Millis,
    /// The escalation's clock counts from here …
    pub clock: Millis,
    /// … and stands still since then, under a promise or a closure.
    pub paused: Option<Millis>,
    /// When its asker may take over, as shown.
    pub take_over: Option<Timestamp>,
    /// When it is likely to be granted, as shown.
    pub eta: Option<Timestamp>,
    /// SHA-256 of its session's resume secret.
    pub secret: [u8; 32],
}

impl LockRequest {
    /// Milliseconds for which it has waited, not counting promises and closures.
    pub fn waited(&self, now: Millis) -> u64 {
        self.paused.unwrap_or(now).since(self.clock)
    }

    /// The escalation's clock stands still.
    pub fn pause(&mut self, now: Millis) {
        self.paused.get_or_insert(now);
        self.take_over = None;
    }

    /// The clock goes on; the take-over comes after `take_over_ms` of waiting.
    pub fn resume(&mut self, now: Now, take_over_ms: u64) {
        if let Some(since) = self.paused.take() {
            self.clock = self.clock + now.mono.since(since);
        }
        let left = take_over_ms.saturating_sub(self.waited(now.mono));
        self.take_over = Some(now.wall.plus(left));
    }
}

/// All waiting requests.
#[derive(Debug, Default)]
pub struct Queue {
    all: BTreeMap<RequestId, LockRequest>,
    by_object: BTreeMap<ObjectId, BTreeSet<(u64, RequestId)>>,
    by_path: BTreeMap<LockPath, BTreeSet<(u64, RequestId)>>,
    by_session: BTreeMap<SessionId, BTreeSet<RequestId>>,
    order: u64,
    /// Requests that were looked at, for the test that says how the work grows.
    #[cfg(test)]
    pub looked: std::cell::Cell<u64>,
}

impl Queue {
    pub fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub fn insert(&mut self, request: LockRequest) {
        self.order = self.order.max(request.order);
        self.by_object.entry(request.path.object).or_default().insert((request.order, request.id));
        self.by_path.entry(request.path).or_default().insert((request.order, request.id));
        self.by_session.entry(request.session).or_default().insert(request.id);
        self.all.insert(request.id, request);
    }

    pub fn remove(&mut self, id: RequestId) -> Option<LockRequest> {
        let request = self.all.remove(&id)?;
        if let Some(order) = self.by_object.get_mut(&request.path.object) {
            order.remove(&(request.order, id));
            if order.is_empty() {
                self.by_object.remove(&request.path.object);
            }
        }
        if let Some(order) = self.by_path.get_mut(&request.path) {
            order.remove(&(request.order, id));
            if order.is_empty() {
                self.by_path.remove(&request.path);
            }
        }
        if let Some(ids) = self.by_session.get_mut(&request.session) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_session.remove(&request.session);
            }
        }
        Some(request)
    }

    pub fn get(&self, id: RequestId) -> Option<&LockRequest> {
        self.all.get(&id)
    }

    pub fn get_mut(&mut self, id: RequestId) -> Option<&mut LockRequest> {
        self.all.get_mut(&id)
    }

    fn look(&self, id: RequestId) -> Option<&LockRequest> {
        #[cfg(test)]
        self.looked.set(self.looked.get() + 1);
        self.all.get(&id)
    }

    /// The requests on an object and its items, oldest first.
    pub fn of_object(&self, object: ObjectId) -> impl Iterator<Item = &LockRequest> {
        self.by_object.get(&object).into_iter().flatten().filter_map(|(_, id)| self.look(*id))
    }

    /// The requests for exactly that path, oldest first.
    pub fn exactly(&self, path: LockPath) -> impl Iterator<Item = &LockRequest> {
        self.by_path.get(&path).into_iter().flatten().filter_map(|(_, id)| self.look(*id))
    }

    /// The oldest request on each item of an object.
    pub fn oldest_of_items(&self, object: ObjectId) -> impl Iterator<Item = &LockRequest> {
        self.by_path
            .range(LockPath::object(object)..)
            .take_while(move |(path, _)| path.object == object)
            .filter(|(path, _)| path.item.is_some())
            .filter_map(|(_, order)| order.first().and_then(|(_, id)| self.look(*id)))
    }

    /// The requests that overlap a path, oldest first.
    pub fn overlapping(&self, path: LockPath) -> impl Iterator<Item = &LockRequest> {
        // Of an item there are few for the whole object; both come in their order.
        let (own, whole) = match path.item {
            None => (self.by_object.get(&path.object), None),
            Some(_) => (self.by_path.get(&path), self.by_path.get(&LockPath::object(path.object))),
        };
        let (mut own, mut whole) =
            (own.into_iter().flatten().peekable(), whole.into_iter().flatten().peekable());
        let next = move || match (own.peek(), whole.peek()) {
            (Some(one), Some(other)) if other < one => whole.next(),
            (Some(_), _) => own.next(),
            (None, _) => whole.next(),
        };
        std::iter::from_fn(next).filter_map(|(_, id)| self.look(*id))
    }

    pub fn of_session(&self, session: SessionId) -> Vec<RequestId> {
        self.by_session.get(&session).map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    }

    /// The session's request on exactly that path.
    pub fn on(&self, session: SessionId, path: LockPath) -> Option<&LockRequest> {
        self.by_session
            .get(&session)?
            .iter()
            .filter_map(|id| self.all.get(id))
            .find(|request| request.path == path)
    }

    /// Place in the order of its path, from 1.
    pub fn place(&self, request: &LockRequest) -> u32 {
        let at = (request.order, request.id);
        let before = match request.path.item {
            None => self.rank(self.by_object.get(&request.path.object), at),
            Some(_) => {
                let whole = self.by_path.get(&LockPath::object(request.path.object));
                self.rank(self.by_path.get(&request.path), at) + self.rank(whole, at)
            }
        };
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// How many stand before a place. Counted from the nearer end: who has just come stands at the other.
    fn rank(&self, order: Option<&BTreeSet<(u64, RequestId)>>, at: (u64, RequestId)) -> usize {
        let Some(order) = order else { return 0 };
        let (mut before, mut after) = (order.range(..at), order.range(at..));
        let mut steps = 0;
        loop {
            #[cfg(test)]
            self.looked.set(self.looked.get() + 1);
            if before.next().is_none() {
                return steps;
            }
            if after.next_back().is_none() {
                return order.len() - steps;
            }
            steps += 1;
        }
    }

    /// What everybody sees of a request.
    pub fn view(&self, request: &LockRequest) -> RequestView {
        Self::viewed(request, self.place(request))
    }

    fn viewed(request: &LockRequest, place: u32) -> RequestView {
        RequestView {
            id: request.id,
            path: request.path,
            session: request.session,
            user: request.user,
            note: request.note.clone(),
            since: request.since,
            place,
            ignored_by: request.ignored_by.iter().copied().collect(),
            nudged: request.nudged,
            take_over: request.take_over,
            eta: request.eta,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What everybody sees of all of them, oldest first, in one pass: asking each for its place would look at all pairs.
    pub fn views(&self) -> Vec<RequestView> {
        let mut before: BTreeMap<LockPath, u32> = BTreeMap::new();
        let mut of_object: BTreeMap<ObjectId, u32> = BTreeMap::new();
        let seen = move |request: &LockRequest| {
            let all = of_object.entry(request.path.object).or_default();
            let on = before.entry(request.path).or_default();
            let mut ahead = if request.path.item.is_none() { *all } else { *on };
            *all += 1;
            *on += 1;
            if request.path.item.is_some() {
                ahead += before.get(&LockPath::object(request.path.object)).copied().unwrap_or_default();
            }
            Self::viewed(request, ahead + 1)
        };
        self.iter().into_iter().map(seen).collect()
    }

    /// As the store keeps it.
    pub fn row(&self, request: &LockRequest, now: Millis) -> RequestRow {
        RequestRow {
            view: self.view(request),
            secret: request.secret,
            remains_ms: request.expires.since(now),
            waited_ms: request.waited(now),
            promised: request.promised,
            order: request.order,
        }
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> Vec<&LockRequest> {
        let mut all: Vec<&LockRequest> = self.all.values().collect();
        all.sort_unstable_by_key(|request| request.order);
        all
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::ItemId;

    #[test]
    fn all_at_once_have_the_places_that_each_has_alone() {
        let mut queue = Queue::default();
        for n in 0..60_u128 {
            let object = ObjectId(Uuid::from_u128(n % 2));
            let item = (n % 5 != 0).then(|| ItemId::Node(Uuid::from_u128(n % 3)));
            let order = queue.next_order();
            queue.insert(LockRequest {
                // Ids that do not sort as they came.
                id: RequestId(Uuid::from_u128(n * 37 % 61)),
                path: LockPath { object, item },
                session: SessionId(Uuid::from_u128(n)),
                user: UserId(Uuid::from_u128(n)),
                note: String::new(),
                since: Timestamp(0),
                order,
                expires: Millis(0),
                ignored_by: BTreeSet::new(),
                nudged: false,
                promised: false,
                asked: Millis(0),
                written: Millis(0),
                clock: Millis(0),
                paused: None,
                take_over: None,
                eta: None,
                secret: [0; 32],
            });
        }
        let alone: Vec<RequestView> = queue.iter().into_iter().map(|request| queue.view(request)).collect();
        assert_eq!(queue.views(), alone);
    }
}
