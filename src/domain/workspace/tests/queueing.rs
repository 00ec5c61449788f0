//! Asking, granting, handing over: scenarios 2 to 5, 19, 20, 31, and one order over overlapping paths.

use super::room::*;
use crate::domain::command::{Caller, Pen, Request, RequestAnswer};
use crate::domain::effect::{LockEnd, LockState, Receipt, RequestEnd};
use crate::domain::id::{ItemId, RequestId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use uuid::Uuid;

#[test]
fn a_grant_freezes_the_holder_and_moves_the_fence_when_flushed() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    assert_eq!(r.grant(ana, request), Ok(Receipt::HandingOver));
    assert_eq!(r.frozen(), [ana.session]);
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::HandingOver);
    // The old fence still writes.
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "last words")).unwrap();
    r.ask(ana, Request::Flushed { path: path(1), fence }).unwrap();
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.state), (ben.session, LockState::Held));
    assert!(lock.fence > fence);
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::HandedOver)]);
    assert_eq!(r.ended_requests(), [(request, RequestEnd::Granted)]);
    let late = r.edit(ana, Pen::Held(fence), set(step(1), "value", "too late")).unwrap();
    assert!(matches!(late, Receipt::Parked { .. }));
}

#[test]
fn a_hand_over_does_not_wait_for_ever_for_the_flush() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.grant(ana, request).unwrap();
    r.wait(2_900);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(200);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_holder_whose_socket_drops_in_the_freeze_is_not_waited_for() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.grant(ana, request).unwrap();
    r.drop_socket(ana);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn during_a_freeze_grants_and_edit_here_wait_and_force_wins() {
    let mut r = room().with_everybody();
    let (ana, other, ben, cara, ada) = (r.tab(ANA), r.tab(ANA), r.tab(BEN), r.tab(CARA), r.tab(ADA));
    r.acquire(ana, path(1));
    let (first, second) = (r.request(ben, path(1)), r.request(cara, path(1)));
    r.grant(ana, first).unwrap();
    assert_eq!(r.grant(ana, second), Err(Refusal::HandingOver));
    assert_eq!(r.edit_here(other, path(1)), Err(Refusal::HandingOver));
    r.force(ada, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ada.session));
    assert_eq!(r.snapshot(ada).requests.len(), 2, "who waited goes on waiting");
}

#[test]
fn the_retry_of_a_grant_gets_the_same_answer_before_and_after_the_move() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    let op_id = r.op();
    let grant = || Request::AnswerRequest { op_id, request, answer: RequestAnswer::Grant };
    assert_eq!(r.ask(ana, grant()), Ok(Receipt::HandingOver));
    assert_eq!(r.ask(ana, grant()), Ok(Receipt::HandingOver));
    r.ask(ana, Request::Flushed { path: path(1), fence }).unwrap();
    assert_eq!(r.ask(ana, grant()), Ok(Receipt::HandingOver));
}

#[test]
fn a_release_during_the_hand_over_is_the_hand_over() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    r.grant(ana, request).unwrap();
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.ask(ana, Request::Flushed { path: path(1), fence }), Err(Refusal::AlreadyReleased));
}

#[test]
fn the_others_tab_edits_here_what_is_reserved_for_its_member() {
    let mut r = room().with_everybody();
    let (ana, one, two) = (r.tab(ANA), r.tab(BEN), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(one, path(1));
    r.drop_socket(one);
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Reserved);
    r.edit_here(two, path(1)).unwrap();
    assert_eq!(r.holder(path(1)), Some(two.session));
    r.resume(one);
    r.wait(16_000);
    assert_eq!(r.holder(path(1)), Some(two.session));
}

#[test]
fn who_may_give_a_reservation_back_gives_the_request_back_with_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ben);
    r.release(ana, path(1), fence).unwrap();
    let reserved = r.lock(path(1)).unwrap();
    r.release(ben, path(1), reserved.fence).unwrap();
    assert_eq!(r.lock(path(1)), None);
    assert!(r.snapshot(ana).requests.is_empty());
}

#[test]
fn one_request_a_session_and_path_and_five_in_all() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for n in 20..26 {
        r.edit(ana, Pen::WithLock, insert(n, ItemId::Stack, None)).unwrap();
    }
    let first = r.request(ben, path(20));
    let again = r.try_request(ben, path(20));
    assert!(matches!(again, Ok(Receipt::Waiting { request, place: 1 }) if request == first));
    for n in 21..25 {
        r.wait(1_100);
        r.request(ben, path(n));
    }
    r.wait(1_100);
    assert!(matches!(r.try_request(ben, path(25)), Err(Refusal::TooMany { .. })));
}

