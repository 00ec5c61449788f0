//! The room as a state machine: small machines that do not know each other, and this one, which routes between them.
//!
//! `handle` takes a command and appends effects to the caller's buffer; `next_deadline` says when the core wants to run by
//! itself; `on_deadline` runs it. The core applies at once: what must not be seen before it is durable comes after its
//! write in the buffer, and the room's gate holds it back.

mod areas;
mod arrival;
mod asides;
mod channels;
mod chat;
mod check;
mod console;
mod edits;
mod imports;
mod keys;
mod liveness;
mod locks;
mod log;
mod members;
mod objects;
mod parked;
mod parking;
mod pens;
mod places;
mod presence;
mod presences;
mod publishing;
mod realtime;
mod receipts;
mod records;
mod references;
mod refusals;
mod replay;
mod requests;
mod restore;
mod reverts;
mod rights;
mod roles;
mod sessions;
mod snapshot;
mod stacks;
mod talk;
mod timers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use crate::domain::area::CustomRole;
use crate::domain::command::{Caller, Command, Hello};
use crate::domain::effect::{
    Answer, Area, Audience, Closure, Delta, Effect, Effects, ObjectHead, Observer, PastFence, Receipt, Write,
};
use crate::domain::id::{
    CallId, ItemId, ObjectId, OpId, RequestId, RoleId, SessionId, StreamId, UserId, WorkspaceId,
};
use crate::domain::limits::Limits;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, Role, may};
use crate::domain::stack::{ObjectKind, Stack};
use crate::domain::stored::StoredReceipt;
use crate::domain::time::{Millis, Now};

use asides::Asides;
use channels::Channels;
use chat::Chat;
use keys::Keys;
use locks::{Locks, PastFences, Queue};
use parked::Parked;
use pens::Circle;
use presence::Presence;
use presences::Presences;
use publishing::Asked;
use realtime::Clients;
use receipts::Receipts;
use records::{Records, Uploads};
use references::References;
use replay::Replay;
use sessions::{Session, Sessions};
use stacks::Stacks;
use timers::Timers;

pub use restore::Ephemeral;

/// Finds what a stack holds that may not be published: places and what is wrong with them. Given by the shell, because the
/// core knows no XanoScript; pure like the core.
pub type PublishCheck = fn(ObjectKind, &Stack) -> Vec<(ItemId, String)>;

/// What a request led to, before it is wrapped into a reply.
type Done = Result<Answer, Refusal>;

/// One workspace: who is in it, what they hold and wait for, what they edit.
#[derive(Debug)]
pub struct Workspace {
    id: WorkspaceId,
    name: String,
    limits: Limits,
    members: BTreeMap<UserId, Member>,
    roles: BTreeMap<RoleId, CustomRole>,
    sessions: Sessions,
    objects: BTreeMap<ObjectId, ObjectHead>,
    stacks: Stacks,
    records: Records,
    uploads: Uploads,
    asides: Asides,
    locks: Locks,
    past_fences: PastFences,
    queue: Queue,
    parked: Parked,
    references: References,
    /// Who was asked to save before a publish, by object.
    asked: BTreeMap<ObjectId, Asked>,
    receipts: Receipts,
    chat: Chat,
    presence: Presence,
    replay: Replay,
    timers: Timers,
    channels: Channels,
    presences: Presences,
    clients: Clients,
    keys: Keys,
    /// What is closed for edits.
    closures: BTreeMap<LockPath, Closure>,
    /// Requests for whole objects that keep others from new locks in them, until then.
    blocks: BTreeMap<ObjectId, (RequestId, Millis)>,
    /// Members who wait for each other in a circle, by the request that closed it.
    deadlocks: BTreeMap<RequestId, Circle>,
    /// Requests that were granted by their holder's giving the lock back, newest last: a grant on its way comes too late.
    released_to: VecDeque<(RequestId, UserId)>,
    /// Who gives a lock back in this very command.
    releasing: Option<UserId>,
    /// What members and keys were refused since the audit log was last told.
    refusals: BTreeMap<refusals::Refused, refusals::Held>,
    /// How long a lock was held on average, in milliseconds; the newest count most.
    hold_ms: u64,
    /// Hellos of other pages that claim a connected session, by that session.
    contests: BTreeMap<SessionId, Box<Hello>>,
    /// What publishing refuses.
    publish_check: PublishCheck,
    /// Milliseconds for which the clocks stood still; the room's own time is that much behind.
    stood_still: u64,
}

impl Workspace {
    /// The same, refusing to publish what the check finds.
    #[must_use]
    pub fn with_publish_check(self, publish_check: PublishCheck) -> Self {
        Workspace { publish_check, ..self }
    }

    /// Takes one command and appends what follows from it to `out`.
    pub fn handle(&mut self, now: Now, command: Command, out: &mut Effects) {
        let now = self.own_time(now);
        match command {
            Command::Hello(hello) => self.hello(now, hello, out),
            Command::Heard { session, socket } => self.heard(now, session, socket, out),
            Command::SocketLost { session, socket } => self.socket_lost(now, session, socket, out),
            Command::Request { caller, call, request } => self.request(now, caller, call, request, out),
            Command::Entered { socket, credentials } => self.client_entered(socket, credentials),
            Command::Departed { socket, goodbye } => self.client_departed(now, socket, goodbye, out),
            Command::Realtime { by, call, request } => self.realtime(now, by, call, request, out),
            Command::SaidLoaded { channel, said } => self.said_loaded(&channel, said, out),
            Command::Loaded { object, stack } => self.loaded(now, object, stack, out),
            Command::RecordLoaded { object, record, found } => {
                self.record_loaded(now, object, record, found, out);
            }
            Command::RecordChangeLoaded { object, number, found } => {
                self.record_change_loaded(now, object, number, found, out);
            }
            Command::RecordWorkLoaded { call, found } => self.record_work_loaded(now, call, found, out),
            Command::WorkedOut { call, worked } => self.worked_out(now, call, worked, out),
        }
    }

