//! Status and presence of members.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::RoleDoc;
use super::session::SessionDoc;

/// Whether somebody is here and may be interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StatusDoc {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StatusReasonDoc {
    /// The member chose it, or signed out.
    Manual,
    /// No input for a while.
    IdleTimeout,
    /// No input for long, or the chosen status came to its set end.
    Timeout,
    /// The last session is gone.
    Disconnect,
    /// A session came, or input after a pause.
    Resume,
}

/// Who sees how much of a member's looking; what they do is always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "level", rename_all = "snake_case")]
pub enum PrivacyDoc {
    /// Everybody sees everything.
    Everyone,
    /// Only members of this role and those above it.
    Role {
        /// Which.
        role: RoleDoc,
    },
    /// Everybody sees page and object, nobody the step.
    Page,
    /// Nobody; admins see that somebody hidden is there.
    Hidden,
}

/// What is seen of a member, beside name and role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresenceDoc {
    /// Whose.
    pub user: Uuid,
    /// The status.
    pub status: StatusDoc,
    /// The one before.
    pub previous: StatusDoc,
    /// Why it changed.
    pub reason: StatusReasonDoc,
    /// Since when, milliseconds since the Unix epoch.
    pub since: i64,
    /// Their own words.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    pub message: String,
    /// When words and chosen status end, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub until: Option<i64>,
    /// When they were last seen, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub last_seen: Option<i64>,
    /// All of their sessions are programs.
    pub bot: bool,
    /// A sign in place of the initials.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    pub avatar: String,
    /// How much others see; told to the member alone, and only if it is not everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub privacy: Option<PrivacyDoc>,
}

/// One change of a member's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatusChangeDoc {
    /// Place in the member's history, from 1.
    pub number: u64,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// What it was.
    pub from: StatusDoc,
    /// What it became.
    pub to: StatusDoc,
    /// Why.
    pub reason: StatusReasonDoc,
}

/// The thresholds of a workspace, and what it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresenceSettingsDoc {
    /// Without input for so long one is away, in seconds; 10 s to a week.
    pub away_s: u32,
    /// Without input for so long one is offline, in seconds; longer than `away_s`, a week at most.
    pub offline_s: u32,
    /// Whether status changes and activity of members are kept, for themselves and for admins.
    pub history: bool,
    /// Days for which history and sums are kept; 366 at most.
    pub retention_days: u32,
}

/// A member in the list of who is where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PersonDoc {
    /// Shown to colleagues.
    pub name: String,
    /// What they may.
    pub role: RoleDoc,
    /// Index into the palette of people's colours.
    pub colour: u8,
    /// Status and words.
    #[serde(flatten)]
    pub presence: PresenceDoc,
    /// Interactions in the last whole minute.
    pub per_minute: u32,
    /// In how many of their sessions they hold a lock.
    pub editing: u32,
    /// Their sessions, as far as the caller may see them.
    pub sessions: Vec<PersonSessionDoc>,
}

/// A session in the list of who is where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PersonSessionDoc {
    /// The session.
    #[serde(flatten)]
    pub session: SessionDoc,
    /// The network address; for admins, and for one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub address: Option<String>,
}

/// A page of who is where: online, busy, away, then by last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresenceListDoc {
    /// The members.
    pub people: Vec<PersonDoc>,
    /// How many there are in all.
    pub counts: StatusCountsDoc,
    /// Give it as `after` for the next page; none if this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<Uuid>,
}

/// How many members have each status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatusCountsDoc {
    /// Here.
    pub online: u32,
    /// Not to be disturbed.
    pub busy: u32,
    /// Without input.
    pub away: u32,
    /// Not here.
    pub offline: u32,
}
