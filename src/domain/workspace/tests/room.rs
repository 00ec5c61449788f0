//! A room with people in it, a store in memory behind it, and a clock that goes when it is told to.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::disk::Disk;
use crate::domain::command::{
    Caller, Collisions, Command, Edit, EditAction, Hello, NewObject, OverLocks, Pen, Publish, Request,
    RequestAnswer, Resume, Revert, Scope, Selection,
};
use crate::domain::effect::{
    Answer, Audience, CloseReason, Delta, Effect, Effects, Live, LockEnd, LockView, ObjectView, ParkedDraft,
    Receipt, RequestEnd, Snapshot, Welcome, Write,
};
use crate::domain::id::{
    CallId, InstanceId, ItemId, ObjectId, OpId, RequestId, SessionId, SocketId, StreamId, UserId, WorkspaceId,
};
use crate::domain::limits::Limits;
use crate::domain::path::{Fence, LockPath};
use crate::domain::plan::Work;
use crate::domain::realtime::{Post, Recipient};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Member, Role};
use crate::domain::stack::op::Op;
use crate::domain::stack::{Field, Form, NodeKind, ObjectKind, Revision, Seed, name};
use crate::domain::time::{Millis, Now, Timestamp};
use crate::domain::workspace::Workspace;

pub const OLGA: UserId = UserId(Uuid::from_u128(0xa1));
pub const ADA: UserId = UserId(Uuid::from_u128(0xa2));
pub const ANA: UserId = UserId(Uuid::from_u128(0xa3));
pub const BEN: UserId = UserId(Uuid::from_u128(0xa4));
pub const CARA: UserId = UserId(Uuid::from_u128(0xa5));
pub const VIC: UserId = UserId(Uuid::from_u128(0xa6));
/// The function that every room has: `var` (1), `conditional` (2) with `if` (3) holding `util.sleep` (4), `return` (5).
pub const OBJ: ObjectId = ObjectId(Uuid::from_u128(0xb1));

/// All of it.
pub const WHOLE: LockPath = LockPath { object: OBJ, item: None };

pub fn step(n: u128) -> ItemId {
    ItemId::Node(Uuid::from_u128(n))
}

pub fn path(n: u128) -> LockPath {
    LockPath::item(OBJ, step(n))
}

pub fn field(name: &str, text: &str) -> Field {
    Field { name: name.into(), text: text.into(), form: Form::Assign }
}

pub fn seed(n: u128, kind: NodeKind, word: &str, parent: Option<ItemId>, fields: &[(&str, &str)]) -> Seed {
    let fields = fields.iter().map(|(name, text)| field(name, text)).collect();
    let id = match (kind, parent) {
        (NodeKind::Settings, _) => ItemId::Settings,
        (NodeKind::Inputs, _) => ItemId::Inputs,
        (NodeKind::Stack, _) => ItemId::Stack,
        (NodeKind::Response, _) => ItemId::Response,
        _ => step(n),
    };
    Seed { id, kind, word: word.into(), fields, parent }
}

/// An object with the given steps, each `var`.
pub fn object(id: ObjectId, called: &str, steps: &[u128]) -> NewObject {
    let mut seeds = vec![
        seed(0, NodeKind::Settings, "", None, &[(name::NAME, called)]),
        seed(0, NodeKind::Inputs, "", None, &[]),
        seed(0, NodeKind::Stack, "", None, &[]),
    ];
    let vars = steps.iter().map(|n| seed(*n, NodeKind::Step, "var", Some(ItemId::Stack), &[("value", "1")]));
    seeds.extend(vars);
    seeds.push(seed(0, NodeKind::Response, "", None, &[]));
    NewObject { id, kind: ObjectKind::Function, name: called.into(), group: None, seeds }
}

fn sample() -> NewObject {
    let s = Some(ItemId::Stack);
    let mut new = object(OBJ, "orders", &[1]);
    new.seeds.splice(
        4..4,
        [
            seed(2, NodeKind::Step, "conditional", s, &[]),
            seed(3, NodeKind::Arm, "if", Some(step(2)), &[(name::SUBJECT, "$paid")]),
            seed(4, NodeKind::Step, "util.sleep", Some(step(3)), &[("value", "1")]),
            seed(5, NodeKind::Step, "return", s, &[("value", "$x")]),
        ],
    );
    new
}

