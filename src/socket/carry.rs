//! The task of one socket: frames in, outbox out, pings, the token's end.

use std::pin::{Pin, pin};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::time::{Sleep, sleep_until};

use super::budget::Budget;
use super::connection::{Connection, End, encode};
use super::frame::{self, Unread};
use super::hello::{self, Joined};
use super::line::{Gone, Heard, Line};
use super::places::{Places, Taken};
use super::{Counted, Identity, Sockets};
use crate::domain::command::Request;
use crate::domain::time::Timestamp;
use crate::gateway::{CallError, Drained, Outbox};
use crate::protocol::close;
use crate::protocol::convert::{self, Incoming};
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::ServerMessage;

/// Pings leave in steps that all sockets share: one wake-up then does for many that are idle.
const PING_STEP: Duration = Duration::from_millis(100);
/// Since when the steps are counted.
static STEPS: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Pause before a full mailbox is asked for a snapshot again.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// Carries a socket from its upgrade to its end: until it has joined where it came in, and then on the thread of its room,
/// because waking another thread costs more than most frames do.
pub(super) async fn run(sockets: Sockets, address: String, line: Line) {
    let counted = Counted::new(&sockets);
    let gateway = sockets.0.gateway.clone();
    let budget = Budget::new(sockets.0.settings.rates, Instant::now());
    let mut connection = Connection { sockets, address, line, budget };
    let joined = match connection.introduce().await {
        Ok(joined) => joined,
        Err(end) => return connection.end(end).await,
    };
    let workspace = joined.room.workspace();
    let carrying = Carrying::new(joined, &connection.sockets);
    let mut carried = Box::new(Carried { connection, carrying, _counted: counted });
    if !carried.connection.line.can_move() {
        return carried.run().await;
    }
    let moving = async move {
        if let Ok(line) = carried.connection.line.moved_here() {
            carried.connection.line = line;
            carried.run().await;
        }
    };
    gateway.beside(workspace, Box::pin(moving));
}

/// A socket that has joined. On the heap, because a task would hold the place of what it is given several times over.
struct Carried {
    connection: Connection,
    carrying: Carrying,
    _counted: Counted,
}

impl Carried {
    async fn run(mut self: Box<Self>) {
        let Carried { connection, carrying, .. } = &mut *self;
        let end = carrying.run(connection).await;
        Box::pin(self.connection.end(end)).await;
    }
}

