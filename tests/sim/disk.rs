//! A store in memory that believes nothing: every write is checked against what is already there.
//!
//! Also used by the core's own tests, which is why it names the domain through its parent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::domain::area::CustomRole;
use super::domain::command::{Change, LoadedStack, Operation};
use super::domain::effect::{
    AuditEntry, Closure, LockRow, LockSettings, ObjectHead, ParkedDraft, PastFence, PresenceRow,
    PresenceSettings, Privacy, Receipt, RequestRow, StatusChange, VersionHead, Write,
};
use super::domain::id::{
    ItemId, KeyId, ObjectId, OpId, ParkedId, RequestId, RoleId, SessionId, UserId, WorkspaceId,
};
use super::domain::path::{Fence, LockPath};
use super::domain::realtime::{ApiKey, ChannelSettings, PresenceRecord, Said};
use super::domain::record::{Later, Record, RecordChange, RecordCounts, RecordOp, RecordWork, Span, Value};
use super::domain::role::Member;
use super::domain::stack::op::Op;
use super::domain::stack::references::Reference;
use super::domain::stack::{NodeKind, Revision, Stack};
use super::domain::stored::{Stored, StoredReceipt};

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

    fn of_table(&self, object: ObjectId) -> impl Iterator<Item = &Record> {
        self.records.range((object, Uuid::nil())..=(object, Uuid::max())).map(|(_, record)| record)
    }

    /// Whether a row's file is in.
    fn is_seen(&self, object: ObjectId, ordinal: u64) -> bool {
        let span = self.spans.range((object, 0)..=(object, ordinal)).next_back();
        span.is_none_or(|(_, (last, shown, _))| *shown || *last < ordinal)
    }

    /// A record, deleted ones among them.
    pub fn record(&self, object: ObjectId, record: Uuid) -> Option<Record> {
        self.records.get(&(object, record)).filter(|record| self.is_seen(object, record.ordinal)).cloned()
    }

    /// The records that people see, by number.
    pub fn seen(&self, object: ObjectId) -> Vec<Record> {
        let seen = |record: &&Record| !record.deleted && self.is_seen(object, record.ordinal);
        let mut records: Vec<Record> = self.of_table(object).filter(seen).cloned().collect();
        records.sort_unstable_by_key(|record| record.ordinal);
        records
    }

    /// A change of records.
    pub fn record_change(&self, object: ObjectId, number: u64) -> Option<RecordChange> {
        let log = self.logs.get(&object)?;
        let change = log.changes.get(&number).filter(|change| of_data(change))?.clone();
        let operations: Vec<Operation> =
            log.operations.iter().filter(|operation| operation.change == number).cloned().collect();
        let within = |record: &&Record| {
            operations.iter().any(|operation| match &operation.op {
                Op::Record(RecordOp::Show { spans, .. }) => {
                    spans.iter().any(|(first, last)| (*first..=*last).contains(&record.ordinal))
                }
                _ => change.item == Some(ItemId::Record(record.id)),
            })
        };
        let rows: BTreeMap<ItemId, &Record> =
            self.of_table(object).filter(within).map(|record| (ItemId::Record(record.id), record)).collect();
        let mut later = Vec::new();
        for other in log.changes.values().filter(|other| other.number > number && other.stands()) {
            if let Some(row) = other.item.and_then(|item| rows.get(&item)) {
                let (record, ordinal, deleted) = (row.id, row.ordinal, row.deleted);
                later.push(Later { change: other.number, record, ordinal, deleted });
            }
        }
        let (mut took, mut todo) = (BTreeMap::new(), vec![change.taken.clone()]);
        while let Some(numbers) = todo.pop() {
            for one in numbers.iter().filter_map(|number| log.changes.get(&number)) {
                if took.insert(one.number, one.clone()).is_none() {
                    todo.push(one.taken.clone());
                }
            }
        }
        let hidden = self
            .of_table(object)
            .filter(|record| !self.is_seen(object, record.ordinal))
            .filter(|record| {
                let is =
                    |one: &Operation| matches!(&one.op, Op::Record(op) if op.record() == Some(record.id));
                operations.iter().any(is)
            })
            .cloned()
            .collect();
        let took = took.into_values().collect();
        Some(RecordChange { change, operations, took, later, hidden })
    }

    /// The changes of records that stand and began after a revision, with the records that they are about.
    pub fn record_work(
        &self,
        object: ObjectId,
        since: Revision,
        author: Option<UserId>,
        max: usize,
    ) -> RecordWork {
        let Some(log) = self.logs.get(&object) else { return RecordWork::default() };
        let meant = |change: &&Change| {
            of_data(change)
                && change.stands()
                && change.from > since
                && author.is_none_or(|user| change.user == user)
        };
        let numbers: Vec<u64> = log.changes.values().filter(meant).map(|change| change.number).collect();
        let mut work = RecordWork { numbers, ..RecordWork::default() };
        if work.numbers.len() <= max {
            work.changes =
                work.numbers.iter().filter_map(|number| self.record_change(object, *number)).collect();
            let ids: BTreeSet<Uuid> = work
                .changes
                .iter()
                .flat_map(|change| &change.operations)
                .filter_map(|operation| match &operation.op {
                    Op::Record(op) => op.record(),
                    _ => None,
                })
                .collect();
            work.rows = ids.into_iter().filter_map(|id| self.record(object, id)).collect();
        }
        work
    }

    fn stage(&mut self, object: ObjectId, (first, last): Span, records: &[Record]) -> Result<(), String> {
        let ordinals: Vec<u64> = records.iter().map(|record| record.ordinal).collect();
        if ordinals != (first..=last).collect::<Vec<_>>() {
            return Err(format!("rows {ordinals:?} are staged as {first} to {last}"));
        }
        for record in records {
            if self.of_table(object).any(|other| other.ordinal == record.ordinal || other.id == record.id) {
                return Err(format!("record {} of {object} is staged over another", record.ordinal));
            }
            self.records.insert((object, record.id), record.clone());
            self.replayed_records.insert((object, record.id), record.clone());
        }
        self.spans.insert((object, first), (last, false, Revision(0)));
        Ok(())
    }

    /// Plays an operation on records on what the log has given before, and compares.
    fn record_operation(
        &mut self,
        object: ObjectId,
        operation: &Operation,
        op: &RecordOp,
    ) -> Result<(), String> {
        let Some(id) = op.record() else { return Ok(()) };
        let key = (object, id);
        let stamp = |record: Record| Record {
            revision: operation.revision,
            last_op: Some(operation.op_id),
            ..record
        };
        let before = self.replayed_records.get(&key).cloned();
        let after = match (op, before) {
            (RecordOp::Insert { ordinal, cells, .. }, before) => {
                if before.is_some_and(|record| !record.deleted || record.ordinal != *ordinal) {
                    return Err(format!("record {id} comes in twice"));
                }
                let other = |record: &Record| record.ordinal == *ordinal && record.id != id;
                if self.of_table(object).any(other) {
                    return Err(format!("the number {ordinal} is given twice"));
                }
                let (revision, cells) = (operation.revision, cells.clone());
                stamp(Record { id, ordinal: *ordinal, cells, revision, last_op: None, deleted: false })
            }
            (RecordOp::Set { field, value, .. }, Some(mut record)) if !record.deleted => {
                record.cells.remove(field);
                if *value != Value::Null {
                    record.cells.insert(*field, value.clone());
                }
                stamp(record)
            }
            (RecordOp::Delete { .. }, Some(record)) if !record.deleted => {
                stamp(Record { deleted: true, ..record })
            }
            (op, before) => return Err(format!("{op:?} does not fit {before:?}")),
        };
        if self.records.get(&key) != Some(&after) {
            return Err(format!("the log gives {after:?}, and {:?} was written", self.records.get(&key)));
        }
        self.replayed_records.insert(key, after);
        Ok(())
    }

    /// Makes one write durable.
    ///
    /// # Errors
    /// The promise that it breaks.
    pub fn write(&mut self, write: &Write) -> Result<(), String> {
        match write {
            Write::Member(member) => {
                self.left.remove(&member.user);
                self.members.insert(member.user, member.clone());
            }
            Write::MemberRemoved(user) => {
                self.members.remove(user);
                self.left
                    .insert(*user, self.presence.remove(user).map(|row| row.privacy).unwrap_or_default());
                self.history.retain(|(of, _), _| of != user);
            }
            Write::LockSettings(settings) => self.lock_settings = Some(*settings),
            Write::Role(role) => drop(self.roles.insert(role.id, role.clone())),
            Write::RoleRemoved(role) => {
                if let Some(member) = self.members.values().find(|member| member.custom == Some(*role)) {
                    return Err(format!("{:?} has a role that is gone", member.user));
                }
                self.roles.remove(role).ok_or("a role is deleted twice")?;
            }
            Write::Object(head) => drop(self.objects.insert(head.id, head.clone())),
            Write::ObjectDeleted { object, .. } => {
                self.objects.remove(object).ok_or("an object is deleted twice")?;
                if let Some(lock) = self.locks.values().find(|lock| lock.view.path.object == *object) {
                    return Err(format!("{:?} outlives its object", lock.view.path));
                }
            }
            Write::Operation { object, operation } => self.operation(*object, operation)?,
            Write::Change { object, change } => {
                let log = self.logs.get_mut(object).ok_or("a change of nothing")?;
                log.changes.insert(change.number, change.clone());
            }
            Write::ChangesMarked { object, numbers, reverted_by } => {
                let log = self.logs.get_mut(object).ok_or("marks of nothing")?;
                for number in numbers.iter() {
                    log.changes.get_mut(&number).ok_or("a mark of no change")?.reverted_by = *reverted_by;
                }
            }
            Write::ChangesPublished { object, numbers, version } => {
                let log = self.logs.get_mut(object).ok_or("changes of nothing go live")?;
                for (_, change) in log.changes.iter_mut().filter(|(number, _)| numbers.contains(**number)) {
                    if change.published.replace(*version).is_some() {
                        return Err(format!("change {} of {object} goes live twice", change.number));
                    }
                }
            }
            Write::Reference { object, item, reference } => {
                let key = (*object, *item);
                match reference {
                    Some(reference) => drop(self.references.insert(key, reference.clone())),
                    None => drop(self.references.remove(&key).ok_or("a reference ends twice")?),
                }
            }
            Write::Checkpoint { object, revision, stack } => {
                let log = self.logs.get_mut(object).ok_or("a checkpoint of nothing")?;
                if log.operations.last().is_none_or(|last| last.revision != *revision) {
                    return Err(format!("a checkpoint of {object} at {revision:?} is not at the log's end"));
                }
                if log.replayed != **stack {
                    return Err(format!("a checkpoint of {object} is not what its log gives"));
                }
                log.checkpoint = (*revision, Arc::clone(stack));
            }
            Write::Version { object, head, stack } => {
                let log = self.logs.get_mut(object).ok_or("a version of nothing")?;
                let before = log.version.as_ref().map_or(0, |(version, _)| version.number);
                if head.number != before + 1 || (head.whole && log.replayed != **stack) {
                    return Err(format!(
                        "version {} of {object} is not the next, or not its log",
                        head.number
                    ));
                }
                log.version = Some((head.clone(), Arc::clone(stack)));
            }
            Write::Lock(row) => self.lock(row)?,
            Write::LockEnded { path, .. } => {
                let old =
                    self.locks.remove(path).ok_or_else(|| format!("the lock on {path:?} ends twice"))?;
                let view = &old.view;
                let past =
                    PastFence { fence: view.fence, path: *path, session: view.session, user: view.user };
                self.fences.entry(view.fence).or_insert(past);
                if path.item.is_none() {
                    self.narrowed.insert((old.view.fence, old.view.session, path.object));
                }
            }
            Write::Request(row) => {
                if self.ended.contains(&row.view.id) {
                    return Err(format!("request {} lives after its end", row.view.id));
                }
                self.requests.insert(row.view.id, row.clone());
            }
            Write::RequestEnded(id) => {
                self.requests.remove(id).ok_or_else(|| format!("request {id} ends twice"))?;
                self.ended.insert(*id);
            }
            Write::Closed(closure) => {
                if let Some(lock) =
                    self.locks.keys().find(|path| closure.path == EVERYTHING || path.conflicts(closure.path))
                {
                    return Err(format!("{lock:?} is held under a closure"));
                }
                self.closures.insert(closure.path, closure.clone());
            }
            Write::Reopened(path) => {
                self.closures.remove(path).ok_or("a closure ends twice")?;
            }
            Write::Parked(draft) => self.park(draft)?,
            Write::ParkedEnded(id) => {
                let draft = self.parked.remove(id).ok_or("a parked draft ends twice")?;
                self.discarded.extend(draft.operations.iter().map(|one| one.op_id));
            }
            Write::Receipt { user, op_id, intent, receipt, .. } => {
                let before = self.receipts.insert((*user, *op_id), (*intent, receipt.clone()));
                if before.is_some() {
                    return Err(format!("{op_id} has two final answers"));
                }
            }
            Write::Channel(settings) => {
                drop(self.channels.insert(Arc::clone(&settings.pattern), settings.clone()));
            }
            Write::ChannelRemoved(pattern) => {
                self.channels.remove(pattern).ok_or("a channel's settings end twice")?;
            }
            Write::Said { channel, said, .. } => {
                if self.said.last_key_value().is_some_and(|(last, _)| *last >= said.number) {
                    return Err(format!("number {} is not the next", said.number));
                }
                self.said.insert(said.number, (Arc::clone(channel), Said::clone(said)));
            }
            Write::PresenceRecord(record) => {
                let mut others = self.presences.values().filter(|other| other.id != record.id);
                if let Some(other) = others.find(|other| other.user == record.user) {
                    return Err(format!("records {} and {} are of one user", other.id, record.id));
                }
                self.presences.insert(Arc::clone(&record.id), PresenceRecord::clone(record));
            }
            Write::PresenceEnded(id) => drop(self.presences.remove(id).ok_or("a record ends twice")?),
            Write::Key(key) => drop(self.keys.insert(key.id, key.clone())),
            Write::KeyRevoked(key) => drop(self.keys.remove(key).ok_or("a key ends twice")?),
            Write::Record { object, record } => {
                drop(self.records.insert((*object, record.id), (**record).clone()));
            }
            Write::Records { object, live } => {
                let seen = self.seen(*object).len() as u64;
                if seen != *live {
                    return Err(format!("{object} is said to have {live} records and has {seen}"));
                }
                self.live.insert(*object, *live);
            }
            Write::Staged { object, span, records } => self.stage(*object, *span, records)?,
            Write::Span { object, span: (first, last), shown, revision } => {
                for cut in [*first, *last + 1] {
                    let mut before = self.spans.range_mut((*object, 0)..(*object, cut));
                    if let Some((_, (end, seen, at))) = before.next_back()
                        && *end >= cut
                    {
                        let behind = (*end, *seen, *at);
                        *end = cut - 1;
                        self.spans.insert((*object, cut), behind);
                    }
                }
                for (_, (_, seen, at)) in self.spans.range_mut((*object, *first)..=(*object, *last)) {
                    (*seen, *at) = (*shown, *revision);
                }
            }
            Write::Swept { object, span: (first, last) } => {
                let span = self.spans.remove(&(*object, *first)).ok_or("a piece is swept twice")?;
                if span != (*last, false, Revision(0)) {
                    return Err(format!("a piece of {object} is swept that people have seen"));
                }
                let swept = |record: &Record| (*first..=*last).contains(&record.ordinal);
                self.records.retain(|(of, _), record| of != object || !swept(record));
                self.replayed_records.retain(|(of, _), record| of != object || !swept(record));
            }
            Write::Presence(row) => drop(self.presence.insert(row.user, row.clone())),
            Write::PresenceMinute(minute) => {
                for row in &minute.rows {
                    self.presence.insert(row.user, row.clone());
                }
                for (user, change) in &minute.changes {
                    if let Some(old) = self.history.insert((*user, change.number), *change)
                        && old != *change
                    {
                        return Err(format!("{user} has two histories: {old:?} and {change:?}"));
                    }
                }
            }
            Write::PresenceSettings(settings) => self.presence_settings = *settings,
            Write::HistoryForgotten => self.history.clear(),
            Write::Audit(entry) => self.audit.push(entry.clone()),
        }
        Ok(())
    }

    fn operation(&mut self, object: ObjectId, operation: &Operation) -> Result<(), String> {
        let log = self.logs.entry(object).or_insert_with(Log::new);
        let before = log.operations.last().map_or(Revision(0), |last| last.revision);
        if operation.revision != before.next() {
            return Err(format!("{object} goes from {before:?} to {:?}", operation.revision));
        }
        if let Some(there) = self.written.insert(operation.op_id, (object, operation.revision)) {
            return Err(format!("{} is in the log twice, first at {there:?}", operation.op_id));
        }
        let touched = touched(&log.replayed, &operation.op);
        match (operation.fence, operation.session) {
            (Some(fence), Some(session)) => {
                let held = [Some(touched.0), None]
                    .into_iter()
                    .filter_map(|item| self.locks.get(&LockPath { object, item }));
                let current =
                    held.into_iter().any(|lock| lock.view.session == session && lock.view.fence == fence);
                if !current {
                    return Err(format!(
                        "{} was written under {fence:?}, which is not current",
                        operation.op_id
                    ));
                }
            }
            (Some(_), None) => return Err(format!("{} has a fence and no session", operation.op_id)),
            (None, _) => {}
        }
        let other = |path: LockPath| {
            self.locks.get(&path).filter(|lock| Some(lock.view.session) != operation.session)
        };
        if let Some(lock) = other(LockPath::object(object)) {
            return Err(format!("{} was written over {:?}", operation.op_id, lock.view));
        }
        if let Some(lock) = touched.1.iter().find_map(|item| other(LockPath::item(object, *item))) {
            return Err(format!("{} was written over {:?}", operation.op_id, lock.view));
        }
        if let Op::Record(op) = &operation.op {
            log.operations.push(operation.clone());
            return self.record_operation(object, operation, op);
        }
        log.replayed
            .apply(&operation.op, operation.revision, Some(operation.op_id))
            .map_err(|error| format!("the log of {object} cannot be replayed: {error}"))?;
        log.operations.push(operation.clone());
        Ok(())
    }

    fn lock(&mut self, row: &LockRow) -> Result<(), String> {
        let view = &row.view;
        let same = |old: &LockRow| old.view.fence == view.fence && old.view.session == view.session;
        match self.locks.get(&view.path) {
            Some(old) if same(old) => {}
            Some(old) => {
                return Err(format!("{:?} is granted while {} holds it", view.path, old.view.session));
            }
            None if self.narrowed.contains(&(view.fence, view.session, view.path.object)) => {}
            None if view.fence <= self.fence => {
                return Err(format!("{:?} is granted under {:?}, which is not new", view.path, view.fence));
            }
            None => {}
        }
        if let Some(other) = self
            .locks
            .values()
            .find(|other| other.view.session != view.session && other.view.path.conflicts(view.path))
        {
            return Err(format!("{:?} is granted beside {:?}", view.path, other.view));
        }
        self.fence = self.fence.max(view.fence);
        self.locks.insert(view.path, row.clone());
        Ok(())
    }

    fn park(&mut self, draft: &ParkedDraft) -> Result<(), String> {
        for operation in &draft.operations {
            let elsewhere = self
                .parked
                .values()
                .filter(|other| other.id != draft.id && other.user == draft.user)
                .any(|other| other.operations.iter().any(|one| one.op_id == operation.op_id));
            let twice = draft.operations.iter().filter(|one| one.op_id == operation.op_id).count() > 1;
            if elsewhere || twice || self.written.contains_key(&operation.op_id) {
                return Err(format!("{} is parked and also elsewhere", operation.op_id));
            }
        }
        if self.parked.get(&draft.id).is_some_and(|old| old.user != draft.user) {
            return Err(format!("parked draft {} changes its owner", draft.id));
        }
        self.parked.insert(draft.id, draft.clone());
        Ok(())
    }

    /// The sessions that hold or ask for something.
    pub fn holders(&self) -> BTreeSet<SessionId> {
        let locks = self.locks.values().map(|lock| lock.view.session);
        locks.chain(self.requests.values().map(|request| request.view.session)).collect()
    }
}

