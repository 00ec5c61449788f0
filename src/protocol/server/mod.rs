//! What we send.

mod delta;
mod history;
mod lock;
mod notice;
mod object;
mod presence;
mod realtime;
mod session;

use serde::Serialize;
use uuid::Uuid;

use crate::document::{ParkedDraftDoc, ReceiptDoc};
use crate::protocol::error::ErrorBody;

pub use delta::DeltaDoc;
pub use history::{AuthorDoc, BreakageDoc, NeedDoc, PublishableDoc, RevertableDoc};
pub use lock::{DeadlockDoc, ExplanationDoc, LockEndDoc, RemedyDoc, RequestDoc, RequestEndDoc};
pub use notice::{AdminActDoc, AdminNoticeDoc};
pub use object::ObjectDoc;
pub use presence::{
    PersonDoc, PersonSessionDoc, PresenceDoc, PresenceListDoc, PresenceSettingsDoc, PrivacyDoc,
    StatusChangeDoc, StatusCountsDoc, StatusDoc, StatusReasonDoc,
};
pub use realtime::{ChannelNewsDoc, ChannelPostDoc, LiveChannelDoc, PresencePostDoc, RealtimeReplyDoc};
pub use session::{
    ArrivalDoc, ChatLineDoc, LiveLocationDoc, LiveTypingDoc, MemberDoc, RoleDoc, SessionDoc, SessionStateDoc,
    SnapshotDoc, WelcomeDoc,
};

/// One message of a server frame.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to a hello.
    Welcome(Box<WelcomeDoc>),
    /// The answer to a call that was carried out.
    Reply {
        /// The call's id.
        re: u32,
        /// What it led to.
        ok: ReplyDoc,
    },
    /// The answer to a call that was not carried out, or to a frame that could not be read (then without `re`).
    Error {
        /// The call's id.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        re: Option<u32>,
        /// What happened, what it means, what to do.
        error: Box<ErrorBody>,
    },
    /// Numbered room updates. A client whose last `upto` is not `after`, or whose stream differs, asks for a snapshot.
    Deltas {
        /// The life of the numbering.
        stream: Uuid,
        /// The last `upto` sent to this session.
        after: u64,
        /// Everything up to here is known with this message.
        upto: u64,
        /// What happened, in order.
        deltas: Vec<DeltaDoc>,
    },
    /// The session's replica is behind or void: this snapshot takes its place.
    Resync {
        /// The life of the numbering.
        stream: Uuid,
        /// Why.
        why: ResyncReason,
        /// The whole picture.
        snapshot: Box<SnapshotDoc>,
    },
    /// Updates that are never numbered; the latest value of each session counts.
    Live {
        /// Where people are.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<LiveLocationDoc>>"))]
        locations: Vec<LiveLocationDoc>,
        /// Who types in the chat, or stopped.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<LiveTypingDoc>>"))]
        typing: Vec<LiveTypingDoc>,
        /// While the store does not answer: chat lines and sessions ahead of their number. They come again with it, or
        /// stand in the next snapshot.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<DeltaDoc>>"))]
        updates: Vec<DeltaDoc>,
    },
    /// Something happened in a channel that the session is in.
    Channel(ChannelPostDoc),
    /// Something happened to a presence record that the session asked about.
    PresenceRecord(PresencePostDoc),
    /// Answer with `pong`.
    Ping {
        /// The room's number; a client that is behind it by more than what is under way asks for a snapshot.
        upto: u64,
        /// The server's wall clock, milliseconds since the Unix epoch.
        now: i64,
    },
    /// The store does not answer: durable calls get `retry_later` until `held` is false.
    Held {
        /// Whether it is so.
        held: bool,
    },
}

/// Why a replica was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    /// The room was rebuilt after a fault.
    Reloaded,
    /// The session read too slowly.
    Behind,
}

/// What a call is answered with.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReplyDoc {
    /// What an operation or a lock decision led to.
    Receipt(ReceiptDoc),
    /// The whole picture.
    Snapshot {
        /// The life of the numbering.
        stream: Uuid,
        /// The picture.
        snapshot: Box<SnapshotDoc>,
    },
    /// An object's content; its operations with a higher revision follow as deltas.
    Object(Box<ObjectDoc>),
    /// Parked drafts.
    Parked {
        /// Oldest first.
        drafts: Vec<ParkedDraftDoc>,
    },
    /// What the realtime service answers.
    Realtime(RealtimeReplyDoc),
    /// Everything about a lock.
    Explained(Box<ExplanationDoc>),
    /// Who is where.
    Presence(Box<PresenceListDoc>),
    /// What a revert would do.
    Revertable(Box<RevertableDoc>),
    /// What publishing would make live.
    Publishable(Box<PublishableDoc>),
}
