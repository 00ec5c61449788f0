//! The edited thing: an object's settings, inputs, steps and response as one tree of nodes.
//!
//! Everything a person can edit is a field of a node, so that operations, changes, locks and presence have one shape
//! for steps, arms, inputs, table fields, response and settings alike.

mod apply;
pub mod beside;
pub mod cover;
pub mod diff;
mod duplicate;
pub mod op;
pub mod recognise;
pub mod references;
mod rules;
mod transform;
mod tree;
pub mod usage;
pub mod uses;
pub mod words;

#[cfg(test)]
mod tests;

pub use duplicate::derived_id;
pub use rules::{
    MAX_DEPTH, MAX_FIELD_NAME, MAX_FIELDS, MAX_NAME, MAX_NODES, MAX_STEPS, MAX_TEXT, is_name, is_text,
};
pub use transform::{edits_between, operations_between};

use std::collections::BTreeMap;

use crate::domain::id::{ItemId, OpId};

/// The kinds of objects in a workspace. A kind is also an area of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A folder of endpoints with settings of its own.
    ApiGroup,
    /// `query` in XanoScript.
    Endpoint,
    /// A custom function; folders by `/` in its name.
    Function,
    /// A background task with a schedule.
    Task,
    /// Runs around endpoints and functions.
    Middleware,
    /// Runs on an event of a table, workspace, channel, agent or MCP server.
    Trigger,
    /// One query with inputs, attached to query results.
    Addon,
    /// An AI agent.
    Agent,
    /// A tool that agents and MCP servers list.
    Tool,
    /// An MCP server.
    McpServer,
    /// A database table; its fields are `Input` nodes.
    Table,
    /// A realtime channel.
    Channel,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [ObjectKind; 12] = [
        ObjectKind::ApiGroup,
        ObjectKind::Endpoint,
        ObjectKind::Function,
        ObjectKind::Task,
        ObjectKind::Middleware,
        ObjectKind::Trigger,
        ObjectKind::Addon,
        ObjectKind::Agent,
        ObjectKind::Tool,
        ObjectKind::McpServer,
        ObjectKind::Table,
        ObjectKind::Channel,
    ];
}

/// A revision of an object: grows by one with every accepted operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision after this one.
    pub fn next(self) -> Revision {
        Revision(self.0 + 1)
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// Root: name, verb, auth, schedule, description and every other top-level property.
    Settings,
    /// Root: holds the inputs, or a table's fields.
    Inputs,
    /// Root: holds the top-level steps.
    Stack,
    /// Root: the response, in the field [`name::VALUE`].
    Response,
    /// An input or a table field; an `object` input holds its schema as `Input` children.
    Input,
    /// A step; its children are arms.
    Step,
    /// A block of a step (`if`, `elseif`, `else`, `case`, `default`, `try`, `catch`, `finally`, `each`, `stack`, …);
    /// its children are steps.
    Arm,
}

/// Names of the fields that are not parameters. Parameters carry their XanoScript name; these start with `@`, which
/// no parameter can.
pub mod name {
    /// Name of an object (on `settings`), an input or a table field.
    pub const NAME: &str = "@name";
    /// The verb of an endpoint (on `settings`).
    pub const VERB: &str = "@verb";
    /// What a statement names before its block: a table, a variable, a function, or the expression in its parentheses
    /// (without them); of an arm its condition or binder.
    pub const SUBJECT: &str = "@subject";
    /// The variable that takes a step's result, with its `$`.
    pub const RESULT: &str = "@result";
    /// The response expression (on `response`).
    pub const VALUE: &str = "@value";
    /// Type of an input or a table field.
    pub const TYPE: &str = "@type";
    /// `before` or `after`: where the nullable mark stands.
    pub const NULLABLE: &str = "@nullable";
    /// `true` for an input that may be left out.
    pub const OPTIONAL: &str = "@optional";
    /// `true` for a list of the type.
    pub const LIST: &str = "@list";
    /// Default value of an input.
    pub const DEFAULT: &str = "@default";
    /// Filters of an input, as written.
    pub const FILTERS: &str = "@filters";
    /// `true` for a `case` that ends with `break`.
    pub const BREAK: &str = "@break";
    /// `true` for a statement written with a leading `!`.
    pub const BANG: &str = "@bang";
    /// Verbatim source of a statement that the catalogue does not know.
    pub const SOURCE: &str = "@source";
    /// Comment lines above the node, without the `//`, joined by newlines.
    pub const COMMENT: &str = "@comment";
    /// Comment lines before the closing brace of a block.
    pub const COMMENT_END: &str = "@comment_end";
    /// A comment at the end of the node's first line.
    pub const COMMENT_LINE: &str = "@comment_line";
    /// A comment behind the node's last line; of an object, the comment lines below it.
    pub const COMMENT_AFTER: &str = "@comment_after";
    /// Which of the trigger constructs a trigger is written with (on `settings`).
    pub const CONSTRUCT: &str = "@construct";
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Form {
    /// `name = value`
    #[default]
    Assign,
    /// `name { … }`; the text holds the braces.
    Block,
}

/// One field of a node: ordered source text, parsed for checking only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A parameter's name, or one of [`name`].
    pub name: String,
    /// Source text; continuation lines carry only the indentation that is theirs.
    pub text: String,
    /// How it is written.
    pub form: Form,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its lasting id.
    pub id: ItemId,
    /// What it is.
    pub kind: NodeKind,
    /// The statement of a step (`db.query`), the keyword of an arm (`elseif`); empty for the rest.
    pub word: String,
    /// Fields in source order.
    pub fields: Vec<Field>,
    /// The node that holds it; `None` for the four roots.
    pub parent: Option<ItemId>,
    /// What it holds, in order.
    pub children: Vec<ItemId>,
    /// The object's revision when this node's own content last changed.
    pub revision: Revision,
    /// The operation that last changed this node, if any since it was made by import.
    pub last_op: Option<OpId>,
}

impl Node {
    /// The text of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.text.as_str())
    }

    /// Whether the step is skipped when the stack runs.
    pub fn disabled(&self) -> bool {
        self.field("disabled") == Some("true")
    }
}

/// A node on its way into a tree: without revision and children, which the tree gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Its lasting id.
    pub id: ItemId,
    /// What it is.
    pub kind: NodeKind,
    /// See [`Node::word`].
    pub word: String,
    /// See [`Node::fields`].
    pub fields: Vec<Field>,
    /// The node that holds it: earlier in the same list, or in the tree; `None` for the four roots.
    pub parent: Option<ItemId>,
}

/// An object's whole content. Always holds the four fixed parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    nodes: BTreeMap<ItemId, Node>,
}
