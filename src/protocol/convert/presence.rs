//! Status and presence, both ways.

use super::Wrong;
use super::snapshot::{role, session};
use crate::domain::command::{Request, StatusChoice};
use crate::domain::effect::{
    PersonView, PresencePage, PresenceSettings, PresenceView, Privacy, Status, StatusChange, StatusReason,
};
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::protocol::client::ClientMessage;
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::{
    PersonDoc, PersonSessionDoc, PresenceDoc, PresenceListDoc, PresenceSettingsDoc, PrivacyDoc, RoleDoc,
    StatusChangeDoc, StatusCountsDoc, StatusDoc, StatusReasonDoc,
};

/// Members of a page of the list of who is where.
pub const PRESENCE_PAGE: usize = 100;
/// Bytes of a message or sign that the core measures in characters; a guard only.
const TEXT_MAX: usize = 4 * 1024;

/// A status as the wire has it.
pub fn status(status: Status) -> StatusDoc {
    match status {
        Status::Online => StatusDoc::Online,
        Status::Busy => StatusDoc::Busy,
        Status::Away => StatusDoc::Away,
        Status::Offline => StatusDoc::Offline,
    }
}

/// A member's presence as the wire has it.
pub fn presence(view: &PresenceView) -> PresenceDoc {
    PresenceDoc {
        user: view.user.0,
        status: status(view.status),
        previous: status(view.previous),
        reason: reason(view.reason),
        since: view.since.0,
        message: view.message.clone(),
        until: view.until.map(|at| at.0),
        last_seen: view.last_seen.map(|at| at.0),
        bot: view.bot,
        avatar: view.avatar.clone(),
        privacy: view.privacy.map(privacy).filter(|privacy| *privacy != PrivacyDoc::Everyone),
    }
}

/// A change of status as the wire has it.
pub fn status_change(change: &StatusChange) -> StatusChangeDoc {
    StatusChangeDoc {
        number: change.number,
        at: change.at.0,
        from: status(change.from),
        to: status(change.to),
        reason: reason(change.reason),
    }
}

/// A page of who is where, as the wire has it.
pub fn presence_list(page: &PresencePage) -> PresenceListDoc {
    let [online, busy, away, offline] = page.counts;
    PresenceListDoc {
        people: page.people.iter().map(person).collect(),
        counts: StatusCountsDoc { online, busy, away, offline },
        next: page.people.last().filter(|_| page.more).map(|person| person.presence.user.0),
    }
}

/// Thresholds as the wire has them.
pub fn presence_settings(settings: PresenceSettings) -> PresenceSettingsDoc {
    let seconds = |ms: u64| u32::try_from(ms / 1_000).unwrap_or(u32::MAX);
    PresenceSettingsDoc {
        away_s: seconds(settings.away_ms),
        offline_s: seconds(settings.offline_ms),
        history: settings.history,
        retention_days: settings.retention_days,
    }
}

/// Thresholds as the core has them.
pub fn thresholds(doc: PresenceSettingsDoc) -> PresenceSettings {
    PresenceSettings {
        away_ms: u64::from(doc.away_s) * 1_000,
        offline_ms: u64::from(doc.offline_s) * 1_000,
        history: doc.history,
        retention_days: doc.retention_days,
    }
}

fn person(view: &PersonView) -> PersonDoc {
    let session = |(view, address): &(_, Option<String>)| PersonSessionDoc {
        session: session(view),
        address: address.clone(),
    };
    PersonDoc {
        name: view.name.clone(),
        role: role(view.role),
        colour: view.colour,
        presence: presence(&view.presence),
        per_minute: view.per_minute,
        editing: view.editing,
        sessions: view.sessions.iter().map(session).collect(),
    }
}

fn reason(reason: StatusReason) -> StatusReasonDoc {
    match reason {
        StatusReason::Manual => StatusReasonDoc::Manual,
        StatusReason::IdleTimeout => StatusReasonDoc::IdleTimeout,
        StatusReason::Timeout => StatusReasonDoc::Timeout,
        StatusReason::Disconnect => StatusReasonDoc::Disconnect,
        StatusReason::Resume => StatusReasonDoc::Resume,
    }
}

fn privacy(privacy: Privacy) -> PrivacyDoc {
    match privacy {
        Privacy::Everyone => PrivacyDoc::Everyone,
        Privacy::Role(one) => PrivacyDoc::Role { role: role(one) },
        Privacy::Page => PrivacyDoc::Page,
        Privacy::Hidden => PrivacyDoc::Hidden,
    }
}

/// What a client says about its presence, as a request of the core.
pub(super) fn request(message: ClientMessage) -> Result<Request, Wrong> {
    Ok(match message {
        ClientMessage::SetStatus { status, message, until } => Request::SetStatus(StatusChoice {
            status: chosen(&status)?,
            message: short("message", message)?,
            until: until.map(Timestamp),
        }),
        ClientMessage::SetPrivacy { privacy } => Request::SetPrivacy(match privacy {
            PrivacyDoc::Everyone => Privacy::Everyone,
            PrivacyDoc::Role { role } => Privacy::Role(role_of(role)),
            PrivacyDoc::Page => Privacy::Page,
            PrivacyDoc::Hidden => Privacy::Hidden,
        }),
        ClientMessage::SetAvatar { avatar } => Request::SetAvatar(short("avatar", avatar)?),
        ClientMessage::Activity { keys, pointer, user } => {
            Request::Active { user: user.map(UserId), interactions: keys.saturating_add(pointer) }
        }
        ClientMessage::Presence { after } => {
            Request::ListPresence { after: after.map(UserId), limit: PRESENCE_PAGE }
        }
        _ => return Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    })
}

/// A status that one can choose. Offline is refused by the core, which knows why.
fn chosen(word: &str) -> Result<Status, Wrong> {
    match word {
        "online" => Ok(Status::Online),
        "busy" => Ok(Status::Busy),
        "away" => Ok(Status::Away),
        "offline" => Ok(Status::Offline),
        _ => Err(Box::new(ErrorBody::new(ErrorCode::BadStatus))),
    }
}

fn role_of(doc: RoleDoc) -> Role {
    match doc {
        RoleDoc::Owner => Role::Owner,
        RoleDoc::Admin => Role::Admin,
        RoleDoc::Developer => Role::Developer,
        RoleDoc::Viewer => Role::Viewer,
        RoleDoc::Suspended => Role::Suspended,
    }
}

fn short(what: &str, text: String) -> Result<String, Wrong> {
    if text.len() <= TEXT_MAX {
        return Ok(text);
    }
    Err(Box::new(ErrorBody::new(ErrorCode::BadText).detail(format!("{what}: at most {TEXT_MAX} bytes"))))
}
