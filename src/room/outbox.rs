//! A bounded queue to one socket, and what happens to a reader that does not keep up.
//!
//! The room only pushes and never waits; the socket's task takes all that is there and writes it as one frame. Bounds are in
//! bytes and age. Over the soft bound live updates are left out; over the hard bound the backlog is thrown away but for the
//! answers to calls, and once the socket has drained it gets one snapshot instead. Who needs that too often is cut.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::sync::Notify;

pub use super::frame::{Frame, LiveBatch};
use super::frame::{join, merge};
pub use super::pool::OutboxPool;
pub use super::pulse::Pulse;
use crate::domain::id::SocketId;
use crate::protocol::close::{self, CloseCode};

/// The bounds of an outbox.
#[derive(Debug, Clone, Copy)]
pub struct OutboxLimits {
    /// Beyond it live updates are left out, in bytes.
    pub soft: usize,
    /// Beyond it, not counting the largest frame, the backlog is replaced by a snapshot, in bytes.
    pub hard: usize,
    /// A message that waits longer makes the reader behind.
    pub age: Duration,
    /// All outboxes together, in bytes; beyond it the largest is replaced by a snapshot.
    pub together: usize,
    /// Snapshots instead of a backlog within [`OutboxLimits::resync_window`]; the next one cuts the socket.
    pub resyncs: u32,
    /// See [`OutboxLimits::resyncs`].
    pub resync_window: Duration,
}

impl Default for OutboxLimits {
    fn default() -> Self {
        OutboxLimits {
            soft: 256 * 1024,
            hard: 1024 * 1024,
            age: Duration::from_secs(5),
            together: 256 * 1024 * 1024,
            resyncs: 3,
            resync_window: Duration::from_secs(60),
        }
    }
}

/// Live batches that wait separately before they are merged into one.
const LIVE_BATCHES: usize = 4;

/// What the socket's task takes out.
#[derive(Debug, Default)]
pub struct Drained {
    /// To be written, as one frame.
    pub text: Option<ByteString>,
    /// To be sent after it; nothing follows.
    pub close: Option<CloseCode>,
    /// The backlog was thrown away: ask the room for a snapshot.
    pub behind: bool,
    /// Ask for a sign of life now.
    pub ping: bool,
}

struct Waiting {
    frame: Frame,
    since: Instant,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Waiting>,
    live: Vec<Arc<LiveBatch>>,
    bytes: usize,
    behind: Option<Asked>,
    resyncs: VecDeque<Instant>,
    close: Option<CloseCode>,
    ping: bool,
    over: bool,
}

/// Whether the snapshot for a reader that is behind has been asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    Yes,
}

struct Shared {
    socket: SocketId,
    limits: OutboxLimits,
    pool: OutboxPool,
    greeting: Greeting,
    queue: Mutex<Queue>,
    wake: Notify,
    upto: AtomicU64,
    ping_ms: AtomicU64,
    pulse: Pulse,
}

impl Drop for Shared {
    fn drop(&mut self) {
        let bytes = self.queue.get_mut().unwrap_or_else(PoisonError::into_inner).bytes;
        self.pool.left(self.socket, bytes);
    }
}

/// What the room needs to write the welcome of a socket.
#[derive(Debug, Clone)]
pub struct Greeting {
    /// The hello's call id.
    pub re: Option<u32>,
    /// The resume secret whose digest is in the hello.
    pub secret: String,
}

/// See the module. Clones are the same outbox.
#[derive(Clone)]
pub struct Outbox(Arc<Shared>);

impl Outbox {
    /// An empty outbox to a socket that has said hello.
    pub fn new(socket: SocketId, pool: &OutboxPool, greeting: Greeting) -> Self {
        let outbox = Outbox(Arc::new(Shared {
            socket,
            limits: pool.limits(),
            pool: pool.clone(),
            greeting,
            queue: Mutex::default(),
            wake: Notify::new(),
            upto: AtomicU64::new(0),
            ping_ms: AtomicU64::new(0),
            pulse: Pulse::new(Instant::now()),
        }));
        pool.joined(&outbox);
        outbox
    }

