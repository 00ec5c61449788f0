//! What is made durable.

use std::sync::Arc;

use super::{
    Closure, LockRow, LockSettings, ObjectHead, ParkedDraft, PresenceMinute, PresenceRow, PresenceSettings,
    Receipt, RequestRow, VersionHead,
};
use crate::domain::area::CustomRole;
use crate::domain::command::{Change, Numbers, Operation};
use crate::domain::id::{ItemId, KeyId, ObjectId, OpId, ParkedId, RequestId, RoleId, UserId};
use crate::domain::path::LockPath;
use crate::domain::realtime::{ApiKey, ChannelSettings, PresenceRecord, Said};
use crate::domain::record::{Record, Span};
use crate::domain::role::Member;
use crate::domain::stack::references::Reference;
use crate::domain::stack::{Revision, Stack};
use crate::domain::time::Timestamp;

/// A record of the audit chain, before the writer has chained it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditEntry {
    /// When, wall clock.
    pub at: Timestamp,
    /// Who.
    pub user: Option<UserId>,
    /// What, such as `lock.force`.
    pub action: &'static str,
    /// On what, in words that name ids.
    pub subject: String,
    /// The reason given.
    pub reason: String,
    /// What it was before, in words; empty if that says nothing.
    pub before: String,
    /// What it is now, in words.
    pub after: String,
}

/// One durable fact.
#[derive(Debug, Clone)]
pub enum Write {
    /// Insert or update.
    Member(Member),
    /// Delete.
    MemberRemoved(UserId),
    /// Insert or update a custom role.
    Role(CustomRole),
    /// The times of locks.
    LockSettings(LockSettings),
    /// Delete a custom role.
    RoleRemoved(RoleId),
    /// Insert or update an object's head.
    Object(ObjectHead),
    /// The object is deleted; its log stays.
    ObjectDeleted {
        /// Which.
        object: ObjectId,
        /// When, wall clock.
        at: Timestamp,
        /// By whom.
        user: UserId,
    },
    /// Append to an object's log.
    Operation {
        /// Which object.
        object: ObjectId,
        /// What.
        operation: Arc<Operation>,
    },
    /// Insert or update a change.
    Change {
        /// Which object.
        object: ObjectId,
        /// What.
        change: Change,
    },
    /// Changes were taken back, or stand again.
    ChangesMarked {
        /// Which object.
        object: ObjectId,
        /// Which changes.
        numbers: Numbers,
        /// The change that took them back; none if they stand again.
        reverted_by: Option<u64>,
    },
    /// Changes went live.
    ChangesPublished {
        /// Which object.
        object: ObjectId,
        /// Which changes.
        numbers: Numbers,
        /// With which version.
        version: u64,
    },
    /// What an item refers to now.
    Reference {
        /// In which object.
        object: ObjectId,
        /// The item.
        item: ItemId,
        /// What it refers to; none any more if `None`.
        reference: Option<Reference>,
    },
    /// The whole content at a revision, so that a load need not replay the log from its start.
    Checkpoint {
        /// Which object.
        object: ObjectId,
        /// At which revision.
        revision: Revision,
        /// The content.
        stack: Arc<Stack>,
    },
    /// A published version.
    Version {
        /// Which object.
        object: ObjectId,
        /// Its head.
        head: VersionHead,
        /// Its content.
        stack: Arc<Stack>,
    },
    /// Insert or update a lock; the fence counter moves to its fence at least.
    Lock(LockRow),
    /// Delete a lock.
    LockEnded {
        /// Which.
        path: LockPath,
        /// When, wall clock.
        at: Timestamp,
    },
    /// Insert or update a request.
    Request(RequestRow),
    /// Delete a request.
    RequestEnded(RequestId),
    /// Insert a closure.
    Closed(Closure),
    /// Delete a closure.
    Reopened(LockPath),
    /// Insert or replace a parked draft.
    Parked(ParkedDraft),
    /// Delete a parked draft.
    ParkedEnded(ParkedId),
    /// The final answer to an operation or decision.
    Receipt {
        /// Whose op_id.
        user: UserId,
        /// The op_id.
        op_id: OpId,
        /// Digest of what was intended.
        intent: [u8; 16],
        /// The answer.
        receipt: Receipt,
        /// When, wall clock.
        at: Timestamp,
    },
    /// Insert or replace what holds for a channel.
    Channel(ChannelSettings),
    /// Delete what holds for a channel.
    ChannelRemoved(Arc<str>),
    /// Append to what was said in a channel, and forget there what was said before a moment.
    Said {
        /// Which.
        channel: Arc<str>,
        /// What.
        said: Arc<Said>,
        /// What is older goes.
        cutoff: Timestamp,
    },
    /// Insert or replace a presence record.
    PresenceRecord(Arc<PresenceRecord>),
    /// Delete a presence record.
    PresenceEnded(Arc<str>),
    /// Insert or replace a key.
    Key(ApiKey),
    /// Delete a key.
    KeyRevoked(KeyId),
    /// Insert or update a record.
    Record {
        /// Of which table.
        object: ObjectId,
        /// What.
        record: Box<Record>,
    },
    /// How many records a table has.
    Records {
        /// The table.
        object: ObjectId,
        /// How many are there.
        live: u64,
    },
    /// Insert rows of a file, hidden.
    Staged {
        /// Into which table.
        object: ObjectId,
        /// Their numbers, without a gap.
        span: Span,
        /// The rows.
        records: Vec<Record>,
    },
    /// Show or hide the rows that a file brought.
    Span {
        /// Of which table.
        object: ObjectId,
        /// Their numbers.
        span: Span,
        /// Whether they are seen.
        shown: bool,
        /// The revision that made it so.
        revision: Revision,
    },
    /// Delete rows that never came in whole.
    Swept {
        /// Of which table.
        object: ObjectId,
        /// Their numbers.
        span: Span,
    },
    /// Insert or update what is kept of a member's presence.
    Presence(PresenceRow),
    /// What a minute brought: insert, update, and delete what is too old.
    PresenceMinute(Box<PresenceMinute>),
    /// The thresholds.
    PresenceSettings(PresenceSettings),
    /// Delete all status history and activity of members.
    HistoryForgotten,
    /// Append to the workspace's audit chain.
    Audit(AuditEntry),
}
