use std::sync::Arc;

use uuid::Uuid;

use crate::domain::command::{Collisions, OverLocks, Revert};
use crate::domain::command::{Edit, EditAction, NewObject, Pen, Request, Scope, Selection};
use crate::domain::effect::{Answer, Receipt};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::limits::Limits;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Field, Form, NodeKind, ObjectKind, Revision, Seed, name};
use crate::room::RoomSettings;
use crate::room::rig::Rig;

fn function(called: &str) -> NewObject {
    let seed = |id, kind, fields| Seed { id, kind, word: String::new(), fields, parent: None };
    let name = Field { name: name::NAME.to_owned(), text: called.to_owned(), form: Form::Assign };
    let seeds = vec![
        seed(ItemId::Settings, NodeKind::Settings, vec![name]),
        seed(ItemId::Inputs, NodeKind::Inputs, Vec::new()),
        seed(ItemId::Stack, NodeKind::Stack, Vec::new()),
        seed(ItemId::Response, NodeKind::Response, Vec::new()),
    ];
    let id = ObjectId(Uuid::now_v7());
    NewObject { id, kind: ObjectKind::Function, name: called.to_owned(), group: None, seeds }
}

fn set(object: ObjectId, base: u64, text: &str) -> Request {
    let (item, field) = (ItemId::Response, name::VALUE.to_owned());
    let op = Op::Set { item, field, text: Some(text.to_owned()), form: Form::Assign, at: None };
    let op_id = OpId(Uuid::now_v7());
    Request::Edit(Box::new(Edit {
        op_id,
        intent: *op_id.0.as_bytes(),
        object,
        pen: Pen::WithLock,
        base: Revision(base),
        prev_op: None,
        action: EditAction::Apply(op),
    }))
}

#[tokio::test]
async fn the_room_answers_others_while_a_revert_is_worked_out() {
    let limits = Limits { plan_operations: 1, ..Limits::default() };
    let rig = Arc::new(Rig::new(RoomSettings { limits, ..RoomSettings::default() }).await);
    let room = rig.room().await;
    let (first, second) = (function("first"), function("second"));
    let (object, other) = (first.id, second.id);
    let op_id = OpId(Uuid::now_v7());
    rig.call(&room, Request::Import { op_id, objects: vec![first, second], publish: None }).await;
    for n in 1..=3 {
        rig.call(&room, set(object, n, &n.to_string())).await;
    }
    // Nobody works anything out for now.
    let turn = rig.planners.acquire().await.expect("it is open");
    let revert = Request::Revert(Box::new(Revert {
        op_id: OpId(Uuid::now_v7()),
        object,
        selection: Selection::All(Scope::Everything),
        collisions: Collisions::Ask,
        take: Vec::new(),
        locks: OverLocks::Refuse,
    }));
    let waiting = {
        let (rig, room) = (Arc::clone(&rig), room.clone());
        tokio::spawn(async move { rig.call(&room, revert).await })
    };
    // Edits elsewhere and reads of the same object are taken and committed meanwhile, however many.
    for n in 1..=20 {
        let done = rig.call(&room, set(other, n, &n.to_string())).await;
        assert!(matches!(done, Answer::Receipt(Receipt::Edited { .. })));
        let Answer::Object(view) = rig.call(&room, Request::Read { object }).await else { panic!("no view") };
        assert_eq!(view.head.revision, Revision(4), "nothing of the revert is done yet");
    }
    assert!(!waiting.is_finished());
    drop(turn);
    let done = waiting.await.expect("the call is answered");
    assert!(matches!(done, Answer::Receipt(Receipt::Reverted { revision: Revision(5), .. })), "{done:?}");
    let Answer::Object(view) = rig.call(&room, Request::Read { object }).await else { panic!("no view") };
    assert!(view.nodes.iter().all(|node| node.field(name::VALUE).is_none()));
}
