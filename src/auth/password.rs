//! Passwords: Argon2id, off the workers, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::AuthError;

/// Each hash takes 19 MiB and a core for a while: more than this at a time would starve the rest.
const AT_ONCE: usize = 2;

/// The shortest password taken, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password taken, in bytes; beyond it hashing would cost more than a sign-in is worth.
pub const PASSWORD_MAX: usize = 1_024;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    turn: Arc<Semaphore>,
    /// What is checked for an unknown account, so that it takes as long as for a known one.
    nobody: Arc<str>,
}

impl Passwords {
    /// Makes ready; hashes once.
    ///
    /// # Errors
    /// If this machine cannot hash.
    pub fn new() -> Result<Self, AuthError> {
        let nobody = hash_now(&super::secret::random_text())?;
        Ok(Passwords { turn: Arc::new(Semaphore::new(AT_ONCE)), nobody: nobody.into() })
    }

    /// The hash of a new password in PHC form.
    ///
    /// # Errors
    /// [`AuthError::WeakPassword`], or [`AuthError::Internal`] if hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, AuthError> {
        if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
            return Err(AuthError::WeakPassword);
        }
        self.blocking(move || hash_now(&password)).await
    }

    /// Whether the password fits the hash. Without a hash it takes the same time and says no.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if the check could not be made.
    pub async fn fits(&self, password: String, hash: Option<String>) -> Result<bool, AuthError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        if password.len() > PASSWORD_MAX {
            return Ok(false);
        }
        self.blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| AuthError::Internal("a stored password hash"))?;
            Ok(known & Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| AuthError::Internal("the turn to hash"))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| AuthError::Internal("the hashing thread"))?
    }
}

fn hash_now(password: &str) -> Result<String, AuthError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| AuthError::Internal("hashing a password"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let passwords = Passwords::new().expect("can hash");
        let hash = passwords.hash("correct horse".to_owned()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(passwords.fits("correct horse".to_owned(), Some(hash.clone())).await.expect("checked"));
        assert!(!passwords.fits("wrong horse!".to_owned(), Some(hash)).await.expect("checked"));
        assert!(!passwords.fits("correct horse".to_owned(), None).await.expect("checked"));
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        let passwords = Passwords::new().expect("can hash");
        assert!(matches!(passwords.hash("short".to_owned()).await, Err(AuthError::WeakPassword)));
        assert!(matches!(passwords.hash("x".repeat(2_000)).await, Err(AuthError::WeakPassword)));
    }
}
