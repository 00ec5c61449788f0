//! What taking back and publishing would do, seen before it happens.

use super::LockView;
use crate::domain::command::Numbers;
use crate::domain::id::{ItemId, ObjectId, UserId};
use crate::domain::stack::Revision;

/// Why something cannot simply be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The field was changed since.
    Changed,
    /// The item was moved since.
    Moved,
    /// What had been added was edited since, and that would be lost.
    BuiltUpon,
    /// The item, or the place where it stood, is gone.
    Gone,
    /// Another session holds the pen.
    Locked,
    /// It made the object.
    Creation,
}

/// A place where a change cannot simply be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The change that was to be taken back.
    pub change: u64,
    /// The item.
    pub item: Option<ItemId>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// Why.
    pub why: Obstacle,
    /// The later change that stands in the way.
    pub by: Option<u64>,
    /// Who holds the pen.
    pub holder: Option<UserId>,
}

/// Something that works now and would not afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breakage {
    /// An item names a variable that nothing would set any more.
    ResultUsed {
        /// The variable, with its `$`.
        name: String,
        /// The item that names it.
        item: ItemId,
    },
    /// Another object calls this one, whose name, inputs or response would change.
    Called {
        /// The other object.
        object: ObjectId,
        /// The item in it that calls.
        item: ItemId,
    },
}

/// What a revert would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevertPreview {
    /// The draft's revision that was looked at.
    pub revision: Revision,
    /// The changes that would be taken back.
    pub numbers: Numbers,
    /// What cannot simply be taken back.
    pub collisions: Vec<Collision>,
    /// The locks of others in the way.
    pub locks: Vec<LockView>,
    /// What would not work any more.
    pub breaks: Vec<Breakage>,
}

/// What publishing would make live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishPreview {
    /// The draft's revision that was looked at.
    pub revision: Revision,
    /// Everybody with changes that are not live, and how many.
    pub authors: Vec<(UserId, u64)>,
    /// The changes that would go live, with what they need.
    pub numbers: Numbers,
    /// Pairs of a change that was asked for and a change of somebody else that it needs.
    pub needs: Vec<(u64, u64)>,
    /// The locks of others under which something is not saved.
    pub unsaved: Vec<LockView>,
    /// Places that are not valid: publishing would be refused.
    pub problems: Vec<(ItemId, String)>,
}
