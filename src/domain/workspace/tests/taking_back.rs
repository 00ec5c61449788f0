//! A revert over what others did: looked at before, merged field by field, asked where it collides, over locks.

use super::reverting::places;
use super::room::*;
use crate::domain::command::{Caller, Collisions, OverLocks, Pen, Request, Revert, Scope, Selection};
use crate::domain::effect::{Answer, Breakage, LockEnd, Obstacle, ParkedReason, Receipt, RevertPreview};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{NodeKind, name};
use uuid::Uuid;

fn take_back(
    r: &mut Room,
    tab: Tab,
    selection: Selection,
    collisions: Collisions,
    locks: OverLocks,
) -> Result<Receipt, Refusal> {
    let op_id = r.op();
    let revert = Revert { op_id, object: OBJ, selection, collisions, take: Vec::new(), locks };
    r.ask(tab, Request::Revert(Box::new(revert)))
}

fn left(done: Result<Receipt, Refusal>) -> Vec<(u64, Obstacle)> {
    match done.unwrap() {
        Receipt::Reverted { left, .. } => left.into_iter().map(|one| (one.change, one.why)).collect(),
        other => panic!("{other:?}"),
    }
}

fn look(r: &mut Room, tab: Tab, selection: Selection) -> RevertPreview {
    match r.call(
        Caller { user: tab.user, session: Some(tab.session) },
        Request::CheckRevert { object: OBJ, selection },
    ) {
        Ok(Answer::Revertable(preview)) => *preview,
        other => panic!("{other:?}"),
    }
}

const KEEP: Collisions = Collisions::Keep;
const REFUSE: OverLocks = OverLocks::Refuse;

#[test]
fn a_persons_changes_go_and_the_others_stay() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "ana")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "note", "ben")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    assert!(
        left(take_back(
            &mut r,
            ben,
            Selection::Author(ANA, Scope::Everything),
            Collisions::Ask,
            OverLocks::Leave
        ))
        .len()
            == 1
    );
    assert_eq!((r.text(step(1), "value"), r.text(step(1), "note")), ("1".into(), "ben".into()));
    assert_eq!(r.text(step(5), "value"), "$x");
}

#[test]
fn what_others_changed_since_is_asked_kept_or_taken() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "ana")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "value", "ben")).unwrap();
    let asked = take_back(&mut r, ana, Selection::Author(ANA, Scope::Everything), Collisions::Ask, REFUSE);
    assert_eq!(places(asked), [(2, Some(step(1)), Obstacle::Changed, Some(4))]);
    let kept = take_back(&mut r, ana, Selection::Author(ANA, Scope::Everything), KEEP, REFUSE);
    assert_eq!(left(kept), [(2, Obstacle::Changed)]);
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("ben".into(), "$x".into()));
    let taken = take_back(&mut r, ana, Selection::Changes(vec![2]), Collisions::Take, REFUSE);
    assert!(left(taken).is_empty());
    assert_eq!(r.text(step(1), "value"), "1");
}

#[test]
fn one_collision_may_be_taken_and_the_other_kept() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for (tab, text) in [(ana, "ana"), (ben, "ben")] {
        r.edit(tab, Pen::WithLock, set(step(1), "value", text)).unwrap();
        r.edit(tab, Pen::WithLock, set(step(5), "value", text)).unwrap();
    }
    let op_id = r.op();
    let selection = Selection::Author(ANA, Scope::Everything);
    let revert = Revert { op_id, object: OBJ, selection, collisions: KEEP, take: vec![3], locks: REFUSE };
    assert_eq!(left(r.ask(ana, Request::Revert(Box::new(revert)))), [(2, Obstacle::Changed)]);
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("ben".into(), "$x".into()));
}

