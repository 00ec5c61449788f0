//! Nothing typed is thrown away: every reason to park.

use super::room::*;
use crate::domain::command::{Caller, Edit, Pen, Request};
use crate::domain::effect::{Answer, Delta, ParkedReason, Receipt};
use crate::domain::limits::Limits;
use crate::domain::path::Fence;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::stack::op::Op;

fn reason(done: Result<Receipt, Refusal>) -> ParkedReason {
    match done {
        Ok(Receipt::Parked { reason, .. }) => reason,
        other => panic!("not parked: {other:?}"),
    }
}

#[test]
fn a_stale_fence_and_a_lost_lock_are_told_apart() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.release(ana, path(1), fence).unwrap();
    let lost = r.edit(ana, Pen::Held(fence), set(step(1), "value", "2"));
    assert_eq!(reason(lost), ParkedReason::LockLost);
    r.acquire(ben, path(1));
    let stale = r.edit(ana, Pen::Held(fence), set(step(1), "value", "3"));
    assert_eq!(reason(stale), ParkedReason::StaleFence);
    assert_eq!(r.parked(ANA).len(), 1, "one draft an item");
    assert_eq!(r.parked(ANA)[0].operations.len(), 2);
}

#[test]
fn what_was_typed_on_an_item_that_is_gone_is_kept() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    r.release(ana, path(1), fence).unwrap();
    r.edit(ben, Pen::WithLock, Op::Delete { item: step(1) }).unwrap();
    assert_eq!(reason(r_edit(&mut r, ana, fence)), ParkedReason::LockLost);
}

fn r_edit(r: &mut Room, tab: Tab, fence: Fence) -> Result<Receipt, Refusal> {
    r.edit(tab, Pen::Held(fence), set(step(1), "value", "2"))
}

#[test]
fn what_builds_on_a_parked_operation_is_parked_with_it() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.release(ana, path(1), fence).unwrap();
    let first = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let prev = first.op_id;
    r.ask(ana, Request::Edit(Box::new(first))).unwrap();
    let fence = r.acquire(ana, path(1));
    let second = r.edit_of(Pen::Held(fence), set(step(1), "value", "23"));
    let second = Edit { prev_op: Some(prev), ..second };
    assert_eq!(reason(r.ask(ana, Request::Edit(Box::new(second)))), ParkedReason::ChainParked);
}

#[test]
fn a_parked_operation_is_parked_once_however_often_it_is_sent() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let edit = r.edit_of(Pen::Held(Fence::default()), set(step(1), "value", "2"));
    let first = r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    assert_eq!(r.ask(ana, Request::Edit(Box::new(edit))).unwrap(), first);
    assert_eq!(r.parked(ANA)[0].operations.len(), 1);
}

#[test]
fn a_downgraded_member_may_still_park_for_three_seconds() {
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
fn a_removed_or_suspended_member_may_still_park_for_three_seconds() {
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
fn the_author_is_told_and_may_list_and_discard_and_an_admin_may_look() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r_edit(&mut r, ana, Fence::default()).unwrap();
    let told = r.said.iter().any(|(to, delta)| {
        matches!(&**delta, Delta::Parked(_)) && *to == crate::domain::effect::Audience::Member(ANA)
    });
    assert!(told);
    let id = r.parked(ANA)[0].id;
    let list = |tab: Tab| Caller { user: tab.user, session: Some(tab.session) };
    let answer = r.call(list(ada), Request::ListParked { user: Some(ANA) });
    assert!(matches!(answer, Ok(Answer::Parked(drafts)) if drafts.len() == 1));
    assert_eq!(r.call(list(ben), Request::ListParked { user: Some(ANA) }), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(ben, Request::DiscardParked { parked: id }), Err(Refusal::NoSuchParkedDraft));
    r.ask(ana, Request::DiscardParked { parked: id }).unwrap();
    assert!(r.parked(ANA).is_empty());
}

#[test]
fn what_does_not_fit_any_more_is_the_clients_to_keep() {
    let mut r = room_with(Limits { parked_operations: 2, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    for _ in 0..2 {
        r_edit(&mut r, ana, Fence::default()).unwrap();
    }
    let edit = r.edit_of(Pen::Held(Fence::default()), set(step(1), "value", "3"));
    assert_eq!(r.ask(ana, Request::Edit(Box::new(edit.clone()))), Err(Refusal::ParkedFull));
    let id = r.parked(ANA)[0].id;
    r.ask(ana, Request::DiscardParked { parked: id }).unwrap();
    assert!(
        matches!(r.ask(ana, Request::Edit(Box::new(edit))), Ok(Receipt::Parked { .. })),
        "no answer was kept"
    );
}

#[test]
fn nobody_writes_into_anothers_parked_draft() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let edit = r.edit_of(Pen::Held(Fence::default()), set(step(1), "value", "2"));
    r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    assert_eq!(r.ask(ben, Request::Edit(Box::new(edit))), Err(Refusal::IdTaken));
    assert_eq!(r.parked(ANA)[0].operations.len(), 1);
}
