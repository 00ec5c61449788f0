//! People, items, operations and requests as the stories name them.

use uuid::Uuid;

use crate::domain::command::{Collisions, NewObject, OverLocks, Publish, Request, Resume, Revert, Selection};
use crate::domain::id::{ItemId, ObjectId, OpId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Field, Form, NodeKind, ObjectKind, Revision, Seed, name};

use super::Tab;

pub const OLGA: UserId = UserId(Uuid::from_u128(0xa1));
pub const ADA: UserId = UserId(Uuid::from_u128(0xa2));
pub const ANA: UserId = UserId(Uuid::from_u128(0xa3));
pub const BEN: UserId = UserId(Uuid::from_u128(0xa4));
pub const CARA: UserId = UserId(Uuid::from_u128(0xa5));
pub const VIC: UserId = UserId(Uuid::from_u128(0xa6));

/// The function that every room has: `var` (1), `conditional` (2) with `if` (3) holding `util.sleep` (4), `return` (5).
pub const OBJ: ObjectId = ObjectId(Uuid::from_u128(0xb1));

/// All of it.
pub const WHOLE: LockPath = LockPath { object: OBJ, item: None };

pub fn step(n: u128) -> ItemId {
    ItemId::Node(Uuid::from_u128(n))
}

pub fn path(n: u128) -> LockPath {
    LockPath::item(OBJ, step(n))
}

pub fn field(name: &str, text: &str) -> Field {
    Field { name: name.into(), text: text.into(), form: Form::Assign }
}

pub fn seed(n: u128, kind: NodeKind, word: &str, parent: Option<ItemId>, fields: &[(&str, &str)]) -> Seed {
    let fields = fields.iter().map(|(name, text)| field(name, text)).collect();
    let id = match (kind, parent) {
        (NodeKind::Settings, _) => ItemId::Settings,
        (NodeKind::Inputs, _) => ItemId::Inputs,
        (NodeKind::Stack, _) => ItemId::Stack,
        (NodeKind::Response, _) => ItemId::Response,
        _ => step(n),
    };
    Seed { id, kind, word: word.into(), fields, parent }
}

/// An object with the given steps, each `var`.
pub fn object(id: ObjectId, called: &str, steps: &[u128]) -> NewObject {
    let mut seeds = vec![
        seed(0, NodeKind::Settings, "", None, &[(name::NAME, called)]),
        seed(0, NodeKind::Inputs, "", None, &[]),
        seed(0, NodeKind::Stack, "", None, &[]),
    ];
    let vars = steps.iter().map(|n| seed(*n, NodeKind::Step, "var", Some(ItemId::Stack), &[("value", "1")]));
    seeds.extend(vars);
    seeds.push(seed(0, NodeKind::Response, "", None, &[]));
    NewObject { id, kind: ObjectKind::Function, name: called.into(), group: None, seeds }
}

pub(super) fn sample() -> NewObject {
    let s = Some(ItemId::Stack);
    let mut new = object(OBJ, "orders", &[1]);
    new.seeds.splice(
        4..4,
        [
            seed(2, NodeKind::Step, "conditional", s, &[]),
            seed(3, NodeKind::Arm, "if", Some(step(2)), &[(name::SUBJECT, "$paid")]),
            seed(4, NodeKind::Step, "util.sleep", Some(step(3)), &[("value", "1")]),
            seed(5, NodeKind::Step, "return", s, &[("value", "$x")]),
        ],
    );
    new
}

pub fn set(item: ItemId, field: &str, text: &str) -> Op {
    Op::Set { item, field: field.into(), text: Some(text.into()), form: Form::Assign, at: None }
}

pub fn insert(n: u128, parent: ItemId, after: Option<ItemId>) -> Op {
    Op::Insert { parent, after, seeds: vec![seed(n, NodeKind::Step, "var", Some(parent), &[("value", "1")])] }
}

/// Everything goes live.
pub fn publish_all(op_id: OpId, object: ObjectId, revision: Revision, description: &str) -> Request {
    let description = description.to_owned();
    Request::Publish(Box::new(Publish {
        op_id,
        object,
        revision,
        description,
        authors: None,
        dependencies: false,
    }))
}

/// A revert that asks where others would lose by it.
pub fn revert_of(op_id: OpId, object: ObjectId, selection: Selection) -> Request {
    Request::Revert(Box::new(Revert {
        op_id,
        object,
        selection,
        collisions: Collisions::Ask,
        take: Vec::new(),
        locks: OverLocks::Refuse,
    }))
}

pub fn secret(session: SessionId) -> [u8; 32] {
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(session.0.as_bytes());
    secret
}

pub fn claim(tab: Tab) -> Resume {
    Resume { session: tab.session, secret: secret(tab.session), position: Some(tab.position) }
}
