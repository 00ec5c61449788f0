//! Every reason for not letting somebody in.

/// Why a credential or an account call was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No credential, or one that is not ours, or of an account that may not come in.
    #[error("not signed in")]
    Unauthenticated,
    /// The key is unknown or over, or whoever made it may not come in.
    #[error("the key is not valid")]
    BadKey,
    /// The access token has expired.
    #[error("the access token has expired")]
    TokenExpired,
    /// The token is good, but its account is suspended.
    #[error("the account is suspended")]
    Suspended,
    /// E-mail or password is wrong; which of them is not said.
    #[error("e-mail or password is wrong")]
    BadCredentials,
    /// The refresh token is unknown, over, or was used twice.
    #[error("the sign-in has ended")]
    RefreshRevoked,
    /// The link is not valid, was used, or has expired.
    #[error("the link is not valid")]
    BadInvitation,
    /// There is an account with this e-mail.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The instance has its owner.
    #[error("the instance is set up")]
    SetupDone,
    /// The password is too short or too long.
    #[error("the password is too short or too long")]
    WeakPassword,
    /// A text is empty, too long, or holds control characters.
    #[error("{what} is empty, longer than {max} characters, or holds control characters")]
    BadText {
        /// Which.
        what: &'static str,
        /// The longest that is taken, in characters.
        max: usize,
    },
    /// Too many tries.
    #[error("too many tries")]
    RateLimited {
        /// Try again after this many milliseconds.
        after_ms: u64,
    },
    /// The provider or issuer does not answer as it should.
    #[error("the issuer is not available")]
    IssuerUnavailable,
    /// There is no provider to sign in with.
    #[error("there is no provider")]
    NoProvider,
    /// The issuer stands for somebody who has no account here.
    #[error("no account")]
    NoAccount,
    /// The reset link is not valid, was used, or has expired.
    #[error("the reset link is not valid")]
    BadReset,
    /// No such sign-in of the account.
    #[error("no such sign-in")]
    NoSuchSignIn,
    /// Somebody else was faster.
    #[error("it was changed meanwhile")]
    Conflict,
    /// The store does not answer.
    #[error("the store is not available")]
    StoreUnavailable,
    /// Something that cannot happen did.
    #[error("{0} failed")]
    Internal(&'static str),
}

impl From<crate::store::StoreError> for AuthError {
    fn from(error: crate::store::StoreError) -> Self {
        use crate::store::StoreError;
        match error {
            StoreError::Corrupt(what) => {
                tracing::error!(what, "the store holds what it must not");
                AuthError::Internal("reading an account")
            }
            _ => AuthError::StoreUnavailable,
        }
    }
}
