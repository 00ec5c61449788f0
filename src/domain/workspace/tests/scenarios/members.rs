//! Scenarios 7 to 10: roles, tabs, pages.

use super::super::members::role;
use super::super::parking::{r_edit, reason};
use super::super::room::*;
use crate::domain::command::{Pen, Request};
use crate::domain::effect::{Arrival, LockEnd, ParkedReason, Receipt, RequestEnd};
use crate::domain::path::Fence;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;

#[test]
fn scenario_07_a_downgrade_ends_locks_and_requests_and_is_in_the_audit_log() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.acquire(ana, path(1));
    r.acquire(ben, path(2));
    r.request(ben, path(1));
    let wished = r.request(ana, path(2));
    r.ask(ada, role(ANA, Role::Viewer)).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Revoked)]);
    assert!(r.ended_requests().contains(&(wished, RequestEnd::Voided)));
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.disk.audit.last().unwrap().action, "member.role");
}

#[test]
fn scenario_07_a_downgraded_member_may_still_park_for_three_seconds() {
    let mut r = room().with_everybody();
    let (ana, olga) = (r.tab(ANA), r.tab(OLGA));
    let fence = r.acquire(ana, path(1));
    r.ask(olga, Request::SetRole { user: ANA, role: Role::Viewer, reason: "rest".into() }).unwrap();
    assert_eq!(reason(r_edit(&mut r, ana, fence)), ParkedReason::Revoked);
    let other = r.edit(ana, Pen::Held(Fence::default()), set(step(1), "value", "2"));
    assert_eq!(other, Err(Refusal::NotPermitted), "only under a fence that was held");
    r.wait(3_100);
    assert_eq!(r_edit(&mut r, ana, fence), Err(Refusal::NotPermitted));
    assert!(r.closed.is_empty(), "a viewer stays");
}

#[test]
fn scenario_08_a_removed_or_suspended_member_may_still_park_for_three_seconds() {
    for suspend in [false, true] {
        let mut r = room().with_everybody();
        let (ana, olga) = (r.tab(ANA), r.tab(OLGA));
        let fence = r.acquire(ana, path(1));
        let end = if suspend {
            Request::SetRole { user: ANA, role: Role::Suspended, reason: "gone".into() }
        } else {
            Request::RemoveMember { user: ANA, reason: "gone".into() }
        };
        r.ask(olga, end).unwrap();
        assert_eq!(reason(r_edit(&mut r, ana, fence)), ParkedReason::Revoked);
        assert_eq!(r.ask(ana, Request::Typing { on: true }), Err(Refusal::NotAMember));
        r.wait(3_100);
        assert_eq!(r.closed.len(), 1);
        assert_eq!(r_edit(&mut r, ana, fence), Err(Refusal::NotAMember));
        assert_eq!(r.parked(ANA).len(), 1);
    }
}

#[test]
fn scenario_09_a_members_other_tab_edits_here_with_a_new_fence_and_the_clocks_go_on() {
    let mut r = room().with_everybody();
    let (one, two, ben) = (r.tab(ANA), r.tab(ANA), r.tab(BEN));
    let before = r.acquire(one, path(1));
    assert!(matches!(r.try_acquire(two, path(1)), Err(Refusal::OwnLock(_))));
    assert!(matches!(r.try_request(two, path(1)), Err(Refusal::OwnLock(_))));
    r.request(ben, path(1));
    r.wait(40_000);
    let moved = r.edit_here(two, path(1)).unwrap();
    assert!(matches!(moved, Receipt::Acquired { fence, .. } if fence > before));
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Moved)]);
    r.wait(21_000);
    assert_eq!(r.holder(path(1)), Some(ben.session), "moving one's own lock is no edit");
}

#[test]
fn scenario_10_a_duplicated_tab_gets_a_session_of_its_own_while_the_old_one_answers() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    let (call, socket) = r.say_hello(ANA, 77, Some(claim(ana)));
    assert_eq!(r.welcomed(call), None, "the old page is asked first");
    assert_eq!(r.pinged, [ana.socket]);
    r.hears(ana);
    let welcome = r.welcomed(call).unwrap();
    assert_eq!(welcome.arrival, Arrival::New);
    assert_ne!(welcome.session, ana.session);
    assert_ne!(socket, ana.socket);
    assert_eq!(r.holder(path(1)), Some(ana.session));
}

#[test]
fn scenario_08_a_removed_members_drafts_stay_readable_for_admins() {
    let mut r = room().with_everybody();
    let (ana, ada, ben) = (r.tab(ANA), r.tab(ADA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.ask(ada, Request::RemoveMember { user: ANA, reason: "left the company".into() }).unwrap();
    assert_eq!(r.holder(path(1)), None, "at once");
    assert_eq!(reason(r_edit(&mut r, ana, fence)), ParkedReason::Revoked);
    r.wait(3_100);
    assert!(r.picture().sessions.iter().all(|session| session.user != ANA));
    let mut list = |tab: Tab| {
        let caller = crate::domain::command::Caller { user: tab.user, session: Some(tab.session) };
        r.call(caller, Request::ListParked { user: Some(ANA) })
    };
    let kept = list(ada);
    assert!(
        matches!(&kept, Ok(crate::domain::effect::Answer::Parked(drafts)) if drafts.len() == 1),
        "{kept:?}"
    );
    assert_eq!(list(ben), Err(Refusal::NotPermitted));
}
