//! A store in memory that believes nothing: every write is checked against what is already there.
//!
//! Also used by the core's own tests, which is why it names the domain through its parent.

mod locks;
mod log;
mod records;
mod wanted;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::domain;
use super::domain::area::CustomRole;
use super::domain::command::{Change, LoadedStack, Operation};
use super::domain::effect::{
    AuditEntry, Closure, LockRow, LockSettings, ObjectHead, ParkedDraft, PastFence, PresenceRow,
    PresenceSettings, Privacy, Receipt, RequestRow, StatusChange, VersionHead,
};
use super::domain::id::{
    ItemId, KeyId, ObjectId, OpId, ParkedId, RequestId, RoleId, SessionId, UserId, WorkspaceId,
};
use super::domain::path::{Fence, LockPath};
use super::domain::realtime::{ApiKey, ChannelSettings, PresenceRecord, Said};
use super::domain::record::{Record, RecordCounts};
use super::domain::role::Member;
use super::domain::stack::op::Op;
use super::domain::stack::references::Reference;
use super::domain::stack::{Revision, Stack};
use super::domain::stored::{Stored, StoredReceipt};

pub use self::wanted::Wanted;

/// An object's log and what is derived from it.
#[derive(Debug, Clone)]
pub struct Log {
    /// The newest checkpoint.
    pub checkpoint: (Revision, Arc<Stack>),
    /// From the first.
    pub operations: Vec<Operation>,
    /// By number.
    pub changes: BTreeMap<u64, Change>,
    /// The newest published version.
    pub version: Option<(VersionHead, Arc<Stack>)>,
    /// The content after the last operation, kept up to date by replaying.
    pub replayed: Stack,
}

impl Log {
    fn new() -> Self {
        Log {
            checkpoint: (Revision(0), Arc::new(Stack::empty())),
            operations: Vec::new(),
            changes: BTreeMap::new(),
            version: None,
            replayed: Stack::empty(),
        }
    }
}

/// All that is durable about a workspace.
#[derive(Debug, Clone)]
pub struct Disk {
    pub workspace: WorkspaceId,
    pub fence: Fence,
    pub members: BTreeMap<UserId, Member>,
    pub roles: BTreeMap<RoleId, CustomRole>,
    pub objects: BTreeMap<ObjectId, ObjectHead>,
    pub logs: BTreeMap<ObjectId, Log>,
    pub locks: BTreeMap<LockPath, LockRow>,
    /// Fences of whole objects that ended, under which their sessions may keep items.
    pub narrowed: BTreeSet<(Fence, SessionId, ObjectId)>,
    pub requests: BTreeMap<RequestId, RequestRow>,
    pub ended: BTreeSet<RequestId>,
    /// Of locks that have ended.
    pub fences: BTreeMap<Fence, PastFence>,
    pub closures: BTreeMap<LockPath, Closure>,
    pub lock_settings: Option<LockSettings>,
    pub parked: BTreeMap<ParkedId, ParkedDraft>,
    pub references: BTreeMap<(ObjectId, ItemId), Reference>,
    pub receipts: BTreeMap<(UserId, OpId), ([u8; 16], Receipt)>,
    pub channels: BTreeMap<Arc<str>, ChannelSettings>,
    pub said: BTreeMap<u64, (Arc<str>, Said)>,
    pub presences: BTreeMap<Arc<str>, PresenceRecord>,
    pub keys: BTreeMap<KeyId, ApiKey>,
    pub presence: BTreeMap<UserId, PresenceRow>,
    pub presence_settings: PresenceSettings,
    /// What those had chosen who were removed: as long as a page of theirs is there, it counts.
    pub left: BTreeMap<UserId, Privacy>,
    pub history: BTreeMap<(UserId, u64), StatusChange>,
    pub audit: Vec<AuditEntry>,
    /// Where each op_id went.
    pub written: BTreeMap<OpId, (ObjectId, Revision)>,
    pub discarded: BTreeSet<OpId>,
    /// Records of tables, deleted ones among them.
    pub records: BTreeMap<(ObjectId, Uuid), Record>,
    /// The same as the log gives them.
    pub replayed_records: BTreeMap<(ObjectId, Uuid), Record>,
    /// Rows of files: last number, whether they are seen, and since which revision.
    pub spans: BTreeMap<(ObjectId, u64), (u64, bool, Revision)>,
    pub live: BTreeMap<ObjectId, u64>,
}

/// The path of a closure of the whole workspace.
pub const EVERYTHING: LockPath = LockPath { object: ObjectId(Uuid::nil()), item: None };

