//! Who asks, and how sessions introduce themselves.

use crate::domain::id::{CallId, InstanceId, ItemId, ObjectId, SessionId, SocketId, StreamId, UserId};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The authenticated account.
    pub user: UserId,
    /// The session that the call came through; none for an HTTP call without one.
    pub session: Option<SessionId>,
}

/// The first frame of a socket, checked as far as the edge can: the token is valid and the account active.
#[derive(Debug, Clone)]
pub struct Hello {
    /// Names the answer.
    pub call: CallId,
    /// The authenticated account.
    pub user: UserId,
    /// The socket; none for a session that is renewed by HTTP calls.
    pub socket: Option<SocketId>,
    /// The loaded page.
    pub instance: InstanceId,
    /// The id for the session if it will be a new one.
    pub fresh: SessionId,
    /// SHA-256 of the resume secret that goes with `fresh`.
    pub fresh_secret: [u8; 32],
    /// The session that the page was, or was duplicated from.
    pub resume: Option<Resume>,
    /// What people see of the device, such as "Chromium on Linux".
    pub device: String,
    /// The network address that it comes from, for admins; empty if unknown.
    pub address: String,
    /// Of a program: how long it is shown after its last call, in milliseconds. Its locks end earlier.
    pub keep_ms: Option<u64>,
}

/// A claim to an earlier session.
#[derive(Debug, Clone, Copy)]
pub struct Resume {
    /// The session.
    pub session: SessionId,
    /// SHA-256 of its secret as presented.
    pub secret: [u8; 32],
    /// Where the client's replica stands, if it has one.
    pub position: Option<(StreamId, u64)>,
}

/// Where a session is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// Page of the IDE: `home`, `object`, `team`, …
    pub page: String,
    /// The object shown.
    pub object: Option<ObjectId>,
    /// The item selected.
    pub item: Option<ItemId>,
    /// The field with the focus.
    pub field: Option<String>,
}
