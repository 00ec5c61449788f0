//! Taking, keeping and losing a pen: scenarios 1, 2, 7, 9, 11, 21 to 23, 32, 37, 40, idleness and quotas.

use super::room::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::{LockEnd, LockState, Receipt, RequestEnd};
use crate::domain::id::ItemId;
use crate::domain::limits::Limits;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;

#[test]
fn fences_grow_with_every_grant() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let one = r.acquire(ana, path(1));
    let two = r.acquire(ben, path(2));
    r.release(ana, path(1), one).unwrap();
    let three = r.acquire(ben, path(1));
    assert!(one < two && two < three);
}

#[test]
fn what_can_be_locked_is_an_object_a_step_an_input_settings_and_the_response() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    for item in [step(1), ItemId::Settings, ItemId::Response] {
        r.acquire(ana, LockPath::item(OBJ, item));
    }
    for item in [step(3), ItemId::Inputs, ItemId::Stack] {
        assert_eq!(r.try_acquire(ana, LockPath::item(OBJ, item)), Err(Refusal::NotLockable));
    }
    assert_eq!(r.try_acquire(ana, path(99)), Err(Refusal::NoSuchItem(step(99))));
}

#[test]
fn a_lock_on_an_object_and_one_inside_exclude_each_other() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    assert!(matches!(r.try_acquire(ben, LockPath::object(OBJ)), Ok(Receipt::Busy { .. })));
    r.release(ana, path(1), fence).unwrap();
    r.acquire(ben, LockPath::object(OBJ));
    assert!(matches!(r.try_acquire(ana, path(1)), Ok(Receipt::Busy { .. })));
    // The holder of the object holds what is in it.
    r.acquire(ben, path(1));
}

#[test]
fn an_idle_lock_is_announced_and_then_released() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.wait(239_000);
    assert_eq!(r.lock(path(1)).unwrap().idle_until, None);
    r.wait(2_000);
    let announced = r.lock(path(1)).unwrap().idle_until;
    assert_eq!(announced, Some(r.now.wall.plus(59_000)));
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().idle_until, None, "an edit takes the announcement back");
    r.wait(300_500);
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Idle)]);
}

#[test]
fn a_request_shortens_the_idle_time_to_a_minute_at_least() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.wait(10_000);
    r.request(ben, path(1));
    r.wait(49_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(2_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn who_was_idle_for_long_when_asked_has_a_quarter_of_a_minute_more() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.wait(200_000);
    r.request(ben, path(1));
    r.wait(14_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(2_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_request_that_is_taken_back_gives_the_idle_time_back() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.wait(40_000);
    assert!(r.lock(path(1)).unwrap().idle_until.is_some());
    r.ask(ben, Request::CancelRequest { request }).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().idle_until, None);
    r.wait(60_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn edit_here_ends_the_request_of_that_tab() {
    let mut r = room().with_everybody();
    let (one, two, ben) = (r.tab(ANA), r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ben, path(1));
    r.request(one, path(1));
    let second = r.request(two, path(1));
    r.release(ben, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(one.session));
    r.edit_here(two, path(1)).unwrap();
    assert!(r.ended_requests().contains(&(second, RequestEnd::Superseded)));
    assert!(r.snapshot(two).requests.is_empty());
}

#[test]
fn nobody_edits_here_what_is_another_members() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    assert_eq!(r.edit_here(ben, path(1)), Err(Refusal::NotLocked));
    r.acquire(ana, path(1));
    assert!(matches!(r.edit_here(ben, path(1)), Err(Refusal::Locked(_))));
    assert!(matches!(r.edit_here(ana, path(1)), Err(Refusal::OwnLock(_))));
}

#[test]
fn at_the_quota_the_oldest_lock_without_unsaved_work_makes_room() {
    let mut r = room_with(Limits { locks: 2, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    r.acquire(ana, path(2));
    r.ask(ana, Request::Dirty { path: path(1), count: 3 }).unwrap();
    r.acquire(ana, path(4));
    r.wait(3_000);
    assert_eq!(r.ended_locks(), [(path(2), LockEnd::Abandoned)]);
    r.ask(ana, Request::Dirty { path: path(4), count: 1 }).unwrap();
    assert!(matches!(r.try_acquire(ana, path(5)), Err(Refusal::LockQuota(named)) if named.len() == 2));
}

#[test]
fn making_room_for_an_object_does_not_let_others_into_it() {
    let mut r = room_with(Limits { locks: 1, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.acquire(ana, LockPath::object(OBJ));
    r.wait(3_000);
    assert_eq!(r.holder(path(1)), None);
    assert_eq!(r.holder(LockPath::object(OBJ)), Some(ana.session));
}

#[test]
fn forcing_an_object_at_the_quota_does_not_let_others_into_it() {
    let mut r = room_with(Limits { locks: 1, ..Limits::default() }).with_everybody();
    let (ada, ben, cara) = (r.tab(ADA), r.tab(BEN), r.tab(CARA));
    r.acquire(ada, path(1));
    r.acquire(ben, path(2));
    r.request(cara, path(1));
    r.force(ada, LockPath::object(OBJ)).unwrap();
    r.wait(3_000);
    assert_eq!(r.holder(LockPath::object(OBJ)), Some(ada.session));
    assert_eq!(r.snapshot(ada).locks.len(), 1);
}

#[test]
fn an_admin_forces_and_it_stands_in_the_audit_log() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    assert_eq!(r.force(ben, path(1)), Err(Refusal::NotPermitted));
    let taken = r.force(ada, path(1)).unwrap();
    assert!(matches!(taken, Receipt::Acquired { fence: now, .. } if now > fence));
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Forced)]);
    let entry = r.disk.audit.last().unwrap();
    assert_eq!((entry.action, entry.user), ("lock.force", Some(ADA)));
    // What was in flight is parked, not lost and not written.
    let late = r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert!(matches!(late, Receipt::Parked { .. }));
}

#[test]
fn force_takes_all_that_is_in_the_way_and_ends_ones_own_request() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    r.acquire(ben, path(2));
    let mine = r.request(ada, path(1));
    r.force(ada, LockPath::object(OBJ)).unwrap();
    assert_eq!(r.ended_locks().len(), 2);
    assert_eq!(r.ended_requests(), [(mine, RequestEnd::Superseded)]);
    assert_eq!(r.disk.audit.iter().filter(|entry| entry.action == "lock.force").count(), 2);
}

#[test]
fn force_without_a_session_gives_the_lock_to_the_queue() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    let op_id = r.op();
    let caller = crate::domain::command::Caller { user: ADA, session: None };
    r.call(caller, Request::Force { op_id, path: path(1), reason: "away".into() }).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_deleted_step_frees_the_object_for_who_waits_for_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, LockPath::object(OBJ));
    r.edit(ana, Pen::Held(fence), Op::Delete { item: step(1) }).unwrap();
    assert_eq!(r.holder(LockPath::object(OBJ)), Some(ben.session));
}

