//! A room over a real store, for tests.

use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::outbox::{OutboxLimits, OutboxPool};
use super::{CallError, Ports, Registry, RoomHandle, RoomSettings};
use crate::domain::command::{Caller, Request};
use crate::domain::effect::Answer;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Member, Role};
use crate::domain::time::Timestamp;
use crate::store::{AccountWrite, SqliteSettings, User, Writer, WriterSettings, open_sqlite};

/// A registry over a database of its own, with a workspace and its owner.
pub struct Rig {
    pub registry: Registry,
    pub workspace: WorkspaceId,
    pub owner: UserId,
    pub planners: Arc<Semaphore>,
    _folder: TempDir,
}

impl Rig {
    pub async fn new(settings: RoomSettings) -> Rig {
        let folder = tempfile::tempdir().expect("a folder");
        let settings_of_store = SqliteSettings::new(folder.path().join("baton.db"));
        let (store, connection) = open_sqlite(settings_of_store).await.expect("a database");
        let writer = Writer::start(connection, WriterSettings::default());
        let (workspace, owner) = (WorkspaceId(Uuid::now_v7()), UserId(Uuid::now_v7()));
        let user = User {
            id: owner,
            email: "ana@baton.test".to_owned(),
            name: "Ana".to_owned(),
            password: String::new(),
            created: Timestamp(0),
            suspended: None,
        };
        writer.account(AccountWrite::UserAdded(user)).await.expect("an account");
        let member =
            Member { user: owner, name: "Ana".to_owned(), role: Role::Owner, custom: None, colour: 0 };
        let (name, at) = ("Team".to_owned(), Timestamp(0));
        let made = AccountWrite::WorkspaceMade { workspace, name, at, owner: member };
        writer.account(made).await.expect("a workspace");
        let planners = Arc::new(Semaphore::new(1));
        let ports = Ports {
            store: Arc::new(store),
            writer,
            epoch: 1,
            outboxes: OutboxPool::new(OutboxLimits::default()),
            planners: Arc::clone(&planners),
            spawn: Arc::new(|_, task| drop(tokio::spawn(task))),
        };
        Rig { registry: Registry::new(ports, settings), workspace, owner, planners, _folder: folder }
    }

    pub async fn room(&self) -> RoomHandle {
        self.registry.room(self.workspace).await.expect("the room")
    }

    pub fn caller(&self) -> Caller {
        Caller { user: self.owner, session: None }
    }

    /// Calls until the room takes it again.
    pub async fn call(&self, room: &RoomHandle, request: Request) -> Answer {
        loop {
            match room.call(self.caller(), request.clone()).await {
                Err(CallError::Refused(Refusal::RetryLater)) => tokio::task::yield_now().await,
                answer => return answer.expect("an answer"),
            }
        }
    }
}
