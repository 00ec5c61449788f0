//! Keys with which servers call: `baton_<id>_<secret>`. The text is shown once; its digest is kept by the workspace.

use uuid::Uuid;

use super::{Accounts, AuthError, secret};
use crate::domain::id::{KeyId, WorkspaceId};

const MARK: &str = "baton";

/// A new key's text with its id and digest.
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// What is shown once.
    pub text: String,
    /// What is kept.
    pub digest: [u8; 32],
}

impl NewKey {
    /// Makes one.
    pub fn make() -> Self {
        let id = KeyId(Uuid::now_v7());
        let text = format!("{MARK}_{}_{}", id.0.simple(), secret::random_text());
        NewKey { id, digest: secret::digest(&text), text }
    }
}

/// Whether a text looks like a key.
pub fn is_key(text: &str) -> bool {
    id_of(text).is_some()
}

fn id_of(text: &str) -> Option<KeyId> {
    let (id, secret) = text.strip_prefix(MARK)?.strip_prefix('_')?.split_once('_')?;
    secret::from_text(secret)?;
    Uuid::parse_str(id).ok().map(KeyId)
}

impl Accounts {
    /// The key that a text is, with its workspace. What it may do is asked of the workspace.
    ///
    /// # Errors
    /// [`AuthError::Unauthenticated`], [`AuthError::StoreUnavailable`].
    pub async fn key(&self, text: &str) -> Result<(WorkspaceId, KeyId), AuthError> {
        let id = id_of(text).ok_or(AuthError::Unauthenticated)?;
        let (workspace, key) = self.parts.store.api_key(id).await?.ok_or(AuthError::Unauthenticated)?;
        let good = key.digest == secret::digest(text) && key.lives(self.now());
        if good { Ok((workspace, id)) } else { Err(AuthError::Unauthenticated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_itself() {
        let key = NewKey::make();
        assert_eq!(id_of(&key.text), Some(key.id));
        assert!(!is_key("baton_x_y") && !is_key("") && !is_key("eyJ.a.b"));
    }
}
