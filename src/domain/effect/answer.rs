//! What calls are answered with.

use super::{
    Collision, ConsoleView, Explanation, LockView, ObjectView, ParkedDraft, ParkedReason, PresencePage,
    PresenceSettings, PublishPreview, RevertPreview, Snapshot, Staged, StatusChange, TableView, Welcome,
};
use crate::domain::id::{ObjectId, ParkedId, RequestId, UserId};
use crate::domain::path::Fence;
use crate::domain::realtime::{ApiKey, ChannelSettings, ClientCard, LiveChannel, PresenceRecord, Said};
use crate::domain::stack::Revision;
use std::sync::Arc;

/// What an operation or a lock decision led to; a retry under the same op_id gets the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// The edit is in the log.
    Edited {
        /// The revision that it made.
        revision: Revision,
        /// The change that it belongs to.
        change: u64,
    },
    /// The edit was not applied and is kept.
    Parked {
        /// The parked draft that holds it.
        parked: ParkedId,
        /// Why.
        reason: ParkedReason,
    },
    /// The lock is held.
    Acquired {
        /// Its fence.
        fence: Fence,
        /// The revision that holder and giver agree on.
        revision: Revision,
    },
    /// The lock is another's.
    Busy {
        /// Who holds it.
        holder: Box<LockView>,
    },
    /// The request waits.
    Waiting {
        /// The request.
        request: RequestId,
        /// Its place, from 1.
        place: u32,
    },
    /// The hand-over began.
    HandingOver,
    /// Done, and there is no more to say.
    Done,
    /// Objects came in.
    Imported {
        /// In the order of the call: the object, and whether it is new.
        objects: Vec<(ObjectId, bool)>,
    },
    /// Changes were taken back.
    Reverted {
        /// The change that did it.
        change: u64,
        /// The revision that it made.
        revision: Revision,
        /// What was left as it is, and why.
        left: Vec<Collision>,
        /// The change that took records back, if `change` took back content beside it.
        records: Option<u64>,
    },
    /// The draft is live.
    Published {
        /// The version's number.
        version: u64,
        /// The revision that it froze.
        revision: Revision,
    },
    /// Those who hold a part of the object were asked to save.
    Asked {
        /// How many sessions had unsaved work.
        sessions: u32,
        /// They have so many milliseconds.
        within_ms: u64,
    },
}

/// What a call is answered with.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// See [`Receipt`].
    Receipt(Receipt),
    /// The answer to a hello.
    Welcome(Box<Welcome>),
    /// The answer to [`crate::domain::command::Request::Snapshot`].
    Snapshot(Box<Snapshot>),
    /// An object's content.
    Object(Box<ObjectView>),
    /// Parked drafts.
    Parked(Vec<ParkedDraft>),
    /// Everything about a lock.
    Explained(Box<Explanation>),
    /// Who is where.
    Presence(Box<PresencePage>),
    /// A member's status history.
    StatusHistory {
        /// Whether the workspace keeps it.
        kept: bool,
        /// The latest, newest first; older ones are in the store.
        changes: Vec<StatusChange>,
    },
    /// The thresholds.
    PresenceSettings(PresenceSettings),
    /// What goes on.
    Console(Box<ConsoleView>),
    /// What a revert would do.
    Revertable(Box<RevertPreview>),
    /// What publishing would make live.
    Publishable(Box<PublishPreview>),
    /// What a table looks like.
    Table(Box<TableView>),
    /// What became of a piece of a file.
    Staged(Box<Staged>),
    /// What the realtime service answers.
    Realtime(RealtimeAnswer),
}

/// What the realtime service answers.
#[derive(Debug, Clone, PartialEq)]
pub enum RealtimeAnswer {
    /// Done, and there is no more to say.
    Done,
    /// What holds for channels, and which live.
    Channels {
        /// By pattern.
        settings: Vec<ChannelSettings>,
        /// By name.
        live: Vec<LiveChannel>,
    },
    /// It was stored if it had to be, and handed to everybody who gets it.
    Said {
        /// Its number.
        number: u64,
        /// How many got it.
        receivers: usize,
    },
    /// What was said, oldest first.
    History {
        /// From memory.
        said: Vec<Arc<Said>>,
        /// What holds for the channel: where it is stored, and for how long.
        settings: Box<ChannelSettings>,
    },
    /// Who is in a channel.
    Clients(Vec<ClientCard>),
    /// A presence record.
    Presence(Arc<PresenceRecord>),
    /// Presence records.
    Presences {
        /// How many there are in all, up to 5,000; zero if that was not asked.
        total: usize,
        /// The page.
        records: Vec<Arc<PresenceRecord>>,
        /// It was answered so before.
        cached: bool,
    },
    /// Which of the subscriptions there were.
    Unsubscribed(Vec<bool>),
    /// The keys.
    Keys(Vec<ApiKey>),
    /// A key acts for the member who made it.
    ActsFor {
        /// Who made it.
        user: UserId,
        /// The key's name.
        name: String,
    },
}
