//! The connection under a session: its first frame, everything that is no text, what cannot be taken, and its close.

use std::time::Instant;

use bytestring::ByteString;
use tokio::time::timeout;

use super::Sockets;
use super::budget::Budget;
use super::frame::{self, Unread};
use super::hello::{self, Joined, Said};
use super::line::{CloseCode as Code, CloseReason, Gone, Heard, Line};
use crate::protocol::close::{self, CloseCode};
use crate::protocol::convert::Incoming;
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::ServerMessage;

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
    pub(super) line: Line,
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
            let text = match self.line.heard().await {
                Heard::Text(text) => text,
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
    pub(super) async fn control(&mut self, heard: Heard) -> Result<(), End> {
        match heard {
            Heard::Gone | Heard::Close(_) => Err(End::Gone),
            Heard::Sign | Heard::Sent | Heard::Text(_) => Ok(()),
            Heard::Binary => {
                let error = ErrorBody::new(ErrorCode::BadFrame).detail("binary frames are not taken");
                self.bad(None, error).await
            }
            Heard::TooLarge => {
                self.say(None, ErrorBody::new(ErrorCode::FrameTooLarge)).await?;
                Err(End::Close(close::PROTOCOL))
            }
            Heard::Broken(error) => {
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
        self.line.text(text).await.map_err(|Gone| End::Gone)
    }

    pub(super) async fn end(self, end: End) {
        let reason = match end {
            End::Gone => None,
            End::Cut => return,
            End::Close(code) => {
                Some(CloseReason { code: Code::Other(code.code), description: Some(code.name.to_owned()) })
            }
        };
        self.line.close(reason).await;
    }
}

/// One frame of messages.
pub(super) fn encode(messages: &[ServerMessage]) -> ByteString {
    serde_json::to_string(messages).expect("messages hold no map with other than text keys").into()
}
