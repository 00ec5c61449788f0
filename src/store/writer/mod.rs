//! The one ordered, batching writer of a database (group commit).
//!
//! Whatever waits when the writer turns to its queue becomes one transaction: many rooms, one fsync. A statement that fails
//! takes back its own room's batch and no other. The writer never waits for a room: the place for the answer is reserved in
//! the room's channel before the batch is taken (see [`Writer::submit`]).
//!
//! It has a thread of its own, where a connection may block: a batch costs one hop there and one back, however many
//! statements it has.

mod group;
mod registry;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use self::group::Group;
use self::registry::Registry;
use super::dialect::WriteConnection;
use super::{AccountWrite, StoreError};
use crate::domain::effect::Write;
use crate::domain::id::WorkspaceId;

/// What one turn of a room wants to be durable, whole or not at all.
#[derive(Debug)]
pub struct Batch {
    /// The room's workspace.
    pub workspace: WorkspaceId,
    /// The life of the room that it comes from.
    pub incarnation: u64,
    /// Grows by one with every batch of an incarnation.
    pub n: u64,
    /// The facts, in order.
    pub writes: Vec<Write>,
}

/// The answer to one batch. There is exactly one for each batch that was taken, in the order in which they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The life of the room that the batch came from.
    pub incarnation: u64,
    /// Which batch.
    pub n: u64,
    /// What became of it.
    pub outcome: CommitOutcome,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It is durable.
    Ok,
    /// A statement of it, or of an earlier batch of the incarnation, failed: nothing of it is in the store. Everything that
    /// comes of this incarnation is answered so.
    RoomFailed,
    /// COMMIT failed. The database can be written again, and what it holds now is the truth: rebuild from it. Everything that
    /// comes of this incarnation is answered [`CommitOutcome::RoomFailed`].
    Lost,
}

/// Why a batch was not taken. It is handed back.
#[derive(Debug)]
pub enum SubmitError {
    /// The writer's queue, or the room's own channel for answers, has no place left: the room has too much in flight.
    Full(Batch),
    /// The room was not opened under that incarnation, its receiver is gone, or the writer is closed.
    Closed(Batch),
}

/// Bounds and pauses of a writer.
#[derive(Debug, Clone, Copy)]
pub struct WriterSettings {
    /// Batches and account facts that may wait, all rooms together.
    pub queue: usize,
    /// Of those, how many make one transaction at most.
    pub group: usize,
    /// Pause before the second probe after a COMMIT of unknown outcome; it doubles from probe to probe.
    pub probe_pause: Duration,
    /// The longest pause between two probes.
    pub probe_pause_max: Duration,
}

impl Default for WriterSettings {
    fn default() -> Self {
        WriterSettings {
            queue: 4096,
            group: 256,
            probe_pause: Duration::from_secs(1),
            probe_pause_max: Duration::from_secs(30),
        }
    }
}

/// Something that waits for the writer.
enum Job {
    Room { batch: Batch, done: mpsc::OwnedPermit<Committed> },
    Account { facts: Vec<AccountWrite>, done: oneshot::Sender<Result<(), StoreError>> },
    Epoch { now_ms: u64, done: oneshot::Sender<Result<u64, StoreError>> },
    Barrier { done: oneshot::Sender<()> },
    Close,
}

impl Job {
    fn writes(&self) -> bool {
        !matches!(self, Job::Barrier { .. } | Job::Close)
    }
}

/// The writer's thread, and the word that it has ended.
struct Thread {
    handle: JoinHandle<()>,
    ended: oneshot::Receiver<()>,
}

/// A handle on the writer of a database.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    rooms: Arc<Registry>,
    thread: Arc<Mutex<Option<Thread>>>,
}

