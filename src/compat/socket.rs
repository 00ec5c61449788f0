//! One socket of another system's client: frames in, feed out, signs of life. What the frames mean is its [`Wire`]'s.

use std::time::{Duration, Instant};

use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseReason, ProtocolError, Session};
use bytestring::ByteString;
use tokio::time::{sleep_until, timeout};

use crate::gateway::{Attachment, CallError, Feed, Item, RoomHandle};
use crate::protocol::close::{self, CloseCode};
use crate::socket::Rates;
use crate::socket::budget::Budget;
use crate::socket::credit::Credit;

/// How often the server pings; neither client does at the level of WebSocket.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that says nothing for so long, not even a pong, is gone.
const SILENCE: Duration = Duration::from_secs(65);
/// A reader that takes nothing for so long is cut.
const STALL: Duration = Duration::from_secs(5);
/// How long a close frame may take to leave.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Bytes that are taken out of the feed at once.
const PORTION: usize = 128 * 1024;

/// How a socket ends.
pub enum End {
    /// The client has closed it, with this.
    Closed(Option<CloseReason>),
    /// The client is gone without a word, or takes nothing.
    Lost,
    /// We close, with this code.
    Close(u16, &'static str),
}

/// Whether a socket goes on.
pub type Going = Result<(), End>;

/// How a client speaks.
pub trait Wire {
    /// Largest frame in bytes.
    const FRAME_MAX: usize;

    /// What it may send.
    fn rates(&self) -> Rates;

    /// A text frame has come.
    async fn said(&mut self, text: &str, line: &mut Line) -> Going;

    /// A frame has come that no text is, or one too many.
    fn refused(&mut self, why: Refused) -> Option<ByteString>;

    /// Something from the room, as a frame.
    fn item(&mut self, item: Item) -> Option<ByteString>;

    /// Our close code as one that this client understands.
    fn close(code: CloseCode) -> u16 {
        // Of ours, those from 4500 on say not to come again; of the registered ones, 1008 says so, and 1012 "restart".
        if code.code < 4500 { 1012 } else { 1008 }
    }
}

/// Why a frame was not even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no text.
    NoText,
    /// It is one too many.
    TooOften,
}

/// What a wire works with.
pub struct Line {
    /// The room.
    pub room: RoomHandle,
    /// The client's feed.
    pub feed: Feed,
    session: Session,
    credit: Credit,
}

impl Line {
    /// Sends a frame at once.
    ///
    /// # Errors
    /// The client is gone, or takes nothing.
    pub async fn say(&mut self, text: ByteString) -> Going {
        let parcel = self.credit.spend(text);
        match timeout(STALL, self.session.text(parcel)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Lost),
        }
    }

    /// What the room's not taking a question means: it has ended, or it is busy.
    pub fn not_taken(error: &CallError) -> Going {
        match error {
            CallError::Gone => Err(End::Close(1012, "the workspace restarts")),
            _ => Ok(()),
        }
    }
}

/// Carries a socket to its end. The room's guard must have been taken before.
pub async fn carry<W: Wire>(
    mut wire: W,
    room: RoomHandle,
    feed: Feed,
    mut guard: Attachment,
    session: Session,
    mut stream: AggregatedMessageStream,
) {
    let now = Instant::now();
    let mut budget = Budget::new(wire.rates(), now);
    let mut line = Line { room, feed, session, credit: Credit::default() };
    let mut state = State { heard: now, pinged: now, stalled: None };
    let end = loop {
        if let Err(end) = step(&mut wire, &mut line, &mut stream, &mut budget, &mut state).await {
            break end;
        }
    };
    let reason = match end {
        End::Closed(reason) => {
            guard.goodbye();
            // The code comes back as it was sent: clients look at the code of the server's frame.
            Some(reason)
        }
        End::Close(code, why) => {
            let description = Some(why.to_owned());
            Some(Some(CloseReason { code: actix_ws::CloseCode::Other(code), description }))
        }
        End::Lost => None,
    };
    if let Some(reason) = reason {
        // What waits before the close frame may not leave in time; then the connection just ends.
        let _ = timeout(CLOSE_WITHIN, line.session.close(reason)).await;
    }
    drop(guard);
}

struct State {
    heard: Instant,
    pinged: Instant,
    /// Since when the client has taken nothing although something waits.
    stalled: Option<Instant>,
}

async fn step<W: Wire>(
    wire: &mut W,
    line: &mut Line,
    stream: &mut AggregatedMessageStream,
    budget: &mut Budget,
    state: &mut State,
) -> Going {
    let (feed, credit) = (line.feed.clone(), line.credit.clone());
    let has_credit = credit.is_left();
    let stalls = state.stalled.map(|since| since + STALL);
    let wake = stalls.unwrap_or(state.pinged + PING_EVERY).min(state.pinged + PING_EVERY);
    tokio::select! {
        message = stream.recv() => {
            state.heard = Instant::now();
            hear(wire, line, budget, message).await?;
        }
        () = feed.ready(), if has_credit => {
            let taken = feed.take(PORTION);
            for item in taken.items {
                if let Some(text) = wire.item(item) {
                    line.say(text).await?;
                }
            }
            if let Some(code) = taken.close {
                let code = if code == close::SLOW { 1013 } else { W::close(code) };
                return Err(End::Close(code, "come again later"));
            }
        }
        () = credit.back(), if !has_credit => {}
        () = sleep_until(wake.into()) => {}
    }
    let now = Instant::now();
    let stuck = !line.credit.is_left();
    state.stalled = if stuck { state.stalled.or(Some(now)) } else { None };
    if now - state.heard >= SILENCE || state.stalled.is_some_and(|since| now - since >= STALL) {
        return Err(End::Lost);
    }
    if now - state.pinged >= PING_EVERY {
        state.pinged = now;
        line.session.ping(b"").await.map_err(|_| End::Lost)?;
    }
    Ok(())
}

async fn hear<W: Wire>(
    wire: &mut W,
    line: &mut Line,
    budget: &mut Budget,
    message: Option<Result<AggregatedMessage, ProtocolError>>,
) -> Going {
    match message {
        Some(Ok(AggregatedMessage::Text(text))) => {
            let now = Instant::now();
            if budget.frame(text.len(), now).is_ok() {
                return wire.said(&text, line).await;
            }
            refuse(wire, line, budget, Refused::TooOften).await
        }
        Some(Ok(AggregatedMessage::Binary(_))) => refuse(wire, line, budget, Refused::NoText).await,
        Some(Ok(AggregatedMessage::Ping(bytes))) => line.session.pong(&bytes).await.map_err(|_| End::Lost),
        Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
        Some(Ok(AggregatedMessage::Close(reason))) => Err(End::Closed(reason)),
        Some(Err(ProtocolError::Overflow)) => Err(End::Close(1009, "the frame is too large")),
        Some(Err(_)) | None => Err(End::Lost),
    }
}

async fn refuse<W: Wire>(wire: &mut W, line: &mut Line, budget: &mut Budget, why: Refused) -> Going {
    if !budget.bad(Instant::now()) {
        return Err(End::Close(1008, "too many frames that cannot be taken"));
    }
    match wire.refused(why) {
        Some(text) => line.say(text).await,
        None => Ok(()),
    }
}