#[test]
fn an_added_step_does_not_go_with_what_others_did_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    r.edit(ben, Pen::WithLock, set(step(10), "value", "ben")).unwrap();
    // A later edit of another field by Ana hides nothing of Ben's.
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(10), "note", "ana")).unwrap();
    let asked = take_back(&mut r, ana, Selection::Author(ANA, Scope::Everything), Collisions::Ask, REFUSE);
    assert_eq!(places(asked), [(2, Some(step(10)), Obstacle::BuiltUpon, Some(3))]);
    let nothing = take_back(&mut r, ana, Selection::Changes(vec![2]), KEEP, REFUSE);
    assert_eq!(places(nothing), [(2, Some(step(10)), Obstacle::BuiltUpon, Some(4))]);
    take_back(&mut r, ana, Selection::Changes(vec![2]), Collisions::Take, REFUSE).unwrap();
    assert!(r.view(OBJ).nodes.iter().all(|node| node.id != step(10)));
    // And all of it comes back.
    let undo = r.view(OBJ).changes.last().unwrap().number;
    r.revert(ana, Some(vec![undo])).unwrap();
    assert_eq!((r.text(step(10), "value"), r.text(step(10), "note")), ("ben".into(), "ana".into()));
}

#[test]
fn a_reverted_edit_is_nothing_that_would_be_lost() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    r.edit(ben, Pen::WithLock, set(step(10), "value", "ben")).unwrap();
    r.revert(ben, Some(vec![3])).unwrap();
    let ana = r.tab(ANA);
    r.revert(ana, Some(vec![2])).unwrap();
}

#[test]
fn a_step_that_others_moved_is_asked_for() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let to = |after| Op::Move { item: step(5), parent: ItemId::Stack, after };
    r.edit(ana, Pen::WithLock, to(None)).unwrap();
    r.edit(ben, Pen::WithLock, to(Some(step(1)))).unwrap();
    let asked = r.revert(ana, Some(vec![2]));
    assert_eq!(places(asked), [(2, Some(step(5)), Obstacle::Moved, Some(3))]);
    r.revert(ana, Some(vec![2, 3])).unwrap();
    let stack = r.view(OBJ).nodes.into_iter().find(|node| node.kind == NodeKind::Stack).unwrap();
    assert_eq!(stack.children, [step(1), step(2), step(5)]);
}

#[test]
fn what_comes_back_finds_its_place_where_its_neighbour_is_gone() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(5) }).unwrap();
    r.edit(ben, Pen::WithLock, Op::Delete { item: step(2) }).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    let stack = r.view(OBJ).nodes.into_iter().find(|node| node.kind == NodeKind::Stack).unwrap();
    assert_eq!(stack.children, [step(1), step(5)]);
}

#[test]
fn an_import_is_taken_back_around_what_came_after_it() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.import(ana, vec![object(ObjectId(Uuid::from_u128(1)), "orders", &[1, 60])]).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "note", "ben")).unwrap();
    r.revert(ana, Some(vec![2])).unwrap();
    assert_eq!((r.text(step(5), "value"), r.text(step(1), "note")), ("$x".into(), "ben".into()));
    assert!(r.view(OBJ).nodes.iter().all(|node| node.id != step(60)));
}

#[test]
fn a_look_says_what_would_break() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let caller_object = ObjectId(Uuid::from_u128(0xb7));
    let mut calls = object(caller_object, "caller", &[]);
    calls.seeds.insert(
        3,
        seed(70, NodeKind::Step, "function.run", Some(ItemId::Stack), &[(name::SUBJECT, "\"orders\"")]),
    );
    r.import(ben, vec![calls]).unwrap();
    r.edit(ana, Pen::WithLock, set(step(1), name::SUBJECT, "$total")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(5), "value", "$total|round")).unwrap();
    r.edit(ana, Pen::WithLock, set(ItemId::Response, name::VALUE, "$total")).unwrap();
    r.acquire(ben, path(1));
    let preview = look(&mut r, ana, Selection::Author(ANA, Scope::Everything));
    assert_eq!(preview.numbers.iter().collect::<Vec<_>>(), [2, 4]);
    assert_eq!(preview.locks.len(), 1);
    assert!(preview.collisions.is_empty());
    let used = Breakage::ResultUsed { name: "$total".into(), item: step(5) };
    let called = Breakage::Called { object: caller_object, item: step(70) };
    assert_eq!(preview.breaks, [used, called]);
    // Looking changed nothing.
    assert_eq!(r.text(step(1), name::SUBJECT), "$total");
    assert!(look(&mut r, ana, Selection::Changes(vec![3])).breaks.is_empty());
}

