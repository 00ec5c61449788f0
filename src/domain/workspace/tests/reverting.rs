//! Taking back: one, several, all, over a conflict, of a revert; scenarios 25 and 26.

use super::room::*;
use crate::domain::command::{Pen, Selection};
use crate::domain::effect::{Obstacle, Receipt};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;
use uuid::Uuid;

fn standing(r: &mut Room) -> Vec<u64> {
    let changes = r.view(OBJ).changes;
    changes.iter().filter(|change| change.stands()).map(|change| change.number).collect()
}

/// Where a revert was refused: change, item, why, and by which later change.
pub fn places(refused: Result<Receipt, Refusal>) -> Vec<(u64, Option<ItemId>, Obstacle, Option<u64>)> {
    match refused {
        Err(Refusal::RevertConflict(places)) => {
            places.into_iter().map(|one| (one.change, one.item, one.why, one.by)).collect()
        }
        other => panic!("{other:?} is no conflict"),
    }
}

#[test]
fn one_change_is_taken_back_and_the_rest_stays() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "$y")).unwrap();
    let done = r.revert(ana, Some(vec![2])).unwrap();
    assert_eq!(done, Receipt::Reverted { change: 4, revision: Revision(4), left: Vec::new(), records: None });
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("1".into(), "$y".into()));
    assert_eq!(standing(&mut r), [3]);
    assert_eq!(r.revert(ana, Some(vec![2])), Err(Refusal::AlreadyReverted(2)));
    assert_eq!(r.revert(ana, Some(vec![99])), Err(Refusal::NoSuchChange(99)));
}

#[test]
fn several_are_taken_back_as_one_change_newest_first() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    for text in ["2", "3"] {
        r.edit(ana, Pen::WithLock, set(step(1), "value", text)).unwrap();
        r.wait(6_000);
    }
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(2) }).unwrap();
    r.revert(ana, Some(vec![2, 3, 4])).unwrap();
    assert_eq!(r.text(step(1), "value"), "1");
    assert!(r.view(OBJ).nodes.iter().any(|node| node.id == step(4)));
    assert_eq!(r.view(OBJ).changes.len(), 4);
    assert!(standing(&mut r).is_empty());
}

#[test]
fn all_goes_back_to_the_published_version() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    assert_eq!(r.revert(ana, None), Err(Refusal::NothingToDo));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(5) }).unwrap();
    r.revert(ana, None).unwrap();
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("1".into(), "$x".into()));
    assert!(standing(&mut r).is_empty());
}

#[test]
fn all_takes_a_reverted_change_not_up_again() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "2")).unwrap();
    r.revert(ana, None).unwrap();
    assert!(standing(&mut r).is_empty());
    assert_eq!(r.disk.objects[&OBJ].changes, 0);
}

#[test]
fn a_revert_is_taken_back() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    r.revert(ana, Some(vec![3])).unwrap();
    assert_eq!(r.text(step(1), "value"), "2");
    assert_eq!(standing(&mut r), [2]);
    r.revert(ana, Some(vec![2])).unwrap();
    assert_eq!(r.text(step(1), "value"), "1");
}

#[test]
fn a_later_change_of_the_same_field_is_in_the_way() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "value", "3")).unwrap();
    let conflict = r.revert(ana, Some(vec![2]));
    assert_eq!(places(conflict), [(2, Some(step(1)), Obstacle::Changed, Some(3))]);
    assert_eq!(r.text(step(1), "value"), "3");
}

#[test]
fn an_import_is_not_taken_back_over_what_came_after_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.import(ana, vec![object(ObjectId(Uuid::from_u128(1)), "orders", &[1, 60])]).unwrap();
    r.edit(ben, Pen::WithLock, set(step(60), "value", "work")).unwrap();
    let conflict = r.revert(ana, Some(vec![2]));
    assert_eq!(places(conflict), [(2, Some(step(60)), Obstacle::BuiltUpon, Some(3))]);
    r.revert(ana, Some(vec![2, 3])).unwrap();
    assert_eq!(r.text(step(5), "value"), "$x");
}

#[test]
fn a_step_whose_place_is_gone_does_not_come_back() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(4) }).unwrap();
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(2) }).unwrap();
    let conflict = r.revert(ana, Some(vec![2]));
    assert_eq!(places(conflict), [(2, Some(step(4)), Obstacle::Gone, Some(3))]);
    r.revert(ana, Some(vec![2, 3])).unwrap();
    assert!(r.view(OBJ).nodes.iter().any(|node| node.id == step(4)));
}

#[test]
fn a_name_that_another_has_by_now_does_not_come_back() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(ItemId::Settings, name::NAME, "orders/new")).unwrap();
    r.import(ana, vec![object(ObjectId(Uuid::from_u128(0xb2)), "orders", &[50])]).unwrap();
    assert_eq!(r.revert(ana, Some(vec![2])), Err(Refusal::NameTaken));
    assert_eq!(r.revert(ana, None), Err(Refusal::NameTaken));
}

#[test]
fn the_creation_is_not_taken_back() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let other = ObjectId(Uuid::from_u128(0xb2));
    r.import(ana, vec![object(other, "new", &[50])]).unwrap();
    let op_id = r.op();
    let refused = r.ask(ana, revert_of(op_id, other, Selection::Changes(vec![1])));
    assert_eq!(places(refused), [(1, None, Obstacle::Creation, None)]);
}

#[test]
fn a_revert_of_several_is_over_before_anybody_follows() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.request(ben, LockPath::object(OBJ));
    // The deleted step frees the object, and the second operation is still to come.
    r.revert(ana, Some(vec![2, 3])).unwrap();
    assert_eq!(r.holder(LockPath::object(OBJ)), Some(ben.session));
}

#[test]
fn an_arm_does_not_come_back_into_a_step_that_another_holds() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(3) }).unwrap();
    r.acquire(ben, path(2));
    assert!(matches!(r.revert(ana, Some(vec![2])), Err(Refusal::Locked(_))));
}
