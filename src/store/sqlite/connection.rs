//! Running statements on SQLite.

use async_trait::async_trait;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row as _, Sqlite, Transaction};

use crate::store::StoreError;
use crate::store::dialect::{Columns, EachRow, Reading, Row, Source, Statement, Value, WriteConnection};

// BEGIN IMMEDIATE, because a transaction that begins by reading and then writes gets SQLITE_BUSY at once, whatever the timeout.
const BEGIN: &str = "BEGIN IMMEDIATE";
const SAVEPOINT: &str = "SAVEPOINT batch";
const KEEP: &str = "RELEASE batch";
const UNDO: &str = "ROLLBACK TO batch";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

fn error(error: sqlx::Error) -> StoreError {
    use sqlx::error::ErrorKind;
    match error {
        sqlx::Error::Database(error) => match error.kind() {
            // Names of tables and columns, never values.
            ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation => StoreError::Conflict(error.message().to_owned()),
            _ => StoreError::Unavailable(error.message().to_owned()),
        },
        sqlx::Error::RowNotFound => StoreError::NotFound,
        sqlx::Error::PoolClosed => StoreError::Closed,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) => {
            StoreError::Corrupt(error.to_string())
        }
        other => StoreError::Unavailable(other.to_string()),
    }
}

fn query(statement: Statement) -> Query<'static, Sqlite, SqliteArguments> {
    let mut query = sqlx::query(statement.sql);
    for value in statement.values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    query
}

impl Columns for SqliteRow {
    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        self.try_get(name).map_err(error)
    }

    fn maybe_number(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        self.try_get(name).map_err(error)
    }

    fn maybe_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.try_get(name).map_err(error)
    }
}

async fn fetch(
    connection: &mut SqliteConnection,
    statement: Statement,
    each: EachRow<'_>,
) -> Result<(), StoreError> {
    if statement.unfit {
        return Err(StoreError::NotFound);
    }
    for row in query(statement).fetch_all(connection).await.map_err(error)? {
        each(&Row(&row))?;
    }
    Ok(())
}

/// The connections that read.
pub struct Readers(pub SqlitePool);

#[async_trait]
impl Source for Readers {
    async fn reading(&self) -> Result<Box<dyn Reading>, StoreError> {
        Ok(Box::new(Reader(self.0.begin().await.map_err(error)?)))
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

/// A transaction that only reads; it rolls back when it is dropped.
struct Reader(Transaction<'static, Sqlite>);

#[async_trait]
impl Reading for Reader {
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError> {
        fetch(&mut self.0, statement, each).await
    }
}

/// The connection that writes.
pub struct Writing {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
}

impl Writing {
    /// Opens it; the file is made if it is not there.
    pub async fn open(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = options.clone().create_if_missing(true).connect().await.map_err(error)?;
        Ok(Writing { options, connection: Some(connection) })
    }

    /// The connection, if the last attempt to reopen it did not fail.
    pub fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection.as_mut().ok_or_else(|| StoreError::Unavailable("not connected".to_owned()))
    }

    async fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(self.connection()?).await.map(|_| ()).map_err(error)
    }
}

#[async_trait]
impl Reading for Writing {
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError> {
        fetch(self.connection()?, statement, each).await
    }
}

#[async_trait]
impl WriteConnection for Writing {
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.control(BEGIN).await
    }

    async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control(SAVEPOINT).await
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        self.control(KEEP).await
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        self.control(UNDO).await?;
        self.control(KEEP).await
    }

    async fn execute(&mut self, statement: Statement) -> Result<u64, StoreError> {
        let done = query(statement).execute(self.connection()?).await.map_err(error)?;
        Ok(done.rows_affected())
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        self.control(COMMIT).await
    }

    async fn rollback(&mut self) {
        // "No transaction is active" is as good as done; anything else shows in the probe that follows.
        let _ = self.control(ROLLBACK).await;
    }

    async fn reopen(&mut self) -> Result<(), StoreError> {
        if let Some(connection) = self.connection.take() {
            // Its transaction, if there is one, ends with it; an error cannot be helped and shows in the probe.
            let _ = connection.close_hard().await;
        }
        // Never made anew: an empty file in place of a volume that is gone would be taken for the truth.
        let connection = self.options.clone().create_if_missing(false).connect().await.map_err(error)?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn close(self: Box<Self>) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed well");
        }
    }
}
