//! What is seen of sessions, and how a hello ends.

use std::sync::Arc;

use uuid::Uuid;

use super::{Closure, Deadlock, Delta, LockView, ObjectHead, ParkedDraft, PresenceView, RequestView};
use crate::domain::area::CustomRole;
use crate::domain::command::Location;
use crate::domain::id::{ObjectId, SessionId, StreamId, UserId, WorkspaceId};
use crate::domain::path::LockPath;
use crate::domain::realtime::ChannelSettings;
use crate::domain::role::Member;
use crate::domain::time::Timestamp;

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Its socket is there.
    Connected,
    /// Its socket is gone or silent; the grace runs.
    Reconnecting,
}

/// What others see of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// Its member.
    pub user: UserId,
    /// "tab 2": counts the member's sessions as they came.
    pub tab: u32,
    /// A program's session, not a browser tab.
    pub bot: bool,
    /// Only that it is there is shown, and only to admins: its member hides.
    pub hidden: bool,
    /// Device in words.
    pub device: String,
    /// Connected or not.
    pub state: SessionState,
    /// Since when it is here, wall clock.
    pub since: Timestamp,
    /// Last input, wall clock.
    pub active: Timestamp,
    /// Where it is.
    pub location: Location,
}

/// One line of the session chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// Place in the room's chat, from 1.
    pub number: u64,
    /// The sender's id of the line.
    pub client_id: Uuid,
    /// From which session.
    pub session: SessionId,
    /// From whom.
    pub user: UserId,
    /// When, wall clock.
    pub at: Timestamp,
    /// The words.
    pub text: String,
    /// Members addressed.
    pub mentions: Vec<UserId>,
    /// A step or object that it points to.
    pub link: Option<LockPath>,
}

/// How a hello ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// A new session.
    New,
    /// The old session, and the missed deltas follow.
    Resumed,
    /// The old session, and the snapshot stands for what was missed.
    Reloaded,
}

/// The answer to a hello.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// How it ended.
    pub arrival: Arrival,
    /// The session.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
    /// Whether the fresh secret of the hello is now the session's; otherwise the old one stays.
    pub fresh_secret: bool,
    /// The life of the numbering.
    pub stream: StreamId,
    /// Deltas up to this number are known to the client after this answer.
    pub upto: u64,
    /// The whole picture, unless the missed deltas are enough.
    pub snapshot: Option<Box<Snapshot>>,
    /// The missed deltas, if they are enough.
    pub replay: Vec<Arc<Delta>>,
    /// The server's wall clock.
    pub now: Timestamp,
    /// A ping comes at least this often, in milliseconds.
    pub ping_ms: u64,
}

/// What a session sees of the room.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<Member>,
    /// The custom roles.
    pub roles: Vec<CustomRole>,
    /// The sessions.
    pub sessions: Vec<SessionView>,
    /// The members' presence; of who is missing here nothing is known.
    pub presence: Vec<PresenceView>,
    /// The objects.
    pub objects: Vec<ObjectHead>,
    /// The locks.
    pub locks: Vec<LockView>,
    /// The open requests, in their order.
    pub requests: Vec<RequestView>,
    /// What is closed for edits.
    pub closures: Vec<Closure>,
    /// Who waits for whom in a circle.
    pub deadlocks: Vec<Deadlock>,
    /// What holds for channels.
    pub channels: Vec<ChannelSettings>,
    /// One's own parked drafts.
    pub parked: Vec<ParkedDraft>,
    /// Chat since this session came.
    pub chat: Vec<ChatLine>,
    /// Chat lines since this session came that are no longer there.
    pub chat_missed: u64,
    /// The life of the chat's numbering.
    pub chat_life: StreamId,
    /// The sessions that type in the chat.
    pub typing: Vec<SessionId>,
    /// The session's open object.
    pub open: Option<ObjectId>,
    /// Deltas up to this number are in this picture.
    pub upto: u64,
}
