//! Records: the rows of a table, what may stand in them, and the operations that change them.
//!
//! A cell is named by the id of its field and not by the field's name: a rename touches no record, a deleted field's values
//! wait in the records, and a revert that brings the field back brings them back.

mod check;
mod literal;
mod moment;
mod schema;
#[cfg(test)]
mod tests;
mod value;
pub mod words;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::command::{Change, Operation};
use crate::domain::id::OpId;
use crate::domain::stack::Revision;

pub use check::{Problem, check_cell, check_row};
pub use moment::{date_is_valid, moment_from_text};
pub use schema::{ID, fields, is_given, is_secret};
pub use value::{Value, truncated};

/// Bytes of one cell's texts and numbers.
pub const MAX_CELL: usize = 64 * 1024;
/// Bytes of one record.
pub const MAX_RECORD: usize = 128 * 1024;
/// Levels of lists and objects in a cell.
pub const MAX_VALUE_DEPTH: usize = 32;

/// The values of a record, by the id of their field. A field without a value has no entry.
pub type Cells = BTreeMap<Uuid, Value>;

/// A span of ordinals, first and last.
pub type Span = (u64, u64);

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its lasting id.
    pub id: Uuid,
    /// Its number within the table, from 1, never given twice; what a field `id` of type `int` shows.
    pub ordinal: u64,
    /// Its values.
    pub cells: Cells,
    /// The table's revision when it last changed.
    pub revision: Revision,
    /// The operation that last changed it; none for rows that came in with a file.
    pub last_op: Option<OpId>,
    /// Whether it was deleted. What is deleted is kept for a revert.
    pub deleted: bool,
}

impl Record {
    /// What it weighs, in bytes.
    pub fn bytes(&self) -> usize {
        64 + self.cells.values().map(|value| 24 + value.bytes()).sum::<usize>()
    }
}

/// One operation on the records of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordOp {
    /// Put a record in.
    Insert {
        /// Its id, proposed by the client.
        record: Uuid,
        /// Its number; 0 lets the core give the next one.
        ordinal: u64,
        /// Its values.
        cells: Cells,
    },
    /// Set one cell; [`Value::Null`] empties it.
    Set {
        /// Whose.
        record: Uuid,
        /// Which field.
        field: Uuid,
        /// To what.
        value: Value,
    },
    /// Take a record out.
    Delete {
        /// Which.
        record: Uuid,
    },
    /// Show the rows that a file brought.
    Show {
        /// Their numbers.
        spans: Vec<Span>,
        /// How many they are.
        rows: u64,
    },
    /// Hide the rows that a file brought.
    Hide {
        /// Their numbers.
        spans: Vec<Span>,
        /// How many they are.
        rows: u64,
    },
}

impl RecordOp {
    /// The one record that it is about, if it is about one.
    pub fn record(&self) -> Option<Uuid> {
        match self {
            RecordOp::Insert { record, .. } | RecordOp::Set { record, .. } | RecordOp::Delete { record } => {
                Some(*record)
            }
            RecordOp::Show { .. } | RecordOp::Hide { .. } => None,
        }
    }
}

/// What the store knows about a table's records when its stack is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// The highest number ever given.
    pub last_ordinal: u64,
    /// Records that are there.
    pub live: u64,
    /// Rows of files that never came in whole: nobody sees them, and they are to be swept.
    pub staged: Vec<Span>,
}

/// A change of records, as it is loaded to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChange {
    /// The change.
    pub change: Change,
    /// Its operations on records, in order of revision.
    pub operations: Vec<Operation>,
    /// The changes that it took back, if it is a revert.
    pub took: Vec<Change>,
    /// What stands on its rows and came after it, oldest first; at most [`MAX_LATER`].
    pub later: Vec<Later>,
    /// Those of its records that are not seen, because the file that brought them was taken back.
    pub hidden: Vec<Record>,
}

/// A later change that stands on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// Its number.
    pub change: u64,
    /// The record.
    pub record: Uuid,
    /// The record's number.
    pub ordinal: u64,
    /// Whether the record was deleted.
    pub deleted: bool,
}

/// How many later changes are looked up for one change; one more says that there are too many.
pub const MAX_LATER: usize = 10_000;

/// The changes of records that a revert of "all", or of a person's, is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordWork {
    /// Their numbers, in order; not all of them if they are too many.
    pub numbers: Vec<u64>,
    /// The changes, unless they are too many.
    pub changes: Vec<RecordChange>,
    /// The records that they are about, deleted ones among them.
    pub rows: Vec<Record>,
}
