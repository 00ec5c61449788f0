//! Rows of rooms as the core knows them. Every dialect's rows, by way of [`Columns`].

use serde::de::DeserializeOwned;

use super::StoreError;
use super::dialect::{Columns, Row};
use crate::audit::Record;
use crate::document::{NodeDoc, OpDoc, ReceiptDoc, TakenDoc, Word, areas_of, stack_from_doc};
use crate::domain::area::CustomRole;
use crate::domain::command::{Change, Numbers, Operation};
use crate::domain::effect::{
    Closure, LockRow, LockSettings, LockView, ObjectHead, ParkedDraft, ParkedOperation, PastFence, Promise,
    RequestRow, RequestView, VersionHead,
};
use crate::domain::id::{ItemId, ObjectId, ParkedId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::role::Member;
use crate::domain::stack::op::Op;
use crate::domain::stack::references::Reference;
use crate::domain::stack::{Revision, Stack};
use crate::domain::stored::StoredReceipt;
use crate::domain::time::Timestamp;

/// A word of a closed set.
pub fn word<T: Word>(row: &Row<'_>, name: &'static str) -> Result<T, StoreError> {
    T::from_word(&row.text(name)?).ok_or_else(|| StoreError::corrupt(name))
}

/// A JSON document.
pub fn document<T: DeserializeOwned>(row: &Row<'_>, name: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(&row.text(name)?).map_err(|error| StoreError::Corrupt(format!("{name}: {error}")))
}

/// The content of a stack.
pub fn content(row: &Row<'_>, name: &'static str) -> Result<Stack, StoreError> {
    Ok(stack_from_doc(document::<Vec<NodeDoc>>(row, name)?)?)
}

fn op(row: &Row<'_>, name: &'static str) -> Result<Op, StoreError> {
    Ok(document::<OpDoc>(row, name)?.try_into()?)
}

/// The item of a key, which is empty for the whole object.
fn whole_or_item(row: &Row<'_>, name: &'static str) -> Result<Option<ItemId>, StoreError> {
    let text = row.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| StoreError::corrupt(name))
}

fn path(row: &Row<'_>) -> Result<LockPath, StoreError> {
    Ok(LockPath { object: row.id("object_id")?, item: whole_or_item(row, "item")? })
}

/// A fence.
pub fn fence(row: &Row<'_>) -> Result<Fence, StoreError> {
    Ok(Fence { epoch: row.count("fence_epoch")?, counter: row.count("fence_counter")? })
}

/// A membership.
pub fn member(row: &Row<'_>) -> Result<Member, StoreError> {
    Ok(Member {
        user: row.id("user_id")?,
        name: row.text("name")?,
        role: word(row, "role")?,
        custom: row.maybe_id("custom_role")?,
        colour: u8::try_from(row.number("colour")?).map_err(|_| StoreError::corrupt("colour"))?,
    })
}

/// The times of locks.
pub fn lock_settings(row: &Row<'_>) -> Result<LockSettings, StoreError> {
    Ok(LockSettings {
        grace_ms: row.count("grace_ms")?,
        idle_ms: row.count("idle_ms")?,
        nudge_ms: row.count("nudge_ms")?,
        take_over_ms: row.count("take_over_ms")?,
        request_ms: row.count("request_ms")?,
        undo_ms: row.count("undo_ms")?,
        promise_ms: row.count("promise_ms")?,
    })
}

/// A custom role.
pub fn role(row: &Row<'_>) -> Result<CustomRole, StoreError> {
    let areas = |name| Ok::<_, StoreError>(areas_of(&document::<Vec<String>>(row, name)?)?);
    Ok(CustomRole {
        id: row.id("id")?,
        name: row.text("name")?,
        view: areas("can_view")?,
        edit: areas("can_edit")?,
        publish: areas("can_publish")?,
        manage: areas("can_manage")?,
    })
}

/// An object's head with its version.
pub fn head(row: &Row<'_>) -> Result<ObjectHead, StoreError> {
    // A head that names a version whose row is missing shows as a NULL where none may be.
    let version = row.maybe_number("version")?.map(|_| version(row)).transpose()?;
    Ok(ObjectHead {
        id: row.id("id")?,
        kind: word(row, "kind")?,
        name: row.text("name")?,
        group: row.maybe_id("group_id")?,
        revision: row.revision("head_revision")?,
        changes: row.count("changes")?,
        version,
    })
}

/// A version's head.
pub fn version(row: &Row<'_>) -> Result<VersionHead, StoreError> {
    let contributors: Vec<uuid::Uuid> = document(row, "contributors")?;
    Ok(VersionHead {
        number: row.count("number")?,
        revision: row.revision("revision")?,
        user: row.id("user_id")?,
        at: row.time("at")?,
        description: row.text("description")?,
        contributors: contributors.into_iter().map(UserId).collect(),
        whole: row.flag("whole")?,
    })
}

/// A held lock.
pub fn lock(row: &Row<'_>) -> Result<LockRow, StoreError> {
    let view = LockView {
        path: path(row)?,
        session: row.id("session_id")?,
        user: row.id("user_id")?,
        fence: fence(row)?,
        state: word(row, "state")?,
        since: row.time("since")?,
        edited: row.time("edited")?,
        unsaved: row.small("unsaved")?,
        idle_until: row.maybe_time("idle_until")?,
        // The moment is given anew from what remains of the word.
        promise: row.maybe_id("promise_id")?.map(|request| Promise { request, until: Timestamp::default() }),
        undo_until: None,
    };
    let taken = match row.maybe_text("taken")? {
        Some(_) => Some(document::<TakenDoc>(row, "taken")?.try_into()?),
        None => None,
    };
    Ok(LockRow {
        view,
        secret: row.digest("secret")?,
        wrote: row.maybe_count("wrote")?.map(Revision),
        promised_ms: row.maybe_count("promised_ms")?,
        taken,
    })
}

