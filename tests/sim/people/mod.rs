//! What people do: they look for something to do in the room as it is, and do it, or try to.

mod ask;
mod edits;
mod found;
mod objects;
mod talk;

use uuid::Uuid;

use baton::domain::command::{Caller, Edit, Pen, RealtimeRequest, Request};
use baton::domain::id::{CallId, ObjectId, UserId};
use baton::domain::stack::op::Op;
use baton::domain::stack::{Form, ObjectKind};

use crate::plan::{Doing, doing};
use crate::realtime;
use crate::records;
use crate::site::Waiting;
use crate::world::{World, object};

use self::ask::ask;
use self::edits::edit;
pub use self::edits::{made, write};
pub use self::found::{any_path, mine};
use self::objects::{function, steps, whole_objects};
use self::talk::talk;

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
