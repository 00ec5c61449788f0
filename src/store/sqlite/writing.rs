//! The connection that writes.
//!
//! It is rusqlite's, not sqlx's: sqlx sends every statement to a thread of its own and back, which cost more than the statements.
//! Here each call runs SQLite where it is called, which is the writer's own thread. Both libraries share one SQLite.

use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use super::checkpoint::{BACKSTOP_PAGES, CHECKPOINT, Checkpointer, Synced};
use crate::store::StoreError;
use crate::store::dialect::{Columns, EachRow, Reading, Row, Statement, Value, WriteConnection};
use crate::store::recent::Commits;

// BEGIN IMMEDIATE, because a transaction that begins by reading and then writes gets SQLITE_BUSY at once, whatever the timeout.
const BEGIN: &str = "BEGIN IMMEDIATE";
const SAVEPOINT: &str = "SAVEPOINT batch";
const KEEP: &str = "RELEASE batch";
const UNDO: &str = "ROLLBACK TO batch";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// `SQLITE_CONSTRAINT_…` whose messages name tables and columns, never values.
const CONFLICTS: [c_int; 5] = [
    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
    rusqlite::ffi::SQLITE_CONSTRAINT_NOTNULL,
    rusqlite::ffi::SQLITE_CONSTRAINT_CHECK,
];

/// What is said of a file that is no whole database.
pub fn damaged(what: &str) -> StoreError {
    let way = "stop the server, put the last backup in its place and start again; see docs/operating.md";
    StoreError::Corrupt(format!("the database file is damaged ({}): {way}", what.replace('\n', " ")))
}

fn error(error: rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(cause, message) => {
            let text = message.unwrap_or_else(|| cause.to_string());
            match cause.code {
                _ if CONFLICTS.contains(&cause.extended_code) => StoreError::Conflict(text),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => damaged(&text),
                ErrorCode::ReadOnly => {
                    StoreError::Unavailable(format!("{text}; see who may write its folder"))
                }
                _ => StoreError::Unavailable(text),
            }
        }
        rusqlite::Error::QueryReturnedNoRows => StoreError::NotFound,
        other @ (rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::InvalidColumnName(_)) => {
            StoreError::Corrupt(other.to_string())
        }
        other => StoreError::Unavailable(other.to_string()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Text(Some(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(Some(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Value::Number(Some(number)) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Value::Text(None) | Value::Bytes(None) | Value::Number(None) => ToSqlOutput::Owned(Owned::Null),
        })
    }
}

impl Columns for rusqlite::Row<'_> {
    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        self.get(name).map_err(error)
    }

    fn maybe_number(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        self.get(name).map_err(error)
    }

    fn maybe_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(name).map_err(error)
    }
}

/// How the connection is opened.
#[derive(Debug, Clone)]
pub struct WritingSettings {
    /// The file, which must be there.
    pub path: PathBuf,
    /// How long a statement waits for a lock of another process.
    pub busy_timeout: Duration,
    /// Statements that stay prepared; more than there are.
    pub prepared: usize,
    /// Pages that are kept in memory, in KiB: what many rooms write at once is not read again.
    pub cache_kib: u32,
}

/// See the module.
pub struct Writing {
    settings: WritingSettings,
    synced: Synced,
    connection: Option<Open>,
    commits: Commits,
    /// Whether the transaction changes who may come in.
    changes_who: bool,
}

struct Open {
    connection: Connection,
    checkpoints: Checkpointer,
}

impl Writing {
    /// Opens it.
    pub fn open(settings: WritingSettings) -> Result<Self, StoreError> {
        let synced = Synced::default();
        let connection = connect(&settings, &synced)?;
        Ok(Writing {
            settings,
            synced,
            connection: Some(connection),
            commits: Commits::default(),
            changes_who: false,
        })
    }

    /// Tells readers in memory which commits change who may come in.
    pub fn counted_by(self, commits: Commits) -> Self {
        Writing { commits, ..self }
    }

    /// Looks at every page.
    pub fn check(&self) -> Result<(), StoreError> {
        let found: String =
            self.connection()?.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(error)?;
        if found == "ok" { Ok(()) } else { Err(damaged(&found)) }
    }

