//! Fences of locks that have ended, and whose they were.
//!
//! Whoever held one may have parked what was typed under it; to anybody else it opens nothing.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::effect::PastFence;
use crate::domain::id::{ObjectId, UserId};
use crate::domain::path::Fence;

/// The newest, by when their locks ended.
#[derive(Debug, Default)]
pub struct PastFences {
    known: BTreeMap<Fence, PastFence>,
    order: VecDeque<Fence>,
    most: usize,
}

impl PastFences {
    /// Those that the store gave, oldest first; at most `most` are kept.
    pub fn restore(most: usize, stored: Vec<PastFence>) -> Self {
        let mut past = PastFences { most, ..PastFences::default() };
        for fence in stored {
            past.keep(fence);
        }
        past
    }

    /// A lock has ended.
    pub fn keep(&mut self, past: PastFence) {
        // An object's fence that lives on in its items keeps the object as its path.
        if self.known.contains_key(&past.fence) {
            return;
        }
        if self.order.len() >= self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.known.insert(past.fence, past);
        self.order.push_back(past.fence);
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
        let fences = PastFences::restore(2, vec![past(1), past(2), past(2), past(3)]);
        let known = [1, 2, 3].map(|counter| fences.was_held(fence(counter), ana, object));
        assert_eq!(known, [false, true, true]);
        assert!(!fences.was_held(fence(3), ben, object));
        assert!(!fences.was_held(fence(3), ana, ObjectId(Uuid::from_u128(9))));
    }
}
