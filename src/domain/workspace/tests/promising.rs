//! The holder's word and the holder's "no" (locks.md, rule 7).

use super::domain::command::{Pen, Request, RequestAnswer};
use super::domain::effect::{LockEnd, Receipt, RequestEnd};
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::room::*;

#[test]
fn a_promise_is_shown_stops_the_clocks_and_is_kept_by_itself() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 600_000).unwrap();
    let until = r.now.wall.plus(600_000);
    assert_eq!(r.lock(path(1)).unwrap().promise.map(|word| (word.request, word.until)), Some((asks, until)));
    let seen = r.waiting(asks).unwrap();
    assert_eq!((seen.eta, seen.take_over), (Some(until), None));
    // Neither idleness nor the request's 10 min nor the escalation come before the word.
    r.wait(599_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    assert_eq!(r.take_over(ben, asks), Err(Refusal::Promised));
    r.forget();
    r.wait(1_500);
    assert_eq!(r.frozen(), [ana.session]);
    r.flushed(ana, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.ended_requests(), [(asks, RequestEnd::Granted)]);
}

#[test]
fn a_promise_is_for_ten_minutes_at_most_once_a_request_and_one_a_lock() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let (asks, too) = (r.request(ben, path(1)), r.request(cara, path(1)));
    for ms in [0, 600_001, u64::MAX] {
        assert!(matches!(r.promise(ana, asks, ms), Err(Refusal::TooMany { .. })), "{ms}");
    }
    assert_eq!(r.promise(cara, asks, 1_000), Err(Refusal::NotHeld));
    assert_eq!(r.lock(path(1)).unwrap().promise, None);
    r.promise(ana, asks, 120_000).unwrap();
    assert_eq!(r.promise(ana, asks, 120_000), Err(Refusal::Promised));
    assert_eq!(r.promise(ana, too, 120_000), Err(Refusal::Promised));
}

#[test]
fn a_promise_to_one_who_takes_the_request_back_is_void() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 60_000).unwrap();
    r.ask(ben, Request::CancelRequest { request: asks }).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().promise, None);
    r.wait(70_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn a_request_outlives_its_promise_by_a_minute_though_the_pen_goes_elsewhere() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let works = |r: &mut Room, tab: Tab, minutes: u32| {
        for n in 0..minutes * 2 {
            r.wait(30_000);
            let fence = r.lock(path(1)).expect("it is held").fence;
            r.edit(tab, Pen::Held(fence), set(step(1), "value", &n.to_string())).unwrap();
        }
    };
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    works(&mut r, ana, 9);
    r.promise(ana, asks, 600_000).unwrap();
    r.wait(60_000);
    r.force(ada, path(1)).unwrap();
    works(&mut r, ada, 9);
    assert!(r.waiting(asks).is_some(), "19 min after it was asked, when the promise would have been kept");
    r.forget();
    works(&mut r, ada, 2);
    assert_eq!(r.ended_requests(), [(asks, RequestEnd::Expired)]);
}

#[test]
fn a_promise_survives_a_restart_and_expires_a_minute_after_its_end_at_the_latest() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 120_000).unwrap();
    r.crash();
    let (ana, ben) = (r.resume(ana).0, r.resume(ben).0);
    assert_eq!(r.lock(path(1)).unwrap().promise.map(|word| word.request), Some(asks));
    assert_eq!(r.promise(ana, asks, 1_000), Err(Refusal::Promised));
    r.wait(119_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(5_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn the_word_holds_for_the_members_other_tab_too() {
    let mut r = room().with_everybody();
    let (one, two, ben) = (r.tab(ANA), r.tab(ANA), r.tab(BEN));
    r.acquire(one, path(1));
    let asks = r.request(ben, path(1));
    r.promise(one, asks, 120_000).unwrap();
    r.edit_here(two, path(1)).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().promise.map(|word| word.request), Some(asks));
    r.wait(119_000);
    assert_eq!(r.holder(path(1)), Some(two.session));
    r.wait(5_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_word_is_kept_in_time_after_a_hand_over_to_another_fell_through() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let (asks, too) = (r.request(ben, path(1)), r.request(cara, path(1)));
    r.promise(ana, asks, 20_000).unwrap();
    r.grant(ana, too).unwrap();
    r.ask(cara, Request::CancelRequest { request: too }).unwrap();
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(24_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_grant_to_a_later_one_lets_the_promised_ones_clock_go_on() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let (asks, too) = (r.request(ben, path(1)), r.request(cara, path(1)));
    r.promise(ana, asks, 60_000).unwrap();
    r.grant(ana, too).unwrap();
    r.flushed(ana, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(cara.session));
    let seen = r.waiting(asks).unwrap();
    assert_eq!(seen.place, 1, "a grant to a later one leaves the others' places");
    assert!(seen.take_over.is_some());
}

#[test]
fn a_declined_asker_waits_half_a_minute_and_asks_at_the_end() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    let (asks, _) = (r.request(ben, path(1)), r.request(cara, path(1)));
    assert_eq!(r.decline(cara, asks), Err(Refusal::NotHeld));
    r.decline(ana, asks).unwrap();
    assert_eq!(r.ended_requests(), [(asks, RequestEnd::Declined)]);
    assert_eq!(r.decline(ana, asks), Err(Refusal::RequestEnded));
    r.wait(29_000);
    assert!(matches!(r.try_request(ben, path(1)), Err(Refusal::RateLimited { after_ms: 1_000 })));
    r.wait(1_000);
    let Ok(Receipt::Waiting { place, .. }) = r.try_request(ben, path(1)) else { panic!("may ask again") };
    assert_eq!(place, 2);
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(cara.session));
}

#[test]
fn a_reason_is_a_text_of_280_characters() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let (asks, op_id) = (r.request(ben, path(1)), r.op());
    let answer = RequestAnswer::Decline { reason: "x".repeat(281) };
    let done = r.ask(ana, Request::AnswerRequest { op_id, request: asks, answer });
    assert!(matches!(done, Err(Refusal::BadText { max: 280, .. })));
    assert!(r.waiting(asks).is_some());
}

#[test]
fn force_wins_over_a_promise_and_the_promised_one_waits_on() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 60_000).unwrap();
    r.force(ada, path(1)).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Forced)]);
    assert!(r.waiting(asks).is_some());
    assert_eq!(r.holder(path(1)), Some(ada.session));
}

#[test]
fn a_word_for_an_item_below_a_held_object_narrows_it_when_it_is_due() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, LockPath::object(OBJ));
    r.ask(ana, Request::Dirty { path: path(2), count: 3 }).unwrap();
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 30_000).unwrap();
    r.wait(34_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.holder(path(2)), Some(ana.session));
    assert_eq!(r.holder(LockPath::object(OBJ)), None);
}
