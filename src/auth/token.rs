//! Access tokens: JWTs of a few minutes, signed with our own keys, HS256 and nothing else.

use std::collections::BTreeMap;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AuthError, secret};
use crate::domain::id::UserId;

pub(super) const ISSUER: &str = "baton";
const AUDIENCE: &str = "baton-api";
/// How far the clocks of two machines of ours may differ, in seconds.
const LEEWAY_S: u64 = 5;

/// What an access token says. Never a role: roles are read from the store or the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    /// The sign-in.
    sid: Uuid,
    iat: u64,
    exp: u64,
}

/// Who a valid token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub user: UserId,
    /// Its sign-in.
    pub sign_in: Uuid,
    /// When the token expires, seconds since the Unix epoch.
    pub expires: u64,
}

/// Signs and reads access tokens.
pub struct Tokens {
    signing: (String, EncodingKey),
    /// By key id: the current key and the one before it.
    known: BTreeMap<String, DecodingKey>,
    life_s: u64,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("key", &self.signing.0).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Takes the secret that signs, the one before it, and the life of a token; proves that a token can be made and read.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if the cryptography is not there, which is better found at the start than at the first sign-in.
    pub fn new(secret: &[u8], previous: Option<&[u8]>, life_s: u64) -> Result<Self, AuthError> {
        let mut known = BTreeMap::new();
        for bytes in previous.into_iter().chain([secret]) {
            known.insert(key_id(bytes), DecodingKey::from_secret(bytes));
        }
        let tokens = Tokens { signing: (key_id(secret), EncodingKey::from_secret(secret)), known, life_s };
        let (user, sign_in) = (UserId(Uuid::nil()), Uuid::nil());
        let now = jsonwebtoken::get_current_timestamp();
        let proof = tokens.read(&tokens.sign(user, sign_in, now)?)?;
        if proof.user == user { Ok(tokens) } else { Err(AuthError::Internal("the proof of access tokens")) }
    }

    /// How long a token lives, in seconds.
    pub fn life_s(&self) -> u64 {
        self.life_s
    }

    /// A token for a sign-in, from `now` in seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if signing fails.
    pub fn sign(&self, user: UserId, sign_in: Uuid, now: u64) -> Result<String, AuthError> {
        self.sign_claims(&Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.0,
            sid: sign_in,
            iat: now,
            exp: now.saturating_add(self.life_s),
        })
    }

    pub(super) fn sign_claims<T: Serialize>(&self, claims: &T) -> Result<String, AuthError> {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.signing.0.clone());
        encode(&header, claims, &self.signing.1).map_err(|_| AuthError::Internal("signing a token"))
    }

    /// Who a token stands for.
    ///
    /// # Errors
    /// [`AuthError::TokenExpired`], or [`AuthError::Unauthenticated`] for whatever else is wrong with it.
    pub fn read(&self, token: &str) -> Result<Identity, AuthError> {
        let Claims { sub, sid, exp, .. } = self.read_claims(token, AUDIENCE)?;
        Ok(Identity { user: UserId(sub), sign_in: sid, expires: exp })
    }

    pub(super) fn read_claims<T: for<'de> Deserialize<'de>>(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<T, AuthError> {
        let header = decode_header(token).map_err(|_| AuthError::Unauthenticated)?;
        let key =
            header.kid.as_deref().and_then(|kid| self.known.get(kid)).ok_or(AuthError::Unauthenticated)?;
        // The algorithm follows from our key, never from the token's header.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.leeway = LEEWAY_S;
        let claims = decode::<T>(token, key, &validation).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => AuthError::TokenExpired,
            _ => AuthError::Unauthenticated,
        })?;
        Ok(claims.claims)
    }
}

fn key_id(secret: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    hasher.update(b"baton key id");
    hasher.update(secret);
    secret::to_text(&hasher.finalize()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn tokens() -> Tokens {
        Tokens::new(KEY, None, 600).expect("the cryptography is there")
    }

    fn now() -> u64 {
        jsonwebtoken::get_current_timestamp()
    }

    fn forged(header: &Header, iss: &str, aud: &str) -> String {
        let claims = Claims {
            iss: iss.to_owned(),
            aud: aud.to_owned(),
            sub: Uuid::nil(),
            sid: Uuid::nil(),
            iat: now(),
            exp: now() + 600,
        };
        encode(header, &claims, &EncodingKey::from_secret(KEY)).expect("signed")
    }

    #[test]
    fn a_token_says_who_signed_in_and_ends() {
        let (user, sign_in) = (UserId(Uuid::now_v7()), Uuid::now_v7());
        let tokens = tokens();
        let identity = tokens.read(&tokens.sign(user, sign_in, now()).expect("signed")).expect("read");
        assert_eq!((identity.user, identity.sign_in), (user, sign_in));
        let old = tokens.sign(user, sign_in, now() - 1_000).expect("signed");
        assert_eq!(tokens.read(&old), Err(AuthError::TokenExpired));
    }

    #[test]
    fn another_key_algorithm_issuer_or_audience_is_refused() {
        let tokens = tokens();
        let other = Tokens::new(b"another secret of thirty-two char", None, 600).expect("made");
        let foreign = other.sign(UserId(Uuid::nil()), Uuid::nil(), now()).expect("signed");
        assert_eq!(tokens.read(&foreign), Err(AuthError::Unauthenticated));

        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(key_id(KEY));
        assert!(tokens.read(&forged(&header, ISSUER, AUDIENCE)).is_ok());
        assert_eq!(tokens.read(&forged(&header, "else", AUDIENCE)), Err(AuthError::Unauthenticated));
        assert_eq!(tokens.read(&forged(&header, ISSUER, "else")), Err(AuthError::Unauthenticated));
        header.alg = Algorithm::HS512;
        assert_eq!(tokens.read(&forged(&header, ISSUER, AUDIENCE)), Err(AuthError::Unauthenticated));
        header.kid = None;
        assert_eq!(tokens.read(&forged(&header, ISSUER, AUDIENCE)), Err(AuthError::Unauthenticated));
    }

    #[test]
    fn no_algorithm_is_no_signature() {
        // {"alg":"none","typ":"JWT"} . {"sub":"…"} . nothing
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAifQ.";
        assert_eq!(tokens().read(none), Err(AuthError::Unauthenticated));
        assert_eq!(tokens().read("not a token"), Err(AuthError::Unauthenticated));
    }

    #[test]
    fn a_replaced_secret_still_reads_what_it_signed() {
        let old = tokens().sign(UserId(Uuid::nil()), Uuid::nil(), now()).expect("signed");
        let new = Tokens::new(b"another secret of thirty-two char", Some(KEY), 600).expect("made");
        assert!(new.read(&old).is_ok());
    }
}
