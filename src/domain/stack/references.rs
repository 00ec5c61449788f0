//! What a step refers to outside its object: the function that it runs, the table that it queries.

use super::{Node, NodeKind, ObjectKind, name};

/// Another object, as a step names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name, without quotes.
    pub name: String,
}

/// What the node refers to, if it is a step that names another object.
pub fn reference(node: &Node) -> Option<Reference> {
    if node.kind != NodeKind::Step {
        return None;
    }
    let kind = kind_of(&node.word)?;
    let name = unquoted(node.field(name::SUBJECT)?);
    (!name.is_empty() && !name.starts_with('$')).then(|| Reference { kind, name: name.to_owned() })
}

fn kind_of(word: &str) -> Option<ObjectKind> {
    match word {
        "function.run" | "function.call" => Some(ObjectKind::Function),
        "task.call" => Some(ObjectKind::Task),
        "middleware.call" => Some(ObjectKind::Middleware),
        "addon.call" => Some(ObjectKind::Addon),
        "ai.agent.run" => Some(ObjectKind::Agent),
        "tool.call" => Some(ObjectKind::Tool),
        "trigger.call" => Some(ObjectKind::Trigger),
        // These work on no table of the workspace.
        "db.direct_query" | "db.transaction" | "db.set_datasource" => None,
        other if other.starts_with("db.external.") => None,
        other => other.starts_with("db.").then_some(ObjectKind::Table),
    }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}
