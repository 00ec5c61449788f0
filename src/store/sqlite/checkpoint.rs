//! Moves what is committed from the log into the database, beside the writer.
//!
//! A checkpoint syncs twice and writes many pages: on the writer's thread everybody who waits for a commit would wait for it
//! too. Here it takes place at most once a second on a thread and a connection of its own. The log begins anew only after a
//! checkpoint that nobody committed beside, which has to be the writer's own: it is asked for one when next to nothing is left
//! to do. If that cannot keep up, the writer's connection checkpoints at [`BACKSTOP_PAGES`] by itself.

use std::error::Error;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// Moves what no reader needs any more of the log; waits for nobody.
pub const CHECKPOINT: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Pages in the log at which the writer checkpoints itself: 128 MiB.
pub const BACKSTOP_PAGES: u32 = 32_768;

/// How often, and how long the log becomes.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Between two checkpoints.
    every: Duration,
    /// Pages in the log at which it is to begin anew.
    anew_pages: u32,
}

/// The log begins anew at 32 MiB.
const PACE: Pace = Pace { every: Duration::from_secs(1), anew_pages: 8_192 };

#[derive(Default)]
struct Shared {
    committed: AtomicBool,
    anew: AtomicBool,
    over: Mutex<bool>,
    wake: Condvar,
}

/// See the module. Ends when dropped.
pub struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts it. If the system has no thread left, the writer's connection does all the work.
    pub fn start(path: PathBuf) -> Self {
        Checkpointer::at(path, PACE)
    }

    fn at(path: PathBuf, pace: Pace) -> Self {
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || run(&path, pace, &own));
        if let Err(error) = &thread {
            tracing::warn!(%error, "no thread for checkpoints: the writer makes them itself");
        }
        Checkpointer { shared, thread: thread.ok() }
    }

    /// Something was committed. Whether the writer is to make this checkpoint itself: only a little is left to do, and the log
    /// begins anew with the next commit.
    pub fn committed(&self) -> bool {
        self.shared.committed.store(true, Ordering::Relaxed);
        self.shared.anew.swap(false, Ordering::Relaxed)
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        *self.shared.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic there was told where it happened, and the writer needs nothing of it.
            let _ = thread.join();
        }
    }
}

fn run(path: &Path, pace: Pace, shared: &Shared) {
    let mut own = None;
    loop {
        let over = shared.over.lock().unwrap_or_else(PoisonError::into_inner);
        let (over, _) = shared
            .wake
            .wait_timeout_while(over, pace.every, |over| !*over)
            .unwrap_or_else(PoisonError::into_inner);
        if *over {
            return;
        }
        drop(over);
        if !shared.committed.swap(false, Ordering::Relaxed) {
            continue;
        }
        match Own::of(&mut own, path).and_then(|own| own.checkpoint(pace)) {
            Ok(log) if log >= pace.anew_pages => shared.anew.store(true, Ordering::Relaxed),
            Ok(_) => (),
            Err(error) => tracing::warn!(%error, "a checkpoint failed; the log grows until one works"),
        }
    }
}

/// What checkpoints are made with.
struct Own {
    connection: Connection,
    /// Never closed: that would take from this process all locks that SQLite has on the file, whichever connection's they are
    /// (sqlite.org/howtocorrupt.html, 2.2).
    file: ManuallyDrop<File>,
}

impl Own {
    /// Opens it when it is first wanted, which can fail, and be tried again.
    fn of<'a>(own: &'a mut Option<Own>, path: &Path) -> Result<&'a Own, Box<dyn Error>> {
        Ok(match own {
            Some(own) => own,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                own.insert(Own { connection, file: ManuallyDrop::new(File::open(path)?) })
            }
        })
    }

    /// Checkpoints and syncs; pages in the log. Of a log that is to begin anew also what was committed meanwhile.
    ///
    /// SQLite syncs the database only after a checkpoint that nobody committed beside. While people work that would be the
    /// writer's, who would wait for all pages of the time since: they go to the disk here.
    fn checkpoint(&self, pace: Pace) -> Result<u32, Box<dyn Error>> {
        let log = self.pass()?;
        if log >= pace.anew_pages { self.pass() } else { Ok(log) }
    }

    fn pass(&self) -> Result<u32, Box<dyn Error>> {
        let log: i64 = self.connection.query_row(CHECKPOINT, [], |row| row.get("log"))?;
        self.file.sync_data()?;
        // Less than none while the writer makes one itself.
        Ok(u32::try_from(log).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tempfile::TempDir;

    use super::*;

    /// Where the log begins anew: the number in its head that grows by one each time (sqlite.org/fileformat2.html, 4.1).
    fn beginnings(log: &Path) -> u32 {
        let head = std::fs::read(log).unwrap();
        u32::from_be_bytes(head[12..16].try_into().unwrap())
    }

    #[test]
    fn a_log_begins_anew_though_the_writer_never_rests() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("baton.db");
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        writer.execute_batch("CREATE TABLE kept (number INTEGER PRIMARY KEY)").unwrap();
        let log = path.with_extension("db-wal");
        let checkpoints = Checkpointer::at(path, Pace { every: Duration::from_millis(1), anew_pages: 8 });
        let insert = || writer.execute_batch("INSERT INTO kept DEFAULT VALUES").unwrap();
        let (began, mut anew) = (Instant::now(), 0);
        while anew < 3 {
            assert!(began.elapsed() < Duration::from_secs(20), "the log began anew {anew} times");
            insert();
            if checkpoints.committed() {
                let before = beginnings(&log);
                writer.query_row(CHECKPOINT, [], |_| Ok(())).unwrap();
                insert();
                anew += beginnings(&log) - before;
            }
        }
    }
}
