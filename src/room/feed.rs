//! A bounded queue to one socket of another system's client.
//!
//! The room hands over what happened, not how it is written: each wire has its own words. A post is shared by all its
//! receivers, and whoever writes it first keeps the text for the others. A reader that does not keep up is closed with a
//! code that makes it come again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::sync::Notify;

use super::weight;
use crate::domain::effect::Answer;
use crate::domain::id::SocketId;
use crate::domain::realtime::Post;
use crate::domain::refusal::Refusal;
use crate::protocol::close::{self, CloseCode};

/// Things that may wait.
const ITEMS: usize = 4_096;
/// Bytes that may wait; posts count in full, although they are shared.
const BYTES: usize = 1024 * 1024;
/// How long the oldest may wait.
const AGE: Duration = Duration::from_secs(10);

/// A post with its text, once somebody has written it.
#[derive(Debug)]
pub struct Parcel {
    /// What.
    pub post: Arc<Post>,
    text: OnceLock<ByteString>,
}

impl Parcel {
    pub(super) fn new(post: Arc<Post>) -> Self {
        Parcel { post, text: OnceLock::new() }
    }

    /// The text. All receivers of a post that are no sessions speak the same wire: only the first one writes it.
    pub fn text(&self, write: impl FnOnce(&Post) -> ByteString) -> ByteString {
        self.text.get_or_init(|| write(&self.post)).clone()
    }
}

/// Something for a client.
#[derive(Debug)]
pub enum Item {
    /// Something happened.
    Post {
        /// What.
        parcel: Arc<Parcel>,
        /// Which of the client's subscriptions asked for it.
        subscriptions: Vec<Arc<str>>,
    },
    /// The answer to what it asked.
    Answer {
        /// The number that the translator gave the question.
        tag: u32,
        /// What it led to.
        result: Box<Result<Answer, Refusal>>,
    },
}

struct Waiting {
    item: Item,
    bytes: usize,
    since: Instant,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Waiting>,
    bytes: usize,
    close: Option<CloseCode>,
    over: bool,
}

struct Shared {
    socket: SocketId,
    queue: Mutex<Queue>,
    wake: Notify,
}

/// See the module. Clones are the same feed.
#[derive(Clone)]
pub struct Feed(Arc<Shared>);

/// What the socket's task takes out.
pub struct Taken {
    /// In order.
    pub items: Vec<Item>,
    /// To be sent after them; nothing follows.
    pub close: Option<CloseCode>,
}

impl Feed {
    /// An empty feed to a socket.
    pub fn new(socket: SocketId) -> Self {
        Feed(Arc::new(Shared { socket, queue: Mutex::default(), wake: Notify::new() }))
    }

    /// Its socket.
    pub fn socket(&self) -> SocketId {
        self.0.socket
    }

    /// Appends. Beyond its bounds the backlog goes and the client must come again.
    pub fn push(&self, item: Item, now: Instant) {
        let bytes = match &item {
            Item::Post { parcel, .. } => weight::post(&parcel.post),
            Item::Answer { .. } => 0,
        };
        let mut queue = self.lock();
        if queue.over || queue.close.is_some() {
            return;
        }
        queue.bytes += bytes;
        queue.items.push_back(Waiting { item, bytes, since: now });
        let old = queue.items.front().is_some_and(|first| now - first.since > AGE);
        // What came last does not count: one history may be larger than any backlog should be.
        if old || queue.items.len() > ITEMS || queue.bytes - bytes > BYTES {
            queue.items.clear();
            queue.bytes = 0;
            queue.close = Some(close::SLOW);
        }
        drop(queue);
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
        queue.items.clear();
        queue.bytes = 0;
    }

    /// Whether [`Feed::abandon`] was called.
    pub fn is_abandoned(&self) -> bool {
        self.lock().over
    }

    /// Waits until there is something to take.
    pub async fn ready(&self) {
        self.0.wake.notified().await;
    }

    /// Takes all that waits, up to so many bytes; the rest makes [`Feed::ready`] ready again.
    pub fn take(&self, most: usize) -> Taken {
        let mut queue = self.lock();
        let mut items = Vec::new();
        let mut taken = 0;
        while taken < most
            && let Some(first) = queue.items.pop_front()
        {
            taken += first.bytes;
            queue.bytes -= first.bytes;
            items.push(first.item);
        }
        if !queue.items.is_empty() {
            self.0.wake.notify_one();
            return Taken { items, close: None };
        }
        Taken { items, close: queue.close }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::realtime::{ChannelNews, ChannelPost, Json, Said, Sort};
    use crate::domain::time::Timestamp;

    fn item(bytes: usize) -> Item {
        let payload = Json::new("x".repeat(bytes));
        let said = Said { number: 1, at: Timestamp(0), sort: Sort::Event { row: (0, 0) }, payload };
        let post = ChannelPost { channel: "a".into(), news: ChannelNews::Said(Arc::new(said)) };
        let parcel = Arc::new(Parcel::new(Arc::new(Post::Channel(post))));
        Item::Post { parcel, subscriptions: Vec::new() }
    }

    #[test]
    fn a_reader_that_does_not_keep_up_must_come_again() {
        let (feed, now) = (Feed::new(SocketId(1)), Instant::now());
        feed.push(item(2 * BYTES), now);
        assert!(feed.take(1).close.is_none(), "one large thing is no backlog");
        for _ in 0..3 {
            feed.push(item(BYTES / 2), now);
        }
        assert_eq!(feed.take(BYTES).close, None);
        for _ in 0..4 {
            feed.push(item(BYTES / 2), now);
        }
        let taken = feed.take(BYTES);
        assert!(taken.items.is_empty());
        assert_eq!(taken.close, Some(close::SLOW));
    }

    #[test]
    fn what_is_old_is_behind() {
        let (feed, now) = (Feed::new(SocketId(1)), Instant::now());
        feed.push(item(1), now);
        feed.push(item(1), now + AGE + Duration::from_millis(1));
        assert_eq!(feed.take(BYTES).close, Some(close::SLOW));
    }

    #[test]
    fn a_post_is_written_once() {
        let parcel = Parcel::new(Arc::new(Post::Channel(ChannelPost {
            channel: "a".into(),
            news: ChannelNews::Closed,
        })));
        assert_eq!(parcel.text(|_| "one".into()), "one");
        assert_eq!(parcel.text(|_| panic!("twice")), "one");
    }
}
