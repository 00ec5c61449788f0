//! Roles and what their change ends: scenarios 6 to 8, the last owner.

use super::room::*;
use crate::domain::command::Request;
use crate::domain::effect::{CloseReason, Delta, Privacy};
use crate::domain::id::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;

pub(super) fn role(user: crate::domain::id::UserId, role: Role) -> Request {
    Request::SetRole { user, role, reason: "reorganised".into() }
}

#[test]
fn only_owners_make_and_unmake_owners_and_one_stays() {
    let mut r = room().with_everybody();
    let (olga, ada) = (r.tab(OLGA), r.tab(ADA));
    assert_eq!(r.ask(ada, role(ANA, Role::Owner)), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(ada, role(OLGA, Role::Viewer)), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(olga, role(OLGA, Role::Admin)), Err(Refusal::LastOwner));
    let leave = Request::RemoveMember { user: OLGA, reason: "bye".into() };
    assert_eq!(r.ask(olga, leave.clone()), Err(Refusal::LastOwner));
    r.ask(olga, role(ADA, Role::Owner)).unwrap();
    r.ask(olga, leave).unwrap();
    assert_eq!(r.disk.members.values().filter(|member| member.role == Role::Owner).count(), 1);
}

#[test]
fn developers_manage_nobody_but_themselves() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    assert_eq!(r.ask(ana, role(BEN, Role::Viewer)), Err(Refusal::NotPermitted));
    let remove = |user| Request::RemoveMember { user, reason: "bye".into() };
    assert_eq!(r.ask(ana, remove(BEN)), Err(Refusal::NotPermitted));
    r.ask(ana, remove(ANA)).unwrap();
    r.wait(3_100);
    assert_eq!(r.closed, [(ana.socket, CloseReason::Removed)]);
}

#[test]
fn a_suspended_viewer_does_not_go_on_watching() {
    let mut r = room().with_everybody();
    let (vic, ada) = (r.tab(VIC), r.tab(ADA));
    r.ask(ada, role(VIC, Role::Suspended)).unwrap();
    r.wait(3_100);
    assert_eq!(r.closed, [(vic.socket, CloseReason::Suspended)]);
}

#[test]
fn who_is_promoted_again_at_once_is_a_whole_member() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.ask(ada, role(ANA, Role::Viewer)).unwrap();
    r.ask(ada, role(ANA, Role::Developer)).unwrap();
    r.acquire(ana, path(1));
    r.drop_socket(ana);
    r.wait(10_000);
    assert_eq!(r.holder(path(1)), Some(ana.session), "a dropped socket starts a grace");
}

#[test]
fn removed_after_a_downgrade_one_may_still_park_what_one_held() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    let fence = r.acquire(ana, path(1));
    r.ask(ada, role(ANA, Role::Viewer)).unwrap();
    r.ask(ada, Request::RemoveMember { user: ANA, reason: "bye".into() }).unwrap();
    r.edit(ana, crate::domain::command::Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1);
}

#[test]
fn who_is_let_in_again_at_once_comes_again_for_a_picture() {
    let mut r = room().with_everybody();
    let (ada, ana, ben) = (r.tab(ADA), r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ben, path(1));
    r.ask(ada, Request::RemoveMember { user: ANA, reason: "a slip".into() }).unwrap();
    // She has heard of it, and of nothing that follows.
    let ana = Tab { position: (ana.position.0, r.core.upto()), ..ana };
    r.release(ben, path(1), fence).unwrap();
    r.forget();
    let member = r.disk.members[&BEN].clone();
    let again = crate::domain::role::Member { user: ANA, name: "Ana".into(), ..member };
    r.ask(ada, Request::AddMember(again)).unwrap();
    assert_eq!(r.closed, [(ana.socket, CloseReason::Rebuilt)]);
    r.drop_socket(ana);
    let (_, welcome) = r.resume(ana);
    let picture = welcome.snapshot.expect("what went on meanwhile is in no replay of theirs");
    assert!(picture.locks.is_empty());
}

#[test]
fn the_suspended_see_nothing_more_and_come_again_when_they_may() {
    let mut r = room().with_everybody();
    let (ada, vic) = (r.tab(ADA), r.tab(VIC));
    r.acquire(ada, path(1));
    r.ask(ada, role(VIC, Role::Suspended)).unwrap();
    let picture = r.snapshot(vic);
    assert!(picture.locks.is_empty() && picture.members.is_empty() && picture.sessions.is_empty());
    r.forget();
    r.ask(ada, role(VIC, Role::Viewer)).unwrap();
    assert_eq!(r.closed, [(vic.socket, CloseReason::Rebuilt)], "the page comes again for a picture");
    let (_, welcome) = r.resume(vic);
    assert_eq!(welcome.snapshot.unwrap().locks.len(), 1);
}

#[test]
fn who_sees_more_by_a_new_role_is_not_told_how_somebody_is_who_was_just_removed() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    r.tab(VIC);
    r.ask(ana, Request::SetPrivacy(Privacy::Role(Role::Admin))).unwrap();
    r.ask(ada, Request::RemoveMember { user: ANA, reason: "bye".into() }).unwrap();
    r.forget();
    r.ask(ada, role(VIC, Role::Admin)).unwrap();
    let told: Vec<UserId> = r
        .said
        .iter()
        .filter_map(|(_, delta)| match &**delta {
            Delta::Roster(roster) => Some(roster.presence.iter().map(|view| view.user)),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(!told.contains(&ANA), "{told:?}");
}
