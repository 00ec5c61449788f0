//! Tests of the store on a real SQLite file. Nothing sleeps: every wait is for a condition.

mod accounts;
mod commits;
mod contract;
mod history;
mod kept;
mod pages;
mod records;
mod restart;

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::*;
use crate::domain::effect::{ObjectHead, Write};
use crate::domain::id::ItemId;
use crate::domain::path::Fence;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Form, ObjectKind};
use crate::domain::time::Timestamp;

/// The wall clock of all tests.
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// A database in a folder of its own.
pub struct Bench {
    pub folder: TempDir,
    pub store: SqlStore,
    pub writer: Writer,
    pub faults: Faults,
}

impl Bench {
    pub async fn new() -> Self {
        Bench::at(TempDir::new().unwrap()).await
    }

    pub async fn at(folder: TempDir) -> Self {
        let settings = SqliteSettings { now: || NOW, ..SqliteSettings::new(folder.path().join("baton.db")) };
        let (store, connection) = open_sqlite(settings).await.unwrap();
        let faults = Faults::default();
        let quick = WriterSettings {
            probe_pause: Duration::from_millis(1),
            probe_pause_max: Duration::from_millis(2),
            ..WriterSettings::default()
        };
        let writer = Writer::start(faults.wrap(connection), quick);
        Bench { folder, store, writer, faults }
    }

    /// Makes a workspace and opens its room with incarnation 1.
    pub async fn room(&self, number: u128) -> Room {
        let workspace = id(number);
        let owner = member(1);
        let made = AccountWrite::WorkspaceMade { workspace, name: format!("Team {number}"), at: NOW, owner };
        self.writer.account(made).await.unwrap();
        self.open(workspace, 1)
    }

    pub fn open(&self, workspace: WorkspaceId, incarnation: u64) -> Room {
        let (done, answers) = mpsc::channel(8);
        self.writer.open_room(workspace, incarnation, done);
        Room { workspace, incarnation, n: 0, answers, writer: self.writer.clone() }
    }

    /// Runs a statement behind the store's back.
    pub async fn meddle(&self, sql: &'static str) {
        use sqlx::Connection;
        let path = self.folder.path().join("baton.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Closes all in good order and opens it again.
    pub async fn reopened(self) -> Self {
        self.writer.close().await;
        self.store.close().await;
        Bench::at(self.folder).await
    }
}

/// A room as the writer sees it.
pub struct Room {
    pub workspace: WorkspaceId,
    pub incarnation: u64,
    n: u64,
    pub answers: mpsc::Receiver<Committed>,
    writer: Writer,
}

impl Room {
    /// Hands a batch over and returns its number.
    pub fn submit(&mut self, writes: Vec<Write>) -> u64 {
        self.try_submit(writes).unwrap()
    }

    pub fn try_submit(&mut self, writes: Vec<Write>) -> Result<u64, SubmitError> {
        let n = self.n + 1;
        let batch = Batch { workspace: self.workspace, incarnation: self.incarnation, n, writes };
        self.writer.submit(batch)?;
        self.n = n;
        Ok(n)
    }

    /// The next answer.
    pub async fn answer(&mut self) -> (u64, CommitOutcome) {
        let committed = self.answers.recv().await.unwrap();
        assert_eq!(committed.incarnation, self.incarnation);
        (committed.n, committed.outcome)
    }

    /// Writes and demands success.
    pub async fn write(&mut self, writes: Vec<Write>) {
        let n = self.submit(writes);
        assert_eq!(self.answer().await, (n, CommitOutcome::Ok));
    }
}

pub fn member(number: u128) -> Member {
    Member { user: id(number), name: format!("Ann {number}"), role: Role::Owner, custom: None, colour: 3 }
}

pub fn head(number: u128) -> ObjectHead {
    ObjectHead {
        id: id(number),
        kind: ObjectKind::Function,
        name: format!("math/add {number}"),
        group: None,
        revision: Revision(0),
        changes: 0,
        version: None,
    }
}

/// An operation that makes `revision` by setting the object's name to `text`.
pub fn rename(revision: u64, text: &str) -> Operation {
    Operation {
        revision: Revision(revision),
        op_id: id(0xA000 + u128::from(revision)),
        user: id(1),
        session: Some(id(50)),
        at: NOW,
        change: 1,
        fence: Some(Fence { epoch: 9, counter: 2 }),
        op: set(Some(text)),
        inverse: vec![set(None)],
    }
}

pub fn set(text: Option<&str>) -> Op {
    Op::Set {
        item: ItemId::Settings,
        field: "@name".to_owned(),
        text: text.map(str::to_owned),
        form: Form::Assign,
        at: None,
    }
}

pub fn change(number: u64, from: u64, to: u64) -> Change {
    Change {
        number,
        user: id(1),
        began: NOW,
        ended: NOW.plus(5),
        words: "Renamed".to_owned(),
        kind: crate::domain::command::ChangeKind::Edit,
        item: Some(ItemId::Settings),
        field: Some("@name".to_owned()),
        from: Revision(from),
        to: Revision(to),
        reverted_by: None,
        taken: crate::domain::command::Numbers::default(),
        published: None,
    }
}

pub fn stack(text: &str, revision: u64) -> Arc<Stack> {
    let mut stack = Stack::empty();
    stack.apply(&set(Some(text)), Revision(revision), Some(id(0xA000 + u128::from(revision)))).unwrap();
    Arc::new(stack)
}
