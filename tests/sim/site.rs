//! One room as the actor runs it: core, gate, sockets, and what the writer owes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use baton::domain::area::Areas;
use baton::domain::command::{Caller, Command, Pen, Request};
use baton::domain::effect::{
    Answer, Area, Audience, Delta, Effect, Effects, Live, Observer, Receipt, Sight, Snapshot, Write,
};
use baton::domain::id::{CallId, ObjectId, OpId, SessionId, SocketId, StreamId, UserId};
use baton::domain::plan::Work;
use baton::domain::realtime::{ClientId, Post, Recipient};
use baton::domain::refusal::Refusal;
use baton::domain::role::Role;
use baton::domain::stack::{ObjectKind, Revision};
use baton::domain::time::{Millis, Now};
use baton::domain::workspace::{Ephemeral, Workspace};
use baton::room::gate::{Gate, Hold, Release};

use super::disk::Disk;
use super::heard::Heard;
use super::invariants::{self, Circles};
use super::model::Message;
use super::plan::Plan;
use super::realtime::{self, Told};
use super::team;
use super::tick::Tick;
use super::times::{self, Times};

/// What a command wrote, on its way to the store.
#[derive(Debug)]
pub struct Batch {
    pub room: usize,
    pub incarnation: u64,
    pub n: u64,
    pub writes: Vec<Write>,
}

/// What the core wants from the store, or worked out aside.
#[derive(Debug, Clone)]
pub enum Wanted {
    Stack(ObjectId, Revision),
    Record(ObjectId, Uuid),
    Change(ObjectId, u64),
    Work { call: CallId, object: ObjectId, since: Revision, author: Option<UserId>, max: usize },
    Plan(CallId, Box<Work>),
    Said(Arc<str>, u32),
}

impl Wanted {
    /// The store could not say.
    pub fn failed(self) -> Command {
        match self {
            Wanted::Stack(object, _) => Command::Loaded { object, stack: None },
            Wanted::Record(object, record) => Command::RecordLoaded { object, record, found: None },
            Wanted::Change(object, number) => Command::RecordChangeLoaded { object, number, found: None },
            Wanted::Work { call, .. } => Command::RecordWorkLoaded { call, found: None },
            Wanted::Plan(call, _) => Command::WorkedOut { call, worked: None },
            Wanted::Said(channel, _) => Command::SaidLoaded { channel, said: None },
        }
    }

    /// What the store answers.
    pub fn from(self, disk: &Disk) -> Command {
        match self {
            Wanted::Stack(object, revision) => {
                Command::Loaded { object, stack: disk.load(object, revision).map(Box::new) }
            }
            Wanted::Record(object, record) => Command::RecordLoaded {
                object,
                record,
                found: Some(disk.record(object, record).map(Box::new)),
            },
            Wanted::Change(object, number) => Command::RecordChangeLoaded {
                object,
                number,
                found: Some(disk.record_change(object, number).map(Box::new)),
            },
            Wanted::Work { call, object, since, author, max } => Command::RecordWorkLoaded {
                call,
                found: Some(Box::new(disk.record_work(object, since, author, max))),
            },
            Wanted::Plan(call, work) => Command::WorkedOut { call, worked: Some(Box::new(work.run())) },
            Wanted::Said(channel, limit) => {
                let said = Some(disk.said_in(&channel, limit));
                Command::SaidLoaded { channel, said }
            }
        }
    }
}

/// A call that waits for its answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub socket: Option<SocketId>,
    pub user: UserId,
    /// What was asked, unless it was a hello.
    pub request: Option<Request>,
}

/// A session's place at the fan-out.
#[derive(Debug)]
struct Seat {
    user: UserId,
    role: Role,
    hidden: Areas,
    socket: SocketId,
    open: Option<ObjectId>,
    upto: u64,
    /// After a rebuild nothing is for it before its picture: the room's fan-out drops what stands before one.
    awaits: bool,
}

impl Seat {
    fn observer(&self, session: SessionId) -> Observer {
        Observer { session, user: self.user, role: self.role, hidden: self.hidden, open: self.open }
    }
}

/// What the world knows of a session's signs of life, on the room's own clock.
#[derive(Debug, Clone, Copy)]
pub struct Vital {
    pub socket: Option<SocketId>,
    pub heard: u64,
    pub lost: Option<u64>,
    /// For how long its locks are kept since then.
    pub grace: u64,
}

