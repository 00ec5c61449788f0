//! Building a room from what the store gives: at start, after a crash, after a failed write. One function, two callers.

use std::collections::{BTreeMap, VecDeque};

use super::Workspace;
use super::asides::Asides;
use super::channels::Channels;
use super::chat::Chat;
use super::locks::{HeldPromise, HeldTaken, Lock, LockRequest, Locks, PastFences, Phase, Queue};
use super::parked::Parked;
use super::presence::Presence;
use super::presences::{Holders, Presences};
use super::receipts::Receipts;
use super::records::{Records, Uploads};
use super::references::References;
use super::replay::Replay;
use super::sessions::{Line, Session, Sessions};
use super::stacks::Stacks;
use super::timers::{Timer, Timers};
use crate::domain::area::Areas;
use crate::domain::command::Location;
use crate::domain::effect::{CloseReason, Effect, Effects, LockRow, RequestRow};
use crate::domain::id::{ObjectId, SessionId, StreamId, UserId};
use crate::domain::limits::Limits;
use crate::domain::realtime::{ClientId, PresenceRecord};
use crate::domain::role::{Action, Role, may};
use crate::domain::stored::Stored;
use crate::domain::time::{Millis, Now};

/// What is never written, taken from a core that is thrown away: sessions with their sockets and places, their
/// members' status, and the chat.
#[derive(Debug)]
pub struct Ephemeral {
    sessions: Sessions,
    chat: Chat,
    channels: Channels,
    holders: Holders,
    presence: Presence,
    stood_still: u64,
}

impl Workspace {
    /// Builds the room. `epoch` is this process's, `stream` a new one. Sessions that come with `ephemeral` go on; those that
    /// only locks and requests remember are in a grace that starts now.
    pub fn restore(
        now: Now,
        stored: Stored,
        epoch: u64,
        stream: StreamId,
        mut limits: Limits,
        ephemeral: Option<Ephemeral>,
        out: &mut Effects,
    ) -> Workspace {
        if let Some(settings) = stored.lock_settings {
            settings.apply(&mut limits);
        }
        let (sessions, chat, channels, holders, presence, stood_still) = match ephemeral {
            Some(Ephemeral { sessions, chat, channels, holders, presence, stood_still }) => {
                (sessions, chat, Some(channels), holders, Some(presence), stood_still)
            }
            None => (Sessions::default(), Chat::new(stream), None, Holders::default(), None, 0),
        };
        let mut workspace = Workspace {
            id: stored.workspace,
            name: stored.name,
            members: stored.members.into_iter().map(|member| (member.user, member)).collect(),
            roles: stored.roles.into_iter().map(|role| (role.id, role)).collect(),
            sessions,
            objects: stored.objects.into_iter().map(|head| (head.id, head)).collect(),
            stacks: Stacks::default(),
            records: Records::default(),
            uploads: Uploads::default(),
            asides: Asides::default(),
            locks: Locks::new(epoch, stored.fence),
            past_fences: PastFences::restore(now, limits.past_fence_ms, limits.past_fences, stored.fences),
            queue: Queue::default(),
            parked: Parked::restore(stored.parked),
            references: References::restore(stored.references),
            asked: BTreeMap::new(),
            receipts: Receipts::default(),
            chat,
            presence: Presence::default(),
            replay: Replay::new(stream, limits.replay_deltas, limits.replay_ms),
            timers: Timers::default(),
            channels: Channels::restore(stored.channels, stored.said, channels),
            presences: Presences::default(),
            clients: BTreeMap::new(),
            keys: stored.keys.into_iter().map(|key| (key.id, key)).collect(),
            closures: stored.closures.into_iter().map(|closure| (closure.path, closure)).collect(),
            blocks: BTreeMap::new(),
            deadlocks: BTreeMap::new(),
            released_to: VecDeque::new(),
            releasing: None,
            refusals: BTreeMap::new(),
            hold_ms: super::pens::FIRST_HOLD_MS,
            contests: BTreeMap::new(),
            publish_check: |_, _| Vec::new(),
            stood_still,
            limits,
        };
        let now = workspace.own_time(now);
        let (settings, rows) = (stored.presence_settings, stored.presence);
        let is_member = |user| workspace.members.contains_key(&user);
        workspace.presence = Presence::restore(now, settings, rows, presence, is_member);
        workspace.receipts.restore(now, workspace.limits.receipt_ms, stored.receipts);
        workspace.restore_presences(now, stored.presences, holders);
        workspace.restore_sessions(now, out);
        workspace.sees(out);
        workspace.restore_pens(now, stored.locks, stored.requests);
        workspace.settle(now, out);
        workspace.settle_statuses(now, out);
        workspace
    }

