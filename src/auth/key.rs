//! Keys with which servers call: `baton_<id>_<secret>`. The text is shown once; its digest is kept by the workspace.

use uuid::Uuid;

use super::{Accounts, AuthError, secret};
use crate::domain::id::{KeyId, UserId, WorkspaceId};

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

/// Whether a text is meant to be a key; no token begins as one.
pub fn is_key(text: &str) -> bool {
    text.strip_prefix(MARK).is_some_and(|rest| rest.starts_with('_'))
}

fn id_of(text: &str) -> Option<KeyId> {
    let (id, secret) = text.strip_prefix(MARK)?.strip_prefix('_')?.split_once('_')?;
    secret::from_text(secret)?;
    Uuid::parse_str(id).ok().map(KeyId)
}

impl Accounts {
    /// The key that a text is, with its workspace, for one more call. What it may do is asked of the workspace.
    ///
    /// # Errors
    /// [`AuthError::BadKey`], [`AuthError::RateLimited`], [`AuthError::StoreUnavailable`].
    pub async fn key(&self, text: &str) -> Result<(WorkspaceId, KeyId), AuthError> {
        let id = id_of(text).ok_or(AuthError::BadKey)?;
        let (workspace, key) = self.parts.store.api_key(id).await?.ok_or(AuthError::BadKey)?;
        let why = match key.digest == secret::digest(text) {
            // Counted only now: whoever knows no more than its id must not use up what it may.
            true if key.lives(self.now()) => return self.limits().key(id).map(|()| (workspace, id)),
            true => "it has expired",
            false => "another text",
        };
        let subject = format!("key {id} of workspace {workspace}: {why}");
        self.refused(&subject.clone(), None, "key.refused", subject).await;
        Err(AuthError::BadKey)
    }

    /// Whether an account may still come in, for whom something acts.
    ///
    /// # Errors
    /// [`AuthError::BadKey`] if not, [`AuthError::StoreUnavailable`].
    pub async fn acts_for(&self, user: UserId) -> Result<(), AuthError> {
        if self.is_active(user).await? { Ok(()) } else { Err(AuthError::BadKey) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_itself() {
        let key = NewKey::make();
        assert_eq!(id_of(&key.text), Some(key.id));
        assert!(is_key(&key.text) && !is_key("") && !is_key("eyJ.a.b"));
        assert_eq!(id_of("baton_x_y"), None);
    }
}
