//! The pen of a whole object (locks.md, rule 10).

use super::domain::command::{Pen, Request};
use super::domain::effect::{LockEnd, RequestEnd};
use super::domain::refusal::Refusal;
use super::room::*;

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

#[test]
fn the_block_of_a_second_request_begins_where_the_firsts_ends_and_is_a_minute_from_its_own_ask() {
    let mut r = room().with_everybody();
    let (ana, ben, cara, ada) = (r.tab(ANA), r.tab(BEN), r.tab(CARA), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    r.request(ben, WHOLE);
    r.wait(40_000);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "7")).unwrap();
    r.request(cara, WHOLE);
    r.wait(30_000);
    assert_eq!(
        r.try_acquire(ada, path(5)),
        Err(Refusal::Reserved),
        "70 s after the first ask, 30 s after the second"
    );
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "8")).unwrap();
    r.wait(30_100);
    r.acquire(ada, path(5));
}

#[test]
fn a_newer_request_for_the_whole_object_does_not_pass_an_older_one() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let first = r.request(ben, WHOLE);
    r.wait(50_000);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "7")).unwrap();
    r.wait(11_000);
    // All that is held in it is Ana's, and still she stands behind Ben.
    let op_id = r.op();
    let id = super::domain::id::RequestId(uuid::Uuid::from_u128(99));
    let other = r.tab(CARA);
    let held = r.acquire(other, path(5));
    r.ask(ana, Request::RequestLock { op_id, request: id, path: WHOLE, note: String::new() }).unwrap();
    r.release(other, path(5), held).unwrap();
    assert!(r.waiting(first).is_some() && r.waiting(id).is_some());
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(WHOLE), Some(ben.session));
}

#[test]
fn an_object_narrows_around_items_that_its_holder_holds_besides() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let (asked, other) = (r.acquire(ana, path(1)), r.acquire(ana, path(2)));
    let whole = r.acquire(ana, WHOLE);
    for n in [1, 2, 5] {
        r.ask(ana, Request::Dirty { path: path(n), count: 1 }).unwrap();
    }
    let asks = r.request(ben, path(1));
    r.grant(ana, asks).unwrap();
    r.flushed(ana, WHOLE).unwrap();
    assert!(asked < other && r.holder(path(1)) == Some(ben.session));
    assert_eq!((r.lock(path(2)).unwrap().fence, r.lock(path(5)).unwrap().fence), (other, whole));
}
