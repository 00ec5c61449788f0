//! SQLite: pools, pragmas, migrations. One file, one connection that writes, a few that read, one that makes checkpoints.

mod checkpoint;
mod connection;
mod migrate;
mod writing;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use self::connection::{Readers, error};
use self::writing::{Writing, WritingSettings};
use super::dialect::WriteConnection;
use super::recent::Commits;
use super::{SqlStore, StoreError, ledger};
use crate::domain::time::Timestamp;

/// How long a connection waits for a lock of another process, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a read waits for a free connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared; more than there are.
const PREPARED: usize = 200;

/// Pages that the writer keeps in memory, in KiB.
const CACHE_KIB: u32 = 64 * 1024;

/// A file up to this size is looked at page by page at the start: a tenth of a second or so.
const CHECKED_AT_START: u64 = 64 * 1024 * 1024;

/// Where the database is, and how it is read.
#[derive(Debug, Clone)]
pub struct SqliteSettings {
    /// The file; it is made if it is not there, its folder is not.
    pub path: PathBuf,
    /// Connections that read, 1 to 8.
    pub readers: u32,
    /// The wall clock.
    pub now: fn() -> Timestamp,
}

impl SqliteSettings {
    /// The database at `path` with the usual readers and the system's clock.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        SqliteSettings { path: path.into(), readers: 3, now: system_clock }
    }
}

fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Opens the database, brings its tables up to date, and gives its readers and the connection for its one writer.
///
/// # Errors
/// [`StoreError::Unavailable`] if it cannot be opened or written, [`StoreError::Corrupt`] if it is damaged or not ours.
pub async fn open_sqlite(
    settings: SqliteSettings,
) -> Result<(SqlStore, Box<dyn WriteConnection>), StoreError> {
    is_whole(&settings.path)?;
    let options = SqliteConnectOptions::new()
        .filename(&settings.path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(PREPARED);
    let first = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut first = first.connect().await.map_err(error)?;
    migrate::run(&mut first).await?;
    first.close().await.map_err(error)?;
    let commits = Commits::default();
    let mut writer = Writing::open(writing_settings(&settings.path))?.counted_by(commits.clone());
    can_be_written(&mut writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(settings.readers.clamp(1, 8))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(READER_TIMEOUT)
        .connect_lazy_with(options.read_only(true));
    Ok((SqlStore::new(Box::new(Readers(readers)), settings.now, Some(commits)), Box::new(writer)))
}

/// The readers of a database that another process may be writing.
pub fn read_sqlite(settings: SqliteSettings) -> SqlStore {
    let options =
        SqliteConnectOptions::new().filename(&settings.path).busy_timeout(BUSY_TIMEOUT).read_only(true);
    let readers = SqlitePoolOptions::new().max_connections(1).acquire_timeout(READER_TIMEOUT);
    SqlStore::new(Box::new(Readers(readers.connect_lazy_with(options))), settings.now, None)
}

/// Looks whether the file is whole, if there is one and it does not take long: better before anybody works than later.
fn is_whole(path: &Path) -> Result<(), StoreError> {
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if bytes > CHECKED_AT_START {
        tracing::info!(bytes, "the database is not checked at the start; `baton doctor` does it");
        return Ok(());
    }
    if bytes == 0 { Ok(()) } else { check_sqlite(path) }
}

/// Writes a row, because the first edit is too late to learn that it cannot be done.
async fn can_be_written(writer: &mut Writing) -> Result<(), StoreError> {
    let written = ledger::probe(writer).await;
    if written.is_err() {
        writer.rollback().await;
    }
    written
}

/// Looks at every page of a database that nobody writes.
///
/// # Errors
/// [`StoreError::Corrupt`] with what is damaged.
pub fn check_sqlite(path: &Path) -> Result<(), StoreError> {
    Writing::open(writing_settings(path))?.check()
}

/// Copies a database that may be in use, as of one moment, to a file that is not there yet.
///
/// # Errors
/// [`StoreError::Unavailable`] if the copy cannot be written, [`StoreError::Corrupt`] if the database is damaged.
pub fn copy_sqlite(path: &Path, to: &Path) -> Result<(), StoreError> {
    Writing::open(writing_settings(path))?.copy(to)
}

fn writing_settings(path: &Path) -> WritingSettings {
    WritingSettings {
        path: path.to_owned(),
        busy_timeout: BUSY_TIMEOUT,
        prepared: PREPARED,
        cache_kib: CACHE_KIB,
    }
}
