//! Where a session is, as it says it and as it is shown.

use serde::Deserialize;
use uuid::Uuid;

/// Where a session is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LocationDoc {
    /// Page of the IDE: `home`, `object`, `team`, …; up to 64 characters.
    pub page: String,
    /// The object shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub object: Option<Uuid>,
    /// The item selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub item: Option<String>,
    /// The field with the focus; up to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// Caret and selection in that field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub cursor: Option<CursorDoc>,
    /// Keys are pressed in that field; the server ends it 3 s after it was last said.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub typing: bool,
    /// The item at the top of what is seen of the object, for those who follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub top: Option<String>,
    /// Given by the server: grows with every change of the session's place. A client that knows a higher one keeps that.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
    pub n: u64,
}

/// Caret and selection in a field's text, in UTF-16 code units, as browsers count. The text is the one that its author sees:
/// while they type it is ahead of what is saved, so its length goes with it, and who has a text of another length counts from
/// the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CursorDoc {
    /// Where the selection began; the caret if nothing is selected.
    pub anchor: u32,
    /// The caret.
    pub head: u32,
    /// Length of the text in which both count.
    pub length: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(on: &bool) -> bool {
    !*on
}
