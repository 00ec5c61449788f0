//! What each durable fact is in statements. No I/O: the ledger runs them.

use super::dialect::Statement;
use super::{StoreError, lock_statements, presence, realtime, record_sql, record_statements, sql};
use crate::document::area_words;
use crate::document::{OpDoc, ReceiptDoc, Word, stack_doc};
use crate::domain::area::CustomRole;
use crate::domain::command::{Change, Numbers, Operation};
use crate::domain::effect::{LockSettings, ObjectHead, ParkedDraft, Receipt, VersionHead, Write};
use crate::domain::id::{ItemId, ObjectId, WorkspaceId};
use crate::domain::role::Member;
use crate::domain::stack::Stack;
use crate::domain::stack::op::Op;
use crate::domain::stack::references::Reference;
use crate::domain::time::Timestamp;

/// How long a final answer is kept that neither the log nor a parked draft holds, in milliseconds.
const RECEIPT_LIFE_MS: i64 = 24 * 60 * 60 * 1000;

/// Answers that have passed and are deleted for each new one.
const PASSED_FOR_EACH: u32 = 4;

/// The statements of one fact of a room, but [`Write::Audit`], which must read its chain first.
pub fn of_room(workspace: WorkspaceId, write: &Write) -> Result<Vec<Statement>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    Ok(match write {
        Write::Member(row) => vec![member(workspace, row)],
        Write::MemberRemoved(user) => {
            let member = std::iter::once(of(sql::MEMBER_REMOVED).with(*user).changing_who());
            member.chain(presence::forgotten(workspace, *user)).collect()
        }
        Write::LockSettings(settings) => vec![lock_settings(of(sql::LOCK_SETTINGS), *settings)],
        Write::Role(row) => vec![role(of(sql::ROLE), row)?],
        Write::RoleRemoved(role) => vec![of(sql::ROLE_REMOVED).with(*role)],
        Write::Presence(_)
        | Write::PresenceMinute(_)
        | Write::PresenceSettings(_)
        | Write::HistoryForgotten => presence::of_presence(workspace, write),
        Write::Object(head) => object(of, head),
        Write::ObjectDeleted { object, at, user } => {
            let deleted = of(sql::OBJECT_DELETED).with(*object).with(*at).with(*user);
            vec![deleted.one_row("no such object")]
        }
        Write::Operation { object, operation: row } => match &row.op {
            Op::Record(op) => {
                vec![operation(of(record_sql::RECORD_OPERATION).with(*object), row)?.with(op.record())]
            }
            _ => vec![operation(of(sql::OPERATION).with(*object), row)?],
        },
        Write::Change { object, change: row } => change(|sql| of(sql).with(*object), row)?,
        Write::ChangesMarked { object, numbers, reverted_by } => {
            runs(of, sql::CHANGES_MARKED, *object, numbers, *reverted_by)
        }
        Write::ChangesPublished { object, numbers, version } => {
            runs(of, sql::CHANGES_PUBLISHED, *object, numbers, Some(*version))
        }
        Write::Reference { object, item, reference: to } => vec![refers(of, *object, *item, to.as_ref())],
        Write::Checkpoint { object, revision, stack } => {
            vec![of(sql::CHECKPOINT).with(*object).count(revision.0).with(content(stack)?)]
        }
        Write::Version { object, head, stack } => {
            vec![version(of(sql::VERSION).with(*object), head, stack)?]
        }
        Write::Lock(_)
        | Write::LockEnded { .. }
        | Write::Request(_)
        | Write::RequestEnded(_)
        | Write::Closed(_)
        | Write::Reopened(_) => lock_statements::of_locks(workspace, write)?,
        Write::Parked(draft) => parked(workspace, draft)?,
        Write::ParkedEnded(draft) => {
            vec![of(sql::PARKED_RECEIPTS_PASS).with(*draft), of(sql::PARKED_ENDED).with(*draft)]
        }
        Write::Receipt { user, op_id, intent, receipt, at } => {
            let row = of(sql::RECEIPT).with(*user).with(*op_id).with(*intent);
            vec![row.with(json(&ReceiptDoc::from(receipt))?).with(*at).with(belongs(receipt))]
        }
        Write::Channel(_)
        | Write::ChannelRemoved(_)
        | Write::Said { .. }
        | Write::PresenceRecord(_)
        | Write::PresenceEnded(_)
        | Write::Key(_)
        | Write::KeyRevoked(_) => realtime::statements(workspace, write)?,
        Write::Record { .. }
        | Write::Records { .. }
        | Write::Staged { .. }
        | Write::Span { .. }
        | Write::Swept { .. } => record_statements::of_records(workspace, write)?,
        Write::Audit(_) => Vec::new(),
    })
}

