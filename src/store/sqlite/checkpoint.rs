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
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
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

/// The database file as checkpoints sync it, opened once for all of them and never closed: that would take from this process
/// all locks that SQLite has on the file, whichever connection's they are (sqlite.org/howtocorrupt.html, 2.2).
#[derive(Clone, Default)]
pub struct Synced(Arc<OnceLock<ManuallyDrop<File>>>);

impl Synced {
    /// The file at the path, unless it is open already.
    fn of(&self, path: &Path) -> std::io::Result<&File> {
        if let Some(file) = self.0.get() {
            return Ok(file);
        }
        let file = ManuallyDrop::new(File::open(path)?);
        Ok(self.0.get_or_init(|| file))
    }
}

/// See the module. Ends when dropped.
pub struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts it. If the system has no thread left, the writer's connection does all the work.
    pub fn start(path: PathBuf, synced: Synced) -> Self {
        Checkpointer::at(path, synced, PACE)
    }

    fn at(path: PathBuf, synced: Synced, pace: Pace) -> Self {
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&path, &synced, pace, &own));
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

fn run(path: &Path, synced: &Synced, pace: Pace, shared: &Shared) {
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
        match Own::of(&mut own, path, synced).and_then(|own| own.checkpoint(pace)) {
            Ok(log) if log >= pace.anew_pages => shared.anew.store(true, Ordering::Relaxed),
            Ok(_) => (),
            Err(error) => tracing::warn!(%error, "a checkpoint failed; the log grows until one works"),
        }
    }
}

/// What checkpoints are made with.
struct Own<'a> {
    connection: Connection,
    file: &'a File,
}

impl<'a> Own<'a> {
    /// Opens it when it is first wanted, which can fail, and be tried again.
    fn of<'b>(
        own: &'b mut Option<Own<'a>>,
        path: &Path,
        synced: &'a Synced,
    ) -> Result<&'b Own<'a>, Box<dyn Error>> {
        Ok(match own {
            Some(own) => own,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                own.insert(Own { connection, file: synced.of(path)? })
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

    /// A database with a log, and a connection that writes it.
    fn written(path: &Path) -> Connection {
        let writer = Connection::open(path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        writer.execute_batch("CREATE TABLE kept (number INTEGER PRIMARY KEY)").unwrap();
        writer
    }

    /// How many descriptors of this process are of the file.
    fn descriptors(path: &Path) -> usize {
        let all = std::fs::read_dir("/proc/self/fd").unwrap();
        all.filter(|one| one.as_ref().is_ok_and(|one| one.path().read_link().is_ok_and(|to| to == path)))
            .count()
    }

    #[test]
    fn a_writer_that_connects_again_leaves_no_descriptor_behind() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().canonicalize().unwrap().join("baton.db");
        let _writer = written(&path);
        let (before, synced) = (descriptors(&path), Synced::default());
        let after = [(); 3].map(|()| {
            let pace = Pace { every: Duration::from_millis(1), anew_pages: 8 };
            let checkpoints = Checkpointer::at(path.clone(), synced.clone(), pace);
            checkpoints.committed();
            let began = Instant::now();
            // Once it is taken up, the thread does not end without a checkpoint.
            while checkpoints.shared.committed.load(Ordering::Relaxed) {
                assert!(began.elapsed() < Duration::from_secs(20), "no checkpoint was made");
                std::thread::yield_now();
            }
            drop(checkpoints);
            descriptors(&path)
        });
        assert!(after[0] > before);
        // SQLite keeps that of a closed connection for the next one, as long as another has locks on the file.
        assert_eq!([after[0]; 3], after);
    }

    #[test]
    fn a_log_begins_anew_though_the_writer_never_rests() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("baton.db");
        let writer = written(&path);
        let log = path.with_extension("db-wal");
        let pace = Pace { every: Duration::from_millis(1), anew_pages: 8 };
        let checkpoints = Checkpointer::at(path, Synced::default(), pace);
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
