//! The log of an object: pages of its changes, and what its content was.

use super::dialect::{Columns, Reading, Statement, Value};
use super::draft::draft_at_head;
use super::fetch::{before, list, one};
use super::{ChangeFilter, MAX_PAGE, Page, StoreError, rows, sql};
use crate::document::Word;
use crate::domain::command::Change;
use crate::domain::id::{ObjectId, WorkspaceId};
use crate::domain::stack::{Revision, Stack};

/// See [`super::Store::changes`].
pub async fn page(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    filter: &ChangeFilter,
    page: Page,
) -> Result<Vec<Change>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    // Numbers grow with time: the times give the numbers between which to look.
    let (mut below, mut from) = (before(page), 0);
    if let Some(until) = filter.until {
        let last = one(reading, of(sql::READ_CHANGE_BY).with(until), |row| row.count("number")).await?;
        below = below.min(last.map_or(0, |last| last + 1));
    }
    if let Some(since) = filter.since {
        let first = one(reading, of(sql::READ_CHANGE_FROM).with(since), |row| row.count("number")).await?;
        from = first.unwrap_or(i64::MAX.unsigned_abs());
    }
    let text = match filter {
        ChangeFilter { item: Some(_), .. } => sql::READ_CHANGES_OF_ITEM,
        ChangeFilter { user: Some(_), .. } => sql::READ_CHANGES_OF_AUTHOR,
        ChangeFilter { kind: Some(_), .. } => sql::READ_CHANGES_OF_KIND,
        _ => sql::READ_CHANGES,
    };
    let statement = of(text)
        .count(below)
        .count(from)
        .with(page.limit.min(MAX_PAGE))
        .with(filter.user)
        .with(filter.item)
        .with(Value::Text(filter.kind.map(|kind| kind.word().to_owned())))
        .with(filter.since)
        .with(filter.until);
    list(reading, statement, rows::change).await
}

/// See [`super::Store::content_at`]: from the nearest whole version onward, or from the draft backward, whichever is shorter.
pub async fn content_at(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    revision: Revision,
) -> Result<Stack, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    let (head, draft) = draft_at_head(reading, workspace, object).await?;
    if revision > head {
        return Err(StoreError::NotFound);
    }
    let version = of(sql::READ_WHOLE_VERSION_BY).count(revision.0);
    let version =
        one(reading, version, |row| Ok((rows::version(row)?, rows::content(row, "content")?))).await?;
    let (base, mut stack) = match version {
        Some((version, stack)) => (version.revision, stack),
        None => (Revision(0), Stack::empty()),
    };
    let between = |from: Revision, to: Revision| of(sql::READ_OPERATIONS_AFTER).count(from.0).count(to.0);
    let misfit = |at: Revision, error| StoreError::Corrupt(format!("revision {}: {error:?}", at.0));
    if head.0 - revision.0 < revision.0 - base.0 {
        let log = list(reading, between(revision, head), rows::operation).await?;
        stack = draft;
        for operation in log.iter().rev() {
            for op in &operation.inverse {
                stack.apply(op, revision, None).map_err(|error| misfit(operation.revision, error))?;
            }
        }
        return Ok(stack);
    }
    for operation in list(reading, between(base, revision), rows::operation).await? {
        let at = operation.revision;
        stack.apply(&operation.op, at, Some(operation.op_id)).map_err(|error| misfit(at, error))?;
    }
    Ok(stack)
}
