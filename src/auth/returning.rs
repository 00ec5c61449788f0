//! Ways back in, and out: another password, links that reset one, sign-ins on other devices, suspended accounts.

use uuid::Uuid;

use super::accounts::Accounts;
use super::{AuthError, secret};
use crate::domain::effect::AuditEntry;
use crate::domain::id::UserId;
use crate::store::{AccountWrite, SignIn, StoreError, User};

impl Accounts {
    /// The sign-ins of an account that are good, last used first.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn sign_ins(&self, user: UserId) -> Result<Vec<SignIn>, AuthError> {
        let now = self.now();
        let all = self.parts.store.sign_ins_of(user).await?;
        Ok(all.into_iter().filter(|one| one.expires > now).collect())
    }

    /// Ends one of the account's own sign-ins.
    ///
    /// # Errors
    /// [`AuthError::NoSuchSignIn`] if it is not the account's, or over.
    pub async fn end_sign_in(&self, user: UserId, sign_in: Uuid) -> Result<(), AuthError> {
        let found = self.parts.store.sign_in(sign_in).await?;
        let own = found.filter(|one| one.user == user && one.revoked.is_none());
        let own = own.ok_or(AuthError::NoSuchSignIn)?;
        let ended = AccountWrite::SignedOut { sign_in, at: self.now() };
        let audit = self.audit(Some(user), "sign_in.end", &format!("{sign_in} on {}", own.device));
        self.write(vec![ended, audit]).await
    }

    /// Another password; all other sign-ins of the account end, and are given back.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if the old one is wrong, [`AuthError::RateLimited`], [`AuthError::WeakPassword`].
    pub async fn change_password(
        &self,
        user: UserId,
        sign_in: Uuid,
        old: String,
        new: String,
    ) -> Result<Vec<Uuid>, AuthError> {
        let user = self.parts.store.user(user).await?.ok_or(AuthError::Unauthenticated)?;
        self.parts.limits.account(&user.email)?;
        if !self.parts.passwords.fits(old, Some(user.password.clone())).await? {
            let words = user.id.to_string();
            self.refused(&format!("password {words}"), Some(user.id), "password.refused", words).await;
            return Err(AuthError::BadCredentials);
        }
        let password = self.parts.passwords.hash(new).await?;
        let facts = vec![AccountWrite::PasswordChanged { user: user.id, password }];
        self.sign_out_with(&user, Some(sign_in), facts, "password.change").await
    }

    /// A link with which the account's password is set anew; earlier ones are worth nothing any more. For the operator.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if there is no such account.
    pub async fn make_reset(&self, email: &str) -> Result<String, AuthError> {
        let user = self.by_email(email).await?;
        let (token, now) = (secret::random_text(), self.now());
        let made = AccountWrite::ResetMade {
            token: secret::digest(&token),
            user: user.id,
            at: now,
            expires: now.plus(self.parts.settings.reset_life_ms),
        };
        self.write(vec![made, self.audit(None, "password.reset_link", &user.id.to_string())]).await?;
        Ok(token)
    }

    /// As [`Accounts::make_reset`], asked for by whoever says that the account is theirs: with the address that it goes to. None
    /// if there is no such account, which whoever asks is not told.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn forgot(&self, email: &str) -> Result<Option<(String, String)>, AuthError> {
        let user = self.parts.store.user_by_email(email.trim()).await?;
        let Some(user) = user.filter(|user| user.suspended.is_none()) else { return Ok(None) };
        let (token, now) = (secret::random_text(), self.now());
        let made = AccountWrite::ResetMade {
            token: secret::digest(&token),
            user: user.id,
            at: now,
            expires: now.plus(self.parts.settings.reset_life_ms),
        };
        let audit = self.audit(Some(user.id), "password.reset_asked", &user.id.to_string());
        self.write(vec![made, audit]).await?;
        Ok(Some((token, user.email)))
    }

    /// Sets a password by a reset link; all sign-ins of the account end, and are given back.
    ///
    /// # Errors
    /// [`AuthError::BadReset`], [`AuthError::WeakPassword`].
    pub async fn reset(&self, token: &str, password: String) -> Result<Vec<Uuid>, AuthError> {
        let (digest, now) = (secret::digest(token), self.now());
        let reset = self.parts.store.reset_by_token(digest).await?.ok_or(AuthError::BadReset)?;
        if reset.used.is_some() || reset.expires < now {
            return Err(AuthError::BadReset);
        }
        let user = self.parts.store.user(reset.user).await?.ok_or(AuthError::BadReset)?;
        let password = self.parts.passwords.hash(password).await?;
        let facts = vec![
            AccountWrite::ResetUsed { token: digest, at: now },
            AccountWrite::PasswordChanged { user: user.id, password },
        ];
        match self.sign_out_with(&user, None, facts, "password.reset").await {
            Err(AuthError::Conflict) => Err(AuthError::BadReset),
            other => other,
        }
    }

    /// Suspends an account, or lets it in again. Its sign-ins end, and are given back. For the operator.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if there is no such account.
    pub async fn suspend(&self, email: &str, suspended: bool) -> Result<Vec<Uuid>, AuthError> {
        let user = self.by_email(email).await?;
        let at = suspended.then(|| self.now());
        let fact = AccountWrite::UserSuspended { user: user.id, at };
        if suspended {
            return self.sign_out_with(&user, None, vec![fact], "account.suspend").await;
        }
        self.write(vec![fact, self.audit(None, "account.resume", &user.id.to_string())]).await?;
        Ok(Vec::new())
    }

    /// Ends all sign-ins of an account. For the operator.
    ///
    /// # Errors
    /// [`AuthError::BadCredentials`] if there is no such account.
    pub async fn sign_out_everywhere(&self, email: &str) -> Result<Vec<Uuid>, AuthError> {
        let user = self.by_email(email).await?;
        self.sign_out_with(&user, None, Vec::new(), "account.sign_out").await
    }

    async fn by_email(&self, email: &str) -> Result<User, AuthError> {
        self.parts.store.user_by_email(email.trim()).await?.ok_or(AuthError::BadCredentials)
    }

    /// Writes facts together with the end of the account's sign-ins, which are given back.
    async fn sign_out_with(
        &self,
        user: &User,
        except: Option<Uuid>,
        mut facts: Vec<AccountWrite>,
        action: &'static str,
    ) -> Result<Vec<Uuid>, AuthError> {
        let open = self.parts.store.sign_ins_of(user.id).await?;
        let (at, user) = (self.now(), user.id);
        facts.push(AccountWrite::SignedOutEverywhere { user, except, at });
        facts.push(self.audit(Some(user), action, &user.to_string()));
        match self.parts.writer.accounts(facts).await {
            Err(StoreError::Conflict(_)) => return Err(AuthError::Conflict),
            other => other?,
        }
        Ok(open.into_iter().map(|one| one.id).filter(|id| Some(*id) != except).collect())
    }

    /// Something that an account did goes into the instance's audit chain.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn note(&self, user: UserId, action: &'static str, subject: String) -> Result<(), AuthError> {
        self.write(vec![self.audit(Some(user), action, &subject)]).await
    }

    /// Refused access goes into the instance's audit chain, counted.
    pub async fn refused(&self, sort: &str, user: Option<UserId>, action: &'static str, subject: String) {
        let Some(count) = self.refusals.count(sort, self.now()) else { return };
        let subject = if count == 1 { subject } else { format!("{subject}, {count} times") };
        let entry = AuditEntry { at: self.now(), user, action, subject, ..AuditEntry::default() };
        if let Err(error) = self.write(vec![AccountWrite::Audited(entry)]).await {
            tracing::warn!(%error, action, "a refusal could not be written into the audit log");
        }
    }
}
