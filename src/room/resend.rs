//! Resends: the core knows the final answers to ids that were made just now, the store knows all that are kept.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::command::{Pen, Request};
use crate::domain::effect::PastFence;
use crate::domain::id::{OpId, UserId, WorkspaceId};
use crate::domain::limits::RECEIPT_MS;
use crate::domain::path::Fence;
use crate::domain::stored::StoredReceipt;
use crate::store::{Store, StoreError};

/// The core remembers an answer for twice as long after it was given, or after its id was made if that is later. So an id that was
/// made within these milliseconds before or after now is remembered if it was answered.
const REMEMBERED_MS: u64 = RECEIPT_MS / 2;

/// An edit that was made within these milliseconds names a fence that the core remembers: that of a lock that is held, or
/// ended just now.
const FRESH_MS: u64 = 5_000;

/// What the store knows and the core may have forgotten.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Final answers.
    pub(super) receipts: Vec<StoredReceipt>,
    /// Whose the fence was that an edit names.
    pub(super) fence: Option<PastFence>,
}

/// What a request may need and the core may have forgotten.
#[derive(Debug)]
pub(super) struct Doubts {
    /// Whether they were answered.
    ids: [Option<OpId>; 2],
    /// Whose it was.
    fence: Option<Fence>,
}

impl Doubts {
    /// Those of a request that has come now.
    pub(super) fn of(request: &Request) -> Doubts {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let old = |id: &OpId| made_before(*id, now, REMEMBERED_MS, REMEMBERED_MS);
        let fence = match request {
            Request::Edit(edit) => match edit.pen {
                Pen::Held(fence) if made_before(edit.op_id, now, FRESH_MS, FRESH_MS) => Some(fence),
                _ => None,
            },
            _ => None,
        };
        Doubts { ids: [request.op_id().filter(old), builds_on(request).filter(old)], fence }
    }

    /// Whether there is anything to look up.
    pub(super) fn any(&self) -> bool {
        self.fence.is_some() || self.ids.iter().any(Option::is_some)
    }

    /// What the store knows.
    pub(super) async fn look_up(
        self,
        store: &dyn Store,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Known, StoreError> {
        let mut found = Known::default();
        for id in self.ids.into_iter().flatten() {
            found.receipts.extend(store.receipt(workspace, user, id).await?);
        }
        if let Some(fence) = self.fence {
            found.fence = store.past_fence(workspace, fence).await?;
        }
        Ok(found)
    }
}

/// The operation that the request builds on.
fn builds_on(request: &Request) -> Option<OpId> {
    match request {
        Request::Edit(edit) => edit.prev_op,
        _ => None,
    }
}

/// Whether the id may have been made longer ago than that, or says nothing about when.
fn made_before(id: OpId, now_ms: u128, age_ms: u64, ahead_ms: u64) -> bool {
    let Some(made) = id.0.get_timestamp().filter(|_| id.0.get_version_num() == 7) else { return true };
    let (seconds, nanos) = made.to_unix();
    let made = u128::from(seconds) * 1_000 + u128::from(nanos / 1_000_000);
    made + u128::from(age_ms) < now_ms || made > now_ms + u128::from(ahead_ms)
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Timestamp, Uuid};

    use super::*;

    fn made(seconds: u64) -> OpId {
        OpId(Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0)))
    }

    #[test]
    fn only_ids_that_were_made_just_now_are_sure_to_be_remembered() {
        let (now, minute) = (1_800_000_000_u64, 60);
        let forgotten = |id| made_before(id, u128::from(now) * 1_000, REMEMBERED_MS, REMEMBERED_MS);
        assert!(!forgotten(made(now)) && !forgotten(made(now - 4 * minute)) && !forgotten(made(now + 60)));
        assert!(forgotten(made(now - 6 * minute)));
        // A clock that is ahead makes ids that look young when their answer is old.
        assert!(forgotten(made(now + 6 * minute)));
        assert!(forgotten(OpId(Uuid::new_v4())));
    }
}
