//! All that the core wants done.

mod answer;
mod audience;
mod console;
mod delta;
mod history;
mod lock;
mod notice;
mod object;
mod parked;
mod presence;
mod session;
mod table;
mod write;

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::area::Areas;
use crate::domain::id::{CallId, ObjectId, SessionId, SocketId, UserId};
use crate::domain::plan::Work;
use crate::domain::realtime::{Post, Recipient};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;

pub use answer::{Answer, RealtimeAnswer, Receipt};
pub use audience::{Audience, Observer, Seers};
pub use console::{ConsoleSession, ConsoleView, LockSettings, Use};
pub use delta::{Area, Delta, Live, Numbered};
pub use history::{Breakage, Collision, Obstacle, PublishPreview, RevertPreview};
pub use lock::{
    Closure, Deadlock, Explanation, LockEnd, LockRow, LockState, LockView, PastFence, Promise, Remedy,
    RequestEnd, RequestRow, RequestView, Taken, TakenFrom,
};
pub use notice::{AdminAct, AdminNotice};
pub use object::{ObjectHead, ObjectView, VersionHead};
pub use parked::{ParkedDraft, ParkedOperation, ParkedReason};
pub use presence::{
    ObjectMinute, PersonView, PresenceMinute, PresencePage, PresenceRow, PresenceSettings, PresenceView,
    Privacy, RoomMinute, Roster, Sight, Status, StatusChange, StatusReason,
};
pub use session::{Arrival, ChatLine, SessionState, SessionView, Snapshot, Welcome};
pub use table::{RowProblem, Staged, TableView};
pub use write::{AuditEntry, Write};

/// The buffer that the core appends its effects to, in the order in which they must be seen.
pub type Effects = Vec<Effect>;

/// One thing that the shell must do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Answer a call.
    Reply {
        /// Which.
        call: CallId,
        /// With what.
        result: Result<Answer, Refusal>,
    },
    /// From here on the socket carries the session. Comes right before the reply to its hello.
    Attach {
        /// The session.
        session: SessionId,
        /// Its member.
        user: UserId,
        /// With which role it sees.
        role: Role,
        /// What does not exist for it.
        hidden: Areas,
        /// The socket.
        socket: SocketId,
    },
    /// With which role the member's sessions see from here on.
    Sees {
        /// Whose.
        user: UserId,
        /// Which.
        role: Role,
        /// The areas that do not exist for them.
        hidden: Areas,
    },
    /// What the session sees of stacks from here on.
    Viewing {
        /// The session.
        session: SessionId,
        /// The object whose operations it gets.
        object: Option<ObjectId>,
    },
    /// The session is over: forget its outbox once its last frames and the close are out.
    Ended {
        /// The session.
        session: SessionId,
    },
    /// Close a socket.
    Close {
        /// Which.
        socket: SocketId,
        /// Why.
        why: CloseReason,
    },
    /// Ask a socket for a sign of life now.
    Ping {
        /// Which.
        socket: SocketId,
    },
    /// A numbered room update.
    Delta(Numbered),
    /// An update that is never numbered nor replayed, latest value per session.
    Live {
        /// Who gets it.
        audience: Audience,
        /// What.
        live: Live,
    },
    /// Something for clients of the realtime service.
    Post {
        /// Who gets it.
        to: Vec<Recipient>,
        /// What.
        post: Arc<Post>,
    },
    /// Make durable. Whatever follows waits for its commit.
    Write(Write),
    /// Give me a stack.
    Load {
        /// Which.
        object: ObjectId,
        /// The revision that must be found.
        revision: Revision,
    },
    /// Give me what was said last in a channel.
    LoadSaid {
        /// Which.
        channel: Arc<str>,
        /// At most so many.
        limit: u32,
        /// Not before this moment.
        since: Timestamp,
    },
    /// Give me a record. Like every load it waits for the writes before it.
    LoadRecord {
        /// Of which table.
        object: ObjectId,
        /// Which.
        record: Uuid,
    },
    /// Give me a change of records.
    LoadRecordChange {
        /// Of which table.
        object: ObjectId,
        /// Its number.
        number: u64,
    },
    /// Give me the changes of records that stand and began after a revision, with the records that they are about.
    LoadRecordWork {
        /// Names the answer.
        call: CallId,
        /// Of which table.
        object: ObjectId,
        /// After which revision.
        since: Revision,
        /// Only this member's.
        author: Option<UserId>,
        /// If there are more than this, their numbers are enough.
        max: usize,
    },
    /// Work this out, without holding up the room.
    WorkOut {
        /// Names the answer.
        call: CallId,
        /// What.
        work: Box<Work>,
    },
}

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The same page has opened another socket for the session.
    Replaced,
    /// The session was left.
    Left,
    /// The account signed out.
    SignedOut,
    /// An owner or admin ended the session.
    Kicked,
    /// The member was removed from the workspace.
    Removed,
    /// The member or account was suspended.
    Suspended,
    /// The session was silent for too long.
    Silent,
    /// The room is being rebuilt after a fault.
    Rebuilt,
}