#[test]
fn a_reference_is_known_until_it_is_gone_also_after_a_restart() {
    let mut r = room().with_everybody();
    let ben = r.tab(BEN);
    let calls = ObjectId(Uuid::from_u128(0xb7));
    r.import(ben, vec![object(calls, "caller", &[50])]).unwrap();
    let call = Op::Insert {
        parent: ItemId::Stack,
        after: None,
        seeds: vec![seed(70, NodeKind::Step, "function.run", None, &[(name::SUBJECT, "orders")])],
    };
    let mut edit = r.edit_of(Pen::WithLock, call);
    edit.object = calls;
    r.ask(ben, Request::Edit(Box::new(edit))).unwrap();
    r.edit(ben, Pen::WithLock, set(ItemId::Response, name::VALUE, "1")).unwrap();
    r.crash();
    let ben = r.tab(BEN);
    let called = Breakage::Called { object: calls, item: step(70) };
    assert_eq!(look(&mut r, ben, Selection::All(Scope::Everything)).breaks, [called]);
    let op_id = r.op();
    r.wait(30_000);
    let ben = r.tab(BEN);
    r.ask(ben, Request::DeleteObject { op_id, object: calls }).unwrap();
    assert!(look(&mut r, ben, Selection::All(Scope::Everything)).breaks.is_empty());
    assert!(r.disk.references.is_empty());
}

#[test]
fn what_another_holds_is_left_and_listed_or_parked_by_an_admin() {
    let mut r = room().with_everybody();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "ana")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    let fence = r.acquire(ben, path(1));
    assert_eq!(
        left(take_back(&mut r, ana, Selection::All(Scope::Everything), Collisions::Ask, OverLocks::Leave)),
        [(2, Obstacle::Locked)]
    );
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("ana".into(), "$x".into()));
    // Nothing but what is held is left.
    let nothing =
        take_back(&mut r, ana, Selection::All(Scope::Everything), Collisions::Ask, OverLocks::Leave);
    assert!(matches!(nothing, Err(Refusal::LockedBelow(views)) if views.len() == 1));
    let park = || OverLocks::Park { reason: "must go live".into() };
    assert_eq!(
        take_back(&mut r, ana, Selection::All(Scope::Everything), Collisions::Ask, park()),
        Err(Refusal::NotPermitted)
    );
    let empty = OverLocks::Park { reason: " ".into() };
    assert!(matches!(
        take_back(&mut r, ada, Selection::All(Scope::Everything), KEEP, empty),
        Err(Refusal::BadText { .. })
    ));
    take_back(&mut r, ada, Selection::All(Scope::Everything), Collisions::Ask, park()).unwrap();
    assert_eq!(r.text(step(1), "value"), "1");
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Forced)]);
    assert_eq!(r.disk.audit.last().unwrap().action, "revert.over_lock");
    let late = r.edit(ben, Pen::Held(fence), set(step(1), "value", "ben"));
    assert!(matches!(late, Ok(Receipt::Parked { reason: ParkedReason::LockLost, .. })));
}

#[test]
fn a_lock_elsewhere_is_in_nobodys_way() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    let fence = r.acquire(ben, path(1));
    r.revert(ana, None).unwrap();
    r.edit(ben, Pen::Held(fence), set(step(1), "value", "ben")).unwrap();
    assert!(r.holder(LockPath::item(OBJ, step(1))).is_some());
}

#[test]
fn thousands_go_back_as_one_operation() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.checks = false;
    for n in 0..600 {
        r.edit(ana, Pen::WithLock, set(step(if n % 2 == 0 { 1 } else { 5 }), &format!("f{n}"), "x")).unwrap();
    }
    let before = r.disk.objects[&OBJ].revision;
    r.forget();
    r.revert(ana, None).unwrap();
    assert_eq!(r.disk.objects[&OBJ].revision, before.next());
    assert!(r.said.len() < 10, "{} deltas", r.said.len());
    assert_eq!(r.disk.objects[&OBJ].changes, 0);
    assert!(r.text(step(1), "value") == "1" && r.view(OBJ).nodes.iter().all(|node| node.fields.len() < 4));
}
