//! Room updates.

use super::presence::presence;
use super::snapshot::{chat_line, deadlock, location, member, request, session};
use crate::document::OperationDoc;
use crate::domain::command::{Location, Operation};
use crate::domain::effect::{AdminAct, AdminNotice, Delta, LockEnd, RequestEnd, Roster};
use crate::domain::id::SessionId;
use crate::protocol::server::{
    AdminActDoc, AdminNoticeDoc, DeltaDoc, LiveLocationDoc, LockEndDoc, RequestEndDoc,
};

/// A room update as the wire has it.
pub fn delta(delta: &Delta) -> DeltaDoc {
    match delta {
        Delta::Member(one) => DeltaDoc::Member(member(one)),
        Delta::MemberRemoved(user) => DeltaDoc::MemberRemoved { user: user.0 },
        Delta::Role(role) => DeltaDoc::Role(role.into()),
        Delta::RoleRemoved(role) => DeltaDoc::RoleRemoved { role: role.0 },
        Delta::Notice(notice) => DeltaDoc::Notice(admin_notice(notice)),
        Delta::Session(view) => DeltaDoc::Session(session(view)),
        Delta::SessionEnded(id) => DeltaDoc::SessionEnded { session: id.0 },
        Delta::Presence(view) => DeltaDoc::Presence(presence(view)),
        Delta::Roster(news) => roster(news),
        Delta::Object(head) => DeltaDoc::Object(head.into()),
        Delta::ObjectDeleted(object) => DeltaDoc::ObjectDeleted { object: object.0 },
        Delta::Operation { object, operation, change } => DeltaDoc::Operation {
            object: object.0,
            operation: Box::new(without_inverse(operation)),
            change: change.into(),
        },
        Delta::Change { object, change } => DeltaDoc::Change { object: object.0, change: change.into() },
        Delta::ChangesMarked { object, numbers, reverted_by } => DeltaDoc::ChangesMarked {
            object: object.0,
            changes: numbers.runs().to_vec(),
            reverted_by: *reverted_by,
        },
        Delta::Published { object, version, numbers } => DeltaDoc::Published {
            object: object.0,
            version: version.into(),
            changes: numbers.runs().to_vec(),
        },
        Delta::SaveAsked { object, by, within_ms } => {
            DeltaDoc::SaveAsked { object: object.0, by: by.0, within_ms: *within_ms }
        }
        Delta::Lock(lock) => DeltaDoc::Lock(lock.into()),
        Delta::LockEnded { path, session, why, revision, wrote, by, reason } => DeltaDoc::LockEnded {
            path: (*path).into(),
            session: session.0,
            why: lock_end(*why),
            revision: revision.0,
            wrote: wrote.map(|first| first.0),
            by: by.map(|by| by.0),
            reason: reason.clone(),
        },
        Delta::Request(view) => DeltaDoc::Request(request(view)),
        Delta::RequestEnded { request, path, session, how, reason } => DeltaDoc::RequestEnded {
            request: request.0,
            path: (*path).into(),
            session: session.0,
            how: request_end(*how),
            reason: reason.clone(),
        },
        Delta::Closed(closure) => DeltaDoc::Closed(closure.into()),
        Delta::Reopened { path, by } => DeltaDoc::Reopened { path: (*path).into(), by: by.0 },
        Delta::Deadlock(circle) => DeltaDoc::Deadlock(deadlock(circle)),
        Delta::DeadlockEnded(id) => DeltaDoc::DeadlockEnded { deadlock: id.0 },
        Delta::Undone { path, parked } => {
            DeltaDoc::Undone { path: (*path).into(), parked: parked.iter().map(|parked| parked.0).collect() }
        }
        Delta::Freeze { path, fence, to, within_ms } => {
            DeltaDoc::Freeze { path: (*path).into(), fence: (*fence).into(), to: to.0, within_ms: *within_ms }
        }
        Delta::Parked(draft) => DeltaDoc::Parked(draft.into()),
        Delta::ParkedEnded(parked) => DeltaDoc::ParkedEnded { parked: parked.0 },
        Delta::Channel(settings) => DeltaDoc::Channel(settings.into()),
        Delta::ChannelRemoved(pattern) => DeltaDoc::ChannelRemoved { pattern: pattern.to_string() },
        Delta::Chat(line) => DeltaDoc::Chat(chat_line(line)),
    }
}

fn roster(roster: &Roster) -> DeltaDoc {
    DeltaDoc::Roster {
        gone: roster.gone.iter().map(|id| id.0).collect(),
        sessions: roster.sessions.iter().map(session).collect(),
        presence: roster.presence.iter().map(presence).collect(),
    }
}

fn admin_notice(notice: &AdminNotice) -> AdminNoticeDoc {
    AdminNoticeDoc {
        act: match notice.act {
            AdminAct::RightsChanged => AdminActDoc::RightsChanged,
            AdminAct::OwnershipGiven => AdminActDoc::OwnershipGiven,
            AdminAct::Removed => AdminActDoc::Removed,
            AdminAct::Kicked => AdminActDoc::Kicked,
        },
        by: notice.by.0,
        reason: notice.reason.clone(),
        path: notice.path.map(Into::into),
    }
}

/// Where a session is now.
pub fn live_location(session: SessionId, place: &Location) -> LiveLocationDoc {
    LiveLocationDoc { session: session.0, location: location(place) }
}

fn without_inverse(operation: &Operation) -> OperationDoc {
    // The inverse is for the log; no client needs it, and it may be as large as what was deleted.
    let bare = Operation { inverse: Vec::new(), ..operation.clone() };
    OperationDoc::from(&bare)
}

fn lock_end(why: LockEnd) -> LockEndDoc {
    match why {
        LockEnd::Released => LockEndDoc::Released,
        LockEnd::Abandoned => LockEndDoc::Abandoned,
        LockEnd::HandedOver => LockEndDoc::HandedOver,
        LockEnd::Left => LockEndDoc::Left,
        LockEnd::Gone => LockEndDoc::Gone,
        LockEnd::Idle => LockEndDoc::Idle,
        LockEnd::Forced => LockEndDoc::Forced,
        LockEnd::TakenOver => LockEndDoc::TakenOver,
        LockEnd::Undone => LockEndDoc::Undone,
        LockEnd::Swapped => LockEndDoc::Swapped,
        LockEnd::Closed => LockEndDoc::Closed,
        LockEnd::Narrowed => LockEndDoc::Narrowed,
        LockEnd::Moved => LockEndDoc::Moved,
        LockEnd::Revoked => LockEndDoc::Revoked,
        LockEnd::ItemDeleted => LockEndDoc::ItemDeleted,
    }
}

fn request_end(how: RequestEnd) -> RequestEndDoc {
    match how {
        RequestEnd::Granted => RequestEndDoc::Granted,
        RequestEnd::Cancelled => RequestEndDoc::Cancelled,
        RequestEnd::Expired => RequestEndDoc::Expired,
        RequestEnd::Superseded => RequestEndDoc::Superseded,
        RequestEnd::Declined => RequestEndDoc::Declined,
        RequestEnd::Yielded => RequestEndDoc::Yielded,
        RequestEnd::Voided => RequestEndDoc::Voided,
    }
}
