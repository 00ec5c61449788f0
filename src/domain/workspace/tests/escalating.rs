//! Reminder, take-over, force, and the way back (locks.md, rule 9).

use super::domain::command::{Caller, Pen, Request};
use super::domain::effect::{Answer, LockEnd, Remedy, RequestEnd};
use super::domain::id::RequestId;
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::domain::role::Role;
use super::room::*;

/// Ana edits a step now and then, so that she is never idle; Ben has waited for it for `ms`.
pub(super) fn busy(r: &mut Room, ms: u64) -> (Tab, Tab, RequestId) {
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    let mut left = ms;
    while left > 0 {
        let step = left.min(30_000);
        r.wait(step);
        left -= step;
        r.edit(ana, Pen::Held(fence), set(super::room::step(1), "value", &format!("{left}"))).unwrap();
    }
    r.forget();
    (ana, ben, asks)
}

pub(super) fn may(r: &mut Room, tab: Tab, path: LockPath) -> Vec<Remedy> {
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    match r.call(caller, Request::Explain { path }) {
        Ok(Answer::Explained(why)) => why.may,
        other => panic!("not explained: {other:?}"),
    }
}

#[test]
fn only_the_first_and_only_the_askers_session_takes_over() {
    let mut r = room().with_everybody();
    let (_, ben, asks) = busy(&mut r, 1_000);
    let cara = r.tab(CARA);
    let too = r.request(cara, path(1));
    let ana = r.tab(ANA);
    assert_eq!(r.take_over(cara, asks), Err(Refusal::NotYours));
    assert_eq!(r.take_over(ana, asks), Err(Refusal::NotYours));
    assert_eq!(r.take_over(cara, too), Err(Refusal::NotFirst));
    r.ask(ben, Request::CancelRequest { request: asks }).unwrap();
    assert_eq!(r.take_over(ben, asks), Err(Refusal::RequestEnded));
}

#[test]
fn nobody_takes_over_while_it_is_handed_over() {
    let mut r = room().with_everybody();
    let (ana, ben, asks) = busy(&mut r, 180_000);
    let cara = r.tab(CARA);
    let too = r.request(cara, path(1));
    r.grant(ana, too).unwrap();
    assert_eq!(r.take_over(ben, asks), Err(Refusal::HandingOver));
}

#[test]
fn room_made_for_a_take_over_is_given_to_who_waits_for_it() {
    let mut r = room_with(super::domain::limits::Limits { locks: 1, ..Default::default() }).with_everybody();
    let (_, ben, asks) = busy(&mut r, 150_000);
    r.acquire(ben, path(5));
    let cara = r.tab(CARA);
    r.request(cara, path(5));
    r.wait(30_000);
    r.take_over(ben, asks).unwrap();
    r.wait(3_000);
    assert_eq!(r.holder(path(5)), Some(cara.session));
}

#[test]
fn a_take_over_is_undone_within_five_minutes_by_who_took_or_an_admin() {
    for admin in [false, true] {
        let mut r = room().with_everybody();
        let (ana, ben, asks) = busy(&mut r, 180_000);
        r.take_over(ben, asks).unwrap();
        let ada = r.tab(ADA);
        assert_eq!(r.undo(ana, path(1)), Err(Refusal::NotPermitted));
        assert_eq!(r.lock(path(1)).unwrap().undo_until, Some(r.now.wall.plus(300_000)));
        assert!(may(&mut r, ben, path(1)).contains(&Remedy::Undo));
        r.undo(if admin { ada } else { ben }, path(1)).unwrap();
        assert_eq!(r.holder(path(1)), Some(ana.session));
        assert!(r.ended_locks().contains(&(path(1), LockEnd::Undone)));
        assert_eq!(r.undo(ben, path(1)), Err(Refusal::UndoOver), "once");
        assert!(r.disk.audit.iter().any(|entry| entry.action == "lock.undo"));
    }
}

