//! What is told of tables.

use super::ObjectHead;
use crate::domain::record::Problem;
use crate::domain::stack::Node;

/// What is needed to read and show a table's records. The records themselves are read from the store, at a moment after this
/// was answered: so they hold everything that was acknowledged, and nothing that was not committed.
#[derive(Debug, Clone, PartialEq)]
pub struct TableView {
    /// The table.
    pub head: ObjectHead,
    /// Its fields and theirs, in document order, as the draft has them.
    pub fields: Vec<Node>,
    /// How many records it has.
    pub records: u64,
}

/// What is wrong with a row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: Problem,
}

/// What became of a piece of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staged {
    /// Rows of the whole file that are staged by now.
    pub rows: u64,
    /// What is wrong with rows of this piece.
    pub problems: Vec<RowProblem>,
    /// Whether there is more to sweep.
    pub more: bool,
}
