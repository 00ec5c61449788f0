//! One room between two waits: what came in goes to the core, what comes out goes through the gate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::actor::{Inbox, Reads};
use super::calls::{Calls, Carried};
use super::clients::Clients;
use super::clock::{Clock, Look};
use super::fanout::Fanout;
use super::gate::{Gate, Hold, Numbered, Release};
use super::registry::State;
use super::{Ports, RoomSettings};
use crate::domain::command::Command;
use crate::domain::effect::{Answer, Delta, Effect, Effects};
use crate::domain::id::{CallId, OpId, SessionId, SocketId, UserId, WorkspaceId};
use crate::domain::time::{Millis, Now};
use crate::domain::workspace::{Ephemeral, Workspace};
use crate::store::{Batch, CommitOutcome, Committed, SubmitError};

/// Pause before a batch that the writer had no place for is offered again, in milliseconds.
const OFFER_AGAIN_MS: u64 = 5;

/// What a room is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The state is being read.
    Loading,
    /// Commands are taken.
    Running,
    /// The core is gone; batches under way are still to be answered.
    Settling,
    /// The operation that the core fell over is being parked.
    Parking,
    /// It fell over too often.
    Closed(Millis),
    /// The server stops.
    Draining,
    /// There is no such workspace, or its state cannot be read.
    Over,
}

/// See the module.
pub(super) struct Room {
    pub(super) workspace: WorkspaceId,
    pub(super) settings: Arc<RoomSettings>,
    pub(super) ports: Ports,
    pub(super) phase: Phase,
    pub(super) core: Option<Workspace>,
    pub(super) gate: Gate,
    pub(super) fanout: Fanout,
    pub(super) calls: Calls,
    pub(super) clients: Clients,
    pub(super) carried: Carried,
    pub(super) effects: Effects,
    pub(super) free: Vec<Release>,
    pub(super) unsent: VecDeque<Batch>,
    /// Batches that the writer has and has not answered.
    pub(super) outstanding: usize,
    pub(super) incarnation: u64,
    pub(super) incarnations: Arc<AtomicU64>,
    pub(super) commits: mpsc::Sender<Committed>,
    pub(super) reads: Reads,
    pub(super) state: watch::Sender<State>,
    pub(super) clock: Arc<Clock>,
    pub(super) now: Now,
    pub(super) instant: std::time::Instant,
    pub(super) stood_still: u64,
    /// Sockets that were lost while there was no core.
    pub(super) lost_later: Vec<(SessionId, SocketId)>,
    pub(super) ephemeral: Option<Ephemeral>,
    /// Since when there is no core that could run.
    pub(super) stalled: Option<Millis>,
    pub(super) panics: VecDeque<Millis>,
    /// What the core fell over, to be parked.
    pub(super) park: Vec<crate::domain::effect::Write>,
    pub(super) idle_since: Option<Millis>,
    /// Sessions whose locks or requests may have changed in this turn.
    pub(super) touched: BTreeSet<SessionId>,
    /// By which sign-in each session is here.
    pub(super) sign_ins: BTreeMap<SessionId, Uuid>,
    /// Operations whose calls a failure took away: the next life learns what became of them, however old they are.
    pub(super) unanswered: Vec<(UserId, OpId)>,
}

impl Room {
    /// Takes the time, and notices if the process did not run for a while.
    pub(super) fn look(&mut self, look: Look) {
        self.now = look.now;
        self.instant = std::time::Instant::now();
        let gap = look.stood_still - self.stood_still;
        self.stood_still = look.stood_still;
        if gap > 0 {
            tracing::warn!(workspace = %self.workspace, ms = gap, "the process did not run: clocks stood still");
            self.gate.clock_stood_still(gap);
            if let Some(core) = &mut self.core {
                core.clock_stood_still(self.now, gap);
            }
        }
    }

    /// A batch was answered.
    pub(super) fn committed(&mut self, commit: Committed) {
        if commit.incarnation != self.incarnation {
            return;
        }
        self.outstanding = self.outstanding.saturating_sub(1);
        match commit.outcome {
            CommitOutcome::Ok => {
                self.gate.committed(commit.n, &mut self.free);
                self.release();
            }
            CommitOutcome::RoomFailed | CommitOutcome::Lost => self.failed(),
        }
        self.settle();
    }

