//! The connection under a session: its first frame, everything that is no text, what cannot be taken, and its close.

use std::time::{Duration, Instant};

use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use bytestring::ByteString;
use tokio::time::timeout;

use super::Sockets;
use super::budget::Budget;
use super::frame::{self, Unread};
use super::hello::{self, Joined, Said};
use crate::protocol::close::{self, CloseCode};
use crate::protocol::convert::Incoming;
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::ServerMessage;

/// How long a close frame may take to leave.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// How a socket ends.
pub(super) enum End {
    /// The client is gone.
    Gone,
    /// We close.
    Close(CloseCode),
    /// The client takes nothing: no close frame would leave.
    Cut,
}

/// See the module.
pub(super) struct Connection {
    pub(super) sockets: Sockets,
    pub(super) address: String,
    pub(super) session: Session,
    pub(super) stream: AggregatedMessageStream,
    pub(super) budget: Budget,
}

impl Connection {
    /// Waits for the hello and brings the socket into its room.
    pub(super) async fn introduce(&mut self) -> Result<Joined, End> {
        let within = self.sockets.0.settings.hello;
        let said = match timeout(within, self.hello()).await {
            Ok(said) => said?,
            Err(_) => {
                self.say(None, ErrorBody::new(ErrorCode::HelloTimeout)).await?;
                return Err(End::Close(close::HELLO_TIMEOUT));
            }
        };
        let re = said.re;
        match hello::join(&self.sockets, said, &self.address).await {
            Ok(joined) => Ok(joined),
            Err(turned) => {
                self.say(re, *turned.error).await?;
                Err(End::Close(turned.close))
            }
        }
    }

    async fn hello(&mut self) -> Result<Said, End> {
        loop {
            let text = match self.stream.recv().await {
                Some(Ok(AggregatedMessage::Text(text))) => text,
                other => {
                    self.control(other).await?;
                    continue;
                }
            };
            match frame::read(&text) {
                Ok(frame::Read {
                    re,
                    said: Incoming::Hello { token, workspace, instance, resume, device },
                }) => return Ok(Said { re, token, workspace, instance, resume, device }),
                Ok(other) => self.bad(other.re, ErrorBody::new(ErrorCode::OutOfOrder)).await?,
                Err(Unread { re, error }) => self.bad(re, *error).await?,
            }
        }
    }

    /// Deals with everything that is no text.
    pub(super) async fn control(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), End> {
        match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(End::Gone),
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                self.session.pong(&bytes).await.map_err(|_| End::Gone)
            }
            Some(Ok(AggregatedMessage::Pong(_) | AggregatedMessage::Text(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => {
                let error = ErrorBody::new(ErrorCode::BadFrame).detail("binary frames are not taken");
                self.bad(None, error).await
            }
            Some(Err(ProtocolError::Overflow)) => {
                self.say(None, ErrorBody::new(ErrorCode::FrameTooLarge)).await?;
                Err(End::Close(close::PROTOCOL))
            }
            Some(Err(ProtocolError::Io(_))) => Err(End::Gone),
            Some(Err(error)) => {
                self.say(None, ErrorBody::new(ErrorCode::BadFrame).detail(error.to_string())).await?;
                Err(End::Close(close::PROTOCOL))
            }
        }
    }

    /// Answers a frame that cannot be taken; one too many ends the socket.
    async fn bad(&mut self, re: Option<u32>, error: ErrorBody) -> Result<(), End> {
        let enough = !self.budget.bad(Instant::now());
        self.say(re, error).await?;
        if enough { Err(End::Close(close::PROTOCOL)) } else { Ok(()) }
    }

    async fn say(&mut self, re: Option<u32>, error: ErrorBody) -> Result<(), End> {
        let text = encode(&[ServerMessage::Error { re, error: Box::new(error) }]);
        let within = self.sockets.0.settings.stall;
        match timeout(within, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Cut),
        }
    }

    pub(super) async fn end(self, end: End) {
        let reason = match end {
            End::Gone => None,
            End::Cut => return,
            End::Close(code) => Some(actix_ws::CloseReason {
                code: actix_ws::CloseCode::Other(code.code),
                description: Some(code.name.to_owned()),
            }),
        };
        // What waits before the close frame may not leave in time; then the connection just ends.
        let _ = timeout(CLOSE_WITHIN, self.session.close(reason)).await;
    }
}

/// One frame of messages.
pub(super) fn encode(messages: &[ServerMessage]) -> ByteString {
    serde_json::to_string(messages).expect("messages hold no map with other than text keys").into()
}
