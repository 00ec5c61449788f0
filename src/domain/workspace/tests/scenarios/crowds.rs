//! Scenarios 33 to 40: slow lines, storms, reloads, pauses, whole groups.

use super::super::room::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::{Arrival, CloseReason, Delta, LockEnd};
use crate::domain::id::{ItemId, ObjectId, UserId};
use crate::domain::limits::Limits;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;
use crate::domain::time::Millis;
use uuid::Uuid;

#[test]
fn scenario_36_a_reload_takes_session_and_locks_over_when_the_old_socket_is_silent() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.ask(ana, Request::Dirty { path: path(1), count: 4 }).unwrap();
    r.ask(
        ben,
        Request::Chat { client_id: uuid::Uuid::nil(), text: "hi".into(), mentions: vec![], link: None },
    )
    .unwrap();
    r.falls_silent(ana);
    let (call, socket) = r.say_hello(ANA, 77, Some(claim(ana)));
    r.forget();
    r.wait(2_100);
    let welcome = r.welcomed(call).unwrap();
    assert_eq!((welcome.arrival, welcome.session), (Arrival::Reloaded, ana.session));
    assert_eq!(r.closed, [(ana.socket, CloseReason::Replaced)]);
    assert!(welcome.snapshot.as_ref().unwrap().chat.is_empty(), "a refresh starts with an empty chat");
    let ana = r.sits(&welcome, socket, 77);
    assert_eq!(
        r.lock(path(1)).map(|lock| (lock.session, lock.fence, lock.unsaved)),
        Some((ana.session, fence, 0))
    );
    let told = r.said.iter().any(|(_, d)| matches!(&**d, Delta::Lock(view) if view.unsaved == 0));
    assert!(told, "that nothing is unsaved any more is told");
}

#[test]
fn scenario_37_given_back_after_changes_is_released_and_unused_is_abandoned() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.release(ana, path(1), fence).unwrap();
    let fence = r.acquire(ana, path(1));
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Abandoned), (path(1), LockEnd::Released)]);
    let revisions = r.said.iter().filter_map(|(_, delta)| match &**delta {
        Delta::LockEnded { wrote, revision, .. } => Some((wrote.map(|first| first.0), revision.0)),
        _ => None,
    });
    assert_eq!(revisions.collect::<Vec<_>>(), [(None, 1), (Some(2), 2)], "with its revisions");
    assert_eq!(r.release(ana, path(1), fence), Err(Refusal::AlreadyReleased));
}

#[test]
fn scenario_38_a_suspended_process_costs_nobody_their_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    r.request(ben, path(1));
    r.drop_socket(ana);
    r.wait(10_000);
    r.now.mono = Millis(r.now.mono.0 + 60_000);
    r.core.clock_stood_still(r.now, 60_000);
    r.wait(14_500);
    assert_eq!(r.holder(path(1)), Some(ana.session), "a new grace began");
    r.wait(1_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
}

#[test]
fn scenario_40_a_group_of_30_steps_goes_in_one_operation_by_one_who_holds_none() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for n in 100..130 {
        let fence = r.edit(ana, Pen::WithLock, insert(n, step(3), None));
        assert!(fence.is_ok());
    }
    r.ask(ana, Request::Leave).unwrap();
    r.edit(ben, Pen::WithLock, Op::Delete { item: step(2) }).unwrap();
    assert!(r.view(OBJ).nodes.iter().all(|node| node.id != step(110)));
}

#[test]
fn scenario_33_a_slow_reader_who_is_cut_keeps_the_lock_and_delays_nobody() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.drop_socket(ana);
    // Decisions about others are answered meanwhile, at the same moment.
    let before = r.now;
    r.acquire(ben, path(5));
    assert_eq!(r.now, before);
    r.wait(5_000);
    let (ana, welcome) = r.resume(ana);
    assert_eq!(welcome.arrival, Arrival::Resumed);
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.fence), (ana.session, fence));
}

