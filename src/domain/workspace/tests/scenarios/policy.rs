//! Scenarios 28 to 32: deadlock, promise, escalation, floods, HTTP.

use super::super::circle::{swap, two};
use super::super::escalating::{busy, may};
use super::super::room::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::{LockEnd, Receipt, Remedy, RequestEnd};
use crate::domain::refusal::Refusal;

#[test]
fn scenario_28_a_circle_is_shown_and_after_half_a_minute_the_youngest_yields() {
    let mut r = room().with_everybody();
    let (ana, _, first, second) = two(&mut r);
    let seen = r.picture().deadlocks;
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].id, seen[0].yields), (second, Some(r.now.wall.plus(30_000))));
    r.wait(29_500);
    assert!(r.ended_requests().is_empty());
    r.wait(1_000);
    assert_eq!(r.ended_requests(), [(second, RequestEnd::Yielded)], "never two victims");
    assert!(r.picture().deadlocks.is_empty());
    assert!(r.waiting(first).is_some());
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn scenario_28_all_agree_and_the_pens_swap_at_once() {
    let mut r = room().with_everybody();
    let (ana, ben, first, second) = two(&mut r);
    let cara = r.tab(CARA);
    assert_eq!(swap(&mut r, cara, second), Err(Refusal::NoDeadlock));
    assert_eq!(swap(&mut r, ana, first), Err(Refusal::NoDeadlock));
    swap(&mut r, ana, second).unwrap();
    swap(&mut r, ana, second).unwrap();
    assert_eq!(r.holder(path(1)), Some(ana.session));
    assert_eq!(r.picture().deadlocks[0].agreed, [ANA]);
    swap(&mut r, ben, second).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.holder(path(5)), Some(ana.session));
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Swapped), (path(5), LockEnd::Swapped)]);
    assert!(r.picture().deadlocks.is_empty());
    assert_eq!(swap(&mut r, ben, second), Err(Refusal::NoDeadlock));
}

#[test]
fn scenario_29_who_promises_and_leaves_has_granted_at_once() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 300_000).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn scenario_30_reminder_after_one_minute_and_take_over_after_three() {
    let mut r = room().with_everybody();
    let (ana, ben, asks) = busy(&mut r, 59_000);
    let seen = r.waiting(asks).unwrap();
    assert!(!seen.nudged);
    assert_eq!(seen.take_over, Some(r.now.wall.plus(121_000)), "the countdown is shown before");
    r.wait(1_000);
    assert!(r.waiting(asks).unwrap().nudged);
    let fence = r.lock(path(1)).unwrap().fence;
    for n in 0..4 {
        r.wait(30_000);
        if n < 3 {
            assert!(matches!(r.take_over(ben, asks), Err(Refusal::TooEarly { .. })));
        }
        r.edit(ana, Pen::Held(fence), set(step(1), "value", &format!("n{n}"))).unwrap();
    }
    assert!(may(&mut r, ben, path(1)).contains(&Remedy::TakeOver));
    let done = r.take_over(ben, asks).unwrap();
    assert!(matches!(done, Receipt::Acquired { fence: new, .. } if new > fence));
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert!(r.ended_locks().contains(&(path(1), LockEnd::TakenOver)));
    assert!(r.disk.audit.iter().any(|entry| entry.action == "lock.take_over"));
    // Scenario 11: what came after it in the log is parked.
    let late = r.edit(ana, Pen::Held(fence), set(step(1), "value", "late"));
    assert!(matches!(late, Ok(Receipt::Parked { .. })));
}

#[test]
fn scenario_31_asking_again_at_once_is_limited_and_makes_one_notice() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.ask(ben, Request::CancelRequest { request }).unwrap();
    assert!(matches!(r.try_request(ben, path(1)), Err(Refusal::RateLimited { .. })));
    r.wait(1_100);
    r.request(ben, path(1));
}

#[test]
fn scenario_32_one_click_edits_are_refused_with_who_holds_the_item_and_leave_no_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let none = crate::domain::command::Caller { user: CARA, session: None };
    r.acquire(ana, path(1));
    let edit = r.edit_of(Pen::WithLock, set(step(1), "value", "2"));
    let refused = r.call(none, Request::Edit(Box::new(edit)));
    assert!(matches!(refused, Err(Refusal::Locked(lock)) if lock.user == ANA));
    let edit = r.edit_of(Pen::WithLock, set(step(5), "value", "2"));
    r.call(none, Request::Edit(Box::new(edit))).unwrap();
    r.edit(ben, Pen::WithLock, set(step(5), "value", "3")).unwrap();
    assert_eq!(r.holder(path(5)), None);
}
