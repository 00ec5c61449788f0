//! What is seen of objects.

use std::sync::Arc;

use crate::domain::command::Change;
use crate::domain::id::{ObjectId, UserId};
use crate::domain::stack::{Node, ObjectKind, Revision, Stack};
use crate::domain::time::Timestamp;

/// What everybody sees of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// Its id.
    pub id: ObjectId,
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name; folders by `/`.
    pub name: String,
    /// The API group of an endpoint.
    pub group: Option<ObjectId>,
    /// The draft's revision.
    pub revision: Revision,
    /// Number of changes since the published version that are not reverted.
    pub changes: u64,
    /// The published version.
    pub version: Option<VersionHead>,
}

/// What everybody sees of a published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionHead {
    /// Number within the object, from 1.
    pub number: u64,
    /// The revision that it froze.
    pub revision: Revision,
    /// Who published.
    pub user: UserId,
    /// When, wall clock.
    pub at: Timestamp,
    /// The publisher's words.
    pub description: String,
    /// Whose changes went live.
    pub contributors: Vec<UserId>,
    /// Whether all of the draft went live; otherwise only the contributors' changes.
    pub whole: bool,
}

/// An object's content as a client needs it to show and edit.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectView {
    /// Its head.
    pub head: ObjectHead,
    /// Its draft.
    pub nodes: Vec<Node>,
    /// The newest changes that are not published, oldest first; at most [`crate::domain::limits::Limits::view_changes`].
    pub changes: Vec<Change>,
    /// The published content.
    pub published: Option<Arc<Stack>>,
}
