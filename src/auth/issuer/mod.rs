//! Others who say who somebody is: an OpenID Connect provider with which people sign in, and the issuer of a product that embeds
//! Baton, whose access tokens are taken as they are.
//!
//! Written on jsonwebtoken, which checks all tokens here, rather than on a client library: the usual one builds `rsa`, and
//! brings an HTTP client of its own.

mod fetch;
mod flow;
mod keys;
mod person;

pub use flow::{Begun, OpenId, OpenIdSettings};
pub use keys::KeysPace;
pub use person::Person;

use keys::Keys;

use super::AuthError;
use fetch::Fetch;

/// An issuer whose access tokens are taken as they are.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// What stands in `iss`.
    pub issuer: String,
    /// What must stand in `aud`.
    pub audience: String,
    /// Where its keys are; found by discovery if none.
    pub keys_url: Option<String>,
    /// Whether somebody who has no account yet gets one.
    pub sign_up: bool,
    /// How often its keys are fetched.
    pub keys: KeysPace,
}

/// See [`IssuerSettings`].
pub struct TrustedIssuer {
    settings: IssuerSettings,
    keys: Keys,
}

impl TrustedIssuer {
    /// Nothing is fetched before the first token.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if there is no HTTP client.
    pub fn new(settings: IssuerSettings) -> Result<Self, AuthError> {
        let keys = Keys::new(Fetch::new()?, &settings.issuer, settings.keys_url.clone(), settings.keys);
        Ok(TrustedIssuer { settings, keys })
    }

    /// Whether somebody who has no account yet gets one.
    pub fn sign_up(&self) -> bool {
        self.settings.sign_up
    }

    /// Whether the token says that it is of this issuer; nothing is believed of it yet.
    pub fn claims_to_be_of(&self, token: &str) -> bool {
        person::unproven_issuer(token).is_some_and(|issuer| issuer == self.settings.issuer)
    }

    /// Whom the token speaks for.
    ///
    /// # Errors
    /// [`AuthError::TokenExpired`], [`AuthError::Unauthenticated`].
    pub async fn read(&self, token: &str) -> Result<Person, AuthError> {
        let claims = self.keys.check(token, &self.settings.audience).await?;
        Person::of(claims)
    }
}