/// What a step calls, or that it calls nothing any more.
fn refers(
    of: impl Fn(&'static str) -> Statement,
    object: ObjectId,
    item: ItemId,
    reference: Option<&Reference>,
) -> Statement {
    let Some(reference) = reference else { return of(sql::REFERENCE_ENDED).with(object).with(item) };
    let row = of(sql::REFERENCE).with(object).with(item);
    row.with(reference.kind.word()).with(reference.name.clone())
}

/// Takes out answers that have passed, a few for each of the `new` ones, the last of which was given at `at`: so no commit
/// ever has many to delete.
pub fn receipts_passed(workspace: WorkspaceId, new: u32, at: Timestamp) -> Statement {
    let passed = Timestamp(at.0.saturating_sub(RECEIPT_LIFE_MS));
    Statement::new(sql::RECEIPTS_PASSED)
        .with(workspace)
        .with(passed)
        .with(new.saturating_mul(PASSED_FOR_EACH))
}

/// Whether the log, a version or a parked draft holds what the receipt tells of.
fn belongs(receipt: &Receipt) -> bool {
    match receipt {
        Receipt::Edited { .. }
        | Receipt::Parked { .. }
        | Receipt::Imported { .. }
        | Receipt::Reverted { .. }
        | Receipt::Published { .. } => true,
        Receipt::Acquired { .. }
        | Receipt::Busy { .. }
        | Receipt::Waiting { .. }
        | Receipt::HandingOver
        | Receipt::Asked { .. }
        | Receipt::Done => false,
    }
}

/// A document as the text of a column.
pub fn json(document: &impl serde::Serialize) -> Result<String, StoreError> {
    Ok(serde_json::to_string(document)?)
}

fn ops(ops: &[Op]) -> Result<String, StoreError> {
    json(&ops.iter().map(OpDoc::from).collect::<Vec<_>>())
}

fn content(stack: &Stack) -> Result<String, StoreError> {
    json(&stack_doc(stack))
}

pub fn member(workspace: WorkspaceId, row: &Member) -> Statement {
    Statement::new(sql::MEMBER)
        .with(workspace)
        .with(row.user)
        .with(row.name.clone())
        .with(row.role.word())
        .with(u32::from(row.colour))
        .with(row.custom)
        .changing_who()
}

fn lock_settings(of: Statement, settings: LockSettings) -> Statement {
    of.count(settings.grace_ms)
        .count(settings.idle_ms)
        .count(settings.nudge_ms)
        .count(settings.take_over_ms)
        .count(settings.request_ms)
        .count(settings.undo_ms)
        .count(settings.promise_ms)
}

fn role(to: Statement, role: &CustomRole) -> Result<Statement, StoreError> {
    let mut statement = to.with(role.id).with(role.name.clone());
    for areas in [role.view, role.edit, role.publish, role.manage] {
        statement = statement.with(json(&area_words(areas))?);
    }
    Ok(statement)
}

fn object(of: impl Fn(&'static str) -> Statement, head: &ObjectHead) -> Vec<Statement> {
    let named = |sql| {
        let row = of(sql).with(head.id).with(head.kind.word()).with(head.name.clone());
        row.with(head.group)
    };
    let row = named(sql::OBJECT).count(head.revision.0).count(head.changes);
    let version = head.version.as_ref().map(|version| version.number);
    vec![named(sql::OBJECT_INDEXED), row.maybe_count(version)]
}

fn operation(to: Statement, row: &Operation) -> Result<Statement, StoreError> {
    Ok(to
        .count(row.revision.0)
        .with(row.op_id)
        .with(row.user)
        .with(row.session)
        .with(row.at)
        .count(row.change)
        .maybe_count(row.fence.map(|fence| fence.epoch))
        .maybe_count(row.fence.map(|fence| fence.counter))
        .with(json(&OpDoc::from(&row.op))?)
        .with(ops(&row.inverse)?))
}

/// A statement for each run of numbers.
fn runs(
    of: impl Fn(&'static str) -> Statement,
    sql: &'static str,
    object: ObjectId,
    numbers: &Numbers,
    mark: Option<u64>,
) -> Vec<Statement> {
    let run = |(first, last): &(u64, u64)| of(sql).with(object).count(*first).count(*last).maybe_count(mark);
    numbers.runs().iter().map(run).collect()
}

fn change(of: impl Fn(&'static str) -> Statement, row: &Change) -> Result<Vec<Statement>, StoreError> {
    let taken = if row.taken.is_empty() { None } else { Some(json(&row.taken.runs())?) };
    let whole = of(sql::CHANGE)
        .count(row.number)
        .with(row.user)
        .with(row.began)
        .with(row.ended)
        .with(row.words.clone())
        .with(row.kind.word())
        .with(row.item)
        .with(row.field.clone())
        .count(row.from.0)
        .count(row.to.0)
        .maybe_count(row.reverted_by)
        .with(taken)
        .maybe_count(row.published);
    let indexed = of(sql::CHANGE_INDEXED)
        .count(row.number)
        .with(row.user)
        .with(row.began)
        .with(row.kind.word())
        .with(row.item)
        .maybe_count(row.published);
    Ok(vec![indexed, whole])
}

fn version(to: Statement, head: &VersionHead, stack: &Stack) -> Result<Statement, StoreError> {
    let contributors: Vec<uuid::Uuid> = head.contributors.iter().map(|user| user.0).collect();
    Ok(to
        .count(head.number)
        .count(head.revision.0)
        .with(head.user)
        .with(head.at)
        .with(head.description.clone())
        .with(json(&contributors)?)
        .with(head.whole)
        .with(content(stack)?))
}

fn parked(workspace: WorkspaceId, draft: &ParkedDraft) -> Result<Vec<Statement>, StoreError> {
    let head = Statement::new(sql::PARKED)
        .with(workspace)
        .with(draft.id)
        .with(draft.user)
        .with(draft.object)
        .with(draft.item)
        .with(draft.since)
        .with(draft.holder);
    let cleared = Statement::new(sql::PARKED_OPERATIONS_CLEARED).with(workspace).with(draft.id);
    let mut statements = vec![head, cleared];
    for (position, row) in (0_u64..).zip(&draft.operations) {
        statements.push(
            Statement::new(sql::PARKED_OPERATION)
                .with(workspace)
                .with(draft.id)
                .count(position)
                .with(row.op_id)
                .with(row.reason.word())
                .with(row.at)
                .count(row.base.0)
                .with(json(&OpDoc::from(&row.op))?)
                .with(row.words.clone()),
        );
    }
    Ok(statements)
}
