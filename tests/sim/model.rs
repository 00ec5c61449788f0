//! A browser tab as the server sees it: a replica of the room, an outbox of what is not acknowledged, a socket that drops.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use uuid::Uuid;

use baton::domain::area::CustomRole;
use baton::domain::command::{Change, Location, Request};
use baton::domain::effect::{Answer, CloseReason};
use baton::domain::effect::{
    Arrival, ChatLine, Closure, Deadlock, Delta, LockEnd, LockView, ObjectHead, ObjectView, ParkedDraft,
    PresenceView, Receipt, RequestView, SessionView, Snapshot, Welcome,
};
use baton::domain::id::{
    CallId, ItemId, ObjectId, OpId, ParkedId, RequestId, RoleId, SessionId, SocketId, StreamId, UserId,
};
use baton::domain::path::{Fence, LockPath};
use baton::domain::realtime::ChannelSettings;
use baton::domain::refusal::Refusal;
use baton::domain::role::Member;
use baton::domain::stack::op::Op;
use baton::domain::stack::{Revision, Stack};

/// What a socket brings to a tab.
#[derive(Debug, Clone)]
pub enum Message {
    Deltas { stream: StreamId, after: u64, upto: u64, delta: Arc<Delta> },
    Live { session: SessionId, location: Location },
    Reply { call: CallId, result: Result<Answer, Refusal> },
    Resync { stream: StreamId, snapshot: Box<Snapshot> },
    Close(#[expect(dead_code, reason = "for the trace")] CloseReason),
    Ping,
}

/// The object that a tab shows.
#[derive(Debug, Clone)]
pub struct Content {
    pub object: ObjectId,
    pub revision: Revision,
    pub stack: Stack,
    pub changes: BTreeMap<u64, Change>,
}

impl Content {
    /// A change came or reads differently. Those of records are no part of what is published, and are not counted here.
    fn take(&mut self, change: &Change) {
        if !change.item.is_some_and(ItemId::is_data) {
            self.changes.insert(change.number, change.clone());
        }
    }
}

/// A room as a tab knows it: a snapshot, and every delta since.
#[derive(Debug, Clone)]
pub struct Replica {
    pub stream: StreamId,
    pub upto: u64,
    pub members: BTreeMap<UserId, Member>,
    pub roles: BTreeMap<RoleId, CustomRole>,
    pub sessions: BTreeMap<SessionId, SessionView>,
    /// Where they are by deltas and live updates, whichever is later.
    pub places: BTreeMap<SessionId, Location>,
    pub presence: BTreeMap<UserId, PresenceView>,
    pub objects: BTreeMap<ObjectId, ObjectHead>,
    pub locks: BTreeMap<LockPath, LockView>,
    pub requests: BTreeMap<RequestId, RequestView>,
    pub closures: BTreeMap<LockPath, Closure>,
    pub deadlocks: BTreeMap<RequestId, Deadlock>,
    pub channels: BTreeMap<Arc<str>, ChannelSettings>,
    pub parked: BTreeMap<ParkedId, ParkedDraft>,
    pub chat: Vec<ChatLine>,
    pub content: Option<Content>,
}

impl Replica {
    pub fn new(stream: StreamId, picture: Snapshot) -> Self {
        Replica {
            stream,
            upto: picture.upto,
            members: picture.members.into_iter().map(|one| (one.user, one)).collect(),
            places: picture.sessions.iter().map(|one| (one.id, one.location.clone())).collect(),
            roles: picture.roles.into_iter().map(|one| (one.id, one)).collect(),
            sessions: picture.sessions.into_iter().map(|one| (one.id, one)).collect(),
            presence: picture.presence.into_iter().map(|one| (one.user, one)).collect(),
            objects: picture.objects.into_iter().map(|one| (one.id, one)).collect(),
            locks: picture.locks.into_iter().map(|one| (one.path, one)).collect(),
            requests: picture.requests.into_iter().map(|one| (one.id, one)).collect(),
            closures: picture.closures.into_iter().map(|one| (one.path, one)).collect(),
            deadlocks: picture.deadlocks.into_iter().map(|one| (one.id, one)).collect(),
            channels: picture.channels.into_iter().map(|one| (Arc::clone(&one.pattern), one)).collect(),
            parked: picture.parked.into_iter().map(|one| (one.id, one)).collect(),
            chat: picture.chat,
            content: None,
        }
    }

