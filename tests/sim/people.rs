//! What people do: they look for something to do in the room as it is, and do it, or try to.

use uuid::Uuid;

use baton::domain::command::{
    Caller, Collisions, Cursor, Edit, EditAction, Location, NewObject, OverLocks, Pen, Publish,
    RealtimeRequest, Request, RequestAnswer, Restore, Revert, Scope, Selection, StatusChoice, Step,
};
use baton::domain::effect::{Privacy, Status};
use baton::domain::id::{CallId, ItemId, ObjectId, RequestId, UserId};
use baton::domain::path::{Fence, LockPath};
use baton::domain::role::Role;
use baton::domain::stack::op::Op;
use baton::domain::stack::{Form, NodeKind, ObjectKind, Revision, Seed, Stack, name};

use super::plan::{Doing, doing};
use super::site::Waiting;
use super::world::{EPHEMERAL, World, object, seed};
use super::{realtime, records};

/// Every room starts with three functions and a group with an endpoint.
pub fn furnish(world: &mut World, room: usize) {
    let group = ObjectId(Uuid::from_u128(u128::from(world.number())));
    let mut objects = vec![object(group, ObjectKind::ApiGroup, "shop", None, vec![])];
    for n in 0..3 {
        objects.push(function(world, &format!("function {n}")));
    }
    let id = ObjectId(Uuid::from_u128(u128::from(world.number())));
    let steps = steps(world, 2);
    objects.push(object(id, ObjectKind::Endpoint, "get", Some(group), steps));
    objects.push(records::table(world, "people"));
    let op_id = world.op();
    let owner = world.owner;
    as_member(world, room, owner, Request::Import { op_id, objects, publish: None });
    for settings in realtime::settings() {
        let request = RealtimeRequest::SetChannel(Box::new(settings));
        as_member(world, room, owner, Request::Realtime(request));
    }
}

fn function(world: &mut World, called: &str) -> NewObject {
    let id = ObjectId(Uuid::from_u128(u128::from(world.number())));
    let count = 1 + world.rng.below(4);
    let steps = steps(world, count);
    object(id, ObjectKind::Function, called, None, steps)
}

fn fresh(world: &mut World) -> ItemId {
    ItemId::Node(Uuid::from_u128(u128::from(world.number())))
}

fn steps(world: &mut World, count: u64) -> Vec<Seed> {
    (0..count)
        .map(|_| seed(fresh(world), NodeKind::Step, "var", Some(ItemId::Stack), &[("value", "1")]))
        .collect()
}

fn conditional(world: &mut World) -> Vec<Seed> {
    let (step, arm, inner) = (fresh(world), fresh(world), fresh(world));
    vec![
        seed(step, NodeKind::Step, "conditional", Some(ItemId::Stack), &[]),
        seed(arm, NodeKind::Arm, "if", Some(step), &[(name::SUBJECT, "$a")]),
        seed(inner, NodeKind::Step, "var", Some(arm), &[("value", "1")]),
    ]
}

/// A call over HTTP without a session.
pub fn as_member(world: &mut World, room: usize, user: UserId, request: Request) {
    let call = CallId(world.number());
    let now = world.now;
    world.note(|| format!("{user} over HTTP: {request:?}"));
    let waiting = Waiting { socket: None, user, request: Some(request) };
    world.sites[room].request(now, Caller { user, session: None }, call, waiting);
    world.collect(room);
}

/// What is in the outbox and on no socket is sent again, in its order.
pub fn send_what_is_left(world: &mut World, n: usize) {
    let waiting: Vec<Request> = world.clients[n]
        .outbox
        .iter()
        .filter(|pending| pending.call.is_none())
        .map(|pending| pending.request.clone())
        .collect();
    for request in waiting {
        world.transmit(n, request);
    }
}

