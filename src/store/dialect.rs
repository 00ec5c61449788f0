//! What a dialect must be able to do. Everything above it, SQL included, is written once.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::domain::id::{
    ItemId, ObjectId, OpId, ParkedId, RequestId, RoleId, SessionId, UserId, WorkspaceId,
};
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;

/// A bound value. Each kind carries its own nothing, because PostgreSQL wants to know the type of a NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `TEXT`
    Text(Option<String>),
    /// `INTEGER` in SQLite, `BIGINT` in PostgreSQL
    Number(Option<i64>),
    /// `BLOB` in SQLite, `BYTEA` in PostgreSQL
    Bytes(Option<Vec<u8>>),
}

/// One statement with its values.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text, with `$1`, `$2`, …
    pub sql: &'static str,
    /// The values, in order.
    pub values: Vec<Value>,
    /// If set, exactly one row must be touched; otherwise it is a conflict of this name.
    pub one_row: Option<&'static str>,
    /// A value that the database cannot hold.
    pub unfit: bool,
    /// Changes who may come in: see [`Store::standing`](super::Store::standing) and [`Store::member`](super::Store::member).
    pub changes_who: bool,
}

impl Statement {
    /// A statement without values yet.
    pub fn new(sql: &'static str) -> Self {
        Statement { sql, values: Vec::new(), one_row: None, unfit: false, changes_who: false }
    }

    /// Adds a value.
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds a number. Beyond 2⁶³−1 the statement is refused rather than the number bent.
    pub fn count(self, number: u64) -> Self {
        self.maybe_count(Some(number))
    }

    /// Adds a number that may be missing.
    pub fn maybe_count(mut self, number: Option<u64>) -> Self {
        let value = number.map(i64::try_from).transpose();
        self.unfit |= value.is_err();
        self.values.push(Value::Number(value.unwrap_or(None)));
        self
    }

    /// Marks a statement that changes who may come in.
    pub fn changing_who(mut self) -> Self {
        self.changes_who = true;
        self
    }

    /// Demands that exactly one row is touched; `otherwise` names the conflict.
    pub fn one_row(mut self, otherwise: &'static str) -> Self {
        self.one_row = Some(otherwise);
        self
    }
}

macro_rules! value_from_display {
    ($($id:ty),*) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Value::Text(Some(id.to_string()))
            }
        }

        impl From<Option<$id>> for Value {
            fn from(id: Option<$id>) -> Self {
                Value::Text(id.map(|id| id.to_string()))
            }
        }
    )*};
}

value_from_display!(
    ItemId,
    ObjectId,
    OpId,
    ParkedId,
    RequestId,
    RoleId,
    SessionId,
    UserId,
    Uuid,
    WorkspaceId,
    &str
);

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Value::Number(Some(at.0))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Value::Number(at.map(|at| at.0))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Number(Some(i64::from(flag)))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(Some(i64::from(number)))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Value::Bytes(Some(bytes.to_vec()))
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Value::Bytes(Some(bytes.to_vec()))
    }
}

impl<const N: usize> From<Option<[u8; N]>> for Value {
    fn from(bytes: Option<[u8; N]>) -> Self {
        Value::Bytes(bytes.map(|bytes| bytes.to_vec()))
    }
}

/// The columns of one row, by name.
pub trait Columns {
    /// A text that may be NULL.
    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError>;
    /// A number that may be NULL.
    fn maybe_number(&self, name: &'static str) -> Result<Option<i64>, StoreError>;
    /// Bytes that may be NULL.
    fn maybe_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError>;

    /// A text.
    fn text(&self, name: &'static str) -> Result<String, StoreError> {
        self.maybe_text(name)?.ok_or_else(|| StoreError::corrupt(name))
    }

    /// A number.
    fn number(&self, name: &'static str) -> Result<i64, StoreError> {
        self.maybe_number(name)?.ok_or_else(|| StoreError::corrupt(name))
    }

    /// A number that cannot be negative.
    fn count(&self, name: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.number(name)?).map_err(|_| StoreError::corrupt(name))
    }

    /// A number that cannot be negative and may be NULL.
    fn maybe_count(&self, name: &'static str) -> Result<Option<u64>, StoreError> {
        let number = self.maybe_number(name)?.map(u64::try_from).transpose();
        number.map_err(|_| StoreError::corrupt(name))
    }

