//! How the beginnings of objects, steps and inputs are written.

use super::CONSTRUCTS;
use super::lexer::{is_bare, quote};
use crate::domain::stack::{Node, ObjectKind, name};

/// The word that an object's text begins with.
pub(super) fn construct(kind: ObjectKind, settings: &Node) -> &str {
    let written = settings.field(name::CONSTRUCT).filter(|_| kind == ObjectKind::Trigger);
    let default = CONSTRUCTS.iter().find(|(_, of)| *of == kind).map_or("function", |(word, _)| word);
    written.unwrap_or(default)
}

/// The name of an object or a table as it is written.
pub(super) fn object_name(text: &str) -> String {
    let bare = !text.is_empty() && text.chars().all(is_bare) && !text.contains("//") && text != "as";
    if bare { text.to_owned() } else { quote(text) }
}

/// Everything of an input before its block.
pub(super) fn input_head(input: &Node) -> String {
    let flag = |name: &str| input.field(name) == Some("true");
    let nullable = input.field(name::NULLABLE).unwrap_or_default();
    let mut head = input.field(name::TYPE).unwrap_or("text").to_owned();
    match input.field(name::LIST) {
        Some("true") => head.push_str("[]"),
        Some("false") | None => {}
        Some(range) => head.push_str(&format!("[{range}]")),
    }
    if nullable.contains("after") {
        head.push('?');
    }
    if let Some(title) = input.field(name::NAME) {
        head.push(' ');
        if nullable.contains("before") {
            head.push('?');
        }
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$');
        head.push_str(&if title.chars().all(plain) { title.to_owned() } else { quote(title) });
    }
    if flag(name::OPTIONAL) {
        head.push('?');
    }
    if let Some(default) = input.field(name::DEFAULT) {
        head.push('=');
        head.push_str(default);
    }
    if let Some(filters) = input.field(name::FILTERS) {
        head.push_str(" filters=");
        head.push_str(filters);
    }
    head
}