pub fn discard_one(world: &mut World, n: usize) {
    let parked = world.clients[n].replica.as_ref().and_then(|replica| replica.parked.keys().next().copied());
    if let Some(parked) = parked {
        world.transmit(n, Request::DiscardParked { parked });
    }
}

/// One thing, by one person.
pub fn act(world: &mut World, n: usize) {
    if !world.clients[n].welcome || world.clients[n].replica.is_none() {
        return;
    }
    send_what_is_left(world, n);
    if let Some(request) = last_words(world, n) {
        return world.send(n, request);
    }
    let what = doing(&mut world.rng);
    if !world.clients[n].welcome || trouble(world, n, what) {
        return;
    }
    let request =
        talk(world, n, what).or_else(|| ask(world, n, what)).or_else(|| whole_objects(world, n, what));
    let request = request.or_else(|| records::act(world, n, what)).or_else(|| realtime::act(world, n, what));
    match request.or_else(|| edit(world, n, what)) {
        Some(request) => world.send(n, request),
        None => again(world, n, what),
    }
}

/// What was typed under a pen that was taken with the right to it.
fn last_words(world: &mut World, n: usize) -> Option<Request> {
    let (path, fence) = world.clients[n].revoked.pop()?;
    let text = Some(format!("last words {}", world.number()));
    let (item, field) = (path.item?, "value".into());
    let op = Op::Set { item, field, text, form: Form::Assign, at: None };
    made(world, n, path.object, Pen::Held(fence), op)
}

fn trouble(world: &mut World, n: usize, what: Doing) -> bool {
    match what {
        Doing::Drop => world.unplug(n, 30_000),
        Doing::FallSilent => {
            world.note(|| format!("{n} falls silent"));
            world.clients[n].silent = true;
            let long = world.rng.between(1_000, 40_000);
            world.clients[n].sent = world.now.mono.0 + long;
        }
        Doing::Reload => reload(world, n),
        Doing::DuplicateTab if world.clients.len() < 14 => {
            let mut copy = world.clients[n].clone();
            copy.unplugged(world.now.mono.0);
            copy.outbox.clear();
            copy.replica = None;
            copy.instance = u128::from(world.number());
            world.note(|| format!("{n} duplicates its tab"));
            world.clients.push(copy);
        }
        Doing::DuplicateTab => {}
        _ => return false,
    }
    true
}

fn reload(world: &mut World, n: usize) {
    let instance = u128::from(world.number());
    let Some(socket) = world.clients[n].socket else { return };
    world.note(|| format!("{n} reloads its page"));
    let (now, room) = (world.now, world.clients[n].room);
    world.clients[n].unplugged(now.mono.0);
    world.clients[n].instance = instance;
    world.clients[n].replica = None;
    // The old socket's end is heard of before the new hello, or not at all until it is silent for too long.
    if world.rng.one_in(2) {
        world.sites[room].lost(now, socket);
        world.collect(room);
    }
    world.hello(n);
}