pub struct Site {
    pub room: usize,
    pub disk: Disk,
    pub core: Option<Workspace>,
    gate: Gate,
    seats: BTreeMap<SessionId, Seat>,
    /// Which session a socket carries, as of the last command.
    pub carried: BTreeMap<SocketId, SessionId>,
    pub sockets: BTreeSet<SocketId>,
    pub calls: BTreeMap<CallId, Waiting>,
    /// Answers given so far, to compare with those of retries.
    pub answered: BTreeMap<(UserId, OpId), Receipt>,
    pub loads: Vec<Wanted>,
    pub incarnation: u64,
    pub outstanding: usize,
    ephemeral: Option<Ephemeral>,
    stalled: Option<Millis>,
    lost_later: Vec<(SessionId, SocketId)>,
    pub still: u64,
    pub vitals: BTreeMap<SessionId, Vital>,
    heard: Heard,
    effects: Effects,
    free: Vec<Release>,
    /// For the writer.
    pub unsent: Vec<Batch>,
    /// For the tabs.
    pub mail: Vec<(SocketId, Message)>,
    pub closed: Vec<SocketId>,
    streams: u64,
    pub commands: u64,
    /// The answer to the world's own look at the room.
    pub looked: Option<Result<Answer, Refusal>>,
    pub broken: Option<String>,
    /// Deadlocks that are shown, and who of each has yielded.
    circles: Circles,
    tick: Tick,
    /// What clients of the realtime service were told.
    told: Told,
    /// What kind each object is or was.
    pub kinds: BTreeMap<ObjectId, ObjectKind>,
    /// Whose each session is or was.
    users: BTreeMap<SessionId, UserId>,
    /// Who may what has changed with what was stored last: what was on its way may still be told.
    moved: bool,
    pub times: Times,
    /// The furthest that the room's own time has come: it is set back when a hold ends, and what was due before stays done.
    latest: u64,
}

impl Site {
    pub fn new(room: usize, disk: Disk, plan: &Plan) -> Self {
        Site {
            room,
            disk,
            core: None,
            gate: Gate::new(plan.gate, []),
            seats: BTreeMap::new(),
            carried: BTreeMap::new(),
            sockets: BTreeSet::new(),
            calls: BTreeMap::new(),
            answered: BTreeMap::new(),
            loads: Vec::new(),
            incarnation: 0,
            outstanding: 0,
            ephemeral: None,
            stalled: None,
            lost_later: Vec::new(),
            still: 0,
            vitals: BTreeMap::new(),
            heard: Heard::default(),
            effects: Effects::new(),
            free: Vec::new(),
            unsent: Vec::new(),
            mail: Vec::new(),
            closed: Vec::new(),
            streams: 0,
            commands: 0,
            looked: None,
            broken: None,
            circles: Circles::default(),
            tick: Tick::default(),
            told: Told::default(),
            kinds: BTreeMap::new(),
            users: BTreeMap::new(),
            moved: false,
            latest: 0,
            times: Times::new(&plan.limits),
        }
    }

    pub fn own(&self, now: Now) -> u64 {
        now.mono.since(Millis(self.still))
    }

    /// What was stored of one command.
    pub fn wrote(&mut self, writes: &[Write], frozen: bool) -> Result<(), String> {
        for write in writes {
            if let Write::Object(head) = write {
                self.kinds.insert(head.id, head.kind);
            }
        }
        let moves =
            |write: &Write| matches!(write, Write::Member(_) | Write::MemberRemoved(_) | Write::Role(_));
        self.moved = writes.iter().any(moves);
        team::lawful(&self.disk, &self.kinds, frozen, writes)
    }

    pub fn breaks(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }

    // --- lives and deaths

