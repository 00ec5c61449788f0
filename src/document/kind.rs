//! Words for the kinds of objects and nodes.

use crate::domain::stack::ObjectKind;

const KINDS: [(ObjectKind, &str); 12] = [
    (ObjectKind::ApiGroup, "api_group"),
    (ObjectKind::Endpoint, "endpoint"),
    (ObjectKind::Function, "function"),
    (ObjectKind::Task, "task"),
    (ObjectKind::Middleware, "middleware"),
    (ObjectKind::Trigger, "trigger"),
    (ObjectKind::Addon, "addon"),
    (ObjectKind::Agent, "agent"),
    (ObjectKind::Tool, "tool"),
    (ObjectKind::McpServer, "mcp_server"),
    (ObjectKind::Table, "table"),
    (ObjectKind::Channel, "channel"),
];

/// The word for a kind of object.
pub fn object_kind_str(kind: ObjectKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word)
}

/// The kind of object for a word.
pub fn object_kind_from_str(word: &str) -> Option<ObjectKind> {
    KINDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_word() {
        for (kind, word) in KINDS {
            assert_eq!(object_kind_str(kind), word);
            assert_eq!(object_kind_from_str(word), Some(kind));
        }
    }
}
