//! What owners and admins do: they let people in and put them out, make roles and change them under way, set other times,
//! freeze the workspace; and what must hold while they do.

use std::collections::BTreeMap;

use uuid::Uuid;

use baton::domain::area::{Areas, CustomRole};
use baton::domain::command::{RealtimeRequest, Request, TeamRequest};
use baton::domain::effect::{
    Answer, CloseReason, Delta, LockSettings, PresenceSettings, SessionView, Snapshot, Write,
};
use baton::domain::id::{ObjectId, RoleId, UserId};
use baton::domain::path::LockPath;
use baton::domain::role::{Action, Member, Role};
use baton::domain::stack::ObjectKind;

use super::disk::{Disk, EVERYTHING};
use super::people::as_member;
use super::world::World;

/// The areas of what the rooms hold.
const AREAS: [ObjectKind; 5] = [
    ObjectKind::ApiGroup,
    ObjectKind::Endpoint,
    ObjectKind::Function,
    ObjectKind::Table,
    ObjectKind::Channel,
];

// --- what they do

/// One thing that changes who may do what, by somebody who mostly may.
pub fn act(world: &mut World) {
    let room = world.rng.index(world.sites.len());
    let by = if world.rng.one_in(3) { world.users[1] } else { world.owner };
    let user = world.users[world.rng.index(world.users.len())];
    // The owner stays what sees everything, so that somebody can look and let the others in again.
    let other = user != world.owner;
    let reason = "reorganised".to_owned();
    let custom = if world.plan.custom_roles { 13 } else { 6 };
    let request = match world.rng.below(custom) {
        0 if other => Request::RemoveMember { user, reason },
        1 | 2 => {
            let role = Some(role_id(world)).filter(|_| world.plan.custom_roles && world.rng.one_in(3));
            let (name, colour) = ("again".into(), 0);
            Request::AddMember(Member { user, name, role: Role::Developer, custom: role, colour })
        }
        3 => Request::EndSessions { user, why: CloseReason::SignedOut },
        4 | 5 if other => Request::SetRole { user, role: built_in(world), reason },
        6..=8 => Request::Team(TeamRequest::SaveRole { role: role(world, room), reason }),
        9 | 10 if other => Request::Team(TeamRequest::GiveRole { user, role: role_id(world), reason }),
        11 => Request::Team(TeamRequest::DeleteRole { role: role_id(world), reason }),
        12 => Request::Team(TeamRequest::TransferOwnership { to: user, reason }),
        _ => return,
    };
    let by = match &request {
        Request::Team(TeamRequest::TransferOwnership { .. }) => some_owner(world, room),
        _ => by,
    };
    as_member(world, room, by, request);
}

/// One thing that holds for everybody: other times, a frozen workspace, the end of somebody's session.
pub fn govern(world: &mut World) {
    let room = world.rng.index(world.sites.len());
    let reason = "a sprint".to_owned();
    let request = match world.rng.below(8) {
        0..=2 => {
            let settings = times(world);
            Request::Team(TeamRequest::SetLockSettings { settings, reason })
        }
        3 => {
            let away_ms = *world.rng.pick(&[10_000, 20_000, 300_000]).unwrap_or(&10_000);
            let settings = PresenceSettings { away_ms, offline_ms: away_ms * 3, ..Default::default() };
            Request::SetPresenceSettings(settings)
        }
        4 => {
            let sessions: Vec<_> = world.clients.iter().filter(|client| client.room == room).collect();
            let ids: Vec<_> = sessions.iter().filter_map(|client| client.session).collect();
            let Some(session) = world.rng.pick(&ids).copied() else { return };
            Request::Team(TeamRequest::Kick { session, reason })
        }
        _ => Request::Team(TeamRequest::Freeze { message: "release".into() }),
    };
    let by = if world.rng.one_in(4) { world.users[3] } else { world.owner };
    as_member(world, room, by, request);
}

/// A frozen workspace goes on before long.
pub fn thaw(world: &mut World) {
    for room in 0..world.sites.len() {
        if world.sites[room].disk.closures.contains_key(&EVERYTHING) && world.rng.one_in(25) {
            as_member(world, room, world.owner, Request::Team(TeamRequest::Thaw));
        }
    }
}

fn built_in(world: &mut World) -> Role {
    let roles = [Role::Viewer, Role::Developer, Role::Developer, Role::Admin, Role::Suspended, Role::Owner];
    roles[world.rng.index(roles.len())]
}

fn role_id(world: &mut World) -> RoleId {
    RoleId(Uuid::from_u128(0xd1 + u128::from(world.rng.below(3))))
}

