//! Rights by area: whom a custom role lets do what, and what a change of it ends.

use std::collections::BTreeSet;

use super::Workspace;
use super::timers::Timer;
use crate::domain::area::{Areas, CustomRole};
use crate::domain::command::{Caller, Request};
use crate::domain::effect::{Delta, Effects, LockEnd, RequestEnd, SessionView, Snapshot};
use crate::domain::id::{ObjectId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, Role, may, may_in};
use crate::domain::stack::ObjectKind;
use crate::domain::time::Now;

impl Workspace {
    pub(super) fn custom_role(&self, member: &Member) -> Option<&CustomRole> {
        self.roles.get(&member.custom?)
    }

    /// Whether the member may do that to objects of that kind.
    pub(super) fn may_in(&self, user: UserId, action: Action, kind: ObjectKind) -> bool {
        let member = self.members.get(&user);
        member.is_some_and(|member| may_in(member.role, self.custom_role(member), action, kind))
    }

    /// The areas that do not exist for the member.
    pub(super) fn hidden_from(&self, user: UserId) -> Areas {
        let Some(custom) = self.members.get(&user).and_then(|member| self.custom_role(member)) else {
            return Areas::NONE;
        };
        ObjectKind::ALL.into_iter().collect::<Areas>().without(custom.view)
    }

    /// The area that the object stands in.
    pub(super) fn area_of(&self, object: ObjectId) -> Option<ObjectKind> {
        self.objects.get(&object).map(|head| head.kind)
    }

    /// As [`Workspace::allowed`], for one object: one that the member may not see does not exist.
    pub(super) fn allowed_on(&self, user: UserId, action: Action, object: ObjectId) -> Result<(), Refusal> {
        self.member(user)?;
        match self.area_of(object) {
            Some(kind) if !self.may_in(user, Action::View, kind) => Err(Refusal::NoSuchObject(object)),
            Some(kind) if !self.may_in(user, action, kind) => Err(Refusal::NotPermitted),
            Some(_) => Ok(()),
            None => self.allowed(user, action).map(|_| ()),
        }
    }

    /// What a custom role has to say to a request. For everybody else the built-in role says it all.
    pub(super) fn permit(&self, caller: Caller, request: &Request) -> Result<(), Refusal> {
        self.not_frozen(request)?;
        let custom = self.members.get(&caller.user).and_then(|member| self.custom_role(member));
        if custom.is_none() {
            return Ok(());
        }
        let user = caller.user;
        let on = |object: &ObjectId, action| match self.area_of(*object) {
            Some(_) => self.allowed_on(user, action, *object),
            None => Ok(()),
        };
        let asked = |request| {
            let path = self.queue.get(request).map(|request| request.path);
            path.map_or(Ok(()), |path| on(&path.object, Action::View))
        };
        match request {
            Request::Open { object } | Request::Read { object } | Request::ReadTable { object } => {
                on(object, Action::View)
            }
            Request::Explain { path } => on(&path.object, Action::View),
            Request::Acquire { path, .. }
            | Request::RequestLock { path, .. }
            | Request::EditHere { path, .. }
            | Request::Undo { path, .. } => on(&path.object, Action::Edit),
            Request::Force { path, .. }
            | Request::CloseEditing { path, .. }
            | Request::Reopen { path, .. } => on(&path.object, Action::Force),
            Request::DeleteObject { object, .. } => on(object, Action::Edit),
            Request::Upload(upload) => on(&upload.object, Action::Edit),
            Request::Revert(revert) => on(&revert.object, Action::Edit),
            Request::Step(step) => on(&step.object, Action::Edit),
            Request::Restore(restore) => on(&restore.object, Action::Edit),
            Request::Publish(publish) => on(&publish.object, Action::Publish),
            Request::CheckRevert { object, .. } | Request::CheckPublish { object, .. } => {
                on(object, Action::View)
            }
            Request::AskToSave { object } => on(object, Action::Publish),
            Request::AnswerRequest { request, .. }
            | Request::CancelRequest { request }
            | Request::TakeOver { request, .. } => asked(*request),
            Request::Import { objects, publish, .. } => {
                let action = if publish.is_some() { Action::Publish } else { Action::Edit };
                let may = |kind, action| self.may_in(user, action, kind);
                let all = objects.iter().all(|new| may(new.kind, action) && may(new.kind, Action::Edit));
                if all { Ok(()) } else { Err(Refusal::NotPermitted) }
            }
            Request::ListParked { user: Some(other) } if *other != user => Err(Refusal::NotPermitted),
            // What was typed must be parked, so the path of edits asks by itself.
            Request::Edit(_) => Ok(()),
            // Channels are an area; each of their requests asks by itself.
            Request::Realtime(_) => Ok(()),
            // An object that does not exist for them is nowhere to be.
            Request::Locate(_) | Request::Chat { .. } => Ok(()),
            // About locks that they hold, about themselves, or no matter of areas.
            Request::Leave
            | Request::Snapshot
            | Request::CloseObject
            | Request::Typing { .. }
            | Request::SetStatus(_)
            | Request::SetPrivacy(_)
            | Request::SetAvatar(_)
            | Request::Active { .. }
            | Request::Heartbeat
            | Request::ListPresence { .. }
            | Request::StatusHistory { .. }
            | Request::PresenceSettings
            | Request::SetPresenceSettings(_)
            | Request::Dirty { .. }
            | Request::Release { .. }
            | Request::Renew { .. }
            | Request::Flushed { .. }
            | Request::Swap { .. }
            | Request::ListParked { .. }
            | Request::DiscardParked { .. }
            | Request::AddMember(_)
            | Request::SetRole { .. }
            | Request::RemoveMember { .. }
            | Request::Console
            | Request::Team(_)
            | Request::EndSessions { .. } => Ok(()),
        }
    }

