//! A WebSocket on a connection that was taken over from actix: frames in, frames out, and nothing kept in between.
//!
//! What comes in is read through one buffer of the thread; a line keeps only what is no whole message yet. What goes out is
//! handed to the kernel at once, without a copy; only what the kernel does not take waits here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use actix_codec::Decoder;
pub use actix_http::ws::{CloseCode, CloseReason, ProtocolError};
use actix_http::ws::{Codec, Frame, Item, OpCode, Parser};
use bytes::{Buf, Bytes, BytesMut};
use bytestring::ByteString;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;

use super::stream::Stream;

/// Bytes that are read at once.
const READ: usize = 64 * 1024;
/// How long the last frames and the close may take; then the connection just ends.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Bytes of a close frame's words: a control frame holds 125, of which the code takes two.
const REASON_MAX: usize = 123;

thread_local! {
    /// Lent to whichever connection of this thread is read.
    static SPARE: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// What comes of listening.
#[derive(Debug)]
pub enum Heard {
    /// A message.
    Text(ByteString),
    /// A message that no text is.
    Binary,
    /// A ping, which is answered, or a pong.
    Sign,
    /// All that waited has left.
    Sent,
    /// The client closes.
    Close(Option<CloseReason>),
    /// A message that is larger than it may be.
    TooLarge,
    /// Something that is no WebSocket.
    Broken(ProtocolError),
    /// The client is gone.
    Gone,
}

/// The client is gone: nothing can be sent.
#[derive(Debug)]
pub struct Gone;

/// A message of which only some frames are there.
struct Parts {
    is_text: bool,
    bytes: BytesMut,
}

/// See the module.
pub struct Line {
    stream: Stream,
    codec: Codec,
    largest: usize,
    /// Read, but not heard yet: of most messages nothing, once they are heard.
    tail: BytesMut,
    parts: Option<Box<Parts>>,
    /// What the kernel has not taken yet, in order.
    waiting: VecDeque<Bytes>,
    /// What the latest ping that is not answered yet holds: an answer to the latest is one to all.
    pinged: Option<Bytes>,
    /// Since when the client has taken nothing although something waits.
    since: Option<Instant>,
}

impl Line {
    /// Speaks on a stream of which some bytes were read already. No message may be larger than so many bytes.
    pub fn new(stream: Stream, read: &[u8], largest: usize) -> Self {
        Line {
            stream,
            codec: Codec::new().max_size(largest),
            largest,
            tail: BytesMut::from(read),
            parts: None,
            waiting: VecDeque::new(),
            pinged: None,
            since: None,
        }
    }

    /// Whether it can go to another thread.
    pub fn can_move(&self) -> bool {
        self.stream.can_move()
    }

    /// From now on it is woken on this thread.
    ///
    /// # Errors
    /// [`Gone`].
    pub fn moved_here(self) -> Result<Self, Gone> {
        let stream = self.stream.moved_here().map_err(|_| Gone)?;
        Ok(Line { stream, ..self })
    }

    /// Since when the client has taken nothing although something waits; none if nothing waits.
    pub fn waiting_since(&self) -> Option<Instant> {
        self.since
    }

    /// Waits for the next message, and sends meanwhile what waits. Nothing is lost if this is dropped.
    pub async fn heard(&mut self) -> Heard {
        poll_fn(|cx| self.poll_heard(cx)).await
    }

    /// Sends a message: what the kernel does not take now leaves while [`Line::heard`] or [`Line::sent`] is awaited.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn text(&mut self, text: ByteString) -> Result<(), Gone> {
        let text = text.into_bytes();
        poll_fn(|cx| Poll::Ready(self.put(cx, &text).map_err(|_| Gone))).await
    }

    /// Asks the client for a sign of life.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn ping(&mut self) -> Result<(), Gone> {
        self.wait_with(control(OpCode::Ping, b""));
        poll_fn(|cx| Poll::Ready(self.push(cx).map_err(|_| Gone))).await
    }

    /// Waits until nothing waits.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn sent(&mut self) -> Result<(), Gone> {
        poll_fn(|cx| self.poll_sent(cx)).await.map_err(|_| Gone)
    }

    /// Sends what waits and a close frame, and ends the connection, within a second.
    pub async fn close(mut self, reason: Option<CloseReason>) {
        let mut frame = BytesMut::new();
        Parser::write_close(&mut frame, reason.map(shortened), false);
        self.wait_with(frame.freeze());
        let ended = timeout(CLOSE_WITHIN, async {
            self.sent().await?;
            end(&mut self.stream).await.map_err(|_| Gone)
        });
        // Whoever takes nothing, or does not go, misses the words about it.
        let _ = ended.await;
    }

    fn poll_heard(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        if self.since.is_some() {
            match self.poll_sent(cx) {
                Poll::Ready(Ok(())) => return Poll::Ready(Heard::Sent),
                Poll::Ready(Err(_)) => return Poll::Ready(Heard::Gone),
                Poll::Pending => {}
            }
        }
        loop {
            match self.decode() {
                Ok(Some(Heard::Sign)) => {
                    let pushed = if self.pinged.is_some() { self.push(cx) } else { Ok(()) };
                    return Poll::Ready(if pushed.is_ok() { Heard::Sign } else { Heard::Gone });
                }
                Ok(Some(heard)) => return Poll::Ready(heard),
                Ok(None) => {}
                Err(ProtocolError::Overflow) => return Poll::Ready(Heard::TooLarge),
                Err(ProtocolError::Io(_)) => return Poll::Ready(Heard::Gone),
                Err(error) => return Poll::Ready(Heard::Broken(error)),
            }
            let Ok(1..) = ready!(poll_read(&mut self.stream, cx, |read| self.tail.extend_from_slice(read)))
            else {
                return Poll::Ready(Heard::Gone);
            };
        }
    }

    /// The next message of what was read.
    fn decode(&mut self) -> Result<Option<Heard>, ProtocolError> {
        while !self.tail.is_empty() {
            // The codec looks only once the frame is there as a whole, which may be never.
            if declared(&self.tail).is_some_and(|bytes| bytes > self.largest as u64) {
                return Err(ProtocolError::Overflow);
            }
            let Some(frame) = self.codec.decode(&mut self.tail)? else { break };
            if self.tail.is_empty() {
                // Lets go of what the message shares with it.
                self.tail = BytesMut::new();
            }
            let heard = match frame {
                Frame::Text(bytes) => Heard::Text(as_text(bytes)?),
                Frame::Binary(_) => Heard::Binary,
                Frame::Ping(bytes) => {
                    self.pinged = Some(bytes);
                    Heard::Sign
                }
                Frame::Pong(_) => Heard::Sign,
                Frame::Close(reason) => Heard::Close(reason),
                Frame::Continuation(item) => match self.part(item)? {
                    Some(heard) => heard,
                    None => continue,
                },
            };
            return Ok(Some(heard));
        }
        Ok(None)
    }

    fn part(&mut self, item: Item) -> Result<Option<Heard>, ProtocolError> {
        let (bytes, is_last) = match item {
            Item::FirstText(bytes) => (self.begin(true, bytes), false),
            Item::FirstBinary(bytes) => (self.begin(false, bytes), false),
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        let parts = self.parts.as_mut().ok_or(ProtocolError::ContinuationNotStarted)?;
        if parts.bytes.len() + bytes.len() > self.largest {
            return Err(ProtocolError::Overflow);
        }
        parts.bytes.extend_from_slice(&bytes);
        if !is_last {
            return Ok(None);
        }
        let Some(parts) = self.parts.take() else { return Ok(None) };
        if parts.is_text {
            as_text(parts.bytes.freeze()).map(Heard::Text).map(Some)
        } else {
            Ok(Some(Heard::Binary))
        }
    }

    fn begin(&mut self, is_text: bool, bytes: Bytes) -> Bytes {
        self.parts = Some(Box::new(Parts { is_text, bytes: BytesMut::new() }));
        bytes
    }

    /// Hands a text frame to the kernel; what it does not take waits.
    fn put(&mut self, cx: &mut Context<'_>, text: &Bytes) -> io::Result<()> {
        let (head, length) = head(text.len());
        let head = &head[..length];
        if self.since.is_some() {
            self.wait_with(Bytes::copy_from_slice(head));
            self.wait_with(text.clone());
            return Ok(());
        }
        let parts = [IoSlice::new(head), IoSlice::new(text)];
        let taken = match Pin::new(&mut self.stream).poll_write_vectored(cx, &parts)? {
            Poll::Ready(taken) => taken,
            Poll::Pending => 0,
        };
        if taken < length {
            self.wait_with(Bytes::copy_from_slice(&head[taken..]));
        }
        let taken = taken.saturating_sub(length);
        if taken < text.len() || self.since.is_some() {
            self.wait_with(text.slice(taken..));
        } else if Pin::new(&mut self.stream).poll_flush(cx)?.is_pending() {
            // Encrypted, but not on its way yet.
            self.since = Some(Instant::now());
        }
        Ok(())
    }

    fn wait_with(&mut self, bytes: Bytes) {
        self.since.get_or_insert_with(Instant::now);
        if !bytes.is_empty() {
            self.waiting.push_back(bytes);
        }
    }

    /// Sends of what waits as much as the kernel takes now.
    fn push(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.since.get_or_insert_with(Instant::now);
        match self.poll_sent(cx) {
            Poll::Ready(sent) => sent,
            Poll::Pending => Ok(()),
        }
    }

    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while let Some(first) = self.waiting.front_mut() {
                let taken = ready!(Pin::new(&mut self.stream).poll_write(cx, first))?;
                if taken == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                first.advance(taken);
                if first.is_empty() {
                    self.waiting.pop_front();
                }
                self.since = Some(Instant::now());
            }
            // Between two frames, and not earlier.
            let Some(ping) = self.pinged.take() else { break };
            self.waiting.push_back(control(OpCode::Pong, &ping));
        }
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.waiting = VecDeque::new();
        self.since = None;
        Poll::Ready(Ok(()))
    }
}

