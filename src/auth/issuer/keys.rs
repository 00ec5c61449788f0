//! The keys of an issuer (RFC 7517): fetched when a token names one that is not known, and not more often than every few seconds.

use std::str::FromStr;
use std::time::{Duration, Instant};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::fetch::Fetch;
use super::person::Claims;
use crate::auth::AuthError;

/// How often keys are fetched.
#[derive(Debug, Clone, Copy)]
pub struct KeysPace {
    /// Keys are fetched anew after this, so that one that was withdrawn is not believed for ever.
    pub life: Duration,
    /// An unknown key is asked for this often at most: tokens with made-up names must not make us a burden.
    pub pause: Duration,
}

/// How far the issuer's clock may differ, in seconds.
const LEEWAY_S: u64 = 60;

/// What an issuer says about itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
pub struct Discovered {
    pub issuer: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint: Option<String>,
}

/// See the module.
pub struct Keys {
    fetch: Fetch,
    issuer: String,
    url: Option<String>,
    pace: KeysPace,
    held: Mutex<Held>,
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Held {
    set: Option<JwkSet>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
    discovered: Option<Discovered>,
}

impl Keys {
    /// Nothing is fetched yet.
    pub fn new(fetch: Fetch, issuer: &str, url: Option<String>, pace: KeysPace) -> Self {
        Keys {
            fetch,
            issuer: issuer.to_owned(),
            url,
            pace,
            held: Mutex::default(),
            fetching: Mutex::default(),
        }
    }

    /// What the issuer says about itself.
    pub async fn discovered(&self) -> Result<Discovered, AuthError> {
        if let Some(known) = &self.held.lock().await.discovered {
            return Ok(known.clone());
        }
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let found: Discovered = self.fetch.get(&url).await?;
        if found.issuer != self.issuer {
            tracing::warn!("an issuer says that it is another one");
            return Err(AuthError::IssuerUnavailable);
        }
        self.held.lock().await.discovered = Some(found.clone());
        Ok(found)
    }

    /// The claims of a token, if everything about it is right.
    pub async fn check(&self, token: &str, audience: &str) -> Result<Claims, AuthError> {
        let header = decode_header(token).map_err(|_| AuthError::Unauthenticated)?;
        let (key, algorithm) = self.key(header.kid.as_deref()).await?;
        // Of the key, never of the token's header.
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_S;
        let claims = decode::<Claims>(token, &key, &validation).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => AuthError::TokenExpired,
            _ => AuthError::Unauthenticated,
        })?;
        Ok(claims.claims)
    }

    async fn key(&self, kid: Option<&str>) -> Result<(DecodingKey, Algorithm), AuthError> {
        if let Some(known) = self.fresh(kid).await {
            return Ok(known);
        }
        // One at a time, and nobody whose key is known waits for it: the issuer may be slow.
        let _turn = self.fetching.lock().await;
        if let Some(known) = self.fresh(kid).await {
            return Ok(known);
        }
        let due = {
            let mut held = self.held.lock().await;
            let due = held.tried.is_none_or(|at| at.elapsed() > self.pace.pause);
            if due {
                held.tried = Some(Instant::now());
                // The place of the keys may have changed with them.
                held.discovered = None;
            }
            due
        };
        if due {
            let url = match &self.url {
                Some(url) => url.clone(),
                None => self.discovered().await?.jwks_uri,
            };
            let set = self.fetch.get::<JwkSet>(&url).await?;
            let mut held = self.held.lock().await;
            (held.set, held.fetched) = (Some(set), Some(Instant::now()));
        }
        let held = self.held.lock().await;
        held.set.as_ref().and_then(|set| find(set, kid)).ok_or(AuthError::Unauthenticated)
    }

    /// The key, if it is known and not yet to be fetched anew.
    async fn fresh(&self, kid: Option<&str>) -> Option<(DecodingKey, Algorithm)> {
        let held = self.held.lock().await;
        held.fetched.filter(|at| at.elapsed() <= self.pace.life)?;
        held.set.as_ref().and_then(|set| find(set, kid))
    }
}

/// The key of that name; the only one, if the token names none.
fn find(set: &JwkSet, kid: Option<&str>) -> Option<(DecodingKey, Algorithm)> {
    let signs =
        |key: &&Jwk| key.common.public_key_use.as_ref().is_none_or(|one| *one == PublicKeyUse::Signature);
    let key = match kid {
        Some(kid) => set.keys.iter().filter(signs).find(|key| key.common.key_id.as_deref() == Some(kid))?,
        None => {
            let mut signing = set.keys.iter().filter(signs);
            let only = signing.next()?;
            if signing.next().is_some() {
                return None;
            }
            only
        }
    };
    Some((DecodingKey::from_jwk(key).ok()?, algorithm(key)?))
}

/// The algorithm that a key is for. Never a shared secret: whoever publishes one has published it.
fn algorithm(key: &Jwk) -> Option<Algorithm> {
    let usual = match &key.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P384 => Algorithm::ES384,
        AlgorithmParameters::OctetKeyPair(_) => Algorithm::EdDSA,
        _ => return None,
    };
    match &key.common.key_algorithm {
        None => Some(usual),
        Some(named) => {
            let named = Algorithm::from_str(&named.to_string()).ok()?;
            (named.family() == usual.family()).then_some(named)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> JwkSet {
        serde_json::from_str(text).expect("a set of keys")
    }

    #[test]
    fn a_published_secret_is_no_key() {
        let secret = set(r#"{"keys":[{"kty":"oct","kid":"a","alg":"HS256","k":"c2VjcmV0"}]}"#);
        assert!(find(&secret, Some("a")).is_none());
        let claimed = set(
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"HS256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
        );
        assert!(find(&claimed, Some("a")).is_none(), "an algorithm that does not fit its key");
    }

    #[test]
    fn a_token_without_a_key_id_has_the_only_key() {
        let one =
            r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert!(find(&set(&format!(r#"{{"keys":[{one}]}}"#)), None).is_some());
        assert!(find(&set(&format!(r#"{{"keys":[{one},{one}]}}"#)), None).is_none());
        assert!(find(&set(&format!(r#"{{"keys":[{one}]}}"#)), Some("b")).is_none());
    }
}
