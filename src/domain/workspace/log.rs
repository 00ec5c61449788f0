//! The log: every accepted operation, the change that people read, and the object's head that follows.

use std::sync::Arc;

use super::Workspace;
use super::stacks::OpenStack;
use crate::domain::command::{Change, ChangeKind, Numbers, Operation};
use crate::domain::effect::{Audience, Delta, Effect, Effects, Write};
use crate::domain::id::{ItemId, ObjectId, OpId, SessionId, UserId};
use crate::domain::path::Fence;
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::{Op, OpError};
use crate::domain::stack::{Revision, Stack, name, words};
use crate::domain::time::Now;

/// Everything about an operation that the log keeps and the tree does not.
pub(super) struct Entry {
    pub user: UserId,
    pub session: Option<SessionId>,
    pub op_id: OpId,
    pub fence: Option<Fence>,
    pub kind: ChangeKind,
    /// In place of the words that the operation itself would give.
    pub words: Option<String>,
    /// The earlier changes that it takes back.
    pub taken: Numbers,
    /// Goes on in this change instead of the one that gap, author and field decide.
    pub change: Option<u64>,
}

impl Workspace {
    /// Applies an operation and puts it into the log, the list of changes and everybody's replica.
    pub(super) fn log(
        &mut self,
        now: Now,
        object: ObjectId,
        op: Op,
        entry: Entry,
        out: &mut Effects,
    ) -> Result<(Revision, u64), Refusal> {
        let revision = self.head(object)?.revision.next();
        let gap = self.limits.change_gap_ms;
        let open = self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?;
        let words = entry.words.clone().unwrap_or_else(|| words::describe(&op, &open.draft));
        let renamed = rename(&op);
        let touched = touched(&op, &open.draft);
        let inverse = Arc::make_mut(&mut open.draft)
            .apply(&op, revision, Some(entry.op_id))
            .map_err(operation_refused)?;
        let change = join_or_begin(open, now, revision, &op, &entry, words, gap);
        match touched {
            Some(items) => self.refer(object, items, out),
            None => self.refer_all(object, out),
        }
        let number = change.number;
        self.append(now, object, (op, inverse), change, &entry, renamed, out)?;
        Ok((revision, number))
    }

    /// Puts an operation that was applied, of the content or of records, into the log and everybody's replica.
    #[expect(clippy::too_many_arguments, reason = "the parts of one entry of the log, each of its own type")]
    pub(super) fn append(
        &mut self,
        now: Now,
        object: ObjectId,
        (op, inverse): (Op, Vec<Op>),
        change: Change,
        entry: &Entry,
        renamed: Option<String>,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        let checkpoint_after = self.limits.checkpoint_operations;
        let open = self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?;
        let (revision, of_records) = (change.to, matches!(op, Op::Record(_)));
        let operation = Arc::new(Operation {
            revision,
            op_id: entry.op_id,
            user: entry.user,
            session: entry.session,
            at: now.wall,
            change: change.number,
            fence: entry.fence,
            op,
            inverse,
        });
        open.logged = revision;
        open.since_checkpoint += 1;
        out.push(Effect::Write(Write::Operation { object, operation: Arc::clone(&operation) }));
        out.push(Effect::Write(Write::Change { object, change: change.clone() }));
        if of_records {
            out.push(Effect::Write(Write::Records { object, live: open.records.live }));
        } else {
            open.operations.push(Arc::clone(&operation));
        }
        if open.since_checkpoint >= checkpoint_after {
            open.since_checkpoint = 0;
            let stack = Arc::clone(&open.draft);
            out.push(Effect::Write(Write::Checkpoint { object, revision, stack }));
        }
        let standing = open.standing();
        let delta = Delta::Operation { object, operation, change };
        self.tell(now, Audience::Viewers(object), delta, out);
        self.head_moved(now, object, revision, standing, renamed, out);
        Ok(())
    }

    /// A change, of the content or of records, for which there was nothing to do.
    pub(super) fn log_without_operation(
        &mut self,
        now: Now,
        object: ObjectId,
        item: Option<ItemId>,
        entry: &Entry,
        out: &mut Effects,
    ) -> Result<u64, Refusal> {
        let revision = self.head(object)?.revision;
        let open = self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?;
        let words = entry.words.clone().unwrap_or_default();
        let change = open.begin_change(now, revision, entry, words, (item, None));
        out.push(Effect::Write(Write::Change { object, change: change.clone() }));
        let number = change.number;
        self.tell(now, Audience::Viewers(object), Delta::Change { object, change }, out);
        Ok(number)
    }

