use std::time::Duration;

use super::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::Answer;
use crate::domain::id::{InstanceId, ObjectId, OpId};
use crate::domain::refusal::Refusal;
use crate::domain::stack::{Form, Revision};
use crate::room::rig::Rig;
use crate::room::{CallError, HelloWithoutCall};

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