    /// Locks first, then who waits for them, in the order in which they came.
    fn restore_pens(&mut self, now: Now, locks: Vec<LockRow>, mut requests: Vec<RequestRow>) {
        for row in locks {
            self.restore_lock(now, row);
        }
        requests.sort_unstable_by_key(|row| row.order);
        for row in requests {
            self.restore_request(now, row);
        }
    }

    /// Bound records go on with a session that is here; the others wait a moment for their socket to come back.
    fn restore_presences(&mut self, now: Now, stored: Vec<PresenceRecord>, holders: Holders) {
        let sessions = &self.sessions;
        let lives = |client: ClientId| match client {
            ClientId::Session(session) => sessions.living(session).is_some(),
            ClientId::Socket(_) => false,
        };
        let orphaned = now.mono + self.limits.grace_ms.max(self.limits.presence_grace_ms);
        self.presences = Presences::restore(stored, holders, lives, orphaned);
        self.watch_presences(now);
    }

    /// Takes out what is never written, to give it to the next [`Workspace::restore`].
    pub fn into_ephemeral(self) -> Ephemeral {
        let Workspace { sessions, chat, channels, presences, presence, stood_still, .. } = self;
        Ephemeral { sessions, chat, channels, holders: presences.into_holders(), presence, stood_still }
    }

    /// The room was held, or did not run, for so long: all its clocks stood still, and each silent session starts a grace as
    /// after a restart.
    pub fn clock_stood_still(&mut self, now: Now, ms: u64) {
        self.stood_still += ms;
        let now = self.own_time(now);
        let limits = self.limits.clone();
        for session in self.sessions.iter_mut() {
            match session.line {
                Line::Open => session.heard = now.mono,
                Line::Grace(_) => session.line = Line::Grace(now.mono + limits.grace_ms),
                Line::Over(_) => {}
            }
        }
        let ids: Vec<_> =
            self.sessions.iter().map(|session| (session.id, session.deadline(&limits))).collect();
        for (id, at) in ids {
            self.timers.set(Timer::Session(id), at);
        }
    }

    /// Sessions that were carried over: rights are checked afresh, what they name must exist.
    fn restore_sessions(&mut self, now: Now, out: &mut Effects) {
        let mut lost: Vec<SessionId> = Vec::new();
        let hidden: BTreeMap<UserId, Areas> =
            self.members.keys().map(|user| (*user, self.hidden_from(*user))).collect();
        for session in self.sessions.iter_mut() {
            session.sees_since = 0;
            let role = self.members.get(&session.user).map(|member| member.role);
            match session.park_only {
                Some((until, _)) => self.timers.set(Timer::ParkOnly(session.id), until.max(now.mono)),
                None if !role.is_some_and(|role| may(role, Action::View)) => lost.push(session.id),
                None => {}
            }
            let hidden = hidden.get(&session.user).copied().unwrap_or_default();
            let there =
                |object: ObjectId| self.objects.get(&object).is_some_and(|head| !hidden.has(head.kind));
            session.open = session.open.filter(|object| there(*object));
            if session.location.object.is_some_and(|object| !there(object)) {
                session.location =
                    Location { n: session.location.n + 1, ..Location::page(super::places::HOME) };
            }
            let at = session.deadline(&self.limits).max(now.mono);
            self.timers.set(Timer::Session(session.id), at);
        }
        for id in lost {
            self.timers.cancel(Timer::Session(id));
            if let Some(socket) = self.sessions.remove(id).and_then(|session| session.socket) {
                out.push(Effect::Close { socket, why: CloseReason::Removed });
            }
        }
    }

    /// A role that was not written is not seen with.
    fn sees(&self, out: &mut Effects) {
        let mut users: Vec<UserId> = self.sessions.living_ones().map(|session| session.user).collect();
        users.sort_unstable();
        users.dedup();
        for user in users {
            let role = self.members.get(&user).map_or(Role::Suspended, |member| member.role);
            out.push(Effect::Sees { user, role, hidden: self.hidden_from(user) });
        }
    }

