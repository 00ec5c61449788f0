//! `audit`: walks the chains, and writes them out. Reads the database beside a running server.

use std::path::PathBuf;

use super::Failure;
use crate::app::folder;
use crate::audit::{Chain, Record};
use crate::auth::secret;
use crate::config::Config;
use crate::domain::id::WorkspaceId;
use crate::store::{Page, SqliteSettings, Store, read_sqlite};

/// What to do with the audit log.
#[derive(Debug)]
pub enum Audit {
    /// Walk every chain.
    Verify,
    /// Write one out as JSON lines, newest first.
    Export {
        /// `instance`, or the name or id of a workspace.
        chain: String,
    },
}

/// Runs it.
pub async fn run(config: &Config, audit: Audit) -> Result<(), Failure> {
    let path: PathBuf = folder::database(&config.data);
    if !path.exists() {
        return Err(Failure::new(format!("there is no database at {}", path.display())));
    }
    let store = read_sqlite(SqliteSettings::new(path));
    let done = match audit {
        Audit::Verify => verify(&store).await,
        Audit::Export { chain } => export(&store, &chain).await,
    };
    store.close().await;
    done
}

async fn verify(store: &dyn Store) -> Result<(), Failure> {
    let workspaces = store.workspace_ids().await?;
    let mut broken = 0;
    for chain in [Chain::Instance].into_iter().chain(workspaces.into_iter().map(Chain::Workspace)) {
        match store.verify_audit(chain).await? {
            Ok(count) => println!("ok      {chain}: {count} records fit"),
            Err(number) => {
                broken += 1;
                println!("BROKEN  {chain}: record {number} does not fit or is missing");
            }
        }
    }
    match broken {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{broken} audit chains were tampered with or damaged"))),
    }
}

async fn export(store: &dyn Store, chain: &str) -> Result<(), Failure> {
    let chain = if chain == "instance" { Chain::Instance } else { Chain::Workspace(workspace(chain)?) };
    let mut before = None;
    loop {
        let records = store.audit(chain, Page { before, limit: crate::store::MAX_PAGE }).await?;
        let Some(last) = records.last() else { return Ok(()) };
        before = Some(last.number);
        for record in &records {
            println!("{}", line(record));
        }
    }
}

fn workspace(text: &str) -> Result<WorkspaceId, Failure> {
    text.parse().map_err(|_| Failure::new("--chain is `instance` or the id of a workspace"))
}

fn line(record: &Record) -> serde_json::Value {
    serde_json::json!({
        "number": record.number,
        "at": record.at.0,
        "user": record.user.map(|user| user.to_string()),
        "action": record.action,
        "subject": record.subject,
        "reason": record.reason,
        "before": record.before,
        "after": record.after,
        "hash": secret::to_text(&record.hash),
    })
}
