//! The task of one socket: frames in, outbox out, pings, the token's end.

use std::time::{Duration, Instant};

use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use bytestring::ByteString;
use tokio::time::{sleep_until, timeout};

use super::budget::Budget;
use super::credit::Credit;
use super::frame::{self, Unread};
use super::hello::{self, Joined, Said};
use super::places::{Places, Taken};
use super::{Counted, Identity, Sockets};
use crate::domain::command::Request;
use crate::domain::time::Timestamp;
use crate::gateway::{CallError, Drained};
use crate::protocol::close::{self, CloseCode};
use crate::protocol::convert::{self, Incoming};
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::ServerMessage;

/// Frames tell the core that the client lives at most this often; a pong always does.
const HEARD_EVERY: Duration = Duration::from_secs(1);
/// Pause before a full mailbox is asked for a snapshot again.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// How long a close frame may take to leave.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// How a socket ends.
enum End {
    /// The client is gone.
    Gone,
    /// We close.
    Close(CloseCode),
    /// The client takes nothing: no close frame would leave.
    Cut,
}

/// Carries a socket from its upgrade to its end.
pub(super) async fn run(
    sockets: Sockets,
    address: String,
    session: Session,
    stream: AggregatedMessageStream,
) {
    let counted = Counted::new(&sockets);
    let budget = Budget::new(sockets.0.settings.rates, Instant::now());
    let mut socket = Socket { sockets, address, session, stream, budget };
    let end = match socket.introduce().await {
        Ok(joined) => {
            let mut carrying = Carrying::new(joined, &socket.sockets);
            carrying.run(&mut socket).await
        }
        Err(end) => end,
    };
    socket.end(end).await;
    drop(counted);
}

struct Socket {
    sockets: Sockets,
    address: String,
    session: Session,
    stream: AggregatedMessageStream,
    budget: Budget,
}