/// One of a few roles: as it is but for one right in one area, or made anew.
fn role(world: &mut World, room: usize) -> CustomRole {
    let id = role_id(world);
    let known = world.sites[room].disk.roles.get(&id).cloned();
    if let Some(mut role) = known.filter(|_| !world.rng.one_in(4)) {
        let kind = Areas::only(AREAS[world.rng.index(AREAS.len())]);
        let toggled =
            |areas: Areas| if areas.without(kind) == areas { areas.and(kind) } else { areas.without(kind) };
        match world.rng.below(5) {
            // What is only seen may go; what is edited is seen.
            0 if role.edit.and(role.publish).without(kind) != role.edit.and(role.publish) => {
                role.edit = role.edit.without(kind);
                role.manage = role.manage.without(kind);
                role.publish = role.publish.without(kind);
                role.view = role.view.without(kind);
            }
            0 => role.view = toggled(role.view),
            1 | 2 => {
                role.edit = toggled(role.edit);
                role.manage = role.manage.without(kind);
            }
            3 => role.publish = toggled(role.publish),
            _ => role.manage = toggled(role.manage),
        }
        return role;
    }
    let mut some = |of: u64| -> Areas { AREAS.into_iter().filter(|_| world.rng.below(6) < of).collect() };
    let (view, edit, publish, manage) = (some(4), some(4), some(2), some(1));
    CustomRole { id, name: format!("role {id}"), view, edit, publish, manage }
}

fn some_owner(world: &mut World, room: usize) -> UserId {
    let owners = world.sites[room].disk.members.values().filter(|member| member.role == Role::Owner);
    let owners: Vec<UserId> = owners.map(|member| member.user).collect();
    world.rng.pick(&owners).copied().unwrap_or(world.owner)
}

fn times(world: &mut World) -> LockSettings {
    let mut one = |of: &[u64]| world.rng.pick(of).copied().unwrap_or_default();
    LockSettings {
        grace_ms: one(&[5_000, 15_000, 40_000]),
        idle_ms: one(&[30_000, 60_000, 300_000]),
        nudge_ms: one(&[5_000, 10_000]),
        take_over_ms: one(&[15_000, 25_000]),
        request_ms: one(&[30_000, 45_000, 600_000]),
        undo_ms: one(&[10_000, 60_000]),
        promise_ms: one(&[60_000, 120_000]),
    }
}

// --- what must hold

/// Whether the member may do that to objects of that kind, as it is stored; decided here in its own way.
pub fn may(disk: &Disk, user: UserId, action: Action, kind: ObjectKind) -> bool {
    let Some(member) = disk.members.get(&user).filter(|member| member.role != Role::Suspended) else {
        return false;
    };
    match member.custom.and_then(|id| disk.roles.get(&id)) {
        Some(role) => match action {
            Action::View => role.view.has(kind),
            Action::Edit => role.edit.has(kind),
            Action::Publish => role.publish.has(kind),
            Action::Force => role.manage.has(kind),
            _ => false,
        },
        None => match action {
            Action::View => true,
            Action::Edit | Action::Publish => member.role != Role::Viewer,
            _ => matches!(member.role, Role::Owner | Role::Admin),
        },
    }
}

/// What one command wrote was written by who had the right to it; nothing was written over a freeze; and whoever has lost a
/// right holds and waits for nothing there from this moment on.
pub fn lawful(
    disk: &Disk,
    kinds: &BTreeMap<ObjectId, ObjectKind>,
    frozen: bool,
    writes: &[Write],
) -> Result<(), String> {
    let frozen = frozen && disk.closures.contains_key(&EVERYTHING);
    for write in writes {
        let (user, action, object) = match write {
            Write::Operation { object, operation } => (operation.user, Action::Edit, *object),
            Write::Version { object, head, .. } => (head.user, Action::Publish, *object),
            Write::ObjectDeleted { object, user, .. } => (*user, Action::Edit, *object),
            Write::Closed(closure) if closure.path != EVERYTHING => {
                (closure.user, Action::Force, closure.path.object)
            }
            Write::Staged { .. } | Write::Lock(_) if frozen => {
                return Err(format!("written into a frozen workspace: {write:?}"));
            }
            _ => continue,
        };
        if frozen && !matches!(write, Write::Closed(_)) {
            return Err(format!("written into a frozen workspace: {write:?}"));
        }
        let kind = kinds.get(&object).ok_or_else(|| format!("{object} was never made"))?;
        if !may(disk, user, action, *kind) {
            return Err(format!("{user} may not {action:?} a {kind:?}: {write:?}"));
        }
    }
    if !disk.members.values().any(|member| member.role == Role::Owner) {
        return Err("nobody owns the workspace".into());
    }
    let edits = |user, path: LockPath| {
        kinds.get(&path.object).is_some_and(|kind| may(disk, user, Action::Edit, *kind))
    };
    if let Some(lock) = disk.locks.values().find(|lock| !edits(lock.view.user, lock.view.path)) {
        return Err(format!("held by who may not edit it: {:?}", lock.view));
    }
    if let Some(request) = disk.requests.values().find(|one| !edits(one.view.user, one.view.path)) {
        return Err(format!("waited for by who may not edit it: {:?}", request.view));
    }
    Ok(())
}

