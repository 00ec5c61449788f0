//! SQLite: pools, pragmas, migrations. One file, one connection that writes, a few that read, one that makes checkpoints.

mod checkpoint;
mod connection;
mod migrate;
mod writing;

use std::path::PathBuf;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use self::connection::{Readers, error};
use self::writing::{Writing, WritingSettings};
use super::dialect::WriteConnection;
use super::{SqlStore, StoreError};
use crate::domain::time::Timestamp;

/// How long a connection waits for a lock of another process, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a read waits for a free connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared; more than there are.
const PREPARED: usize = 200;

/// Pages that the writer keeps in memory, in KiB.
const CACHE_KIB: u32 = 64 * 1024;

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
/// [`StoreError::Unavailable`] if it cannot be opened, [`StoreError::Corrupt`] if its tables are not ours.
pub async fn open_sqlite(
    settings: SqliteSettings,
) -> Result<(SqlStore, Box<dyn WriteConnection>), StoreError> {
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
    let writing = WritingSettings {
        path: settings.path,
        busy_timeout: BUSY_TIMEOUT,
        prepared: PREPARED,
        cache_kib: CACHE_KIB,
    };
    let writer = Writing::open(writing)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(settings.readers.clamp(1, 8))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(READER_TIMEOUT)
        .connect_lazy_with(options.read_only(true));
    Ok((SqlStore::new(Box::new(Readers(readers)), settings.now), Box::new(writer)))
}
