//! Scenarios 19 to 27: whole objects, the structure, reverts and publishing.

use super::super::publishing::publish;
use super::super::room::*;
use crate::domain::command::{Edit, EditAction, Pen, Request};
use crate::domain::effect::{LockEnd, Receipt, RequestEnd};
use crate::domain::id::{ItemId, SessionId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;
use uuid::Uuid;

#[test]
fn scenario_19_for_a_minute_nobody_else_gets_a_new_lock_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    r.request(ben, WHOLE);
    assert_eq!(r.try_acquire(cara, path(5)), Err(Refusal::Reserved));
    assert_eq!(r.try_acquire(ana, path(5)), Err(Refusal::Reserved));
    let add = insert(9, ItemId::Stack, None);
    assert_eq!(r.edit(cara, Pen::WithLock, add), Err(Refusal::Reserved));
    r.wait(50_000);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "7")).unwrap();
    r.wait(9_000);
    assert_eq!(r.try_acquire(cara, path(5)), Err(Refusal::Reserved));
    r.wait(1_000);
    r.acquire(cara, path(5));
}

#[test]
fn scenario_19_items_that_are_given_up_are_kept_for_it_and_the_last_one_grants_it() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let (one, two) = (r.acquire(ana, path(1)), r.acquire(ana, path(5)));
    r.request(ben, WHOLE);
    let late = r.request(cara, path(1));
    r.release(ana, path(1), one).unwrap();
    assert_eq!(r.holder(path(1)), None);
    assert!(r.waiting(late).is_some());
    r.release(ana, path(5), two).unwrap();
    assert_eq!(r.holder(WHOLE), Some(ben.session));
}

#[test]
fn scenario_20_granting_an_item_leaves_the_holder_what_it_types_in_under_the_same_fence() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, WHOLE);
    for n in [1, 2, 77] {
        r.ask(ana, Request::Dirty { path: path(n), count: 1 }).unwrap();
    }
    let asks = r.request(ben, path(1));
    r.grant(ana, asks).unwrap();
    r.flushed(ana, WHOLE).unwrap();
    let held = |r: &mut Room| -> Vec<(LockPath, SessionId)> {
        r.picture().locks.iter().map(|lock| (lock.path, lock.session)).collect()
    };
    assert_eq!(held(&mut r), [(path(1), ben.session), (path(2), ana.session)]);
    assert_eq!(r.lock(path(2)).unwrap().fence, fence);
    let done = r.edit(ana, Pen::Held(fence), set(step(2), "value", "mine")).unwrap();
    assert!(matches!(done, Receipt::Edited { .. }), "{done:?}");
    r.acquire(cara, path(5));
}

#[test]
fn scenario_21_deleting_a_locked_step_ends_lock_requests_and_presence_on_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.post(ana, Request::Open { object: OBJ });
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    let there = crate::domain::command::Location {
        page: "object".into(),
        object: Some(OBJ),
        item: Some(step(1)),
        ..crate::domain::command::Location::default()
    };
    r.ask(ben, Request::Locate(there)).unwrap();
    r.edit(ana, Pen::Held(fence), Op::Delete { item: step(1) }).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::ItemDeleted)]);
    assert_eq!(r.ended_requests(), [(request, RequestEnd::Voided)]);
    let at = r.snapshot(ana).sessions.into_iter().find(|session| session.id == ben.session).unwrap();
    assert_eq!((at.location.object, at.location.item), (Some(OBJ), None));
    // Reverting brings back the step, not the lock.
    let change = r.view(OBJ).changes.last().unwrap().number;
    r.revert(ana, Some(vec![change])).unwrap();
    assert_eq!(r.holder(path(1)), None);
}

#[test]
fn scenario_22_nobody_moves_or_deletes_over_anothers_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(4));
    let delete = r.edit(ben, Pen::WithLock, Op::Delete { item: step(2) });
    assert!(matches!(delete, Err(Refusal::Locked(lock)) if lock.session == ana.session));
    let moved = r.edit(ben, Pen::WithLock, Op::Move { item: step(2), parent: ItemId::Stack, after: None });
    assert!(matches!(moved, Err(Refusal::Locked(_))));
    r.acquire(ana, path(2));
    let delete = r.edit(ben, Pen::WithLock, Op::Delete { item: step(2) });
    assert!(matches!(delete, Err(Refusal::LockedBelow(locks)) if locks.len() == 2));
}

