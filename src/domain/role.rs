//! Who may do what: the whole permission table.

use crate::domain::id::UserId;

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The one who answers for the workspace.
    Owner,
    /// May everything but give the workspace away.
    Admin,
    /// Edits and publishes.
    Developer,
    /// Looks and chats.
    Viewer,
    /// A member without access.
    Suspended,
}

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See the workspace and who is in it.
    View,
    /// Write into the session's chat.
    Chat,
    /// Hold and ask for locks, edit, import, revert.
    Edit,
    /// Make a draft live.
    Publish,
    /// Take a lock from its holder at once, read another's parked drafts.
    Force,
    /// Invite, remove, change roles.
    ManageMembers,
}

/// The permission table.
pub fn may(role: Role, action: Action) -> bool {
    match action {
        Action::View | Action::Chat => role != Role::Suspended,
        Action::Edit | Action::Publish => matches!(role, Role::Owner | Role::Admin | Role::Developer),
        Action::Force | Action::ManageMembers => matches!(role, Role::Owner | Role::Admin),
    }
}

/// A user in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub user: UserId,
    /// Shown to colleagues.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// Index into the palette of people's colours; the same for everybody.
    pub colour: u8,
}
