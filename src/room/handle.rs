//! The typed way to a room. Nothing here waits for ever, and a full mailbox is said, not queued.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use super::clients::Entering;
use super::feed::Feed;
use super::mail::{Asked, CallAnswer, HelloWithoutCall, Line, Mail};
use super::member::{Attachment, Lost};
use super::outbox::Outbox;
use super::resend::{Doubts, Known};
use crate::domain::command::{Caller, RealtimeRequest, Request};
use crate::domain::effect::{Answer, Welcome};
use crate::domain::id::{SessionId, SocketId, UserId, WorkspaceId};
use crate::domain::realtime::Party;
use crate::domain::refusal::Refusal;
use crate::store::Store;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallError {
    /// The core said no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The room has too much in hand.
    #[error("the room has too much in hand")]
    Busy,
    /// The room has ended; ask the gateway for it again.
    #[error("the room has ended")]
    Gone,
    /// No answer in time. What became of the call is not known: repeat it under the same op_id.
    #[error("no answer in time")]
    TimedOut,
}

/// See the module. Clones lead to the same room.
#[derive(Clone)]
pub struct RoomHandle {
    workspace: WorkspaceId,
    mail: mpsc::Sender<Mail>,
    lost: mpsc::Sender<Lost>,
    patience: Duration,
    store: Arc<dyn Store>,
}

impl RoomHandle {
    pub(super) fn new(
        workspace: WorkspaceId,
        mail: mpsc::Sender<Mail>,
        lost: mpsc::Sender<Lost>,
        patience: Duration,
        store: Arc<dyn Store>,
    ) -> Self {
        RoomHandle { workspace, mail, lost, patience, store }
    }

