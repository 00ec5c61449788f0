//! Moves what is committed from the log into the database, beside the writer.
//!
//! A checkpoint syncs twice and writes many pages: on the writer's thread everybody who waits for a commit would wait for it
//! too. Here it takes place at most once a second on a thread and a connection of its own. If that cannot keep up, the
//! writer's own connection checkpoints at [`BACKSTOP_PAGES`], when little is left to do, which also lets the log begin anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// Pages in the log at which the writer checkpoints itself: 64 MiB.
pub const BACKSTOP_PAGES: u32 = 16_384;

/// Between two checkpoints.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Shared {
    committed: AtomicBool,
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
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || run(&path, &own));
        if let Err(error) = &thread {
            tracing::warn!(%error, "no thread for checkpoints: the writer makes them itself");
        }
        Checkpointer { shared, thread: thread.ok() }
    }

    /// Something was committed.
    pub fn committed(&self) {
        self.shared.committed.store(true, Ordering::Relaxed);
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

fn run(path: &Path, shared: &Shared) {
    let mut connection = None;
    loop {
        let over = shared.over.lock().unwrap_or_else(PoisonError::into_inner);
        let (over, _) = shared
            .wake
            .wait_timeout_while(over, EVERY, |over| !*over)
            .unwrap_or_else(PoisonError::into_inner);
        if *over {
            return;
        }
        drop(over);
        if shared.committed.swap(false, Ordering::Relaxed)
            && let Err(error) = checkpoint(path, &mut connection)
        {
            connection = None;
            tracing::warn!(%error, "a checkpoint failed; the log grows until one works");
        }
    }
}

fn checkpoint(path: &Path, connection: &mut Option<Connection>) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = match connection {
        Some(open) => open,
        None => connection.insert(Connection::open_with_flags(path, flags)?),
    };
    open.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
