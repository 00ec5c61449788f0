//! Keys with which servers call.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::document::BadDocument;
use crate::domain::realtime::{ApiKey, Scope};

/// What a key may be used for.
pub type ScopeDoc = String;

/// Scopes by their names.
///
/// # Errors
/// A name that is none.
pub fn scopes_from_doc(names: &[ScopeDoc]) -> Result<Vec<Scope>, BadDocument> {
    names.iter().map(|name| Scope::named(name).ok_or_else(|| BadDocument::new("scopes"))).collect()
}

/// A key, without its text, which is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApiKeyDoc {
    /// Its id.
    pub id: Uuid,
    /// In the words of who made it.
    pub name: String,
    /// What it may be used for: `stacks.read`, `stacks.write`, `locks.write`, `admin.read`, `channels.read`, `events.write`,
    /// `presences.read`, `presences.write`, `tokens.create`.
    pub scopes: Vec<ScopeDoc>,
    /// Who made it.
    pub made_by: Uuid,
    /// When, milliseconds since the Unix epoch.
    pub created: i64,
    /// Until when it may be used; for ever if not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// When it was last used, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<i64>,
}

impl From<&ApiKey> for ApiKeyDoc {
    fn from(key: &ApiKey) -> Self {
        ApiKeyDoc {
            id: key.id.0,
            name: key.name.clone(),
            scopes: key.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            made_by: key.made_by.0,
            created: key.created.0,
            expires: key.expires.map(|at| at.0),
            used: key.used.map(|at| at.0),
        }
    }
}
