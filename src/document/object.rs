//! Objects and their published versions as everybody sees them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, object_kind_from_str, object_kind_str};
use crate::domain::effect::{ObjectHead, VersionHead};
use crate::domain::id::{ObjectId, UserId};
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;

/// What everybody sees of a published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionDoc {
    /// Number within the object, from 1.
    pub number: u64,
    /// The revision that it froze.
    pub revision: u64,
    /// Who published.
    pub user: Uuid,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// The publisher's words.
    pub description: String,
    /// Whose changes went live.
    pub contributors: Vec<Uuid>,
    /// Whether all of the draft went live; otherwise only the contributors' changes.
    #[serde(default = "whole")]
    pub whole: bool,
}

/// Versions from before there were parts of a draft.
fn whole() -> bool {
    true
}

/// What everybody sees of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ObjectHeadDoc {
    /// Its id.
    pub id: Uuid,
    /// `api_group`, `endpoint`, `function`, `task`, `middleware`, `trigger`, `addon`, `agent`, `tool`, `mcp_server`, `table`, `channel`.
    pub kind: String,
    /// Its name; folders by `/`.
    pub name: String,
    /// The API group of an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub group: Option<Uuid>,
    /// The draft's revision.
    pub revision: u64,
    /// Number of changes since the published version that are not reverted.
    pub changes: u64,
    /// The published version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub version: Option<VersionDoc>,
}

impl From<&VersionHead> for VersionDoc {
    fn from(head: &VersionHead) -> Self {
        VersionDoc {
            number: head.number,
            revision: head.revision.0,
            user: head.user.0,
            at: head.at.0,
            description: head.description.clone(),
            contributors: head.contributors.iter().map(|user| user.0).collect(),
            whole: head.whole,
        }
    }
}

impl From<VersionDoc> for VersionHead {
    fn from(doc: VersionDoc) -> Self {
        VersionHead {
            number: doc.number,
            revision: Revision(doc.revision),
            user: UserId(doc.user),
            at: Timestamp(doc.at),
            description: doc.description,
            contributors: doc.contributors.into_iter().map(UserId).collect(),
            whole: doc.whole,
        }
    }
}

impl From<&ObjectHead> for ObjectHeadDoc {
    fn from(head: &ObjectHead) -> Self {
        ObjectHeadDoc {
            id: head.id.0,
            kind: object_kind_str(head.kind).to_owned(),
            name: head.name.clone(),
            group: head.group.map(|group| group.0),
            revision: head.revision.0,
            changes: head.changes,
            version: head.version.as_ref().map(VersionDoc::from),
        }
    }
}

impl TryFrom<ObjectHeadDoc> for ObjectHead {
    type Error = BadDocument;

    fn try_from(doc: ObjectHeadDoc) -> Result<Self, BadDocument> {
        Ok(ObjectHead {
            id: ObjectId(doc.id),
            kind: object_kind_from_str(&doc.kind).ok_or(BadDocument::new("kind"))?,
            name: doc.name,
            group: doc.group.map(ObjectId),
            revision: Revision(doc.revision),
            changes: doc.changes,
            version: doc.version.map(VersionHead::from),
        })
    }
}
