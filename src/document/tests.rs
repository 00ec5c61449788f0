//! There and back again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::*;
use crate::domain::command::{Change, ChangeKind, Operation};
use crate::domain::effect::{ObjectHead, ParkedDraft, ParkedOperation, ParkedReason, VersionHead};
use crate::domain::id::ItemId;
use crate::domain::path::Fence;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Field, Form, NodeKind, ObjectKind, Revision, Seed, Stack};
use crate::domain::time::Timestamp;

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn node(number: u128) -> ItemId {
    ItemId::Node(Uuid::from_u128(number))
}

fn ops() -> Vec<Op> {
    let seed = Seed {
        id: node(1),
        kind: NodeKind::Step,
        word: "var".to_owned(),
        fields: vec![Field {
            name: "value".to_owned(), text: "{ a: \"ü\"\n}".to_owned(), form: Form::Block
        }],
        parent: Some(ItemId::Stack),
    };
    let item = node(1);
    vec![
        Op::Insert { parent: ItemId::Stack, after: None, seeds: vec![seed.clone()] },
        Op::Insert { parent: ItemId::Stack, after: Some(node(2)), seeds: vec![seed] },
        Op::Delete { item },
        Op::Move { item, parent: node(3), after: Some(node(2)) },
        Op::Set { item, field: "as".to_owned(), text: None, form: Form::Assign, at: None },
        Op::Set { item, field: "as".to_owned(), text: Some("$x".to_owned()), form: Form::Block, at: Some(2) },
        Op::Replace { seeds: Stack::empty().to_seeds() },
    ]
}

/// Through JSON text, as disk and wire take it.
fn through<D: Serialize + DeserializeOwned>(document: &D) -> D {
    serde_json::from_str(&serde_json::to_string(document).unwrap()).unwrap()
}

#[test]
fn operations_come_back() {
    for op in ops() {
        assert_eq!(Op::try_from(through(&OpDoc::from(&op))).unwrap(), op);
    }
    let operation = Operation {
        revision: Revision(7),
        op_id: id(1),
        user: id(2),
        session: None,
        at: Timestamp(5),
        change: 3,
        fence: Some(Fence { epoch: 1, counter: 2 }),
        op: ops().remove(0),
        inverse: ops(),
    };
    assert_eq!(Operation::try_from(through(&OperationDoc::from(&operation))).unwrap(), operation);
}

#[test]
fn changes_heads_and_parked_drafts_come_back() {
    let change = Change {
        number: 1,
        user: id(2),
        began: Timestamp(5),
        ended: Timestamp(6),
        words: "Set `as`".to_owned(),
        kind: ChangeKind::Revert,
        item: Some(ItemId::Response),
        field: None,
        from: Revision(1),
        to: Revision(2),
        reverted_by: Some(4),
        taken: [1, 2, 5].into_iter().collect(),
        published: Some(2),
    };
    assert_eq!(Change::try_from(through(&ChangeDoc::from(&change))).unwrap(), change);
    let version = VersionHead {
        number: 1,
        revision: Revision(2),
        user: id(2),
        at: Timestamp(5),
        description: "First".to_owned(),
        contributors: vec![id(2), id(3)],
        whole: false,
    };
    let head = ObjectHead {
        id: id(9),
        kind: ObjectKind::McpServer,
        name: "a/b".to_owned(),
        group: Some(id(8)),
        revision: Revision(2),
        changes: 1,
        version: Some(version),
    };
    assert_eq!(ObjectHead::try_from(through(&ObjectHeadDoc::from(&head))).unwrap(), head);
    let operation = |op| ParkedOperation {
        op_id: id(1),
        reason: ParkedReason::Revoked,
        at: Timestamp(5),
        base: Revision(2),
        op,
        words: "Set".to_owned(),
    };
    let parked = ParkedDraft {
        id: id(4),
        user: id(2),
        object: id(9),
        item: Some(node(1)),
        since: Timestamp(5),
        holder: None,
        operations: ops().into_iter().map(operation).collect(),
    };
    assert_eq!(ParkedDraft::try_from(through(&ParkedDraftDoc::from(&parked))).unwrap(), parked);
}

#[test]
fn stacks_come_back_with_revisions_and_last_operations() {
    let mut stack = Stack::empty();
    let name = Op::Set {
        item: ItemId::Settings,
        field: "@name".to_owned(),
        text: Some("add".to_owned()),
        form: Form::Assign,
        at: None,
    };
    stack.apply(&name, Revision(4), Some(id(1))).unwrap();
    assert_eq!(stack_from_doc(through(&stack_doc(&stack))).unwrap(), stack);
}

#[test]
fn what_is_not_valid_is_said() {
    let bad = OpDoc::Delete { item: "steps".to_owned() };
    assert_eq!(Op::try_from(bad).unwrap_err().to_string(), "item is not valid");
    assert_eq!(stack_from_doc(Vec::new()).unwrap_err().to_string(), "stack is not valid");
    for text in
        [r#"{"op":"fly"}"#, r#"{"op":"set","item":"settings"}"#, r#"{"op":"insert","parent":7,"seeds":[]}"#]
    {
        assert!(serde_json::from_str::<OpDoc>(text).is_err(), "{text}");
    }
}
