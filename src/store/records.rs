//! Reading records and what was done to them.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use uuid::Uuid;

use super::dialect::{Columns, Reading, Row, Statement};
use super::fetch::{list, one};
use super::{StoreError, record_sql as sql, rows};
use crate::document::cells_from_doc;
use crate::domain::command::{Change, Operation};
use crate::domain::id::{ItemId, ObjectId, UserId, WorkspaceId};
use crate::domain::record::{
    Later, MAX_LATER, Record, RecordChange, RecordCounts, RecordOp, RecordWork, Span,
};
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;

/// Rows that are read at once.
const STRIDE: u32 = 20_000;

/// A row as it is read for a page: its values stay in their stored form until somebody looks at them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// Its lasting id.
    pub id: Uuid,
    /// Its number.
    pub ordinal: u64,
    /// When it last changed.
    pub revision: Revision,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Its values by the id of their field, as JSON.
    pub content: Box<str>,
}

/// What is to be known of a table's records to be up to date.
#[derive(Debug, Clone, Default)]
pub struct RecordsSince {
    /// Everything up to here is in it.
    pub revision: Revision,
    /// Spans whose rows are not seen.
    pub hidden: Vec<Span>,
    /// Rows that are new or changed, deleted ones among them. By their number.
    pub records: Vec<RawRecord>,
}

fn span(row: &Row<'_>) -> Result<(Span, bool, Revision), StoreError> {
    let span = (row.count("first_ordinal")?, row.count("last_ordinal")?);
    Ok((span, row.flag("shown")?, row.revision("revision")?))
}

fn raw(row: &Row<'_>) -> Result<RawRecord, StoreError> {
    Ok(RawRecord {
        id: row.id("record_id")?,
        ordinal: row.count("ordinal")?,
        revision: row.revision("revision")?,
        deleted: row.flag("deleted")?,
        content: row.text("content")?.into_boxed_str(),
    })
}

fn whole(row: &Row<'_>) -> Result<Record, StoreError> {
    let raw = raw(row)?;
    let cells: BTreeMap<Uuid, serde_json::Value> = serde_json::from_str(&raw.content)
        .map_err(|error| StoreError::Corrupt(format!("record {}: {error}", raw.ordinal)))?;
    Ok(Record {
        id: raw.id,
        ordinal: raw.ordinal,
        cells: cells_from_doc(cells),
        revision: raw.revision,
        last_op: row.maybe_id("op_id")?,
        deleted: raw.deleted,
    })
}

pub(super) fn number(row: &Row<'_>) -> Result<Option<u64>, StoreError> {
    row.maybe_count("number")
}

/// See [`super::Store::record`].
pub async fn record(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    record: Uuid,
) -> Result<Option<Record>, StoreError> {
    one(reading, Statement::new(sql::READ_RECORD).with(workspace).with(object).with(record), whole).await
}

/// What a table's records are for the core.
pub async fn counts(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
) -> Result<RecordCounts, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    let staged = list(reading, of(sql::READ_SPANS_STAGED), span).await?;
    Ok(RecordCounts {
        last_ordinal: one(reading, of(sql::READ_LAST_ORDINAL), number).await?.flatten().unwrap_or(0),
        live: one(reading, of(sql::READ_RECORD_COUNT), number).await?.flatten().unwrap_or(0),
        staged: staged.into_iter().map(|(span, _, _)| span).collect(),
    })
}

/// See [`super::Store::record_change`].
pub async fn change(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    number_of: u64,
) -> Result<Option<RecordChange>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object).count(number_of);
    let Some(change) = one(reading, of(sql::READ_RECORD_CHANGE), rows::change).await? else {
        return Ok(None);
    };
    whole_change(reading, workspace, object, change).await.map(Some)
}

/// The change with what it did, what it took back and what stands on it.
async fn whole_change(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    change: Change,
) -> Result<RecordChange, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object).count(change.number);
    let operations = list(reading, of(sql::READ_RECORD_OPERATIONS_OF), rows::operation).await?;
    let most = u32::try_from(MAX_LATER + 1).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    if let Some(item @ ItemId::Record(_)) = change.item {
        found = list(reading, of(sql::READ_LATER_OF).with(item).with(most), later).await?;
    }
    let spans = operations.iter().flat_map(|operation| match &operation.op {
        Op::Record(RecordOp::Show { spans, .. }) => spans.as_slice(),
        _ => &[],
    });
    for (first, last) in spans.copied().collect::<Vec<_>>() {
        let within = of(sql::READ_LATER_IN).count(first).count(last).with(most);
        found.extend(list(reading, within, later).await?);
    }
    found.sort_unstable_by_key(|later| later.change);
    found.truncate(MAX_LATER + 1);
    let took = taken_by(reading, workspace, object, &change).await?;
    let mut hidden = Vec::new();
    for id in touched(&operations) {
        let read = Statement::new(sql::READ_RECORD_HIDDEN).with(workspace).with(object).with(id);
        hidden.extend(one(reading, read, whole).await?);
    }
    Ok(RecordChange { change, operations, took, later: found, hidden })
}

