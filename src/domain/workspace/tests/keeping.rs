//! A lock's life between grant and end: the grace, the quota's flush, signs of life, what everybody is told.

use super::domain::command::{Caller, Pen, Request};
use super::domain::effect::{Answer, Delta, Explanation, LockEnd, LockState, Receipt, Remedy};
use super::domain::limits::Limits;
use super::domain::path::LockPath;
use super::domain::refusal::Refusal;
use super::room::*;

fn explained(r: &mut Room, tab: Tab, path: LockPath) -> Explanation {
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    match r.call(caller, Request::Explain { path }) {
        Ok(Answer::Explained(why)) => *why,
        other => panic!("not explained: {other:?}"),
    }
}

#[test]
fn who_is_reconnecting_does_not_lose_the_lock_for_being_idle_or_to_a_promise() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.wait(295_000);
    r.drop_socket(ana);
    r.wait(10_000);
    assert_eq!(r.holder(path(1)), Some(ana.session), "five minutes are over, the grace is not");
    let (ana, _) = r.resume(ana);
    r.wait(1_000);
    let lock = r.lock(path(1)).unwrap();
    assert_eq!(lock.idle_until, Some(r.now.wall.plus(59_000)), "and then it is announced first");
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "typed offline")).unwrap();
    let asks = r.request(ben, path(1));
    r.promise(ana, asks, 5_000).unwrap();
    r.drop_socket(ana);
    r.wait(12_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    let (ana, _) = r.resume(ana);
    r.forget();
    r.wait(10);
    assert_eq!(r.frozen(), [ana.session], "the word is kept at once, through a flush");
    r.flushed(ana, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn at_the_quota_the_oldest_is_given_back_through_a_flush() {
    let mut r = room_with(Limits { locks: 2, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let oldest = r.acquire(ana, path(1));
    r.acquire(ana, path(2));
    let waits = r.request(ben, path(1));
    r.acquire(ana, path(5));
    assert_eq!(r.frozen(), [ana.session]);
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::HandingOver);
    let last = r.edit(ana, Pen::Held(oldest), set(step(1), "value", "the last keystrokes")).unwrap();
    assert!(matches!(last, Receipt::Edited { .. }), "{last:?}");
    assert_eq!(r.grant(ana, waits), Err(Refusal::HandingOver));
    r.flushed_under(ana, path(1), oldest).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Released)]);
    assert_eq!(r.holder(path(1)), Some(ben.session));
    // Without a word of the client it goes back by itself.
    r.acquire(ana, path(4));
    r.wait(3_000);
    assert_eq!(r.holder(path(2)), None);
}

