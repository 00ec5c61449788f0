//! Objects on their way in, all or none.

use super::room::*;
use crate::domain::command::{NewObject, Pen, Request};
use crate::domain::effect::Receipt;
use crate::domain::id::ObjectId;
use crate::domain::refusal::Refusal;
use crate::domain::stack::ObjectKind;
use uuid::Uuid;

fn id(n: u128) -> ObjectId {
    ObjectId(Uuid::from_u128(n))
}

fn group(n: u128, called: &str) -> NewObject {
    NewObject { kind: ObjectKind::ApiGroup, ..object(id(n), called, &[]) }
}

fn endpoint(n: u128, called: &str, group: u128, steps: &[u128]) -> NewObject {
    NewObject { kind: ObjectKind::Endpoint, group: Some(id(group)), ..object(id(n), called, steps) }
}

#[test]
fn new_objects_are_created_and_known_ones_replaced_as_one_change() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let came =
        r.import(ana, vec![object(id(1), "orders", &[1, 70]), object(id(2), "invoices", &[71])]).unwrap();
    assert_eq!(came, Receipt::Imported { objects: vec![(OBJ, false), (id(2), true)] });
    let changes = r.view(OBJ).changes;
    assert_eq!((changes.len(), changes[0].words.as_str()), (1, "Imported from XanoScript"));
    r.revert(ana, Some(vec![2])).unwrap();
    assert!(r.view(OBJ).nodes.iter().any(|node| node.id == step(5)));
}

#[test]
fn all_or_none() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ben, path(5));
    let before = r.disk.objects.clone();
    let refused = r.import(ana, vec![object(id(2), "invoices", &[71]), object(id(1), "orders", &[1])]);
    assert!(matches!(refused, Err(Refusal::LockedBelow(_))));
    let bad = NewObject { seeds: vec![], ..object(id(3), "bad", &[]) };
    assert!(r.import(ana, vec![object(id(2), "invoices", &[71]), bad]).is_err());
    let twice = vec![object(id(2), "a", &[71]), object(id(2), "b", &[72])];
    assert_eq!(r.import(ana, twice), Err(Refusal::IdTaken));
    let same = vec![object(id(2), "a", &[71]), object(id(3), "a", &[72])];
    assert_eq!(r.import(ana, same), Err(Refusal::NameTaken));
    assert_eq!(r.import(ana, vec![endpoint(2, "get", 9, &[])]), Err(Refusal::NoSuchObject(id(9))));
    assert_eq!(r.disk.objects, before);
}

#[test]
fn an_endpoint_finds_its_twin_through_the_group_that_is_already_there() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.import(ana, vec![group(10, "shop"), endpoint(11, "get", 10, &[80])]).unwrap();
    r.crash();
    let ((ana, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    // The file knows neither id; nothing is in memory.
    let again = || vec![object(id(12), "new", &[90]), group(20, "shop"), endpoint(21, "get", 20, &[80, 81])];
    let came = r.import(ana, again()).unwrap();
    assert_eq!(came, Receipt::Imported { objects: vec![(id(12), true), (id(10), false), (id(11), false)] });
    // And it is refused over a lock of another in that twin.
    r.acquire(ben, crate::domain::path::LockPath::item(id(11), step(80)));
    let refused = r.import(ana, again());
    assert!(matches!(refused, Err(Refusal::LockedBelow(_))), "{refused:?}");
}

#[test]
fn two_that_become_one_through_their_group_are_refused() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.import(ana, vec![group(10, "shop")]).unwrap();
    let twice = vec![group(20, "shop"), endpoint(21, "get", 20, &[80]), endpoint(22, "get", 10, &[81])];
    assert_eq!(r.import(ana, twice), Err(Refusal::NameTaken));
}

#[test]
fn a_group_that_holds_endpoints_is_not_deleted() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.import(ana, vec![group(10, "shop"), endpoint(11, "get", 10, &[80])]).unwrap();
    let op_id = r.op();
    assert!(r.ask(ana, Request::DeleteObject { op_id, object: id(10) }).is_err());
}

#[test]
fn an_import_that_publishes_makes_versions() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let op_id = r.op();
    let objects = vec![object(id(2), "invoices", &[71])];
    let import = Request::Import { op_id, objects, publish: Some("from the repository".into()) };
    r.ask(ana, import.clone()).unwrap();
    assert_eq!(r.disk.objects[&id(2)].version.as_ref().map(|version| version.number), Some(1));
    r.ask(ana, import).unwrap();
    assert_eq!(r.disk.objects[&id(2)].version.as_ref().map(|version| version.number), Some(1), "a retry");
    let op_id = r.op();
    let long = "x".repeat(3_000);
    let import = Request::Import { op_id, objects: vec![object(id(3), "c", &[72])], publish: Some(long) };
    assert!(matches!(r.ask(ana, import), Err(Refusal::BadText { .. })));
}

#[test]
fn a_text_that_comes_again_is_about_the_same_steps() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.import(ana, vec![object(id(2), "invoices", &[71, 72])]).unwrap();
    let lock = crate::domain::path::LockPath::item(id(2), step(72));
    r.acquire(ana, lock);
    r.import(ana, vec![object(id(3), "invoices", &[81, 82, 83])]).unwrap();
    let steps: Vec<_> = r.view(id(2)).nodes.iter().map(|node| node.id).filter(|id| *id != step(83)).collect();
    assert!(steps.contains(&step(71)) && steps.contains(&step(72)), "{steps:?}");
    assert!(r.view(id(2)).nodes.iter().any(|node| node.id == step(83)));
    assert_eq!(r.snapshot(ana).locks.iter().map(|lock| lock.path).collect::<Vec<_>>(), [lock]);
}

#[test]
fn an_import_ends_locks_and_requests_on_what_it_takes_away() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(5));
    r.request(ben, path(5));
    r.import(ana, vec![object(id(1), "orders", &[1])]).unwrap();
    let picture = r.snapshot(ana);
    assert!(picture.locks.is_empty() && picture.requests.is_empty());
    r.edit(ben, Pen::WithLock, set(step(1), "value", "2")).unwrap();
}

#[test]
fn an_import_over_more_stacks_than_rest_in_memory_comes_to_an_end() {
    let limits = crate::domain::limits::Limits { resting_stacks: 1, ..Default::default() };
    let mut r = room_with(limits).with_everybody();
    let ana = r.tab(ANA);
    let file = || (0..5).map(|n| object(id(20 + n), &format!("f{n}"), &[100 + n])).collect::<Vec<_>>();
    r.import(ana, file()).unwrap();
    r.crash();
    let (ana, _) = r.resume(ana);
    assert!(matches!(r.import(ana, file()), Ok(Receipt::Imported { objects }) if objects.len() == 5));
}