    /// The content of the object that was opened.
    pub fn show(&mut self, view: &ObjectView) -> Result<(), String> {
        let nodes = view.nodes.clone();
        let stack = Stack::from_nodes(nodes).map_err(|error| format!("a view is no tree: {error}"))?;
        let changes = view.changes.iter().map(|change| (change.number, change.clone())).collect();
        let (object, revision) = (view.head.id, view.head.revision);
        self.content = Some(Content { object, revision, stack, changes });
        Ok(())
    }

    /// A session is there, as far as nothing later is known of it.
    fn place(&mut self, session: SessionId, location: &Location) {
        if self.places.get(&session).is_none_or(|known| known.n <= location.n) {
            self.places.insert(session, location.clone());
        }
    }

    fn session(&mut self, view: &SessionView) {
        self.place(view.id, &view.location);
        self.sessions.insert(view.id, view.clone());
    }

    fn session_ended(&mut self, id: SessionId) {
        self.sessions.remove(&id);
        self.places.remove(&id);
    }

    pub fn apply(&mut self, delta: &Delta) -> Result<(), String> {
        match delta {
            Delta::Channel(settings) => {
                drop(self.channels.insert(Arc::clone(&settings.pattern), settings.clone()));
            }
            Delta::ChannelRemoved(pattern) => drop(self.channels.remove(pattern)),
            Delta::Member(member) => drop(self.members.insert(member.user, member.clone())),
            Delta::MemberRemoved(user) => {
                self.members.remove(user);
                self.presence.remove(user);
            }
            Delta::Role(role) => drop(self.roles.insert(role.id, role.clone())),
            Delta::RoleRemoved(id) => drop(self.roles.remove(id).ok_or("the end of no role")?),
            Delta::Notice(_) => {}
            Delta::Session(view) => self.session(view),
            Delta::SessionEnded(id) => self.session_ended(*id),
            Delta::Presence(view) => drop(self.presence.insert(view.user, view.clone())),
            Delta::Roster(roster) => {
                roster.gone.iter().for_each(|id| self.session_ended(*id));
                roster.sessions.iter().for_each(|view| self.session(view));
                self.presence.extend(roster.presence.iter().map(|view| (view.user, view.clone())));
            }
            Delta::Object(head) => drop(self.objects.insert(head.id, head.clone())),
            Delta::ObjectDeleted(id) => {
                self.objects.remove(id);
                self.content.take_if(|content| content.object == *id);
            }
            Delta::Operation { object, operation, change } => {
                let Some(content) = self.content.as_mut().filter(|content| content.object == *object) else {
                    return Ok(());
                };
                if operation.revision != content.revision.next() {
                    return Err(format!(
                        "{object} shows {:?} and gets {:?}",
                        content.revision, operation.revision
                    ));
                }
                // Records are no part of the tree.
                if !matches!(operation.op, Op::Record(_)) {
                    content
                        .stack
                        .apply(&operation.op, operation.revision, Some(operation.op_id))
                        .map_err(|error| format!("a replica cannot follow: {error}"))?;
                }
                content.revision = operation.revision;
                content.take(change);
            }
            Delta::Change { object, change } => {
                if let Some(content) = self.content.as_mut().filter(|content| content.object == *object) {
                    content.take(change);
                }
            }
            Delta::ChangesMarked { object, numbers, reverted_by } => {
                if let Some(content) = self.content.as_mut().filter(|content| content.object == *object) {
                    for number in numbers.iter() {
                        if let Some(change) = content.changes.get_mut(&number) {
                            change.reverted_by = *reverted_by;
                        }
                    }
                }
            }
            Delta::Published { object, numbers, .. } => {
                if let Some(content) = self.content.as_mut().filter(|content| content.object == *object) {
                    content.changes.retain(|number, _| !numbers.contains(*number));
                }
            }
            Delta::SaveAsked { .. } => {}
            Delta::Lock(view) => {
                if let Some(old) = self.locks.get(&view.path).filter(|old| old.session != view.session) {
                    return Err(format!("{:?} is shown to {} and {}", view.path, old.session, view.session));
                }
                self.locks.insert(view.path, view.clone());
            }
            Delta::LockEnded { path, session, .. } => {
                let old = self.locks.remove(path);
                if old.is_none_or(|old| old.session != *session) {
                    return Err(format!("the end of a lock on {path:?} that was not shown"));
                }
            }
            Delta::Request(view) => drop(self.requests.insert(view.id, view.clone())),
            Delta::RequestEnded { request, .. } => {
                self.requests.remove(request).ok_or("the end of a request that was not shown")?;
            }
            Delta::Closed(closure) => drop(self.closures.insert(closure.path, closure.clone())),
            Delta::Reopened { path, .. } => {
                drop(self.closures.remove(path).ok_or("an opening of what was open")?)
            }
            Delta::Deadlock(circle) => drop(self.deadlocks.insert(circle.id, circle.clone())),
            Delta::DeadlockEnded(id) => {
                // With custom roles one may end that was in areas which do not exist here.
                let known = self.deadlocks.remove(id).is_some() || !self.roles.is_empty();
                known.then_some(()).ok_or("the end of no deadlock")?;
            }
            Delta::Freeze { .. } | Delta::Undone { .. } => {}
            Delta::Parked(draft) => drop(self.parked.insert(draft.id, draft.clone())),
            Delta::ParkedEnded(id) => drop(self.parked.remove(id)),
            Delta::Chat(line) => {
                if self.chat.last().is_some_and(|last| last.number >= line.number) {
                    return Err(format!("chat line {} comes twice or late", line.number));
                }
                self.chat.push(line.clone());
            }
        }
        Ok(())
    }
}

/// Something asked and not yet answered.
#[derive(Debug, Clone)]
pub struct Pending {
    pub op_id: OpId,
    pub request: Request,
    /// On the socket of now.
    pub call: Option<CallId>,
}

/// One tab.
#[derive(Debug, Clone)]
pub struct Client {
    pub user: UserId,
    pub room: usize,
    pub instance: u128,
    pub session: Option<SessionId>,
    pub socket: Option<SocketId>,
    pub welcome: bool,
    pub replica: Option<Replica>,
    pub outbox: Vec<Pending>,
    pub inbox: VecDeque<(u64, SocketId, Message)>,
    /// Does not answer pings.
    pub silent: bool,
    pub latency: u64,
    pub sent: u64,
    pub back_at: u64,
    pub opening: Option<CallId>,
    pub frozen: Vec<(LockPath, Fence)>,
    pub fences: Vec<(LockPath, Fence)>,
    /// Pens that were taken with the right to them, while something was typed.
    pub revoked: Vec<(LockPath, Fence)>,
    pub last_op: BTreeMap<ItemId, OpId>,
    /// The file that the tab brings in, and into which table.
    pub file: Option<(Uuid, ObjectId)>,
    pub answered: Vec<Pending>,
}

impl Client {
    pub fn new(user: UserId, room: usize, instance: u128) -> Self {
        Client {
            user,
            room,
            instance,
            session: None,
            socket: None,
            welcome: false,
            replica: None,
            outbox: Vec::new(),
            inbox: VecDeque::new(),
            silent: false,
            latency: 5,
            sent: 0,
            back_at: 0,
            opening: None,
            frozen: Vec::new(),
            fences: Vec::new(),
            revoked: Vec::new(),
            last_op: BTreeMap::new(),
            file: None,
            answered: Vec::new(),
        }
    }