impl Disk {
    pub fn new(workspace: WorkspaceId) -> Self {
        Disk {
            workspace,
            fence: Fence::default(),
            members: BTreeMap::new(),
            roles: BTreeMap::new(),
            objects: BTreeMap::new(),
            logs: BTreeMap::new(),
            locks: BTreeMap::new(),
            narrowed: BTreeSet::new(),
            requests: BTreeMap::new(),
            ended: BTreeSet::new(),
            fences: BTreeMap::new(),
            closures: BTreeMap::new(),
            lock_settings: None,
            parked: BTreeMap::new(),
            references: BTreeMap::new(),
            receipts: BTreeMap::new(),
            channels: BTreeMap::new(),
            said: BTreeMap::new(),
            presences: BTreeMap::new(),
            keys: BTreeMap::new(),
            presence: BTreeMap::new(),
            presence_settings: PresenceSettings::default(),
            left: BTreeMap::new(),
            history: BTreeMap::new(),
            audit: Vec::new(),
            written: BTreeMap::new(),
            discarded: BTreeSet::new(),
            records: BTreeMap::new(),
            replayed_records: BTreeMap::new(),
            spans: BTreeMap::new(),
            live: BTreeMap::new(),
        }
    }

    /// The newest things said in a channel, oldest first.
    pub fn said_in(&self, channel: &str, limit: u32) -> Vec<Said> {
        let of = self.said.values().filter(|(name, _)| &**name == channel);
        let all: Vec<Said> = of.map(|(_, said)| said.clone()).collect();
        all[all.len().saturating_sub(limit as usize)..].to_vec()
    }

    /// What a room is built from.
    pub fn stored(&self) -> Stored {
        Stored {
            workspace: self.workspace,
            name: "Sample".to_owned(),
            fence: self.fence,
            members: self.members.values().cloned().collect(),
            roles: self.roles.values().cloned().collect(),
            objects: self.objects.values().cloned().collect(),
            references: self
                .references
                .iter()
                .map(|((object, item), reference)| (*object, *item, reference.clone()))
                .collect(),
            locks: self.locks.values().cloned().collect(),
            requests: self.requests.values().cloned().collect(),
            fences: self.fences.values().copied().collect(),
            closures: self.closures.values().cloned().collect(),
            lock_settings: self.lock_settings,
            parked: self.parked.values().cloned().collect(),
            channels: self.channels.values().cloned().collect(),
            said: self.said.last_key_value().map_or(0, |(number, _)| *number),
            presences: self.presences.values().cloned().collect(),
            keys: self.keys.values().cloned().collect(),
            presence: self.presence.values().cloned().collect(),
            presence_settings: self.presence_settings,
            receipts: self
                .receipts
                .iter()
                .map(|((user, op_id), (intent, receipt))| StoredReceipt {
                    user: *user,
                    op_id: *op_id,
                    intent: *intent,
                    receipt: receipt.clone(),
                })
                .collect(),
        }
    }

    /// A stack at the revision that is asked for.
    pub fn load(&self, object: ObjectId, revision: Revision) -> Option<LoadedStack> {
        self.objects.get(&object).filter(|head| head.revision == revision)?;
        let log = self.logs.get(&object)?;
        let mut draft = Stack::clone(&log.checkpoint.1);
        let of_content = |operation: &&Operation| !matches!(operation.op, Op::Record(_));
        let after = |operation: &&Operation| operation.revision > log.checkpoint.0;
        for operation in log.operations.iter().filter(after).filter(of_content) {
            draft.apply(&operation.op, operation.revision, Some(operation.op_id)).ok()?;
        }
        Some(LoadedStack {
            draft,
            revision,
            last_change: log.changes.keys().last().copied().unwrap_or(0),
            published: log.version.as_ref().map(|(_, stack)| Stack::clone(stack)),
            changes: log
                .changes
                .values()
                .filter(|change| change.published.is_none() && !of_data(change))
                .cloned()
                .collect(),
            operations: log
                .operations
                .iter()
                .filter(|one| log.changes.get(&one.change).is_some_and(|change| change.published.is_none()))
                .filter(of_content)
                .cloned()
                .collect(),
            records: RecordCounts {
                last_ordinal: self.of_table(object).map(|record| record.ordinal).max().unwrap_or(0),
                live: self.live.get(&object).copied().unwrap_or(0),
                staged: self
                    .spans
                    .iter()
                    .filter(|((of, _), (_, shown, at))| *of == object && !shown && *at == Revision(0))
                    .map(|((_, first), (last, _, _))| (*first, *last))
                    .collect(),
            },
        })
    }

    /// The sessions that hold or ask for something.
    pub fn holders(&self) -> BTreeSet<SessionId> {
        let locks = self.locks.values().map(|lock| lock.view.session);
        locks.chain(self.requests.values().map(|request| request.view.session)).collect()
    }
}

/// Whether a change is of records.
fn of_data(change: &Change) -> bool {
    change.item.is_some_and(ItemId::is_data)
}
