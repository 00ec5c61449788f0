//! What a request needs to have in memory of records, and what happens when it comes.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::super::Workspace;
use super::super::stacks::Need;
use super::spans_of;
use crate::domain::command::{EditAction, Request, Selection};
use crate::domain::effect::{Effect, Effects};
use crate::domain::id::{CallId, ItemId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::plan::change_of;
use crate::domain::record::{Record, RecordChange};
use crate::domain::refusal::Refusal;
use crate::domain::stack::ObjectKind;
use crate::domain::stack::op::Op;
use crate::domain::time::Now;

impl Workspace {
    /// What the request needs of records and is not in memory.
    pub(in crate::domain::workspace) fn missing_records(
        &self,
        call: CallId,
        request: &Request,
    ) -> BTreeSet<Need> {
        let of_path = |path: &LockPath| match path.item {
            Some(ItemId::Record(record)) => Some((path.object, record)),
            _ => None,
        };
        let wanted = match request {
            Request::Edit(edit) => match &edit.action {
                EditAction::Apply(Op::Record(op)) => op.record().map(|record| (edit.object, record)),
                _ => None,
            },
            Request::Acquire { path, .. }
            | Request::RequestLock { path, .. }
            | Request::CloseEditing { path, .. }
            | Request::Flushed { path, .. }
            | Request::Undo { path, .. }
            | Request::Force { path, .. } => of_path(path),
            Request::AnswerRequest { request, .. } => {
                self.queue.get(*request).and_then(|request| of_path(&request.path))
            }
            Request::Revert(revert) => return self.missing_of(call, revert.object, &revert.selection),
            Request::CheckRevert { object, selection } => return self.missing_of(call, *object, selection),
            _ => None,
        };
        let missing = |(object, record): &(ObjectId, Uuid)| {
            self.is_table(*object) && self.records.get(*object, *record).is_none()
        };
        wanted.filter(missing).map(|(object, record)| Need::Record(object, record)).into_iter().collect()
    }

    fn missing_of(&self, call: CallId, object: ObjectId, selection: &Selection) -> BTreeSet<Need> {
        match selection {
            Selection::Changes(numbers) => self.missing_for_revert(object, numbers),
            Selection::All(scope) | Selection::Author(_, scope)
                if scope.has_records() && self.is_table(object) =>
            {
                match self.asides.records_of(call) {
                    Some(numbers) => self.missing_for_revert(object, numbers),
                    None => BTreeSet::from([Need::Work(call)]),
                }
            }
            Selection::All(_) | Selection::Author(..) => BTreeSet::new(),
        }
    }

    /// First the changes, then the records that they touched; whoever holds a record may hold one of a file's.
    fn missing_for_revert(&self, object: ObjectId, numbers: &[u64]) -> BTreeSet<Need> {
        let Some(open) = self.stacks.get(object).filter(|_| self.is_table(object)) else {
            return BTreeSet::new();
        };
        if numbers.len() > self.limits.reverted_record_changes {
            return BTreeSet::new();
        }
        let of_content = |number: &u64| change_of(&open.changes, *number).is_some();
        let data: Vec<u64> = numbers.iter().filter(|number| !of_content(number)).copied().collect();
        let unknown: BTreeSet<Need> = data
            .iter()
            .filter(|number| self.records.change(object, **number).is_none())
            .map(|number| Need::Change(object, *number))
            .collect();
        if !unknown.is_empty() {
            return unknown;
        }
        let mut records: BTreeSet<Uuid> = BTreeSet::new();
        for change in data.iter().filter_map(|number| self.records.change(object, *number).flatten()) {
            records.extend(change.operations.iter().filter_map(|operation| match &operation.op {
                Op::Record(op) => op.record(),
                _ => None,
            }));
            if !spans_of(change).is_empty() {
                records.extend(self.locks.of_object(object).filter_map(|lock| match lock.path.item {
                    Some(ItemId::Record(record)) => Some(record),
                    _ => None,
                }));
            }
        }
        let missing = |record: &Uuid| self.records.get(object, *record).is_none();
        records.into_iter().filter(missing).map(|record| Need::Record(object, record)).collect()
    }

    pub(in crate::domain::workspace) fn is_table(&self, object: ObjectId) -> bool {
        self.objects.get(&object).is_some_and(|head| head.kind == ObjectKind::Table)
    }

    /// A record has come, or could not be had.
    pub(in crate::domain::workspace) fn record_loaded(
        &mut self,
        now: Now,
        object: ObjectId,
        record: Uuid,
        found: Option<Option<Box<Record>>>,
        out: &mut Effects,
    ) {
        let fresh = self.records.end_load(object, record);
        match found {
            Some(found) if fresh => {
                self.records.put(object, record, found.map(|found| *found));
                self.resume(now, Need::Record(object, record), out);
            }
            Some(_) => {
                self.records.begin_load(object, record);
                out.push(Effect::LoadRecord { object, record });
            }
            None => self.give_up(Need::Record(object, record), out),
        }
    }

    /// A change of records has come, or could not be had.
    pub(in crate::domain::workspace) fn record_change_loaded(
        &mut self,
        now: Now,
        object: ObjectId,
        number: u64,
        found: Option<Option<Box<RecordChange>>>,
        out: &mut Effects,
    ) {
        let fresh = self.records.end_change_load(object, number);
        match found {
            Some(found) if fresh => {
                self.records.put_change(object, number, found.map(|found| *found));
                self.resume(now, Need::Change(object, number), out);
            }
            Some(_) => {
                self.records.begin_change_load(object, number);
                out.push(Effect::LoadRecordChange { object, number });
            }
            None => self.give_up(Need::Change(object, number), out),
        }
    }

    /// Goes on with the requests that waited for this last.
    pub(in crate::domain::workspace) fn resume(&mut self, now: Now, need: Need, out: &mut Effects) {
        for waiting in self.stacks.arrived(need) {
            self.request(now, waiting.caller, waiting.call, waiting.request, out);
        }
        self.rest_records();
    }

    pub(in crate::domain::workspace) fn give_up(&mut self, need: Need, out: &mut Effects) {
        for waiting in self.stacks.give_up(need) {
            self.asides.forget(waiting.call);
            Self::reply(waiting.call, Err(Refusal::RetryLater), out);
        }
    }

    /// Forgets records that nobody waits for, beyond a few.
    pub(in crate::domain::workspace) fn rest_records(&mut self) {
        if !self.stacks.waits_for_data() {
            self.records.rest(self.limits.resting_records, self.limits.resting_record_bytes);
            self.records.rest_changes();
        }
    }

    /// Asks for the changes of records that "all", or a person's, means: those since the published version.
    fn load_work(&mut self, call: CallId, request: &Request, out: &mut Effects) {
        let (object, selection) = match request {
            Request::Revert(revert) => (revert.object, &revert.selection),
            Request::CheckRevert { object, selection } => (*object, selection),
            _ => return,
        };
        let author = match selection {
            Selection::Author(user, _) => Some(*user),
            _ => None,
        };
        let version = self.objects.get(&object).and_then(|head| head.version.as_ref());
        let since = version.map(|version| version.revision).unwrap_or_default();
        let max = self.limits.reverted_record_changes;
        self.records.begin_work_load(call, object);
        out.push(Effect::LoadRecordWork { call, object, since, author, max });
    }

    /// Begins to load what is missing.
    pub(in crate::domain::workspace) fn load_records(
        &mut self,
        needs: &BTreeSet<Need>,
        request: &Request,
        out: &mut Effects,
    ) {
        for need in needs {
            match *need {
                Need::Record(object, record) if self.records.begin_load(object, record) => {
                    out.push(Effect::LoadRecord { object, record });
                }
                Need::Change(object, number) if self.records.begin_change_load(object, number) => {
                    out.push(Effect::LoadRecordChange { object, number });
                }
                Need::Work(call) => self.load_work(call, request, out),
                _ => {}
            }
        }
    }
}
