//! The whole picture, and the rows that it is made of.

use crate::domain::command::Location;
use crate::domain::effect::{ChatLine, Deadlock, RequestView, SessionState, SessionView, Snapshot};
use crate::domain::role::{Member, Role};
use crate::protocol::client::{CursorDoc, LocationDoc};
use crate::protocol::server::{
    ChatLineDoc, DeadlockDoc, MemberDoc, RequestDoc, RoleDoc, SessionDoc, SessionStateDoc, SnapshotDoc,
};

/// What a session sees of the room.
pub fn snapshot(picture: &Snapshot) -> SnapshotDoc {
    SnapshotDoc {
        workspace: picture.workspace.0,
        name: picture.name.clone(),
        members: picture.members.iter().map(member).collect(),
        roles: picture.roles.iter().map(Into::into).collect(),
        sessions: picture.sessions.iter().map(session).collect(),
        presence: picture.presence.iter().map(super::presence::presence).collect(),
        objects: picture.objects.iter().map(Into::into).collect(),
        locks: picture.locks.iter().map(Into::into).collect(),
        requests: picture.requests.iter().map(request).collect(),
        closures: picture.closures.iter().map(Into::into).collect(),
        deadlocks: picture.deadlocks.iter().map(deadlock).collect(),
        channels: picture.channels.iter().map(Into::into).collect(),
        parked: picture.parked.iter().map(Into::into).collect(),
        chat: picture.chat.iter().map(chat_line).collect(),
        chat_missed: picture.chat_missed,
        chat_life: picture.chat_life.0,
        typing: picture.typing.iter().map(|session| session.0).collect(),
        open: picture.open.map(|object| object.0),
        upto: picture.upto,
    }
}

pub(super) fn member(member: &Member) -> MemberDoc {
    MemberDoc {
        user: member.user.0,
        name: member.name.clone(),
        role: role(member.role),
        custom_role: member.custom.map(|role| role.0),
        colour: member.colour,
    }
}

pub(super) fn role(role: Role) -> RoleDoc {
    match role {
        Role::Owner => RoleDoc::Owner,
        Role::Admin => RoleDoc::Admin,
        Role::Developer => RoleDoc::Developer,
        Role::Viewer => RoleDoc::Viewer,
        Role::Suspended => RoleDoc::Suspended,
    }
}

/// A session.
pub fn session(view: &SessionView) -> SessionDoc {
    SessionDoc {
        id: view.id.0,
        user: view.user.0,
        tab: view.tab,
        bot: view.bot,
        hidden: view.hidden,
        device: view.device.clone(),
        state: match view.state {
            SessionState::Connected => SessionStateDoc::Connected,
            SessionState::Reconnecting => SessionStateDoc::Reconnecting,
        },
        since: view.since.0,
        active: view.active.0,
        location: location(&view.location),
    }
}

pub(super) fn location(place: &Location) -> LocationDoc {
    LocationDoc {
        page: place.page.clone(),
        object: place.object.map(|object| object.0),
        item: place.item.map(|item| item.to_string()),
        field: place.field.clone(),
        cursor: place.cursor.map(|at| CursorDoc { anchor: at.anchor, head: at.head, length: at.length }),
        typing: place.typing,
        top: place.top.map(|item| item.to_string()),
        n: place.n,
    }
}

pub(super) fn request(view: &RequestView) -> RequestDoc {
    RequestDoc {
        id: view.id.0,
        path: view.path.into(),
        session: view.session.0,
        user: view.user.0,
        note: view.note.clone(),
        since: view.since.0,
        place: view.place,
        ignored_by: view.ignored_by.iter().map(|user| user.0).collect(),
        nudged: view.nudged,
        take_over: view.take_over.map(|at| at.0),
        eta: view.eta.map(|at| at.0),
    }
}

pub(super) fn deadlock(circle: &Deadlock) -> DeadlockDoc {
    DeadlockDoc {
        id: circle.id.0,
        requests: circle.requests.iter().map(|request| request.0).collect(),
        agreed: circle.agreed.iter().map(|user| user.0).collect(),
        yields: circle.yields.map(|at| at.0),
    }
}

pub(super) fn chat_line(line: &ChatLine) -> ChatLineDoc {
    ChatLineDoc {
        number: line.number,
        client_id: line.client_id,
        session: line.session.0,
        user: line.user.0,
        at: line.at.0,
        text: line.text.clone(),
        mentions: line.mentions.iter().map(|user| user.0).collect(),
        link: line.link.map(Into::into),
    }
}