    /// Builds the core from the disk: at the start, after a crash, after a failed write.
    pub fn load(&mut self, now: Now, epoch: u64, plan: &Plan) {
        self.incarnation += 1;
        self.streams += 1;
        self.circles = Circles::default();
        self.tick = Tick::default();
        self.gate = Gate::new(plan.gate, self.disk.objects.keys().copied());
        self.loads.clear();
        let stream = StreamId(Uuid::from_u128(u128::from(self.streams) << 32 | self.room as u128));
        let (stored, limits, kept) = (self.disk.stored(), plan.limits.clone(), self.ephemeral.take());
        let carried = kept.is_some();
        if !carried {
            (self.still, self.latest) = (0, 0);
            self.vitals.clear();
        }
        let mut core = Workspace::restore(now, stored, epoch, stream, limits, kept, &mut self.effects);
        // Clocks of what comes from the store begin before the time without a core is taken off them.
        let begins = self.own(now);
        self.times.rebuilt(&self.disk, &plan.limits, begins, carried);
        if let Some(since) = self.stalled.take() {
            self.stand_still(&mut core, now, now.mono.since(since));
        }
        let own = self.own(now);
        for holder in self.disk.holders() {
            let grace = self.times.grace_ms();
            let vital = Vital { socket: None, heard: own, lost: Some(own), grace };
            self.vitals.entry(holder).or_insert(vital);
        }
        let own_sessions: Vec<SessionId> = self.seats.keys().copied().collect();
        self.seats.values_mut().for_each(|seat| seat.awaits = true);
        self.core = Some(core);
        self.admit(now);
        for session in own_sessions {
            let picture = self.core.as_ref().and_then(|core| core.snapshot_for(now, session));
            match picture {
                Some(picture) => {
                    let why = baton::protocol::server::ResyncReason::Reloaded;
                    self.gate.resync(session, why, Box::new(picture), &mut self.free);
                }
                None => self.close_session(session),
            }
        }
        self.release();
        for (session, socket) in std::mem::take(&mut self.lost_later) {
            self.run(now, Command::SocketLost { session, socket }, None);
        }
    }

    fn stand_still(&mut self, core: &mut Workspace, now: Now, ms: u64) {
        core.clock_stood_still(now, ms);
        self.still += ms;
        let (own, grace) = (self.own(now), self.times.grace_ms());
        self.times.stood_still(own);
        for vital in self.vitals.values_mut() {
            *vital = Vital { heard: own, lost: vital.lost.map(|_| own), grace, ..*vital };
        }
    }

    /// The process did not run for so long.
    pub fn slept(&mut self, now: Now, ms: u64) {
        self.gate.clock_stood_still(ms);
        if let Some(mut core) = self.core.take() {
            self.stand_still(&mut core, now, ms);
            self.core = Some(core);
        }
    }

    /// A write failed: the core knows things that did not happen.
    pub fn failed(&mut self, now: Now) {
        let Some(core) = self.core.take() else { return };
        self.ephemeral = Some(core.into_ephemeral());
        self.stalled = Some(now.mono);
        self.gate.drop_all();
        for (call, waiting) in std::mem::take(&mut self.calls) {
            match (waiting.socket, waiting.request) {
                (Some(socket), Some(_)) => {
                    self.mail.push((socket, Message::Reply { call, result: Err(Refusal::RetryLater) }));
                }
                (Some(socket), None) => {
                    if let Some(session) = self.carried.get(&socket).copied() {
                        self.close_session(session);
                    }
                    self.closed.push(socket);
                }
                (None, _) => {}
            }
        }
    }

    /// The process died.
    pub fn dies(&mut self) {
        self.core = None;
        self.ephemeral = None;
        self.stalled = None;
        self.seats.clear();
        self.carried.clear();
        self.sockets.clear();
        self.calls.clear();
        self.lost_later.clear();
        self.unsent.clear();
        self.mail.clear();
        self.closed.clear();
        self.outstanding = 0;
        self.gate.drop_all();
        self.told = Told::default();
    }

    // --- turns

    pub fn refuses(&self, now: Now, ephemeral: bool) -> Option<Refusal> {
        if self.core.is_none() || self.gate.is_held() && !ephemeral {
            return Some(Refusal::RetryLater);
        }
        let full = self.gate.is_overfull() || !ephemeral && self.gate.is_full(now.mono);
        full.then_some(Refusal::Busy)
    }

    pub fn request(&mut self, now: Now, caller: Caller, call: CallId, waiting: Waiting) {
        let Some(request) = waiting.request.clone() else { return };
        let ephemeral = matches!(
            request,
            Request::Locate(_)
                | Request::Chat { .. }
                | Request::Typing { .. }
                | Request::Dirty { .. }
                | Request::SetStatus(_)
                | Request::Active { .. }
                | Request::Heartbeat
        );
        if let Some(refusal) = self.refuses(now, ephemeral) {
            if let Some(socket) = waiting.socket {
                self.mail.push((socket, Message::Reply { call, result: Err(refusal) }));
            }
            return;
        }
        // As the shell does: whose the fence was, if the core may have forgotten.
        if let (Request::Edit(edit), Some(core)) = (&request, &mut self.core)
            && let Pen::Held(fence) = edit.pen
            && let Some(past) = self.disk.fences.get(&fence)
        {
            core.recall_fence(now, *past);
        }
        self.calls.insert(call, waiting);
        let at_once = (ephemeral && self.gate.is_held()).then_some(call);
        self.run(now, Command::Request { caller, call, request }, at_once);
    }