pub fn set(item: ItemId, field: &str, text: &str) -> Op {
    Op::Set { item, field: field.into(), text: Some(text.into()), form: Form::Assign, at: None }
}

pub fn insert(n: u128, parent: ItemId, after: Option<ItemId>) -> Op {
    Op::Insert { parent, after, seeds: vec![seed(n, NodeKind::Step, "var", Some(parent), &[("value", "1")])] }
}

/// Everything goes live.
pub fn publish_all(op_id: OpId, object: ObjectId, revision: Revision, description: &str) -> Request {
    let description = description.to_owned();
    Request::Publish(Box::new(Publish {
        op_id,
        object,
        revision,
        description,
        authors: None,
        dependencies: false,
    }))
}

/// A revert that asks where others would lose by it.
pub fn revert_of(op_id: OpId, object: ObjectId, selection: Selection) -> Request {
    Request::Revert(Box::new(Revert {
        op_id,
        object,
        selection,
        collisions: Collisions::Ask,
        take: Vec::new(),
        locks: OverLocks::Refuse,
    }))
}

/// A browser tab that said hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab {
    pub user: UserId,
    pub session: SessionId,
    pub socket: SocketId,
    pub instance: InstanceId,
    pub position: (StreamId, u64),
}

/// What the core waits for.
#[derive(Debug, Clone)]
pub enum Wanted {
    Stack(ObjectId, Revision),
    Record(ObjectId, Uuid),
    Change(ObjectId, u64),
    Work { call: CallId, object: ObjectId, since: Revision, author: Option<UserId>, max: usize },
    Plan(CallId, Box<Work>),
}

pub struct Room {
    pub core: Workspace,
    pub disk: Disk,
    pub limits: Limits,
    pub now: Now,
    /// What was said since [`Room::forget`].
    pub said: Vec<(Audience, Arc<Delta>)>,
    pub live: Vec<(Audience, Live)>,
    /// Posts since [`Room::forget`].
    pub posts: Vec<(Vec<Recipient>, Arc<Post>)>,
    pub pending_said: Vec<(Arc<str>, u32)>,
    pub closed: Vec<(SocketId, CloseReason)>,
    pub pinged: Vec<SocketId>,
    pub answers: BTreeMap<CallId, Result<Answer, Refusal>>,
    /// Sockets that answer pings.
    awake: BTreeMap<SessionId, SocketId>,
    pub loads: bool,
    /// How long the next bots are shown after their last call.
    pub keep_ms: Option<u64>,
    /// Whether the invariants are checked after every command.
    pub checks: bool,
    pub pending_loads: Vec<Wanted>,
    next: u64,
    epoch: u64,
}

/// A room with an owner, Olga, and the function `orders`.
pub fn room() -> Room {
    room_with(Limits::default())
}

pub fn room_with(limits: Limits) -> Room {
    let mut disk = Disk::new(WorkspaceId(Uuid::from_u128(0xc1)));
    let olga = Member { user: OLGA, name: "Olga".into(), role: Role::Owner, custom: None, colour: 0 };
    disk.write(&Write::Member(olga)).unwrap();
    let now = Now { mono: Millis(1_000), wall: Timestamp(1_700_000_000_000) };
    let (stream, out) = (StreamId(Uuid::from_u128(1)), &mut Effects::new());
    let core = Workspace::restore(now, disk.stored(), 1, stream, limits.clone(), None, out);
    let mut room = Room {
        core,
        disk,
        limits,
        now,
        said: Vec::new(),
        live: Vec::new(),
        posts: Vec::new(),
        pending_said: Vec::new(),
        closed: Vec::new(),
        pinged: Vec::new(),
        answers: BTreeMap::new(),
        awake: BTreeMap::new(),
        loads: true,
        keep_ms: None,
        checks: true,
        pending_loads: Vec::new(),
        next: 100,
        epoch: 1,
    };
    let op_id = room.op();
    let olga = Caller { user: OLGA, session: None };
    room.call(olga, Request::Import { op_id, objects: vec![sample()], publish: Some("first".into()) })
        .unwrap();
    room.forget();
    room
}

