//! Who may do what: the whole permission table.

use crate::domain::area::CustomRole;
use crate::domain::id::{RoleId, UserId};
use crate::domain::stack::ObjectKind;

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

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// No role.
    pub const NONE: Roles = Roles(0);
    /// All that have access.
    pub const ALL: Roles = Roles::from(Role::Viewer);

    /// This role and those above it.
    pub const fn from(least: Role) -> Roles {
        Roles((2 << least as u8) - 1)
    }

    /// One role.
    pub const fn only(role: Role) -> Roles {
        Roles(1 << role as u8)
    }

    /// Whether the role is in the set.
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Roles) -> Roles {
        Roles(self.0 | other.0)
    }

    /// Without those of the other.
    #[must_use]
    pub const fn without(self, other: Roles) -> Roles {
        Roles(self.0 & !other.0)
    }

    /// Whether no role is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
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
    /// Make and end keys with which servers call.
    ManageKeys,
}

/// All roles, the mightiest first.
pub const ROLES: [Role; 5] = [Role::Owner, Role::Admin, Role::Developer, Role::Viewer, Role::Suspended];

/// What can be allowed, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionRow {
    /// What.
    pub action: Action,
    /// Its name on the wire.
    pub name: &'static str,
    /// For people.
    pub words: &'static str,
    /// The right of a custom role that decides it area by area.
    pub right: Option<&'static str>,
}

const fn row(
    action: Action,
    name: &'static str,
    words: &'static str,
    right: Option<&'static str>,
) -> ActionRow {
    ActionRow { action, name, words, right }
}

/// Everything that can be allowed.
pub const ACTIONS: &[ActionRow] = &[
    row(Action::View, "view", "See the workspace, its objects, and who is in it", Some("view")),
    row(Action::Chat, "chat", "Write into the chat", None),
    row(Action::Edit, "edit", "Hold and ask for pens, edit, import, revert, delete", Some("edit")),
    row(Action::Publish, "publish", "Make a draft live", Some("publish")),
    row(Action::Force, "manage", "Take a pen from its holder at once, close for edits", Some("manage")),
    row(Action::ManageMembers, "manage_members", "Invite, remove, make roles and give them", None),
    row(Action::ManageKeys, "manage_keys", "Make and end the keys with which servers call", None),
];

/// The permission table.
pub fn may(role: Role, action: Action) -> bool {
    match action {
        Action::View | Action::Chat => role != Role::Suspended,
        Action::Edit | Action::Publish => {
            matches!(role, Role::Owner | Role::Admin | Role::Developer)
        }
        Action::Force | Action::ManageMembers | Action::ManageKeys => {
            matches!(role, Role::Owner | Role::Admin)
        }
    }
}

/// Whether a member may do that to an object of a kind: with a custom role, which narrows what a developer or viewer may, by
/// its areas.
pub fn may_in(role: Role, custom: Option<&CustomRole>, action: Action, kind: ObjectKind) -> bool {
    match custom {
        Some(custom) if may(role, Action::View) => custom.areas(action).has(kind),
        _ => may(role, action),
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
    /// The custom role that says more; then `role` is its [`CustomRole::base`].
    pub custom: Option<RoleId>,
    /// Index into the palette of people's colours; the same for everybody.
    pub colour: u8,
}
