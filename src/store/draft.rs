//! A draft at a revision: its checkpoint and the log since.

use super::dialect::{Columns, Reading, Row, Statement};
use super::read::{list, one};
use super::{StoreError, rows, sql};
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
    let (base, stack) = match head.checkpoint {
        Some(checkpoint) => checkpoint,
        None => (Revision(0), Stack::empty()),
    };
    if head.revision != revision || base > revision {
        return Err(misses(revision, head.revision));
    }
    let log = of(sql::READ_OPERATIONS_AFTER).count(base.0).count(revision.0);
    let log = list(reading, log, rows::operation).await?;
    let draft = replay(stack, base, &log, revision)?;
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
    })
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

/// Applies the log to the stack; it must go on without a gap and end at `until`.
fn replay(mut stack: Stack, base: Revision, log: &[Operation], until: Revision) -> Result<Stack, StoreError> {
    let mut reached = base;
    for operation in log {
        if operation.revision != reached.next() {
            return Err(misses(reached.next(), operation.revision));
        }
        stack
            .apply(&operation.op, operation.revision, Some(operation.op_id))
            .map_err(|error| StoreError::Corrupt(format!("revision {}: {error:?}", operation.revision.0)))?;
        reached = operation.revision;
    }
    if reached == until { Ok(stack) } else { Err(misses(until, reached)) }
}

fn misses(wanted: Revision, found: Revision) -> StoreError {
    StoreError::Conflict(format!("revision {} was asked for, {} is there", wanted.0, found.0))
}