fn talk(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let object = some_object(world, n);
    Some(match what {
        Doing::Locate => {
            let item = object.and_then(|object| some_item(world, n, object, |_| true));
            let page = if object.is_some() { "object" } else { "home" };
            let cursor = item.map(|_| Cursor { anchor: 1, head: 3, length: 7 });
            let (field, typing) = (item.map(|_| "value".into()), world.rng.one_in(2));
            Request::Locate(Location {
                object,
                item,
                field,
                cursor,
                typing,
                top: item,
                ..Location::page(page)
            })
        }
        Doing::Chat => {
            let number = world.number();
            let client_id = Uuid::from_u128(u128::from(number));
            let text = format!("{EPHEMERAL} {number}");
            Request::Chat { client_id, text, mentions: vec![world.owner], link: object.map(LockPath::object) }
        }
        Doing::Choose => match world.rng.below(4) {
            0 => Request::SetAvatar(if world.rng.one_in(2) { "🦊".into() } else { String::new() }),
            n => {
                let status =
                    [Status::Online, Status::Busy, Status::Away, Status::Offline][world.rng.index(4)];
                let until = (n == 1).then(|| world.now.wall.plus(world.rng.between(1, 60_000)));
                Request::SetStatus(StatusChoice { status, message: format!("for {n}"), until })
            }
        },
        Doing::Hide => {
            let all = [Privacy::Everyone, Privacy::Role(Role::Developer), Privacy::Role(Role::Admin)];
            let more = [Privacy::Page, Privacy::Hidden, Privacy::Hidden];
            Request::SetPrivacy(*world.rng.pick(&[all, more].concat())?)
        }
        Doing::Report => {
            let other = world.rng.one_in(8).then_some(world.owner);
            Request::Active { user: other, interactions: u32::try_from(world.rng.below(20)).unwrap_or(0) }
        }
        Doing::Typing => Request::Typing { on: !world.rng.one_in(3) },
        Doing::Dirty => {
            let held = mine(world, n);
            let (path, _) = *world.rng.pick(&held)?;
            Request::Dirty { path, count: u32::try_from(world.rng.below(3)).unwrap_or(0) }
        }
        Doing::Open => Request::Open { object: object? },
        Doing::CloseObject => Request::CloseObject,
        Doing::Discard => {
            let replica = world.clients[n].replica.as_ref()?;
            let ids: Vec<_> = replica.parked.keys().copied().collect();
            Request::DiscardParked { parked: *world.rng.pick(&ids)? }
        }
        Doing::Look => match world.rng.below(3) {
            0 => Request::Explain { path: LockPath::object(object?) },
            1 => Request::ListParked { user: None },
            _ => Request::Read { object: object? },
        },
        Doing::Leave => Request::Leave,
        _ => return None,
    })
}

fn ask(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let op_id = world.op();
    Some(match what {
        Doing::Acquire => Request::Acquire { op_id, path: some_path(world, n)? },
        Doing::AcquireObject => Request::Acquire { op_id, path: LockPath::object(some_object(world, n)?) },
        Doing::Ask | Doing::AskObject => {
            let path = if what == Doing::AskObject {
                LockPath::object(some_object(world, n)?)
            } else {
                some_locked(world, n).or_else(|| some_path(world, n))?
            };
            let request = RequestId(Uuid::from_u128(u128::from(world.number())));
            Request::RequestLock { op_id, request, path, note: "please".into() }
        }
        Doing::Cancel => {
            let (replica, session) = (world.clients[n].replica.as_ref()?, world.clients[n].session?);
            let own = replica.requests.values().filter(|one| one.session == session);
            let ids: Vec<_> = own.map(|one| one.id).collect();
            Request::CancelRequest { request: *world.rng.pick(&ids)? }
        }
        Doing::Answer => {
            let replica = world.clients[n].replica.as_ref()?;
            let ids: Vec<_> = replica.requests.keys().copied().collect();
            let request = *world.rng.pick(&ids)?;
            let answer = match world.rng.below(8) {
                0 => RequestAnswer::Ignore,
                1 => RequestAnswer::Decline { reason: "not now".into() },
                2 => RequestAnswer::Promise { within_ms: world.rng.between(1, 20_000) },
                _ => RequestAnswer::Grant,
            };
            Request::AnswerRequest { op_id, request, answer }
        }
        Doing::Flush => {
            let (path, fence) = world.clients[n].frozen.pop()?;
            Request::Flushed { path, fence }
        }
        Doing::Release => {
            let held = mine(world, n);
            let (path, fence) = *world.rng.pick(&held)?;
            Request::Release { op_id, path, fence }
        }
        Doing::EditHere => Request::EditHere { op_id, path: some_locked(world, n)? },
        Doing::Force => {
            let path = some_locked(world, n)?;
            let path = if world.rng.one_in(4) { LockPath::object(path.object) } else { path };
            Request::Force { op_id, path, reason: "demo".into() }
        }
        _ => return escalate(world, n, what),
    })
}

