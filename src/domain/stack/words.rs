//! Steps and operations in words that a colleague understands.
//!
//! `*…*` marks the name of a thing, backticks mark a field.

use super::op::Op;
use super::{Node, NodeKind, Seed, Stack, name};
use crate::domain::catalogue::{self, CLAUSE};
use crate::domain::id::ItemId;
use crate::domain::record;

/// What a `Replace` is called when it came from an import.
pub const IMPORTED: &str = "Imported from XanoScript";
/// What a `Replace` is called when it took everything back.
pub const RESTORED: &str = "Restored an earlier version";

/// Characters of a quoted text before it is cut.
const SHORT: usize = 60;

/// What people call the kind of a node: `Query All Records`, `If`, `Input`.
pub fn label(node: &Node) -> String {
    kind_label(node.kind, &node.word)
}

fn kind_label(kind: NodeKind, word: &str) -> String {
    match kind {
        NodeKind::Settings => "Settings".to_owned(),
        NodeKind::Inputs => "Inputs".to_owned(),
        NodeKind::Stack => "Steps".to_owned(),
        NodeKind::Response => "Response".to_owned(),
        NodeKind::Input => "Input".to_owned(),
        NodeKind::Step => catalogue::lookup(word).map_or(word, |entry| entry.label).to_owned(),
        NodeKind::Arm => match word {
            "if" => "If".to_owned(),
            "elseif" => "Else If".to_owned(),
            "each" => "Each".to_owned(),
            "stack" => "Steps".to_owned(),
            other => {
                let mut letters = other.chars();
                letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
            }
        },
    }
}

/// What tells a node from others of its kind: the table, the variable, the condition, the name. Empty if nothing does.
pub fn detail(node: &Node) -> String {
    let known = match node.kind {
        NodeKind::Input | NodeKind::Settings => node.field(name::NAME),
        NodeKind::Step if node.word == "return" || node.word.starts_with("debug.") => node.field("value"),
        _ => node.field(name::SUBJECT).or_else(|| node.field(CLAUSE)).or_else(|| node.field(name::RESULT)),
    };
    short(known.unwrap_or_default())
}

/// A short title: `Query All Records posts`.
pub fn title(node: &Node) -> String {
    let detail = detail(node);
    if detail.is_empty() { label(node) } else { format!("{} {detail}", label(node)) }
}

/// The title with its detail marked: ``Query All Records *posts*``.
fn marked(node: &Node) -> String {
    let detail = detail(node);
    if detail.is_empty() { label(node) } else { format!("{} *{detail}*", label(node)) }
}

/// An operation in words, as the history and notices show it.
pub fn describe(op: &Op, before: &Stack) -> String {
    match op {
        Op::Insert { parent, seeds, .. } => match seeds.first() {
            Some(seed) => format!("Added {}{}", marked(&as_node(seed)), within(*parent, before, " to ")),
            None => "Added nothing".to_owned(),
        },
        Op::Delete { item } => {
            let inside = before.subtree(*item).len().saturating_sub(1);
            let what = before.get(*item).map_or_else(|| "something".to_owned(), marked);
            match inside {
                0 => format!("Deleted {what}"),
                1 => format!("Deleted {what} with 1 item in it"),
                more => format!("Deleted {what} with {more} items in it"),
            }
        }
        Op::Move { item, parent, .. } => {
            let what = before.get(*item).map_or_else(|| "something".to_owned(), marked);
            if before.get(*item).is_some_and(|node| node.parent == Some(*parent)) {
                return format!("Reordered {what}");
            }
            match within(*parent, before, " into ") {
                place if place.is_empty() => format!("Moved {what} to the top level"),
                place => format!("Moved {what}{place}"),
            }
        }
        Op::Set { item, field, text, .. } => match before.get(*item) {
            Some(node) => set_in_words(node, field, text.as_deref()),
            None => format!("Changed `{field}`"),
        },
        Op::Replace { .. } => "Replaced the whole content".to_owned(),
        Op::Record(op) => record::words::describe(op, before, None),
    }
}

fn set_in_words(node: &Node, field: &str, text: Option<&str>) -> String {
    let what = marked(node);
    match (field, text) {
        ("disabled", Some("true")) => format!("Disabled {what}"),
        ("disabled", Some("false") | None) if node.disabled() => format!("Enabled {what}"),
        (name::NAME, Some(new)) if node.kind == NodeKind::Settings => format!("Renamed to *{}*", short(new)),
        (name::NAME, Some(new)) => format!("Renamed {what} to *{}*", short(new)),
        (name::RESULT, Some(new)) => format!("Named the result of {what} *{}*", short(new)),
        (name::VALUE, _) => "Changed the response".to_owned(),
        (field, None) => format!("Removed {} from {what}", field_in_words(field)),
        (field, Some(_)) => {
            let verb = if node.field(field).is_some() { "Changed" } else { "Added" };
            let preposition = if verb == "Added" { "to" } else { "of" };
            match (field, node.kind) {
                (name::SUBJECT, _) => format!("Changed {what}"),
                (_, NodeKind::Settings) => format!("{verb} {}", field_in_words(field)),
                _ => format!("{verb} {} {preposition} {what}", field_in_words(field)),
            }
        }
    }
}

/// A field's name as people read it.
pub fn field_in_words(field: &str) -> String {
    if field.starts_with("@comment") {
        return "a comment".to_owned();
    }
    match field.strip_prefix('@') {
        Some("subject") => "what it works on".to_owned(),
        Some("source") => "the source".to_owned(),
        Some("bang") => "the `!` mark".to_owned(),
        Some(other) => format!("the {other}"),
        None => format!("`{field}`"),
    }
}

/// Where something goes, if that is worth telling: not for the top level.
fn within(parent: ItemId, stack: &Stack, preposition: &str) -> String {
    let Some(node) = stack.get(parent).filter(|node| node.parent.is_some()) else { return String::new() };
    // An arm that only holds steps says less than the step it belongs to.
    let named = match (node.kind, node.word.as_str()) {
        (NodeKind::Arm, "stack" | "each") => node.parent.and_then(|id| stack.get(id)).unwrap_or(node),
        _ => node,
    };
    format!("{preposition}*{}*", title(named))
}

fn as_node(seed: &Seed) -> Node {
    Node {
        id: seed.id,
        kind: seed.kind,
        word: seed.word.clone(),
        fields: seed.fields.clone(),
        parent: seed.parent,
        children: Vec::new(),
        revision: Default::default(),
        last_op: None,
    }
}

/// One line, cut at [`SHORT`] characters.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHORT) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