    /// Which room.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// A call whose answer is waited for.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call(&self, caller: Caller, request: Request) -> Result<Answer, CallError> {
        let asked = self.asked(caller, request).await?;
        self.answered(|answer| Mail::Call { asked, proof: None, answer }).await
    }

    /// As [`RoomHandle::call`], for a session that the caller proves to be theirs, and renews by it.
    ///
    /// # Errors
    /// [`CallError`]; refused as gone if the session is not here or not theirs.
    pub async fn call_from(
        &self,
        user: UserId,
        session: SessionId,
        secret: [u8; 32],
        request: Request,
    ) -> Result<Answer, CallError> {
        let asked = self.asked(Caller { user, session: Some(session) }, request).await?;
        self.answered(|answer| Mail::Call { asked, proof: Some(secret), answer }).await
    }

    /// The session leaves for good.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn leave(&self, user: UserId, session: SessionId) -> Result<(), CallError> {
        self.call(Caller { user, session: Some(session) }, Request::Leave).await.map(drop)
    }

    /// Introduces a session. With an outbox, the welcome goes into it before this returns.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn hello(
        &self,
        hello: HelloWithoutCall,
        outbox: Option<Outbox>,
    ) -> Result<Box<Welcome>, CallError> {
        let (answer, told) = oneshot::channel();
        self.send(Mail::Hello { hello: Box::new(hello), outbox, answer })?;
        self.wait(told).await
    }

    /// The guard for a socket that is about to say hello. Hold it as long as the socket lives.
    ///
    /// # Errors
    /// [`CallError::Busy`] if the room has as many sockets as it takes, [`CallError::Gone`].
    pub fn attach(&self, outbox: &Outbox) -> Result<Attachment, CallError> {
        match self.lost.clone().try_reserve_owned() {
            Ok(place) => Ok(Attachment::new(outbox.clone(), place)),
            Err(TrySendError::Full(_)) => Err(CallError::Busy),
            Err(TrySendError::Closed(_)) => Err(CallError::Gone),
        }
    }

    /// A call over a socket; its answer goes into the socket's outbox, with `re`. Waits only if it is a resend from long ago.
    ///
    /// # Errors
    /// [`CallError`]; then there will be no other answer.
    pub fn post(
        &self,
        user: UserId,
        session: SessionId,
        socket: SocketId,
        re: Option<u32>,
        request: Request,
    ) -> impl Future<Output = Result<(), CallError>> + '_ {
        let asked = self.asked(Caller { user, session: Some(session) }, request);
        async move {
            let asked = asked.await?;
            self.send(Mail::Post { asked, socket, re })
        }
    }

    /// The guard for the socket of another system's client. Hold it as long as the socket lives.
    ///
    /// # Errors
    /// As [`RoomHandle::attach`].
    pub fn attach_feed(&self, feed: &Feed) -> Result<Attachment, CallError> {
        match self.lost.clone().try_reserve_owned() {
            Ok(place) => Ok(Attachment::of_feed(feed.clone(), place)),
            Err(TrySendError::Full(_)) => Err(CallError::Busy),
            Err(TrySendError::Closed(_)) => Err(CallError::Gone),
        }
    }

    /// Another system's client comes in, or has proved something else about itself. What it says afterwards is taken after it.
    ///
    /// # Errors
    /// [`CallError::Busy`], [`CallError::Gone`].
    pub fn enter(&self, entering: Entering) -> Result<(), CallError> {
        self.send(Mail::Enter(Box::new(entering)))
    }

    /// Asks something of the realtime service and waits for the answer.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn realtime(&self, by: Party, request: RealtimeRequest) -> Result<Answer, CallError> {
        let request = Box::new(request);
        self.answered(|answer| Mail::Realtime { by, request, answer }).await
    }

    /// Another system's client asks something; the answer comes to its feed, with the tag.
    ///
    /// # Errors
    /// [`CallError::Busy`], [`CallError::Gone`]; then there will be no other answer.
    pub fn say(&self, socket: SocketId, tag: u32, request: RealtimeRequest) -> Result<(), CallError> {
        self.send(Mail::Said { socket, tag, request: Box::new(request) })
    }

    /// A frame that the room waits for came in on the socket.
    ///
    /// # Errors
    /// [`CallError::Busy`]: tell it with the next one; [`CallError::Gone`].
    pub fn heard(&self, session: SessionId, socket: SocketId) -> Result<(), CallError> {
        self.send(Mail::Heard { session, socket })
    }

    /// The socket has drained after its backlog was thrown away: it waits for a snapshot.
    ///
    /// # Errors
    /// [`CallError::Busy`]: ask again; [`CallError::Gone`].
    pub fn catch_up(&self, session: SessionId, socket: SocketId) -> Result<(), CallError> {
        self.send(Mail::CatchUp { session, socket })
    }

    /// The session's page has renewed its token, by this sign-in. Not worth a word if the mailbox is full: the sessions of a
    /// sign-in that is over cannot renew theirs.
    pub fn signed_in(&self, session: SessionId, sign_in: Uuid) {
        let _ = self.send(Mail::SignedIn { session, sign_in });
    }

    /// The sign-in has ended: its sessions here end.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn signed_out(&self, sign_in: Uuid) -> Result<(), CallError> {
        self.answered(|answer| Mail::SignedOut { sign_in, answer }).await.map(drop)
    }

    #[cfg(test)]
    pub(super) fn fall_over(&self, caller: Caller, edit: crate::domain::command::Edit) {
        assert!(self.send(Mail::FallOver(caller, Box::new(edit))).is_ok());
    }

    /// How each socket of the room keeps up.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn lines(&self) -> Result<Vec<Line>, CallError> {
        let (answer, told) = oneshot::channel();
        self.send(Mail::Lines { answer })?;
        match timeout(self.patience, told).await {
            Ok(Ok(lines)) => Ok(lines),
            Ok(Err(_)) => Err(CallError::Gone),
            Err(_) => Err(CallError::TimedOut),
        }
    }

    /// If the room fell over too often and is closed, it is tried again now.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn reopen(&self) -> Result<(), CallError> {
        self.answered(|answer| Mail::Reopen { answer }).await.map(drop)
    }

    /// Whether the room has ended.
    pub fn is_gone(&self) -> bool {
        self.mail.is_closed()
    }

    /// Takes the request at once, so that no future has to hold a place for it.
    fn asked(
        &self,
        caller: Caller,
        request: Request,
    ) -> impl Future<Output = Result<Box<Asked>, CallError>> + '_ {
        let doubts = Doubts::of(&request);
        let mut asked = Box::new(Asked { caller, request, known: Known::default() });
        async move {
            if doubts.any() {
                // On the heap, because it is large and seldom.
                asked.known = Box::pin(self.known(caller.user, doubts)).await?;
            }
            Ok(asked)
        }
    }

    async fn known(&self, user: UserId, doubts: Doubts) -> Result<Known, CallError> {
        match timeout(self.patience, doubts.look_up(self.store.as_ref(), self.workspace, user)).await {
            Ok(Ok(known)) => Ok(known),
            Ok(Err(_)) | Err(_) => Err(CallError::Refused(Refusal::RetryLater)),
        }
    }

    async fn answered(&self, mail: impl FnOnce(CallAnswer) -> Mail) -> Result<Answer, CallError> {
        let (answer, told) = oneshot::channel();
        self.send(mail(answer))?;
        self.wait(told).await
    }

    fn send(&self, mail: Mail) -> Result<(), CallError> {
        self.mail.try_send(mail).map_err(|error| match error {
            TrySendError::Full(_) => CallError::Busy,
            TrySendError::Closed(_) => CallError::Gone,
        })
    }

    async fn wait<T>(&self, told: oneshot::Receiver<Result<T, Refusal>>) -> Result<T, CallError> {
        match timeout(self.patience, told).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(refusal))) => Err(CallError::Refused(refusal)),
            Ok(Err(_)) => Err(CallError::Gone),
            Err(_) => Err(CallError::TimedOut),
        }
    }
}