fn escalate(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let op_id = world.op();
    Some(match what {
        Doing::TakeOver => {
            let (replica, session) = (world.clients[n].replica.as_ref()?, world.clients[n].session?);
            let own = replica.requests.values().filter(|one| one.session == session);
            let ids: Vec<_> = own.map(|one| one.id).collect();
            Request::TakeOver { op_id, request: *world.rng.pick(&ids)? }
        }
        Doing::Undo => {
            let replica = world.clients[n].replica.as_ref()?;
            let taken = replica.locks.values().filter(|one| one.undo_until.is_some());
            let paths: Vec<_> = taken.map(|one| one.path).collect();
            Request::Undo { op_id, path: *world.rng.pick(&paths)? }
        }
        Doing::Swap => {
            let replica = world.clients[n].replica.as_ref()?;
            let ids: Vec<_> = replica.deadlocks.keys().copied().collect();
            Request::Swap { deadlock: *world.rng.pick(&ids)? }
        }
        Doing::CloseEditing => {
            let path = some_path(world, n)?;
            let path = if world.rng.one_in(3) { LockPath::object(path.object) } else { path };
            Request::CloseEditing { op_id, path, reason: "freeze".into() }
        }
        Doing::Reopen => {
            let replica = world.clients[n].replica.as_ref()?;
            let paths: Vec<_> = replica.closures.keys().copied().collect();
            Request::Reopen { op_id, path: *world.rng.pick(&paths)? }
        }
        _ => return None,
    })
}

fn whole_objects(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let op_id = world.op();
    let room = world.clients[n].room;
    Some(match what {
        Doing::RevertSome => {
            let object = some_object(world, n)?;
            let numbers: Vec<u64> =
                world.sites[room].disk.logs.get(&object)?.changes.keys().copied().collect();
            let many = 1 + world.rng.below(3);
            let changes = (0..many).filter_map(|_| world.rng.pick(&numbers).copied()).collect();
            let collisions = *world.rng.pick(&[Collisions::Ask, Collisions::Keep, Collisions::Take])?;
            let locks = match world.rng.below(4) {
                0 => OverLocks::Leave,
                1 => OverLocks::Park { reason: "must go".into() },
                _ => OverLocks::Refuse,
            };
            let selection = match world.rng.below(4) {
                0 => Selection::Author(*world.rng.pick(&world.users.clone())?, scope(world)),
                _ => Selection::Changes(changes),
            };
            let take = numbers.into_iter().take(2).collect();
            Request::Revert(Box::new(Revert { op_id, object, selection, collisions, take, locks }))
        }
        Doing::RevertAll => {
            let (object, collisions) = (some_object(world, n)?, Collisions::Ask);
            let locks = if world.rng.one_in(2) { OverLocks::Leave } else { OverLocks::Refuse };
            let (selection, take) = (Selection::All(scope(world)), Vec::new());
            Request::Revert(Box::new(Revert { op_id, object, selection, collisions, take, locks }))
        }
        Doing::Step => {
            let object = some_object(world, n)?;
            let (forth, take) = (world.rng.one_in(3), world.rng.one_in(6));
            let before = world.rng.one_in(8).then(|| 1 + world.rng.below(20));
            Request::Step(Step { op_id, object, forth, before, take })
        }
        Doing::Restore => {
            let object = some_object(world, n)?;
            let disk = &world.sites[room].disk;
            let revision = disk.objects.get(&object)?.revision;
            let (version, stack) = disk.logs.get(&object)?.version.as_ref()?;
            let (version, seeds) = (version.number, stack.to_seeds());
            Request::Restore(Box::new(Restore { op_id, object, revision, version, seeds }))
        }
        Doing::Preview => {
            let object = some_object(world, n)?;
            let user = *world.rng.pick(&world.users.clone())?;
            match world.rng.below(3) {
                0 => Request::CheckRevert { object, selection: Selection::Author(user, scope(world)) },
                1 => Request::CheckPublish { object, authors: Some(vec![user]) },
                _ => Request::AskToSave { object },
            }
        }
        Doing::Publish => {
            let object = some_object(world, n)?;
            let revision = world.sites[room].disk.objects.get(&object)?.revision;
            let user = *world.rng.pick(&world.users.clone())?;
            let authors = world.rng.one_in(3).then(|| vec![user]);
            let dependencies = world.rng.one_in(2);
            let description = "better".into();
            Request::Publish(Box::new(Publish {
                op_id,
                object,
                revision,
                description,
                authors,
                dependencies,
            }))
        }
        Doing::Import => {
            let publish = world.rng.one_in(4).then(|| "from a file".to_owned());
            Request::Import { op_id, objects: file(world, n), publish }
        }
        Doing::DeleteObject => Request::DeleteObject { op_id, object: some_object(world, n)? },
        _ => return None,
    })
}

