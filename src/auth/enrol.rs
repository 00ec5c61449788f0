//! How accounts come to be: the set-up link of an empty instance, and invitations.

use uuid::Uuid;

use super::accounts::{Accounts, Signed};
use super::{AuthError, secret, text};
use crate::domain::id::{RoleId, UserId, WorkspaceId};
use crate::domain::role::{Member, Role};
use crate::store::{AccountWrite, Invitation, StoreError, User};

/// Somebody new.
pub struct Newcomer {
    /// Shown to colleagues.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Their device in words.
    pub device: String,
}

impl Accounts {
    /// Whether there is no account yet.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn needs_set_up(&self) -> Result<bool, AuthError> {
        Ok(self.parts.store.user_count().await? == 0)
    }

    /// A fresh set-up token in place of an earlier one; none if the instance has its owner.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn make_set_up_token(&self) -> Result<Option<String>, AuthError> {
        if !self.needs_set_up().await? {
            return Ok(None);
        }
        let token = secret::random_text();
        let made = AccountWrite::SetupLinkMade { token: secret::digest(&token), at: self.now() };
        self.write(vec![made]).await?;
        Ok(Some(token))
    }

    /// The first account and the first workspace, which it owns.
    ///
    /// # Errors
    /// [`AuthError::SetupDone`], [`AuthError::BadInvitation`] for a wrong token, or what is wrong with the texts.
    pub async fn set_up(
        &self,
        token: &str,
        newcomer: Newcomer,
        workspace: &str,
    ) -> Result<(Signed, WorkspaceId), AuthError> {
        if !self.needs_set_up().await? {
            return Err(AuthError::SetupDone);
        }
        let digest = secret::digest(token);
        let link = self.parts.store.setup_link().await?;
        if link.is_none_or(|link| link.token != digest || link.used.is_some()) {
            return Err(AuthError::BadInvitation);
        }
        let workspace_name = text::name("workspace", workspace)?;
        let user = self.new_user(&newcomer).await?;
        let (signed, signed_in) = self.begin_sign_in(&user, &newcomer.device)?;
        let (workspace, made) = self.new_workspace(workspace_name, &user);
        let facts = vec![
            AccountWrite::SetupLinkUsed { token: digest, at: self.now() },
            AccountWrite::UserAdded(user.clone()),
            made,
            signed_in,
            self.audit(Some(user.id), "instance.set_up", &workspace.to_string()),
        ];
        match self.parts.writer.accounts(facts).await {
            Err(StoreError::Conflict(_)) => Err(AuthError::SetupDone),
            other => Ok(other.map(|()| (signed, workspace))?),
        }
    }

    /// Accounts and a workspace without a link, for the demo and for tests: the first is its owner. Written whole or not at all,
    /// with the given settings of the instance.
    ///
    /// # Errors
    /// [`AuthError::EmailTaken`], or what is wrong with the texts.
    pub async fn found(
        &self,
        workspace: &str,
        owner: &Newcomer,
        others: &[Newcomer],
        settings: Vec<(String, String)>,
    ) -> Result<(WorkspaceId, Vec<User>), AuthError> {
        let owner = self.new_user(owner).await?;
        let (workspace, made) = self.new_workspace(text::name("workspace", workspace)?, &owner);
        let mut users = vec![owner];
        for newcomer in others {
            users.push(self.new_user(newcomer).await?);
        }
        let mut facts: Vec<AccountWrite> = users.iter().cloned().map(AccountWrite::UserAdded).collect();
        facts.push(made);
        facts.extend(settings.into_iter().map(|(key, value)| AccountWrite::SettingSet { key, value }));
        self.write_new_account(facts).await?;
        Ok((workspace, users))
    }

    /// A link into a workspace, and to whom it is sent. Whether the inviter may is asked before.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`], [`AuthError::BadText`].
    pub async fn invite(
        &self,
        workspace: WorkspaceId,
        (role, custom): (Role, Option<RoleId>),
        email: Option<&str>,
        by: UserId,
    ) -> Result<(String, Invitation), AuthError> {
        let email = email.map(text::email).transpose()?;
        let token = secret::random_text();
        let now = self.now();
        let invitation = Invitation {
            id: Uuid::now_v7(),
            workspace,
            role,
            custom,
            email,
            token: secret::digest(&token),
            invited_by: by,
            created: now,
            expires: now.plus(self.parts.settings.invitation_life_ms),
            note: String::new(),
            used: None,
            revoked: None,
        };
        let words = format!("{} to {workspace} as {role:?}", invitation.id);
        let audit = self.audit(Some(by), "invitation.made", &words);
        self.write(vec![AccountWrite::InvitationMade(invitation.clone()), audit]).await?;
        Ok((token, invitation))
    }

    /// An invitation that can be accepted, by anybody or by `user` who has begun to.
    ///
    /// # Errors
    /// [`AuthError::BadInvitation`].
    pub async fn invitation(&self, token: &str, user: Option<UserId>) -> Result<Invitation, AuthError> {
        let found = self.parts.store.invitation_by_token(secret::digest(token)).await?;
        let invitation = found.ok_or(AuthError::BadInvitation)?;
        // Who has used it may finish what a crash cut off between the account and the membership.
        let own = invitation.used.is_some_and(|(who, _)| Some(who) == user);
        let open = invitation.used.is_none() && invitation.expires >= self.now();
        if invitation.revoked.is_none() && (open || own) {
            Ok(invitation)
        } else {
            Err(AuthError::BadInvitation)
        }
    }

    /// A new account claims an invitation; the membership is the room's to write.
    ///
    /// # Errors
    /// [`AuthError::BadInvitation`], [`AuthError::EmailTaken`], or what is wrong with the texts.
    pub async fn claim_as_newcomer(
        &self,
        token: &str,
        newcomer: Newcomer,
    ) -> Result<(Signed, Invitation), AuthError> {
        let invitation = self.invitation(token, None).await?;
        let user = self.new_user(&newcomer).await?;
        let (signed, signed_in) = self.begin_sign_in(&user, &newcomer.device)?;
        let used = AccountWrite::InvitationUsed { invitation: invitation.id, user: user.id, at: self.now() };
        let audit = self.audit(Some(user.id), "invitation.used", &invitation.id.to_string());
        self.write_new_account(vec![AccountWrite::UserAdded(user), used, signed_in, audit]).await?;
        Ok((signed, invitation))
    }

    /// Takes an invitation of the workspace back.
    ///
    /// # Errors
    /// [`AuthError::BadInvitation`] if there is no open one of that id.
    pub async fn revoke_invitation(
        &self,
        workspace: WorkspaceId,
        invitation: Uuid,
        by: UserId,
    ) -> Result<(), AuthError> {
        let all = self.parts.store.invitations_of(workspace).await?;
        if !all.iter().any(|one| one.id == invitation) {
            return Err(AuthError::BadInvitation);
        }
        let revoked = AccountWrite::InvitationRevoked { invitation, at: self.now() };
        let audit = self.audit(Some(by), "invitation.revoked", &format!("{invitation} to {workspace}"));
        match self.parts.writer.accounts(vec![revoked, audit]).await {
            Err(StoreError::Conflict(_)) => Err(AuthError::BadInvitation),
            other => Ok(other?),
        }
    }

    /// An account claims an invitation; the membership is the room's to write.
    ///
    /// # Errors
    /// [`AuthError::BadInvitation`].
    pub async fn claim(&self, token: &str, user: UserId) -> Result<Invitation, AuthError> {
        let invitation = self.invitation(token, Some(user)).await?;
        if invitation.used.is_none() {
            let used = AccountWrite::InvitationUsed { invitation: invitation.id, user, at: self.now() };
            let audit = self.audit(Some(user), "invitation.used", &invitation.id.to_string());
            match self.parts.writer.accounts(vec![used, audit]).await {
                Err(StoreError::Conflict(_)) => return Err(AuthError::BadInvitation),
                other => other?,
            }
        }
        Ok(invitation)
    }

    async fn new_user(&self, newcomer: &Newcomer) -> Result<User, AuthError> {
        let email = text::email(&newcomer.email)?;
        let name = text::name("name", &newcomer.name)?;
        if self.parts.store.user_by_email(&email).await?.is_some() {
            return Err(AuthError::EmailTaken);
        }
        let password = self.parts.passwords.hash(newcomer.password.clone()).await?;
        Ok(User { id: UserId(Uuid::now_v7()), email, name, password, created: self.now(), suspended: None })
    }

    fn new_workspace(&self, name: String, owner: &User) -> (WorkspaceId, AccountWrite) {
        let workspace = WorkspaceId(Uuid::now_v7());
        let owner =
            Member { user: owner.id, name: owner.name.clone(), role: Role::Owner, custom: None, colour: 0 };
        (workspace, AccountWrite::WorkspaceMade { workspace, name, at: self.now(), owner })
    }

    /// Writes facts with a new account among them. What can be in conflict then is the address, or an invitation that somebody
    /// else has just used.
    async fn write_new_account(&self, facts: Vec<AccountWrite>) -> Result<(), AuthError> {
        let emails: Vec<String> = facts
            .iter()
            .filter_map(|fact| match fact {
                AccountWrite::UserAdded(user) => Some(user.email.clone()),
                _ => None,
            })
            .collect();
        match self.parts.writer.accounts(facts).await {
            Err(StoreError::Conflict(_)) => {
                for email in emails {
                    if self.parts.store.user_by_email(&email).await?.is_some() {
                        return Err(AuthError::EmailTaken);
                    }
                }
                Err(AuthError::BadInvitation)
            }
            other => Ok(other?),
        }
    }
}