    /// What the member was allowed and is not any more ends at once; the rest goes on. `before` is what their role was.
    pub(super) fn rights_changed(&mut self, now: Now, before: &Rights, out: &mut Effects) {
        let after = self.rights_of(before.user);
        let lost = before.edit.without(after.edit);
        if before.view && !after.view {
            self.rights_ended(now, before.user, out);
            self.revoke(now, before.user, None, out);
        } else if !lost.is_empty() {
            self.revoke(now, before.user, Some(lost), out);
        }
        if after.hidden.has(ObjectKind::Channel) {
            self.put_out_of_channels(before.user, out);
        }
        if before.view && after.view {
            self.tell_role(now, before.user, before.role, out);
        }
        self.sees_anew(before.user, out);
        if after.view && before.hidden != after.hidden {
            self.sees_other_areas(now, before.user, after.hidden, out);
        }
    }

    /// What the member may now, to be compared with what they may after a change.
    pub(super) fn rights_of(&self, user: UserId) -> Rights {
        let role = self.members.get(&user).map(|member| member.role);
        let edit =
            ObjectKind::ALL.into_iter().filter(|kind| self.may_in(user, Action::Edit, *kind)).collect();
        let view = role.is_some_and(|role| may(role, Action::View));
        let role = role.unwrap_or(Role::Suspended);
        Rights { user, role, view, edit, hidden: self.hidden_from(user) }
    }

    /// Objects appeared or disappeared: the member's pages come again for a picture of what there is for them now.
    fn sees_other_areas(&mut self, now: Now, user: UserId, hidden: Areas, out: &mut Effects) {
        for id in self.sessions.of(user) {
            let Some(session) = self.sessions.get(id) else { continue };
            let (shown, at) = (session.open, session.location.object);
            if self.stands_in(shown, hidden) {
                self.show(now, id, None, out);
            }
            if self.stands_in(at, hidden)
                && let Some(session) = self.sessions.get_mut(id)
            {
                session.location.leave_object();
                session.location.n += 1;
                self.tell_session(now, id, out);
            }
        }
        // Nothing from before fits any more.
        let upto = self.replay.upto() + 1;
        for id in self.sessions.of(user) {
            if let Some(session) = self.sessions.get_mut(id) {
                session.sees_since = upto;
            }
        }
        self.come_again(user, out);
    }

    /// Locks end and requests are void, in these areas or everywhere; what was typed under a fence that was held may still be
    /// parked for a moment.
    pub(super) fn revoke(&mut self, now: Now, user: UserId, areas: Option<Areas>, out: &mut Effects) {
        let upto = self.replay.upto();
        let mut left = BTreeSet::new();
        for id in self.sessions.of(user) {
            let requests = self.queue.of_session(id);
            for request in requests.into_iter().rev() {
                let path = self.queue.get(request).map(|request| request.path);
                if let Some(path) = path.filter(|path| self.concerns(*path, areas)) {
                    self.end_request(now, request, RequestEnd::Voided, out);
                    left.insert(path.object);
                }
            }
            let mut fences = Vec::new();
            for path in self.locks.of_session(id) {
                if self.concerns(path, areas) {
                    fences.extend(self.locks.get(path).map(|lock| lock.fence));
                    left.insert(path.object);
                    self.end_lock(now, path, LockEnd::Revoked, out);
                }
            }
            let until = now.mono + self.limits.park_only_ms;
            if let Some(session) = self.sessions.get_mut(id) {
                // Of a downgrade a moment ago some may be left to park.
                fences.extend(session.park_only.take().map(|(_, fences)| fences).unwrap_or_default());
                session.park_only = Some((until, fences));
                session.sees_since = upto;
                self.timers.set(Timer::ParkOnly(id), until);
            }
        }
        for object in left {
            self.promote(now, object, out);
        }
    }

    fn concerns(&self, path: LockPath, areas: Option<Areas>) -> bool {
        let kind = self.area_of(path.object);
        areas.is_none_or(|areas| kind.is_some_and(|kind| areas.has(kind)))
    }

