//! The loop. One task owns the core; it waits for nothing but its inbox, and drains all of it before it writes once per
//! session.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::clock::Clock;
use super::mail::Mail;
use super::member::Lost;
use super::turn::Room;
use crate::domain::command::LoadedStack;
use crate::domain::id::{CallId, ObjectId};
use crate::domain::plan::Worked;
use crate::domain::realtime::Said;
use crate::domain::record::{Record, RecordChange, RecordWork};
use crate::domain::stored::Stored;
use crate::store::{Committed, StoreError};

/// Pieces of mail that one turn takes; the rest waits for the next, so that commits are looked at in between.
const MAIL_PER_TURN: usize = 512;
/// Places for mail that a room keeps between two turns.
const MAIL_KEPT: usize = 32;

/// What a spawned read brings back.
pub(super) enum Read {
    /// Everything durable about the room.
    Room(Result<Box<Stored>, StoreError>),
    /// A stack.
    Stack { object: ObjectId, stack: Option<Box<LoadedStack>> },
    /// What was said in a channel.
    Said { channel: Arc<str>, said: Option<Vec<Said>> },
    /// A record of a table, if it is there; the outer nothing if the store could not say.
    Record { object: ObjectId, record: Uuid, found: Option<Option<Box<Record>>> },
    /// A change of records, likewise.
    RecordChange { object: ObjectId, number: u64, found: Option<Option<Box<RecordChange>>> },
    /// The changes of records that a call is about.
    RecordWork { call: CallId, found: Option<Box<RecordWork>> },
    /// What was worked out aside for a call; nothing if it fell over.
    Worked { call: CallId, worked: Option<Box<Worked>> },
}

/// The receiving ends of a room.
pub(super) struct Inbox {
    pub(super) mail: mpsc::Receiver<Mail>,
    pub(super) lost: mpsc::Receiver<Lost>,
    pub(super) commits: mpsc::Receiver<Committed>,
    pub(super) drain: watch::Receiver<bool>,
    pub(super) clock: Arc<Clock>,
}

/// Reads that are under way.
pub(super) type Reads = JoinSet<Read>;

/// Runs a room until it is drained, unloaded or given up.
pub(super) async fn run(mut room: Box<Room>, mut inbox: Inbox) {
    let mut mail = Vec::new();
    let mut draining = false;
    loop {
        let wake = room.next_wake().map(|at| Instant::from_std(inbox.clock.instant(at)));
        let takes_mail = room.takes_mail();
        let mut first_commit = None;
        let mut first_lost = None;
        let mut first_read = None;
        tokio::select! {
            biased;
            changed = inbox.drain.changed(), if !draining => {
                // A registry that is gone has nobody left who could ask for this room.
                draining = changed.is_err() || *inbox.drain.borrow();
            }
            commit = inbox.commits.recv() => first_commit = commit,
            lost = inbox.lost.recv() => first_lost = lost,
            Some(read) = room.reads.join_next() => first_read = Some(read),
            () = sleep(wake) => {}
            _ = inbox.mail.recv_many(&mut mail, MAIL_PER_TURN), if takes_mail => {}
        }
        room.look(inbox.clock.look());
        if draining {
            room.drain();
        }
        for commit in first_commit.into_iter().chain(std::iter::from_fn(|| inbox.commits.try_recv().ok())) {
            room.committed(commit);
        }
        for lost in first_lost.into_iter().chain(std::iter::from_fn(|| inbox.lost.try_recv().ok())) {
            room.lost(lost.socket, lost.goodbye);
        }
        let mut read = first_read.or_else(|| room.reads.try_join_next());
        while let Some(back) = read {
            match back {
                Ok(back) => room.read(back),
                Err(error) => room.read_failed(&error),
            }
            read = room.reads.try_join_next();
        }
        room.deadlines();
        if !mail.is_empty() {
            metrics::histogram!("baton_mailbox_count_of").record((mail.len() + inbox.mail.len()) as f64);
        }
        for piece in mail.drain(..) {
            room.mail(piece);
        }
        mail.shrink_to(MAIL_KEPT);
        room.flush();
        if room.may_end(inbox.mail.is_empty()) {
            break;
        }
    }
    room.end(&mut inbox);
}

async fn sleep(wake: Option<Instant>) {
    match wake {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}
