//! Sessions, sockets and tabs: scenarios 10, 16 to 18, 33, 36, 38; replay after a reconnect.

use super::room::*;
use crate::domain::command::{Caller, Command, Location, Pen, Request, Resume};
use crate::domain::effect::{Arrival, CloseReason, Delta, Effect, Effects, LockEnd, SessionState};
use crate::domain::id::{CallId, SocketId};
use crate::domain::limits::Limits;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::time::Millis;

#[test]
fn a_session_comes_and_everybody_is_told() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.forget();
    let ben = r.tab(BEN);
    let told = r.said.iter().any(|(_, d)| matches!(&**d, Delta::Session(view) if view.id == ben.session));
    assert!(told);
    assert_eq!(r.snapshot(ana).sessions.len(), 2);
}

#[test]
fn strangers_and_suspended_members_are_not_welcome() {
    let mut r = room().with(VIC, Role::Suspended);
    let (call, _) = r.say_hello(BEN, 1, None);
    assert_eq!(r.answers.remove(&call), Some(Err(Refusal::NotAMember)));
    let (call, _) = r.say_hello(VIC, 2, None);
    assert_eq!(r.answers.remove(&call), Some(Err(Refusal::NotAMember)));
}

#[test]
fn the_same_page_resumes_and_gets_what_it_missed() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.drop_socket(ana);
    r.acquire(ben, path(1));
    let (ana, welcome) = r.resume(Tab { position: ben.position, ..ana });
    assert_eq!((welcome.arrival, welcome.session), (Arrival::Resumed, ana.session));
    let locks = welcome.replay.iter().filter(|d| matches!(&***d, Delta::Lock(_))).count();
    assert_eq!((locks, welcome.snapshot), (1, None));
}

#[test]
fn a_ring_that_does_not_reach_gives_a_picture() {
    let mut r = room_with(Limits { replay_deltas: 3, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.drop_socket(ana);
    for n in [1, 2, 4, 5] {
        r.acquire(ben, path(n));
    }
    let (_, welcome) = r.resume(ana);
    assert_eq!(welcome.arrival, Arrival::Reloaded);
    assert_eq!(welcome.snapshot.unwrap().locks.len(), 4);
}

#[test]
fn no_replay_reaches_over_a_change_of_what_a_session_sees() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ben, Pen::WithLock, set(step(5), "value", "2")).unwrap();
    let old = ana.position;
    r.post(ana, Request::Open { object: OBJ });
    r.edit(ben, Pen::WithLock, set(step(5), "value", "3")).unwrap();
    r.drop_socket(ana);
    let (_, welcome) = r.resume(Tab { position: old, ..ana });
    assert_eq!(welcome.arrival, Arrival::Reloaded);
    assert_eq!(welcome.snapshot.unwrap().open, Some(OBJ));
}

#[test]
fn another_stream_or_a_position_from_the_future_gives_a_picture() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    for position in
        [(crate::domain::id::StreamId(uuid::Uuid::nil()), ana.position.1), (ana.position.0, 10_000)]
    {
        r.drop_socket(ana);
        let (_, welcome) = r.resume(Tab { position, ..ana });
        assert_eq!(welcome.arrival, Arrival::Reloaded);
    }
}

#[test]
fn a_wrong_secret_or_another_member_gets_a_session_of_their_own() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let wrong = Resume { session: ana.session, secret: [0; 32], position: None };
    let (call, _) = r.say_hello(ANA, 77, Some(wrong));
    assert_ne!(r.welcomed(call).unwrap().session, ana.session);
    let (call, _) = r.say_hello(BEN, 78, Some(claim(ana)));
    assert_ne!(r.welcomed(call).unwrap().session, ana.session);
}

#[test]
fn a_reload_whose_old_socket_closes_takes_over_at_once() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    let (call, _) = r.say_hello(ANA, 77, Some(claim(ana)));
    r.drop_socket(ana);
    assert_eq!(r.welcomed(call).unwrap().session, ana.session);
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn a_page_that_comes_back_itself_wins_the_contest() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.falls_silent(ana);
    let (call, _) = r.say_hello(ANA, 77, Some(claim(ana)));
    let (ana, _) = r.resume(ana);
    let other = r.welcomed(call).expect("the other page has its answer");
    assert_ne!(other.session, ana.session);
    r.wait(3_000);
    assert!(r.closed.iter().all(|(socket, _)| *socket != ana.socket));
}

#[test]
fn a_contest_is_not_won_by_one_who_may_not_be_here_any_more() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.falls_silent(ana);
    let (call, _) = r.say_hello(ANA, 77, Some(claim(ana)));
    let olga = Caller { user: OLGA, session: None };
    r.call(olga, Request::RemoveMember { user: ANA, reason: "left".into() }).unwrap();
    r.wait(2_500);
    assert_eq!(r.answers.remove(&call), Some(Err(Refusal::NotAMember)));
}

#[test]
fn who_is_signed_out_does_not_come_back_through_a_contest() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let (call, _) = r.say_hello(ANA, 77, Some(claim(ana)));
    let olga = Caller { user: OLGA, session: None };
    r.call(olga, Request::EndSessions { user: ANA, why: CloseReason::SignedOut }).unwrap();
    assert!(matches!(r.answers.remove(&call), Some(Err(_))));
    assert!(r.core.snapshot_for(r.now, ana.session).is_none());
}

#[test]
fn a_replaced_sockets_end_is_nobodys_end() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let (again, _) = r.resume(ana);
    assert_eq!(r.closed, [(ana.socket, CloseReason::Replaced)]);
    r.drop_socket(ana);
    r.hears(again);
    assert_eq!(r.snapshot(again).sessions[0].state, SessionState::Connected);
}

