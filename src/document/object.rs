//! Objects and their published versions as everybody sees them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What everybody sees of a published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// What everybody sees of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
