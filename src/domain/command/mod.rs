//! All that can happen to a workspace.

mod edit;
mod history;
mod presence;
mod presences;
mod realtime;
mod request;
mod session;
mod team;
mod upload;

use uuid::Uuid;

use std::sync::Arc;

use crate::domain::id::{CallId, ObjectId, SessionId, SocketId};
use crate::domain::plan::Worked;
use crate::domain::realtime::{Credentials, Party, Said};
use crate::domain::record::{Record, RecordChange, RecordWork};

pub use edit::{Change, ChangeKind, Edit, EditAction, LoadedStack, NewObject, Operation, Pen};
pub use history::{Collisions, Numbers, OverLocks, Publish, Restore, Revert, Scope, Selection, Step};
pub use presence::StatusChoice;
pub use presences::{PresencePatch, PresenceRequest, PresenceUpsert};
pub use realtime::RealtimeRequest;
pub use request::{Request, RequestAnswer};
pub use session::{Caller, Cursor, Hello, Location, Resume};
pub use team::TeamRequest;
pub use upload::{Row, Upload, UploadStep};

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
    /// The socket of another system's client has come, or has proved something else about itself.
    Entered {
        /// Which.
        socket: SocketId,
        /// What it has proved.
        credentials: Credentials,
    },
    /// The socket of another system's client is gone.
    Departed {
        /// Which.
        socket: SocketId,
        /// Whether it said goodbye; otherwise it may be back in a moment on another socket.
        goodbye: bool,
    },
    /// Somebody asks something of the realtime service and waits for the answer.
    Realtime {
        /// Who.
        by: Party,
        /// Names the answer.
        call: CallId,
        /// What.
        request: RealtimeRequest,
    },
    /// What was said in a channel before this room began, asked for with [`crate::domain::effect::Effect::LoadSaid`].
    SaidLoaded {
        /// Which.
        channel: Arc<str>,
        /// Oldest first; nothing if the store could not give it.
        said: Option<Vec<Said>>,
    },
    /// A stack that was asked for with [`crate::domain::effect::Effect::Load`].
    Loaded {
        /// Which.
        object: ObjectId,
        /// The stack at the revision that was named, or nothing if the store could not give it.
        stack: Option<Box<LoadedStack>>,
    },
    /// What was asked for with [`crate::domain::effect::Effect::LoadRecord`].
    RecordLoaded {
        /// Of which table.
        object: ObjectId,
        /// Which.
        record: Uuid,
        /// Whether it is there, deleted ones among them; the outer nothing if the store could not say.
        found: Option<Option<Box<Record>>>,
    },
    /// What was asked for with [`crate::domain::effect::Effect::LoadRecordChange`].
    RecordChangeLoaded {
        /// Of which table.
        object: ObjectId,
        /// Its number.
        number: u64,
        /// Whether there is such a change of records; the outer nothing if the store could not say.
        found: Option<Option<Box<RecordChange>>>,
    },
    /// What was asked for with [`crate::domain::effect::Effect::LoadRecordWork`].
    RecordWorkLoaded {
        /// For which call.
        call: CallId,
        /// Nothing if the store could not say.
        found: Option<Box<RecordWork>>,
    },
    /// What was asked for with [`crate::domain::effect::Effect::WorkOut`].
    WorkedOut {
        /// For which call.
        call: CallId,
        /// Nothing if it could not be worked out.
        worked: Option<Box<Worked>>,
    },
}
