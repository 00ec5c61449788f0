//! Sessions, members and the picture of a room.

use serde::Serialize;
use uuid::Uuid;

use super::{DeadlockDoc, DeltaDoc, PresenceDoc, RequestDoc};
use crate::document::{
    ChannelDoc, ClosureDoc, CustomRoleDoc, LockDoc, LockPathDoc, ObjectHeadDoc, ParkedDraftDoc,
};
use crate::protocol::client::LocationDoc;

/// How a hello ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ArrivalDoc {
    /// A new session; if the client named one, that one is gone.
    New,
    /// The old session, nothing was missed.
    Resumed,
    /// The old session; the snapshot stands for what was missed.
    Reloaded,
}

/// The answer to a hello.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WelcomeDoc {
    /// The call's id, if the hello had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub re: Option<u32>,
    /// How it ended.
    pub arrival: ArrivalDoc,
    /// The session.
    pub session: Uuid,
    /// Its member.
    pub user: Uuid,
    /// The resume secret of a new session; an old one keeps its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub secret: Option<String>,
    /// The life of the numbering.
    pub stream: Uuid,
    /// Everything up to here is known with this message.
    pub upto: u64,
    /// The whole picture, unless `replay` is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub snapshot: Option<SnapshotDoc>,
    /// What was missed, in order.
    pub replay: Vec<DeltaDoc>,
    /// The server's wall clock, milliseconds since the Unix epoch.
    pub now: i64,
    /// A ping comes at least this often, in milliseconds.
    pub ping_ms: u64,
}

/// What a session sees of the room.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SnapshotDoc {
    /// The workspace.
    pub workspace: Uuid,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<MemberDoc>,
    /// The custom roles.
    pub roles: Vec<CustomRoleDoc>,
    /// The sessions.
    pub sessions: Vec<SessionDoc>,
    /// The members' status; who is missing here was never here.
    pub presence: Vec<PresenceDoc>,
    /// The objects.
    pub objects: Vec<ObjectHeadDoc>,
    /// The locks.
    pub locks: Vec<LockDoc>,
    /// The open lock requests, in their order.
    pub requests: Vec<RequestDoc>,
    /// What is closed for edits.
    pub closures: Vec<ClosureDoc>,
    /// Who waits for whom in a circle.
    pub deadlocks: Vec<DeadlockDoc>,
    /// What holds for channels.
    pub channels: Vec<ChannelDoc>,
    /// One's own parked drafts.
    pub parked: Vec<ParkedDraftDoc>,
    /// The chat since this session came.
    pub chat: Vec<ChatLineDoc>,
    /// Chat lines since this session came that are no longer there; some of them may be known already.
    pub chat_missed: u64,
    /// The life of the chat's numbering: lines of another life, which were said before a restart, are older.
    pub chat_life: Uuid,
    /// The sessions that type in the chat.
    pub typing: Vec<Uuid>,
    /// The session's open object; ask for its content again with `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub open: Option<Uuid>,
    /// Everything up to here is in this picture.
    pub upto: u64,
}

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RoleDoc {
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

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MemberDoc {
    /// The account.
    pub user: Uuid,
    /// Shown to colleagues.
    pub name: String,
    /// What they may.
    pub role: RoleDoc,
    /// The custom role that says more, area by area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub custom_role: Option<Uuid>,
    /// Index into the palette of people's colours.
    pub colour: u8,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SessionStateDoc {
    /// Its socket is there.
    Connected,
    /// Its socket is gone or silent; the grace runs.
    Reconnecting,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionDoc {
    /// Its id.
    pub id: Uuid,
    /// Its member.
    pub user: Uuid,
    /// Counts the member's sessions as they came, from 1.
    pub tab: u32,
    /// A program's session, not a browser tab.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub bot: bool,
    /// Its member hides; an admin sees that it is there, and nothing else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub hidden: bool,
    /// Device in words.
    pub device: String,
    /// Connected or not.
    pub state: SessionStateDoc,
    /// Since when it is here, milliseconds since the Unix epoch.
    pub since: i64,
    /// Last input, milliseconds since the Unix epoch.
    pub active: i64,
    /// Where it is.
    pub location: LocationDoc,
}

/// Where somebody is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LiveLocationDoc {
    /// Who.
    pub session: Uuid,
    /// Where.
    pub location: LocationDoc,
}

/// Who types in the chat, or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LiveTypingDoc {
    /// Who.
    pub session: Uuid,
    /// Whether.
    pub on: bool,
}

/// One line of the session chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChatLineDoc {
    /// Place in the room's chat, from 1.
    pub number: u64,
    /// The sender's id of the line.
    pub client_id: Uuid,
    /// From which session.
    pub session: Uuid,
    /// From whom.
    pub user: Uuid,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// The words.
    pub text: String,
    /// Members addressed.
    pub mentions: Vec<Uuid>,
    /// A step or object that it points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub link: Option<LockPathDoc>,
}
