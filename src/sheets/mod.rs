//! Tables as people page through them: sorted, filtered, any hundred rows of a hundred thousand in a few milliseconds.
//!
//! A sheet is a view of a table's committed records in memory. It is made when somebody looks at the table, follows the log of
//! its records by what the store says has changed, and is dropped when it is not looked at any more. It decides nothing and
//! holds nothing that is not in the store. Whoever asks has first had an answer from the room, behind its gate: what was
//! acknowledged before is committed, so it is in the sheet, and what is not committed cannot be.

mod key;
mod query;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::domain::id::{ObjectId, WorkspaceId};
use crate::store::{RawRecord, Store, StoreError};

pub use query::{Column, Condition, Operator, Query, Sort};
pub use sheet::Sheet;

/// Bytes that all sheets together may have, roughly.
const BYTES_MAX: usize = 256 * 1024 * 1024;
/// Bytes that the records of one table may have to be sorted and filtered.
pub const TABLE_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Why a table cannot be paged through.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its records weigh more than [`TABLE_BYTES_MAX`].
    #[error("the table's records weigh more than 128 MiB")]
    TooLarge,
    /// The thread that sorted fell over.
    #[error("the sheet could not be made")]
    Failed,
}

/// A piece of a table.
#[derive(Debug, Clone)]
pub struct Found {
    /// Everything up to this revision of the table is in it.
    pub revision: u64,
    /// Records of the table.
    pub total: usize,
    /// Those that meet the conditions.
    pub matching: usize,
    /// Those of the piece, in order.
    pub records: Vec<Arc<RawRecord>>,
}

struct Slot {
    sheet: Arc<tokio::sync::Mutex<Sheet>>,
    bytes: usize,
    used: Instant,
}

/// All sheets of this process. Clones are the same.
#[derive(Clone)]
pub struct Sheets {
    store: Arc<dyn Store>,
    slots: Arc<Mutex<BTreeMap<(WorkspaceId, ObjectId), Slot>>>,
}

impl Sheets {
    /// None yet.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Sheets { store, slots: Arc::default() }
    }

    /// The records of a table that meet the query, `limit` of them from `offset` on.
    ///
    /// # Errors
    /// [`SheetError`].
    pub async fn find(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        query: Query,
        offset: usize,
        limit: usize,
    ) -> Result<Found, SheetError> {
        let slot = self.slot(workspace, object);
        let mut sheet = slot.lock_owned().await;
        let news = self.store.records_since(workspace, object, sheet.known(), TABLE_BYTES_MAX).await;
        let Some(news) = news? else {
            self.forget(workspace, object);
            return Err(SheetError::TooLarge);
        };
        // Sorting a hundred thousand rows takes longer than a worker may be kept from its sockets.
        let work = tokio::task::spawn_blocking(move || {
            sheet.take(news);
            let found = sheet.find(&query, offset, limit);
            (found, sheet.bytes())
        });
        let (found, bytes) = work.await.map_err(|_| SheetError::Failed)?;
        if bytes > TABLE_BYTES_MAX * 2 {
            self.forget(workspace, object);
        } else {
            self.weigh((workspace, object), bytes);
        }
        Ok(found)
    }

    fn slot(&self, workspace: WorkspaceId, object: ObjectId) -> Arc<tokio::sync::Mutex<Sheet>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry((workspace, object)).or_insert_with(|| Slot {
            sheet: Arc::default(),
            bytes: 0,
            used: Instant::now(),
        });
        slot.used = Instant::now();
        Arc::clone(&slot.sheet)
    }

    fn forget(&self, workspace: WorkspaceId, object: ObjectId) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(&(workspace, object));
    }

    /// Those that were looked at longest ago go if all together are too heavy.
    fn weigh(&self, key: (WorkspaceId, ObjectId), bytes: usize) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get_mut(&key) {
            slot.bytes = bytes;
        }
        while slots.values().map(|slot| slot.bytes).sum::<usize>() > BYTES_MAX && slots.len() > 1 {
            let Some(oldest) = slots.iter().min_by_key(|(_, slot)| slot.used).map(|(key, _)| *key) else {
                break;
            };
            slots.remove(&oldest);
        }
    }
}