/// A fence of a lock that has ended.
pub fn past_fence(row: &Row<'_>) -> Result<PastFence, StoreError> {
    Ok(PastFence {
        fence: fence(row)?,
        path: path(row)?,
        session: row.id("session_id")?,
        user: row.id("user_id")?,
    })
}

/// A waiting request.
pub fn request(row: &Row<'_>) -> Result<RequestRow, StoreError> {
    let view = RequestView {
        id: row.id("id")?,
        path: path(row)?,
        session: row.id("session_id")?,
        user: row.id("user_id")?,
        note: row.text("note")?,
        since: row.time("since")?,
        place: row.small("place")?,
        ignored_by: document::<Vec<uuid::Uuid>>(row, "ignored_by")?.into_iter().map(UserId).collect(),
        nudged: row.flag("nudged")?,
        // Both are reckoned anew from how long it has waited.
        take_over: None,
        eta: None,
    };
    Ok(RequestRow {
        view,
        secret: row.digest("secret")?,
        remains_ms: row.count("remains_ms")?,
        waited_ms: row.count("waited_ms")?,
        promised: row.flag("promised")?,
        order: row.count("ordinal")?,
    })
}

/// A path that is closed for edits.
pub fn closure(row: &Row<'_>) -> Result<Closure, StoreError> {
    Ok(Closure {
        path: path(row)?,
        user: row.id("user_id")?,
        reason: row.text("reason")?,
        since: row.time("since")?,
    })
}

/// A parked draft without its operations.
pub fn parked(row: &Row<'_>) -> Result<ParkedDraft, StoreError> {
    Ok(ParkedDraft {
        id: row.id("id")?,
        user: row.id("user_id")?,
        object: row.id("object_id")?,
        item: row.maybe_id("item")?,
        since: row.time("since")?,
        holder: row.maybe_id("holder")?,
        operations: Vec::new(),
    })
}

/// An operation of a parked draft, and of which.
pub fn parked_operation(row: &Row<'_>) -> Result<(ParkedId, ParkedOperation), StoreError> {
    let operation = ParkedOperation {
        op_id: row.id("op_id")?,
        reason: word(row, "reason")?,
        at: row.time("at")?,
        base: row.revision("base")?,
        op: op(row, "op")?,
        words: row.text("words")?,
    };
    Ok((row.id("parked_id")?, operation))
}

/// A final answer.
pub fn receipt(row: &Row<'_>) -> Result<StoredReceipt, StoreError> {
    Ok(StoredReceipt {
        user: row.id("user_id")?,
        op_id: row.id("op_id")?,
        intent: row.digest("intent")?,
        receipt: document::<ReceiptDoc>(row, "receipt")?.try_into()?,
    })
}

/// An operation of the log.
pub fn operation(row: &Row<'_>) -> Result<Operation, StoreError> {
    let inverse: Vec<OpDoc> = document(row, "inverse")?;
    let fence = row.maybe_number("fence_epoch")?.map(|_| fence(row)).transpose()?;
    Ok(Operation {
        revision: row.revision("revision")?,
        op_id: row.id("op_id")?,
        user: row.id("user_id")?,
        session: row.maybe_id("session_id")?,
        at: row.time("at")?,
        change: row.count("change")?,
        fence,
        op: op(row, "op")?,
        inverse: inverse.into_iter().map(Op::try_from).collect::<Result<_, _>>()?,
    })
}

/// What an item of an object refers to.
pub fn reference(row: &Row<'_>) -> Result<(ObjectId, ItemId, Reference), StoreError> {
    let reference = Reference { kind: word(row, "kind")?, name: row.text("name")? };
    Ok((row.id("object_id")?, row.id("item")?, reference))
}

/// Numbers of changes; none where there is a NULL.
fn numbers(row: &Row<'_>, name: &'static str) -> Result<Numbers, StoreError> {
    match row.maybe_text(name)? {
        Some(_) => Numbers::from_runs(document::<Vec<(u64, u64)>>(row, name)?)
            .ok_or_else(|| StoreError::corrupt(name)),
        None => Ok(Numbers::default()),
    }
}

/// A change.
pub fn change(row: &Row<'_>) -> Result<Change, StoreError> {
    Ok(Change {
        number: row.count("number")?,
        user: row.id("user_id")?,
        began: row.time("began")?,
        ended: row.time("ended")?,
        words: row.text("words")?,
        kind: word(row, "kind")?,
        item: row.maybe_id("item")?,
        field: row.maybe_text("field")?,
        from: row.revision("from_revision")?,
        to: row.revision("to_revision")?,
        reverted_by: row.maybe_count("reverted_by")?,
        taken: numbers(row, "taken")?,
        published: row.maybe_count("published")?,
    })
}

/// A record of an audit chain.
pub fn record(row: &Row<'_>) -> Result<Record, StoreError> {
    Ok(Record {
        number: row.count("number")?,
        at: row.time("at")?,
        user: row.maybe_id("user_id")?,
        action: row.text("action")?,
        subject: row.text("subject")?,
        reason: row.text("reason")?,
        before: row.text("was")?,
        after: row.text("became")?,
        hash: row.digest("hash")?,
    })
}
