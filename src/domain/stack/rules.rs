//! What a tree may look like: who holds whom, and every limit on names, texts and sizes.

use super::op::OpError;
use super::{Field, NodeKind, Seed, name};
use crate::domain::catalogue;

/// Steps an object may have.
pub const MAX_STEPS: usize = 10_000;
/// Nodes of all kinds an object may have; arms and inputs count as well.
pub const MAX_NODES: usize = 40_000;
/// Levels below a root.
pub const MAX_DEPTH: usize = 64;
/// Bytes of a field's text.
pub const MAX_TEXT: usize = 128 * 1024;
/// Characters of the name of an object, an input or a table field.
pub const MAX_NAME: usize = 200;
/// Characters of the name of a field.
pub const MAX_FIELD_NAME: usize = 200;
/// Fields of one node.
pub const MAX_FIELDS: usize = 512;

/// Whether `text` can name an object, an input or a table field.
pub fn is_name(text: &str) -> bool {
    bounded(text, MAX_NAME)
}

/// Whether `text` is free of control characters other than newline and tab.
pub fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

fn bounded(text: &str, limit: usize) -> bool {
    let count = text.chars().take(limit + 1).count();
    (1..=limit).contains(&count) && !text.chars().any(char::is_control)
}

/// Checks one field as it would stand in a node.
pub(super) fn check_field(field: &str, text: &str) -> Result<(), OpError> {
    if !bounded(field, MAX_FIELD_NAME) {
        return Err(OpError::BadName);
    }
    if text.len() > MAX_TEXT {
        return Err(OpError::TextTooLong);
    }
    if field == name::NAME && !is_name(text) {
        return Err(OpError::BadName);
    }
    if is_text(text) { Ok(()) } else { Err(OpError::BadText) }
}

/// Checks a seed by itself: its id, its word and its fields.
pub(super) fn check_seed(seed: &Seed) -> Result<(), OpError> {
    if seed.id.is_data() {
        return Err(OpError::NotATree);
    }
    if seed.fields.len() > MAX_FIELDS {
        return Err(OpError::TooManyFields);
    }
    let has_word = matches!(seed.kind, NodeKind::Step | NodeKind::Arm);
    if has_word == seed.word.is_empty() {
        return Err(OpError::Malformed);
    }
    if has_word && !bounded(&seed.word, MAX_FIELD_NAME) {
        return Err(OpError::BadName);
    }
    for (index, field) in seed.fields.iter().enumerate() {
        check_field(&field.name, &field.text)?;
        if seed.fields[..index].iter().any(|earlier| earlier.name == field.name) {
            return Err(OpError::Malformed);
        }
    }
    if seed.kind == NodeKind::Input
        && !may_be_nameless(&seed.fields)
        && text_of(&seed.fields, name::NAME).is_none()
    {
        return Err(OpError::BadName);
    }
    Ok(())
}

/// A `dblink` takes its inputs from a table and has no name of its own.
pub(super) fn may_be_nameless(fields: &[Field]) -> bool {
    text_of(fields, name::TYPE) == Some("dblink")
}

/// What decides whether a node may hold another.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    pub kind: NodeKind,
    pub word: &'a str,
    pub fields: &'a [Field],
}

/// Whether `holder` may hold a node of `kind` with `word`.
pub(super) fn may_hold(holder: Holder<'_>, kind: NodeKind, word: &str) -> bool {
    match (holder.kind, kind) {
        (NodeKind::Inputs, NodeKind::Input) => true,
        (NodeKind::Input, NodeKind::Input) => is_object(holder.fields),
        (NodeKind::Stack | NodeKind::Arm, NodeKind::Step) => true,
        (NodeKind::Step, NodeKind::Arm) => {
            catalogue::lookup(holder.word).is_some_and(|entry| entry.arm(word).is_some())
        }
        _ => false,
    }
}

/// Whether an input with these fields has a schema of its own.
pub(super) fn is_object(fields: &[Field]) -> bool {
    text_of(fields, name::TYPE) == Some("object")
}

fn text_of<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name).map(|field| field.text.as_str())
}
