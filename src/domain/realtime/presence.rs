//! Presence records: what a user says of itself, for how long, and who may know.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::Json;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::domain::time::Timestamp;

/// The longest id of a record or in a role, in characters.
const ID_MAX: usize = 36;

/// Whether a text is an id: 1 to 36 of letters, digits, `.`, `_` and `-`, and a letter or digit first.
pub fn is_id(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    first && rest && text.len() <= ID_MAX
}

/// Who is meant by a permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PresenceRole {
    /// Everybody.
    Any,
    /// Those who are not signed in.
    Guests,
    /// Those who are; with a verified address or without, if said.
    Users(Option<bool>),
    /// One account; see `Users`.
    User(String, Option<bool>),
    /// A team, or those in it with a role.
    Team(String, Option<String>),
    /// One membership.
    Member(String),
    /// Accounts with a label.
    Label(String),
}

impl PresenceRole {
    /// Reads a role.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, suffix) = match text.split_once('/') {
            Some((head, suffix)) => (head, Some(suffix)),
            None => (text, None),
        };
        let verified = |suffix: Option<&str>| match suffix {
            None => Some(None),
            Some("verified") => Some(Some(true)),
            Some("unverified") => Some(Some(false)),
            Some(_) => None,
        };
        let (kind, id) = match head.split_once(':') {
            Some((kind, id)) => (kind, Some(id)),
            None => (head, None),
        };
        let id = match id {
            Some(id) if !is_id(id) => return None,
            other => other.map(str::to_owned),
        };
        Some(match (kind, id, suffix) {
            ("any", None, None) => PresenceRole::Any,
            ("guests", None, None) => PresenceRole::Guests,
            ("users", None, suffix) => PresenceRole::Users(verified(suffix)?),
            ("user", Some(id), suffix) => PresenceRole::User(id, verified(suffix)?),
            ("team", Some(id), None) => PresenceRole::Team(id, None),
            ("team", Some(id), Some(role)) if is_id(role) => PresenceRole::Team(id, Some(role.to_owned())),
            ("member", Some(id), None) => PresenceRole::Member(id),
            ("label", Some(id), None) => PresenceRole::Label(id),
            _ => return None,
        })
    }
}

impl fmt::Display for PresenceRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verified = |known: &Option<bool>| match known {
            None => "",
            Some(true) => "/verified",
            Some(false) => "/unverified",
        };
        match self {
            PresenceRole::Any => f.write_str("any"),
            PresenceRole::Guests => f.write_str("guests"),
            PresenceRole::Users(known) => write!(f, "users{}", verified(known)),
            PresenceRole::User(id, known) => write!(f, "user:{id}{}", verified(known)),
            PresenceRole::Team(id, None) => write!(f, "team:{id}"),
            PresenceRole::Team(id, Some(role)) => write!(f, "team:{id}/{role}"),
            PresenceRole::Member(id) => write!(f, "member:{id}"),
            PresenceRole::Label(name) => write!(f, "label:{name}"),
        }
    }
}

/// What a permission gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See it.
    Read,
    /// Change it.
    Update,
    /// Delete it.
    Delete,
    /// Change and delete it. Only in the list that a record gets without being given one.
    Write,
}

/// One permission of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// What.
    pub right: Right,
    /// To whom.
    pub role: PresenceRole,
}

impl Permission {
    /// Reads `action("role")`. What was written as `write` is `update` and `delete`.
    pub fn parse(text: &str) -> Option<Vec<Permission>> {
        let (action, role) = text.strip_suffix("\")")?.split_once("(\"")?;
        let role = PresenceRole::parse(role)?;
        let rights: &[Right] = match action {
            "read" => &[Right::Read],
            "update" => &[Right::Update],
            "delete" => &[Right::Delete],
            "write" => &[Right::Update, Right::Delete],
            _ => return None,
        };
        Some(rights.iter().map(|right| Permission { right: *right, role: role.clone() }).collect())
    }

    /// Reads what was stored, where `write` stands for itself.
    pub fn stored(text: &str) -> Option<Permission> {
        let (action, role) = text.strip_suffix("\")")?.split_once("(\"")?;
        let right = match action {
            "read" => Right::Read,
            "update" => Right::Update,
            "delete" => Right::Delete,
            "write" => Right::Write,
            _ => return None,
        };
        Some(Permission { right, role: PresenceRole::parse(role)? })
    }

    /// What a record of that user gets if nothing else is said.
    pub fn of_owner(user: UserId) -> Vec<Permission> {
        let role = PresenceRole::User(user.to_string(), None);
        let of = |right| Permission { right, role: role.clone() };
        vec![of(Right::Delete), of(Right::Read), of(Right::Update), of(Right::Write)]
    }

    /// In the order of their texts, each once.
    pub fn sorted(mut list: Vec<Permission>) -> Vec<Permission> {
        list.sort_by_cached_key(ToString::to_string);
        list.dedup();
        list
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.right {
            Right::Read => "read",
            Right::Update => "update",
            Right::Delete => "delete",
            Right::Write => "write",
        };
        write!(f, "{action}(\"{}\")", self.role)
    }
}

/// Who looks at records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody in particular.
    Guest,
    /// A member. The membership has the account's id.
    Member {
        /// The account.
        user: UserId,
        /// The team: the workspace.
        team: WorkspaceId,
        /// The role in it.
        role: Role,
    },
}

