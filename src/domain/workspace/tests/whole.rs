//! The pen of a whole object (locks.md, rule 10).

use super::domain::command::{Pen, Request};
use super::domain::effect::{LockEnd, Receipt, RequestEnd};
use super::domain::id::{ItemId, SessionId};
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::room::*;

const WHOLE: LockPath = LockPath { object: OBJ, item: None };

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
fn items_that_are_given_up_are_kept_for_it_and_the_last_one_grants_it() {
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
fn after_the_minute_newer_requests_pass_and_it_keeps_its_place() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let one = r.acquire(ana, path(1));
    let fence = r.acquire(ana, path(5));
    let asks = r.request(ben, WHOLE);
    r.request(cara, path(1));
    r.wait(40_000);
    r.edit(ana, Pen::Held(one), set(step(1), "value", "7")).unwrap();
    r.edit(ana, Pen::Held(fence), set(step(5), "value", "7")).unwrap();
    r.wait(20_500);
    r.release(ana, path(1), one).unwrap();
    assert_eq!(r.holder(path(1)), Some(cara.session));
    assert_eq!(r.waiting(asks).unwrap().place, 1);
}

#[test]
fn the_block_survives_a_restart_and_ends_with_its_request() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let asks = r.request(ben, WHOLE);
    r.crash();
    let (ben, cara) = (
        {
            r.resume(ana);
            r.resume(ben).0
        },
        r.resume(cara).0,
    );
    assert_eq!(r.try_acquire(cara, path(5)), Err(Refusal::Reserved));
    r.ask(ben, Request::CancelRequest { request: asks }).unwrap();
    r.acquire(cara, path(5));
}

#[test]
fn a_no_of_any_holder_ends_it() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    r.acquire(cara, path(5));
    let asks = r.request(ben, WHOLE);
    r.decline(cara, asks).unwrap();
    assert_eq!(r.ended_requests(), [(asks, RequestEnd::Declined)]);
    r.acquire(cara, path(2));
}

#[test]
fn after_three_minutes_its_asker_takes_all_that_remain_in_one_commit() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let (one, two) = (r.acquire(ana, path(1)), r.acquire(cara, path(5)));
    let asks = r.request(ben, WHOLE);
    for n in 0..6 {
        r.wait(30_000);
        r.edit(ana, Pen::Held(one), set(step(1), "value", &format!("a{n}"))).unwrap();
        r.edit(cara, Pen::Held(two), set(step(5), "value", &format!("c{n}"))).unwrap();
    }
    r.forget();
    r.take_over(ben, asks).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::TakenOver), (path(5), LockEnd::TakenOver)]);
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
fn a_grant_after_a_restart_knows_which_items_exist() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, WHOLE);
    let asks = r.request(ben, path(1));
    r.crash();
    let (ana, ben) = (r.resume(ana).0, r.resume(ben).0);
    r.ask(ana, Request::Dirty { path: path(2), count: 1 }).unwrap();
    r.grant(ana, asks).unwrap();
    r.flushed(ana, WHOLE).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.holder(path(2)), Some(ana.session));
}
