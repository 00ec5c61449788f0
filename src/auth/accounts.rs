//! Signing in, staying signed in, signing out.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::issuer::{OpenId, TrustedIssuer};
use super::refusals::Refusals;
use super::{AuthError, Identity, Limits, Passwords, Tokens, secret, text};
use crate::domain::effect::AuditEntry;
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::store::{AccountWrite, SignIn, Standing, Store, StoreError, User, Writer};

/// Lives of what proves who somebody is.
#[derive(Debug, Clone, Copy)]
pub struct AccountSettings {
    /// Life of a sign-in that is not used, in milliseconds.
    pub refresh_life_ms: u64,
    /// For how long a refresh token that was exchanged gives the same successor again, in milliseconds.
    pub refresh_reuse_ms: u64,
    /// Life of a link that sets a password anew, in milliseconds.
    pub reset_life_ms: u64,
    /// Life of an invitation, in milliseconds.
    pub invitation_life_ms: u64,
    /// The wall clock.
    pub now: fn() -> Timestamp,
}

/// What [`Accounts`] works with.
pub struct AccountParts {
    /// What is read.
    pub store: Arc<dyn Store>,
    /// Where facts are written.
    pub writer: Writer,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Signs access tokens.
    pub tokens: Tokens,
    /// From which the successors of refresh tokens follow; never shown.
    pub refresh_key: [u8; 32],
    /// With which people sign in besides passwords.
    pub open_id: Option<OpenId>,
    /// Whose access tokens are taken besides our own.
    pub trusted: Option<TrustedIssuer>,
    /// How often one may try.
    pub limits: Limits,
    /// Lives.
    pub settings: AccountSettings,
}

/// Accounts, their sign-ins, and the ways to get one.
#[derive(Clone)]
pub struct Accounts {
    pub(super) parts: Arc<AccountParts>,
    pub(super) refusals: Arc<Refusals>,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Shown to colleagues.
    pub name: String,
    /// Its address.
    pub email: String,
}

impl From<&User> for Account {
    fn from(user: &User) -> Self {
        Account { id: user.id, name: user.name.clone(), email: user.email.clone() }
    }
}

/// Somebody has signed in, or renewed a sign-in.
pub struct Signed {
    /// For the `Authorization` header.
    pub access_token: String,
    /// Its life in seconds.
    pub expires_in: u64,
    /// For the cookie.
    pub refresh_token: String,
    /// Its life in seconds.
    pub refresh_life_s: u64,
    /// Who.
    pub account: Account,
}

impl Accounts {
    /// Takes its parts.
    pub fn new(parts: AccountParts) -> Self {
        Accounts { parts: Arc::new(parts), refusals: Arc::default() }
    }