    /// A small number that cannot be negative.
    fn small(&self, name: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.number(name)?).map_err(|_| StoreError::corrupt(name))
    }

    /// A revision.
    fn revision(&self, name: &'static str) -> Result<Revision, StoreError> {
        self.count(name).map(Revision)
    }

    /// A moment.
    fn time(&self, name: &'static str) -> Result<Timestamp, StoreError> {
        self.number(name).map(Timestamp)
    }

    /// A moment that may be NULL.
    fn maybe_time(&self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.maybe_number(name)?.map(Timestamp))
    }

    /// Yes or no.
    fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        match self.number(name)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StoreError::corrupt(name)),
        }
    }

    /// A digest.
    fn digest<const N: usize>(&self, name: &'static str) -> Result<[u8; N], StoreError>
    where
        Self: Sized,
    {
        self.maybe_digest(name)?.ok_or_else(|| StoreError::corrupt(name))
    }

    /// A digest that may be NULL.
    fn maybe_digest<const N: usize>(&self, name: &'static str) -> Result<Option<[u8; N]>, StoreError>
    where
        Self: Sized,
    {
        let bytes = self.maybe_bytes(name)?.map(<[u8; N]>::try_from).transpose();
        bytes.map_err(|_| StoreError::corrupt(name))
    }

    /// An id, or anything else that is read from its text form.
    fn id<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, StoreError>
    where
        Self: Sized,
    {
        self.text(name)?.parse().map_err(|_| StoreError::corrupt(name))
    }

    /// An id that may be NULL.
    fn maybe_id<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, StoreError>
    where
        Self: Sized,
    {
        let id = self.maybe_text(name)?.map(|text| text.parse()).transpose();
        id.map_err(|_| StoreError::corrupt(name))
    }
}

/// What [`Reading::fetch`] hands each row to.
pub type EachRow<'a> = &'a mut (dyn FnMut(&Row<'_>) -> Result<(), StoreError> + Send);

/// How a row becomes what it stands for.
pub type ReadRow<T> = fn(&Row<'_>) -> Result<T, StoreError>;

/// A row of any dialect.
pub struct Row<'a>(pub &'a dyn Columns);

impl Columns for Row<'_> {
    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        self.0.maybe_text(name)
    }

    fn maybe_number(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        self.0.maybe_number(name)
    }

    fn maybe_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.maybe_bytes(name)
    }
}

/// A connection inside a transaction: everything it reads is of one moment.
#[async_trait]
pub trait Reading: Send {
    /// Hands each row of the answer to `each`, in order.
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError>;
}

/// Where readings come from.
#[async_trait]
pub trait Source: Send + Sync {
    /// A reading of one moment that ends when it is dropped.
    async fn reading(&self) -> Result<Box<dyn Reading>, StoreError>;
    /// One statement alone, which reads one moment without a transaction around it.
    async fn fetch(&self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError>;
    /// Ends all readings and takes no more.
    async fn close(&self);
}

/// The one connection that writes. Only the writer's task touches it, so no cancelled request can leave it half-way.
#[async_trait]
pub trait WriteConnection: Reading {
    /// Begins a transaction that may write.
    async fn begin(&mut self) -> Result<(), StoreError>;
    /// Marks a place in the transaction.
    async fn savepoint(&mut self) -> Result<(), StoreError>;
    /// Forgets the mark and keeps what came after it.
    async fn keep(&mut self) -> Result<(), StoreError>;
    /// Undoes what came after the mark, and forgets the mark. An error means that the whole transaction is gone.
    async fn undo(&mut self) -> Result<(), StoreError>;
    /// Runs a statement; the number of rows touched.
    async fn execute(&mut self, statement: Statement) -> Result<u64, StoreError>;
    /// Commits. An error means that the outcome is unknown.
    async fn commit(&mut self) -> Result<(), StoreError>;
    /// Rolls back if a transaction is open; fine if none is.
    async fn rollback(&mut self);
    /// Drops the connection, whatever its state, and opens another.
    async fn reopen(&mut self) -> Result<(), StoreError>;
    /// Closes the connection in good order.
    async fn close(self: Box<Self>);
}
