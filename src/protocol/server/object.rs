//! Objects.

use serde::Serialize;

use crate::document::{ChangeDoc, NodeDoc, ObjectHeadDoc};

/// An object's content as a client needs it to show and edit.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ObjectDoc {
    /// Its head.
    pub head: ObjectHeadDoc,
    /// Its draft, in document order.
    pub nodes: Vec<NodeDoc>,
    /// The newest changes that are not published, oldest first; `head.changes` says how many stand.
    pub changes: Vec<ChangeDoc>,
    /// The published content, in document order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub published: Option<Vec<NodeDoc>>,
}
