//! What is there after a crash or a failed write: scenarios 12 to 15.

use super::room::*;
use crate::domain::command::{Caller, Command, Location, Pen, Request, RequestAnswer};
use crate::domain::effect::{Delta, LockState, Receipt};
use crate::domain::id::{CallId, ItemId};
use crate::domain::role::Role;

#[test]
fn who_does_not_come_back_after_a_restart_loses_the_lock_after_the_grace() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.crash();
    r.resume(ben);
    r.wait(14_900);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(200);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn a_restart_in_the_freeze_leaves_the_request_pending() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let request = r.request(ben, path(1));
    let op_id = r.op();
    // The freeze is in memory only, and its receipt did not reach the store.
    let grant = Request::AnswerRequest { op_id, request, answer: RequestAnswer::Grant };
    let caller = Caller { user: ANA, session: Some(ana.session) };
    r.run_unwritten(Command::Request { caller, call: CallId(1), request: grant });
    r.crash();
    assert_eq!(r.holder(path(1)), Some(ana.session));
    assert_eq!(r.disk.requests.len(), 1);
}

#[test]
fn an_asker_whose_reservation_was_stored_gets_it_after_a_restart() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ben);
    r.release(ana, path(1), fence).unwrap();
    r.crash();
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Reserved);
    r.resume(ben);
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Held);
}

#[test]
fn a_reservation_that_was_taken_in_vain_is_taken_after_the_rebuild() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ben);
    r.release(ana, path(1), fence).unwrap();
    // Ben comes back, but what that writes fails.
    let disk = r.disk.clone();
    let (ben, _) = r.resume(ben);
    r.disk = disk;
    r.rebuild();
    assert_eq!(r.lock(path(1)).map(|lock| (lock.session, lock.state)), Some((ben.session, LockState::Held)));
    assert!(r.snapshot(ben).requests.is_empty());
}

#[test]
fn a_rebuild_keeps_sessions_chat_and_locks_and_forgets_what_was_not_written() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.ask(
        ana,
        Request::Chat { client_id: uuid::Uuid::nil(), text: "hi".into(), mentions: vec![], link: None },
    )
    .unwrap();
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let caller = Caller { user: ANA, session: Some(ana.session) };
    let request = Request::Edit(Box::new(edit.clone()));
    r.run_unwritten(Command::Request { caller, call: CallId(1), request: request.clone() });
    r.rebuild();
    assert_eq!(r.text(step(1), "value"), "1");
    let picture = r.snapshot(ben);
    assert_eq!((picture.sessions.len(), picture.chat.len()), (2, 1));
    assert_eq!(picture.locks[0].state, LockState::Held, "who is connected is in no grace");
    assert!(matches!(r.ask(ana, request), Ok(Receipt::Edited { .. })));
}

#[test]
fn a_leave_that_was_not_written_leaves_the_lock_to_the_grace() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    let caller = Caller { user: ANA, session: Some(ana.session) };
    r.run_unwritten(Command::Request { caller, call: CallId(1), request: Request::Leave });
    r.rebuild();
    assert_eq!(r.lock(path(1)).unwrap().state, LockState::Reconnecting);
    assert_eq!(r.core.snapshot_for(r.now, ana.session), None, "its socket must come again");
    r.wait(15_100);
    assert_eq!(r.lock(path(1)), None);
}

#[test]
fn a_downgrade_that_was_not_written_leaves_no_trace() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    let olga = Caller { user: OLGA, session: None };
    let request = Request::SetRole { user: ANA, role: Role::Viewer, reason: "x".into() };
    r.run_unwritten(Command::Request { caller: olga, call: CallId(1), request });
    r.rebuild();
    r.drop_socket(ana);
    assert_eq!(r.lock(path(1)).map(|lock| lock.fence), Some(fence), "a grace, as for everybody");
}

#[test]
fn a_rebuild_within_the_park_only_time_does_not_make_it_endless() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let olga = Caller { user: OLGA, session: None };
    r.call(olga, Request::SetRole { user: ANA, role: Role::Viewer, reason: "x".into() }).unwrap();
    r.rebuild();
    r.wait(3_100);
    r.drop_socket(ana);
    r.wait(1_000);
    let olga = r.tab(OLGA);
    assert_eq!(r.snapshot(olga).sessions.len(), 2, "a viewer's grace is kept");
}

#[test]
fn a_location_on_a_step_that_was_not_written_falls_back() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.post(ana, Request::Open { object: OBJ });
    let edit = r.edit_of(Pen::WithLock, insert(10, ItemId::Stack, None));
    let caller = Caller { user: ANA, session: Some(ana.session) };
    r.run_unwritten(Command::Request { caller, call: CallId(1), request: Request::Edit(Box::new(edit)) });
    let at =
        Location { page: "object".into(), object: Some(OBJ), item: Some(step(10)), ..Location::default() };
    r.ask(ana, Request::Locate(at)).unwrap();
    r.rebuild();
    r.forget();
    r.post(ana, Request::Open { object: OBJ });
    assert_eq!(r.snapshot(ana).sessions[0].location.item, None);
    assert!(r.said.iter().any(|(_, delta)| matches!(&**delta, Delta::Session(_))));
}

#[test]
fn requests_shorten_the_idle_time_after_a_restart_too() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.crash();
    let ((_, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    r.wait(60_500);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn fences_go_on_after_a_rebuild_in_the_same_epoch() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let before = r.acquire(ana, path(1));
    r.rebuild();
    let after = r.acquire(ana, path(2));
    assert!(after > before && after.epoch == before.epoch);
}
