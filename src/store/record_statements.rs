//! What each fact about records is in statements.

use super::dialect::Statement;
use super::{StoreError, record_sql as sql};
use crate::document::cells_doc;
use crate::domain::effect::Write;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{Cells, Record, Span};
use crate::domain::stack::Revision;

/// The statements of one fact about records; none of any other.
pub fn of_records(workspace: WorkspaceId, write: &Write) -> Result<Vec<Statement>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    Ok(match write {
        Write::Record { object, record: row } => {
            vec![record(of(sql::RECORD).with(*object), row)?]
        }
        Write::Records { object, live } => vec![of(sql::RECORD_COUNT).with(*object).count(*live)],
        Write::Staged { object, span, records } => staged(|sql| of(sql).with(*object), *span, records)?,
        Write::Span { object, span, shown, revision } => {
            cut(|sql| of(sql).with(*object), *span, *shown, *revision)
        }
        Write::Swept { object, span: (first, last) } => {
            let of = |sql| of(sql).with(*object).count(*first).count(*last);
            vec![of(sql::RECORDS_SWEPT), of(sql::SPAN_SWEPT)]
        }
        _ => Vec::new(),
    })
}

/// A record, new or changed.
fn record(to: Statement, row: &Record) -> Result<Statement, StoreError> {
    Ok(to
        .count(row.ordinal)
        .with(row.id)
        .count(row.revision.0)
        .with(row.last_op)
        .with(row.deleted)
        .with(content(&row.cells)?))
}

/// Rows of a file and the span that hides them; `of` begins a statement with workspace and object.
fn staged(
    of: impl Fn(&'static str) -> Statement,
    (first, last): Span,
    records: &[Record],
) -> Result<Vec<Statement>, StoreError> {
    let mut statements = vec![of(sql::SPAN_STAGED).count(first).count(last)];
    for row in records {
        statements.push(of(sql::RECORD_STAGED).count(row.ordinal).with(row.id).with(content(&row.cells)?));
    }
    Ok(statements)
}

/// Rows of a file become seen or unseen; pieces that reach beyond the span are cut at its ends.
fn cut(
    of: impl Fn(&'static str) -> Statement,
    (first, last): Span,
    shown: bool,
    revision: Revision,
) -> Vec<Statement> {
    let between = |sql, first, last| of(sql).count(first).count(last);
    let mut statements = Vec::new();
    // A cut at the end of the span, then one before its beginning; where a piece ends there already nothing is touched.
    for (from, at) in [(first, last), (0, first - 1)] {
        statements.push(between(sql::SPAN_CUT_BEHIND, from, at));
        statements.push(between(sql::SPAN_ENDS_AT, from, at));
    }
    statements.push(between(sql::SPAN, first, last).with(shown).count(revision.0));
    statements
}

fn content(cells: &Cells) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&cells_doc(cells))?)
}
