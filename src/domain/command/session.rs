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
    /// Caret and selection in that field.
    pub cursor: Option<Cursor>,
    /// Whether keys are pressed in that field; the room ends it a while after the last.
    pub typing: bool,
    /// The item at the top of what is seen of the object, for those who follow.
    pub top: Option<ItemId>,
    /// Grows with every change of the session's place; given by the room. Who knows a higher one has heard of a later place.
    pub n: u64,
}

impl Location {
    /// The page alone.
    pub fn page(page: &str) -> Self {
        Location { page: page.to_owned(), ..Location::default() }
    }

    /// Whether both are in one field.
    pub fn is_same_field(&self, other: &Self) -> bool {
        self.field.is_some()
            && (self.object, self.item, &self.field) == (other.object, other.item, &other.field)
    }

    /// Off its object, on the page still.
    pub fn leave_object(&mut self) {
        self.object = None;
        self.top = None;
        self.leave_item();
    }

    /// Off its item, on the object still.
    pub fn leave_item(&mut self) {
        self.item = None;
        self.leave_field();
    }

    /// Off its field, on the item still.
    pub fn leave_field(&mut self) {
        self.field = None;
        self.cursor = None;
        self.typing = false;
    }
}

/// Caret and selection in a field's text, in UTF-16 code units, as browsers count. The text is the one that its author sees:
/// while they type it is ahead of what is saved, so its length goes with it, and who has a text of another length counts from
/// the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Where the selection began; the caret if nothing is selected.
    pub anchor: u32,
    /// The caret.
    pub head: u32,
    /// Length of the text in which both count.
    pub length: u32,
}