    /// The picture without what stands in areas that do not exist for the member.
    pub(super) fn without_hidden(&self, user: UserId, mut picture: Snapshot) -> Snapshot {
        let hidden = self.hidden_from(user);
        if hidden.is_empty() {
            return picture;
        }
        let shown = |object: ObjectId| self.area_of(object).is_none_or(|kind| !hidden.has(kind));
        picture.objects.retain(|head| !hidden.has(head.kind));
        picture.locks.retain(|lock| shown(lock.path.object));
        picture.requests.retain(|request| shown(request.path.object));
        picture.closures.retain(|closure| shown(closure.path.object));
        let asked: BTreeSet<_> = picture.requests.iter().map(|request| request.id).collect();
        picture.deadlocks.retain(|circle| circle.requests.iter().all(|request| asked.contains(request)));
        for session in &mut picture.sessions {
            if session.location.object.is_some_and(|object| !shown(object)) {
                *session = elsewhere(session);
            }
        }
        for line in &mut picture.chat {
            line.link = line.link.filter(|link| shown(link.object));
        }
        picture.open = picture.open.filter(|object| shown(*object));
        if hidden.has(ObjectKind::Channel) {
            picture.channels.clear();
        }
        picture
    }

    /// Whether the object stands in one of these areas.
    pub(super) fn stands_in(&self, object: Option<ObjectId>, areas: Areas) -> bool {
        object.and_then(|object| self.area_of(object)).is_some_and(|kind| areas.has(kind))
    }

    /// Whether the object does not exist for some member.
    pub(super) fn is_secret(&self, object: Option<ObjectId>) -> bool {
        object.and_then(|object| self.area_of(object)).is_some_and(|kind| self.is_hidden_from_some(kind))
    }

    /// Whether an area does not exist for some member, so that updates about it are not for everybody.
    pub(super) fn is_hidden_from_some(&self, kind: ObjectKind) -> bool {
        !self.roles.is_empty()
            && self
                .members
                .values()
                .any(|member| self.custom_role(member).is_some_and(|role| !role.view.has(kind)))
    }

    /// The area that an update is about.
    pub(super) fn area_of_update(&self, delta: &Delta) -> Option<ObjectKind> {
        match delta {
            Delta::Channel(_) | Delta::ChannelRemoved(_) => Some(ObjectKind::Channel),
            // It goes through several objects: whoever does not see them all sees no circle.
            Delta::Deadlock(circle) => {
                let requests = circle.requests.iter().filter_map(|id| self.queue.get(*id));
                let mut areas = requests.filter_map(|request| self.area_of(request.path.object));
                areas.find(|kind| self.is_hidden_from_some(*kind))
            }
            other => self.object_of(other).and_then(|object| self.area_of(object)),
        }
    }

    /// The object that an update is about.
    fn object_of(&self, delta: &Delta) -> Option<ObjectId> {
        match delta {
            Delta::Session(view) => view.location.object,
            Delta::Chat(line) => line.link.map(|link| link.object),
            Delta::Object(head) => Some(head.id),
            Delta::ObjectDeleted(object)
            | Delta::Operation { object, .. }
            | Delta::Change { object, .. }
            | Delta::ChangesMarked { object, .. }
            | Delta::Published { object, .. }
            | Delta::SaveAsked { object, .. } => Some(*object),
            Delta::Lock(lock) => Some(lock.path.object),
            Delta::LockEnded { path, .. }
            | Delta::RequestEnded { path, .. }
            | Delta::Reopened { path, .. }
            | Delta::Undone { path, .. }
            | Delta::Freeze { path, .. } => Some(path.object),
            Delta::Request(request) => Some(request.path.object),
            Delta::Closed(closure) => Some(closure.path.object),
            // In a roster nobody is on an object that is hidden from somebody: see `presence::sight`.
            Delta::Roster(_) => None,
            Delta::Member(_)
            | Delta::MemberRemoved(_)
            | Delta::SessionEnded(_)
            | Delta::Presence(_)
            | Delta::Deadlock(_)
            | Delta::DeadlockEnded(_)
            | Delta::Parked(_)
            | Delta::ParkedEnded(_)
            | Delta::Role(_)
            | Delta::RoleRemoved(_)
            | Delta::Channel(_)
            | Delta::ChannelRemoved(_)
            | Delta::Notice(_) => None,
        }
    }
}

/// What a member may, as far as a change of it ends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    pub user: UserId,
    /// The built-in role.
    pub role: Role,
    /// Whether they have access.
    pub view: bool,
    /// Where they may hold pens.
    pub edit: Areas,
    /// What does not exist for them.
    pub hidden: Areas,
}

/// An update without what must not be seen; nothing if nothing is left of it.
pub(super) fn without_place(delta: &Delta) -> Option<Delta> {
    match delta {
        Delta::Session(view) => Some(Delta::Session(elsewhere(view))),
        Delta::Chat(line) => {
            Some(Delta::Chat(crate::domain::effect::ChatLine { link: None, ..line.clone() }))
        }
        _ => None,
    }
}

/// The session on its page, without the object.
pub(super) fn elsewhere(view: &SessionView) -> SessionView {
    let mut view = view.clone();
    view.location.leave_object();
    view
}