impl Writer {
    /// Starts the writer's thread. If the system has none left, everything is answered [`StoreError::Closed`].
    pub fn start(connection: Box<dyn WriteConnection>, settings: WriterSettings) -> Self {
        let (jobs, queue) = mpsc::channel(settings.queue);
        let rooms = Arc::new(Registry::default());
        let (ending, ended) = oneshot::channel();
        // However the thread ends, the rooms learn it: their channels close with it.
        let ends = (registry::EndWithWriter(Arc::clone(&rooms)), ending);
        let work = move || {
            let _ends = ends;
            match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(run(connection, settings, queue)),
                Err(error) => tracing::error!(%error, "the writer could not start"),
            }
        };
        let started = std::thread::Builder::new().name("writer".to_owned()).spawn(work);
        let thread = match started {
            Ok(handle) => Some(Thread { handle, ended }),
            Err(error) => {
                tracing::error!(%error, "the writer's thread could not start");
                None
            }
        };
        Writer { jobs, rooms, thread: Arc::new(Mutex::new(thread)) }
    }

    /// A room begins a life: answers to its batches go to `done`, whose capacity is the most batches that the room may have in
    /// flight. Every life of a room needs an incarnation that the workspace has not had in this process. If `done`'s receiver
    /// ends without a word, the writer has ended.
    ///
    /// A new life may only be read from the store after every batch of the old one was answered; if nobody is left who could
    /// know that, see [`Writer::barrier`].
    pub fn open_room(&self, workspace: WorkspaceId, incarnation: u64, done: mpsc::Sender<Committed>) {
        self.rooms.open(workspace, incarnation, done);
    }

    /// The room's life ends; batches that were taken are still written. Does nothing if a later life has begun.
    pub fn close_room(&self, workspace: WorkspaceId, incarnation: u64) {
        self.rooms.close(workspace, incarnation);
    }

    /// Hands a batch over. Never waits.
    ///
    /// A place for the answer is reserved in the room's channel here, so the writer can always answer at once and the channel
    /// cannot be full then.
    ///
    /// # Errors
    /// [`SubmitError`], with the batch; nothing was queued.
    pub fn submit(&self, batch: Batch) -> Result<(), SubmitError> {
        self.rooms.submit(batch, &self.jobs)
    }

    /// Writes an account fact; returns after its commit.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its condition does not hold, [`StoreError::Lost`] if the outcome must be read from the
    /// store, [`StoreError::Closed`].
    pub async fn account(&self, fact: AccountWrite) -> Result<(), StoreError> {
        self.accounts(vec![fact]).await
    }

    /// Writes account facts, all or none; returns after their commit.
    ///
    /// # Errors
    /// As [`Writer::account`].
    pub async fn accounts(&self, facts: Vec<AccountWrite>) -> Result<(), StoreError> {
        self.ask(|done| Job::Account { facts, done }).await?
    }

    /// Bumps the fence epoch and returns it: `max(stored + 1, now_ms)`. Once per start, before any room.
    ///
    /// # Errors
    /// As [`Writer::account`].
    pub async fn begin_epoch(&self, now_ms: u64) -> Result<u64, StoreError> {
        self.ask(|done| Job::Epoch { now_ms, done }).await?
    }

    /// Returns when everything that was handed over before is settled, one way or the other.
    ///
    /// # Errors
    /// [`StoreError::Closed`].
    pub async fn barrier(&self) -> Result<(), StoreError> {
        self.ask(|done| Job::Barrier { done }).await
    }

    /// Takes no more, writes what was handed over before, closes the connection. Waits as long as the database cannot be
    /// written: who calls it sets the time limit.
    pub async fn close(self) {
        // An error means that the writer has ended already, which is what was wanted.
        let _ = self.jobs.send(Job::Close).await;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Thread { handle, ended }) = thread else { return };
        // The sender is dropped as the last thing that the thread does; joining it then waits for nothing.
        let _ = ended.await;
        if handle.join().is_err() {
            tracing::error!("the writer did not end well");
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, StoreError> {
        let (done, answer) = oneshot::channel();
        self.jobs.send(job(done)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)
    }
}

async fn run(connection: Box<dyn WriteConnection>, settings: WriterSettings, mut queue: mpsc::Receiver<Job>) {
    let mut group = Group::new(connection, settings);
    let mut jobs = Vec::with_capacity(settings.group);
    while queue.recv_many(&mut jobs, settings.group).await > 0 {
        if jobs.iter().any(|job| matches!(job, Job::Close)) {
            queue.close();
        }
        group.settle(&mut jobs).await;
    }
    group.close().await;
}