    /// Copies what is committed to a file that is not there yet.
    pub fn copy(&self, to: &Path) -> Result<(), StoreError> {
        let to = to.to_str().ok_or_else(|| StoreError::Unavailable("the path is not UTF-8".to_owned()))?;
        self.connection()?.execute("VACUUM INTO ?1", [to]).map(drop).map_err(error)
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        let open = self.connection.as_ref().map(|open| &open.connection);
        open.ok_or_else(|| StoreError::Unavailable("not connected".to_owned()))
    }

    /// What is committed is safe in the log, so that a failure costs nothing but a longer log.
    fn checkpoint(&self) {
        let made = self.connection().map(|held| held.query_row(CHECKPOINT, [], |_| Ok(())));
        if let Ok(Err(error)) = made {
            tracing::warn!(%error, "a checkpoint failed; the log grows until one works");
        }
    }

    fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        self.connection()?
            .prepare_cached(sql)
            .and_then(|mut held| held.raw_execute())
            .map(drop)
            .map_err(error)
    }
}

fn connect(settings: &WritingSettings, synced: &Synced) -> Result<Open, StoreError> {
    // Never made anew: an empty file in place of a volume that is gone would be taken for the truth.
    let connection = open(settings).map_err(error)?;
    Ok(Open { connection, checkpoints: Checkpointer::start(settings.path.clone(), synced.clone()) })
}

fn open(settings: &WritingSettings) -> rusqlite::Result<Connection> {
    // One thread at a time, which Rust sees to: SQLite needs no mutexes for it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&settings.path, flags)?;
    connection.busy_timeout(settings.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(settings.prepared);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL, because with NORMAL a loss of power takes the last commits with it, and those were acknowledged.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -i64::from(settings.cache_kib))?;
    connection.pragma_update(None, "wal_autocheckpoint", BACKSTOP_PAGES)?;
    Ok(connection)
}

/// Binds by number: `$2` is the second value wherever it stands, while SQLite counts names in the order in which they come.
fn bind(held: &mut rusqlite::Statement<'_>, values: &[Value]) -> Result<(), StoreError> {
    for place in 1..=held.parameter_count() {
        let name = held.parameter_name(place).and_then(|name| name.get(1..));
        let value = name.and_then(|digits| digits.parse::<usize>().ok()).and_then(|n| values.get(n - 1));
        let value = value.ok_or_else(|| StoreError::Unavailable("a statement lacks a value".to_owned()))?;
        held.raw_bind_parameter(place, value).map_err(error)?;
    }
    Ok(())
}

#[async_trait]
impl Reading for Writing {
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError> {
        if statement.unfit {
            return Err(StoreError::NotFound);
        }
        let mut held = self.connection()?.prepare_cached(statement.sql).map_err(error)?;
        bind(&mut held, &statement.values)?;
        let mut rows = held.raw_query();
        while let Some(row) = rows.next().map_err(error)? {
            each(&Row(row))?;
        }
        Ok(())
    }
}

#[async_trait]
impl WriteConnection for Writing {
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.control(BEGIN)
    }

    async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control(SAVEPOINT)
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        self.control(KEEP)
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        self.control(UNDO)?;
        self.control(KEEP)
    }

    async fn execute(&mut self, statement: Statement) -> Result<u64, StoreError> {
        let mut held = self.connection()?.prepare_cached(statement.sql).map_err(error)?;
        bind(&mut held, &statement.values)?;
        let touched = held.raw_execute().map_err(error)?;
        drop(held);
        self.changes_who |= statement.changes_who;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        let committed = self.control(COMMIT);
        // Also if it failed: it may have taken effect all the same. The next one that does not fail settles it, and counts too.
        if self.changes_who {
            self.commits.count();
        }
        committed?;
        self.changes_who = false;
        if self.connection.as_ref().is_some_and(|open| open.checkpoints.committed()) {
            self.checkpoint();
        }
        Ok(())
    }

    async fn rollback(&mut self) {
        // "No transaction is active" is as good as done; anything else shows in the probe that follows.
        let _ = self.control(ROLLBACK);
    }

    async fn reopen(&mut self) -> Result<(), StoreError> {
        // Its transaction, if there is one, ends with it.
        self.connection = None;
        self.connection = Some(connect(&self.settings, &self.synced)?);
        Ok(())
    }

    async fn close(self: Box<Self>) {
        let Some(Open { connection, checkpoints }) = self.connection else { return };
        // Before, so that the last one to close is the one that brings all of the log home.
        drop(checkpoints);
        if let Err((_, error)) = connection.close() {
            tracing::warn!(%error, "the database was not closed well");
        }
    }
}
