//! A room with people in it, a store in memory behind it, and a clock that goes when it is told to.

mod asking;
mod going;
mod looking;
mod making;

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::disk::Disk;
pub use super::disk::Wanted;
use crate::domain::command::{Caller, Command, Hello, Request, Resume};
use crate::domain::effect::{Answer, Audience, CloseReason, Delta, Effects, Live, Welcome, Write};
use crate::domain::id::{CallId, InstanceId, OpId, SessionId, SocketId, StreamId, UserId, WorkspaceId};
use crate::domain::limits::Limits;
use crate::domain::realtime::{Post, Recipient};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Member, Role};
use crate::domain::time::{Millis, Now, Timestamp};
use crate::domain::workspace::Workspace;

pub use self::making::*;

/// A browser tab that said hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab {
    pub user: UserId,
    pub session: SessionId,
    pub socket: SocketId,
    pub instance: InstanceId,
    pub position: (StreamId, u64),
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
}
