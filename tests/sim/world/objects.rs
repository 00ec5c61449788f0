//! Objects and secrets as tests make them.

use baton::domain::command::NewObject;
use baton::domain::id::{ItemId, ObjectId, SessionId};
use baton::domain::stack::{Field, Form, NodeKind, ObjectKind, Seed, name};

/// What the resume secret of a session hashes to.
pub fn secret(session: SessionId) -> [u8; 32] {
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(session.0.as_bytes());
    secret
}

pub fn seed(id: ItemId, kind: NodeKind, word: &str, parent: Option<ItemId>, fields: &[(&str, &str)]) -> Seed {
    let fields = fields
        .iter()
        .map(|(name, text)| Field { name: (*name).into(), text: (*text).into(), form: Form::Assign })
        .collect();
    Seed { id, kind, word: word.into(), fields, parent }
}

/// An object with some steps.
pub fn object(
    id: ObjectId,
    kind: ObjectKind,
    called: &str,
    group: Option<ObjectId>,
    steps: Vec<Seed>,
) -> NewObject {
    let mut seeds = vec![
        seed(ItemId::Settings, NodeKind::Settings, "", None, &[(name::NAME, called)]),
        seed(ItemId::Inputs, NodeKind::Inputs, "", None, &[]),
        seed(ItemId::Stack, NodeKind::Stack, "", None, &[]),
    ];
    seeds.extend(steps);
    seeds.push(seed(ItemId::Response, NodeKind::Response, "", None, &[]));
    NewObject { id, kind, name: called.into(), group, seeds }
}
