//! Which rooms live, and where their answers go.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc::{self, error::TrySendError};

use super::{Batch, Committed, Job, SubmitError};
use crate::domain::id::WorkspaceId;

struct Room {
    incarnation: u64,
    done: mpsc::Sender<Committed>,
}

/// The living rooms. Locked for a map look-up and a `try_send` only.
#[derive(Default)]
pub(super) struct Registry {
    rooms: Mutex<BTreeMap<WorkspaceId, Room>>,
}

impl Registry {
    pub(super) fn open(&self, workspace: WorkspaceId, incarnation: u64, done: mpsc::Sender<Committed>) {
        self.rooms().insert(workspace, Room { incarnation, done });
    }

    pub(super) fn close(&self, workspace: WorkspaceId, incarnation: u64) {
        let mut rooms = self.rooms();
        if rooms.get(&workspace).is_some_and(|room| room.incarnation == incarnation) {
            rooms.remove(&workspace);
        }
    }

    /// Queues the batch while the registry is locked, so that no batch of an old life comes behind one of a new life.
    pub(super) fn submit(&self, batch: Batch, jobs: &mpsc::Sender<Job>) -> Result<(), SubmitError> {
        let rooms = self.rooms();
        let room = match rooms.get(&batch.workspace) {
            Some(room) if room.incarnation == batch.incarnation => room,
            _ => return Err(SubmitError::Closed(batch)),
        };
        let place = match jobs.try_reserve() {
            Ok(place) => place,
            Err(TrySendError::Full(())) => return Err(SubmitError::Full(batch)),
            Err(TrySendError::Closed(())) => return Err(SubmitError::Closed(batch)),
        };
        match room.done.clone().try_reserve_owned() {
            Ok(done) => {
                place.send(Job::Room { batch, since: Instant::now(), done });
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(SubmitError::Full(batch)),
            Err(TrySendError::Closed(_)) => Err(SubmitError::Closed(batch)),
        }
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Room>> {
        // Nothing panics while the map is locked and half-changed, so a poisoned map is a whole map.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets all rooms when dropped, which closes their channels.
pub(super) struct EndWithWriter(pub(super) Arc<Registry>);

impl Drop for EndWithWriter {
    fn drop(&mut self) {
        self.0.rooms().clear();
    }
}
