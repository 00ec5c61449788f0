//! What a lock covers.

use crate::domain::id::{ItemId, ObjectId};

/// An object, or an item of it. Paths are flat: a lock on a step covers its own fields and arm conditions, never its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LockPath {
    /// The object.
    pub object: ObjectId,
    /// The item; `None` is the whole object.
    pub item: Option<ItemId>,
}

impl LockPath {
    /// The whole object.
    pub fn object(object: ObjectId) -> Self {
        LockPath { object, item: None }
    }

    /// An item of it.
    pub fn item(object: ObjectId, item: ItemId) -> Self {
        LockPath { object, item: Some(item) }
    }

    /// Whether two exclusive locks of different sessions on these paths exclude each other.
    pub fn conflicts(self, other: LockPath) -> bool {
        self.object == other.object
            && (self.item.is_none() || other.item.is_none() || self.item == other.item)
    }
}

/// Grows with every grant and goes with every write. Never reused, not even by a restored backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fence {
    /// `max(stored + 1, unix milliseconds at start)`.
    pub epoch: u64,
    /// Grows by one within an epoch.
    pub counter: u64,
}
