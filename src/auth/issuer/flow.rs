//! Signing in with an OpenID Connect provider: the authorization code flow with PKCE (RFC 7636).

use serde::Deserialize;

use super::fetch::{Fetch, encoded};
use super::keys::{Keys, KeysPace};
use super::person::Person;
use crate::auth::{AuthError, secret};

/// Which provider, and as whom we ask it.
#[derive(Debug, Clone)]
pub struct OpenIdSettings {
    /// What stands in `iss`; its discovery document is below it.
    pub issuer: String,
    /// As whom.
    pub client_id: String,
    /// With which secret, if the provider gave one.
    pub client_secret: Option<String>,
    /// What people know it as, such as "Acme".
    pub name: String,
    /// Whether somebody who has no account yet gets one.
    pub sign_up: bool,
    /// How often its keys are fetched.
    pub keys: KeysPace,
}

/// See the module.
pub struct OpenId {
    settings: OpenIdSettings,
    fetch: Fetch,
    keys: Keys,
}

/// A sign-in that has begun: where the browser goes, and what it brings back in a cookie.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The provider's page.
    pub url: String,
    /// Kept by the browser until it comes back.
    pub pending: String,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl OpenId {
    /// Nothing is fetched yet.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if there is no HTTP client.
    pub fn new(settings: OpenIdSettings) -> Result<Self, AuthError> {
        let fetch = Fetch::new()?;
        let keys = Keys::new(fetch.clone(), &settings.issuer, None, settings.keys);
        Ok(OpenId { settings, fetch, keys })
    }

    /// What people know it as.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Whether somebody who has no account yet gets one.
    pub fn sign_up(&self) -> bool {
        self.settings.sign_up
    }

    /// Begins a sign-in; the provider sends the browser to `back`.
    ///
    /// # Errors
    /// [`AuthError::IssuerUnavailable`].
    pub async fn begin(&self, back: &str) -> Result<Begun, AuthError> {
        let found = self.keys.discovered().await?;
        let page = found.authorization_endpoint.ok_or(AuthError::IssuerUnavailable)?;
        let (state, nonce, verifier) = (secret::random_text(), secret::random_text(), secret::random_text());
        let challenge = secret::to_base64url(&secret::digest(&verifier));
        let query = [
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", back),
            ("scope", "openid email profile"),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let join = if page.contains('?') { '&' } else { '?' };
        Ok(Begun {
            url: format!("{page}{join}{}", encoded(query.into_iter())),
            pending: format!("{state}.{nonce}.{verifier}"),
        })
    }

    /// The browser is back: whom the provider stands for.
    ///
    /// # Errors
    /// [`AuthError::Unauthenticated`] for whatever does not fit, [`AuthError::IssuerUnavailable`].
    pub async fn finish(
        &self,
        back: &str,
        (code, state): (&str, &str),
        pending: &str,
    ) -> Result<Person, AuthError> {
        let mut parts = pending.split('.');
        let (Some(known), Some(nonce), Some(verifier)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(AuthError::Unauthenticated);
        };
        // Digests are compared: how much of the text fits does not show in the time.
        if secret::digest(known) != secret::digest(state) {
            return Err(AuthError::Unauthenticated);
        }
        let endpoint = self.keys.discovered().await?.token_endpoint.ok_or(AuthError::IssuerUnavailable)?;
        let client = (self.settings.client_id.as_str(), self.settings.client_secret.as_deref());
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", verifier),
        ];
        let Exchanged { id_token } = self.fetch.post(&endpoint, client, &form).await?;
        let claims = self.keys.check(&id_token, &self.settings.client_id).await?;
        if claims.nonce.as_deref().map(secret::digest) != Some(secret::digest(nonce)) {
            return Err(AuthError::Unauthenticated);
        }
        Person::of(claims)
    }
}
