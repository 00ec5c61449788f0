//! How much is stored.

use super::StoreError;
use super::dialect::{Columns, Row, Statement};
use crate::domain::id::WorkspaceId;

/// How much is stored of a workspace, and in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Storage {
    /// The whole database, in bytes.
    pub bytes: u64,
    /// Operations in the workspace's logs.
    pub operations: u64,
    /// Its published versions.
    pub versions: u64,
    /// Records of its tables, deleted ones among them.
    pub records: u64,
    /// Its parked operations.
    pub parked: u64,
    /// Records of its audit chain.
    pub audit: u64,
}

// Of a table-valued pragma only this dialect knows; PostgreSQL has pg_database_size.
const STORAGE: &str = "\
    SELECT (SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()) AS bytes,
        (SELECT count(*) FROM operations WHERE workspace_id = $1) AS operations,
        (SELECT count(*) FROM versions WHERE workspace_id = $1) AS versions,
        (SELECT count(*) FROM records WHERE workspace_id = $1) AS records,
        (SELECT count(*) FROM parked_operations WHERE workspace_id = $1) AS parked,
        (SELECT count(*) FROM audit WHERE chain = $2) AS audit";

/// What counts it. A workspace's audit chain is called by its id.
pub fn statement(workspace: WorkspaceId) -> Statement {
    Statement::new(STORAGE).with(workspace).with(workspace.to_string())
}

/// How much is stored.
pub fn row(row: &Row<'_>) -> Result<Storage, StoreError> {
    Ok(Storage {
        bytes: row.count("bytes")?,
        operations: row.count("operations")?,
        versions: row.count("versions")?,
        records: row.count("records")?,
        parked: row.count("parked")?,
        audit: row.count("audit")?,
    })
}
