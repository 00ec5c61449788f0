//! Scenarios 11 to 18: writes in flight, crashes, clocks, sleep.

use super::super::room::*;
use crate::domain::command::{Caller, Command, Pen, Request, RequestAnswer};
use crate::domain::effect::{Answer, Delta, Effect, LockState, ParkedReason, Receipt};
use crate::domain::id::{CallId, OpId};
use crate::domain::time::{Millis, Timestamp};
use uuid::Uuid;

#[test]
fn scenario_12_a_restart_keeps_holders_fences_and_places() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    let (first, second) = (r.request(cara, path(1)), r.request(ben, path(1)));
    r.crash();
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.fence, lock.state), (ana.session, fence, LockState::Reconnecting));
    r.wait(10_000);
    let ((ana, _), (ben, _), (_cara, _)) = (r.resume(ana), r.resume(ben), r.resume(cara));
    let places: Vec<_> = r.snapshot(ben).requests.iter().map(|one| (one.id, one.place)).collect();
    assert_eq!(places, [(first, 1), (second, 2)]);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "after the restart")).unwrap();
    let next = r.acquire(ana, path(2));
    assert!(next.epoch > fence.epoch);
}

#[test]
fn scenario_13_the_retry_of_a_promise_or_a_no_gets_the_same_answer() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(ana, path(1));
    let (asks, too) = (r.request(ben, path(1)), r.request(cara, path(1)));
    let answers = [
        (asks, RequestAnswer::Promise { within_ms: 120_000 }),
        (too, RequestAnswer::Decline { reason: String::new() }),
    ];
    for (request, answer) in answers {
        let op_id = r.op();
        for _ in 0..2 {
            let again = Request::AnswerRequest { op_id, request, answer: answer.clone() };
            assert_eq!(r.ask(ana, again), Ok(Receipt::Done));
        }
    }
}

#[test]
fn scenario_16_the_wall_clock_may_jump() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    for jump in [3_600_000, -7_200_000] {
        r.now.wall = Timestamp(r.now.wall.0 + jump);
        r.wait(1_000);
        assert_eq!(r.holder(path(1)), Some(ana.session));
    }
    r.wait(299_000);
    assert_eq!(r.holder(path(1)), None);
}

#[test]
fn scenario_18_a_laptop_that_slept_finds_its_lock_gone_and_its_edits_parked() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.drop_socket(ana);
    r.wait(2 * 3_600_000);
    let (ana, _) = r.resume(ana);
    for n in 0..12 {
        let done = r.edit(ana, Pen::Held(fence), set(step(1), "value", &n.to_string())).unwrap();
        assert!(matches!(done, Receipt::Parked { .. }));
    }
    assert_eq!(r.parked(ANA)[0].operations.len(), 12);
    assert_eq!(r.text(step(1), "value"), "1");
}

#[test]
fn scenario_11_the_order_of_the_log_decides_between_a_force_and_a_write_in_flight() {
    for write_first in [true, false] {
        let mut r = room().with_everybody();
        let (ana, ada) = (r.tab(ANA), r.tab(ADA));
        let fence = r.acquire(ana, path(1));
        let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "in flight"));
        let send = |r: &mut Room| r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
        let first = write_first.then(|| send(&mut r));
        r.force(ada, path(1)).unwrap();
        let done = first.unwrap_or_else(|| send(&mut r));
        if write_first {
            assert!(matches!(done, Receipt::Edited { .. }), "{done:?}");
            assert_eq!((r.text(step(1), "value").as_str(), r.parked(ANA).len()), ("in flight", 0));
        } else {
            assert!(matches!(done, Receipt::Parked { reason: ParkedReason::StaleFence, .. }), "{done:?}");
            assert_eq!((r.text(step(1), "value").as_str(), r.parked(ANA).len()), ("1", 1));
        }
    }
}