    /// The object's head follows its content.
    pub(super) fn head_moved(
        &mut self,
        now: Now,
        object: ObjectId,
        revision: Revision,
        changes: u64,
        renamed: Option<String>,
        out: &mut Effects,
    ) {
        let Some(head) = self.objects.get_mut(&object) else { return };
        head.revision = revision;
        head.changes = changes;
        if let Some(name) = renamed {
            head.name = name;
        }
        let head = head.clone();
        out.push(Effect::Write(Write::Object(head.clone())));
        self.tell(now, Audience::All, Delta::Object(head), out);
    }
}

/// The change that an operation belongs to: the author's last one if it goes on with the same field, or a new one.
fn join_or_begin(
    open: &mut OpenStack,
    now: Now,
    revision: Revision,
    op: &Op,
    entry: &Entry,
    words: String,
    gap_ms: u64,
) -> Change {
    let (item, field) = about(op);
    let gap_ms = i64::try_from(gap_ms).unwrap_or(i64::MAX);
    let goes_on = |last: &&Change| {
        entry.kind == ChangeKind::Edit
            && last.kind == ChangeKind::Edit
            && last.reverted_by.is_none()
            && last.user == entry.user
            && last.number == open.last_change
            && field.is_some()
            && (last.item, last.field.as_deref()) == (item, field)
            && now.wall.0.saturating_sub(last.ended.0) <= gap_ms
    };
    let known = entry.change.or_else(|| open.changes.last().filter(goes_on).map(|last| last.number));
    if let Some(change) = known.and_then(|number| open.change_mut(number)) {
        change.ended = now.wall;
        change.to = revision;
        return change.clone();
    }
    open.begin_change(now, revision, entry, words, (item, field.map(str::to_owned)))
}

impl OpenStack {
    /// The next change, of the content or, by its item, of records.
    pub(super) fn begin_change(
        &mut self,
        now: Now,
        revision: Revision,
        entry: &Entry,
        words: String,
        (item, field): (Option<ItemId>, Option<String>),
    ) -> Change {
        let change = Change {
            number: self.last_change + 1,
            user: entry.user,
            began: now.wall,
            ended: now.wall,
            words,
            kind: entry.kind,
            item,
            field,
            from: revision,
            to: revision,
            reverted_by: None,
            taken: entry.taken.clone(),
            published: None,
        };
        if item.is_some_and(ItemId::is_data) {
            self.last_change = change.number;
            self.last_data = Some(change.clone());
        } else {
            self.begin(change.clone());
        }
        change
    }
}

/// The items whose content an operation changes; `None` for all.
fn touched(op: &Op, before: &Stack) -> Option<Vec<ItemId>> {
    Some(match op {
        Op::Set { item, .. } => vec![*item],
        Op::Insert { seeds, .. } => seeds.iter().map(|seed| seed.id).collect(),
        Op::Delete { item } => before.subtree(*item),
        Op::Move { .. } => Vec::new(),
        Op::Record(_) => Vec::new(),
        Op::Replace { .. } => return None,
    })
}

/// The item and field that an operation is about.
fn about(op: &Op) -> (Option<ItemId>, Option<&str>) {
    match op {
        Op::Set { item, field, .. } => (Some(*item), Some(field)),
        Op::Delete { item } | Op::Move { item, .. } => (Some(*item), None),
        Op::Insert { seeds, .. } => (seeds.first().map(|seed| seed.id), None),
        Op::Record(op) => (op.record().map(ItemId::Record), None),
        Op::Replace { .. } => (None, None),
    }
}

/// The object's new name, if the operation gives it one.
pub(super) fn rename(op: &Op) -> Option<String> {
    match op {
        Op::Set { item: ItemId::Settings, field, text, .. } if field == name::NAME => text.clone(),
        Op::Replace { seeds } => seeds
            .iter()
            .find(|seed| seed.id == ItemId::Settings)?
            .fields
            .iter()
            .find(|field| field.name == name::NAME)
            .map(|field| field.text.clone()),
        _ => None,
    }
}

/// An operation that does not fit, as a refusal.
pub(super) fn operation_refused(error: OpError) -> Refusal {
    match error {
        OpError::NoSuchItem(item) => Refusal::NoSuchItem(item),
        OpError::IdTaken(_) => Refusal::IdTaken,
        other => Refusal::Operation(other),
    }
}