    /// How often one may try.
    pub fn limits(&self) -> &Limits {
        &self.parts.limits
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.parts.settings.now)()
    }

    /// Who an access token stands for. Asks the store, so that a sign-out or a suspension counts at once.
    ///
    /// # Errors
    /// [`AuthError::TokenExpired`], [`AuthError::Unauthenticated`], [`AuthError::Suspended`], [`AuthError::StoreUnavailable`].
    pub async fn identify(&self, token: &str) -> Result<Identity, AuthError> {
        let identity = match (self.parts.tokens.read(token), &self.parts.trusted) {
            (Err(AuthError::Unauthenticated), Some(issuer)) if issuer.claims_to_be_of(token) => {
                self.identify_by(issuer, token).await?
            }
            (own, _) => own?,
        };
        let standing = self.parts.store.standing(identity.sign_in, identity.user).await?;
        match standing.ok_or(AuthError::Unauthenticated)? {
            Standing { revoked: Some(_), .. } => Err(AuthError::Unauthenticated),
            Standing { suspended: Some(_), .. } => Err(AuthError::Suspended),
            Standing { revoked: None, suspended: None } => Ok(identity),
        }
    }

    /// An account.
    ///
    /// # Errors
    /// [`AuthError::Unauthenticated`] if it is gone.
    pub async fn account(&self, user: UserId) -> Result<Account, AuthError> {
        let user = self.parts.store.user(user).await?.ok_or(AuthError::Unauthenticated)?;
        Ok(Account::from(&user))
    }

    /// The owner of the oldest workspace.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if there is none.
    pub async fn first_owner(&self) -> Result<Account, AuthError> {
        let mut workspaces = self.parts.store.workspace_ids().await?;
        // Ids sort by creation time.
        workspaces.sort();
        let first = workspaces.first().ok_or(AuthError::BadCredentials)?;
        let stored = self.parts.store.load_room(*first).await?;
        let owner = stored.members.iter().find(|member| member.role == Role::Owner);
        self.account(owner.ok_or(AuthError::BadCredentials)?.user).await
    }

    /// Signs in with a password. Takes as long for an unknown account as for a known one.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`], [`AuthError::RateLimited`].
    pub async fn sign_in(
        &self,
        address: IpAddr,
        email: &str,
        password: String,
        device: &str,
    ) -> Result<Signed, AuthError> {
        self.parts.limits.address(address)?;
        self.parts.limits.account(email)?;
        let user = self.parts.store.user_by_email(email.trim()).await?;
        let hash = user.as_ref().map(|user| user.password.clone());
        let fits = self.parts.passwords.fits(password, hash).await?;
        let id = user.as_ref().map(|user| user.id);
        let Some(user) = user.filter(|user| fits && user.suspended.is_none()) else {
            // Addresses of nobody are not written: people type passwords into the wrong field.
            let whom = id.map_or_else(|| "an unknown account".to_owned(), |id| id.to_string());
            let sort = format!("sign-in {whom} {address}");
            self.refused(&sort, id, "sign_in.refused", format!("{whom} from {address}")).await;
            return Err(AuthError::BadCredentials);
        };
        let (signed, write) = self.begin_sign_in(&user, device)?;
        let words = format!("{} from {address}", text::device(device));
        self.write(vec![write, self.audit(Some(user.id), "sign_in", &words)]).await?;
        Ok(signed)
    }

    /// Signs an account in without a password: for the operator's command line on the machine that holds the database.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if there is no such account or it is suspended.
    pub async fn sign_in_as_operator(&self, email: &str) -> Result<Signed, AuthError> {
        let user = self.parts.store.user_by_email(email.trim()).await?;
        let user = user.filter(|user| user.suspended.is_none()).ok_or(AuthError::BadCredentials)?;
        let (signed, write) = self.begin_sign_in(&user, "command line")?;
        let audit = self.audit(Some(user.id), "sign_in.operator", &user.id.to_string());
        self.write(vec![write, audit]).await?;
        Ok(signed)
    }

    /// Exchanges a refresh token. Used again within the reuse time it gives the same successor; later the whole sign-in ends.
    ///
    /// # Errors
    /// [`AuthError::RefreshRevoked`].
    pub async fn refresh(&self, token: &str) -> Result<Signed, AuthError> {
        let (id, given) = split_token(token).ok_or(AuthError::RefreshRevoked)?;
        let digest = secret::digest(token);
        // A second round only if another tab was faster between reading and writing.
        for _ in 0..2 {
            let sign_in = self.parts.store.sign_in(id).await?.ok_or(AuthError::RefreshRevoked)?;
            let now = self.now();
            if sign_in.revoked.is_some() || sign_in.expires < now {
                return Err(AuthError::RefreshRevoked);
            }
            let user = self.parts.store.user(sign_in.user).await?;
            let user = user.filter(|user| user.suspended.is_none()).ok_or(AuthError::RefreshRevoked)?;
            if sign_in.token == digest {
                let nonce = secret::random();
                let next = self.successor(id, &given, &nonce);
                let rotated = AccountWrite::TokenRotated {
                    sign_in: id,
                    from: digest,
                    to: secret::digest(&next),
                    successor: secret::to_text(&nonce),
                    at: now,
                    expires: now.plus(self.parts.settings.refresh_life_ms),
                };
                match self.parts.writer.account(rotated).await {
                    Ok(()) => return self.signed(&user, id, next),
                    Err(StoreError::Conflict(_)) => continue,
                    Err(error) => return Err(error.into()),
                }
            }
            return match self.again(&sign_in, digest, &given, now) {
                Some(next) => self.signed(&user, id, next),
                None => {
                    self.sign_out(id).await?;
                    tracing::warn!(sign_in = %id, "a refresh token was used twice; the sign-in has ended");
                    Err(AuthError::RefreshRevoked)
                }
            };
        }
        Err(AuthError::StoreUnavailable)
    }

    /// Ends a sign-in.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn sign_out(&self, sign_in: Uuid) -> Result<(), AuthError> {
        let user = self.parts.store.sign_in(sign_in).await?.map(|one| one.user);
        let audit = self.audit(user, "sign_out", &sign_in.to_string());
        self.write(vec![AccountWrite::SignedOut { sign_in, at: self.now() }, audit]).await
    }

    /// The sign-in that a refresh token belongs to, whether it is still good or not.
    ///
    /// # Errors
    /// [`AuthError::RefreshRevoked`] if there is none.
    pub async fn sign_in_of(&self, refresh_token: &str) -> Result<Uuid, AuthError> {
        let (id, _) = split_token(refresh_token).ok_or(AuthError::RefreshRevoked)?;
        let sign_in = self.parts.store.sign_in(id).await?.ok_or(AuthError::RefreshRevoked)?;
        let digest = secret::digest(refresh_token);
        let previous = sign_in.previous.as_ref().is_some_and(|previous| previous.token == digest);
        if sign_in.token == digest || previous { Ok(id) } else { Err(AuthError::RefreshRevoked) }
    }

    /// Who a session token stands for: a refresh token that is shown and never exchanged, as clients of other systems do.
    /// Nothing if it is not good.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn session(&self, token: &str) -> Result<Option<(UserId, Uuid)>, AuthError> {
        let Some((id, _)) = split_token(token) else { return Ok(None) };
        let sign_in = self.parts.store.sign_in(id).await?;
        let digest = secret::digest(token);
        let good = |one: &SignIn| one.token == digest && one.revoked.is_none() && one.expires >= self.now();
        let Some(sign_in) = sign_in.filter(good) else { return Ok(None) };
        let active = self.is_active(sign_in.user).await?;
        Ok(active.then_some((sign_in.user, sign_in.id)))
    }

    /// Whether a sign-in of that account goes on.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn goes_on(&self, user: UserId, sign_in: Uuid) -> Result<bool, AuthError> {
        let found = self.parts.store.sign_in(sign_in).await?;
        let good = found.is_some_and(|one| one.user == user && one.revoked.is_none());
        Ok(good && self.is_active(user).await?)
    }

    /// The successor that the token before the current one was exchanged for, while it may be asked for again.
    fn again(&self, sign_in: &SignIn, digest: [u8; 32], given: &[u8; 32], now: Timestamp) -> Option<String> {
        let previous = sign_in.previous.as_ref().filter(|previous| previous.token == digest)?;
        if now > previous.rotated.plus(self.parts.settings.refresh_reuse_ms) {
            return None;
        }
        let next = self.successor(sign_in.id, given, &secret::from_text(&previous.successor)?);
        (secret::digest(&next) == sign_in.token).then_some(next)
    }

    fn successor(&self, sign_in: Uuid, given: &[u8; 32], nonce: &[u8; 32]) -> String {
        join_token(sign_in, &secret::derive(&self.parts.refresh_key, "refresh", given, nonce))
    }

    pub(super) fn begin_sign_in(
        &self,
        user: &User,
        device: &str,
    ) -> Result<(Signed, AccountWrite), AuthError> {
        let (id, now) = (Uuid::now_v7(), self.now());
        let refresh_token = join_token(id, &secret::random());
        let sign_in = SignIn {
            id,
            user: user.id,
            token: secret::digest(&refresh_token),
            previous: None,
            device: text::device(device),
            created: now,
            used: now,
            expires: now.plus(self.parts.settings.refresh_life_ms),
            revoked: None,
        };
        Ok((self.signed(user, id, refresh_token)?, AccountWrite::SignedIn(sign_in)))
    }

    fn signed(&self, user: &User, sign_in: Uuid, refresh_token: String) -> Result<Signed, AuthError> {
        let now = u64::try_from(self.now().0 / 1_000).unwrap_or_default();
        Ok(Signed {
            access_token: self.parts.tokens.sign(user.id, sign_in, now)?,
            expires_in: self.parts.tokens.life_s(),
            refresh_token,
            refresh_life_s: self.parts.settings.refresh_life_ms / 1_000,
            account: Account::from(user),
        })
    }

    pub(super) async fn write(&self, facts: Vec<AccountWrite>) -> Result<(), AuthError> {
        Ok(self.parts.writer.accounts(facts).await?)
    }

    pub(super) fn audit(&self, user: Option<UserId>, action: &'static str, subject: &str) -> AccountWrite {
        let (at, subject) = (self.now(), subject.to_owned());
        AccountWrite::Audited(AuditEntry {
            at,
            user,
            action,
            subject,
            reason: String::new(),
            ..AuditEntry::default()
        })
    }
}

/// A refresh token names its sign-in, so that one that is long gone still ends the family.
fn join_token(sign_in: Uuid, secret: &[u8; 32]) -> String {
    format!("{}.{}", sign_in.simple(), secret::to_text(secret))
}

fn split_token(token: &str) -> Option<(Uuid, [u8; 32])> {
    let (id, secret) = token.split_once('.')?;
    Some((Uuid::parse_str(id).ok()?, secret::from_text(secret)?))
}
