//! A draft at a revision: its checkpoint and the log since.

use super::dialect::{Columns, Reading, Row, Statement};
use super::fetch::{list, one};
use super::{StoreError, record_sql, records, rows, sql};
use crate::domain::command::{LoadedStack, Operation};
use crate::domain::effect::VersionHead;
use crate::domain::id::{ObjectId, WorkspaceId};
use crate::domain::stack::{Revision, Stack};

struct Head {
    revision: Revision,
    version: Option<u64>,
    checkpoint: Option<(Revision, Stack)>,
}

fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    let checkpoint = match row.maybe_count("checkpoint")? {
        None => None,
        Some(revision) => Some((Revision(revision), rows::content(row, "content")?)),
    };
    Ok(Head { revision: row.revision("head_revision")?, version: row.maybe_count("version")?, checkpoint })
}

/// See [`super::Store::load_stack`].
pub async fn load(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    revision: Revision,
) -> Result<LoadedStack, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    let head = one(reading, of(sql::READ_DRAFT), head).await?.ok_or(StoreError::NotFound)?;
    if head.revision != revision {
        return Err(misses(revision, head.revision));
    }
    let draft = newest(reading, workspace, object, head.revision, head.checkpoint).await?;
    let published = match head.version {
        Some(number) => {
            let found = version(reading, workspace, object, number).await?;
            Some(found.ok_or_else(|| StoreError::corrupt("the published version is missing"))?)
        }
        None => None,
    };
    let changes = list(reading, of(sql::READ_OPEN_CHANGES), rows::change).await?;
    let operations = match changes.first() {
        Some(_) => list(reading, of(sql::READ_OPEN_OPERATIONS), rows::operation).await?,
        None => Vec::new(),
    };
    let last_change = one(reading, of(sql::READ_LAST_CHANGE), |row| row.maybe_count("number")).await?;
    Ok(LoadedStack {
        draft,
        revision,
        last_change: last_change.flatten().unwrap_or(0),
        published: published.map(|(_, stack)| stack),
        changes,
        operations,
        records: records::counts(reading, workspace, object).await?,
    })
}

/// The draft as it is, with its revision.
pub async fn draft_at_head(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
) -> Result<(Revision, Stack), StoreError> {
    let read = Statement::new(sql::READ_DRAFT).with(workspace).with(object);
    let head = one(reading, read, head).await?.ok_or(StoreError::NotFound)?;
    let draft = newest(reading, workspace, object, head.revision, head.checkpoint).await?;
    Ok((head.revision, draft))
}

/// The checkpoint and the log since.
async fn newest(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    revision: Revision,
    checkpoint: Option<(Revision, Stack)>,
) -> Result<Stack, StoreError> {
    let (base, stack) = checkpoint.unwrap_or((Revision(0), Stack::empty()));
    if base > revision {
        return Err(misses(revision, base));
    }
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    let log = of(sql::READ_OPERATIONS_AFTER).count(base.0).count(revision.0);
    let log = list(reading, log, rows::operation).await?;
    let reached = one(reading, of(record_sql::READ_LAST_RECORD_REVISION), records::number).await?;
    let of_records = of(record_sql::READ_RECORD_OPERATIONS_COUNT).count(base.0).count(revision.0);
    let of_records = one(reading, of_records, records::number).await?.flatten().unwrap_or(0);
    // Records have their own part of the log under the same revisions: together they are all of them.
    let whole = log.len() as u64 + of_records == revision.0 - base.0;
    let reached = Revision(reached.flatten().unwrap_or(0)).max(base);
    replay(stack, reached, &log, revision, whole)
}

/// A published version with its content.
pub async fn version(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    number: u64,
) -> Result<Option<(VersionHead, Stack)>, StoreError> {
    let statement = Statement::new(sql::READ_VERSION).with(workspace).with(object).count(number);
    one(reading, statement, |row| Ok((rows::version(row)?, rows::content(row, "content")?))).await
}

/// Applies the log to the stack. It must be `whole`, with what it holds of records up to `reached`, and end at `until`.
fn replay(
    mut stack: Stack,
    mut reached: Revision,
    log: &[Operation],
    until: Revision,
    whole: bool,
) -> Result<Stack, StoreError> {
    for operation in log {
        stack
            .apply(&operation.op, operation.revision, Some(operation.op_id))
            .map_err(|error| StoreError::Corrupt(format!("revision {}: {error:?}", operation.revision.0)))?;
        reached = reached.max(operation.revision);
    }
    if whole && reached == until { Ok(stack) } else { Err(misses(until, reached)) }
}

fn misses(wanted: Revision, found: Revision) -> StoreError {
    StoreError::Conflict(format!("revision {} was asked for, {} is there", wanted.0, found.0))
}
