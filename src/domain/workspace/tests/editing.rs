//! The one path of every edit: op_ids, bases, chains, changes, names.

use super::room::*;
use crate::domain::command::{Caller, Edit, EditAction, Pen, Request};
use crate::domain::effect::{ParkedReason, Receipt};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::limits::Limits;
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, name};
use uuid::Uuid;

#[test]
fn an_edit_is_logged_told_and_answered_once() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let first = r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    assert_eq!(first, Receipt::Edited { revision: Revision(2), change: 2 });
    assert_eq!(r.ask(ana, Request::Edit(Box::new(edit))).unwrap(), first);
    assert_eq!(r.disk.logs[&OBJ].operations.len(), 2);
    assert_eq!(r.disk.objects[&OBJ].changes, 1);
}

#[test]
fn another_intent_under_the_same_id_is_refused() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let edit = r.edit_of(Pen::WithLock, set(step(1), "value", "2"));
    let other =
        Edit { intent: [9; 16], action: EditAction::Apply(set(step(1), "value", "3")), ..edit.clone() };
    r.ask(ana, Request::Edit(Box::new(edit))).unwrap();
    assert_eq!(r.ask(ana, Request::Edit(Box::new(other))), Err(Refusal::OpIdReused));
}

#[test]
fn op_ids_belong_to_members() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let op_id = r.op();
    r.ask(ana, Request::Acquire { op_id, path: path(1) }).unwrap();
    let done = r.ask(ben, Request::Acquire { op_id, path: path(2) });
    assert!(matches!(done, Ok(Receipt::Acquired { .. })));
}

#[test]
fn a_retry_after_a_restart_gets_the_same_answer() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let edit = r.edit_of(Pen::WithLock, set(step(1), "value", "2"));
    let first = r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    r.crash();
    let (ana, _) = r.resume(ana);
    assert_eq!(r.ask(ana, Request::Edit(Box::new(edit))).unwrap(), first);
}

#[test]
fn a_stale_base_is_parked_under_a_lock_and_refused_without() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let old = r.edit_of(Pen::WithLock, set(step(1), "value", "old"));
    r.edit(ben, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    assert_eq!(
        r.ask(ana, Request::Edit(Box::new(old.clone()))),
        Err(Refusal::BaseMismatch { current: Revision(2) })
    );
    let fence = r.acquire(ana, path(1));
    let held = Edit { pen: Pen::Held(fence), ..old };
    let done = r.ask(ana, Request::Edit(Box::new(held))).unwrap();
    assert!(matches!(done, Receipt::Parked { reason: ParkedReason::BaseMismatch, .. }));
}

#[test]
fn siblings_never_conflict() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let old = r.edit_of(Pen::WithLock, set(step(1), "value", "old base"));
    r.edit(ben, Pen::WithLock, set(step(5), "value", "2")).unwrap();
    r.edit(ben, Pen::WithLock, insert(10, ItemId::Stack, Some(step(1)))).unwrap();
    r.ask(ana, Request::Edit(Box::new(old))).unwrap();
}

#[test]
fn a_chain_of_ones_own_operations_is_not_stale() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    let first = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let second = r.edit_of(Pen::Held(fence), set(step(1), "value", "23"));
    let second = Edit { prev_op: Some(first.op_id), ..second };
    r.ask(ana, Request::Edit(Box::new(first))).unwrap();
    assert!(matches!(r.ask(ana, Request::Edit(Box::new(second))), Ok(Receipt::Edited { .. })));
}

#[test]
fn operations_on_one_field_within_five_seconds_are_one_change() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for text in ["2", "23", "234"] {
        r.edit(ana, Pen::WithLock, set(step(1), "value", text)).unwrap();
        r.wait(4_900);
    }
    r.wait(200);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "5")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(1), "as", "6")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "as", "7")).unwrap();
    let changes = r.view(OBJ).changes;
    assert_eq!(
        changes.iter().map(|c| (c.from.0, c.to.0)).collect::<Vec<_>>(),
        [(2, 4), (5, 5), (6, 6), (7, 7)]
    );
    assert_eq!(r.disk.objects[&OBJ].changes, 4);
}

#[test]
fn a_change_does_not_go_on_in_one_that_was_published_or_reverted() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    r.edit(ana, Pen::WithLock, set(step(1), "value", "3")).unwrap();
    let numbers: Vec<_> = r.view(OBJ).changes.iter().map(|change| change.number).collect();
    assert_eq!(numbers, [2, 3, 4]);
}