    /// A socket is gone.
    pub(super) fn lost(&mut self, socket: SocketId, goodbye: bool) {
        if self.client_lost(socket, goodbye) {
            return;
        }
        self.note_heard_on(socket);
        self.fanout.gone(socket);
        let Some(session) = self.carried.take(socket) else { return };
        if self.core.is_some() {
            self.run(Command::SocketLost { session, socket }, None);
        } else {
            self.lost_later.push((session, socket));
        }
    }

    /// Runs what is due by itself.
    pub(super) fn deadlines(&mut self) {
        match self.gate.look(self.now.mono) {
            Some(Hold::Began) if self.phase == Phase::Running => {
                tracing::warn!(workspace = %self.workspace, "the store does not answer: the room is held");
                metrics::counter!("baton_rooms_held_total").increment(1);
                self.fanout.held(true);
            }
            Some(Hold::Ended { ms }) if self.phase == Phase::Running => {
                if let Some(core) = &mut self.core {
                    core.clock_stood_still(self.now, ms);
                }
                self.fanout.held(false);
            }
            _ => {}
        }
        if let Phase::Closed(until) = self.phase
            && until <= self.now.mono
        {
            self.load();
        }
        if self.phase != Phase::Running || self.gate.is_held() {
            return;
        }
        if self.core.as_ref().is_some_and(|core| core.asks_who_was_heard(self.now)) {
            self.note_heard();
        }
        let due = self.core.as_ref().and_then(Workspace::next_deadline);
        if due.is_some_and(|at| at <= self.now.mono) {
            self.guarded(None, |core, now, out| core.on_deadline(now, out));
        }
    }

    /// Gives the core a command that is no request.
    pub(super) fn run(&mut self, command: Command, socket: Option<SocketId>) {
        if !self.guarded(None, |core, now, out| core.handle(now, command, out)) {
            self.fell_over(None, None, socket);
        }
    }

    /// Lets the core do something and takes what comes out. False: it panicked, and there is no core any more.
    pub(super) fn guarded(
        &mut self,
        at_once: Option<CallId>,
        run: impl FnOnce(&mut Workspace, Now, &mut Effects),
    ) -> bool {
        let Some(core) = &mut self.core else { return true };
        let (now, effects) = (self.now, &mut self.effects);
        if catch_unwind(AssertUnwindSafe(|| run(core, now, effects))).is_err() {
            self.effects.clear();
            return false;
        }
        if let Some(call) = at_once {
            self.answer_at_once(call);
        }
        self.admit();
        true
    }

    /// While the room is held, the answer to an ephemeral call states nothing durable and need not wait.
    fn answer_at_once(&mut self, call: CallId) {
        let own = |effect: &Effect| matches!(effect, Effect::Reply { call: one, .. } if *one == call);
        if let Some(at) = self.effects.iter().position(own)
            && let Effect::Reply { call, result } = self.effects.remove(at)
        {
            self.calls.answer(call, result, &mut self.fanout, &self.clients);
        }
    }

    pub(super) fn admit(&mut self) {
        for effect in &self.effects {
            match effect {
                Effect::Attach { session, socket, .. } => self.carried.set(*socket, *session),
                Effect::Reply { call, result: Ok(Answer::Welcome(welcome)) } => {
                    if let Some(sign_in) = self.calls.sign_in_of(*call) {
                        self.sign_ins.insert(welcome.session, sign_in);
                    }
                }
                Effect::Ended { session } => drop(self.sign_ins.remove(session)),
                Effect::Delta(numbered) => {
                    self.touched.extend(match &*numbered.delta {
                        Delta::Lock(lock) => Some(lock.session),
                        Delta::LockEnded { session, .. } => Some(*session),
                        Delta::Request(request) => Some(request.session),
                        Delta::RequestEnded { session, .. } => Some(*session),
                        _ => None,
                    });
                }
                _ => {}
            }
        }
        if let Some(Numbered { n, writes }) =
            self.gate.admit(self.now.mono, &mut self.effects, &mut self.free)
        {
            let (workspace, incarnation) = (self.workspace, self.incarnation);
            self.unsent.push_back(Batch { workspace, incarnation, n, writes });
            self.offer();
        }
        self.release();
    }

