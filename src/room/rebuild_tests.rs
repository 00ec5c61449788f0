use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::Answer;
use crate::domain::id::{InstanceId, ObjectId, OpId, UserId, WorkspaceId};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Member, Role};
use crate::domain::stack::{Form, Revision};
use crate::domain::time::Timestamp;
use crate::room::outbox::{OutboxLimits, OutboxPool};
use crate::room::{CallError, HelloWithoutCall, Ports, Registry, RoomHandle};
use crate::store::{AccountWrite, SqliteSettings, User, Writer, WriterSettings, open_sqlite};

struct Rig {
    registry: Registry,
    workspace: WorkspaceId,
    owner: UserId,
    _folder: TempDir,
}

impl Rig {
    async fn new(settings: RoomSettings) -> Rig {
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
        let ports = Ports {
            store: Arc::new(store),
            writer,
            epoch: 1,
            outboxes: OutboxPool::new(OutboxLimits::default()),
            spawn: Arc::new(|_, task| drop(tokio::spawn(task))),
        };
        Rig { registry: Registry::new(ports, settings), workspace, owner, _folder: folder }
    }

    async fn room(&self) -> RoomHandle {
        self.registry.room(self.workspace).await.expect("the room")
    }

    fn caller(&self) -> Caller {
        Caller { user: self.owner, session: None }
    }

    /// Calls until the room takes it again.
    async fn call(&self, room: &RoomHandle, request: Request) -> Answer {
        loop {
            match room.call(self.caller(), request.clone()).await {
                Err(CallError::Refused(Refusal::RetryLater)) => tokio::task::yield_now().await,
                answer => return answer.expect("an answer"),
            }
        }
    }
}

fn edit() -> Edit {
    let (item, field) = (ItemId::Response, "@value".to_owned());
    let op = Op::Set { item, field, text: Some("1".to_owned()), form: Form::Assign, at: None };
    Edit {
        op_id: OpId(Uuid::now_v7()),
        intent: [7; 16],
        object: ObjectId(Uuid::now_v7()),
        pen: Pen::WithLock,
        base: Revision(1),
        prev_op: None,
        action: EditAction::Apply(op),
    }
}

#[tokio::test]
async fn what_the_room_falls_over_is_parked_and_answered_so_from_then_on() {
    let rig = Rig::new(RoomSettings::default()).await;
    let room = rig.room().await;
    let edit = edit();
    room.fall_over(rig.caller(), edit.clone());
    let Answer::Parked(drafts) = rig.call(&room, Request::ListParked { user: None }).await else {
        panic!("not a list")
    };
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].operations[0].op_id, edit.op_id);
    assert_eq!(drafts[0].operations[0].reason, ParkedReason::ServerError);
    let again = rig.call(&room, Request::Edit(Box::new(edit))).await;
    let receipt = Receipt::Parked { parked: drafts[0].id, reason: ParkedReason::ServerError };
    assert_eq!(again, Answer::Receipt(receipt));
}

#[tokio::test]
async fn a_room_that_falls_over_too_often_is_closed_for_a_while() {
    let settings = RoomSettings { closed_for: Duration::from_millis(200), ..RoomSettings::default() };
    let rig = Rig::new(settings).await;
    let room = rig.room().await;
    for _ in 0..3 {
        rig.call(&room, Request::ListParked { user: None }).await;
        room.fall_over(rig.caller(), edit());
    }
    let closed = room.call(rig.caller(), Request::ListParked { user: None }).await;
    assert_eq!(closed, Err(CallError::Refused(Refusal::Busy)));
    let open = loop {
        match room.call(rig.caller(), Request::ListParked { user: None }).await {
            Err(CallError::Refused(Refusal::Busy | Refusal::RetryLater)) => tokio::task::yield_now().await,
            answer => break answer,
        }
    };
    // The third operation was not parked: a room that cannot be kept up writes nothing. Its author still has it.
    assert!(
        matches!(open, Ok(Answer::Parked(drafts)) if drafts.iter().map(|draft| draft.operations.len()).sum::<usize>() == 2)
    );
}

#[tokio::test]
async fn a_session_lives_through_a_panic() {
    let rig = Rig::new(RoomSettings::default()).await;
    let room = rig.room().await;
    let hello = HelloWithoutCall {
        user: rig.owner,
        sign_in: Uuid::nil(),
        instance: InstanceId(Uuid::now_v7()),
        fresh: SessionId(Uuid::now_v7()),
        fresh_secret: [1; 32],
        resume: None,
        device: "test".to_owned(),
        address: String::new(),
        keep_ms: None,
    };
    let welcome = room.hello(hello, None).await.expect("a welcome");
    room.fall_over(rig.caller(), edit());
    let caller = Caller { user: rig.owner, session: Some(welcome.session) };
    let alive = loop {
        match room.call(caller, Request::Snapshot).await {
            Err(CallError::Refused(Refusal::RetryLater)) => tokio::task::yield_now().await,
            answer => break answer,
        }
    };
    let Ok(Answer::Snapshot(picture)) = alive else { panic!("no picture: {alive:?}") };
    assert!(picture.sessions.iter().any(|session| session.id == welcome.session));
}

#[tokio::test]
async fn an_empty_room_is_unloaded_and_starts_again() {
    let settings = RoomSettings { unload_after: Duration::from_millis(20), ..RoomSettings::default() };
    let rig = Rig::new(settings).await;
    let room = rig.room().await;
    while !room.is_gone() {
        tokio::task::yield_now().await;
    }
    assert_eq!(room.call(rig.caller(), Request::Snapshot).await, Err(CallError::Gone));
    let again = rig.room().await;
    rig.call(&again, Request::ListParked { user: None }).await;
    assert!(rig.registry.drain(Duration::from_secs(5)).await);
}
