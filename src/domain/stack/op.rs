//! Operations on a stack: what they do, whether they may, and what takes them back.

use std::fmt;

use super::{Form, Seed};
use crate::domain::id::ItemId;
use crate::domain::record::RecordOp;

/// One operation on an object's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Put a subtree under `parent`, after `after`, or first if that is `None`.
    Insert {
        /// The node that shall hold it.
        parent: ItemId,
        /// Its left sibling.
        after: Option<ItemId>,
        /// The subtree in document order; the first seed is its root.
        seeds: Vec<Seed>,
    },
    /// Take a node and all below it out.
    Delete {
        /// The root of what goes.
        item: ItemId,
    },
    /// Put a node, with all below it, somewhere else in the same object.
    Move {
        /// The node that moves.
        item: ItemId,
        /// The node that shall hold it.
        parent: ItemId,
        /// Its left sibling there.
        after: Option<ItemId>,
    },
    /// Set or remove one field.
    Set {
        /// The node whose field it is.
        item: ItemId,
        /// Field name.
        field: String,
        /// New text; `None` removes the field.
        text: Option<String>,
        /// How it is written.
        form: Form,
        /// Position among the node's fields for a new one; `None`: at the end.
        at: Option<usize>,
    },
    /// Replace the whole content: import, restore, revert to published.
    Replace {
        /// The four roots and all below them, in document order.
        seeds: Vec<Seed>,
    },
    /// Change the records of a table; its schema stays as it is.
    Record(RecordOp),
}

/// Why an operation cannot be applied. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpError {
    /// A named node is not in the tree.
    NoSuchItem(ItemId),
    /// The left sibling is not a child of the named parent.
    NotASibling(ItemId),
    /// The parent cannot hold a node of that kind, or the statement has no such arm.
    CannotHold {
        /// The parent.
        parent: ItemId,
    },
    /// A node was to be moved into itself.
    IntoItself(ItemId),
    /// A fixed part can be neither moved nor deleted.
    Fixed(ItemId),
    /// An id is already taken, or stands twice in the operation.
    IdTaken(ItemId),
    /// Seeds are not a tree in document order, or a root is missing.
    Malformed,
    /// The field was to be removed and is not there.
    NoSuchField,
    /// Beyond 10,000 steps.
    TooManySteps,
    /// Nested deeper than 64.
    TooDeep,
    /// A text is longer than a field may be.
    TextTooLong,
    /// A name is empty, too long or holds control characters.
    BadName,
    /// A text holds control characters other than newline and tab.
    BadText,
    /// A node has more fields than it may.
    TooManyFields,
    /// Records are no part of a tree.
    NotATree,
}

impl fmt::Display for OpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpError::NoSuchItem(item) => write!(f, "there is no item {item}"),
            OpError::NotASibling(item) => write!(f, "item {item} does not stand under that parent"),
            OpError::CannotHold { parent } => write!(f, "item {parent} cannot hold that"),
            OpError::IntoItself(item) => write!(f, "item {item} cannot be moved into itself"),
            OpError::Fixed(item) => write!(f, "{item} is a fixed part of its object"),
            OpError::IdTaken(item) => write!(f, "the id {item} is already taken"),
            OpError::Malformed => f.write_str("the nodes are not a tree in document order"),
            OpError::NoSuchField => f.write_str("there is no such field"),
            OpError::TooManySteps => f.write_str("an object may have 10,000 steps"),
            OpError::TooDeep => f.write_str("steps may be nested 64 deep"),
            OpError::TextTooLong => f.write_str("a field may hold 128 KiB"),
            OpError::BadName => f.write_str("a name has 1 to 200 characters and no control characters"),
            OpError::BadText => f.write_str("a text may hold no control characters but newline and tab"),
            OpError::TooManyFields => f.write_str("an item may have 512 fields"),
            OpError::NotATree => f.write_str("only a table has records"),
        }
    }
}

impl std::error::Error for OpError {}
