//! Freezing the workspace, and ending somebody's session.

use super::room::*;
use crate::domain::command::{Pen, Request, TeamRequest};
use crate::domain::effect::{AdminAct, CloseReason, Delta, LockEnd};
use crate::domain::refusal::Refusal;

fn freeze() -> Request {
    Request::Team(TeamRequest::Freeze { message: "release in an hour".into() })
}

fn kick(tab: Tab) -> Request {
    Request::Team(TeamRequest::Kick { session: tab.session, reason: "asleep".into() })
}

#[test]
fn a_frozen_workspace_parks_what_comes_in_and_goes_on_where_it_stood() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    let wish = r.request(ben, path(1));
    assert_eq!(r.ask(ana, freeze()), Err(Refusal::NotPermitted));
    r.forget();
    r.ask(ada, freeze()).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Closed)]);
    assert!(matches!(r.ask(ada, freeze()), Err(Refusal::Closed(_))));
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1);
    assert!(matches!(r.try_acquire(ada, path(2)), Err(Refusal::Closed(_))));
    let op_id = r.op();
    let new = object(crate::domain::id::ObjectId(uuid::Uuid::from_u128(0xb9)), "later", &[]);
    let import = Request::Import { op_id, objects: vec![new], publish: None };
    assert!(matches!(r.ask(ada, import), Err(Refusal::Closed(_))));
    // An hour passes for nobody who waits.
    r.wait(60 * 60_000);
    assert!(r.waiting(wish).is_some());
    r.ask(ada, Request::Team(TeamRequest::Thaw)).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.ask(ada, Request::Team(TeamRequest::Thaw)), Err(Refusal::NothingToDo));
    let acts: Vec<_> = r.disk.audit.iter().map(|entry| entry.action).collect();
    assert!(acts.contains(&"workspace.freeze") && acts.contains(&"workspace.thaw"), "{acts:?}");
}

#[test]
fn a_kicked_session_is_told_why_frees_its_pens_and_keeps_its_words() {
    let mut r = room().with_everybody();
    let (ana, olga, ada) = (r.tab(ANA), r.tab(OLGA), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    assert_eq!(r.ask(ana, kick(ada)), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(ada, kick(olga)), Err(Refusal::NotPermitted), "an owner only by an owner");
    r.forget();
    r.ask(ada, kick(ana)).unwrap();
    let told = r.said.iter().any(|(_, delta)| match &**delta {
        Delta::Notice(notice) => notice.act == AdminAct::Kicked && notice.reason == "asleep",
        _ => false,
    });
    assert!(told);
    assert_eq!(r.closed, [(ana.socket, CloseReason::Kicked)]);
    assert_eq!(r.holder(path(1)), None);
    let again = r.tab(ANA);
    r.edit(again, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1, "what its page still had is kept");
    assert_eq!(r.ask(ada, kick(ana)), Err(Refusal::SessionGone));
    assert_eq!(r.disk.audit.last().unwrap().action, "session.kick");
}

#[test]
fn other_times_count_at_once_for_what_is_held_and_waits() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    let wish = r.request(ben, path(1));
    let usual = crate::domain::effect::LockSettings::of(&crate::domain::limits::Limits::default());
    let set = |settings| Request::Team(TeamRequest::SetLockSettings { settings, reason: "a sprint".into() });
    let short = crate::domain::effect::LockSettings { nudge_ms: 5_000, take_over_ms: 15_000, ..usual };
    assert_eq!(r.ask(ana, set(short)), Err(Refusal::NotPermitted));
    let twisted = crate::domain::effect::LockSettings { nudge_ms: 15_000, ..short };
    assert_eq!(r.ask(ada, set(twisted)), Err(Refusal::BadTime), "the reminder comes before the take-over");
    r.ask(ada, set(short)).unwrap();
    r.wait(16_000);
    assert!(r.waiting(wish).is_some_and(|request| request.nudged));
    let op_id = r.op();
    r.ask(ben, Request::TakeOver { op_id, request: wish }).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.disk.lock_settings, Some(short), "they outlive a restart");
    let entry = r.disk.audit.iter().find(|entry| entry.action == "lock.settings").expect("an entry");
    assert!(
        entry.before.contains("take-over 180000") && entry.after.contains("take-over 15000"),
        "{entry:?}"
    );
}

#[test]
fn who_waits_waits_as_long_as_the_times_say_now() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let usual = crate::domain::effect::LockSettings::of(&crate::domain::limits::Limits::default());
    let of = |request_ms| {
        let settings = crate::domain::effect::LockSettings {
            nudge_ms: 5_000,
            take_over_ms: 15_000,
            request_ms,
            ..usual
        };
        Request::Team(TeamRequest::SetLockSettings { settings, reason: "a sprint".into() })
    };
    r.ask(ada, of(30_000)).unwrap();
    r.acquire(ana, path(1));
    let wish = r.request(ben, path(1));
    r.wait(10_000);
    r.ask(ada, of(50_000)).unwrap();
    r.wait(30_000);
    assert!(r.waiting(wish).is_some(), "30 s are not all any more");
    r.ask(ada, of(30_000)).unwrap();
    r.wait(1_000);
    assert!(r.waiting(wish).is_none(), "and now they are over");
    // What stands still does so, whatever is set meanwhile.
    let wish = r.request(ben, path(1));
    r.ask(ada, freeze()).unwrap();
    r.ask(ada, of(40_000)).unwrap();
    r.wait(60_000);
    assert!(r.waiting(wish).is_some());
}

#[test]
fn what_is_held_is_idle_by_the_times_that_are_set_now_also_after_a_restart() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    let usual = crate::domain::effect::LockSettings::of(&crate::domain::limits::Limits::default());
    let of = |idle_ms| {
        let settings = crate::domain::effect::LockSettings { idle_ms, ..usual };
        Request::Team(TeamRequest::SetLockSettings { settings, reason: String::new() })
    };
    r.acquire(ana, path(1));
    r.wait(20_000);
    r.ask(ada, of(30_000)).unwrap();
    r.wait(10);
    assert!(r.lock(path(1)).unwrap().idle_until.is_some(), "its end is announced");
    r.wait(11_000);
    assert_eq!(r.holder(path(1)), None);
    r.acquire(ana, path(1));
    r.wait(20_000);
    r.ask(ada, of(600_000)).unwrap();
    r.wait(310_000);
    assert_eq!(r.holder(path(1)), Some(ana.session), "longer counts at once, too");
    r.ask(ada, of(40_000)).unwrap();
    r.crash();
    let ana = r.tab(ANA);
    r.acquire(ana, path(2));
    r.wait(41_000);
    assert_eq!(r.holder(path(2)), None);
}

#[test]
fn a_grace_that_is_set_longer_than_silence_is_kept_whole() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    let usual = crate::domain::effect::LockSettings::of(&crate::domain::limits::Limits::default());
    let settings = crate::domain::effect::LockSettings { grace_ms: 60_000, ..usual };
    r.ask(ada, Request::Team(TeamRequest::SetLockSettings { settings, reason: String::new() })).unwrap();
    r.acquire(ana, path(1));
    r.drop_socket(ana);
    r.wait(55_000);
    assert_eq!(r.holder(path(1)), Some(ana.session));
    r.wait(5_001);
    assert_eq!(r.holder(path(1)), None);
}