#[test]
fn a_request_for_what_is_free_acquires_it_and_its_retry_too() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let (op_id, request) = (r.op(), RequestId(Uuid::from_u128(9)));
    let ask = || Request::RequestLock { op_id, request, path: path(1), note: String::new() };
    let first = r.ask(ana, ask());
    assert!(matches!(first, Ok(Receipt::Acquired { .. })));
    assert_eq!(r.ask(ana, ask()), first);
}

#[test]
fn an_ignored_request_stays() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    let op_id = r.op();
    r.ask(ana, Request::AnswerRequest { op_id, request, answer: RequestAnswer::Ignore }).unwrap();
    assert_eq!(r.snapshot(ana).requests[0].ignored_by, [ANA]);
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn only_the_holders_member_answers() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    assert_eq!(r.grant(cara, request), Err(Refusal::NotHeld));
    assert_eq!(r.ask(cara, Request::CancelRequest { request }), Err(Refusal::NotYours));
    let other = r.tab(ANA);
    r.grant(other, request).unwrap();
    assert_eq!(r.frozen(), [ana.session]);
}

#[test]
fn a_request_expires_and_who_stands_behind_it_moves_up() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    for _ in 0..7 {
        r.wait(45_000);
        r.edit(ana, Pen::Held(fence), set(step(1), "value", "busy")).unwrap();
    }
    let behind = r.request(cara, path(1));
    r.forget();
    for _ in 0..7 {
        r.wait(45_000);
        r.edit(ana, Pen::Held(fence), set(step(1), "value", "busy")).unwrap();
    }
    assert_eq!(r.ended_requests(), [(request, RequestEnd::Expired)]);
    let picture = r.snapshot(ana).requests;
    assert_eq!((picture[0].id, picture[0].place), (behind, 1));
    // A place is told once; who shows it counts the older requests that are still open. Telling each that moved up would
    // cost a thousand waiting requests a million messages.
    let told = r.said.iter().any(|(_, delta)| {
        matches!(&**delta, crate::domain::effect::Delta::Request(view) if view.id == behind && view.place == 1)
    });
    assert!(!told, "a new place is not told");
}

#[test]
fn an_object_waits_for_its_items_and_is_granted_with_the_last() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let one = r.acquire(ana, path(1));
    let two = r.acquire(ben, path(2));
    r.request(cara, LockPath::object(OBJ));
    r.release(ana, path(1), one).unwrap();
    assert_eq!(r.holder(LockPath::object(OBJ)), None);
    r.release(ben, path(2), two).unwrap();
    assert_eq!(r.holder(LockPath::object(OBJ)), Some(cara.session));
}

#[test]
fn an_item_under_a_held_object_is_handed_over() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, LockPath::object(OBJ));
    let request = r.request(ben, path(1));
    r.grant(ana, request).unwrap();
    r.ask(ana, Request::Flushed { path: LockPath::object(OBJ), fence }).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.holder(LockPath::object(OBJ)), None);
}

#[test]
fn who_waits_behind_a_request_that_ends_gets_the_lock() {
    for end in 0..4 {
        let mut r = room().with_everybody();
        let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
        let one = r.acquire(ana, path(1));
        r.acquire(ana, path(2));
        let wide = r.request(ben, LockPath::object(OBJ));
        r.request(cara, path(1));
        r.release(ana, path(1), one).unwrap();
        assert_eq!(r.holder(path(1)), None, "the object's request is older");
        match end {
            0 => drop(r.ask(ben, Request::CancelRequest { request: wide })),
            1 => drop(r.ask(ben, Request::Leave)),
            2 => drop(r.call(
                Caller { user: OLGA, session: None },
                Request::SetRole { user: BEN, role: Role::Viewer, reason: "x".into() },
            )),
            _ => {
                r.drop_socket(ben);
                r.wait(15_100);
            }
        }
        assert_eq!(r.holder(path(1)), Some(cara.session), "way {end}");
    }
}

