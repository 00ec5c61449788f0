//! Edits, under all kinds of pens.

use uuid::Uuid;

use baton::domain::command::{Edit, EditAction, Pen, Request};
use baton::domain::id::{ItemId, ObjectId};
use baton::domain::path::{Fence, LockPath};
use baton::domain::stack::op::Op;
use baton::domain::stack::{Form, NodeKind, Revision, name};

use crate::plan::Doing;
use crate::world::World;

use super::found::{mine, some_item, some_object};
use super::objects::{conditional, steps};

pub(super) fn edit(world: &mut World, n: usize, what: Doing) -> Option<Request> {
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
