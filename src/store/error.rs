//! Why the store could not do what was asked.

use crate::document::BadDocument;
use crate::domain::id::BadId;

/// Why a read or a write did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It is not there.
    #[error("not found")]
    NotFound,
    /// What is there does not allow it: a name or id is taken, a condition does not hold, a revision is not the one named.
    #[error("conflict: {0}")]
    Conflict(String),
    /// Another process has taken over.
    #[error("another process has taken over")]
    Fenced,
    /// The database does not answer or cannot be written.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Too much waits for the writer already.
    #[error("too much waits for the writer")]
    Full,
    /// The writer has been closed.
    #[error("the writer is closed")]
    Closed,
    /// COMMIT failed, and whether the writes took effect must be read from the store.
    #[error("the outcome of the commit is unknown")]
    Lost,
    /// What is stored is not what it must be, or cannot be stored.
    #[error("stored data is not valid: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// `what` is not valid.
    pub fn corrupt(what: &str) -> Self {
        StoreError::Corrupt(what.to_owned())
    }
}

impl From<BadDocument> for StoreError {
    fn from(error: BadDocument) -> Self {
        StoreError::Corrupt(error.to_string())
    }
}

impl From<BadId> for StoreError {
    fn from(error: BadId) -> Self {
        StoreError::Corrupt(error.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Corrupt(error.to_string())
    }
}
