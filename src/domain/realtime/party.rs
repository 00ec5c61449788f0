//! Who takes part in the realtime service.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Json;
use crate::domain::id::{BadId, KeyId, SessionId, SocketId, UserId};

/// Who asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// A member, over HTTP without a session.
    Member(UserId),
    /// A session of a member.
    Session(UserId, SessionId),
    /// The socket of another system's client.
    Socket(SocketId),
    /// A server, by its key.
    Key(KeyId),
}

/// What receives: a session, whatever socket carries it, or the one socket of another system's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientId {
    /// A session.
    Session(SessionId),
    /// A socket.
    Socket(SocketId),
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientId::Session(id) => fmt::Display::fmt(id, f),
            ClientId::Socket(id) => write!(f, "c{}", id.0),
        }
    }
}

impl FromStr for ClientId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text.strip_prefix('c').and_then(|number| number.parse().ok()) {
            Some(number) => Ok(ClientId::Socket(SocketId(number))),
            None => text.parse().map(ClientId::Session),
        }
    }
}

/// What the socket of another system's client has proved about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The account that it speaks for, if it is one of ours.
    pub user: Option<UserId>,
    /// The row of an app's own table of users: table and row; zero and zero for nobody.
    pub row: (u64, u64),
    /// What its token was made with.
    pub extras: Option<Json>,
}

impl Credentials {
    /// Whether it is somebody.
    pub fn is_somebody(&self) -> bool {
        self.user.is_some() || self.row != (0, 0)
    }
}

/// A client as the others in a channel see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCard {
    /// Which.
    pub client: ClientId,
    /// The account, if it is one of ours, with its name.
    pub member: Option<(UserId, Arc<str>)>,
    /// See [`Credentials::row`].
    pub row: (u64, u64),
    /// See [`Credentials::extras`].
    pub extras: Option<Json>,
}

impl ClientCard {
    /// Whether it is somebody.
    pub fn is_somebody(&self) -> bool {
        self.member.is_some() || self.row != (0, 0)
    }
}

/// One receiver of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Which.
    pub client: ClientId,
    /// Which of its subscriptions asked for this; empty for channels, which need none.
    pub subscriptions: Vec<Arc<str>>,
}

impl From<ClientId> for Recipient {
    fn from(client: ClientId) -> Self {
        Recipient { client, subscriptions: Vec::new() }
    }
}