#[test]
fn who_holds_a_step_may_take_its_arms_away() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(2));
    r.edit(ana, Pen::Held(fence), set(step(3), name::SUBJECT, "$late")).unwrap();
    let done = r.edit(ana, Pen::Held(fence), Op::Delete { item: step(3) }).unwrap();
    assert!(matches!(done, Receipt::Edited { .. }), "{done:?}");
    assert_eq!(r.holder(path(2)), Some(ana.session));
}

#[test]
fn who_adds_a_step_holds_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    assert_eq!(r.holder(path(10)), Some(ana.session));
    r.acquire(ben, path(1));
    r.edit(ana, Pen::WithLock, insert(11, ItemId::Stack, Some(step(1)))).unwrap();
    assert!(r.disk.locks[&path(11)].wrote.is_some(), "the write that made it used its fence");
}

#[test]
fn adding_is_refused_under_anothers_object() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, LockPath::object(OBJ));
    let added = r.edit(ben, Pen::WithLock, insert(10, ItemId::Stack, None));
    assert!(matches!(added, Err(Refusal::HeldByAncestor(lock)) if lock.path == LockPath::object(OBJ)));
}

#[test]
fn a_held_pen_needs_the_session_that_holds_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let none = crate::domain::command::Caller { user: ANA, session: None };
    assert_eq!(r.call(none, Request::Edit(Box::new(edit.clone()))), Err(Refusal::SessionRequired));
    // A fence opens nothing for another member who names the session.
    let thief = crate::domain::command::Caller { user: BEN, session: Some(ana.session) };
    assert_eq!(r.call(thief, Request::Edit(Box::new(edit))), Err(Refusal::SessionGone));
    assert_eq!(r.edit(ben, Pen::Held(fence), set(step(1), "value", "3")), Err(Refusal::NotHeld));
    assert_eq!(r.text(step(1), "value"), "1");
}

#[test]
fn a_restored_reservation_explains_itself() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.drop_socket(ana);
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Reconnecting);
    let explained = r.call(
        crate::domain::command::Caller { user: BEN, session: Some(ben.session) },
        Request::Explain { path: path(1) },
    );
    let Ok(crate::domain::effect::Answer::Explained(explained)) = explained else { panic!("{explained:?}") };
    assert_eq!(explained.lock.unwrap().session, ana.session);
    assert_eq!(explained.may, [crate::domain::effect::Remedy::Request]);
}

#[test]
fn edit_here_on_an_object_moves_what_the_other_tab_holds_in_it() {
    let mut r = room().with_everybody();
    let (one, two) = (r.tab(ANA), r.tab(ANA));
    r.acquire(one, path(1));
    r.acquire(one, LockPath::object(OBJ));
    r.edit_here(two, LockPath::object(OBJ)).unwrap();
    assert_eq!(r.ended_locks(), [(LockPath::object(OBJ), LockEnd::Moved), (path(1), LockEnd::Moved)]);
    assert_eq!(r.snapshot(two).locks.len(), 1);
}

#[test]
fn who_drops_while_a_stack_is_loaded_is_given_no_lock() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.crash();
    let (ana, _) = r.resume(ana);
    r.loads = false;
    let op_id = r.op();
    let call = r.post(ana, Request::Acquire { op_id, path: path(1) });
    r.drop_socket(ana);
    r.deliver_loads();
    assert_eq!(r.answers.remove(&call), Some(Err(Refusal::RetryLater)));
    assert_eq!(r.holder(path(1)), None);
}

#[test]
fn an_item_that_is_gone_is_not_forced() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    let fence = r.acquire(ana, LockPath::object(OBJ));
    r.edit(ana, Pen::Held(fence), Op::Delete { item: step(1) }).unwrap();
    assert_eq!(r.force(ada, path(1)), Err(Refusal::NoSuchItem(step(1))));
}
