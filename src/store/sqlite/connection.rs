//! The connections that read.

use async_trait::async_trait;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteExecutor, SqlitePool, SqliteRow};
use sqlx::{Row as _, Sqlite, Transaction};

use super::writing::damaged;
use crate::store::StoreError;
use crate::store::dialect::{Columns, EachRow, Reading, Row, Source, Statement, Value};

pub(super) fn error(error: sqlx::Error) -> StoreError {
    use sqlx::error::ErrorKind;
    match error {
        sqlx::Error::Database(error) => match error.kind() {
            // Names of tables and columns, never values.
            ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation => StoreError::Conflict(error.message().to_owned()),
            // The low byte is the kind, the rest tells more of it: SQLITE_CORRUPT and SQLITE_NOTADB.
            _ if error
                .code()
                .and_then(|code| code.parse::<u32>().ok())
                .is_some_and(|code| [11, 26].contains(&(code & 0xff))) =>
            {
                damaged(error.message())
            }
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
    connection: impl SqliteExecutor<'_>,
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

    async fn fetch(&self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError> {
        fetch(&self.0, statement, each).await
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
        fetch(&mut *self.0, statement, each).await
    }
}
