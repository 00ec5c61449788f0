//! Edits, the log that they leave, and objects on their way in.

use uuid::Uuid;

use super::Numbers;
use crate::domain::id::{ItemId, ObjectId, OpId, SessionId, UserId};
use crate::domain::path::Fence;
use crate::domain::stack::op::Op;
use crate::domain::stack::{ObjectKind, Revision, Seed, Stack};
use crate::domain::time::Timestamp;

/// What the store gives for an open stack.
#[derive(Debug, Clone)]
pub struct LoadedStack {
    /// The draft.
    pub draft: Stack,
    /// Its revision; must be the one that the load named.
    pub revision: Revision,
    /// The number of the object's newest change; 0 if there is none.
    pub last_change: u64,
    /// The published content, if there is one.
    pub published: Option<Stack>,
    /// The changes that are not published, oldest first.
    pub changes: Vec<Change>,
    /// The operations of those changes, in order of revision.
    pub operations: Vec<Operation>,
}

/// An acknowledged write as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The revision that it made.
    pub revision: Revision,
    /// The client's id for it.
    pub op_id: OpId,
    /// Who.
    pub user: UserId,
    /// From which session; none for an HTTP call without one.
    pub session: Option<SessionId>,
    /// When, wall clock, milliseconds.
    pub at: Timestamp,
    /// The change that it belongs to.
    pub change: u64,
    /// The fence that it was written under; none for `with_lock` and for object creation.
    pub fence: Option<Fence>,
    /// What it does.
    pub op: Op,
    /// What takes it back, in the order in which it must be applied.
    pub inverse: Vec<Op>,
}

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// One or more edits of one author on one field.
    Edit,
    /// The object was made, or replaced, by an import.
    Import,
    /// A revert of earlier changes.
    Revert,
    /// An earlier version was put into the draft.
    Restore,
    /// The author took a change of their own back.
    Undo,
    /// The author took an undo back.
    Redo,
}

impl ChangeKind {
    /// Whether it is only about earlier changes, which stand or do not stand by it, and is none of its own.
    pub fn takes_back(self) -> bool {
        matches!(self, ChangeKind::Revert | ChangeKind::Undo | ChangeKind::Redo)
    }
}

/// A group of consecutive operations of one author on one field, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Number within the object, from 1.
    pub number: u64,
    /// Who.
    pub user: UserId,
    /// First operation, wall clock.
    pub began: Timestamp,
    /// Last operation, wall clock.
    pub ended: Timestamp,
    /// What, in words.
    pub words: String,
    /// Sort.
    pub kind: ChangeKind,
    /// The item that it is about, if it is about one.
    pub item: Option<ItemId>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// First revision that it made.
    pub from: Revision,
    /// Last revision that it made.
    pub to: Revision,
    /// The number of the change that reverted it.
    pub reverted_by: Option<u64>,
    /// The earlier changes that this one took back.
    pub taken: Numbers,
    /// The version with which it went live.
    pub published: Option<u64>,
}

impl Change {
    /// Whether it is work that the draft holds: neither reverted nor itself a revert.
    pub fn stands(&self) -> bool {
        self.reverted_by.is_none() && !self.kind.takes_back()
    }
}

/// The right under which an edit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pen {
    /// The session holds the item or its object with this fence.
    Held(Fence),
    /// Acquire what is needed, write and release, in one command; refused if another holds it.
    WithLock,
    /// As [`Pen::WithLock`], for what was typed while an acquire was open that was then refused: parked if another holds it.
    TypedAhead,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The client's id for it, unique for the member.
    pub op_id: OpId,
    /// A digest of the intent (object and action), made at the edge: another intent under the same id is refused.
    pub intent: [u8; 16],
    /// Which object.
    pub object: ObjectId,
    /// Under which right.
    pub pen: Pen,
    /// The revision that the author saw.
    pub base: Revision,
    /// The author's own operation that this one builds on.
    pub prev_op: Option<OpId>,
    /// What.
    pub action: EditAction,
}

/// What an edit does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditAction {
    /// Apply an operation.
    Apply(Op),
    /// Copy a node, with all below it, to right after it, from the saved revision; new ids are derived from the seed.
    Duplicate {
        /// What is copied.
        item: ItemId,
        /// New ids are derived from this.
        seed: Uuid,
    },
}

/// An object on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObject {
    /// The id if it will be a new one.
    pub id: ObjectId,
    /// Its kind; a permission area.
    pub kind: ObjectKind,
    /// Its name, unique within kind and group.
    pub name: String,
    /// The API group of an endpoint.
    pub group: Option<ObjectId>,
    /// The content.
    pub seeds: Vec<Seed>,
}
