//! Newtypes for every identifier, so that no two of them can be swapped.
//!
//! Ids are UUIDv7, made at the edge and handed to the core; the core never invents one.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// An identifier that could not be read from its text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId;

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid identifier")
    }
}

impl std::error::Error for BadId {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text).map($name).map_err(|_| BadId)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }
    };
}

id!(
    /// A team's shared project.
    WorkspaceId
);
id!(
    /// An account.
    UserId
);
id!(
    /// One browser tab, or one bot, in one workspace.
    SessionId
);
id!(
    /// The life of one loaded page; a reload is another instance.
    InstanceId
);
id!(
    /// A thing in the workspace that has a stack, a schema or settings.
    ObjectId
);
id!(
    /// An operation, chosen by the client so that a retry can be recognised.
    OpId
);
id!(
    /// A colleague's wish for a lock.
    RequestId
);
id!(
    /// Work that could not be applied and is kept for its author.
    ParkedId
);
id!(
    /// A key with which a server calls.
    KeyId
);
id!(
    /// A role that a workspace has made for itself.
    RoleId
);
id!(
    /// One life of a room's delta numbering; compared only for equality.
    StreamId
);

/// One WebSocket connection, numbered by the process that accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// A call that waits for an answer, numbered by the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// A part of an object: one of its four fixed parts, or a node with an id of its own.
///
/// Ids never change: presence, locks, requests and links follow them through move and rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemId {
    /// Name, verb, auth, schedule, description.
    Settings,
    /// The list of inputs; of a table, its fields. Holds `Input` nodes and is not locked itself.
    Inputs,
    /// The top level of the steps. Holds `Step` nodes and is not locked itself.
    Stack,
    /// What the stack answers.
    Response,
    /// A step, an arm, an input or a table field.
    Node(Uuid),
    /// A record of a table.
    Record(Uuid),
    /// The records of a table as a whole. Not locked itself.
    Records,
}

impl ItemId {
    /// The four parts that every object has, in document order.
    pub const FIXED: [ItemId; 4] = [ItemId::Settings, ItemId::Inputs, ItemId::Stack, ItemId::Response];
}

impl ItemId {
    /// Whether it is a record, or all of them: data, which is live when saved and no part of a draft.
    pub fn is_data(self) -> bool {
        matches!(self, ItemId::Record(_) | ItemId::Records)
    }
}

/// What stands before a record's id in its text form.
const RECORD: &str = "record:";

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItemId::Settings => f.write_str("settings"),
            ItemId::Inputs => f.write_str("inputs"),
            ItemId::Stack => f.write_str("stack"),
            ItemId::Response => f.write_str("response"),
            ItemId::Node(id) => fmt::Display::fmt(id, f),
            ItemId::Record(id) => write!(f, "{RECORD}{id}"),
            ItemId::Records => f.write_str("records"),
        }
    }
}

impl FromStr for ItemId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        Ok(match text {
            "settings" => ItemId::Settings,
            "inputs" => ItemId::Inputs,
            "stack" => ItemId::Stack,
            "response" => ItemId::Response,
            "records" => ItemId::Records,
            other => match other.strip_prefix(RECORD) {
                Some(record) => ItemId::Record(Uuid::parse_str(record).map_err(|_| BadId)?),
                None => ItemId::Node(Uuid::parse_str(other).map_err(|_| BadId)?),
            },
        })
    }
}
