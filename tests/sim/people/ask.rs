//! Locks: taken, asked for, answered, taken over.

use uuid::Uuid;

use baton::domain::command::{Request, RequestAnswer};
use baton::domain::id::RequestId;
use baton::domain::path::LockPath;

use crate::plan::Doing;
use crate::world::World;

use super::found::{mine, some_locked, some_object, some_path};

pub(super) fn ask(world: &mut World, n: usize, what: Doing) -> Option<Request> {
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