#[test]
fn too_late_or_written_under_nothing_is_undone() {
    let mut r = room().with_everybody();
    let (_, ben, asks) = busy(&mut r, 180_000);
    r.take_over(ben, asks).unwrap();
    let fence = r.lock(path(1)).unwrap().fence;
    r.edit(ben, Pen::Held(fence), set(step(1), "value", "mine")).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().undo_until, None);
    assert_eq!(r.undo(ben, path(1)), Err(Refusal::UndoOver));

    let mut r = room_with(super::domain::limits::Limits { idle_ms: 900_000, ..Default::default() });
    r = r.with_everybody();
    let (_, ben, asks) = busy(&mut r, 180_000);
    r.take_over(ben, asks).unwrap();
    r.wait(300_000);
    assert_eq!(r.undo(ben, path(1)), Err(Refusal::UndoOver));
    assert_eq!(r.undo(ben, path(5)), Err(Refusal::UndoOver));
}

#[test]
fn an_undo_works_after_a_restart_with_no_stack_in_memory() {
    let mut r = room().with_everybody();
    let (ana, ben, asks) = busy(&mut r, 180_000);
    r.take_over(ben, asks).unwrap();
    // A session that neither holds nor waits for anything is not remembered, and then there is nobody to give it back to.
    r.acquire(ana, path(5));
    r.crash();
    let (ana, ben) = (r.resume(ana).0, r.resume(ben).0);
    r.undo(ben, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn an_undo_for_one_who_has_left_or_may_not_hold_goes_to_the_queue() {
    for left in [true, false] {
        let mut r = room().with_everybody();
        let (ana, ben, asks) = busy(&mut r, 180_000);
        r.take_over(ben, asks).unwrap();
        let cara = r.tab(CARA);
        r.request(cara, path(1));
        if left {
            r.ask(ana, Request::Leave).unwrap();
        } else {
            let olga = Caller { user: OLGA, session: None };
            let role = Request::SetRole { user: ANA, role: Role::Viewer, reason: "away".into() };
            r.call(olga, role).unwrap();
        }
        r.undo(ben, path(1)).unwrap();
        assert_eq!(r.holder(path(1)), Some(cara.session));
    }
}

#[test]
fn an_undo_ends_the_old_holders_request_as_granted() {
    let mut r = room().with_everybody();
    let (ana, ben, asks) = busy(&mut r, 180_000);
    r.take_over(ben, asks).unwrap();
    let back = r.request(ana, path(1));
    r.forget();
    r.undo(ben, path(1)).unwrap();
    assert_eq!(r.ended_requests(), [(back, RequestEnd::Granted)]);
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn an_objects_take_over_is_undone_whole_or_not_at_all() {
    for all in [true, false] {
        let mut r = room().with_everybody();
        let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
        r.acquire(ana, path(1));
        r.acquire(ben, path(5));
        r.force(ada, WHOLE).unwrap();
        if !all {
            r.ask(ben, Request::Leave).unwrap();
        }
        r.undo(ada, WHOLE).unwrap();
        let held = all.then_some(ana.session);
        assert_eq!(r.holder(path(1)), held);
        assert_eq!(r.holder(path(5)), all.then_some(ben.session));
        assert_eq!(r.holder(WHOLE), None);
    }
}

#[test]
fn force_needs_the_right_a_reason_and_a_holder() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    assert_eq!(r.force(ada, path(1)), Err(Refusal::NotLocked));
    r.acquire(ana, path(1));
    assert_eq!(r.force(ben, path(1)), Err(Refusal::NotPermitted));
    for reason in [String::new(), "x".repeat(281)] {
        let op_id = r.op();
        let done = r.ask(ada, Request::Force { op_id, path: path(1), reason });
        assert!(matches!(done, Err(Refusal::BadText { .. })));
    }
    assert_eq!(r.holder(path(1)), Some(ana.session));
}