    /// Its socket.
    pub fn socket(&self) -> SocketId {
        self.0.socket
    }

    /// See [`Greeting`].
    pub fn greeting(&self) -> &Greeting {
        &self.0.greeting
    }

    /// The room's number that the session knows once all that was taken is written. What was thrown away does not count.
    pub fn upto(&self) -> u64 {
        self.0.upto.load(Ordering::Relaxed)
    }

    /// A ping is due so often, in milliseconds; zero before the welcome.
    pub fn ping_ms(&self) -> u64 {
        self.0.ping_ms.load(Ordering::Relaxed)
    }

    /// Sets how often a ping is due, in milliseconds.
    pub fn set_ping_ms(&self, ms: u64) {
        if self.0.ping_ms.swap(ms, Ordering::Relaxed) != ms {
            self.0.wake.notify_one();
        }
    }

    /// What is known of the client's life.
    pub fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// Appends a frame. Over the hard bound, or when the oldest has waited too long, the backlog goes.
    pub fn push(&self, frame: Frame, now: Instant) {
        let mut queue = self.lock();
        if queue.over || queue.close.is_some() {
            return;
        }
        if queue.behind.is_some() {
            if let Some(replies) = frame.replies {
                self.append(&mut queue, Frame { bytes: replies, replies: None, upto: None }, now);
            }
            if self.is_over(&queue) {
                self.cut(&mut queue);
            }
        } else {
            self.append(&mut queue, frame, now);
            let old = queue.frames.front().is_some_and(|first| now - first.since > self.0.limits.age);
            if old || self.is_over(&queue) {
                self.fall_behind(&mut queue, now);
            }
        }
        drop(queue);
        self.0.wake.notify_one();
        self.0.pool.relieve(now);
    }

    /// Appends a frame that is nothing but an answer.
    pub fn push_answer(&self, bytes: ByteString, now: Instant) {
        self.push(Frame { replies: Some(bytes.clone()), bytes, upto: None }, now);
    }

    /// The snapshot for a reader that is behind, or whose replica is void: it takes the place of all that waits but answers.
    pub fn replace(&self, frame: Frame, now: Instant) {
        let mut queue = self.lock();
        if queue.over || queue.close.is_some() {
            return;
        }
        self.keep_replies(&mut queue);
        queue.behind = None;
        self.append(&mut queue, frame, now);
        drop(queue);
        self.0.wake.notify_one();
    }

    /// Appends live updates, unless the reader is under pressure; the latest value of each session counts.
    pub fn push_live(&self, batch: &Arc<LiveBatch>) {
        let mut queue = self.lock();
        if queue.over || queue.close.is_some() || queue.behind.is_some() || queue.bytes > self.0.limits.soft {
            metrics::counter!("baton_outbox_dropped_total", "class" => "live").increment(1);
            return;
        }
        queue.live.push(Arc::clone(batch));
        if queue.live.len() > LIVE_BATCHES {
            let merged = merge(&queue.live);
            queue.live = vec![Arc::new(merged)];
        }
        drop(queue);
        self.0.wake.notify_one();
    }

    /// Asks the socket for a sign of life, and to tell it.
    pub fn ping(&self) {
        self.0.pulse.await_frame();
        self.lock().ping = true;
        self.0.wake.notify_one();
    }

    /// Nothing follows but what waits, and this close.
    pub fn close(&self, code: CloseCode) {
        self.lock().close.get_or_insert(code);
        self.0.wake.notify_one();
    }

    /// The socket is gone: whatever is pushed from now on is dropped.
    pub fn abandon(&self) {
        let mut queue = self.lock();
        queue.over = true;
        self.clear(&mut queue);
    }