/// The records that operations are about.
fn touched(operations: &[Operation]) -> BTreeSet<Uuid> {
    let of = |operation: &Operation| match &operation.op {
        Op::Record(op) => op.record(),
        _ => None,
    };
    operations.iter().filter_map(of).collect()
}

fn later(row: &Row<'_>) -> Result<Later, StoreError> {
    Ok(Later {
        change: row.count("number")?,
        record: row.id("record_id")?,
        ordinal: row.count("ordinal")?,
        deleted: row.flag("deleted")?,
    })
}

/// All that a change took back, and what those took back, to any depth.
async fn taken_by(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    change: &Change,
) -> Result<Vec<Change>, StoreError> {
    let mut known: BTreeMap<u64, Change> = BTreeMap::new();
    let mut todo = change.taken.runs().to_vec();
    while let Some((first, last)) = todo.pop() {
        let between = Statement::new(sql::READ_CHANGES_BETWEEN).with(workspace).with(object);
        for found in list(reading, between.count(first).count(last), rows::change).await? {
            if let Entry::Vacant(place) = known.entry(found.number) {
                todo.extend(found.taken.runs());
                place.insert(found);
            }
        }
    }
    Ok(known.into_values().collect())
}

/// See [`super::Store::record_work`].
pub async fn work(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    since: Revision,
    author: Option<UserId>,
    max: usize,
) -> Result<RecordWork, StoreError> {
    let most = u32::try_from(max.saturating_add(1)).unwrap_or(u32::MAX);
    let of = Statement::new(sql::READ_RECORD_WORK).with(workspace).with(object).count(since.0);
    let found = list(reading, of.with(author).with(most), rows::change).await?;
    let mut work =
        RecordWork { numbers: found.iter().map(|change| change.number).collect(), ..RecordWork::default() };
    work.numbers.sort_unstable();
    if found.len() > max {
        return Ok(work);
    }
    let mut rows = BTreeSet::new();
    for change in found {
        let whole = whole_change(reading, workspace, object, change).await?;
        rows.extend(touched(&whole.operations));
        work.changes.push(whole);
    }
    for id in rows {
        work.rows.extend(record(reading, workspace, object, id).await?);
    }
    Ok(work)
}

/// See [`super::Store::records_since`].
pub async fn since(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    known: Option<Revision>,
    max_bytes: usize,
) -> Result<Option<RecordsSince>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace).with(object);
    let newest = one(reading, of(sql::READ_LAST_RECORD_REVISION), number).await?.flatten();
    let revision = Revision(newest.unwrap_or(0));
    let spans = list(reading, of(sql::READ_SPANS), span).await?;
    let hidden: Vec<Span> = joined(spans.iter().filter(|(_, shown, _)| !shown).map(|(span, _, _)| *span));
    let (mut records, mut bytes) = (Vec::new(), 0);
    match known {
        // What is hidden is not read; between the spans are the gaps.
        None => {
            let mut from = 0;
            for (first, last) in hidden.iter().copied().chain([(i64::MAX.unsigned_abs(), 0)]) {
                let until = first.saturating_sub(1);
                // A stride at a time, so that a table that is too heavy is noticed before it fills the memory.
                while from <= until {
                    let stride = between(reading, workspace, object, (from, until)).await?;
                    bytes += stride.iter().map(|record| record.content.len()).sum::<usize>();
                    if bytes > max_bytes {
                        return Ok(None);
                    }
                    from = match stride.last() {
                        Some(record) if stride.len() >= STRIDE as usize => record.ordinal + 1,
                        _ => until.saturating_add(1),
                    };
                    records.extend(stride);
                }
                from = from.max(last.saturating_add(1));
            }
        }
        Some(known) if known < revision => {
            records = list(reading, of(sql::READ_RECORDS_SINCE).count(known.0), raw).await?;
            let again = spans.iter().filter(|(_, shown, at)| *shown && *at > known);
            for (first, last) in joined(again.map(|(span, _, _)| *span)) {
                let mut from = first;
                while from <= last {
                    let stride = between(reading, workspace, object, (from, last)).await?;
                    from = stride.last().map_or(last, |record| record.ordinal) + 1;
                    records.extend(stride);
                }
            }
            records.sort_unstable_by_key(|record| record.ordinal);
            records.dedup_by_key(|record| record.ordinal);
        }
        Some(_) => {}
    }
    Ok(Some(RecordsSince { revision, hidden, records }))
}

/// The first rows of a span, by their number.
async fn between(
    reading: &mut dyn Reading,
    workspace: WorkspaceId,
    object: ObjectId,
    (first, last): Span,
) -> Result<Vec<RawRecord>, StoreError> {
    let of = Statement::new(sql::READ_RECORDS_BETWEEN).with(workspace).with(object);
    list(reading, of.count(first).count(last).with(STRIDE), raw).await
}

/// Spans that follow each other are one.
fn joined(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut whole: Vec<Span> = Vec::new();
    for (first, last) in spans {
        match whole.last_mut() {
            Some(span) if span.1 + 1 == first => span.1 = last,
            _ => whole.push((first, last)),
        }
    }
    whole
}