#[test]
fn silence_is_shown_after_13_s_and_ends_the_session_after_25() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.falls_silent(ana);
    r.wait(12_900);
    let state = |r: &Room| r.snapshot(ben).sessions.iter().find(|s| s.id == ana.session).map(|s| s.state);
    assert_eq!(state(&r), Some(SessionState::Connected));
    r.wait(200);
    assert_eq!(state(&r), Some(SessionState::Reconnecting));
    r.wait(11_800);
    assert!(state(&r).is_some());
    r.wait(200);
    assert_eq!(state(&r), None);
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Gone)]);
    assert_eq!(r.closed, [(ana.socket, CloseReason::Silent)]);
}

#[test]
fn what_a_socket_was_heard_last_puts_its_silence_off_and_says_nothing() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.falls_silent(ana);
    let state = |r: &Room| r.snapshot(ben).sessions.iter().find(|s| s.id == ana.session).map(|s| s.state);
    r.wait(8_000);
    let heard = r.now.mono;
    r.wait(4_990);
    assert!(!r.core.asks_who_was_heard(r.now));
    r.now.mono = r.now.mono + 10;
    assert!(r.core.asks_who_was_heard(r.now));
    assert!(!r.core.note_heard(r.now, ana.session, SocketId(999), heard));
    assert!(r.core.note_heard(r.now, ana.session, ana.socket, Millis(0)), "that was another socket");
    assert!(!r.core.note_heard(r.now, ana.session, ana.socket, heard));
    // What is older changes nothing; silence counts from the last frame.
    assert!(!r.core.note_heard(r.now, ana.session, ana.socket, Millis(heard.0 - 5_000)));
    r.wait(7_900);
    assert_eq!(state(&r), Some(SessionState::Connected));
    r.wait(200);
    assert_eq!(state(&r), Some(SessionState::Reconnecting));
    // Who is shown as silent comes back by a frame, which others are told of.
    assert!(!r.core.note_heard(r.now, ana.session, ana.socket, r.now.mono));
    assert_eq!(state(&r), Some(SessionState::Reconnecting));
    r.hears(ana);
    assert_eq!(state(&r), Some(SessionState::Connected));
}

#[test]
fn leave_frees_at_once() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.ask(ana, Request::Leave).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.closed, [(ana.socket, CloseReason::Left)]);
}

#[test]
fn who_leaves_is_answered_before_the_socket_is_closed() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let caller = Caller { user: ANA, session: Some(ana.session) };
    let mut out = Effects::new();
    r.core.handle(r.now, Command::Request { caller, call: CallId(9), request: Request::Leave }, &mut out);
    let place = |of: fn(&Effect) -> bool| out.iter().position(of);
    let answered = place(|effect| matches!(effect, Effect::Reply { call: CallId(9), result: Ok(_) }));
    let closed = place(|effect| matches!(effect, Effect::Close { why: CloseReason::Left, .. }));
    assert!(answered.is_some() && answered < closed, "{out:?}");
    assert_eq!(closed, Some(out.len() - 1), "nothing follows a close");
}

#[test]
fn within_two_minutes_the_id_comes_back_without_its_locks() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    r.drop_socket(ana);
    r.wait(60_000);
    let (again, welcome) = r.resume(ana);
    assert_eq!((again.session, welcome.arrival), (ana.session, Arrival::Reloaded));
    assert_eq!(r.holder(path(1)), None);
    r.drop_socket(again);
    r.wait(140_000);
    let (other, _) = r.resume(again);
    assert_ne!(other.session, ana.session);
}

#[test]
fn a_location_falls_back_to_what_exists() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let at = |object, item| Location {
        page: "object".into(),
        object,
        item,
        field: Some("value".into()),
        ..Location::default()
    };
    r.post(ana, Request::Open { object: OBJ });
    r.ask(ana, Request::Locate(at(Some(OBJ), Some(step(99))))).unwrap();
    let seen = r.snapshot(ana).sessions[0].location.clone();
    assert_eq!((seen.object, seen.item, seen.field), (Some(OBJ), None, None));
    let nowhere = crate::domain::id::ObjectId(uuid::Uuid::nil());
    r.ask(ana, Request::Locate(at(Some(nowhere), Some(step(1))))).unwrap();
    assert_eq!(r.snapshot(ana).sessions[0].location.object, None);
}

#[test]
fn a_session_without_a_socket_lives_by_its_calls() {
    let mut r = room().with_everybody();
    let call = crate::domain::id::CallId(r.number());
    let fresh = crate::domain::id::SessionId(uuid::Uuid::from_u128(55));
    r.run(crate::domain::command::Command::Hello(Box::new(crate::domain::command::Hello {
        call,
        user: ANA,
        socket: None,
        instance: crate::domain::id::InstanceId(uuid::Uuid::from_u128(5)),
        fresh,
        fresh_secret: [1; 32],
        resume: None,
        device: "bot".into(),
        address: String::new(),
        keep_ms: None,
    })));
    let caller = Caller { user: ANA, session: Some(fresh) };
    let op_id = r.op();
    r.call(caller, Request::Acquire { op_id, path: path(1) }).unwrap();
    for _ in 0..4 {
        r.wait(20_000);
        r.call(caller, Request::Explain { path: path(1) }).unwrap();
    }
    assert_eq!(r.holder(path(1)), Some(fresh));
    r.wait(25_100);
    assert_eq!(r.holder(path(1)), None);
}