/// A file of objects that the room may know already, under other ids.
fn file(world: &mut World, n: usize) -> Vec<NewObject> {
    let mut objects = Vec::new();
    for _ in 0..1 + world.rng.below(2) {
        let called = format!("function {}", world.rng.below(8));
        objects.push(function(world, &called));
    }
    if world.rng.one_in(3) {
        let group = ObjectId(Uuid::from_u128(u128::from(world.number())));
        objects.push(object(group, ObjectKind::ApiGroup, "shop", None, vec![]));
        let id = ObjectId(Uuid::from_u128(u128::from(world.number())));
        let steps = steps(world, 1);
        objects.push(object(id, ObjectKind::Endpoint, "get", Some(group), steps));
    }
    if world.rng.one_in(3) {
        // As it is exported: the items keep their ids, so that what is held may stay. The object's is proposed anew.
        let room = world.clients[n].room;
        let fresh = ObjectId(Uuid::from_u128(u128::from(world.number())));
        let known = some_object(world, n).and_then(|id| {
            let (head, log) =
                (world.sites[room].disk.objects.get(&id)?, world.sites[room].disk.logs.get(&id)?);
            let seeds = log.replayed.to_seeds();
            Some(NewObject { id: fresh, kind: head.kind, name: head.name.clone(), group: head.group, seeds })
        });
        objects.extend(known);
    }
    objects
}