#[test]
fn ones_own_older_request_is_in_nobodys_way() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(2));
    let fence = r.acquire(cara, path(1));
    r.request(ben, LockPath::object(OBJ));
    r.request(ben, path(1));
    r.release(cara, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn however_many_paths_are_waited_for_a_free_one_is_granted() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let steps: Vec<u128> = (1_000..1_080).collect();
    let mut holders = Vec::new();
    for group in steps.chunks(20) {
        let user = UserId(Uuid::from_u128(group[0]));
        r = r.with(user, Role::Developer);
        let tab = r.tab(user);
        for n in group {
            r.edit(tab, Pen::WithLock, insert(*n, ItemId::Stack, None)).unwrap();
        }
        holders.push(tab);
    }
    let _ = ana;
    for group in steps.chunks(5) {
        let tab = r.tab(BEN);
        for n in group {
            r.request(tab, path(*n));
            r.wait(1_100);
        }
    }
    r.edit(holders[3], Pen::Held(r.disk.locks[&path(1_079)].view.fence), set(step(1_079), "value", "2"))
        .unwrap();
    let fence = r.disk.locks[&path(1_079)].view.fence;
    r.release(holders[3], path(1_079), fence).unwrap();
    assert!(r.lock(path(1_079)).is_some_and(|lock| lock.user == BEN));
}

#[test]
fn a_flood_of_requests_is_bounded() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.forget();
    let mut notices = 0;
    for _ in 0..50 {
        if let Ok(Receipt::Waiting { request, .. }) = r.try_request(ben, path(1)) {
            notices += 1;
            r.ask(ben, Request::CancelRequest { request }).unwrap();
        }
    }
    assert_eq!(notices, 1);
}

#[test]
fn a_request_that_finds_the_holder_idle_for_too_long_is_granted_at_once() {
    let limits = crate::domain::limits::Limits { idle_ms: 60_000, ..Default::default() };
    let mut r = room_with(limits).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    // The deadline is due and has not been run: a held or busy room.
    r.now.mono = crate::domain::time::Millis(r.now.mono.0 + 60_000);
    r.hears(ben);
    let asked = r.try_request(ben, path(1));
    assert!(matches!(asked, Ok(Receipt::Acquired { .. })), "{asked:?}");
    assert_eq!(r.ended_requests().len(), 1);
}

#[test]
fn who_ignores_a_request_ignores_it_for_themselves_only() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    let (first, second) = (r.request(cara, path(1)), r.request(ben, path(1)));
    let op_id = r.op();
    r.ask(ana, Request::AnswerRequest { op_id, request: second, answer: RequestAnswer::Ignore }).unwrap();
    r.crash();
    let ((ana, _), (cara, _), _) = (r.resume(ana), r.resume(cara), r.resume(ben));
    assert_eq!(r.waiting(second).unwrap().ignored_by, [ANA]);
    r.release(ana, path(1), fence).unwrap();
    assert_eq!((r.holder(path(1)), r.waiting(first)), (Some(cara.session), None));
    assert!(!r.waiting(second).unwrap().ignored_by.contains(&CARA), "the next holder sees it");
}

#[test]
fn nobody_asks_for_what_they_hold() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    assert!(
        matches!(r.try_request(ana, path(1)), Err(Refusal::OwnLock(lock)) if lock.session == ana.session)
    );
    r.acquire(ana, WHOLE);
    assert!(matches!(r.try_request(ana, path(2)), Err(Refusal::OwnLock(lock)) if lock.path == WHOLE));
}

#[test]
fn a_declined_asker_waits_with_every_tab() {
    let mut r = room().with_everybody();
    let (ana, ben, tab) = (r.tab(ANA), r.tab(BEN), r.tab(BEN));
    r.acquire(ana, path(1));
    let asks = r.request(ben, path(1));
    r.decline(ana, asks).unwrap();
    assert!(matches!(r.try_request(tab, path(1)), Err(Refusal::RateLimited { .. })));
    let fresh = r.tab(BEN);
    assert!(matches!(r.try_request(fresh, path(1)), Err(Refusal::RateLimited { .. })));
    r.wait(30_100);
    r.request(tab, path(1));
}

#[test]
fn what_a_tabs_pen_of_the_whole_object_covers_is_edited_here_with_all_of_it() {
    let mut r = room().with_everybody();
    let (one, two) = (r.tab(ANA), r.tab(ANA));
    r.acquire(one, WHOLE);
    r.edit_here(two, path(1)).unwrap();
    assert_eq!(r.holder(WHOLE), Some(two.session));
}