#[test]
fn two_objects_of_a_kind_do_not_share_a_name() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let other = ObjectId(Uuid::from_u128(0xb2));
    r.import(ana, vec![object(other, "invoices", &[50])]).unwrap();
    let taken = r.edit(ana, Pen::WithLock, set(ItemId::Settings, name::NAME, "invoices"));
    assert_eq!(taken, Err(Refusal::NameTaken));
    r.edit(ana, Pen::WithLock, set(ItemId::Settings, name::NAME, "orders/all")).unwrap();
    assert_eq!(r.disk.objects[&OBJ].name, "orders/all");
}

#[test]
fn what_does_not_fit_the_tree_changes_nothing() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let before = r.disk.objects[&OBJ].revision;
    for op in [
        Op::Delete { item: ItemId::Settings },
        Op::Move { item: step(2), parent: step(3), after: None },
        insert(1, ItemId::Stack, None),
        Op::Replace { seeds: vec![] },
    ] {
        assert!(r.edit(ana, Pen::WithLock, op).is_err());
    }
    assert_eq!(r.disk.objects[&OBJ].revision, before);
}

#[test]
fn stacks_are_loaded_when_they_are_needed_and_rest_when_nobody_looks() {
    let mut r = room_with(Limits { resting_stacks: 0, checkpoint_operations: 2, ..Limits::default() })
        .with_everybody();
    let ana = r.tab(ANA);
    for n in 0..5 {
        r.edit(ana, Pen::WithLock, set(step(1), "value", &n.to_string())).unwrap();
    }
    r.loads = false;
    r.crash();
    let (ana, _) = r.resume(ana);
    let edit = r.edit_of(Pen::WithLock, set(step(1), "value", "later"));
    let first = r.post(ana, Request::Edit(Box::new(edit)));
    let second = r.post(ana, Request::Open { object: OBJ });
    assert!(r.answers.is_empty());
    assert_eq!(r.pending_loads.len(), 1, "one load serves both");
    r.deliver_loads();
    assert!(r.answers.remove(&first).unwrap().is_ok());
    assert!(r.answers.remove(&second).unwrap().is_ok());
}

#[test]
fn a_stack_that_arrives_after_its_object_was_deleted_is_not_kept() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.crash();
    let ((ana, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    r.loads = false;
    let reading = r.post(ana, Request::Open { object: OBJ });
    let stack = r.disk.load(OBJ, r.disk.objects[&OBJ].revision).map(Box::new);
    let op_id = r.op();
    r.ask(ben, Request::DeleteObject { op_id, object: OBJ }).unwrap();
    r.run(crate::domain::command::Command::Loaded { object: OBJ, stack });
    assert_eq!(r.answers.remove(&reading), Some(Err(Refusal::NoSuchObject(OBJ))));
}

#[test]
fn deleting_an_object_is_refused_over_anothers_lock_and_ends_what_is_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let op_id = r.op();
    let refused = r.ask(ben, Request::DeleteObject { op_id, object: OBJ });
    assert!(matches!(refused, Err(Refusal::LockedBelow(locks)) if locks[0].session == ana.session));
    r.post(ben, Request::Open { object: OBJ });
    r.release(ana, path(1), fence).unwrap();
    r.acquire(ben, path(2));
    r.request(ana, path(2));
    r.ask(ben, Request::DeleteObject { op_id, object: OBJ }).unwrap();
    let picture = r.snapshot(ben);
    assert!(picture.objects.is_empty() && picture.locks.is_empty() && picture.requests.is_empty());
    assert_eq!(picture.open, None);
    assert_eq!(r.disk.locks.len(), 0);
}

#[test]
fn an_edit_without_a_session_is_logged_without_one() {
    let mut r = room().with_everybody();
    let edit = r.edit_of(Pen::WithLock, set(step(1), "value", "2"));
    r.call(Caller { user: ANA, session: None }, Request::Edit(Box::new(edit))).unwrap();
    assert_eq!(r.disk.logs[&OBJ].operations.last().unwrap().session, None);
}

#[test]
fn of_two_objects_opened_in_a_row_the_last_is_shown_whichever_is_loaded_first() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let other = ObjectId(Uuid::from_u128(0xb2));
    r.import(ana, vec![object(other, "invoices", &[50])]).unwrap();
    r.crash();
    let (ana, _) = r.resume(ana);
    r.view(OBJ);
    r.loads = false;
    let first = r.post(ana, Request::Open { object: other });
    r.post(ana, Request::Open { object: OBJ });
    r.deliver_loads();
    assert!(matches!(r.answers.remove(&first), Some(Ok(crate::domain::effect::Answer::Object(_)))));
    assert_eq!(r.snapshot(ana).open, Some(OBJ));
}