#[test]
fn scenario_34_five_thousand_sessions_come_back_at_once_and_no_lock_is_lost() {
    const MANY: usize = 5_000;
    const HOLDERS: usize = 50;
    let limits = Limits { sessions_of_member: MANY / HOLDERS, ..Limits::default() };
    let mut r = room_with(limits);
    let users: Vec<UserId> = (0..50).map(|n| UserId(Uuid::from_u128(0xf000 + n))).collect();
    for user in &users {
        r = r.with(*user, Role::Developer);
    }
    r.checks = false;
    let steps: Vec<u128> = (1_000..1_050).collect();
    let storm = ObjectId(Uuid::from_u128(0xb2));
    let first = r.tab(OLGA);
    r.import(first, vec![object(storm, "storm", &steps)]).unwrap();
    let mut held = Vec::new();
    for (user, n) in users.iter().zip(&steps) {
        let (tab, path) = (r.tab(*user), LockPath::item(storm, step(*n)));
        held.push((tab, path, r.acquire(tab, path)));
    }
    r.crash();
    // All in the same moment: who held something among those whom nothing durable remembers.
    for n in 0..MANY - HOLDERS {
        r.tab(users[n % HOLDERS]);
        if n % (MANY / HOLDERS) == 0 {
            let (_, welcome) = r.resume(held[n * HOLDERS / MANY].0);
            assert_eq!(welcome.session, held[n * HOLDERS / MANY].0.session);
        }
    }
    r.wait(30_000);
    let picture = r.picture();
    assert_eq!(picture.sessions.len(), MANY, "all are in");
    for (tab, path, fence) in held {
        let lock = picture.locks.iter().find(|lock| lock.path == path).expect("no lock is lost to the storm");
        assert_eq!((lock.session, lock.fence), (tab.session, fence));
    }
    r.checks = true;
    r.core.check().unwrap();
}

#[test]
fn scenario_35_chat_typing_and_places_add_nothing_to_a_decision() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    for tab in [ana, ben, cara] {
        r.post(tab, Request::Open { object: OBJ });
    }
    let decided = |r: &mut Room| {
        r.forget();
        let written = r.disk.receipts.len();
        let fence = r.acquire(ana, path(1));
        let request = r.request(ben, path(1));
        r.grant(ana, request).unwrap();
        r.flushed_under(ana, path(1), fence).unwrap();
        let fence = r.lock(path(1)).unwrap().fence;
        r.release(ben, path(1), fence).unwrap();
        (r.said.len(), r.disk.receipts.len() - written)
    };
    let alone = decided(&mut r);
    r.wait(2_000);
    let written = r.disk.receipts.len();
    for n in 0..300_u128 {
        r.ask(cara, Request::Typing { on: n % 2 == 0 }).unwrap();
        let there = crate::domain::command::Location {
            page: "object".into(),
            object: Some(OBJ),
            item: Some(step(1 + n % 2)),
            ..crate::domain::command::Location::default()
        };
        r.ask(cara, Request::Locate(there)).unwrap();
        let line = Request::Chat {
            client_id: uuid::Uuid::from_u128(n),
            text: "hi".into(),
            mentions: vec![],
            link: None,
        };
        let _ = r.ask(cara, line);
    }
    assert_eq!(r.disk.receipts.len(), written, "none of it waits for the store");
    assert_eq!(decided(&mut r), alone);
}

#[test]
fn scenario_36_a_page_that_comes_back_within_the_grace_keeps_lock_and_edits() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.drop_socket(ana);
    r.wait(14_000);
    let (call, socket) = r.say_hello(ANA, 77, Some(claim(ana)));
    let welcome = r.welcomed(call).unwrap();
    assert_eq!(welcome.session, ana.session, "a reload takes its session over");
    let ana = r.sits(&welcome, socket, 77);
    let kept = r.edit(ana, Pen::Held(fence), set(step(1), "value", "typed before the reload")).unwrap();
    assert!(matches!(kept, crate::domain::effect::Receipt::Edited { .. }), "{kept:?}");
}

#[test]
fn scenario_39_rename_takes_the_settings_and_deleting_an_object_takes_all_of_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(1));
    let rename = set(ItemId::Settings, name::NAME, "invoices");
    r.edit(ben, Pen::WithLock, rename.clone()).unwrap();
    r.acquire(ana, LockPath::item(OBJ, ItemId::Settings));
    let refused = r.edit(ben, Pen::WithLock, rename);
    assert!(matches!(refused, Err(Refusal::Locked(lock)) if lock.session == ana.session));
    let op_id = r.op();
    let refused = r.ask(ben, Request::DeleteObject { op_id, object: OBJ });
    assert!(matches!(refused, Err(Refusal::LockedBelow(locks)) if locks.len() == 2));
    r.ask(ana, Request::Leave).unwrap();
    let op_id = r.op();
    r.ask(ben, Request::DeleteObject { op_id, object: OBJ }).unwrap();
    assert!(r.picture().objects.is_empty());
}

#[test]
fn scenario_40_a_group_is_not_deleted_over_anothers_step_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ana, path(4));
    let refused = r.edit(ben, Pen::WithLock, Op::Delete { item: step(2) });
    assert!(matches!(refused, Err(Refusal::Locked(lock)) if lock.session == ana.session));
    let off = r.edit(ben, Pen::WithLock, set(step(2), "disabled", "true"));
    assert!(matches!(off, Err(Refusal::Locked(_))), "nor disabled");
}