struct Carrying {
    joined: Joined,
    stall: Duration,
    pinged: Instant,
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
            stall: settings.stall,
            pinged: now,
            expires,
            slack: settings.token_slack,
            ask_again: None,
            places: Places::new(settings.rates, now),
        }
    }

    async fn run(&mut self, connection: &mut Connection) -> End {
        let mut timer = pin!(sleep_until(self.expires.into()));
        loop {
            let Err(end) = self.step(connection, timer.as_mut()).await else { continue };
            if let End::Close(_) = end
                && let Some(text) = self.joined.outbox.drain().text
            {
                // What was said last is why it ends.
                let _ = self.send(connection, text).await;
            }
            return end;
        }
    }

    async fn step(&mut self, connection: &mut Connection, mut timer: Pin<&mut Sleep>) -> Result<(), End> {
        let waiting = connection.line.waiting_since();
        // It seldom changes, and setting it anew costs more than most frames do.
        let wake = self.next_wake(waiting).into();
        if timer.deadline() != wake {
            timer.as_mut().reset(wake);
        }
        tokio::select! {
            heard = connection.line.heard() => match heard {
                Heard::Text(text) => self.said(connection, &text).await?,
                Heard::Sign | Heard::Sent => {}
                // On the heap, because it is large and seldom.
                other => Box::pin(connection.control(other)).await?,
            },
            () = self.joined.outbox.ready(), if waiting.is_none() => {
                let drained = self.joined.outbox.drain();
                self.write(connection, drained).await?;
            }
            () = timer => {}
        }
        self.due(connection).await
    }

    /// When something is due by itself.
    fn next_wake(&self, waiting: Option<Instant>) -> Instant {
        let ping = self.next_ping(&self.joined.outbox);
        let stalled = waiting.map(|since| since + self.stall);
        let all = [Some(ping), Some(self.expires), stalled, self.ask_again, self.places.next()];
        all.into_iter().flatten().min().unwrap_or(ping)
    }

    fn next_ping(&self, outbox: &Outbox) -> Instant {
        let due = self.pinged + Duration::from_millis(outbox.ping_ms());
        let step = PING_STEP.as_millis();
        let steps = due.saturating_duration_since(*STEPS).as_millis() / step + 1;
        *STEPS + Duration::from_millis(u64::try_from(steps * step).unwrap_or(u64::MAX))
    }

    async fn due(&mut self, connection: &mut Connection) -> Result<(), End> {
        let now = Instant::now();
        let waiting = connection.line.waiting_since();
        if waiting.is_some_and(|since| now.saturating_duration_since(since) >= self.stall) {
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
        if now >= self.next_ping(&self.joined.outbox) {
            self.ping(connection, now).await?;
        }
        Ok(())
    }

    async fn ping(&mut self, connection: &mut Connection, now: Instant) -> Result<(), End> {
        self.pinged = now;
        if connection.line.waiting_since().is_some() {
            // The client takes nothing right now; a ping behind all that would say nothing new.
            return Ok(());
        }
        let drained = self.joined.outbox.drain();
        self.write(connection, Drained { ping: true, ..drained }).await
    }

    async fn write(&mut self, connection: &mut Connection, drained: Drained) -> Result<(), End> {
        if let Some(text) = drained.text {
            self.send(connection, text).await?;
        }
        if drained.ping && drained.close.is_none() {
            self.pinged = Instant::now();
            let (upto, now) = (self.joined.outbox.upto(), wall().0);
            self.send(connection, encode(&[ServerMessage::Ping { upto, now }])).await?;
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

    async fn send(&self, connection: &mut Connection, text: ByteString) -> Result<(), End> {
        connection.line.text(text).await.map_err(|Gone| End::Gone)
    }

    fn catch_up(&mut self, now: Instant) -> Result<(), End> {
        match self.joined.room.catch_up(self.joined.session, self.joined.socket) {
            Ok(()) => self.ask_again = None,
            Err(CallError::Gone) => return Err(End::Close(close::REBUILT)),
            Err(_) => self.ask_again = Some(now + ASK_AGAIN),
        }
        Ok(())
    }

    async fn said(&mut self, connection: &mut Connection, text: &str) -> Result<(), End> {
        let now = Instant::now();
        if let Err(after_ms) = connection.budget.frame(text.len(), now) {
            return self.bad(connection, frame::id_of(text), too_often(after_ms));
        }
        let read = match frame::read(text) {
            Ok(read) => read,
            Err(Unread { re, error }) => return self.bad(connection, re, *error),
        };
        let Joined { outbox, room, session, socket, .. } = &self.joined;
        if outbox.pulse().heard(now) && room.heard(*session, *socket).is_err() {
            outbox.pulse().await_frame();
        }
        match read.said {
            Incoming::Pong => {
                let lag = u64::try_from((now - self.pinged).as_millis()).unwrap_or(u64::MAX);
                self.joined.outbox.pulse().set_lag_ms(lag);
            }
            Incoming::Hello { .. } => {
                return self.bad(connection, read.re, ErrorBody::new(ErrorCode::OutOfOrder));
            }
            Incoming::Reauth { token } => return self.reauth(connection, read.re, &token).await,
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

    async fn reauth(&mut self, connection: &Connection, re: Option<u32>, token: &str) -> Result<(), End> {
        match connection.sockets.0.tokens.check(token).await {
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

    fn bad(&mut self, connection: &mut Connection, re: Option<u32>, error: ErrorBody) -> Result<(), End> {
        self.answer(re, error);
        if connection.budget.bad(Instant::now()) { Ok(()) } else { Err(End::Close(close::PROTOCOL)) }
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
