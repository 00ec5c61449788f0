//! The shell around one [`Workspace`](crate::domain::workspace::Workspace): the actor that owns it, and the ways to it.
//!
//! * [`Registry`] finds or starts rooms; [`RoomHandle`] is the typed way to one.
//! * The actor waits for nothing but its inbox: commit results, lost sockets, reads, deadlines, mail.
//! * [`gate`] holds what may not be seen before its commit; [`outbox`] bounds what waits for a session's socket, [`feed`]
//!   what waits for a socket of another system's client.
//!
//! How to spawn comes from outside ([`Spawn`]): a room never runs on an HTTP worker, where it would die with the worker.

mod actor;
mod calls;
mod clients;
mod clock;
mod fanout;
pub mod feed;
mod flush;
mod frame;
pub mod gate;
mod handle;
mod heard;
mod intake;
mod live;
mod mail;
mod member;
pub mod outbox;
mod pool;
mod posts;
mod pulse;
mod reads;
mod rebuild;
mod registry;
mod resend;
#[cfg(test)]
mod rig;
mod seat;
mod turn;
mod views;
mod weight;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

/// Where the steps of an edit are logged, from its frame to what others see: `--log info,baton::journey=trace`.
pub(crate) const JOURNEY: &str = "baton::journey";

pub use clients::Entering;
pub use handle::{CallError, RoomHandle};
pub use mail::{HelloWithoutCall, Line};
pub use member::Attachment;
pub use registry::{Registry, StartError};
pub use weight::is_ephemeral;

use crate::domain::id::WorkspaceId;
use crate::domain::limits::Limits;
use crate::domain::workspace::PublishCheck;
use crate::store::{Store, Writer};
use gate::GateLimits;
use outbox::OutboxPool;

/// A task of a room.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;
/// Starts a task where rooms live; tasks of the same workspace may be put on the same thread.
pub type Spawn = Arc<dyn Fn(WorkspaceId, Task) + Send + Sync>;

/// What rooms work with.
#[derive(Clone)]
pub struct Ports {
    /// Reads.
    pub store: Arc<dyn Store>,
    /// Writes.
    pub writer: Writer,
    /// The fences' epoch of this start, from [`Writer::begin_epoch`].
    pub epoch: u64,
    /// All outboxes of the process.
    pub outboxes: OutboxPool,
    /// So many plans over long logs are made at once, of all rooms.
    pub planners: Arc<Semaphore>,
    /// How to start a room.
    pub spawn: Spawn,
}

/// As many plans at once as leave half of the cores, or one, to everything else.
pub fn planners() -> Arc<Semaphore> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Arc::new(Semaphore::new((cores / 2).max(1)))
}

/// Bounds and times of rooms.
#[derive(Debug, Clone)]
pub struct RoomSettings {
    /// The core's.
    pub limits: Limits,
    /// What publishing refuses.
    pub publish_check: PublishCheck,
    /// The gate's.
    pub gate: GateLimits,
    /// Pieces of mail that may wait.
    pub mailbox: usize,
    /// Sockets of one room.
    pub sockets: usize,
    /// How long an HTTP call waits for its answer.
    pub patience: Duration,
    /// How long a start may take before its caller is told to come again.
    pub start: Duration,
    /// A room in which nothing was left for this long is unloaded.
    pub unload_after: Duration,
    /// First pause between two tries to read the store; it doubles.
    pub retry: Duration,
    /// The longest pause between two tries.
    pub retry_max: Duration,
    /// So many panics within [`RoomSettings::panic_window`] close the room.
    pub panics: usize,
    /// See [`RoomSettings::panics`].
    pub panic_window: Duration,
    /// How long a room that panicked too often stays closed.
    pub closed_for: Duration,
}

impl Default for RoomSettings {
    fn default() -> Self {
        RoomSettings {
            limits: Limits::default(),
            publish_check: |_, _| Vec::new(),
            gate: GateLimits::default(),
            mailbox: 4_096,
            sockets: 16_384,
            patience: Duration::from_secs(10),
            start: Duration::from_secs(10),
            unload_after: Duration::from_secs(60),
            retry: Duration::from_secs(1),
            retry_max: Duration::from_secs(30),
            panics: 3,
            panic_window: Duration::from_secs(60),
            closed_for: Duration::from_secs(300),
        }
    }
}