fn edit(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let number = world.number();
    let text = format!("text {number}");
    let set = |item| Op::Set { item, field: "value".into(), text: Some(text), form: Form::Assign, at: None };
    let any = |_: NodeKind| true;
    match what {
        Doing::EditHeld => {
            let held = mine(world, n);
            let (path, fence) = *world.rng.pick(&held)?;
            let item = match path.item {
                Some(item) => below_arm(world, n, path.object, item),
                None => some_item(world, n, path.object, any)?,
            };
            made(world, n, path.object, Pen::Held(fence), set(item))
        }
        Doing::EditOldFence => {
            let old = world.clients[n].fences.clone();
            let (path, fence) = *world.rng.pick(&old)?;
            made(world, n, path.object, Pen::Held(fence), set(path.item?))
        }
        Doing::EditStolen => {
            let replica = world.clients[n].replica.as_ref()?;
            let locks: Vec<(LockPath, Fence)> =
                replica.locks.values().map(|one| (one.path, one.fence)).collect();
            let (path, fence) = *world.rng.pick(&locks)?;
            made(world, n, path.object, Pen::Held(fence), set(path.item?))
        }
        Doing::EditAtOnce => {
            let object = some_object(world, n)?;
            let item = some_item(world, n, object, any)?;
            made(world, n, object, Pen::WithLock, set(item))
        }
        Doing::Insert | Doing::InsertConditional => {
            let object = some_object(world, n)?;
            let holder = |kind| matches!(kind, NodeKind::Arm | NodeKind::Stack);
            let parent = some_item(world, n, object, holder)?;
            let mut seeds = if what == Doing::Insert { steps(world, 1) } else { conditional(world) };
            seeds.first_mut()?.parent = Some(parent);
            made(world, n, object, Pen::WithLock, Op::Insert { parent, after: None, seeds })
        }
        Doing::Delete | Doing::Move => {
            let object = some_object(world, n)?;
            let node = |kind| matches!(kind, NodeKind::Step | NodeKind::Arm);
            let item = some_item(world, n, object, node)?;
            let held = mine(world, n).into_iter().find(|(path, _)| *path == LockPath::item(object, item));
            let pen = held.map_or(Pen::WithLock, |(_, fence)| Pen::Held(fence));
            if what == Doing::Delete {
                return made(world, n, object, pen, Op::Delete { item });
            }
            let holder = |kind| matches!(kind, NodeKind::Arm | NodeKind::Stack);
            let parent = some_item(world, n, object, holder)?;
            made(world, n, object, pen, Op::Move { item, parent, after: None })
        }
        Doing::Rename => {
            let object = some_object(world, n)?;
            let text = Some(format!("function {}", world.rng.below(8)));
            let field = name::NAME.to_owned();
            let op = Op::Set { item: ItemId::Settings, field, text, form: Form::Assign, at: None };
            made(world, n, object, Pen::WithLock, op)
        }
        Doing::Duplicate => {
            let object = some_object(world, n)?;
            let item = some_item(world, n, object, |kind| kind == NodeKind::Step)?;
            let seed = Uuid::from_u128(u128::from(number) << 64 | 0x7000_8000);
            let edit = plain(world, n, object, Pen::WithLock, EditAction::Duplicate { item, seed })?;
            Some(Request::Edit(Box::new(edit)))
        }
        _ => None,
    }
}

/// The item itself, or an arm of it: its lock covers both.
fn below_arm(world: &mut World, n: usize, object: ObjectId, item: ItemId) -> ItemId {
    let room = world.clients[n].room;
    let arms = world.sites[room].disk.logs.get(&object).map(|log| log.replayed.children(item).to_vec());
    match arms {
        Some(arms) if world.rng.one_in(3) => world.rng.pick(&arms).copied().unwrap_or(item),
        _ => item,
    }
}

pub fn made(world: &mut World, n: usize, object: ObjectId, pen: Pen, op: Op) -> Option<Request> {
    let item = match &op {
        Op::Set { item, .. } | Op::Delete { item } | Op::Move { item, .. } => Some(*item),
        Op::Record(op) => op.record().map(ItemId::Record),
        _ => None,
    };
    let mut edit = plain(world, n, object, pen, EditAction::Apply(op))?;
    if let Some(item) = item {
        if world.rng.one_in(2) {
            edit.prev_op = world.clients[n].last_op.get(&item).copied();
        }
        world.clients[n].last_op.insert(item, edit.op_id);
    }
    Some(Request::Edit(Box::new(edit)))
}

fn plain(world: &mut World, n: usize, object: ObjectId, pen: Pen, action: EditAction) -> Option<Edit> {
    let op_id = world.op();
    let room = world.clients[n].room;
    let revision = world.sites[room].disk.objects.get(&object)?.revision;
    let behind = if world.rng.one_in(8) { world.rng.below(4) } else { 0 };
    let base = Revision(revision.0.saturating_sub(behind));
    Some(Edit { op_id, intent: *op_id.0.as_bytes(), object, pen, base, prev_op: None, action })
}

/// What was answered is sent again, or something else under its id.
fn again(world: &mut World, n: usize, what: Doing) {
    let done = world.clients[n].answered.clone();
    let Some(pending) = world.rng.pick(&done).cloned() else { return };
    match (what, pending.request) {
        (Doing::SendAgain, request) => world.transmit(n, request),
        (Doing::OtherIntent, Request::Edit(edit)) => {
            let other = Edit { intent: [1; 16], ..*edit };
            world.transmit(n, Request::Edit(Box::new(other)));
        }
        _ => {}
    }
}

