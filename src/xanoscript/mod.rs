//! XanoScript in and out: text ⇄ the tree of an object.
//!
//! [`parse`] reads one object from a file, [`print`] writes one, and a tree that was read, written and read again is the
//! same tree. Values are ordered source text and are never understood further than their brackets, strings and filters:
//! [`check_value`] flags a text while it is typed, [`problems`] is what publishing refuses. Comments are fields of the node
//! they stand at: above it, at the end of its first line, before its closing brace, behind it; the comments of a
//! parameter `p` stand in `@comment:p` and `@comment_line:p`. A parameter that a statement has twice is stored as `p` and
//! `p#2`. A statement that the catalogue does not know is kept as it stands, and flagged.

mod check;
mod error;
mod head;
mod layout;
mod lexer;
mod parse;
mod print;
mod problems;
pub mod samples;
mod value;

#[cfg(test)]
mod tests;

use crate::domain::catalogue;
use crate::domain::id::ItemId;
use crate::domain::stack::{Node, ObjectKind, Seed, name};

pub use check::{ValueError, check_value};
pub use error::SyntaxError;
pub use parse::parse;
pub use print::print;
pub use problems::{Problem, problems};

/// Bytes of a file.
pub const MAX_FILE: usize = 1024 * 1024;
/// Blocks that may stand in one another.
pub const MAX_NESTING: usize = 64;

/// An object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What it is.
    pub kind: ObjectKind,
    /// What it is called.
    pub name: String,
    /// Its whole content, roots first, as a `Replace` takes it.
    pub seeds: Vec<Seed>,
    /// What was kept but not understood.
    pub flags: Vec<Flag>,
    /// The API group that the file names, if any.
    pub group: Option<String>,
}

/// Something that was kept as it stands and that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The node.
    pub item: ItemId,
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// What is unusual about it.
    pub message: String,
}

/// What the comments of an object's `schema` block are kept under; no property can have this name.
pub(crate) const SCHEMA_BLOCK: &str = "{schema}";

/// The name of a property as it is written: `arg` for the stored `arg#2`.
pub(crate) fn base_name(stored: &str) -> &str {
    match stored.rsplit_once('#') {
        Some((base, count)) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => base,
        _ => stored,
    }
}

/// The source of a step that is written as it stands: one that the catalogue does not know, or did not when it was read.
pub(crate) fn verbatim(step: &Node) -> Option<&str> {
    let understood = catalogue::lookup(&step.word).is_some();
    let has_more = !step.children.is_empty() || step.field(name::SUBJECT).is_some();
    step.field(name::SOURCE).filter(|_| !(understood && has_more))
}

/// The constructs that hold an object, with the kind of object each is.
pub const CONSTRUCTS: &[(&str, ObjectKind)] = &[
    ("query", ObjectKind::Endpoint),
    ("function", ObjectKind::Function),
    ("task", ObjectKind::Task),
    ("middleware", ObjectKind::Middleware),
    ("addon", ObjectKind::Addon),
    ("table", ObjectKind::Table),
    ("table_trigger", ObjectKind::Trigger),
    ("realtime_trigger", ObjectKind::Trigger),
    ("workspace_trigger", ObjectKind::Trigger),
    ("agent_trigger", ObjectKind::Trigger),
    ("mcp_server_trigger", ObjectKind::Trigger),
    ("agent", ObjectKind::Agent),
    ("tool", ObjectKind::Tool),
    ("mcp_server", ObjectKind::McpServer),
    ("api_group", ObjectKind::ApiGroup),
    ("realtime_channel", ObjectKind::Channel),
];