#[test]
fn a_lock_on_its_way_back_is_kept_when_it_is_wanted_after_all() {
    let mut r = room_with(Limits { locks: 2, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.acquire(ana, path(2));
    r.acquire(ana, path(5));
    assert_eq!(r.acquire(ana, path(1)), fence);
    r.wait(4_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    assert_eq!(r.holder(path(2)), None, "another made room");
}

#[test]
fn room_made_for_a_whole_object_is_not_given_to_who_waits_for_a_part_of_it() {
    let mut r = room_with(Limits { locks: 1, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let waits = r.request(ben, path(1));
    // The first is on its way back, and now it is not waited for any longer.
    r.acquire(ana, path(2));
    r.acquire(ana, WHOLE);
    assert_eq!((r.holder(path(1)), r.holder(WHOLE)), (None, Some(ana.session)));
    assert!(r.waiting(waits).is_some());
}

#[test]
fn at_the_quota_with_unsaved_work_in_all_the_refusal_names_them() {
    let mut r = room_with(Limits { locks: 2, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    for n in [1, 2] {
        r.acquire(ana, path(n));
        r.ask(ana, Request::Dirty { path: path(n), count: 1 }).unwrap();
    }
    let refused = r.try_acquire(ana, path(5));
    let Err(Refusal::LockQuota(named)) = refused else { panic!("{refused:?}") };
    assert_eq!(named.iter().map(|lock| lock.path).collect::<Vec<_>>(), [path(1), path(2)]);
}

#[test]
fn a_flush_of_too_much_moves_the_pen_and_the_rest_is_parked() {
    let mut r = room_with(Limits { flush_bytes: 1_000, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.grant(ana, asks).unwrap();
    let long = "x".repeat(400);
    let type_on = |r: &mut Room| r.edit(ana, Pen::Held(fence), set(step(1), "value", &long)).unwrap();
    assert!(matches!(type_on(&mut r), Receipt::Edited { .. }));
    assert!(matches!(type_on(&mut r), Receipt::Edited { .. }));
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert!(matches!(type_on(&mut r), Receipt::Parked { .. }));
}

#[test]
fn a_sign_of_life_says_whether_it_is_held_and_is_no_edit() {
    let mut r = room().with_everybody();
    let (bot, ben) = (r.bot(ANA), r.tab(BEN));
    let fence = r.acquire(bot, path(1));
    for _ in 0..12 {
        r.wait(20_000);
        let renew = Request::Renew { path: path(1), fence };
        assert!(matches!(r.ask(bot, renew), Ok(Receipt::Acquired { .. })));
    }
    assert_eq!(r.ask(ben, Request::Renew { path: path(1), fence }), Err(Refusal::NotHeld));
    assert!(r.lock(path(1)).unwrap().idle_until.is_some(), "idleness goes on");
}

#[test]
fn the_holder_is_told_who_took_it_and_why_and_who_opened_it_again() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.acquire(ana, path(1));
    r.force(ada, path(1)).unwrap();
    let doing = |r: &Room| -> Vec<_> {
        let ended = r.said.iter().filter_map(|(_, delta)| match &**delta {
            Delta::LockEnded { why, by, reason, .. } => Some((*why, *by, reason.clone())),
            Delta::Reopened { by, .. } => Some((LockEnd::Closed, Some(*by), "reopened".into())),
            _ => None,
        });
        ended.collect()
    };
    assert_eq!(doing(&r), [(LockEnd::Forced, Some(ADA), "demo in five minutes".to_owned())]);
    r.forget();
    r.close(ada, path(1)).unwrap();
    r.reopen(ada, path(1)).unwrap();
    let closed = (LockEnd::Closed, Some(ADA), "release freeze".to_owned());
    assert_eq!(doing(&r), [closed, (LockEnd::Closed, Some(ADA), "reopened".to_owned())]);
}

#[test]
fn explain_tells_tab_idleness_and_when_the_policy_frees_it() {
    let mut r = room().with_everybody();
    let (_, two, ben) = (r.tab(ANA), r.tab(ANA), r.tab(BEN));
    r.acquire(two, path(1));
    r.wait(20_000);
    let why = explained(&mut r, ben, path(1));
    assert_eq!(
        (why.tab, why.idle_ms, why.may.as_slice()),
        (Some(2), Some(20_000), [Remedy::Request].as_slice())
    );
    assert_eq!(why.frees, Some(r.now.wall.plus(280_000)));
    let asks = r.request(ben, path(1));
    r.promise(two, asks, 120_000).unwrap();
    assert_eq!(explained(&mut r, ben, path(1)).frees, Some(r.now.wall.plus(120_000)));
    r.drop_socket(two);
    assert_eq!(explained(&mut r, ben, path(1)).frees, Some(r.now.wall.plus(15_000)));
    let cara = r.tab(CARA);
    r.acquire(cara, path(5));
    let whole = explained(&mut r, ben, WHOLE);
    assert_eq!(whole.also.iter().map(|lock| lock.path).collect::<Vec<_>>(), [path(5)]);
}

#[test]
fn after_a_restart_the_clocks_of_a_request_and_a_word_are_a_minute_behind_at_most() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let held = r.acquire(ana, path(1));
    r.acquire(ana, path(5));
    let (asks, waits) = (r.request(ben, path(1)), r.request(cara, path(5)));
    r.promise(ana, asks, 300_000).unwrap();
    for n in 0..5 {
        r.wait(30_000);
        r.edit(ana, Pen::Held(held), set(step(1), "value", &format!("{n}"))).unwrap();
        let fence = r.lock(path(5)).unwrap().fence;
        r.edit(ana, Pen::Held(fence), set(step(5), "value", &format!("{n}"))).unwrap();
    }
    let before =
        (r.lock(path(1)).unwrap().promise.unwrap().until, r.waiting(waits).unwrap().take_over.unwrap());
    r.crash();
    let after =
        (r.lock(path(1)).unwrap().promise.unwrap().until, r.waiting(waits).unwrap().take_over.unwrap());
    for (before, after) in [(before.0, after.0), (before.1, after.1)] {
        assert!(before <= after && after <= before.plus(60_000), "{before:?} {after:?}");
    }
}

#[test]
fn a_bot_gives_way_after_a_restart_too() {
    let mut r = room().with_everybody();
    let (bot, ben) = (r.bot(ANA), r.tab(BEN));
    r.acquire(bot, path(1));
    r.crash();
    let ben = r.resume(ben).0;
    r.request(ben, path(1));
    // Its next call is a sign of life: nobody else knows the secret of its session.
    let fence = r.lock(path(1)).unwrap().fence;
    r.ask(bot, Request::Renew { path: path(1), fence }).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Held);
    r.wait(10_100);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn who_edits_an_item_under_the_pen_of_the_object_uses_both() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    let fence = r.acquire(ana, WHOLE);
    for n in 0..5 {
        r.wait(100_000);
        r.edit(ana, Pen::Held(fence), set(step(1), "value", &n.to_string())).unwrap();
    }
    assert_eq!((r.holder(path(1)), r.holder(WHOLE)), (Some(ana.session), Some(ana.session)));
}