impl Room {
    pub fn with(mut self, user: UserId, role: Role) -> Self {
        let member = Member { user, name: format!("{user}"), role, custom: None, colour: 0 };
        self.call(Caller { user: OLGA, session: None }, Request::AddMember(member)).unwrap();
        self.forget();
        self
    }

    /// Ana, Ben and Cara are developers, Ada is an admin, Vic looks on.
    pub fn with_everybody(self) -> Self {
        self.with(ANA, Role::Developer)
            .with(BEN, Role::Developer)
            .with(CARA, Role::Developer)
            .with(ADA, Role::Admin)
            .with(VIC, Role::Viewer)
    }

    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub fn op(&mut self) -> OpId {
        OpId(Uuid::from_u128(u128::from(self.number()) << 64))
    }

    pub fn forget(&mut self) {
        self.said.clear();
        self.live.clear();
        self.posts.clear();
        self.closed.clear();
        self.pinged.clear();
    }

    // --- sockets

    pub fn say_hello(&mut self, user: UserId, instance: u128, resume: Option<Resume>) -> (CallId, SocketId) {
        let (call, socket, fresh) = (CallId(self.number()), SocketId(self.number()), self.number());
        let hello = Hello {
            call,
            user,
            socket: Some(socket),
            instance: InstanceId(Uuid::from_u128(instance)),
            fresh: SessionId(Uuid::from_u128(u128::from(fresh))),
            fresh_secret: secret(SessionId(Uuid::from_u128(u128::from(fresh)))),
            resume,
            device: "Chromium on Linux".into(),
            address: "192.0.2.7".into(),
            keep_ms: None,
        };
        self.run(Command::Hello(Box::new(hello)));
        (call, socket)
    }

    pub fn welcomed(&mut self, call: CallId) -> Option<Box<Welcome>> {
        match self.answers.remove(&call)? {
            Ok(Answer::Welcome(welcome)) => Some(welcome),
            other => panic!("a hello was answered with {other:?}"),
        }
    }

    /// A new tab of the member.
    pub fn tab(&mut self, user: UserId) -> Tab {
        let instance = u128::from(self.number());
        let (call, socket) = self.say_hello(user, instance, None);
        let welcome = self.welcomed(call).expect("a new tab is welcome at once");
        self.sits(&welcome, socket, instance)
    }

    pub fn sits(&mut self, welcome: &Welcome, socket: SocketId, instance: u128) -> Tab {
        self.awake.insert(welcome.session, socket);
        Tab {
            user: welcome.user,
            session: welcome.session,
            socket,
            instance: InstanceId(Uuid::from_u128(instance)),
            position: (welcome.stream, welcome.upto),
        }
    }

    pub fn drop_socket(&mut self, tab: Tab) {
        self.awake.remove(&tab.session);
        self.run(Command::SocketLost { session: tab.session, socket: tab.socket });
    }

    /// The socket stays and says nothing any more.
    pub fn falls_silent(&mut self, tab: Tab) {
        self.awake.remove(&tab.session);
    }

    pub fn hears(&mut self, tab: Tab) {
        self.run(Command::Heard { session: tab.session, socket: tab.socket });
    }

    /// The same page comes back.
    pub fn resume(&mut self, tab: Tab) -> (Tab, Box<Welcome>) {
        let instance = tab.instance.0.as_u128();
        let (call, socket) = self.say_hello(tab.user, instance, Some(claim(tab)));
        let welcome = self.welcomed(call).expect("the same page is welcome at once");
        (self.sits(&welcome, socket, instance), welcome)
    }

    // --- asking

    pub fn call(&mut self, caller: Caller, request: Request) -> Result<Answer, Refusal> {
        let call = CallId(self.number());
        self.run(Command::Request { caller, call, request });
        self.answers.remove(&call).expect("every call is answered")
    }

    /// Asks without waiting for the answer.
    pub fn post(&mut self, tab: Tab, request: Request) -> CallId {
        let call = CallId(self.number());
        let caller = Caller { user: tab.user, session: Some(tab.session) };
        self.run(Command::Request { caller, call, request });
        call
    }

