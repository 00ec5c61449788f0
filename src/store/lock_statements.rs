//! What each fact about locks, requests and closures is in statements.

use super::dialect::Statement;
use super::statements::json;
use super::{StoreError, sql};
use crate::document::{TakenDoc, Word};
use crate::domain::effect::{LockRow, RequestRow, Write};
use crate::domain::id::{ItemId, WorkspaceId};
use crate::domain::time::Timestamp;

/// How long the fence of a lock that has ended is kept, in milliseconds.
const FENCE_LIFE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// One grant of so many also forgets fences that are too old.
const FENCES_BETWEEN: u64 = 64;

/// The statements of one fact about locks; none of any other.
pub fn of_locks(workspace: WorkspaceId, write: &Write) -> Result<Vec<Statement>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    Ok(match write {
        Write::Lock(row) => {
            let fence = row.view.fence;
            let mut all =
                vec![lock(of(sql::LOCK), row)?, of(sql::FENCE).count(fence.epoch).count(fence.counter)];
            if fence.counter % FENCES_BETWEEN == 0 {
                let passed = Timestamp(row.view.since.0.saturating_sub(FENCE_LIFE_MS));
                all.push(of(sql::FENCES_PASSED).with(passed));
            }
            all
        }
        Write::LockEnded { path, at } => {
            let on = |sql| of(sql).with(path.object).with(whole_or_item(path.item));
            vec![on(sql::FENCE_PAST).with(*at), on(sql::LOCK_ENDED)]
        }
        Write::Request(row) => vec![request(of(sql::REQUEST), row)?],
        Write::RequestEnded(request) => vec![of(sql::REQUEST_ENDED).with(*request)],
        Write::Closed(closure) => {
            let path = of(sql::CLOSED).with(closure.path.object).with(whole_or_item(closure.path.item));
            vec![path.with(closure.user).with(closure.reason.clone()).with(closure.since)]
        }
        Write::Reopened(path) => vec![of(sql::REOPENED).with(path.object).with(whole_or_item(path.item))],
        _ => Vec::new(),
    })
}

/// Part of a primary key, where a NULL would not be unique.
fn whole_or_item(item: Option<ItemId>) -> String {
    item.map(|item| item.to_string()).unwrap_or_default()
}

fn lock(to: Statement, row: &LockRow) -> Result<Statement, StoreError> {
    let view = &row.view;
    let taken = row.taken.as_ref().map(|taken| json(&TakenDoc::from(taken))).transpose()?;
    Ok(to
        .with(view.path.object)
        .with(whole_or_item(view.path.item))
        .with(view.session)
        .with(view.user)
        .count(view.fence.epoch)
        .count(view.fence.counter)
        .with(view.state.word())
        .with(view.since)
        .with(view.edited)
        .with(view.unsaved)
        .with(view.idle_until)
        .with(row.secret)
        .maybe_count(row.wrote.map(|revision| revision.0))
        .with(view.promise.map(|promise| promise.request))
        .maybe_count(row.promised_ms)
        .with(taken))
}

fn request(to: Statement, row: &RequestRow) -> Result<Statement, StoreError> {
    let view = &row.view;
    let ignored_by = json(&view.ignored_by.iter().map(|user| user.0).collect::<Vec<_>>())?;
    Ok(to
        .with(view.id)
        .with(view.path.object)
        .with(whole_or_item(view.path.item))
        .with(view.session)
        .with(view.user)
        .with(view.note.clone())
        .with(view.since)
        .with(view.place)
        .with(ignored_by)
        .with(row.secret)
        .count(row.remains_ms)
        .count(row.order)
        .with(view.nudged)
        .with(row.promised)
        .count(row.waited_ms))
}
