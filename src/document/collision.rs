//! Places where a change cannot simply be taken back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, item, two_ways};
use crate::domain::effect::{Collision, Obstacle};
use crate::domain::id::UserId;

/// Why something cannot simply be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ObstacleDoc {
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

two_ways!(ObstacleDoc = Obstacle { Changed, Moved, BuiltUpon, Gone, Locked, Creation });

/// A place where a change cannot simply be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CollisionDoc {
    /// The change that was to be taken back.
    pub change: u64,
    /// The item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub item: Option<String>,
    /// The field, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// Why.
    pub why: ObstacleDoc,
    /// The later change that stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub by: Option<u64>,
    /// Who holds the pen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub holder: Option<Uuid>,
}

impl From<&Collision> for CollisionDoc {
    fn from(collision: &Collision) -> Self {
        CollisionDoc {
            change: collision.change,
            item: collision.item.map(|item| item.to_string()),
            field: collision.field.clone(),
            why: collision.why.into(),
            by: collision.by,
            holder: collision.holder.map(|user| user.0),
        }
    }
}

impl TryFrom<CollisionDoc> for Collision {
    type Error = BadDocument;

    fn try_from(doc: CollisionDoc) -> Result<Self, BadDocument> {
        Ok(Collision {
            change: doc.change,
            item: doc.item.as_deref().map(item).transpose()?,
            field: doc.field,
            why: doc.why.into(),
            by: doc.by,
            holder: doc.holder.map(UserId),
        })
    }
}
