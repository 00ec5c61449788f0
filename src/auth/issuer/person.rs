//! What an issuer says of somebody.

use serde::Deserialize;

use crate::auth::{AuthError, text};

/// Claims as they stand in a token (OpenID Connect Core 1.0, section 5.1).
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub exp: u64,
    #[serde(default)]
    pub nonce: Option<String>,
    #[serde(default)]
    pub sid: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub email_verified: bool,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub preferred_username: Option<String>,
}

/// Somebody for whom an issuer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who says so.
    pub issuer: String,
    /// Its own name for them, which never changes.
    pub subject: String,
    /// Its session, if it names one.
    pub session: Option<String>,
    /// Their address, if the issuer has proven it.
    pub email: Option<String>,
    /// Shown to colleagues.
    pub name: String,
    /// Until when it stands for them, seconds since the Unix epoch.
    pub expires: u64,
}

/// The longest subject, in characters (OpenID Connect Core 1.0, section 2).
const SUBJECT_MAX: usize = 255;

impl Person {
    /// From claims that were checked.
    pub fn of(claims: Claims) -> Result<Person, AuthError> {
        let subject = claims.sub;
        if subject.is_empty() || subject.chars().count() > SUBJECT_MAX {
            return Err(AuthError::Unauthenticated);
        }
        let email = claims.email.filter(|_| claims.email_verified).and_then(|email| text::email(&email).ok());
        let named = claims.name.or(claims.preferred_username).or_else(|| email.clone());
        let name =
            named.and_then(|name| text::name("name", &name).ok()).unwrap_or_else(|| "Somebody".to_owned());
        Ok(Person { issuer: claims.iss, subject, session: claims.sid, email, name, expires: claims.exp })
    }
}

/// Who the token says has issued it, before anything of it is proven.
pub fn unproven_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let claims = jsonwebtoken::dangerous::insecure_decode::<Issuer>(token).ok()?;
    Some(claims.claims.iss)
}