    /// The socket is gone, on whichever side.
    pub fn unplugged(&mut self, back_at: u64) {
        self.socket = None;
        self.welcome = false;
        self.silent = false;
        self.opening = None;
        self.back_at = back_at;
        self.inbox.clear();
        for pending in &mut self.outbox {
            pending.call = None;
        }
    }

    /// Takes one message. What the tab then does is decided later.
    pub fn take(&mut self, message: Message) -> Result<(), String> {
        match message {
            Message::Deltas { stream, after, upto, delta } => {
                let session = self.session;
                let Some(replica) = &mut self.replica else { return Err("deltas without a picture".into()) };
                if replica.stream != stream || replica.upto != after {
                    return Err(format!(
                        "a gap: at {}, the frame goes on from {after} to {upto}",
                        replica.upto
                    ));
                }
                let revoked = match &*delta {
                    Delta::LockEnded { path, session: of, why: LockEnd::Revoked, .. }
                        if Some(*of) == session =>
                    {
                        replica.locks.get(path).map(|lock| (*path, lock.fence))
                    }
                    _ => None,
                };
                replica.apply(&delta)?;
                self.revoked.extend(revoked);
                replica.upto = upto;
                match &*delta {
                    Delta::Lock(view) if Some(view.session) == session => {
                        self.fences.push((view.path, view.fence))
                    }
                    Delta::Freeze { path, fence, .. } => self.frozen.push((*path, *fence)),
                    _ => {}
                }
            }
            Message::Live { session, location } => {
                if let Some(replica) = &mut self.replica {
                    replica.place(session, &location);
                }
            }
            Message::Reply { call, result } => self.reply(call, result)?,
            Message::Resync { stream, snapshot } => {
                self.replica = Some(Replica::new(stream, *snapshot));
                self.opening = None;
            }
            Message::Close(_) => {}
            Message::Ping => {}
        }
        Ok(())
    }

