//! Custom roles.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, object_kind_from_str, object_kind_str};
use crate::domain::area::{Areas, CustomRole};
use crate::domain::id::RoleId;
use crate::domain::stack::ObjectKind;

/// A role that a workspace made for itself: areas are kinds of objects, such as `table`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomRoleDoc {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Where objects are seen; elsewhere they do not exist.
    pub view: Vec<String>,
    /// Where pens may be held, and objects made, changed and deleted.
    pub edit: Vec<String>,
    /// Where drafts may be made live.
    pub publish: Vec<String>,
    /// Where pens may be taken from their holders, and paths closed for edits.
    pub manage: Vec<String>,
}

/// A list of areas as words.
pub fn area_words(areas: Areas) -> Vec<String> {
    let in_it = ObjectKind::ALL.into_iter().filter(|kind| areas.has(*kind));
    in_it.map(|kind| object_kind_str(kind).to_owned()).collect()
}

/// Areas from their words.
///
/// # Errors
/// A word that is no kind of object.
pub fn areas_of(words: &[String]) -> Result<Areas, BadDocument> {
    let kind = |word: &String| object_kind_from_str(word).ok_or(BadDocument::new("area"));
    words.iter().map(kind).collect()
}

impl From<&CustomRole> for CustomRoleDoc {
    fn from(role: &CustomRole) -> Self {
        CustomRoleDoc {
            id: role.id.0,
            name: role.name.clone(),
            view: area_words(role.view),
            edit: area_words(role.edit),
            publish: area_words(role.publish),
            manage: area_words(role.manage),
        }
    }
}

impl TryFrom<CustomRoleDoc> for CustomRole {
    type Error = BadDocument;

    fn try_from(doc: CustomRoleDoc) -> Result<Self, BadDocument> {
        Ok(CustomRole {
            id: RoleId(doc.id),
            name: doc.name.trim().to_owned(),
            view: areas_of(&doc.view)?,
            edit: areas_of(&doc.edit)?,
            publish: areas_of(&doc.publish)?,
            manage: areas_of(&doc.manage)?,
        }
        .whole())
    }
}
