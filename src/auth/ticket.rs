//! Tickets: short-lived signed statements that other systems' clients carry.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Accounts, AuthError};
use crate::domain::id::{UserId, WorkspaceId};

/// Whom a ticket for the realtime service is for, so that no other of our tokens is taken for one.
const REALTIME: &str = "baton-realtime";
/// Whom a ticket for a session of Appwrite's clients is for.
const SESSION: &str = "baton-session";
/// The longest life of a realtime token, in seconds.
pub const REALTIME_LIFE_MAX_S: u64 = 30 * 24 * 60 * 60;
/// Bytes of what a realtime token may carry: it travels in a header.
pub const EXTRAS_MAX: usize = 2 * 1024;

/// What a realtime token says about who carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RealtimeTicket {
    /// The workspace that it is for.
    pub wid: Uuid,
    /// The member that it speaks for, with the sign-in by which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<Uuid>,
    /// The table of an app's own users.
    #[serde(default)]
    pub dbo: u64,
    /// The row in it.
    #[serde(default)]
    pub row: u64,
    /// What others see of who carries it.
    #[serde(default)]
    pub ext: Value,
}

/// What a ticket for a session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTicket {
    /// The account.
    #[serde(rename = "userId")]
    pub user: Uuid,
    /// The sign-in.
    #[serde(rename = "sessionId")]
    pub session: Uuid,
}

#[derive(Debug, Serialize, Deserialize)]
struct Signed<T> {
    iss: String,
    aud: String,
    exp: u64,
    #[serde(rename = "tkt")]
    ticket: T,
}

impl Accounts {
    /// A realtime token that lives so many seconds. Letters, digits, `-`, `_` and dots: it can be a WebSocket sub-protocol.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if signing fails.
    pub fn realtime_token(&self, ticket: RealtimeTicket, life_s: u64) -> Result<String, AuthError> {
        self.sign_ticket(REALTIME, ticket, life_s.clamp(1, REALTIME_LIFE_MAX_S))
    }

    /// What a realtime token says, if it is for that workspace and good.
    pub fn read_realtime_token(&self, token: &str, workspace: WorkspaceId) -> Option<RealtimeTicket> {
        let ticket: RealtimeTicket = self.parts.tokens.read_for(token, REALTIME).ok()?;
        (ticket.wid == workspace.0).then_some(ticket)
    }

    /// A ticket for a session that lives so many seconds, and no longer than the session.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if signing fails.
    pub fn session_ticket(&self, ticket: SessionTicket, life_s: u64) -> Result<String, AuthError> {
        self.sign_ticket(SESSION, ticket, life_s)
    }

    /// Who a ticket for a session stands for. Nothing if it is not good, or its session has ended.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn read_session_ticket(&self, token: &str) -> Result<Option<(UserId, Uuid)>, AuthError> {
        let Ok(ticket) = self.parts.tokens.read_for::<SessionTicket>(token, SESSION) else { return Ok(None) };
        let (user, sign_in) = (UserId(ticket.user), ticket.session);
        Ok(self.goes_on(user, sign_in).await?.then_some((user, sign_in)))
    }

    pub(super) fn sign_ticket<T: Serialize>(
        &self,
        audience: &str,
        ticket: T,
        life_s: u64,
    ) -> Result<String, AuthError> {
        let now = u64::try_from(self.now().0 / 1_000).unwrap_or_default();
        self.parts.tokens.sign_for(audience, now.saturating_add(life_s), ticket)
    }

    /// Whether the account may sign in now.
    ///
    /// # Errors
    /// [`AuthError::StoreUnavailable`].
    pub async fn is_active(&self, user: UserId) -> Result<bool, AuthError> {
        Ok(self.parts.store.user(user).await?.is_some_and(|user| user.suspended.is_none()))
    }
}

impl super::Tokens {
    /// A token for another audience than the API, that ends at `exp` in seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`AuthError::Internal`] if signing fails.
    pub fn sign_for<T: Serialize>(&self, audience: &str, exp: u64, ticket: T) -> Result<String, AuthError> {
        self.sign_claims(&Signed {
            iss: super::token::ISSUER.to_owned(),
            aud: audience.to_owned(),
            exp,
            ticket,
        })
    }

    /// What a token for that audience says.
    ///
    /// # Errors
    /// As [`super::Tokens::read`].
    pub fn read_for<T: for<'de> Deserialize<'de>>(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<T, AuthError> {
        Ok(self.read_claims::<Signed<T>>(token, audience)?.ticket)
    }
}
