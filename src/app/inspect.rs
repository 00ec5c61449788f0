//! A look at a database that no server uses.

use std::path::Path;

use super::folder::Folder;
use crate::audit::Chain;
use crate::store::{SqlStore, SqliteSettings, Store, check_sqlite, open_sqlite};

/// Opens the database of a data folder, looks at every page, brings its schema up to date and walks the audit chains.
///
/// # Errors
/// What is wrong, in words.
pub async fn inspect(data: &Path) -> Result<String, String> {
    let folder = Folder::take(data).map_err(|error| error.to_string())?;
    inspect_database(&folder.database()).await
}

/// Opens a database that nobody uses, looks at every page, brings its schema up to date and walks the audit chains.
///
/// # Errors
/// What is wrong, in words.
pub async fn inspect_database(path: &Path) -> Result<String, String> {
    if path.exists() {
        check_sqlite(path).map_err(|error| error.to_string())?;
    }
    let opened = open_sqlite(SqliteSettings::new(path)).await;
    let (store, connection) = opened.map_err(|error| error.to_string())?;
    connection.close().await;
    let found = walk(&store).await;
    store.close().await;
    found
}

async fn walk(store: &SqlStore) -> Result<String, String> {
    let failed = |error: crate::store::StoreError| error.to_string();
    let mut records = 0;
    let workspaces = store.workspace_ids().await.map_err(failed)?;
    for chain in workspaces.iter().copied().map(Chain::Workspace).chain([Chain::Instance]) {
        match store.verify_audit(chain).await.map_err(failed)? {
            Ok(count) => records += count,
            Err(number) => return Err(format!("record {number} of the audit log of {chain} does not fit")),
        }
    }
    let users = store.user_count().await.map_err(failed)?;
    Ok(format!(
        "schema up to date, {users} accounts, {} workspaces, {records} audit records unbroken",
        workspaces.len()
    ))
}