/// What an answer shows exists for who gets it, and in channels they may what they did. (What is held, asked for and written
/// is looked at where it is stored; an old answer may come again after the right to it is gone.)
pub fn granted(
    disk: &Disk,
    kinds: &BTreeMap<ObjectId, ObjectKind>,
    user: UserId,
    request: &Request,
    answer: &Answer,
) -> Result<(), String> {
    let fits =
        |action, object: &ObjectId| kinds.get(object).is_none_or(|kind| may(disk, user, action, *kind));
    let channels = |action| may(disk, user, action, ObjectKind::Channel);
    let fine = match (request, answer) {
        (Request::Open { object } | Request::Read { object }, _) => fits(Action::View, object),
        (Request::Explain { path }, _) => fits(Action::View, &path.object),
        (Request::CheckRevert { object, .. } | Request::CheckPublish { object, .. }, _) => {
            fits(Action::View, object)
        }
        (Request::Realtime(request), _) => match request {
            RealtimeRequest::Join { .. }
            | RealtimeRequest::ReadHistory { .. }
            | RealtimeRequest::WhoIsIn { .. } => channels(Action::View),
            RealtimeRequest::Event { .. } | RealtimeRequest::SetChannel(_) => channels(Action::Edit),
            _ => true,
        },
        _ => true,
    };
    if fine { Ok(()) } else { Err(format!("{user} may not {request:?}, and gets {answer:?}")) }
}

/// Nobody is told of what does not exist for them. That something of theirs has ended they are.
pub fn existing(
    disk: &Disk,
    kinds: &BTreeMap<ObjectId, ObjectKind>,
    to: UserId,
    delta: &Delta,
) -> Result<(), String> {
    let hidden =
        |object: &ObjectId| kinds.get(object).is_some_and(|kind| !may(disk, to, Action::View, *kind));
    let place = |view: &SessionView| view.location.object.is_some_and(|object| hidden(&object));
    let leaks = match delta {
        Delta::Object(head) => hidden(&head.id),
        Delta::Operation { object, .. }
        | Delta::Change { object, .. }
        | Delta::ChangesMarked { object, .. }
        | Delta::Published { object, .. }
        | Delta::SaveAsked { object, .. } => hidden(object),
        Delta::Lock(view) => hidden(&view.path.object),
        Delta::Request(view) => hidden(&view.path.object),
        Delta::Closed(closure) => hidden(&closure.path.object),
        Delta::Chat(line) => line.link.is_some_and(|link| hidden(&link.object)),
        Delta::Session(view) => place(view),
        Delta::Roster(roster) => roster.sessions.iter().any(place),
        Delta::Channel(_) | Delta::ChannelRemoved(_) => !may(disk, to, Action::View, ObjectKind::Channel),
        _ => false,
    };
    if leaks { Err(format!("for {to} that does not exist: {delta:?}")) } else { Ok(()) }
}

/// The same of a whole picture.
pub fn existing_in_picture(
    disk: &Disk,
    kinds: &BTreeMap<ObjectId, ObjectKind>,
    to: UserId,
    picture: &Snapshot,
) -> Result<(), String> {
    let member = disk.members.get(&to).filter(|member| member.role != Role::Suspended);
    // Of those whose rights have just ended, only what is parked is left to see.
    if member.is_none() {
        return Ok(());
    }
    let hidden =
        |object: ObjectId| kinds.get(&object).is_some_and(|kind| !may(disk, to, Action::View, *kind));
    let place = |view: &&SessionView| view.location.object.is_some_and(hidden);
    let leak = (picture.objects.iter().find(|head| hidden(head.id)).map(|head| format!("{head:?}")))
        .or_else(|| {
            picture.locks.iter().find(|lock| hidden(lock.path.object)).map(|lock| format!("{lock:?}"))
        })
        .or_else(|| picture.requests.iter().find(|one| hidden(one.path.object)).map(|one| format!("{one:?}")))
        .or_else(|| picture.closures.iter().find(|one| hidden(one.path.object)).map(|one| format!("{one:?}")))
        .or_else(|| picture.sessions.iter().find(place).map(|view| format!("{view:?}")))
        .or_else(|| picture.open.filter(|object| hidden(*object)).map(|object| format!("{object} is open")))
        .or_else(|| {
            let channels = may(disk, to, Action::View, ObjectKind::Channel);
            picture.channels.first().filter(|_| !channels).map(|one| format!("{one:?}"))
        });
    match leak {
        Some(leak) => Err(format!("a picture shows {to} what does not exist for them: {leak}")),
        None => Ok(()),
    }
}