// --- what there is

fn some_object(world: &mut World, n: usize) -> Option<ObjectId> {
    let client = &world.clients[n];
    let replica = client.replica.as_ref()?;
    // People meet: mostly in the first two objects, or where they are.
    let shown = replica.content.as_ref().map(|content| content.object);
    let all: Vec<ObjectId> = replica.objects.keys().copied().collect();
    match world.rng.below(6) {
        0 | 1 => shown.or_else(|| all.first().copied()),
        2 | 3 => all.get(1).or_else(|| all.first()).copied(),
        _ => world.rng.pick(&all).copied(),
    }
}

fn some_item(
    world: &mut World,
    n: usize,
    object: ObjectId,
    fits: impl Fn(NodeKind) -> bool,
) -> Option<ItemId> {
    let room = world.clients[n].room;
    let stack: &Stack = &world.sites[room].disk.logs.get(&object)?.replayed;
    let items: Vec<ItemId> =
        stack.nodes().iter().filter(|node| fits(node.kind)).map(|node| node.id).collect();
    world.rng.pick(&items).copied()
}

fn some_path(world: &mut World, n: usize) -> Option<LockPath> {
    let object = some_object(world, n)?;
    let lockable = |kind| matches!(kind, NodeKind::Step | NodeKind::Settings | NodeKind::Response);
    Some(LockPath::item(object, some_item(world, n, object, lockable)?))
}

fn some_locked(world: &mut World, n: usize) -> Option<LockPath> {
    let replica = world.clients[n].replica.as_ref()?;
    let paths: Vec<LockPath> = replica.locks.keys().copied().collect();
    world.rng.pick(&paths).copied()
}

pub fn mine(world: &World, n: usize) -> Vec<(LockPath, Fence)> {
    let (replica, session) = (world.clients[n].replica.as_ref(), world.clients[n].session);
    replica
        .map(|replica| {
            let own = replica.locks.values().filter(|lock| Some(lock.session) == session);
            own.map(|lock| (lock.path, lock.fence)).collect()
        })
        .unwrap_or_default()
}

/// Something that a program may lock: a step of an object, or now and then all of it.
pub fn any_path(world: &mut World, room: usize) -> Option<LockPath> {
    let objects: Vec<ObjectId> = world.sites[room].disk.objects.keys().copied().collect();
    // Where people meet, too.
    let object = if world.rng.one_in(2) { *objects.get(1)? } else { *world.rng.pick(&objects)? };
    if world.rng.one_in(6) {
        return Some(LockPath::object(object));
    }
    let stack = &world.sites[room].disk.logs.get(&object)?.replayed;
    let steps = stack.nodes().into_iter().filter(|node| node.kind == NodeKind::Step);
    let items: Vec<ItemId> = steps.map(|node| node.id).collect();
    Some(LockPath::item(object, *world.rng.pick(&items)?))
}

/// An edit of what a program holds, on the newest revision.
pub fn write(world: &mut World, room: usize, path: LockPath, pen: Pen) -> Option<Request> {
    let (op_id, number) = (world.op(), world.number());
    let item = path.item?;
    let base = world.sites[room].disk.objects.get(&path.object)?.revision;
    let text = Some(format!("text {number}"));
    let op = Op::Set { item, field: "value".into(), text, form: Form::Assign, at: None };
    let intent = *op_id.0.as_bytes();
    let edit =
        Edit { op_id, intent, object: path.object, pen, base, prev_op: None, action: EditAction::Apply(op) };
    Some(Request::Edit(Box::new(edit)))
}

fn scope(world: &mut World) -> Scope {
    match world.rng.below(4) {
        0 => Scope::Content,
        1 => Scope::Records,
        _ => Scope::Everything,
    }
}
