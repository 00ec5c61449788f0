//! What is seen of members: status, words, how much of them is shown, and what is kept of it.

use super::SessionView;
use crate::domain::id::{ObjectId, SessionId, UserId};
use crate::domain::role::{Action, Role, may};
use crate::domain::time::Timestamp;

/// Whether somebody is here and may be interrupted. In the order of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Here.
    Online,
    /// Here and not to be disturbed.
    Busy,
    /// Here without input for a while, or by choice.
    Away,
    /// Not here, or without input for long.
    Offline,
}

/// Why a status has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusReason {
    /// The member chose it, or signed out.
    Manual,
    /// No input for a while: away.
    IdleTimeout,
    /// No input for long: offline; or a chosen status came to its set end.
    Timeout,
    /// The last session is gone.
    Disconnect,
    /// A session came, or input after a pause.
    Resume,
}

/// Who sees how much of a member's looking. What they do (holding, asking, changing, saying) is always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Privacy {
    /// Everybody sees everything.
    #[default]
    Everyone,
    /// Only members of this role and those above it.
    Role(Role),
    /// Everybody sees page and object, nobody the step.
    Page,
    /// Nobody; admins see that somebody hidden is there.
    Hidden,
}

/// What one observer sees of a member's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All.
    Full,
    /// Page and object.
    Page,
    /// That they are there.
    Hidden,
    /// Nothing.
    None,
}

impl Privacy {
    /// What another member of that role sees.
    pub fn sight(self, role: Role) -> Sight {
        if !may(role, Action::View) {
            return Sight::None;
        }
        let hidden = if may(role, Action::ManageMembers) { Sight::Hidden } else { Sight::None };
        match self {
            Privacy::Everyone => Sight::Full,
            Privacy::Role(least) if role <= least => Sight::Full,
            Privacy::Page => Sight::Page,
            Privacy::Role(_) | Privacy::Hidden => hidden,
        }
    }
}

/// One change of a member's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusChange {
    /// Place in the member's history, from 1.
    pub number: u64,
    /// When, wall clock.
    pub at: Timestamp,
    /// What it was.
    pub from: Status,
    /// What it became.
    pub to: Status,
    /// Why.
    pub reason: StatusReason,
}

/// What is seen of a member, beside name and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceView {
    /// Whose.
    pub user: UserId,
    /// The status.
    pub status: Status,
    /// The one before.
    pub previous: Status,
    /// Why it changed.
    pub reason: StatusReason,
    /// Since when, wall clock.
    pub since: Timestamp,
    /// Their own words; empty for none.
    pub message: String,
    /// When words and chosen status end, wall clock.
    pub until: Option<Timestamp>,
    /// When they were last seen, wall clock.
    pub last_seen: Option<Timestamp>,
    /// All sessions are programs.
    pub bot: bool,
    /// A sign in place of the initials; empty for none.
    pub avatar: String,
    /// How much others see; told to the member alone.
    pub privacy: Option<Privacy>,
}

/// Several sessions and members at once: after a storm, and when somebody's privacy or one's own role has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// Sessions that are gone, or not to be seen any more. Before the others.
    pub gone: Vec<SessionId>,
    /// Sessions that came, changed, or are seen from here on.
    pub sessions: Vec<SessionView>,
    /// Members as they are now.
    pub presence: Vec<PresenceView>,
}

/// The thresholds of a workspace, and what it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceSettings {
    /// Without input for so long one is away, in milliseconds.
    pub away_ms: u64,
    /// Without input for so long one is offline, in milliseconds.
    pub offline_ms: u64,
    /// Whether status changes and activity of members are kept.
    pub history: bool,
    /// Days for which history and aggregates are kept.
    pub retention_days: u32,
}

impl Default for PresenceSettings {
    fn default() -> Self {
        PresenceSettings { away_ms: 300_000, offline_ms: 1_800_000, history: true, retention_days: 30 }
    }
}

/// What is stored of a member's presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceRow {
    /// Whose.
    pub user: UserId,
    /// How much others see.
    pub privacy: Privacy,
    /// A sign in place of the initials; empty for none.
    pub avatar: String,
    /// Their own words; empty for none.
    pub message: String,
    /// When words and chosen status end.
    pub until: Option<Timestamp>,
    /// Away or busy by choice, and when it was chosen.
    pub chosen: Option<(Status, Timestamp)>,
    /// When they were last seen.
    pub last_seen: Option<Timestamp>,
    /// How many changes their history has had.
    pub history: u64,
}

/// One minute of a workspace, as analytics keep it: sums over members, never a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomMinute {
    /// Members who were here.
    pub people: u32,
    /// Members whose programs were here.
    pub bots: u32,
    /// Milliseconds of members who were online.
    pub online_ms: u64,
    /// Milliseconds of members who were busy.
    pub busy_ms: u64,
    /// Milliseconds of members who were away.
    pub away_ms: u64,
    /// Interactions of all.
    pub interactions: u64,
}

/// One minute of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectMinute {
    /// Which.
    pub object: ObjectId,
    /// Members who showed it.
    pub people: u32,
    /// Edits of it.
    pub edits: u32,
}

/// What is written once a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceMinute {
    /// The minute's begin, wall clock.
    pub minute: Timestamp,
    /// Members of whom something is to be stored.
    pub rows: Vec<PresenceRow>,
    /// Status changes.
    pub changes: Vec<(UserId, StatusChange)>,
    /// Interactions of members.
    pub activity: Vec<(UserId, u32)>,
    /// The workspace.
    pub room: RoomMinute,
    /// Its objects.
    pub objects: Vec<ObjectMinute>,
    /// What is older goes.
    pub keep_from: Timestamp,
}

/// A member in the list of who is where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Status and words.
    pub presence: PresenceView,
    /// Shown to colleagues.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// Index into the palette of people's colours.
    pub colour: u8,
    /// Interactions in the last whole minute.
    pub per_minute: u32,
    /// Their sessions as the observer sees them, with the address for admins and for oneself.
    pub sessions: Vec<(SessionView, Option<String>)>,
    /// In how many of their sessions they hold a lock.
    pub editing: u32,
}

/// A page of the list of who is where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresencePage {
    /// Online, busy, away, then by last seen.
    pub people: Vec<PersonView>,
    /// How many are online, busy, away, offline.
    pub counts: [u32; 4],
    /// Whether more come after the last.
    pub more: bool,
}
