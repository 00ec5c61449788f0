//! All that can happen to a workspace.

mod edit;
mod history;
mod presence;
mod request;
mod session;

use crate::domain::id::{CallId, ObjectId, SessionId, SocketId};

pub use edit::{Change, ChangeKind, Edit, EditAction, LoadedStack, NewObject, Operation, Pen};
pub use history::{Collisions, Numbers, OverLocks, Publish, Restore, Revert, Selection, Step};
pub use presence::StatusChoice;
pub use request::{Request, RequestAnswer};
pub use session::{Caller, Cursor, Hello, Location, Resume};

/// One input of the core.
#[derive(Debug, Clone)]
pub enum Command {
    /// A socket introduces its session.
    Hello(Box<Hello>),
    /// A frame came in on a session's socket.
    Heard {
        /// Whose.
        session: SessionId,
        /// On which socket.
        socket: SocketId,
    },
    /// A session's socket is gone, which does not mean that the session has left.
    SocketLost {
        /// Whose.
        session: SessionId,
        /// Which socket; one that was replaced meanwhile changes nothing.
        socket: SocketId,
    },
    /// Somebody asks for something and waits for the answer.
    Request {
        /// Who.
        caller: Caller,
        /// Names the answer.
        call: CallId,
        /// What.
        request: Request,
    },
    /// A stack that was asked for with [`crate::domain::effect::Effect::Load`].
    Loaded {
        /// Which.
        object: ObjectId,
        /// The stack at the revision that was named, or nothing if the store could not give it.
        stack: Option<Box<LoadedStack>>,
    },
}
