//! Runs the statements of facts inside the writer's transaction, and chains audit records there.

use std::collections::BTreeMap;

use super::account_statements::of_account;
use super::dialect::{Columns, Statement, WriteConnection};
use super::statements::{of_room, receipts_passed};
use super::{AccountWrite, StoreError, account_sql, sql};
use crate::audit::{Chain, Record};
use crate::domain::effect::{AuditEntry, Write};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// The setting that holds the last fence epoch.
const EPOCH: &str = "epoch";

/// One fact of a room.
pub async fn write(
    connection: &mut dyn WriteConnection,
    workspace: WorkspaceId,
    write: &Write,
) -> Result<(), StoreError> {
    if let Write::Audit(entry) = write {
        return chain(connection, workspace.into(), entry).await;
    }
    for statement in of_room(workspace, write)? {
        run(connection, statement).await?;
    }
    Ok(())
}

/// Answers of a workspace that are given before those that have passed are taken out: the statement that finds them costs
/// more than an answer.
const ANSWERS_BEFORE: u32 = 64;

/// Answers given since those that have passed were last taken out, by workspace: how many, and when the last. An answer that
/// is written again after a failure counts twice, which does no harm.
#[derive(Default)]
pub struct Answers(BTreeMap<WorkspaceId, (u32, Timestamp)>);

impl Answers {
    /// Counts the answers among a room's facts.
    pub fn count(&mut self, workspace: WorkspaceId, writes: &[Write]) {
        for write in writes {
            if let Write::Receipt { at, .. } = write {
                let known = self.0.entry(workspace).or_insert((0, *at));
                *known = (known.0.saturating_add(1), *at);
            }
        }
    }

    /// Takes out answers that have passed, of each workspace that has given enough new ones.
    pub async fn make_room(&mut self, connection: &mut dyn WriteConnection) -> Result<(), StoreError> {
        for (workspace, (new, at)) in self.0.extract_if(.., |_, (new, _)| *new >= ANSWERS_BEFORE) {
            run(connection, receipts_passed(workspace, new, at)).await?;
        }
        Ok(())
    }
}

/// One account fact.
pub async fn account(connection: &mut dyn WriteConnection, fact: &AccountWrite) -> Result<(), StoreError> {
    if let AccountWrite::Audited(entry) = fact {
        return chain(connection, Chain::Instance, entry).await;
    }
    for statement in of_account(fact) {
        run(connection, statement).await?;
    }
    Ok(())
}

/// Bumps the fence epoch: later than every earlier one, also when the clock went back, and later than what a restored backup
/// forgot, as long as the clock did not.
pub async fn begin_epoch(connection: &mut dyn WriteConnection, now_ms: u64) -> Result<u64, StoreError> {
    let mut stored = 0_u64;
    let read = Statement::new(account_sql::READ_SETTING).with(EPOCH);
    connection
        .fetch(read, &mut |row| {
            stored = row.id("value")?;
            Ok(())
        })
        .await?;
    let epoch = stored.saturating_add(1).max(now_ms);
    run(connection, Statement::new(account_sql::SETTING_SET).with(EPOCH).with(epoch.to_string())).await?;
    Ok(epoch)
}

/// A transaction of its own that writes a row.
pub async fn probe(connection: &mut dyn WriteConnection) -> Result<(), StoreError> {
    connection.begin().await?;
    run(connection, Statement::new(sql::PROBE)).await?;
    connection.commit().await
}

async fn chain(
    connection: &mut dyn WriteConnection,
    chain: Chain,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let name = chain.to_string();
    let mut head = chain.walk().head();
    let read = Statement::new(account_sql::READ_AUDIT_HEAD).with(name.clone());
    connection
        .fetch(read, &mut |row| {
            head = (row.count("number")?, row.digest("hash")?);
            Ok(())
        })
        .await?;
    let next = Record::after(head, entry);
    let head = Statement::new(account_sql::AUDIT_HEAD).with(name.clone()).count(next.number).with(next.hash);
    let record = Statement::new(account_sql::AUDIT)
        .with(name)
        .count(next.number)
        .with(next.at)
        .with(next.user)
        .with(next.action)
        .with(next.subject)
        .with(next.reason)
        .with(next.before)
        .with(next.after)
        .with(next.hash);
    run(connection, record).await?;
    run(connection, head).await
}

async fn run(connection: &mut dyn WriteConnection, statement: Statement) -> Result<(), StoreError> {
    if statement.unfit {
        return Err(StoreError::corrupt("a number is too large to be stored"));
    }
    let one_row = statement.one_row;
    let touched = connection.execute(statement).await?;
    match one_row {
        Some(otherwise) if touched != 1 => Err(StoreError::Conflict(otherwise.to_owned())),
        _ => Ok(()),
    }
}