    pub fn run(&mut self, now: Now, command: Command, at_once: Option<CallId>) {
        let own = self.own(now);
        if let Command::Heard { session, socket } = &command
            && let Some(vital) = self.vitals.get_mut(session).filter(|vital| vital.socket == Some(*socket))
        {
            if self.times.overdue(own - vital.heard) {
                self.times.line(*session, own);
            }
            vital.heard = own;
        }
        if let Command::Heard { socket, .. } = &command
            && !self.heard.frame(*socket, now)
        {
            return;
        }
        let Some(core) = &mut self.core else {
            match command {
                Command::SocketLost { session, socket } => self.lost_later.push((session, socket)),
                Command::Heard { socket, .. } => self.heard.await_frame(socket),
                _ => {}
            }
            return;
        };
        if let Command::SocketLost { session, socket } = &command {
            self.heard.note(core, now, *session, *socket);
        }
        if let Command::SocketLost { session, socket } = &command
            && let Some(vital) = self.vitals.get_mut(session).filter(|vital| vital.socket == Some(*socket))
        {
            vital.lost = Some(own);
            vital.grace = self.times.grace_ms();
        }
        self.commands += 1;
        core.handle(now, command, &mut self.effects);
        if let Some(call) = at_once {
            let own = |effect: &Effect| matches!(effect, Effect::Reply { call: one, .. } if *one == call);
            if let Some(at) = self.effects.iter().position(own) {
                let reply = self.effects.remove(at);
                self.give_out(reply);
            }
        }
        self.admit(now);
    }

    /// What is due by itself; nothing that would write while the room is held.
    pub fn turn(&mut self, now: Now) {
        if let Some(Hold::Ended { ms }) = self.gate.look(now.mono)
            && let Some(mut core) = self.core.take()
        {
            self.stand_still(&mut core, now, ms);
            self.core = Some(core);
        }
        self.latest = self.latest.max(self.own(now));
        if let Some(core) =
            self.core.as_mut().filter(|core| !self.gate.is_held() && core.asks_who_was_heard(now))
        {
            for (socket, session) in &self.carried {
                self.heard.note(core, now, *session, *socket);
            }
        }
        let due = self.core.as_ref().and_then(Workspace::next_deadline);
        if !self.gate.is_held() && due.is_some_and(|at| at <= now.mono) {
            self.commands += 1;
            if let Some(core) = &mut self.core {
                core.on_deadline(now, &mut self.effects);
            }
            self.admit(now);
        }
        self.places_due(now);
    }

    pub fn quiet(&self) -> bool {
        self.core.as_ref().is_some_and(|core| !core.tells_later())
            && self.tick.is_empty()
            && !self.gate.is_shut()
            && !self.gate.is_held()
            && self.loads.is_empty()
    }

    fn admit(&mut self, now: Now) {
        self.latest = self.latest.max(self.own(now));
        if let Some(Err(broken)) = self.core.as_ref().map(Workspace::check) {
            self.breaks(broken);
        }
        let own = self.own(now);
        let connected = |session| self.vitals.get(&session).is_some_and(|vital| vital.lost.is_none());
        if let Err(broken) = self.times.follow(&self.effects, own, connected) {
            self.broken.get_or_insert(broken);
        }
        for effect in &self.effects {
            match effect {
                Effect::Attach { session, user, socket, .. } => {
                    self.users.insert(*session, *user);
                    self.times.line(*session, own);
                    self.carried.insert(*socket, *session);
                    self.vitals
                        .insert(*session, Vital { socket: Some(*socket), heard: own, lost: None, grace: 0 });
                }
                Effect::Ended { session } => drop(self.vitals.remove(session)),
                _ => {}
            }
        }
        if let Some(batch) = self.gate.admit(now.mono, &mut self.effects, &mut self.free) {
            let (room, incarnation) = (self.room, self.incarnation);
            self.unsent.push(Batch { room, incarnation, n: batch.n, writes: batch.writes });
            self.outstanding += 1;
        }
        self.release();
    }

    pub fn committed(&mut self, n: u64) {
        self.gate.committed(n, &mut self.free);
        self.release();
    }

    // --- the way out

