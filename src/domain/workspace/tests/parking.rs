//! Nothing typed is thrown away: every reason to park.

use super::room::*;
use crate::domain::command::{Caller, Edit, Pen, Request};
use crate::domain::effect::{Answer, Delta, ParkedReason, Receipt};
use crate::domain::limits::Limits;
use crate::domain::path::Fence;
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;

pub(super) fn reason(done: Result<Receipt, Refusal>) -> ParkedReason {
    match done {
        Ok(Receipt::Parked { reason, .. }) => reason,
        other => panic!("not parked: {other:?}"),
    }
}

/// A fence under which the step was held, and is no more.
fn once_held(r: &mut Room, tab: Tab) -> Fence {
    let fence = r.acquire(tab, path(1));
    r.release(tab, path(1), fence).unwrap();
    fence
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

pub(super) fn r_edit(r: &mut Room, tab: Tab, fence: Fence) -> Result<Receipt, Refusal> {
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
    let fence = once_held(&mut r, ana);
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    let first = r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    assert_eq!(r.ask(ana, Request::Edit(Box::new(edit))).unwrap(), first);
    assert_eq!(r.parked(ANA)[0].operations.len(), 1);
}

#[test]
fn the_author_is_told_and_may_list_and_discard_and_an_admin_may_look() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let fence = once_held(&mut r, ana);
    r_edit(&mut r, ana, fence).unwrap();
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
    let fence = once_held(&mut r, ana);
    for _ in 0..2 {
        r_edit(&mut r, ana, fence).unwrap();
    }
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "3"));
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
    let (fence, other) = (once_held(&mut r, ana), once_held(&mut r, ben));
    let edit = r.edit_of(Pen::Held(fence), set(step(1), "value", "2"));
    r.ask(ana, Request::Edit(Box::new(edit.clone()))).unwrap();
    let same_id = Edit { pen: Pen::Held(other), ..edit };
    assert_eq!(r.ask(ben, Request::Edit(Box::new(same_id))), Err(Refusal::IdTaken));
    assert_eq!(r.parked(ANA)[0].operations.len(), 1);
}

#[test]
fn an_old_fence_of_ones_own_writes_nothing_either() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let old = r.acquire(ana, path(1));
    r.release(ana, path(1), old).unwrap();
    r.acquire(ana, path(1));
    assert_eq!(reason(r_edit(&mut r, ana, old)), ParkedReason::StaleFence);
}

#[test]
fn a_fence_of_another_member_or_of_nobody_opens_nothing_not_even_a_parked_draft() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let revision = r.disk.objects[&OBJ].revision;
    let never = Fence { epoch: fence.epoch, counter: fence.counter + 7 };
    for stolen in [fence, never] {
        assert_eq!(r_edit(&mut r, ben, stolen), Err(Refusal::NotHeld));
    }
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r_edit(&mut r, ben, fence), Err(Refusal::NotHeld), "nor when it is a thing of the past");
    assert!(r.parked(BEN).is_empty() && r.disk.objects[&OBJ].revision == revision);
    // Its own member may have parked what was typed under it, from any session and after a restart too.
    r.crash();
    let tab = r.tab(ANA);
    assert_eq!(reason(r_edit(&mut r, tab, fence)), ParkedReason::LockLost);
}

#[test]
fn a_fence_that_is_not_remembered_is_recalled_from_the_store() {
    let mut r = room_with(Limits { past_fences: 1, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    let (old, _) = (once_held(&mut r, ana), once_held(&mut r, ana));
    assert_eq!(r_edit(&mut r, ana, old), Err(Refusal::NotHeld));
    let past = r.disk.fences[&old];
    r.core.recall_fence(r.now, past);
    assert_eq!(reason(r_edit(&mut r, ana, old)), ParkedReason::LockLost);
}
