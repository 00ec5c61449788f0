//! What can be posted to a room.

use tokio::sync::oneshot;
use uuid::Uuid;

use super::clients::Entering;
use super::outbox::Outbox;
use super::resend::Known;
use crate::domain::command::{Caller, RealtimeRequest, Request, Resume};
use crate::domain::effect::{Answer, Welcome};
use crate::domain::id::{InstanceId, SessionId, SocketId, UserId};
use crate::domain::realtime::Party;
use crate::domain::refusal::Refusal;

/// A hello before the room has named the call.
#[derive(Debug, Clone)]
pub struct HelloWithoutCall {
    /// The authenticated account.
    pub user: UserId,
    /// The sign-in that it came by; the session ends with it.
    pub sign_in: Uuid,
    /// The loaded page.
    pub instance: InstanceId,
    /// The id for the session if it will be a new one.
    pub fresh: SessionId,
    /// SHA-256 of the resume secret that goes with `fresh`.
    pub fresh_secret: [u8; 32],
    /// The session that the page was, or was duplicated from.
    pub resume: Option<Resume>,
    /// What people see of the device.
    pub device: String,
    /// The network address that it comes from; empty if unknown.
    pub address: String,
    /// Of a program: how long it is shown after its last call, in milliseconds.
    pub keep_ms: Option<u64>,
}

/// A request on its way to the core.
pub struct Asked {
    /// Who.
    pub caller: Caller,
    /// What.
    pub request: Request,
    /// Final answers that it may need and that are older than those in memory.
    pub(super) known: Known,
}

/// How a hello is answered.
pub type HelloAnswer = oneshot::Sender<Result<Box<Welcome>, Refusal>>;
/// How a call is answered.
pub type CallAnswer = oneshot::Sender<Result<Answer, Refusal>>;

/// How a session's socket keeps up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Which session.
    pub session: SessionId,
    /// How long its last ping took to be answered, in milliseconds.
    pub lag_ms: Option<u64>,
    /// What waits to be written to it, in bytes.
    pub queued: usize,
}

/// One piece of mail. Small, because each room has places for dozens of them.
pub enum Mail {
    /// A session introduces itself.
    Hello {
        /// With what.
        hello: Box<HelloWithoutCall>,
        /// Where its frames go; none for a session that is renewed by HTTP calls.
        outbox: Option<Outbox>,
        /// Told once the welcome is in the outbox.
        answer: HelloAnswer,
    },
    /// An HTTP call.
    Call {
        /// Who and what.
        asked: Box<Asked>,
        /// SHA-256 of the session's secret, from a caller who must prove that the session is theirs.
        proof: Option<[u8; 32]>,
        /// Where the answer goes.
        answer: CallAnswer,
    },
    /// A call over a socket; the answer goes to its outbox.
    Post {
        /// Who and what.
        asked: Box<Asked>,
        /// Over which socket.
        socket: SocketId,
        /// The client's id of the call; none if no answer is wanted.
        re: Option<u32>,
    },
    /// The socket of another system's client comes in, or has proved something else about itself.
    Enter(Box<Entering>),
    /// Something of the realtime service, asked over HTTP.
    Realtime {
        /// Who.
        by: Party,
        /// What.
        request: Box<RealtimeRequest>,
        /// Where the answer goes.
        answer: CallAnswer,
    },
    /// Something of the realtime service, asked by another system's client; the answer goes to its feed.
    Said {
        /// Which.
        socket: SocketId,
        /// The number that the translator gave the question.
        tag: u32,
        /// What.
        request: Box<RealtimeRequest>,
    },
    /// From here on the session belongs to this sign-in.
    SignedIn {
        /// Which.
        session: SessionId,
        /// The sign-in.
        sign_in: Uuid,
    },
    /// A sign-in has ended: so do its sessions.
    SignedOut {
        /// The sign-in.
        sign_in: Uuid,
        /// Told when they have ended.
        answer: CallAnswer,
    },
    /// How each socket keeps up.
    Lines {
        /// Told at once.
        answer: oneshot::Sender<Vec<Line>>,
    },
    /// If the room fell over too often and is closed, it is tried again now.
    Reopen {
        /// Told when it is.
        answer: CallAnswer,
    },
    /// A frame that was waited for came in.
    Heard {
        /// Of which session.
        session: SessionId,
        /// On which socket.
        socket: SocketId,
    },
    /// A reader that was behind has drained: it waits for a snapshot.
    CatchUp {
        /// Of which session.
        session: SessionId,
        /// On which socket.
        socket: SocketId,
    },
    /// The core falls over while it has this edit in hand.
    #[cfg(test)]
    FallOver(Caller, Box<crate::domain::command::Edit>),
}

#[cfg(test)]
mod tests {
    use super::Mail;

    #[test]
    fn mail_is_small() {
        let bytes = size_of::<Mail>();
        assert!(bytes <= 64, "a piece of mail takes {bytes} bytes, and each room keeps places for dozens");
    }
}