#[test]
fn scenario_13_a_decision_that_was_committed_is_answered_again_after_a_crash() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let op_id = r.op();
    let acquire = Request::Acquire { op_id, path: path(1) };
    let told = r.ask(ana, acquire.clone()).unwrap();
    let (op_id, id) = (r.op(), crate::domain::id::RequestId(Uuid::from_u128(9)));
    let wish = Request::RequestLock { op_id, request: id, path: path(1), note: String::new() };
    let waits = r.ask(ben, wish.clone()).unwrap();
    r.crash();
    let ((ana, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    assert_eq!(r.holder(path(1)), Some(ana.session), "the state shows the decision");
    assert_eq!((r.ask(ana, acquire).unwrap(), r.ask(ben, wish).unwrap()), (told, waits));
    assert_eq!(r.picture().requests.len(), 1);
}

#[test]
fn scenario_14_what_was_not_committed_did_not_happen() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ben, path(5));
    let caller = Caller { user: ANA, session: Some(ana.session) };
    let acquire = Request::Acquire { op_id: r.op(), path: path(1) };
    r.forget();
    let made = r.run_unwritten(Command::Request { caller, call: CallId(9), request: acquire.clone() });
    let written =
        made.iter().position(|effect| matches!(effect, Effect::Write(_))).expect("a grant is written");
    assert!(
        !made[..written].iter().any(|effect| matches!(effect, Effect::Reply { .. } | Effect::Delta(_))),
        "whatever tells of it stands behind its write, where the gate keeps it: {made:?}"
    );
    r.crash();
    assert_eq!(r.holder(path(1)), None);
    // Of Ben's session, which its lock remembers, one hears that it is reconnecting, and of nothing else.
    let others = |delta: &Delta| match delta {
        Delta::Session(view) => view.user != BEN,
        Delta::Presence(view) => view.user != BEN,
        _ => true,
    };
    let told: Vec<_> = r.said.iter().filter(|(_, delta)| others(delta)).collect();
    assert!(told.is_empty(), "and nobody was told: {told:?}");
    let ana = r.tab(ANA);
    assert!(matches!(r.ask(ana, acquire), Ok(Receipt::Acquired { .. })), "the retry decides it");
}

#[test]
fn scenario_15_a_grant_whose_write_fails_is_decided_once_by_the_retry() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    let grant = Request::AnswerRequest { op_id: r.op(), request, answer: RequestAnswer::Grant };
    let caller = Caller { user: ANA, session: Some(ana.session) };
    r.run_unwritten(Command::Request { caller, call: CallId(9), request: grant.clone() });
    r.rebuild();
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.fence, lock.state), (ana.session, fence, LockState::Held));
    for _ in 0..2 {
        assert_eq!(r.ask(ana, grant.clone()), Ok(Receipt::HandingOver), "one answer, however often");
    }
    r.flushed(ana, path(1)).unwrap();
    assert_eq!(r.ask(ana, grant), Ok(Receipt::HandingOver));
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn scenario_17_a_clients_clock_has_no_effect() {
    const DAY: u64 = 24 * 60 * 60;
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let now = u64::try_from(r.now.wall.0).unwrap() / 1_000;
    let made = |seconds| OpId(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0)));
    // All that a client says of time is in the ids that it makes.
    for (n, seconds) in [(1, now - DAY), (5, now + DAY)] {
        let caller = Caller { user: ANA, session: Some(ana.session) };
        let taken = r.call(caller, Request::Acquire { op_id: made(seconds), path: path(n) });
        let Ok(Answer::Receipt(Receipt::Acquired { fence, .. })) = taken else { panic!("{taken:?}") };
        let mut edit = r.edit_of(Pen::Held(fence), set(step(n), "value", "2"));
        edit.op_id = made(seconds);
        assert!(matches!(r.ask(ana, Request::Edit(Box::new(edit))), Ok(Receipt::Edited { .. })));
        assert_eq!(r.lock(path(n)).unwrap().edited, r.now.wall);
    }
    r.wait(299_000);
    assert!(r.holder(path(1)).is_some() && r.holder(path(5)).is_some());
    r.wait(1_100);
    assert!(r.holder(path(1)).is_none() && r.holder(path(5)).is_none());
    assert!(Millis(0) < r.now.mono);
}
