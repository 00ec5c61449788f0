//! One socket of another system's client: frames in, feed out, signs of life. What the frames mean is its [`Wire`]'s.

use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::time::{sleep_until, timeout};

use crate::gateway::{Attachment, CallError, Feed, Item, RoomHandle};
use crate::protocol::close::{self, CloseCode};
use crate::socket::Rates;
use crate::socket::budget::Budget;
use crate::socket::line::{self, CloseCode as Code, CloseReason, Gone, Heard};

/// How often the server pings; neither client does at the level of WebSocket.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that says nothing for so long, not even a pong, is gone.
const SILENCE: Duration = Duration::from_secs(65);
/// A reader that takes nothing for so long is cut.
const STALL: Duration = Duration::from_secs(5);
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
    below: line::Line,
}

impl Line {
    /// Sends a frame as soon as what was sent before has left.
    ///
    /// # Errors
    /// The client is gone, or takes nothing.
    pub async fn say(&mut self, text: ByteString) -> Going {
        match timeout(STALL, self.below.sent()).await {
            Ok(Ok(())) => self.below.text(text).await.map_err(|Gone| End::Lost),
            Ok(Err(Gone)) | Err(_) => Err(End::Lost),
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
    below: line::Line,
) {
    let now = Instant::now();
    let mut budget = Budget::new(wire.rates(), now);
    let mut line = Line { room, feed, below };
    let mut state = State { heard: now, pinged: now };
    let end = loop {
        if let Err(end) = step(&mut wire, &mut line, &mut budget, &mut state).await {
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
            Some(Some(CloseReason { code: Code::Other(code), description }))
        }
        End::Lost => None,
    };
    // The room need not wait for a client that takes its time to go.
    drop(guard);
    if let Some(reason) = reason {
        line.below.close(reason).await;
    }
}

struct State {
    heard: Instant,
    pinged: Instant,
}

async fn step<W: Wire>(wire: &mut W, line: &mut Line, budget: &mut Budget, state: &mut State) -> Going {
    let waiting = line.below.waiting_since();
    let ping = state.pinged + PING_EVERY;
    let wake = waiting.map_or(ping, |since| ping.min(since + STALL));
    tokio::select! {
        heard = line.below.heard() => {
            if !matches!(heard, Heard::Sent) {
                state.heard = Instant::now();
            }
            hear(wire, line, budget, heard).await?;
        }
        () = line.feed.ready(), if waiting.is_none() => {
            let taken = line.feed.take(PORTION);
            // No more than a portion waits, and no further one is taken before it has left.
            for text in taken.items.into_iter().filter_map(|item| wire.item(item)) {
                line.below.text(text).await.map_err(|Gone| End::Lost)?;
            }
            if let Some(code) = taken.close {
                let code = if code == close::SLOW { 1013 } else { W::close(code) };
                return Err(End::Close(code, "come again later"));
            }
        }
        () = sleep_until(wake.into()) => {}
    }
    let now = Instant::now();
    let stalls =
        line.below.waiting_since().is_some_and(|since| now.saturating_duration_since(since) >= STALL);
    if now - state.heard >= SILENCE || stalls {
        return Err(End::Lost);
    }
    if now - state.pinged >= PING_EVERY {
        state.pinged = now;
        line.below.ping().await.map_err(|Gone| End::Lost)?;
    }
    Ok(())
}

async fn hear<W: Wire>(wire: &mut W, line: &mut Line, budget: &mut Budget, heard: Heard) -> Going {
    match heard {
        Heard::Text(text) => {
            let now = Instant::now();
            if budget.frame(text.len(), now).is_ok() {
                return wire.said(&text, line).await;
            }
            refuse(wire, line, budget, Refused::TooOften).await
        }
        Heard::Binary => refuse(wire, line, budget, Refused::NoText).await,
        Heard::Sign | Heard::Sent => Ok(()),
        Heard::Close(reason) => Err(End::Closed(reason)),
        Heard::TooLarge => Err(End::Close(1009, "the frame is too large")),
        Heard::Broken(_) | Heard::Gone => Err(End::Lost),
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
