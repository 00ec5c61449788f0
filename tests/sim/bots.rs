//! Programs: sessions without a socket, kept alive by their calls. They hold pens like people and give way to them.

use uuid::Uuid;

use baton::domain::command::{Caller, Command, Hello, Pen, Request};
use baton::domain::id::{CallId, InstanceId, RequestId, SessionId, UserId};
use baton::domain::path::{Fence, LockPath};

use super::people;
use super::site::{Vital, Waiting};
use super::world::{World, secret};

/// A program that works in a room in its owner's name.
#[derive(Debug, Clone)]
pub struct Bot {
    pub user: UserId,
    pub room: usize,
    pub session: Option<SessionId>,
}

/// One call of one program.
pub fn act(world: &mut World, n: usize) {
    let Bot { user, room, session } = world.bots[n].clone();
    let now = world.now;
    if world.sites[room].refuses(now, false).is_some() {
        return;
    }
    let claim = |session| world.sites[room].core.as_ref().and_then(|core| core.claim_of(session));
    let Some(session) = session.filter(|session| claim(*session) == Some((user, secret(*session)))) else {
        return hello(world, n);
    };
    if world.rng.one_in(30) {
        return call(world, n, session, Request::Leave);
    }
    if let Some(request) = wish(world, room, session) {
        call(world, n, session, request);
    }
}

fn hello(world: &mut World, n: usize) {
    let call = CallId(world.number());
    let fresh = SessionId(Uuid::from_u128(u128::from(world.number())));
    let (Bot { user, room, .. }, now) = (world.bots[n].clone(), world.now);
    world.note(|| format!("bot {n} of {user} opens session {fresh}"));
    let hello = Hello {
        call,
        user,
        socket: None,
        instance: InstanceId(fresh.0),
        fresh,
        fresh_secret: secret(fresh),
        resume: None,
        device: "a script".to_owned(),
        address: String::new(),
        keep_ms: None,
    };
    let site = &mut world.sites[room];
    site.calls.insert(call, Waiting { socket: None, user, request: None });
    world.run_in(room, Command::Hello(Box::new(hello)));
    let site = &mut world.sites[room];
    if site.core.as_ref().is_some_and(|core| core.claim_of(fresh).is_some()) {
        let heard = site.own(now);
        site.vitals.insert(fresh, Vital { socket: None, heard, lost: None, grace: 0 });
        world.bots[n].session = Some(fresh);
    }
}

fn call(world: &mut World, n: usize, session: SessionId, request: Request) {
    let (Bot { user, room, .. }, now) = (world.bots[n].clone(), world.now);
    let call = CallId(world.number());
    world.note(|| format!("bot {n}: {request:?}"));
    let site = &mut world.sites[room];
    let heard = site.own(now);
    if let Some(vital) = site.vitals.get_mut(&session) {
        *vital = Vital { socket: None, heard, lost: None, grace: 0 };
    }
    let waiting = Waiting { socket: None, user, request: Some(request) };
    site.request(now, Caller { user, session: Some(session) }, call, waiting);
    world.collect(room);
}

/// What the program does next, from what is durably its own.
fn wish(world: &mut World, room: usize, session: SessionId) -> Option<Request> {
    let op_id = world.op();
    let locks = world.sites[room].disk.locks.values().filter(|row| row.view.session == session);
    let held: Vec<(LockPath, Fence)> = locks.map(|row| (row.view.path, row.view.fence)).collect();
    Some(match world.rng.below(10) {
        0..=3 => Request::Acquire { op_id, path: people::any_path(world, room)? },
        4 => {
            let request = RequestId(Uuid::from_u128(u128::from(world.number())));
            let path = people::any_path(world, room)?;
            Request::RequestLock { op_id, request, path, note: "a script waits".into() }
        }
        5..=7 => {
            let (path, fence) = *world.rng.pick(&held)?;
            people::write(world, room, path, Pen::Held(fence))?
        }
        8 => {
            let (path, fence) = *world.rng.pick(&held)?;
            Request::Release { op_id, path, fence }
        }
        _ => {
            let (path, fence) = *world.rng.pick(&held)?;
            Request::Renew { path, fence }
        }
    })
}