    fn release(&mut self) {
        for release in std::mem::take(&mut self.free) {
            match release {
                Release::Effect(effect) => self.give_out(effect),
                // A frame without a number is in no replica's history; it comes again with its number.
                Release::Unnumbered(_) => {}
                Release::Resync { session, snapshot, .. } => self.resync(session, snapshot),
            }
        }
    }

    fn resync(&mut self, session: SessionId, snapshot: Box<Snapshot>) {
        let Some(seat) = self.seats.get_mut(&session) else { return };
        let fits = invariants::discreet_picture(&self.disk, seat.user, &snapshot);
        let fits = fits.and(team::existing_in_picture(&self.disk, &self.kinds, seat.user, &snapshot));
        if let Err(broken) = fits {
            self.broken.get_or_insert(broken);
        }
        seat.awaits = false;
        seat.upto = snapshot.upto;
        seat.open = snapshot.open;
        let stream = self.core.as_ref().map_or(StreamId(Uuid::nil()), Workspace::stream);
        self.mail.push((seat.socket, Message::Resync { stream, snapshot }));
    }

    fn close_session(&mut self, session: SessionId) {
        if let Some(seat) = self.seats.get(&session) {
            self.closed.push(seat.socket);
        }
    }

    fn give_out(&mut self, effect: Effect) {
        match effect {
            Effect::Reply { call, result } => self.answer(call, result),
            Effect::Attach { session, user, role, hidden, socket } => {
                if self.sockets.contains(&socket) {
                    let seat = Seat { user, role, hidden, socket, open: None, upto: 0, awaits: false };
                    self.seats.insert(session, seat);
                }
            }
            Effect::Sees { user, role, hidden } => {
                for seat in self.seats.values_mut().filter(|seat| seat.user == user) {
                    seat.role = role;
                    seat.hidden = hidden;
                }
            }
            Effect::Viewing { session, object } => {
                if let Some(seat) = self.seats.get_mut(&session) {
                    seat.open = object;
                }
            }
            Effect::Ended { session } => drop(self.seats.remove(&session)),
            Effect::Close { socket, why } => {
                self.mail.push((socket, Message::Close(why)));
                self.closed.push(socket);
            }
            Effect::Ping { socket } => {
                self.heard.await_frame(socket);
                self.mail.push((socket, Message::Ping));
            }
            Effect::Delta(numbered) => {
                let rightly = times::rightly_revoked(&self.disk, &self.kinds, &self.users, &numbered.delta);
                if let Err(broken) = rightly {
                    self.breaks(broken);
                }
                let shown = invariants::revealed(&self.disk, &numbered.delta);
                if let Err(broken) = shown.and(self.circles.follow(&numbered.delta)) {
                    self.breaks(broken);
                }
                let stream = self.core.as_ref().map_or(StreamId(Uuid::nil()), Workspace::stream);
                self.fan_out(stream, numbered.seq, (numbered.audience, numbered.area), &numbered.delta);
            }
            Effect::Live { audience, live: Live::Location { session, location } } => {
                self.tick.take(audience, session, location);
            }
            Effect::Live { .. } => {}
            Effect::Load { object, revision } => self.loads.push(Wanted::Stack(object, revision)),
            Effect::LoadRecord { object, record } => self.loads.push(Wanted::Record(object, record)),
            Effect::LoadRecordChange { object, number } => self.loads.push(Wanted::Change(object, number)),
            Effect::LoadRecordWork { call, object, since, author, max } => {
                self.loads.push(Wanted::Work { call, object, since, author, max });
            }
            Effect::WorkOut { call, work } => self.loads.push(Wanted::Plan(call, work)),
            Effect::Post { to, post } => self.posted(&to, &post),
            Effect::LoadSaid { channel, limit, .. } => self.loads.push(Wanted::Said(channel, limit)),
            Effect::Write(_) => self.breaks("a write came out of the gate".into()),
        }
    }

    fn posted(&mut self, to: &[Recipient], post: &Post) {
        if let Err(broken) = self.told.follow(&self.disk, to, post) {
            self.breaks(broken);
        }
        // While a role is on its way to the store, either counts.
        let settled = !self.gate.is_shut();
        let (Some(core), true) = (&self.core, settled) else { return };
        let sessions = to.iter().filter_map(|one| match one.client {
            ClientId::Session(session) => core.claim_of(session),
            ClientId::Socket(_) => None,
        });
        let mut users = sessions.map(|(user, _)| user);
        if let Some(user) = users.find(|user| !realtime::may_hear(&self.disk, *user, post)) {
            self.breaks(format!("{user} is told of {post:?}"));
        }
    }

