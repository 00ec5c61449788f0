//! Accounts of people for whom somebody else stands: found by what the issuer calls them, joined to an account by an address that
//! the issuer has proven, or made anew where that is allowed.

use std::net::IpAddr;

use uuid::Uuid;

use super::accounts::{Accounts, Signed};
use super::issuer::{Begun, OpenId, Person, TrustedIssuer};
use super::{AuthError, Identity, secret, text};
use crate::domain::id::UserId;
use crate::store::{AccountWrite, SignIn, StoreError, User};

impl Accounts {
    /// What the provider is called with which one can sign in, if there is one.
    pub fn open_id_name(&self) -> Option<&str> {
        self.parts.open_id.as_ref().map(OpenId::name)
    }

    /// Begins a sign-in with the provider, which sends the browser to `back`.
    ///
    /// # Errors
    /// [`AuthError::NoProvider`], [`AuthError::IssuerUnavailable`].
    pub async fn begin_open_id(&self, back: &str) -> Result<Begun, AuthError> {
        self.parts.open_id.as_ref().ok_or(AuthError::NoProvider)?.begin(back).await
    }

    /// The browser is back from the provider.
    ///
    /// # Errors
    /// [`AuthError::NoProvider`], [`AuthError::NoAccount`], [`AuthError::Unauthenticated`], [`AuthError::IssuerUnavailable`].
    pub async fn finish_open_id(
        &self,
        address: IpAddr,
        back: &str,
        answer: (&str, &str),
        pending: &str,
        device: &str,
    ) -> Result<Signed, AuthError> {
        self.parts.limits.address(address)?;
        let provider = self.parts.open_id.as_ref().ok_or(AuthError::NoProvider)?;
        let person = provider.finish(back, answer, pending).await?;
        let user = match self.user_of(&person, provider.sign_up()).await {
            Ok(user) if user.suspended.is_none() => user,
            refused => {
                let id = refused.as_ref().ok().map(|user| user.id);
                let sort = format!("sign-in by {} {address}", person.issuer);
                let words = format!("by {} from {address}", person.issuer);
                self.refused(&sort, id, "sign_in.refused", words).await;
                return Err(refused.err().unwrap_or(AuthError::NoAccount));
            }
        };
        let (signed, write) = self.begin_sign_in(&user, device)?;
        let words = format!("{} by {} from {address}", text::device(device), person.issuer);
        self.write(vec![write, self.audit(Some(user.id), "sign_in", &words)]).await?;
        Ok(signed)
    }

    /// Whom an access token of the trusted issuer stands for. Its session there is a sign-in here, which can be ended here.
    pub(super) async fn identify_by(
        &self,
        issuer: &TrustedIssuer,
        token: &str,
    ) -> Result<Identity, AuthError> {
        let person = issuer.read(token).await?;
        let user = self.user_of(&person, issuer.sign_up()).await?;
        let session = person.session.as_deref().unwrap_or_default();
        let digest = secret::digest(&format!("{}\n{}\n{session}", person.issuer, person.subject));
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        let sign_in = uuid::Builder::from_random_bytes(id).into_uuid();
        if self.parts.store.sign_in(sign_in).await?.is_none() {
            self.begin_foreign(&user, sign_in, &person.issuer).await?;
        }
        Ok(Identity { user: user.id, sign_in, expires: person.expires })
    }

    async fn begin_foreign(&self, user: &User, id: Uuid, issuer: &str) -> Result<(), AuthError> {
        let now = self.now();
        let sign_in = SignIn {
            id,
            user: user.id,
            // Of nobody: there is no refresh token to this sign-in.
            token: secret::random(),
            previous: None,
            device: text::device(&format!("by {issuer}")),
            created: now,
            used: now,
            expires: now.plus(self.parts.settings.refresh_life_ms),
            revoked: None,
        };
        let audit = self.audit(Some(user.id), "sign_in", &format!("by {issuer}"));
        match self.parts.writer.accounts(vec![AccountWrite::SignedIn(sign_in), audit]).await {
            // Another request of the same session was faster.
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn user_of(&self, person: &Person, sign_up: bool) -> Result<User, AuthError> {
        let (issuer, subject) = (person.issuer.as_str(), person.subject.as_str());
        if let Some(user) = self.parts.store.user_by_identity(issuer, subject).await? {
            return Ok(user);
        }
        let email = person.email.as_deref().ok_or(AuthError::NoAccount)?;
        let (user, mut facts) = match self.parts.store.user_by_email(email).await? {
            Some(user) => (user, Vec::new()),
            None if sign_up => {
                // Nobody knows its password; a reset link sets one.
                let password = self.parts.passwords.hash(secret::random_text()).await?;
                let user = User {
                    id: UserId(Uuid::now_v7()),
                    email: email.to_owned(),
                    name: person.name.clone(),
                    password,
                    created: self.now(),
                    suspended: None,
                };
                (user.clone(), vec![AccountWrite::UserAdded(user)])
            }
            None => return Err(AuthError::NoAccount),
        };
        facts.push(AccountWrite::IdentityLinked {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            user: user.id,
            at: self.now(),
        });
        facts.push(self.audit(Some(user.id), "account.linked", &format!("by {issuer}")));
        match self.parts.writer.accounts(facts).await {
            Ok(()) => Ok(user),
            Err(StoreError::Conflict(_)) => {
                let other = self.parts.store.user_by_identity(issuer, subject).await?;
                other.ok_or(AuthError::Conflict)
            }
            Err(error) => Err(error.into()),
        }
    }
}
