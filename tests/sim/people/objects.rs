//! Whole objects: made, imported, published, reverted.

use uuid::Uuid;

use baton::domain::command::{
    Collisions, NewObject, OverLocks, Publish, Request, Restore, Revert, Scope, Selection, Step,
};
use baton::domain::id::{ItemId, ObjectId};
use baton::domain::stack::{NodeKind, ObjectKind, Seed, name};

use crate::plan::Doing;
use crate::world::{World, object, seed};

use super::found::some_object;

pub(super) fn function(world: &mut World, called: &str) -> NewObject {
    let id = ObjectId(Uuid::from_u128(u128::from(world.number())));
    let count = 1 + world.rng.below(4);
    let steps = steps(world, count);
    object(id, ObjectKind::Function, called, None, steps)
}

fn fresh(world: &mut World) -> ItemId {
    ItemId::Node(Uuid::from_u128(u128::from(world.number())))
}

pub(super) fn steps(world: &mut World, count: u64) -> Vec<Seed> {
    (0..count)
        .map(|_| seed(fresh(world), NodeKind::Step, "var", Some(ItemId::Stack), &[("value", "1")]))
        .collect()
}

pub(super) fn conditional(world: &mut World) -> Vec<Seed> {
    let (step, arm, inner) = (fresh(world), fresh(world), fresh(world));
    vec![
        seed(step, NodeKind::Step, "conditional", Some(ItemId::Stack), &[]),
        seed(arm, NodeKind::Arm, "if", Some(step), &[(name::SUBJECT, "$a")]),
        seed(inner, NodeKind::Step, "var", Some(arm), &[("value", "1")]),
    ]
}

pub(super) fn whole_objects(world: &mut World, n: usize, what: Doing) -> Option<Request> {
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

fn scope(world: &mut World) -> Scope {
    match world.rng.below(4) {
        0 => Scope::Content,
        1 => Scope::Records,
        _ => Scope::Everything,
    }
}