/// Reads once, through the thread's buffer. How much it was; nothing at the end.
fn poll_read(stream: &mut Stream, cx: &mut Context<'_>, take: impl FnOnce(&[u8])) -> Poll<io::Result<usize>> {
    SPARE.with_borrow_mut(|spare| {
        let mut into = ReadBuf::new(spare);
        ready!(Pin::new(stream).poll_read(cx, &mut into))?;
        take(into.filled());
        Poll::Ready(Ok(into.filled().len()))
    })
}

/// Says that nothing follows, and waits for the peer to say the same: a connection that is dropped with unread bytes in it is
/// reset, and what was sent last may be lost with it.
///
/// # Errors
/// The peer is gone.
pub async fn end(stream: &mut Stream) -> io::Result<()> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_shutdown(cx)).await?;
    while poll_fn(|cx| poll_read(stream, cx, |_| {})).await? > 0 {}
    Ok(())
}

/// The head of a text frame: its bytes, and how many of them count.
fn head(length: usize) -> ([u8; 10], usize) {
    let mut head = [0; 10];
    head[0] = 0x80 | u8::from(OpCode::Text);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => {
            head[1] = short;
            (head, 2)
        }
        (_, Ok(medium)) => {
            head[1] = 126;
            head[2..4].copy_from_slice(&medium.to_be_bytes());
            (head, 4)
        }
        _ => {
            head[1] = 127;
            head[2..].copy_from_slice(&(length as u64).to_be_bytes());
            (head, 10)
        }
    }
}

fn control(code: OpCode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_message(&mut frame, payload, code, true, false);
    frame.freeze()
}

/// How large the first frame says it is, if it says so already.
fn declared(bytes: &[u8]) -> Option<u64> {
    match *bytes.get(1)? & 0x7F {
        126 => bytes.get(2..4)?.try_into().ok().map(u16::from_be_bytes).map(u64::from),
        127 => bytes.get(2..10)?.try_into().ok().map(u64::from_be_bytes),
        short => Some(u64::from(short)),
    }
}

fn as_text(bytes: Bytes) -> Result<ByteString, ProtocolError> {
    ByteString::try_from(bytes)
        .map_err(|error| ProtocolError::Io(io::Error::new(io::ErrorKind::InvalidData, error)))
}

fn shortened(mut reason: CloseReason) -> CloseReason {
    if let Some(words) = &mut reason.description {
        words.truncate(words.floor_char_boundary(REASON_MAX));
    }
    reason
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