    /// Hands the writer what it has place for.
    fn offer(&mut self) {
        while let Some(batch) = self.unsent.pop_front() {
            match self.ports.writer.submit(batch) {
                Ok(()) => self.outstanding += 1,
                Err(SubmitError::Full(batch)) => return self.unsent.push_front(batch),
                Err(SubmitError::Closed(_)) => {
                    tracing::error!(workspace = %self.workspace, "the writer is closed");
                    return self.failed();
                }
            }
        }
    }

    pub(super) fn release(&mut self) {
        for release in std::mem::take(&mut self.free) {
            match release {
                Release::Effect(effect) => self.give_out(effect),
                Release::Unnumbered(effect) => self.fanout.unnumbered(&effect),
                Release::Resync { session, why, snapshot } => {
                    self.fanout.resync(session, why, &snapshot, self.instant);
                }
            }
        }
    }

    fn give_out(&mut self, effect: Effect) {
        match effect {
            Effect::Reply { call, result } => {
                self.calls.answer(call, result, &mut self.fanout, &self.clients);
            }
            Effect::Attach { session, user, role, hidden, socket } => {
                self.fanout.attach(session, user, (role, hidden), socket);
            }
            Effect::Sees { user, role, hidden } => self.fanout.sees(user, role, hidden),
            Effect::Viewing { session, object } => self.fanout.viewing(session, object),
            Effect::Ended { session } => self.fanout.ended(session),
            Effect::Close { socket, why } => {
                self.fanout.close(socket, why.into());
                self.clients.close(socket, why.into());
            }
            Effect::Post { to, post } => self.fanout.post(&to, post, &self.clients, self.instant),
            Effect::Ping { socket } => self.fanout.ping(socket),
            Effect::Delta(numbered) => self.fanout.delta(&numbered),
            Effect::Live { audience, live } => self.fanout.live(audience, &live),
            Effect::Load { object, revision } => self.fetch(object, revision),
            Effect::LoadSaid { channel, limit, since } => self.fetch_said(channel, limit, since),
            Effect::LoadRecord { object, record } => self.fetch_record(object, record),
            Effect::LoadRecordChange { object, number } => self.fetch_record_change(object, number),
            Effect::LoadRecordWork { call, object, since, author, max } => {
                self.fetch_record_work(call, object, since, author, max);
            }
            Effect::WorkOut { call, work } => self.work_out(call, work),
            // The gate has taken all writes out.
            Effect::Write(_) => {}
        }
    }

    /// Writes what is due to everybody.
    pub(super) fn flush(&mut self) {
        self.offer();
        if let Some(core) = &self.core {
            let limits = &self.settings.limits;
            for session in std::mem::take(&mut self.touched) {
                let ms = if core.is_busy(session) { limits.ping_busy_ms } else { limits.ping_idle_ms };
                self.fanout.set_ping_ms(session, ms);
            }
        }
        self.fanout.flush(self.now.mono, self.instant);
        self.calls.tell_callers();
    }

    /// When the next turn is due if nothing comes in.
    pub(super) fn next_wake(&self) -> Option<Millis> {
        let running = self.phase == Phase::Running && !self.gate.is_held();
        let core = self.core.as_ref().filter(|_| running).and_then(Workspace::next_deadline);
        let closed = match self.phase {
            Phase::Closed(until) => Some(until),
            _ => None,
        };
        let offer = (!self.unsent.is_empty()).then(|| self.now.mono + OFFER_AGAIN_MS);
        let unload = self.idle_since.map(|since| since + self.unload_after_ms());
        [core, closed, offer, unload, self.gate.next_look(), self.fanout.due()].into_iter().flatten().min()
    }

    /// Whether mail is looked at: not before the first state is there, so that whoever started the room need not ask twice.
    pub(super) fn takes_mail(&self) -> bool {
        self.phase != Phase::Loading || self.stalled.is_some()
    }

    /// The room ends: what is left in its mailbox is told that it is gone, by the channels' end.
    pub(super) fn end(&mut self, inbox: &mut Inbox) {
        inbox.mail.close();
        self.ports.writer.close_room(self.workspace, self.incarnation);
    }
}
