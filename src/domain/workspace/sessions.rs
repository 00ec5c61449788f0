//! Sessions: who is here on which tab, through which socket, and who is away for a moment only.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::command::Location;
use crate::domain::effect::{SessionState, SessionView};
use crate::domain::id::{InstanceId, ObjectId, SessionId, SocketId, UserId};
use crate::domain::limits::Limits;
use crate::domain::path::{Fence, LockPath};
use crate::domain::time::{Millis, Timestamp};

/// How a session stands with its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Carried by a socket, or renewed by HTTP calls.
    Open,
    /// The socket is gone; everything is kept until then.
    Grace(Millis),
    /// Over; the id can come back, without locks, until then.
    Over(Millis),
}

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub id: SessionId,
    pub user: UserId,
    /// SHA-256 of the resume secret.
    pub secret: [u8; 32],
    pub instance: Option<InstanceId>,
    pub socket: Option<SocketId>,
    pub line: Line,
    pub tab: u32,
    /// Renewed by HTTP calls, without a socket: a script or bot, which gives way to people.
    pub bot: bool,
    pub device: String,
    /// The network address, for admins.
    pub address: String,
    /// Without a socket: how long it is shown after its last call.
    pub keep_ms: u64,
    /// When it last reported input.
    pub reported: Option<Millis>,
    pub since: Timestamp,
    pub active: Timestamp,
    /// When its last frame came.
    pub heard: Millis,
    /// Whether it is shown as reconnecting for being silent.
    pub overdue: bool,
    pub location: Location,
    pub open: Option<ObjectId>,
    /// The chat before this line is not its business.
    pub chat_from: u64,
    /// What it may see changed at this delta; a replay from before it would tell too much or too little.
    pub sees_since: u64,
    /// Operations typed and not acknowledged, by path, as it reports.
    pub dirty: BTreeMap<LockPath, u32>,
    /// When it may ask for a path again; holds as many as it may have requests.
    pub asked: BTreeMap<LockPath, Millis>,
    /// When it may ask again for what it was declined.
    pub declined: BTreeMap<LockPath, Millis>,
    /// Rights ended: operations under these fences are parked until then where one may not edit any more.
    pub park_only: Option<(Millis, Vec<Fence>)>,
}

impl Session {
    /// Whether it is here, if only in its grace.
    pub fn lives(&self) -> bool {
        !matches!(self.line, Line::Over(_))
    }

    /// Whether a frame would reach it.
    pub fn connected(&self) -> bool {
        self.line == Line::Open
    }

    /// The next moment at which something about it may change by itself.
    pub fn deadline(&self, limits: &Limits) -> Millis {
        match self.line {
            Line::Open if !self.overdue && self.socket.is_some() => self.heard + limits.overdue_ms,
            Line::Open if self.socket.is_some() => self.heard + limits.silence_ms,
            // A program that is silent loses its locks as anybody does, and is shown for as long as it asked.
            Line::Open if !self.overdue => self.heard + limits.silence_ms.min(self.keep_ms),
            Line::Open => self.heard + self.keep_ms,
            Line::Grace(until) | Line::Over(until) => until,
        }
    }

    /// What others see of it.
    pub fn view(&self) -> SessionView {
        let state = if self.connected() && (!self.overdue || self.bot) {
            SessionState::Connected
        } else {
            SessionState::Reconnecting
        };
        SessionView {
            id: self.id,
            user: self.user,
            tab: self.tab,
            bot: self.bot,
            hidden: false,
            device: self.device.clone(),
            state,
            since: self.since,
            active: self.active,
            location: self.location.clone(),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// Each on the heap: a leaf of the map has room for eleven, and most teams are smaller.
    all: BTreeMap<SessionId, Box<Session>>,
    by_user: BTreeMap<UserId, BTreeSet<SessionId>>,
}

impl Sessions {
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.all.get(&id).map(Box::as_ref)
    }

    pub fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.all.get_mut(&id).map(Box::as_mut)
    }

    /// The session, if it is here.
    pub fn living(&self, id: SessionId) -> Option<&Session> {
        self.get(id).filter(|session| session.lives())
    }

    pub fn insert(&mut self, session: Session) {
        self.by_user.entry(session.user).or_default().insert(session.id);
        self.all.insert(session.id, Box::new(session));
    }

    pub fn remove(&mut self, id: SessionId) -> Option<Session> {
        let session = self.all.remove(&id)?;
        if let Some(ids) = self.by_user.get_mut(&session.user) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_user.remove(&session.user);
            }
        }
        Some(*session)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Session> {
        self.all.values().map(Box::as_ref)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.all.values_mut().map(Box::as_mut)
    }

    /// Those that are here.
    pub fn living_ones(&self) -> impl Iterator<Item = &Session> {
        self.iter().filter(|session| session.lives())
    }

    /// How many there are, those that are over and remembered among them.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The living sessions of a member.
    pub fn living_of(&self, user: UserId) -> impl Iterator<Item = &Session> {
        self.by_user.get(&user).into_iter().flatten().filter_map(|id| self.living(*id))
    }

    /// Ids of the living sessions of a member.
    pub fn of(&self, user: UserId) -> Vec<SessionId> {
        self.living_of(user).map(|session| session.id).collect()
    }

    /// The smallest tab number that no living session of the member has.
    pub fn free_tab(&self, user: UserId) -> u32 {
        let taken: Vec<u32> = self.living_of(user).map(|session| session.tab).collect();
        (1..).find(|tab| !taken.contains(tab)).unwrap_or(u32::MAX)
    }

    /// Whether a living session shows the object.
    pub fn any_viewer(&self, object: ObjectId) -> bool {
        self.living_ones().any(|session| session.open == Some(object))
    }
}