impl Socket {
    /// Waits for the hello and brings the socket into its room.
    async fn introduce(&mut self) -> Result<Joined, End> {
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
    async fn control(
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

    async fn end(self, end: End) {
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

struct Carrying {
    joined: Joined,
    credit: Credit,
    /// Since when the client has taken nothing although something waits.
    stalled: Option<Instant>,
    stall: Duration,
    pinged: Instant,
    heard: Instant,
    expires: Instant,
    slack: Duration,
    ask_again: Option<Instant>,
    places: Places,
}

impl Carrying {
    fn new(joined: Joined, sockets: &Sockets) -> Self {
        let now = Instant::now();
        let settings = &sockets.0.settings;
        let expires = ends(&joined.expires, settings.token_slack, now);
        Carrying {
            joined,
            credit: Credit::default(),
            stalled: None,
            stall: settings.stall,
            pinged: now,
            heard: now,
            expires,
            slack: settings.token_slack,
            ask_again: None,
            places: Places::new(settings.rates, now),
        }
    }

    async fn run(&mut self, socket: &mut Socket) -> End {
        loop {
            let Err(end) = self.step(socket).await else { continue };
            if let End::Close(_) = end
                && let Some(text) = self.joined.outbox.drain().text
            {
                // What was said last is why it ends.
                let _ = self.send(socket, text).await;
            }
            return end;
        }
    }

    async fn step(&mut self, socket: &mut Socket) -> Result<(), End> {
        let outbox = self.joined.outbox.clone();
        let credit = self.credit.clone();
        let has_credit = credit.is_left();
        tokio::select! {
            message = socket.stream.recv() => match message {
                Some(Ok(AggregatedMessage::Text(text))) => self.said(socket, &text).await?,
                other => socket.control(other).await?,
            },
            () = outbox.ready(), if has_credit => {
                let drained = outbox.drain();
                self.write(socket, drained).await?;
            }
            () = credit.back(), if !has_credit => {}
            () = sleep_until(self.next_wake(&outbox).into()) => {}
        }
        let credit_left = self.credit.is_left();
        self.stalled = self.stalled.or_else(|| Some(Instant::now())).filter(|_| !credit_left);
        self.due(socket).await
    }

    /// When something is due by itself.
    fn next_wake(&self, outbox: &crate::gateway::Outbox) -> Instant {
        let ping = self.pinged + Duration::from_millis(outbox.ping_ms().max(1));
        let stalled = self.stalled.map(|since| since + self.stall);
        let all = [Some(ping), Some(self.expires), stalled, self.ask_again, self.places.next()];
        all.into_iter().flatten().min().unwrap_or(ping)
    }

    async fn due(&mut self, socket: &mut Socket) -> Result<(), End> {
        let now = Instant::now();
        if self.stalled.is_some_and(|since| now - since >= self.stall) {
            return Err(End::Cut);
        }
        if now >= self.expires {
            return Err(End::Close(close::TOKEN_EXPIRED));
        }
        if self.ask_again.is_some_and(|at| at <= now) {
            self.catch_up(now)?;
        }
        if let Some(place) = self.places.due(now) {
            self.ask(None, place).await?;
        }
        let every = Duration::from_millis(self.joined.outbox.ping_ms().max(1));
        if now - self.pinged >= every {
            self.ping(socket, now).await?;
        }
        Ok(())
    }

    async fn ping(&mut self, socket: &mut Socket, now: Instant) -> Result<(), End> {
        self.pinged = now;
        if !self.credit.is_left() {
            // The client takes nothing right now; a ping behind all that would say nothing new.
            return Ok(());
        }
        let drained = self.joined.outbox.drain();
        self.write(socket, Drained { ping: true, ..drained }).await
    }

    async fn write(&mut self, socket: &mut Socket, drained: Drained) -> Result<(), End> {
        if let Some(text) = drained.text {
            self.send(socket, text).await?;
        }
        if drained.ping && drained.close.is_none() {
            self.pinged = Instant::now();
            let (upto, now) = (self.joined.outbox.upto(), wall().0);
            self.send(socket, encode(&[ServerMessage::Ping { upto, now }])).await?;
        }
        if drained.behind {
            self.catch_up(Instant::now())?;
        }
        match drained.close {
            Some(code) if code == close::SLOW => Err(End::Cut),
            Some(code) => Err(End::Close(code)),
            None => Ok(()),
        }
    }

    async fn send(&mut self, socket: &mut Socket, text: ByteString) -> Result<(), End> {
        let parcel = self.credit.spend(text);
        // At most a few frames are under way, far below the 32 that would make this wait.
        match timeout(self.stall, socket.session.text(parcel)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Cut),
        }
    }

    fn catch_up(&mut self, now: Instant) -> Result<(), End> {
        match self.joined.room.catch_up(self.joined.session, self.joined.socket) {
            Ok(()) => self.ask_again = None,
            Err(CallError::Gone) => return Err(End::Close(close::REBUILT)),
            Err(_) => self.ask_again = Some(now + ASK_AGAIN),
        }
        Ok(())
    }

    async fn said(&mut self, socket: &mut Socket, text: &str) -> Result<(), End> {
        let now = Instant::now();
        if let Err(after_ms) = socket.budget.frame(text.len(), now) {
            return self.bad(socket, frame::id_of(text), too_often(after_ms));
        }
        let read = match frame::read(text) {
            Ok(read) => read,
            Err(Unread { re, error }) => return self.bad(socket, re, *error),
        };
        if matches!(read.said, Incoming::Pong) || now - self.heard >= HEARD_EVERY {
            self.heard = now;
            self.joined.room.heard(self.joined.session, self.joined.socket);
        }
        match read.said {
            Incoming::Pong => {
                let lag = u64::try_from((now - self.pinged).as_millis()).unwrap_or(u64::MAX);
                self.joined.outbox.set_lag_ms(lag);
            }
            Incoming::Hello { .. } => {
                return self.bad(socket, read.re, ErrorBody::new(ErrorCode::OutOfOrder));
            }
            Incoming::Reauth { token } => return self.reauth(socket, read.re, &token).await,
            Incoming::Request(request) => match self.places.take(request, read.re.is_some(), now) {
                Taken::Pass(request) => return self.ask(read.re, request).await,
                Taken::Wait => {}
                Taken::Tell(after_ms) => self.answer(read.re, too_often(after_ms)),
            },
        }
        Ok(())
    }

    async fn ask(&mut self, re: Option<u32>, request: Request) -> Result<(), End> {
        let joined = &self.joined;
        match joined.room.post(joined.user, joined.session, joined.socket, re, request).await {
            Ok(()) => {}
            Err(CallError::Gone) => return Err(End::Close(close::REBUILT)),
            Err(CallError::Refused(refusal)) => self.answer(re, convert::refusal(&refusal)),
            Err(_) => self.answer(re, ErrorBody::new(ErrorCode::Busy)),
        }
        Ok(())
    }

    async fn reauth(&mut self, socket: &Socket, re: Option<u32>, token: &str) -> Result<(), End> {
        match socket.sockets.0.tokens.check(token).await {
            Ok(identity) if identity.user == self.joined.user => {
                self.joined.room.signed_in(self.joined.session, identity.sign_in);
                self.expires = ends(&identity, self.slack, Instant::now());
                if let Some(re) = re {
                    self.push(&ServerMessage::Reply { re, ok: convert::done() });
                }
                Ok(())
            }
            // Another account's token: the session is not its own.
            Ok(_) => {
                self.answer(re, ErrorBody::new(ErrorCode::Unauthenticated));
                Err(End::Close(close::UNAUTHENTICATED))
            }
            Err(why) => {
                // The old token still counts until its own end.
                self.answer(re, *hello::token_refused(why).error);
                Ok(())
            }
        }
    }

    fn bad(&mut self, socket: &mut Socket, re: Option<u32>, error: ErrorBody) -> Result<(), End> {
        self.answer(re, error);
        if socket.budget.bad(Instant::now()) { Ok(()) } else { Err(End::Close(close::PROTOCOL)) }
    }

    fn answer(&self, re: Option<u32>, error: ErrorBody) {
        self.push(&ServerMessage::Error { re, error: Box::new(error) });
    }

    fn push(&self, message: &ServerMessage) {
        self.joined.outbox.push_answer(encode(std::slice::from_ref(message)), Instant::now());
    }
}

fn too_often(after_ms: u64) -> ErrorBody {
    ErrorBody { retry_after_ms: Some(after_ms), ..ErrorBody::new(ErrorCode::RateLimited) }
}

/// When a socket with that token must have a newer one.
fn ends(identity: &Identity, slack: Duration, now: Instant) -> Instant {
    let left = identity.expires_at.0.saturating_sub(wall().0).max(0);
    now + Duration::from_millis(u64::try_from(left).unwrap_or(0)) + slack
}

fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn encode(messages: &[ServerMessage]) -> ByteString {
    serde_json::to_string(messages).expect("messages hold no map with other than text keys").into()
}
