//! Operations on a stack: what they do, whether they may, and what takes them back.

use super::{Form, Revision, Seed, Stack};
use crate::domain::id::{ItemId, OpId};

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
}

impl Stack {
    /// Applies `op` as `revision`, done by the operation `by`, and returns the operations that take it back, in the order in
    /// which they must be applied.
    ///
    /// # Errors
    /// [`OpError`]; the stack is then unchanged.
    pub fn apply(&mut self, _op: &Op, _revision: Revision, _by: Option<OpId>) -> Result<Vec<Op>, OpError> {
        Err(OpError::Malformed)
    }
}