    fn restore_lock(&mut self, now: Now, row: LockRow) {
        let view = row.view;
        self.remembered(now, view.session, view.user, row.secret);
        let holder = (view.session, view.user, row.secret);
        let mut lock = Lock::new(view.path, view.fence, holder, now, self.limits.idle_ms);
        lock.since = view.since;
        lock.edited_wall = view.edited;
        lock.wrote = row.wrote;
        lock.promise = view.promise.zip(row.promised_ms).map(|(promise, ms)| HeldPromise {
            request: promise.request,
            at: now.mono + ms,
            wall: now.wall.plus(ms),
            written: now.mono,
        });
        lock.taken = row.taken.map(|taken| HeldTaken {
            by: taken.by,
            from: taken.from,
            until: now.mono + taken.remains_ms,
            wall: now.wall.plus(taken.remains_ms),
        });
        let idle = now.mono + self.limits.idle_ms / 2;
        let refresh = now.mono + self.limits.refresh_ms;
        let wake = lock.promise.map_or(idle, |promise| promise.at.min(refresh));
        self.timers.set(Timer::Lock(lock.path), wake);
        self.locks.insert(lock);
    }

    fn restore_request(&mut self, now: Now, row: RequestRow) {
        let view = row.view;
        self.remembered(now, view.session, view.user, row.secret);
        let mut request = LockRequest {
            id: view.id,
            path: view.path,
            session: view.session,
            user: view.user,
            note: view.note,
            since: view.since,
            order: row.order,
            expires: now.mono + row.remains_ms,
            ignored_by: view.ignored_by.into_iter().collect(),
            nudged: view.nudged,
            promised: row.promised,
            asked: Millis(now.mono.0.saturating_sub(row.waited_ms)),
            written: now.mono,
            clock: Millis(now.mono.0.saturating_sub(row.waited_ms)),
            paused: None,
            take_over: view.take_over,
            eta: view.eta,
            secret: row.secret,
        };
        let promised = self
            .locks
            .of_object(view.path.object)
            .any(|lock| lock.promise.is_some_and(|promise| promise.request == view.id));
        if promised || self.closure_on(view.path).is_some() {
            request.pause(now.mono);
        } else {
            request.resume(now, self.limits.take_over_ms);
        }
        // A lock and a request of one session on one path: it had been reserved for an asker in grace.
        let until = now.mono + self.limits.reserve_ms;
        if let Some(lock) = self.locks.get_mut(request.path).filter(|lock| lock.session == request.session) {
            lock.phase = Phase::Reserved { request: request.id, until };
            self.timers.set(Timer::Lock(request.path), until);
        }
        let (id, object) = (request.id, request.path.object);
        self.queue.insert(request);
        self.schedule_request(now, id);
        self.block_next(now, object);
    }

    /// A session that only its locks or requests remember is in its grace, which starts now.
    fn remembered(&mut self, now: Now, id: SessionId, user: UserId, secret: [u8; 32]) {
        let until = now.mono + self.limits.grace_ms;
        if let Some(session) = self.sessions.get_mut(id) {
            if !session.lives() {
                session.line = Line::Grace(until);
                self.timers.set(Timer::Session(id), until);
            }
            return;
        }
        let session = Session {
            id,
            user,
            secret,
            instance: None,
            socket: None,
            line: Line::Grace(until),
            tab: self.sessions.free_tab(user),
            bot: false,
            device: String::new(),
            address: String::new(),
            keep_ms: self.limits.silence_ms,
            reported: None,
            since: now.wall,
            active: now.wall,
            heard: now.mono,
            overdue: false,
            location: Location::page(super::places::HOME),
            open: None,
            chat_from: 0,
            sees_since: 0,
            dirty: BTreeMap::new(),
            asked: BTreeMap::new(),
            declined: BTreeMap::new(),
            park_only: None,
        };
        self.timers.set(Timer::Session(id), until);
        self.sessions.insert(session);
    }

    /// What became possible while nobody was there to decide it.
    fn settle(&mut self, now: Now, out: &mut Effects) {
        // The asker for whom it was reserved is here: that they had taken it was not written.
        let here = |id| self.sessions.living(id).is_some_and(Session::connected);
        let reserved: Vec<_> = self
            .locks
            .iter()
            .filter_map(|lock| match lock.phase {
                Phase::Reserved { request, .. } if here(lock.session) => Some((lock.path, request)),
                _ => None,
            })
            .collect();
        for (path, request) in reserved {
            self.take_reserved(now, path, request, out);
        }
        let objects: Vec<_> = {
            let mut objects: Vec<_> = self.queue.iter().iter().map(|request| request.path.object).collect();
            objects.sort_unstable();
            objects.dedup();
            objects
        };
        for object in objects {
            self.promote(now, object, out);
        }
        let waited: Vec<_> = self.queue.iter().iter().map(|request| request.path).collect();
        for path in waited {
            self.shorten_idle(now, path, out);
        }
        let waiting: Vec<_> = self.queue.iter().iter().map(|request| request.id).collect();
        for id in waiting {
            self.find_circle(now, id, out);
        }
    }
}
