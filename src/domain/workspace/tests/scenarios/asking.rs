//! Scenarios 1 to 6: asking, granting, who may.

use super::super::room::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::{LockState, Receipt, RequestEnd};
use crate::domain::refusal::Refusal;

#[test]
fn scenario_01_of_two_who_want_a_free_step_one_gets_it_and_the_other_waits_at_place_1() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let first = r.acquire(ana, path(1));
    let busy = r.try_acquire(ben, path(1));
    assert!(
        matches!(busy, Ok(Receipt::Busy { holder }) if holder.session == ana.session && holder.fence == first)
    );
    assert!(matches!(r.try_request(ben, path(1)), Ok(Receipt::Waiting { place: 1, .. })));
}

#[test]
fn scenario_02_a_holder_who_comes_back_in_time_keeps_lock_and_fence() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ana);
    r.wait(14_000);
    let (ana, _) = r.resume(ana);
    r.wait(5_000);
    assert_eq!(r.lock(path(1)).map(|lock| (lock.session, lock.fence)), Some((ana.session, fence)));
}

#[test]
fn scenario_02_a_holder_who_does_not_come_back_is_followed_by_the_asker_and_their_work_is_parked() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ana);
    r.wait(15_100);
    let lock = r.lock(path(1)).unwrap();
    assert!(lock.session == ben.session && lock.fence > fence);
    let (ana, _) = r.resume(ana);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "typed offline")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1);
}

#[test]
fn scenario_03_a_grant_that_crosses_the_release_is_one_transition() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.grant(ana, request), Err(Refusal::AlreadyReleased));
    assert_eq!(r.holder(path(1)), Some(ben.session), "the asker holds either way");
    // The other way round: the release finds the hand-over, and is it.
    let (fence, request) = (r.acquire(ana, path(5)), r.request(ben, path(5)));
    r.grant(ana, request).unwrap();
    r.release(ana, path(5), fence).unwrap();
    assert_eq!(r.flushed_under(ana, path(5), fence), Err(Refusal::AlreadyReleased));
    assert_eq!(r.holder(path(5)), Some(ben.session));
}

#[test]
fn scenario_04_a_grant_to_one_who_leaves_goes_to_the_next() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.grant(ana, request).unwrap();
    r.ask(ben, Request::Leave).unwrap();
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.state, lock.fence), (ana.session, LockState::Held, fence));
    assert_eq!(r.ended_requests(), [(request, RequestEnd::Expired)], "the granter sees that it is over");
    // Behind the one who left another waits: it goes to them.
    let (ben, cara) = (r.tab(BEN), r.tab(CARA));
    let (gone, _) = (r.request(ben, path(1)), r.request(cara, path(1)));
    r.ask(ben, Request::Leave).unwrap();
    assert_eq!(r.grant(ana, gone), Err(Refusal::RequestEnded));
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(cara.session));
}

#[test]
fn scenario_05_a_grant_to_one_in_grace_is_reserved_and_taken_when_back() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.drop_socket(ben);
    r.grant(ana, request).unwrap();
    r.ask(ana, Request::Flushed { path: path(1), fence }).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Reserved);
    let (ben, welcome) = r.resume(ben);
    assert_eq!(welcome.session, ben.session);
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Held);
    assert_eq!(r.ended_requests(), [(request, RequestEnd::Granted)]);
}

#[test]
fn scenario_05_a_reservation_that_is_not_taken_goes_to_the_next() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.request(cara, path(1));
    r.drop_socket(ben);
    r.grant(ana, request).unwrap();
    r.ask(ana, Request::Flushed { path: path(1), fence }).unwrap();
    r.wait(15_100);
    assert_eq!(r.holder(path(1)), Some(cara.session));
    assert_eq!(r.ended_requests()[0].1, RequestEnd::Expired);
}

#[test]
fn scenario_06_viewers_neither_hold_nor_ask() {
    let mut r = room().with_everybody();
    let (vic, ana) = (r.tab(VIC), r.tab(ANA));
    assert_eq!(r.try_acquire(vic, path(1)), Err(Refusal::NotPermitted));
    r.acquire(ana, path(1));
    r.forget();
    assert_eq!(r.try_request(vic, path(1)), Err(Refusal::NotPermitted));
    assert!(r.said.is_empty(), "the holder hears nothing of it");
    for _ in 0..5 {
        assert_eq!(r.try_request(vic, path(1)), Err(Refusal::NotPermitted));
    }
    r.wait(61_000);
    let counted = |r: &Room| -> Vec<String> {
        let refused = r.disk.audit.iter().filter(|entry| entry.action == "lock.refused");
        refused.map(|entry| entry.subject.clone()).collect()
    };
    let times = |n: u64| format!("asked {n} times for a lock without the right to hold one");
    assert_eq!(counted(&r), [times(1), times(6)], "counted, not listed");
}
