//! Operations on records in words. Values are never quoted: a field may be sensitive.

use super::schema::named;
use super::{Record, RecordOp};
use crate::domain::id::ItemId;
use crate::domain::stack::Stack;

/// An operation in words; `record` is the row as it was, or as it will be if it is new.
pub fn describe(op: &RecordOp, table: &Stack, record: Option<&Record>) -> String {
    let which = match record.map(|record| record.ordinal).filter(|ordinal| *ordinal > 0) {
        Some(ordinal) => format!("record *{ordinal}*"),
        None => "a record".to_owned(),
    };
    match op {
        RecordOp::Insert { .. } => format!("Added {which}"),
        RecordOp::Set { field, .. } => match table.get(ItemId::Node(*field)) {
            Some(field) => format!("Changed `{}` of {which}", named(field)),
            None => format!("Changed {which}"),
        },
        RecordOp::Delete { .. } => format!("Deleted {which}"),
        RecordOp::Show { rows, .. } => format!("Brought {} back", records(*rows)),
        RecordOp::Hide { rows, .. } => format!("Took {} out", records(*rows)),
    }
}

/// The rows of a file in words.
pub fn imported(rows: u64, file: &str) -> String {
    format!("Imported {} from *{file}*", records(rows))
}

fn records(rows: u64) -> String {
    if rows == 1 { "1 record".to_owned() } else { format!("{rows} records") }
}