#[test]
fn scenario_23_a_lock_follows_its_step_when_the_holder_moves_it() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    let op = Op::Move { item: step(1), parent: step(3), after: None };
    r.edit(ana, Pen::Held(fence), op).unwrap();
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn scenario_24_a_copy_is_made_from_the_saved_revision_and_is_not_locked_by_the_others_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(2));
    let edit = r.edit_of(Pen::WithLock, set(step(2), "value", "unused"));
    let seed = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
    let edit = Edit { action: EditAction::Duplicate { item: step(2), seed }, ..edit };
    r.ask(ben, Request::Edit(Box::new(edit))).unwrap();
    let copies: Vec<_> =
        r.view(OBJ).nodes.iter().filter(|node| node.word == "conditional").map(|node| node.id).collect();
    assert_eq!(copies.len(), 2);
    let mine = r.snapshot(ben).locks.into_iter().find(|lock| lock.session == ben.session).unwrap();
    assert_eq!(mine.path.item, Some(copies[1]));
}

#[test]
fn scenario_25_nothing_is_taken_back_over_anothers_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    r.acquire(ben, path(1));
    let ana = r.tab(ANA);
    let before = r.disk.objects[&OBJ].revision;
    assert!(matches!(r.revert(ana, Some(vec![2, 3])), Err(Refusal::Locked(_))));
    assert!(matches!(r.revert(ana, None), Err(Refusal::Locked(_))));
    assert_eq!(r.disk.objects[&OBJ].revision, before, "all or nothing");
    r.revert(ana, Some(vec![3])).unwrap();
}

#[test]
fn scenario_26_a_revert_that_races_a_publish_is_before_or_after_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let revision = r.disk.objects[&OBJ].revision;
    r.revert(ana, None).unwrap();
    let op_id = r.op();
    assert_eq!(
        r.ask(ben, publish_all(op_id, OBJ, revision, "v2")),
        Err(Refusal::BaseMismatch { current: Revision(3) })
    );
}

#[test]
fn scenario_27_publishing_leaves_holders_their_locks() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    publish(&mut r, ben, 2).unwrap();
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "3")).unwrap();
    assert_eq!(r.disk.objects[&OBJ].changes, 1);
}

#[test]
fn scenario_20_an_item_under_anothers_object_is_held_by_an_ancestor() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, WHOLE);
    let edit = r.edit(ben, Pen::WithLock, set(step(1), "value", "2"));
    assert!(matches!(edit, Err(Refusal::HeldByAncestor(lock)) if lock.user == ANA));
    assert!(matches!(r.edit_here(ben, path(1)), Err(Refusal::HeldByAncestor(_))));
    let busy = r.try_acquire(ben, path(1));
    assert!(matches!(busy, Ok(Receipt::Busy { holder }) if holder.path == WHOLE));
}

#[test]
fn scenario_25_the_holder_is_asked_and_then_it_is_taken_back() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let fence = r.acquire(ben, path(1));
    let refused = r.revert(ana, Some(vec![2]));
    let Err(Refusal::Locked(lock)) = refused else { panic!("{refused:?}") };
    let asks = r.request(ana, lock.path);
    r.grant(ben, asks).unwrap();
    r.flushed(ben, path(1)).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    assert_eq!(r.text(step(1), "value"), "1");
    // An admin may park the holder's work instead, which stands in the audit log.
    r.force(ada, path(1)).unwrap();
    r.revert(ada, Some(vec![3])).unwrap();
    let audited = r.disk.audit.iter().any(|entry| entry.action == "lock.force" && entry.user == Some(ADA));
    assert!(audited && r.text(step(1), "value") == "2");
    let late = r.edit(ben, Pen::Held(fence), set(step(1), "value", "late")).unwrap();
    assert!(matches!(late, Receipt::Parked { .. }));
}