/// The item whose lock covers the operation, and the items that must not be another session's.
fn touched(stack: &Stack, op: &Op) -> (ItemId, Vec<ItemId>) {
    let owner = |item: ItemId| match stack.get(item) {
        Some(node) if node.kind == NodeKind::Arm => node.parent.unwrap_or(item),
        _ => item,
    };
    match op {
        Op::Set { item, .. } => (owner(*item), vec![owner(*item)]),
        Op::Delete { item } | Op::Move { item, .. } => {
            let mut all = stack.subtree(*item);
            all.push(owner(*item));
            (owner(*item), all)
        }
        Op::Insert { parent, .. } => {
            let step = stack.get(*parent).is_some_and(|node| node.kind == NodeKind::Step);
            (*parent, if step { vec![*parent] } else { Vec::new() })
        }
        Op::Record(op) => {
            let item = op.record().map_or(ItemId::Records, ItemId::Record);
            let fresh = matches!(op, RecordOp::Insert { .. });
            (item, if fresh { Vec::new() } else { vec![item] })
        }
        Op::Replace { .. } => (ItemId::Settings, stack.nodes().iter().map(|node| node.id).collect()),
    }
}

/// Whether a change is of records.
fn of_data(change: &Change) -> bool {
    change.item.is_some_and(ItemId::is_data)
}
