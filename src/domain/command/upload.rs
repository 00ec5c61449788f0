//! Rows of a file on their way into a table.

use uuid::Uuid;

use crate::domain::id::{ObjectId, OpId};
use crate::domain::record::Cells;

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its values.
    pub cells: Cells,
}

/// What an edge that reads a file asks of the room. Rows are staged where nobody sees them; the last step shows them all.
#[derive(Debug, Clone)]
pub enum UploadStep {
    /// Begin.
    Begin,
    /// Check rows and stage those that fit. Answered with the problems of the others.
    Rows(Vec<Row>),
    /// Show what was staged, as one change.
    Finish {
        /// The client's id of the operation.
        op_id: OpId,
        /// What the file is called; at most 200 characters.
        file: String,
        /// Bring in what fits though some rows do not; otherwise nothing comes in.
        skip_invalid: bool,
    },
    /// Give up. Answered with whether there is more to sweep: then ask again.
    Abandon,
}

/// A step of a file, with the table that it is for.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Which file, named by the edge.
    pub id: Uuid,
    /// The table.
    pub object: ObjectId,
    /// What.
    pub step: UploadStep,
}