impl Viewer {
    /// The account.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Viewer::Guest => None,
            Viewer::Member { user, .. } => Some(*user),
        }
    }

    /// Whether the viewer has a role. Addresses are not verified here.
    pub fn has(&self, wanted: &PresenceRole) -> bool {
        match (self, wanted) {
            (_, PresenceRole::Any) | (Viewer::Guest, PresenceRole::Guests) => true,
            (Viewer::Guest, _) | (_, PresenceRole::Guests | PresenceRole::Label(_)) => false,
            (_, PresenceRole::Users(known)) => *known != Some(true),
            (Viewer::Member { user, .. }, PresenceRole::User(id, known)) => {
                *known != Some(true) && is_text_of(user.0, id)
            }
            (Viewer::Member { user, .. }, PresenceRole::Member(id)) => is_text_of(user.0, id),
            (Viewer::Member { team, role, .. }, PresenceRole::Team(id, wanted)) => {
                is_text_of(team.0, id) && wanted.as_ref().is_none_or(|wanted| wanted == role_name(*role))
            }
        }
    }

    /// The roles that it has.
    pub fn roles(&self) -> Vec<PresenceRole> {
        match self {
            Viewer::Guest => vec![PresenceRole::Any, PresenceRole::Guests],
            Viewer::Member { user, team, role } => {
                let (id, team) = (user.to_string(), team.to_string());
                vec![
                    PresenceRole::Any,
                    PresenceRole::Users(None),
                    PresenceRole::Users(Some(false)),
                    PresenceRole::User(id.clone(), None),
                    PresenceRole::User(id.clone(), Some(false)),
                    PresenceRole::Team(team.clone(), None),
                    PresenceRole::Team(team, Some(role_name(*role).to_owned())),
                    PresenceRole::Member(id),
                ]
            }
        }
    }
}

/// Whether a text is this id as ids are written. Asked for every receiver of every event: it makes no text.
fn is_text_of(id: Uuid, text: &str) -> bool {
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text
}

/// A member's role as a team role.
fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Developer => "developer",
        Role::Viewer => "viewer",
        Role::Suspended => "suspended",
    }
}

/// Over which way a record came to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// HTTP.
    Rest,
    /// A socket.
    Realtime,
}

/// A small record of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct PresenceRecord {
    /// Its id.
    pub id: Arc<str>,
    /// Its place in the order in which records were made.
    pub sequence: u64,
    /// Whose.
    pub user: UserId,
    /// 1 to 256 characters.
    pub status: String,
    /// An object.
    pub metadata: Json,
    /// Sorted, each once.
    pub permissions: Vec<Permission>,
    /// How it came.
    pub source: Source,
    /// When it was made, wall clock.
    pub created: Timestamp,
    /// When it was changed last, wall clock.
    pub updated: Timestamp,
    /// When it ends, wall clock.
    pub expires: Timestamp,
    /// Whether it ends with a socket or session.
    pub bound: bool,
}

impl PresenceRecord {
    /// The one answer to whether it has expired.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.expires > now
    }

    /// Whether a viewer has a right: by the list, or as the owner, who always may.
    pub fn gives(&self, viewer: &Viewer, right: Right) -> bool {
        let wanted = |one: Right| {
            one == right || (one == Right::Write && matches!(right, Right::Update | Right::Delete))
        };
        viewer.user() == Some(self.user)
            || self.permissions.iter().any(|one| wanted(one.right) && viewer.has(&one.role))
    }
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PresenceEvent {
    /// It was made, or written anew.
    Upsert,
    /// A part of it was changed.
    Update,
    /// It is gone.
    Delete,
}

/// Why a record is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceEnd {
    /// Somebody deleted it.
    Deleted,
    /// Its time was over.
    Expired,
    /// The socket or session that it was bound to is gone.
    Left,
    /// Its user is no member any more.
    Removed,
}

/// News of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct PresencePost {
    /// What happened.
    pub event: PresenceEvent,
    /// Why, if it is gone.
    pub end: Option<PresenceEnd>,
    /// The record as it is, or was last.
    pub record: Arc<PresenceRecord>,
    /// When, wall clock.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_permissions_are_read_and_written_alike() {
        for text in [
            "any",
            "guests",
            "users",
            "users/verified",
            "user:a1",
            "user:a1/unverified",
            "team:t",
            "team:t/owner",
            "member:m",
            "label:l",
        ] {
            assert_eq!(PresenceRole::parse(text).expect(text).to_string(), text);
        }
        for bad in [
            "",
            "any:x",
            "users:x",
            "users/else",
            "user",
            "user:",
            "user:-a",
            "user:a/owner",
            "team:a/",
            "team",
            "member:a/b",
            "label",
            "who:a",
            "user:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(PresenceRole::parse(bad), None, "{bad}");
        }
        assert_eq!(Permission::parse("write(\"any\")").expect("read").len(), 2);
        for bad in ["create(\"any\")", "read(any)", "read(\"any\"", "read", "", "peek(\"any\")"] {
            assert_eq!(Permission::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_viewer_has_exactly_the_roles_that_it_lists() {
        let (team, user) = (WorkspaceId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let viewers = [Viewer::Guest, Viewer::Member { user, team, role: Role::Admin }];
        let all: Vec<PresenceRole> = viewers.iter().flat_map(Viewer::roles).collect();
        for viewer in &viewers {
            for role in &all {
                assert_eq!(viewer.has(role), viewer.roles().contains(role), "{viewer:?} {role}");
            }
        }
    }
}
