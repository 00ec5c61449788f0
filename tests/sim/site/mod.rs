//! One room as the actor runs it: core, gate, sockets, and what the writer owes it.

mod lives;
mod out;
mod turns;

use std::collections::{BTreeMap, BTreeSet};

use baton::domain::area::Areas;
use baton::domain::command::Request;
use baton::domain::effect::{Answer, Effects, Observer, Receipt, Write};
use baton::domain::id::{CallId, ObjectId, OpId, SessionId, SocketId, UserId};
use baton::domain::refusal::Refusal;
use baton::domain::role::Role;
use baton::domain::stack::ObjectKind;
use baton::domain::time::{Millis, Now};
use baton::domain::workspace::{Ephemeral, Workspace};
use baton::room::gate::{Gate, Release};

use crate::disk::{Disk, Wanted};
use crate::heard::Heard;
use crate::invariants::Circles;
use crate::model::Message;
use crate::plan::Plan;
use crate::realtime::Told;
use crate::team;
use crate::tick::Tick;
use crate::times::Times;

/// What a command wrote, on its way to the store.
#[derive(Debug)]
pub struct Batch {
    pub room: usize,
    pub incarnation: u64,
    pub n: u64,
    pub writes: Vec<Write>,
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
}
