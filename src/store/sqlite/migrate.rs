//! The tables, embedded in the binary.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

use crate::store::StoreError;

macro_rules! migration {
    ($number:literal, $name:literal, $file:literal) => {
        Migration::new(
            $number,
            $name.into(),
            MigrationType::Simple,
            include_str!(concat!("../../../migrations/sqlite/", $file)).into_sql_str(),
            false,
        )
    };
}

/// Brings the tables up to date. Each migration is a transaction of its own.
pub async fn run(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let migrations = vec![
        migration!(1, "accounts", "0001_accounts.sql"),
        migration!(2, "workspaces", "0002_workspaces.sql"),
        migration!(3, "locks", "0003_locks.sql"),
        migration!(4, "drafts", "0004_drafts.sql"),
        migration!(7, "realtime", "0007_realtime.sql"),
        migration!(5, "records", "0005_records.sql"),
        migration!(6, "presence", "0006_presence.sql"),
        migration!(8, "administration", "0008_administration.sql"),
        migration!(9, "fences", "0009_fences.sql"),
        migration!(12, "fewer_pages", "0012_fewer_pages.sql"),
        migration!(13, "scopes", "0013_scopes.sql"),
        migration!(14, "answers_by_id", "0014_answers_by_id.sql"),
    ];
    let migrator = Migrator::with_migrations(migrations);
    migrator.run_direct(None, connection, false).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => StoreError::Unavailable(error.to_string()),
        other => StoreError::Corrupt(format!("the tables cannot be brought up to date: {other}")),
    })
}
