//! Everything durable about a workspace, read at one moment.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::dialect::{Columns, Reading, Statement};
use super::fetch::{list, one};
use super::{StoreError, presence, realtime, realtime_sql, rows, sql};
use crate::domain::effect::{ParkedDraft, ParkedOperation, PastFence};
use crate::domain::id::{OpId, ParkedId, WorkspaceId};
use crate::domain::limits::{AHEAD_MS, RECEIPT_MS};
use crate::domain::stored::{Stored, StoredReceipt};
use crate::domain::time::Timestamp;

/// Fences of ended locks that a room starts with; an older one is looked up when it is named.
const FENCES_IN_MEMORY: u32 = 1_000;

/// See [`super::Store::load_room`].
pub async fn load(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Stored, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    let head = one(reading, of(sql::READ_WORKSPACE), |row| Ok((row.text("name")?, rows::fence(row)?)));
    let (name, fence) = head.await?.ok_or(StoreError::NotFound)?;
    Ok(Stored {
        workspace,
        name,
        fence,
        members: list(reading, of(sql::READ_MEMBERS), rows::member).await?,
        roles: list(reading, of(sql::READ_ROLES), rows::role).await?,
        objects: list(reading, of(sql::READ_OBJECTS), rows::head).await?,
        references: list(reading, of(sql::READ_REFERENCES), rows::reference).await?,
        locks: list(reading, of(sql::READ_LOCKS), rows::lock).await?,
        requests: list(reading, of(sql::READ_REQUESTS), rows::request).await?,
        fences: past_fences(reading, workspace).await?,
        lock_settings: one(reading, of(sql::READ_LOCK_SETTINGS), rows::lock_settings).await?,
        closures: list(reading, of(sql::READ_CLOSURES), rows::closure).await?,
        parked: parked(reading, workspace).await?,
        channels: list(reading, of(realtime_sql::READ_CHANNELS), realtime::channel).await?,
        said: one(reading, of(realtime_sql::READ_LAST_SAID), |row| row.count("number")).await?.unwrap_or(0),
        presences: list(reading, of(realtime_sql::READ_PRESENCE_RECORDS), realtime::record).await?,
        keys: list(reading, of(realtime_sql::READ_API_KEYS), realtime::key).await?,
        presence: list(reading, of(presence::READ_PRESENCE), presence::read_row).await?,
        presence_settings: one(reading, of(presence::READ_SETTINGS), presence::read_settings)
            .await?
            .unwrap_or_default(),
        receipts: recent_receipts(reading, workspace, now).await?,
    })
}

/// The answers to ids that were made just now, or by a clock that is ahead.
async fn recent_receipts(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Vec<StoredReceipt>, StoreError> {
    let now = now.0.max(0).cast_unsigned();
    let made = |at: u64| OpId(Uuid::from_u128(u128::from(at) << 80));
    let (from, to) = (made(now.saturating_sub(RECEIPT_MS)), made(now.saturating_add(AHEAD_MS)));
    let recent = Statement::new(sql::READ_RECEIPTS).with(workspace).with(from).with(to);
    list(reading, recent, rows::receipt).await
}

/// The newest fences of locks that have ended, oldest first.
async fn past_fences(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
) -> Result<Vec<PastFence>, StoreError> {
    let newest = Statement::new(sql::READ_FENCES).with(workspace).with(FENCES_IN_MEMORY);
    let mut fences = list(reading, newest, rows::past_fence).await?;
    fences.reverse();
    Ok(fences)
}

async fn parked(reading: &mut dyn Reading, workspace: WorkspaceId) -> Result<Vec<ParkedDraft>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    let mut drafts = list(reading, of(sql::READ_PARKED), rows::parked).await?;
    let mut operations: BTreeMap<ParkedId, Vec<ParkedOperation>> = BTreeMap::new();
    for (draft, operation) in list(reading, of(sql::READ_PARKED_OPERATIONS), rows::parked_operation).await? {
        operations.entry(draft).or_default().push(operation);
    }
    for draft in &mut drafts {
        draft.operations = operations.remove(&draft.id).unwrap_or_default();
    }
    Ok(drafts)
}
