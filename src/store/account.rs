//! Account facts: who may sign in, on which devices they are, and who was invited. `auth` decides, this room keeps.

use std::fmt;

use uuid::Uuid;

use crate::domain::effect::AuditEntry;
use crate::domain::id::{RoleId, UserId, WorkspaceId};
use crate::domain::role::{Member, Role};
use crate::domain::time::Timestamp;

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its address as given; no two accounts have addresses that differ only in case.
    pub email: String,
    /// Shown to colleagues.
    pub name: String,
    /// The password's hash in PHC form.
    pub password: String,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it may not sign in.
    pub suspended: Option<Timestamp>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No hash, name or address in a log.
        f.debug_struct("User")
            .field("id", &self.id)
            .field("suspended", &self.suspended)
            .finish_non_exhaustive()
    }
}

/// An authenticated login on a device: one family of refresh tokens, of which only the newest counts.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Its id; also names the family.
    pub id: Uuid,
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the current refresh token.
    pub token: [u8; 32],
    /// The token before it.
    pub previous: Option<Previous>,
    /// Device in words.
    pub device: String,
    /// When it began.
    pub created: Timestamp,
    /// When a token of it was last exchanged.
    pub used: Timestamp,
    /// When its current token ends.
    pub expires: Timestamp,
    /// Since when it is over.
    pub revoked: Option<Timestamp>,
}

/// A refresh token that was exchanged; a second tab may exchange it again for a moment and must get the same successor.
#[derive(Clone, PartialEq, Eq)]
pub struct Previous {
    /// SHA-256 of the token.
    pub token: [u8; 32],
    /// When it was exchanged.
    pub rotated: Timestamp,
    /// What `auth` needs to give the same successor again; opaque here, and never the token in the clear.
    pub successor: String,
}

/// Whether a sign-in may still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Since when it is over.
    pub revoked: Option<Timestamp>,
    /// Since when its account may not sign in.
    pub suspended: Option<Timestamp>,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No token, nor anything that a token could be made from, in a log.
        f.debug_struct("SignIn")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previous").field("rotated", &self.rotated).finish_non_exhaustive()
    }
}

/// The link with which the owner of an empty instance makes the first account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetupLink {
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// When it was made.
    pub created: Timestamp,
    /// When it was used.
    pub used: Option<Timestamp>,
}

/// A way into a workspace for somebody who has the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Into which workspace.
    pub workspace: WorkspaceId,
    /// As what.
    pub role: Role,
    /// The custom role that says more.
    pub custom: Option<RoleId>,
    /// The address that it was sent to.
    pub email: Option<String>,
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// By whom.
    pub invited_by: UserId,
    /// When it was made.
    pub created: Timestamp,
    /// Until when it may be used.
    pub expires: Timestamp,
    /// For whom, in the inviter's words.
    pub note: String,
    /// Who used it, and when.
    pub used: Option<(UserId, Timestamp)>,
    /// Since when it is taken back.
    pub revoked: Option<Timestamp>,
}

/// A way back into an account for somebody who has the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// Whose.
    pub user: UserId,
    /// Until when it may be used.
    pub expires: Timestamp,
    /// When it was used, or made void.
    pub used: Option<Timestamp>,
}

/// One account fact. A list of them is written whole or not at all.
#[derive(Debug, Clone)]
pub enum AccountWrite {
    /// A new account. Conflict: id or address taken.
    UserAdded(User),
    /// Another name.
    UserRenamed {
        /// Whose.
        user: UserId,
        /// Which.
        name: String,
    },
    /// Another password.
    PasswordChanged {
        /// Whose.
        user: UserId,
        /// Its hash in PHC form.
        password: String,
    },
    /// May not sign in from then on; `None` lifts it.
    UserSuspended {
        /// Who.
        user: UserId,
        /// Since when.
        at: Option<Timestamp>,
    },
    /// An issuer's name for somebody is an account's from then on. Conflict: it is one's already.
    IdentityLinked {
        /// The issuer.
        issuer: String,
        /// Its name for them.
        subject: String,
        /// The account.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A new sign-in.
    SignedIn(SignIn),
    /// A refresh token was exchanged. Conflict: `from` is not the current token, or the sign-in is over.
    TokenRotated {
        /// Of which sign-in.
        sign_in: Uuid,
        /// SHA-256 of the token that was given.
        from: [u8; 32],
        /// SHA-256 of its successor.
        to: [u8; 32],
        /// See [`Previous::successor`].
        successor: String,
        /// When.
        at: Timestamp,
        /// When the successor ends.
        expires: Timestamp,
    },
    /// A sign-in is over; it may be over already.
    SignedOut {
        /// Which.
        sign_in: Uuid,
        /// Since when.
        at: Timestamp,
    },
    /// All sign-ins of an account are over.
    SignedOutEverywhere {
        /// Whose.
        user: UserId,
        /// But this one.
        except: Option<Uuid>,
        /// Since when.
        at: Timestamp,
    },
    /// The one set-up link, in place of an earlier one.
    SetupLinkMade {
        /// SHA-256 of its token.
        token: [u8; 32],
        /// When.
        at: Timestamp,
    },
    /// Conflict: no such link, or it was used before.
    SetupLinkUsed {
        /// SHA-256 of its token.
        token: [u8; 32],
        /// When.
        at: Timestamp,
    },
    /// A new invitation.
    InvitationMade(Invitation),
    /// Conflict: no such invitation, or it was used, taken back or has expired at `at`.
    InvitationUsed {
        /// Which.
        invitation: Uuid,
        /// By whom.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// Takes an invitation back. Conflict: no such invitation, or it was used.
    InvitationRevoked {
        /// Which.
        invitation: Uuid,
        /// When.
        at: Timestamp,
    },
    /// A link that sets a password anew, in place of earlier ones of the account.
    ResetMade {
        /// SHA-256 of its token.
        token: [u8; 32],
        /// Whose.
        user: UserId,
        /// When.
        at: Timestamp,
        /// Until when it may be used.
        expires: Timestamp,
    },
    /// Conflict: no such link, or it was used before or has expired at `at`.
    ResetUsed {
        /// SHA-256 of its token.
        token: [u8; 32],
        /// When.
        at: Timestamp,
    },
    /// Lets go of audit records from before a time; the chains begin after them, and the last record of each stays.
    AuditKept {
        /// What is older goes.
        since: Timestamp,
    },
    /// Inserts or replaces a setting of the instance.
    SettingSet {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// Inserts a setting of the instance. Conflict: it is there.
    SettingAdded {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// A new workspace with its first member.
    WorkspaceMade {
        /// Its id.
        workspace: WorkspaceId,
        /// Its name.
        name: String,
        /// When.
        at: Timestamp,
        /// Who answers for it.
        owner: Member,
    },
    /// Appends to the instance's audit chain.
    Audited(AuditEntry),
}
