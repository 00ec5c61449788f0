//! What there is in the room as somebody sees it.

use baton::domain::id::{ItemId, ObjectId};
use baton::domain::path::{Fence, LockPath};
use baton::domain::stack::{NodeKind, Stack};

use crate::world::World;

pub(super) fn some_object(world: &mut World, n: usize) -> Option<ObjectId> {
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

pub(super) fn some_item(
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

pub(super) fn some_path(world: &mut World, n: usize) -> Option<LockPath> {
    let object = some_object(world, n)?;
    let lockable = |kind| matches!(kind, NodeKind::Step | NodeKind::Settings | NodeKind::Response);
    Some(LockPath::item(object, some_item(world, n, object, lockable)?))
}

pub(super) fn some_locked(world: &mut World, n: usize) -> Option<LockPath> {
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