    pub fn ask(&mut self, tab: Tab, request: Request) -> Result<Receipt, Refusal> {
        let caller = Caller { user: tab.user, session: Some(tab.session) };
        match self.call(caller, request)? {
            Answer::Receipt(receipt) => Ok(receipt),
            other => panic!("not a receipt: {other:?}"),
        }
    }

    pub fn acquire(&mut self, tab: Tab, path: LockPath) -> Fence {
        let op_id = self.op();
        match self.ask(tab, Request::Acquire { op_id, path }) {
            Ok(Receipt::Acquired { fence, .. }) => fence,
            other => panic!("{path:?} is not acquired: {other:?}"),
        }
    }

    pub fn try_acquire(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Acquire { op_id, path })
    }

    pub fn request(&mut self, tab: Tab, path: LockPath) -> RequestId {
        match self.try_request(tab, path) {
            Ok(Receipt::Waiting { request, .. }) => request,
            other => panic!("{path:?} is not waited for: {other:?}"),
        }
    }

    pub fn try_request(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let (op_id, id) = (self.op(), RequestId(Uuid::from_u128(u128::from(self.number()))));
        self.ask(tab, Request::RequestLock { op_id, request: id, path, note: "please".into() })
    }

    pub fn grant(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::AnswerRequest { op_id, request, answer: RequestAnswer::Grant })
    }

    pub fn promise(&mut self, tab: Tab, request: RequestId, within_ms: u64) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::AnswerRequest { op_id, request, answer: RequestAnswer::Promise { within_ms } })
    }

    pub fn decline(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let (op_id, answer) = (self.op(), RequestAnswer::Decline { reason: "in the middle of it".into() });
        self.ask(tab, Request::AnswerRequest { op_id, request, answer })
    }

    pub fn take_over(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::TakeOver { op_id, request })
    }

    pub fn undo(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Undo { op_id, path })
    }

    pub fn close(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::CloseEditing { op_id, path, reason: "release freeze".into() })
    }

    pub fn reopen(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Reopen { op_id, path })
    }

    pub fn flushed(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let fence = self.lock(path).expect("it is locked").fence;
        self.ask(tab, Request::Flushed { path, fence })
    }

    pub fn flushed_under(&mut self, tab: Tab, path: LockPath, fence: Fence) -> Result<Receipt, Refusal> {
        self.ask(tab, Request::Flushed { path, fence })
    }

    /// A session that is renewed by calls, as a bot's.
    pub fn bot(&mut self, user: UserId) -> Tab {
        let instance = u128::from(self.number());
        let (call, fresh) = (CallId(self.number()), SessionId(Uuid::from_u128(u128::from(self.number()))));
        let hello = Hello {
            call,
            user,
            socket: None,
            instance: InstanceId(Uuid::from_u128(instance)),
            fresh,
            fresh_secret: secret(fresh),
            resume: None,
            device: "a script".into(),
            address: String::new(),
            keep_ms: self.keep_ms,
        };
        self.run(Command::Hello(Box::new(hello)));
        let welcome = self.welcomed(call).expect("a bot is welcome at once");
        let tab = self.sits(&welcome, SocketId(0), instance);
        self.awake.remove(&tab.session);
        tab
    }

    /// The request as everybody sees it.
    pub fn waiting(&mut self, id: RequestId) -> Option<crate::domain::effect::RequestView> {
        self.picture().requests.into_iter().find(|request| request.id == id)
    }

    pub fn picture(&mut self) -> Box<Snapshot> {
        let caller = Caller { user: OLGA, session: None };
        match self.call(caller, Request::Snapshot) {
            Ok(Answer::Snapshot(picture)) => picture,
            other => panic!("the owner may look: {other:?}"),
        }
    }

    pub fn release(&mut self, tab: Tab, path: LockPath, fence: Fence) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Release { op_id, path, fence })
    }

    pub fn force(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Force { op_id, path, reason: "demo in five minutes".into() })
    }

    pub fn edit_here(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::EditHere { op_id, path })
    }

    /// An edit of `OBJ` on its newest revision.
    pub fn edit_of(&mut self, pen: Pen, op: Op) -> Edit {
        let op_id = self.op();
        Edit {
            op_id,
            intent: *op_id.0.as_bytes(),
            object: OBJ,
            pen,
            base: self.disk.objects[&OBJ].revision,
            prev_op: None,
            action: EditAction::Apply(op),
        }
    }

    pub fn edit(&mut self, tab: Tab, pen: Pen, op: Op) -> Result<Receipt, Refusal> {
        let edit = self.edit_of(pen, op);
        self.ask(tab, Request::Edit(Box::new(edit)))
    }

    pub fn revert(&mut self, tab: Tab, changes: Option<Vec<u64>>) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        let selection = changes.map_or(Selection::All(Scope::Everything), Selection::Changes);
        self.ask(tab, revert_of(op_id, OBJ, selection))
    }

    pub fn import(&mut self, tab: Tab, objects: Vec<NewObject>) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Import { op_id, objects, publish: None })
    }

    pub fn view(&mut self, object: ObjectId) -> Box<ObjectView> {
        match self.call(Caller { user: OLGA, session: None }, Request::Read { object }) {
            Ok(Answer::Object(view)) => view,
            other => panic!("{object} cannot be read: {other:?}"),
        }
    }

    pub fn text(&mut self, item: ItemId, field: &str) -> String {
        let view = self.view(OBJ);
        let node = view.nodes.iter().find(|node| node.id == item).expect("the item is there");
        node.field(field).unwrap_or_default().to_owned()
    }

    pub fn parked(&self, user: UserId) -> Vec<&ParkedDraft> {
        self.disk.parked.values().filter(|draft| draft.user == user).collect()
    }

    pub fn snapshot(&self, tab: Tab) -> Snapshot {
        self.core.snapshot_for(self.now, tab.session).expect("the session is known")
    }

    /// The lock on a path as everybody sees it.
    pub fn lock(&mut self, path: LockPath) -> Option<LockView> {
        let caller = Caller { user: OLGA, session: None };
        let Ok(Answer::Snapshot(picture)) = self.call(caller, Request::Snapshot) else {
            panic!("the owner may look")
        };
        picture.locks.into_iter().find(|lock| lock.path == path)
    }

    pub fn holder(&mut self, path: LockPath) -> Option<SessionId> {
        self.lock(path).map(|lock| lock.session)
    }

    // --- what was said

    pub fn ended_locks(&self) -> Vec<(LockPath, LockEnd)> {
        self.said
            .iter()
            .filter_map(|(_, delta)| match &**delta {
                Delta::LockEnded { path, why, .. } => Some((*path, *why)),
                _ => None,
            })
            .collect()
    }

    pub fn ended_requests(&self) -> Vec<(RequestId, RequestEnd)> {
        self.said
            .iter()
            .filter_map(|(_, delta)| match &**delta {
                Delta::RequestEnded { request, how, .. } => Some((*request, *how)),
                _ => None,
            })
            .collect()
    }

    pub fn frozen(&self) -> Vec<SessionId> {
        self.said
            .iter()
            .filter_map(|(audience, delta)| match (audience, &**delta) {
                (Audience::Session(session), Delta::Freeze { .. }) => Some(*session),
                _ => None,
            })
            .collect()
    }

    // --- time and trouble

    /// Time goes by; who is awake answers pings.
    pub fn wait(&mut self, ms: u64) {
        let end = self.now.mono.0 + ms;
        loop {
            let ping = self.now.mono.0 + 4_000;
            let due = self.core.next_deadline().map_or(u64::MAX, |at| at.0);
            let next = end.min(ping).min(due.max(self.now.mono.0));
            let by = next - self.now.mono.0;
            self.now.mono = Millis(next);
            self.now.wall = self.now.wall.plus(by);
            if due <= next {
                let mut out = Effects::new();
                self.core.on_deadline(self.now, &mut out);
                self.take(out);
            }
            let awake: Vec<_> = self.awake.iter().map(|(session, socket)| (*session, *socket)).collect();
            for (session, socket) in awake {
                self.run(Command::Heard { session, socket });
            }
            if next >= end {
                return;
            }
        }
    }

    /// Everything in memory is lost, and the server starts again.
    pub fn crash(&mut self) {
        self.epoch = self.disk.fence.epoch + 1;
        self.awake.clear();
        self.restored(None);
    }

    /// A write failed: the core is rebuilt with what is never written.
    pub fn rebuild(&mut self) {
        let empty = Disk::new(self.disk.workspace).stored();
        let (stream, out) = (StreamId(Uuid::nil()), &mut Effects::new());
        let spare = Workspace::restore(self.now, empty, 1, stream, self.limits.clone(), None, out);
        let old = std::mem::replace(&mut self.core, spare);
        self.restored(Some(old.into_ephemeral()));
    }

    fn restored(&mut self, ephemeral: Option<crate::domain::workspace::Ephemeral>) {
        let stream = StreamId(Uuid::from_u128(u128::from(self.number())));
        let mut out = Effects::new();
        let (now, stored, limits) = (self.now, self.disk.stored(), self.limits.clone());
        self.core = Workspace::restore(now, stored, self.epoch, stream, limits, ephemeral, &mut out);
        self.take(out);
    }

    pub fn run(&mut self, command: Command) {
        let mut out = Effects::new();
        self.core.handle(self.now, command, &mut out);
        self.take(out);
    }

    /// The command's writes do not reach the store; what it would have led to.
    pub fn run_unwritten(&mut self, command: Command) -> Effects {
        let mut out = Effects::new();
        self.core.handle(self.now, command, &mut out);
        out
    }

    fn take(&mut self, effects: Effects) {
        if self.checks {
            self.core.check().unwrap();
        }
        let mut loads = Vec::new();
        for effect in effects {
            match effect {
                Effect::Write(write) => self.disk.write(&write).unwrap(),
                Effect::Delta(numbered) => self.said.push((numbered.audience, numbered.delta)),
                Effect::Live { audience, live } => self.live.push((audience, live)),
                Effect::Close { socket, why } => self.closed.push((socket, why)),
                Effect::Ping { socket } => self.pinged.push(socket),
                Effect::Reply { call, result } => {
                    assert!(self.answers.insert(call, result).is_none(), "a call is answered twice");
                }
                Effect::Load { object, revision } => loads.push(Wanted::Stack(object, revision)),
                Effect::LoadRecord { object, record } => loads.push(Wanted::Record(object, record)),
                Effect::LoadRecordChange { object, number } => loads.push(Wanted::Change(object, number)),
                Effect::LoadRecordWork { call, object, since, author, max } => {
                    loads.push(Wanted::Work { call, object, since, author, max });
                }
                Effect::WorkOut { call, work } => loads.push(Wanted::Plan(call, work)),
                Effect::Post { to, post } => self.posts.push((to, post)),
                Effect::LoadSaid { channel, limit, .. } => self.pending_said.push((channel, limit)),
                Effect::Ended { session } => drop(self.awake.remove(&session)),
                Effect::Attach { .. } | Effect::Viewing { .. } | Effect::Sees { .. } => {}
            }
        }
        self.pending_loads.extend(loads);
        if self.loads {
            self.deliver_loads();
        }
    }

    pub fn deliver_loads(&mut self) {
        for wanted in std::mem::take(&mut self.pending_loads) {
            let command = match wanted {
                Wanted::Stack(object, revision) => {
                    Command::Loaded { object, stack: self.disk.load(object, revision).map(Box::new) }
                }
                Wanted::Record(object, record) => Command::RecordLoaded {
                    object,
                    record,
                    found: Some(self.disk.record(object, record).map(Box::new)),
                },
                Wanted::Change(object, number) => Command::RecordChangeLoaded {
                    object,
                    number,
                    found: Some(self.disk.record_change(object, number).map(Box::new)),
                },
                Wanted::Work { call, object, since, author, max } => Command::RecordWorkLoaded {
                    call,
                    found: Some(Box::new(self.disk.record_work(object, since, author, max))),
                },
                Wanted::Plan(call, work) => Command::WorkedOut { call, worked: Some(Box::new(work.run())) },
            };
            self.run(command);
        }
    }
}

pub fn secret(session: SessionId) -> [u8; 32] {
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(session.0.as_bytes());
    secret
}

pub fn claim(tab: Tab) -> Resume {
    Resume { session: tab.session, secret: secret(tab.session), position: Some(tab.position) }
}
