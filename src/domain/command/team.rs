//! What owners and admins ask for: roles, ownership, and what concerns the room as a whole.

use crate::domain::area::CustomRole;
use crate::domain::effect::LockSettings;
use crate::domain::id::{RoleId, SessionId, UserId};

/// What can be asked for about the team.
#[derive(Debug, Clone)]
pub enum TeamRequest {
    /// Make a custom role, or change it; its members' rights change at once.
    SaveRole {
        /// All of it.
        role: CustomRole,
        /// Told to its members and kept in the audit log.
        reason: String,
    },
    /// Delete a custom role that nobody has.
    DeleteRole {
        /// Which.
        role: RoleId,
        /// Kept in the audit log.
        reason: String,
    },
    /// Give a member a custom role.
    GiveRole {
        /// Whom.
        user: UserId,
        /// Which.
        role: RoleId,
        /// Told to the member and kept in the audit log.
        reason: String,
    },
    /// Nobody edits anything until it is thawed.
    Freeze {
        /// Shown to everybody and kept in the audit log.
        message: String,
    },
    /// Edits go on.
    Thaw,
    /// End a session of somebody.
    Kick {
        /// Which.
        session: SessionId,
        /// Told to the member and kept in the audit log.
        reason: String,
    },
    /// Set the times of locks.
    SetLockSettings {
        /// All of them.
        settings: LockSettings,
        /// Kept in the audit log.
        reason: String,
    },
    /// An owner makes another member the owner in their place, and is an admin from then on.
    TransferOwnership {
        /// To whom.
        to: UserId,
        /// Told to the member and kept in the audit log.
        reason: String,
    },
}
