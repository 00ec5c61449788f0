//! What can be asked of a sheet.

use uuid::Uuid;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The record's number.
    Ordinal,
    /// The record's id.
    Id,
    /// A field.
    Field(Uuid),
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal, whatever the case of a text.
    Is,
    /// Not equal.
    IsNot,
    /// The text is somewhere in it.
    Contains,
    /// The text is at its start.
    StartsWith,
    /// Less.
    Below,
    /// Less or equal.
    AtMost,
    /// More.
    Above,
    /// More or equal.
    AtLeast,
    /// There is none.
    IsEmpty,
    /// There is one.
    IsNotEmpty,
}

/// One condition; a record meets all of a query's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Of what.
    pub column: Column,
    /// How.
    pub operator: Operator,
    /// With what; read as what stands there.
    pub value: String,
}

/// An order. Records that are equal in it stand by their number; those without a value stand last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// The largest first.
    pub descending: bool,
}

/// What is wanted of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// In which order; by number without one.
    pub sort: Option<Sort>,
    /// All must be met.
    pub conditions: Vec<Condition>,
    /// A text that stands somewhere in one of these columns.
    pub search: Option<(String, Vec<Column>)>,
}