    /// Whether [`Outbox::abandon`] was called.
    pub fn is_abandoned(&self) -> bool {
        self.lock().over
    }

    /// What waits, in bytes.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Waits until there is something to take.
    pub async fn ready(&self) {
        self.0.wake.notified().await;
    }

    /// Takes all that waits.
    pub fn drain(&self) -> Drained {
        let mut queue = self.lock();
        let text = join(queue.frames.iter().map(|one| &one.frame.bytes), &queue.live);
        if let Some(upto) = queue.frames.iter().rev().find_map(|one| one.frame.upto) {
            self.0.upto.store(upto, Ordering::Relaxed);
        }
        self.clear(&mut queue);
        let behind = queue.behind == Some(Asked::No);
        if behind {
            queue.behind = Some(Asked::Yes);
        }
        Drained { text, close: queue.close, behind, ping: std::mem::take(&mut queue.ping) }
    }

    /// Throws the backlog away because all outboxes together hold too much.
    pub(super) fn relieve(&self, now: Instant) {
        let mut queue = self.lock();
        if queue.behind.is_none() && !queue.over {
            self.fall_behind(&mut queue, now);
        }
        drop(queue);
        self.0.wake.notify_one();
    }

    pub(super) fn weak(&self) -> WeakOutbox {
        WeakOutbox(Arc::downgrade(&self.0))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, queue: &mut Queue, frame: Frame, now: Instant) {
        let bytes = frame.bytes.len();
        queue.bytes += bytes;
        self.0.pool.grew(bytes);
        queue.frames.push_back(Waiting { frame, since: now });
    }

    fn clear(&self, queue: &mut Queue) {
        // Most sockets are idle most of the time: what waits for nothing keeps no places.
        queue.frames = VecDeque::new();
        queue.live = Vec::new();
        self.0.pool.shrank(std::mem::take(&mut queue.bytes));
    }

    fn keep_replies(&self, queue: &mut Queue) {
        let kept: Vec<Waiting> = queue
            .frames
            .drain(..)
            .filter_map(|one| {
                let bytes = one.frame.replies?;
                // Kept answers stay answers, should the backlog be thrown away once more.
                let replies = Some(bytes.clone());
                Some(Waiting { frame: Frame { bytes, replies, upto: None }, since: one.since })
            })
            .collect();
        self.clear(queue);
        for one in kept {
            self.append(queue, one.frame, one.since);
        }
    }

    fn fall_behind(&self, queue: &mut Queue, now: Instant) {
        let limits = &self.0.limits;
        queue.resyncs.retain(|at| now - *at < limits.resync_window);
        if queue.resyncs.len() >= limits.resyncs as usize {
            return self.cut(queue);
        }
        metrics::counter!("baton_outbox_dropped_total", "class" => "backlog").increment(1);
        queue.resyncs.push_back(now);
        self.keep_replies(queue);
        if self.is_over(queue) {
            return self.cut(queue);
        }
        queue.behind = Some(Asked::No);
    }

    /// Whether too much waits. The largest frame does not count: a picture or an object may be larger than any backlog
    /// should be, and is no sign of a slow reader.
    fn is_over(&self, queue: &Queue) -> bool {
        let hard = self.0.limits.hard;
        queue.bytes > hard && {
            let largest = queue.frames.iter().map(|one| one.frame.bytes.len()).max().unwrap_or(0);
            queue.bytes - largest > hard
        }
    }

    fn cut(&self, queue: &mut Queue) {
        metrics::counter!("baton_slow_cuts_total").increment(1);
        self.clear(queue);
        queue.close.get_or_insert(close::SLOW);
    }
}

/// An outbox that is there as long as its socket or room holds it.
pub(super) struct WeakOutbox(std::sync::Weak<Shared>);

impl WeakOutbox {
    pub(super) fn get(&self) -> Option<Outbox> {
        self.0.upgrade().map(Outbox)
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
