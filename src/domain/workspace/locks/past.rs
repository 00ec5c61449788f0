//! Fences of locks that have ended, and whose they were.
//!
//! Whoever held one may have parked what was typed under it; to anybody else it opens nothing.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::effect::PastFence;
use crate::domain::id::{ObjectId, UserId};
use crate::domain::path::Fence;
use crate::domain::time::{Millis, Now};

/// The newest, by when their locks ended: for so long, and at most so many. Older ones the store knows.
#[derive(Debug, Default)]
pub struct PastFences {
    known: BTreeMap<Fence, PastFence>,
    order: VecDeque<(Millis, Fence)>,
    for_ms: u64,
    most: usize,
}

impl PastFences {
    /// Those that the store gave, oldest first; they count as if their locks ended now.
    pub fn restore(now: Now, for_ms: u64, most: usize, stored: Vec<PastFence>) -> Self {
        let mut past = PastFences { for_ms, most, ..PastFences::default() };
        for fence in stored {
            past.keep(now, fence);
        }
        past
    }

    /// A lock has ended.
    pub fn keep(&mut self, now: Now, past: PastFence) {
        // An object's fence that lives on in its items keeps the object as its path.
        if self.known.contains_key(&past.fence) {
            return;
        }
        while let Some((ended, oldest)) = self.order.front()
            && (self.order.len() >= self.most || now.mono.since(*ended) > self.for_ms)
        {
            self.known.remove(oldest);
            self.order.pop_front();
        }
        self.known.insert(past.fence, past);
        self.order.push_back((now.mono, past.fence));
    }

    /// Whether the member held something in the object under that fence.
    pub fn was_held(&self, fence: Fence, user: UserId, object: ObjectId) -> bool {
        self.known.get(&fence).is_some_and(|past| past.user == user && past.path.object == object)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::SessionId;
    use crate::domain::path::LockPath;
    use crate::domain::time::Timestamp;

    #[test]
    fn the_oldest_are_forgotten_first_and_a_fence_is_its_members_only() {
        let (ana, ben) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let object = ObjectId(Uuid::from_u128(3));
        let fence = |counter| Fence { epoch: 1, counter };
        let past = |counter| PastFence {
            fence: fence(counter),
            path: LockPath::object(object),
            session: SessionId(Uuid::from_u128(4)),
            user: ana,
        };
        let at = |mono| Now { mono: Millis(mono), wall: Timestamp(0) };
        let mut fences = PastFences::restore(at(5), 60, 2, vec![past(1), past(2), past(2), past(3)]);
        let known =
            |fences: &PastFences| [1, 2, 3, 4].map(|counter| fences.was_held(fence(counter), ana, object));
        assert_eq!(known(&fences), [false, true, true, false]);
        fences.keep(at(65), past(3));
        assert_eq!(known(&fences), [false, true, true, false], "sixty are not over");
        fences.keep(at(66), past(4));
        assert_eq!(known(&fences), [false, false, false, true], "but now they are");
        fences.keep(at(66), past(3));
        assert!(!fences.was_held(fence(3), ben, object));
        assert!(!fences.was_held(fence(3), ana, ObjectId(Uuid::from_u128(9))));
    }
}
