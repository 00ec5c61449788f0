//! Who gets an update. One filter for the fan-out, for replays, for live updates and for the simulation: what does not pass
//! here reaches nobody.

use crate::domain::area::Areas;
use crate::domain::id::{ObjectId, SessionId, UserId};
use crate::domain::role::{Action, Role, Roles, may};

/// A session as the filter knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observer {
    /// The session.
    pub session: SessionId,
    /// Its member.
    pub user: UserId,
    /// What the member is; the session sees with that role.
    pub role: Role,
    /// The areas that do not exist for the member.
    pub hidden: Areas,
    /// The object that it shows.
    pub open: Option<ObjectId>,
}

/// Those who may see something of a member that is not for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seers {
    /// Whom it is about.
    pub of: UserId,
    /// Whether that member's own sessions are among them.
    pub own: bool,
    /// Of the others, those with one of these roles.
    pub roles: Roles,
}

impl Seers {
    fn has(self, observer: &Observer) -> bool {
        if observer.user == self.of { self.own } else { self.roles.has(observer.role) }
    }
}

/// Who gets an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every session.
    All,
    /// The sessions that have the object open.
    Viewers(ObjectId),
    /// One session.
    Session(SessionId),
    /// All sessions of a member.
    Member(UserId),
    /// Whom a member's privacy lets see it.
    Seers(Seers),
    /// Of those, the sessions that have the object open.
    ViewersAmong(ObjectId, Seers),
}

impl Audience {
    /// Whether the session gets it. A role without access gets nothing but what is for the session or member alone.
    pub fn reaches(self, observer: &Observer) -> bool {
        let here = may(observer.role, Action::View);
        match self {
            Audience::All => here,
            Audience::Viewers(object) => here && observer.open == Some(object),
            Audience::Session(session) => session == observer.session,
            Audience::Member(user) => user == observer.user,
            Audience::Seers(seers) => here && seers.has(observer),
            Audience::ViewersAmong(object, seers) => {
                here && observer.open == Some(object) && seers.has(observer)
            }
        }
    }

    /// Whether the update is for this session otherwise than for others with its role and object, so that frames cannot be
    /// shared with them.
    pub fn sets_apart(self, session: SessionId, user: UserId) -> bool {
        match self {
            Audience::All | Audience::Viewers(_) => false,
            Audience::Session(one) => one == session,
            Audience::Member(one) => one == user,
            Audience::Seers(seers) | Audience::ViewersAmong(_, seers) => seers.of == user,
        }
    }

    /// Whether it sets anybody apart.
    pub fn is_shared(self) -> bool {
        matches!(self, Audience::All | Audience::Viewers(_))
    }
}