    /// When the core next wants to run by itself, on the clock that it is handed.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.timers.next().map(|at| at + self.stood_still)
    }

    /// Runs what is due.
    pub fn on_deadline(&mut self, now: Now, out: &mut Effects) {
        let now = self.own_time(now);
        while let Some(timer) = self.timers.pop(now.mono) {
            self.due(now, timer, out);
        }
    }

    /// The life of the delta numbering.
    pub fn stream(&self) -> StreamId {
        self.replay.stream
    }

    /// The number of the newest delta.
    pub fn upto(&self) -> u64 {
        self.replay.upto()
    }

    /// Whether nobody is here and nothing is held or waits, so that the room may be unloaded.
    pub fn is_idle(&self) -> bool {
        let rests = self.timers.next().is_none() && self.stacks.waiting() == 0;
        rests && self.clients.is_empty() && !self.channels.keeps_something()
    }

    /// Whose session it is, with the SHA-256 of its secret, if it is here.
    pub fn claim_of(&self, session: SessionId) -> Option<(UserId, [u8; 32])> {
        self.sessions.living(session).map(|session| (session.user, session.secret))
    }

    /// Takes up a final answer that is older than those in memory, so that a late retry gets it again.
    pub fn recall(&mut self, now: Now, known: StoredReceipt) {
        self.receipts.recall(self.own_time(now), self.limits.receipt_ms, known);
    }

    /// Whether the session holds or waits for a lock, and so is pinged more often.
    pub fn is_busy(&self, session: SessionId) -> bool {
        !self.locks.of_session(session).is_empty() || !self.queue.of_session(session).is_empty()
    }

    /// The room's own time: the clocks stood still while it was held or did not run.
    fn own_time(&self, now: Now) -> Now {
        Now { mono: Millis(now.mono.since(Millis(self.stood_still))), wall: now.wall }
    }

    fn tell(&mut self, now: Now, audience: Audience, delta: Delta, out: &mut Effects) {
        let area = self.area_of_update(&delta);
        match area.filter(|kind| self.is_hidden_from_some(*kind)) {
            None => self.replay.tell(now.mono, audience, Area::Any, delta, out),
            Some(kind) => {
                let rest = areas::without_place(&delta);
                self.replay.tell(now.mono, audience, Area::Seen(kind), delta, out);
                if let Some(rest) = rest {
                    self.replay.tell(now.mono, audience, Area::Hidden(kind), rest, out);
                }
            }
        }
    }

    fn member(&self, user: UserId) -> Result<&Member, Refusal> {
        self.members.get(&user).filter(|member| may(member.role, Action::View)).ok_or(Refusal::NotAMember)
    }

    /// The session as the filter of updates knows it.
    fn observer(&self, session: &Session) -> Observer {
        let (user, hidden) = (session.user, self.hidden_from(session.user));
        // Who is no member any more sees as little as the suspended.
        let role = self.members.get(&user).map_or(Role::Suspended, |member| member.role);
        Observer { session: session.id, user, role, hidden, open: session.open }
    }

    /// The member, if their role allows the action; with a custom role, in some area: which one was asked before.
    fn allowed(&self, user: UserId, action: Action) -> Result<&Member, Refusal> {
        let member = self.member(user)?;
        let somewhere = self.custom_role(member).is_some_and(|role| !role.areas(action).is_empty());
        if may(member.role, action) || somewhere { Ok(member) } else { Err(Refusal::NotPermitted) }
    }

    /// The caller's session, which must be here and the caller's own.
    fn session(&self, caller: Caller) -> Result<&Session, Refusal> {
        let id = caller.session.ok_or(Refusal::SessionRequired)?;
        self.sessions.living(id).filter(|session| session.user == caller.user).ok_or(Refusal::SessionGone)
    }

    fn head(&self, object: ObjectId) -> Result<&ObjectHead, Refusal> {
        self.objects.get(&object).ok_or(Refusal::NoSuchObject(object))
    }

    /// Keeps a final answer, in memory and durably.
    fn remember(
        &mut self,
        now: Now,
        user: UserId,
        op_id: OpId,
        intent: [u8; 16],
        receipt: &Receipt,
        out: &mut Effects,
    ) {
        self.receipts.keep(now, self.limits.receipt_ms, user, op_id, intent, receipt.clone());
        out.push(Effect::Write(Write::Receipt {
            user,
            op_id,
            intent,
            receipt: receipt.clone(),
            at: now.wall,
        }));
    }

    /// Takes up a fence of a lock that ended longer ago than is remembered, so that what was typed under it can be parked.
    pub fn recall_fence(&mut self, now: Now, past: PastFence) {
        self.past_fences.keep(now, past);
    }

    fn reply(call: CallId, result: Done, out: &mut Effects) {
        out.push(Effect::Reply { call, result });
    }
}