    fn reply(&mut self, call: CallId, result: Result<Answer, Refusal>) -> Result<(), String> {
        match result {
            Ok(Answer::Welcome(welcome)) => return self.welcomed(*welcome),
            Ok(Answer::Object(view)) if self.opening == Some(call) => {
                self.opening = None;
                if let Some(replica) = &mut self.replica {
                    replica.show(&view)?;
                }
            }
            Ok(Answer::Receipt(receipt)) => {
                if let Some(pending) = self.settled(call) {
                    if let Receipt::Acquired { fence, .. } = receipt
                        && let Request::Acquire { path, .. } | Request::RequestLock { path, .. } =
                            pending.request
                    {
                        self.fences.push((path, fence));
                    }
                    self.answered.push(pending);
                }
            }
            // No answers: the tab keeps what it has and sends it again.
            Err(Refusal::RetryLater | Refusal::Busy | Refusal::ParkedFull | Refusal::RateLimited { .. }) => {
                for pending in self.outbox.iter_mut().filter(|pending| pending.call == Some(call)) {
                    pending.call = None;
                }
            }
            Err(_) => drop(self.settled(call)),
            Ok(_) => {}
        }
        let keep = 20;
        self.fences.drain(..self.fences.len().saturating_sub(keep));
        self.answered.drain(..self.answered.len().saturating_sub(keep));
        Ok(())
    }

    fn settled(&mut self, call: CallId) -> Option<Pending> {
        let at = self.outbox.iter().position(|pending| pending.call == Some(call))?;
        Some(self.outbox.remove(at))
    }

    fn welcomed(&mut self, welcome: Welcome) -> Result<(), String> {
        if welcome.arrival == Arrival::New
            && welcome.snapshot.as_ref().is_none_or(|picture| !picture.chat.is_empty())
        {
            return Err("a new session has no picture, or one with what was said before it came".into());
        }
        self.session = Some(welcome.session);
        self.welcome = true;
        self.frozen.clear();
        match (welcome.snapshot, &mut self.replica) {
            (Some(picture), _) => self.replica = Some(Replica::new(welcome.stream, *picture)),
            (None, Some(replica)) if replica.stream == welcome.stream => {
                for delta in &welcome.replay {
                    replica.apply(delta)?;
                }
                replica.upto = welcome.upto;
            }
            (None, _) => return Err("resumed without anything to go on from".into()),
        }
        Ok(())
    }
}
