//! Tables in the simulation: records that come, change and go, and files that come in whole or not at all.

use uuid::Uuid;

use baton::domain::command::{NewObject, Pen, Request, Row, Upload, UploadStep};
use baton::domain::id::{ItemId, ObjectId, OpId};
use baton::domain::path::LockPath;
use baton::domain::record::{Cells, RecordOp, Value};
use baton::domain::stack::op::Op;
use baton::domain::stack::{NodeKind, ObjectKind, name};

use super::people::{made, mine};
use super::plan::Doing;
use super::world::{World, object, seed};

/// A table with a name and an optional age.
pub fn table(world: &mut World, called: &str) -> NewObject {
    let mut number = || Uuid::from_u128(u128::from(world.number()));
    let (id, first, second) = (ObjectId(number()), ItemId::Node(number()), ItemId::Node(number()));
    let mut new = object(id, ObjectKind::Table, called, None, vec![]);
    let texts: &[(&str, &str)] = &[(name::NAME, "name"), (name::TYPE, "text")];
    let ages: &[(&str, &str)] = &[(name::NAME, "age"), (name::TYPE, "int"), (name::OPTIONAL, "true")];
    let fields = [(first, texts), (second, ages)];
    let fields = fields.map(|(id, texts)| seed(id, NodeKind::Input, "", Some(ItemId::Inputs), texts));
    new.seeds.splice(2..2, fields);
    new
}

/// Something with a record, if that is what is to be done.
pub fn act(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let op_id = world.op();
    match what {
        Doing::RecordInsert => {
            let (object, field, _) = some_table(world, n)?;
            let record = Uuid::from_u128(u128::from(world.number()));
            let cells = Cells::from([(field, Value::Text(format!("name {record}")))]);
            let op = RecordOp::Insert { record, ordinal: 0, cells };
            made(world, n, object, Pen::WithLock, Op::Record(op))
        }
        Doing::RecordSet | Doing::RecordDelete => {
            let (object, field, other) = some_table(world, n)?;
            let record = some_record(world, n, object)?;
            let path = LockPath::item(object, ItemId::Record(record));
            let held = mine(world, n).into_iter().find(|(own, _)| *own == path);
            let pen = held.map_or(Pen::WithLock, |(_, fence)| Pen::Held(fence));
            let op = match (what, world.rng.below(4)) {
                (Doing::RecordDelete, _) => RecordOp::Delete { record },
                (_, 0) => RecordOp::Set { record, field: other, value: Value::Text("no number".into()) },
                (_, 1) => RecordOp::Set { record, field: other, value: Value::Int(3) },
                _ => RecordOp::Set { record, field, value: Value::Text(format!("text {}", world.number())) },
            };
            made(world, n, object, pen, Op::Record(op))
        }
        Doing::RecordAcquire => {
            let (object, _, _) = some_table(world, n)?;
            let path = LockPath::item(object, ItemId::Record(some_record(world, n, object)?));
            Some(Request::Acquire { op_id, path })
        }
        Doing::FileStep => file(world, n, op_id),
        _ => None,
    }
}

/// A step of the member's one file; which comes next is left to chance, as with an edge that fails.
fn file(world: &mut World, n: usize, op_id: OpId) -> Option<Request> {
    let (object, field, other) = some_table(world, n)?;
    let id = match world.clients[n].file {
        Some((id, of)) if of == object && !world.rng.one_in(12) => id,
        _ => Uuid::from_u128(u128::from(world.number()) << 64),
    };
    let begun = world.clients[n].file.is_some_and(|(own, _)| own == id);
    world.clients[n].file = Some((id, object));
    let step = match world.rng.below(8) {
        _ if !begun => UploadStep::Begin,
        0 => UploadStep::Abandon,
        1 => {
            let skip_invalid = world.rng.one_in(2);
            UploadStep::Finish { op_id, file: "people.csv".into(), skip_invalid }
        }
        _ => {
            let bad = world.rng.one_in(6);
            let row = |line| {
                let mut cells = Cells::from([(field, Value::Text(format!("row {line}")))]);
                if bad && line == 2 {
                    cells.insert(other, Value::Text("old".into()));
                }
                Row { line, cells }
            };
            UploadStep::Rows((1..=1 + world.rng.below(3)).map(row).collect())
        }
    };
    Some(Request::Upload(Box::new(Upload { id, object, step })))
}

/// A table that the person sees, with two of its fields.
fn some_table(world: &mut World, n: usize) -> Option<(ObjectId, Uuid, Uuid)> {
    let replica = world.clients[n].replica.as_ref()?;
    let tables: Vec<ObjectId> =
        replica.objects.values().filter(|head| head.kind == ObjectKind::Table).map(|head| head.id).collect();
    let object = *world.rng.pick(&tables)?;
    let room = world.clients[n].room;
    let stack = &world.sites[room].disk.logs.get(&object)?.replayed;
    let mut fields = stack.children(ItemId::Inputs).iter().filter_map(|id| match id {
        ItemId::Node(id) => Some(*id),
        _ => None,
    });
    Some((object, fields.next()?, fields.next()?))
}

fn some_record(world: &mut World, n: usize, object: ObjectId) -> Option<Uuid> {
    let room = world.clients[n].room;
    let disk = &world.sites[room].disk;
    // Mostly one that is there, now and then one that was deleted or never came in.
    let seen: Vec<Uuid> = disk.seen(object).iter().map(|record| record.id).collect();
    let all: Vec<Uuid> = disk.records.keys().filter(|(of, _)| *of == object).map(|(_, id)| *id).collect();
    let list = if world.rng.one_in(6) { all } else { seen };
    world.rng.pick(&list).copied()
}
