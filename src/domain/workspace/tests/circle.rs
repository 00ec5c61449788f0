//! Deadlocks (locks.md, rule 11, scenario 28).

use super::domain::command::{Pen, Request};
use super::domain::effect::{Receipt, RequestEnd};
use super::domain::id::RequestId;
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::room::*;

pub(super) fn swap(r: &mut Room, tab: Tab, deadlock: RequestId) -> Result<Receipt, Refusal> {
    r.ask(tab, Request::Swap { deadlock })
}

/// Ana holds 1 and waits for 5, Ben holds 5 and waits for 1; the last request closed the circle.
pub(super) fn two(r: &mut Room) -> (Tab, Tab, RequestId, RequestId) {
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.acquire(ben, path(5));
    let (first, second) = (r.request(ana, path(5)), r.request(ben, path(1)));
    (ana, ben, first, second)
}

#[test]
fn three_in_a_circle_swap_too() {
    let mut r = room().with_everybody();
    let tabs = [r.tab(ANA), r.tab(BEN), r.tab(CARA)];
    let paths = [path(1), path(2), path(5)];
    for (tab, path) in tabs.iter().zip(paths) {
        r.acquire(*tab, path);
    }
    let mut last = None;
    for (tab, path) in tabs.iter().zip([paths[1], paths[2], paths[0]]) {
        assert!(r.picture().deadlocks.is_empty());
        last = Some(r.request(*tab, path));
    }
    for tab in tabs {
        swap(&mut r, tab, last.unwrap()).unwrap();
    }
    for (tab, path) in tabs.iter().zip([paths[1], paths[2], paths[0]]) {
        assert_eq!(r.holder(path), Some(tab.session));
    }
}

#[test]
fn idleness_is_not_shortened_in_a_circle() {
    let mut r = room_with(super::domain::limits::Limits { deadlock_ms: 200_000, ..Default::default() })
        .with_everybody();
    let (ana, ben, ..) = two(&mut r);
    let cara = r.tab(CARA);
    r.request(cara, path(1));
    r.wait(199_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    assert_eq!(r.holder(path(5)), Some(ben.session));
}

#[test]
fn while_a_promise_runs_nobody_yields() {
    let mut r = room().with_everybody();
    let (ana, ben, first, second) = two(&mut r);
    r.promise(ben, first, 120_000).unwrap();
    r.wait(119_000);
    assert!(r.ended_requests().is_empty());
    r.wait(5_000);
    assert_eq!(r.ended_requests(), [(first, RequestEnd::Granted)]);
    assert_eq!(r.holder(path(5)), Some(ana.session));
    assert!(r.waiting(second).is_some());
    assert!(r.picture().deadlocks.is_empty());
}

#[test]
fn a_circle_that_closes_with_a_grant_is_found() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let fence = r.acquire(cara, path(5));
    r.request(ben, path(5));
    r.request(ana, path(5));
    r.request(ben, path(1));
    assert!(r.picture().deadlocks.is_empty());
    r.release(cara, path(5), fence).unwrap();
    assert_eq!(r.picture().deadlocks.len(), 1);
}

#[test]
fn edit_here_keeps_a_circle_and_a_release_opens_it() {
    let mut r = room().with_everybody();
    two(&mut r);
    let other = r.tab(ANA);
    r.edit_here(other, path(1)).unwrap();
    assert_eq!(r.picture().deadlocks.len(), 1);
    let fence = r.lock(path(1)).unwrap().fence;
    r.release(other, path(1), fence).unwrap();
    assert!(r.picture().deadlocks.is_empty());
    r.wait(40_000);
    assert!(!r.ended_requests().iter().any(|(_, how)| *how == RequestEnd::Yielded));
}

#[test]
fn a_circle_is_found_again_after_a_restart() {
    let mut r = room().with_everybody();
    let (ana, ben, ..) = two(&mut r);
    r.crash();
    assert_eq!(r.picture().deadlocks.len(), 1);
    r.resume(ana);
    r.resume(ben);
    r.wait(31_000);
    assert!(r.picture().deadlocks.is_empty());
}

#[test]
fn a_circle_through_an_object_opens_when_its_member_gives_back_though_others_hold_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let other = super::domain::id::ObjectId(uuid::Uuid::from_u128(0xb2));
    r.import(ana, vec![object(other, "second", &[21])]).unwrap();
    let theirs = LockPath::item(other, step(21));
    r.acquire(ana, theirs);
    let fence = r.acquire(ben, path(1));
    r.acquire(cara, path(5));
    let asks = r.request(ana, LockPath::object(OBJ));
    r.request(ben, theirs);
    let seen = r.picture().deadlocks;
    assert_eq!(seen.len(), 1);
    // Cara is no part of it and loses nothing by a swap.
    assert!(matches!(swap(&mut r, ana, seen[0].id), Err(Refusal::Locked(_))));
    assert_eq!(r.holder(path(5)), Some(cara.session));
    r.edit(ben, Pen::Held(fence), set(step(1), "value", "7")).unwrap();
    r.release(ben, path(1), fence).unwrap();
    assert!(r.picture().deadlocks.is_empty());
    assert!(r.waiting(asks).is_some());
}

#[test]
fn who_waits_for_something_else_of_what_was_swapped_is_not_forgotten() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let other = super::domain::id::ObjectId(uuid::Uuid::from_u128(0xb2));
    r.import(ana, vec![object(other, "second", &[21])]).unwrap();
    r.acquire(ana, LockPath::object(OBJ));
    r.acquire(ben, LockPath::item(other, step(21)));
    let late = r.request(cara, path(5));
    r.request(ana, LockPath::item(other, step(21)));
    let closes = r.request(ben, path(1));
    swap(&mut r, ana, closes).unwrap();
    swap(&mut r, ben, closes).unwrap();
    assert_eq!(r.holder(path(5)), Some(cara.session));
    assert!(r.waiting(late).is_none());
}

#[test]
fn who_waits_with_one_tab_for_what_another_got_is_in_no_circle() {
    let mut r = room().with_everybody();
    let (ana, one, two) = (r.tab(ANA), r.tab(BEN), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(one, path(1));
    r.request(two, path(1));
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(one.session));
    assert!(r.picture().deadlocks.is_empty());
}
