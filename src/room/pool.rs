//! All outboxes of the process together: one bound, and the largest gives way first.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::outbox::{Outbox, OutboxLimits, WeakOutbox};
use crate::domain::id::SocketId;

struct Shared {
    limits: OutboxLimits,
    bytes: AtomicUsize,
    members: Mutex<BTreeMap<SocketId, WeakOutbox>>,
}

/// See the module. Clones are the same pool.
#[derive(Clone)]
pub struct OutboxPool(Arc<Shared>);

impl OutboxPool {
    /// An empty pool.
    pub fn new(limits: OutboxLimits) -> Self {
        OutboxPool(Arc::new(Shared { limits, bytes: AtomicUsize::new(0), members: Mutex::default() }))
    }

    /// The bounds of its outboxes.
    pub fn limits(&self) -> OutboxLimits {
        self.0.limits
    }

    /// What waits in all of them, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn joined(&self, outbox: &Outbox) {
        self.members().insert(outbox.socket(), outbox.weak());
    }

    pub(super) fn left(&self, socket: SocketId, bytes: usize) {
        self.shrank(bytes);
        self.members().remove(&socket);
    }

    pub(super) fn grew(&self, bytes: usize) {
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn shrank(&self, bytes: usize) {
        self.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Throws the largest backlogs away until all together fit. Called without any outbox's lock.
    pub(super) fn relieve(&self, now: Instant) {
        while self.bytes() > self.0.limits.together {
            // Strong references are taken out of the lock: dropping the last one calls `left`, which takes it again.
            let outboxes: Vec<Outbox> = self.members().values().filter_map(WeakOutbox::get).collect();
            let Some(largest) = outboxes.iter().max_by_key(|outbox| outbox.bytes()) else { return };
            let before = largest.bytes();
            largest.relieve(now);
            if before == 0 || largest.bytes() >= before {
                return;
            }
        }
    }

    fn members(&self) -> std::sync::MutexGuard<'_, BTreeMap<SocketId, WeakOutbox>> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
