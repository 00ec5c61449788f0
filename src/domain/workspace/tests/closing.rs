//! Closures: F conflicts with all (locks.md, rule 1).

use super::domain::command::{Caller, NewObject, Pen, Request};
use super::domain::effect::{LockEnd, Receipt, Remedy};
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::domain::role::Role;
use super::room::*;

const WHOLE: LockPath = LockPath { object: OBJ, item: None };

#[test]
fn only_an_admin_closes_and_reopens_and_it_needs_a_reason() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    assert_eq!(r.close(ana, WHOLE), Err(Refusal::NotPermitted));
    let op_id = r.op();
    let done = r.ask(ada, Request::CloseEditing { op_id, path: WHOLE, reason: String::new() });
    assert!(matches!(done, Err(Refusal::BadText { .. })));
    assert_eq!(r.reopen(ada, WHOLE), Err(Refusal::NotLocked));
    r.close(ada, WHOLE).unwrap();
    assert!(matches!(r.close(ada, path(1)), Err(Refusal::Closed(_))));
    assert_eq!(r.reopen(ana, WHOLE), Err(Refusal::NotPermitted));
    r.reopen(ada, WHOLE).unwrap();
    let done: Vec<_> = r.disk.audit.iter().map(|entry| entry.action).collect();
    assert!(done.ends_with(&["lock.close", "lock.reopen"]));
}

#[test]
fn live_locks_under_a_closure_end_and_what_was_typed_is_parked() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    r.acquire(ben, path(5));
    r.close(ada, path(1)).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Closed)]);
    assert_eq!(r.holder(path(5)), Some(ben.session));
    let late = r.edit(ana, Pen::Held(fence), set(step(1), "value", "late"));
    assert!(matches!(late, Ok(Receipt::Parked { .. })));
}

#[test]
fn under_a_closure_nothing_is_acquired_asked_for_edited_imported_reverted_or_published() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.close(ada, WHOLE).unwrap();
    let closed = |done: Result<Receipt, Refusal>| matches!(done, Err(Refusal::Closed(_)));
    for tab in [ana, ada] {
        assert!(closed(r.try_acquire(tab, path(1))));
        assert!(closed(r.try_acquire(tab, WHOLE)));
        assert!(closed(r.try_request(tab, path(5))));
        assert!(closed(r.edit(tab, Pen::WithLock, set(step(1), "value", "3"))));
        assert!(closed(r.edit(tab, Pen::WithLock, insert(9, super::domain::id::ItemId::Stack, None))));
        assert!(closed(r.revert(tab, None)));
        assert!(closed(r.revert(tab, Some(vec![1]))) || closed(r.revert(tab, Some(vec![2]))));
        let op_id = r.op();
        assert!(closed(r.ask(tab, Request::DeleteObject { op_id, object: OBJ })));
        let new: NewObject = object(OBJ, "orders", &[1]);
        assert!(closed(r.import(tab, vec![new])));
        let (op_id, revision) = (r.op(), r.disk.objects[&OBJ].revision);
        let publish = publish_all(op_id, OBJ, revision, "");
        assert!(closed(r.ask(tab, publish)));
    }
    assert_eq!(r.text(step(1), "value"), "2");
}

#[test]
fn a_group_is_not_deleted_or_moved_over_a_closed_step_in_it() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.close(ada, path(4)).unwrap();
    let delete = super::domain::stack::op::Op::Delete { item: step(2) };
    assert!(matches!(r.edit(ana, Pen::WithLock, delete), Err(Refusal::Closed(_))));
}

#[test]
fn requests_under_a_closure_wait_with_their_clocks_standing_still() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.wait(30_000);
    r.close(ada, path(1)).unwrap();
    r.wait(3_600_000);
    let seen = r.waiting(asks).expect("it neither expires nor escalates");
    assert!(!seen.nudged && seen.take_over.is_none());
    assert!(matches!(r.take_over(ben, asks), Err(Refusal::Closed(_))));
    r.reopen(ada, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_closure_of_an_item_stops_a_request_for_the_object_until_it_is_opened() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    let asks = r.request(ben, WHOLE);
    r.promise(ana, asks, 10_000).unwrap();
    r.close(ada, path(5)).unwrap();
    r.wait(20_000);
    assert_eq!(r.holder(path(1)), None, "the word is kept, though not all is free");
    assert_eq!(r.waiting(asks).unwrap().take_over, None, "and the clock stands still for the closure");
    r.close(ada, path(4)).unwrap();
    r.reopen(ada, path(5)).unwrap();
    assert_eq!(r.waiting(asks).unwrap().take_over, None);
    r.reopen(ada, path(4)).unwrap();
    assert_eq!(r.holder(WHOLE), Some(ben.session));
}

#[test]
fn closures_and_what_waits_under_them_survive_a_restart() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.close(ada, path(1)).unwrap();
    r.crash();
    let (ben, ada) = (r.resume(ben).0, r.resume(ada).0);
    r.wait(700_000);
    assert!(r.waiting(asks).is_some());
    assert!(matches!(r.try_acquire(ada, path(1)), Err(Refusal::Closed(_))));
    r.reopen(ada, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_step_is_closed_when_no_stack_is_in_memory_too() {
    let mut r = room().with_everybody();
    r.crash();
    let op_id = r.op();
    let close = Request::CloseEditing { op_id, path: path(1), reason: "freeze".into() };
    r.call(Caller { user: OLGA, session: None }, close).unwrap();
}

#[test]
fn a_closure_explains_itself_and_outlives_the_admins_rights() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.close(ada, WHOLE).unwrap();
    let olga = Caller { user: OLGA, session: None };
    for (caller, may) in
        [(olga, vec![Remedy::Reopen]), (Caller { user: ANA, session: Some(ana.session) }, vec![])]
    {
        let Ok(super::domain::effect::Answer::Explained(why)) =
            r.call(caller, Request::Explain { path: path(1) })
        else {
            panic!("anybody may ask why");
        };
        assert_eq!(why.may, may);
        assert!(why.closure.is_some());
    }
    r.call(olga, Request::SetRole { user: ADA, role: Role::Viewer, reason: "x".into() }).unwrap();
    r.wait(5_000);
    assert!(matches!(r.try_acquire(ana, path(1)), Err(Refusal::Closed(_))));
}

#[test]
fn closing_an_item_of_a_held_object_frees_the_others_for_who_waits() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, WHOLE);
    r.request(ben, path(5));
    r.close(ada, path(1)).unwrap();
    assert_eq!(r.holder(path(5)), Some(ben.session));
}

#[test]
fn nobody_forces_an_object_to_themselves_over_a_closed_item() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.close(ada, path(1)).unwrap();
    r.acquire(ana, path(5));
    assert!(matches!(r.force(ada, WHOLE), Err(Refusal::Closed(_))));
    assert_eq!(r.holder(path(5)), Some(ana.session));
}