    /// Places are told to those only who may see them. While a choice is on its way to the store, either counts.
    fn places_due(&mut self, now: Now) {
        let settled = !self.gate.is_shut();
        let seats: Vec<Observer> = self.seats.iter().map(|(session, seat)| seat.observer(*session)).collect();
        for (to, session, location) in self.tick.due(now.mono, &seats) {
            let of = self.core.as_ref().and_then(|core| core.claim_of(session)).map(|(of, _)| of);
            if settled && of.is_some_and(|of| invariants::sight(&self.disk, of, to.user) != Sight::Full) {
                self.broken.get_or_insert(format!("{} is shown where {session} is", to.user));
            }
            let socket = self.seats[&to.session].socket;
            self.mail.push((socket, Message::Live { session, location }));
        }
    }

    fn fan_out(
        &mut self,
        stream: StreamId,
        seq: u64,
        (audience, area): (Audience, Area),
        delta: &Arc<Delta>,
    ) {
        let seats = &self.seats;
        let reaches = |to| seats.get(&to).is_some_and(|seat| audience.reaches(&seat.observer(to)));
        self.tick.told(delta, reaches);
        for (session, seat) in &mut self.seats {
            let visible = audience.reaches(&seat.observer(*session)) && area.reaches(seat.hidden);
            let existing = |user| match self.moved {
                true => Ok(()),
                false => team::existing(&self.disk, &self.kinds, user, delta),
            };
            if visible
                && !seat.awaits
                && let Err(broken) =
                    invariants::discreet(&self.disk, seat.user, delta).and(existing(seat.user))
            {
                self.broken.get_or_insert(broken);
            }
            if visible && !seat.awaits {
                let delta = Arc::clone(delta);
                self.mail.push((seat.socket, Message::Deltas { stream, after: seat.upto, upto: seq, delta }));
                seat.upto = seq;
            }
        }
    }

    fn answer(&mut self, call: CallId, result: Result<Answer, Refusal>) {
        let Some(waiting) = self.calls.remove(&call) else {
            return self.breaks(format!("{call:?} is answered and was not asked, or twice"));
        };
        if let (Some(request), Ok(answer)) = (&waiting.request, &result)
            && !self.gate.is_held()
            && let Err(broken) = team::granted(&self.disk, &self.kinds, waiting.user, request, answer)
        {
            self.breaks(broken);
        }
        let session = waiting.socket.and_then(|socket| self.carried.get(&socket).copied());
        if let (Some(Request::Edit(edit)), Err(refusal)) = (&waiting.request, &result)
            && let Err(broken) =
                self.times.kept(&self.disk, (waiting.user, session), edit, refusal, self.latest)
        {
            self.breaks(broken);
        }
        if let (Some(request), Ok(Answer::Receipt(receipt))) = (&waiting.request, &result)
            && let Err(broken) =
                invariants::answered(&self.disk, &mut self.answered, waiting.user, request, receipt)
        {
            self.breaks(broken);
        }
        if let Ok(Answer::Welcome(welcome)) = &result {
            let picture = welcome.snapshot.as_deref();
            let fits = picture
                .map_or(Ok(()), |picture| invariants::discreet_picture(&self.disk, welcome.user, picture));
            let exists = picture.map_or(Ok(()), |picture| {
                team::existing_in_picture(&self.disk, &self.kinds, welcome.user, picture)
            });
            let replayed =
                welcome.replay.iter().map(|delta| invariants::discreet(&self.disk, welcome.user, delta));
            if let Some(Err(broken)) = [fits, exists].into_iter().chain(replayed).find(Result::is_err) {
                self.breaks(broken);
            }
        }
        if let Ok(Answer::Welcome(welcome)) = &result
            && let Some(seat) =
                self.seats.get_mut(&welcome.session).filter(|seat| Some(seat.socket) == waiting.socket)
        {
            seat.upto = welcome.upto;
        }
        match waiting.socket {
            Some(socket) => self.mail.push((socket, Message::Reply { call, result })),
            None => self.looked = Some(result),
        }
    }

    /// A socket is gone.
    pub fn lost(&mut self, now: Now, socket: SocketId) {
        self.sockets.remove(&socket);
        self.seats.retain(|_, seat| seat.socket != socket);
        if let Some(session) = self.carried.remove(&socket) {
            self.run(now, Command::SocketLost { session, socket }, None);
        }
    }
}
