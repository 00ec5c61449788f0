//! Undo and redo of one's own, past what others did; and which changes stand by it.

use proptest::prelude::*;

use super::reverting::places;
use super::room::*;
use crate::domain::command::{ChangeKind, Pen, Request, Step};
use crate::domain::effect::{Obstacle, Receipt};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Form, Seed};
use uuid::Uuid;

fn go(r: &mut Room, tab: Tab, forth: bool, before: Option<u64>, take: bool) -> Result<Receipt, Refusal> {
    let op_id = r.op();
    r.ask(tab, Request::Step(Step { op_id, object: OBJ, forth, before, take }))
}

fn undo(r: &mut Room, tab: Tab) -> Result<Receipt, Refusal> {
    go(r, tab, false, None, false)
}

fn redo(r: &mut Room, tab: Tab) -> Result<Receipt, Refusal> {
    go(r, tab, true, None, false)
}

fn standing(r: &mut Room) -> Vec<u64> {
    r.view(OBJ).changes.iter().filter(|change| change.stands()).map(|change| change.number).collect()
}

fn content(r: &mut Room) -> Vec<Seed> {
    r.disk.logs[&OBJ].replayed.to_seeds()
}

#[test]
fn one_goes_back_and_forth_past_what_others_did() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "$y")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "note", "ben")).unwrap();
    undo(&mut r, ana).unwrap();
    undo(&mut r, ana).unwrap();
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("1".into(), "$x".into()));
    assert_eq!(r.text(step(1), "note"), "ben");
    assert_eq!(undo(&mut r, ana), Err(Refusal::NothingToUndo));
    assert_eq!(standing(&mut r), [4]);
    redo(&mut r, ana).unwrap();
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("2".into(), "$x".into()));
    redo(&mut r, ana).unwrap();
    assert_eq!(r.text(step(5), "value"), "$y");
    assert_eq!(redo(&mut r, ana), Err(Refusal::NothingToUndo));
    assert_eq!(standing(&mut r), [2, 3, 4]);
    let words: Vec<String> = r.view(OBJ).changes[3..].iter().map(|change| change.words.clone()).collect();
    assert!(words[0].starts_with("Undid: Changed") && words[3].starts_with("Redid: Changed"), "{words:?}");
}

#[test]
fn an_undo_of_a_redo_of_an_undo_marks_what_stands() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    for round in 0..3 {
        undo(&mut r, ana).unwrap();
        assert_eq!((r.text(step(1), "value"), standing(&mut r)), ("1".into(), vec![]), "{round}");
        redo(&mut r, ana).unwrap();
        assert_eq!((r.text(step(1), "value"), standing(&mut r)), ("2".into(), vec![2]), "{round}");
    }
    // By the list of changes it is the same: a revert of the revert of a revert.
    r.revert(ana, Some(vec![2])).unwrap();
    let first = r.view(OBJ).changes.last().unwrap().number;
    r.revert(ana, Some(vec![first])).unwrap();
    assert_eq!(standing(&mut r), [2]);
    r.revert(ana, Some(vec![first + 1])).unwrap();
    assert_eq!((r.text(step(1), "value"), standing(&mut r)), ("1".into(), vec![]));
    r.revert(ana, Some(vec![first + 2])).unwrap();
    assert_eq!((r.text(step(1), "value"), standing(&mut r)), ("2".into(), vec![2]));
}

#[test]
fn a_new_edit_ends_what_can_be_redone() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    undo(&mut r, ana).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "$y")).unwrap();
    assert_eq!(redo(&mut r, ana), Err(Refusal::NothingToUndo));
    undo(&mut r, ana).unwrap();
    assert_eq!(r.text(step(5), "value"), "$x");
}

#[test]
fn over_later_work_of_others_it_is_asked() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    r.edit(ana, Pen::WithLock, set(step(1), "value", "ana")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "value", "ben")).unwrap();
    let asked = undo(&mut r, ana);
    assert_eq!(places(asked), [(3, Some(step(1)), Obstacle::Changed, Some(4))]);
    // Past it, or over it.
    go(&mut r, ana, false, Some(3), false).unwrap();
    assert_eq!((r.text(step(5), "value"), r.text(step(1), "value")), ("$x".into(), "ben".into()));
    go(&mut r, ana, false, None, true).unwrap();
    assert_eq!(r.text(step(1), "value"), "1");
    redo(&mut r, ana).unwrap();
    assert_eq!(r.text(step(1), "value"), "ben");
}

#[test]
fn anothers_pen_is_in_the_way_and_a_viewer_has_no_way() {
    let mut r = room().with_everybody();
    let (ana, ben, vic) = (r.tab(ANA), r.tab(BEN), r.tab(VIC));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.acquire(ben, path(1));
    assert!(matches!(undo(&mut r, ana), Err(Refusal::Locked(_))));
    assert_eq!(undo(&mut r, vic), Err(Refusal::NotPermitted));
    let op_id = r.op();
    let nowhere = Step { op_id, object: ObjectId(Uuid::nil()), forth: false, before: None, take: false };
    assert_eq!(r.ask(ana, Request::Step(nowhere)), Err(Refusal::NoSuchObject(ObjectId(Uuid::nil()))));
}

#[test]
fn the_creation_and_what_is_live_is_not_undone() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let (op_id, revision) = (r.op(), r.disk.objects[&OBJ].revision);
    r.ask(ana, publish_all(op_id, OBJ, revision, "")).unwrap();
    assert_eq!(undo(&mut r, ana), Err(Refusal::NothingToUndo));
    assert_eq!(r.revert(ana, Some(vec![2])), Err(Refusal::ChangePublished { change: 2, version: 2 }));
    assert_eq!(r.revert(ana, Some(vec![99])), Err(Refusal::NoSuchChange(99)));
}

#[test]
fn what_was_taken_back_by_hand_is_taken_back_all_the_same() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    r.edit(ben, Pen::WithLock, Op::Delete { item: step(10) }).unwrap();
    let ana = r.tab(ANA);
    undo(&mut r, ana).unwrap();
    let last = r.view(OBJ).changes.pop().unwrap();
    assert_eq!((last.kind, last.taken.iter().collect::<Vec<_>>()), (ChangeKind::Undo, vec![2]));
    redo(&mut r, ana).unwrap();
    assert_eq!(standing(&mut r), [2, 3]);
}

#[test]
fn a_retry_gets_the_same_answer_also_after_a_crash() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let op_id = r.op();
    let step = Step { op_id, object: OBJ, forth: false, before: None, take: false };
    let done = r.ask(ana, Request::Step(step.clone())).unwrap();
    assert_eq!(r.ask(ana, Request::Step(step.clone())).unwrap(), done);
    r.crash();
    let ana = r.tab(ANA);
    assert_eq!(r.ask(ana, Request::Step(step.clone())).unwrap(), done);
    let other = Step { forth: true, ..step };
    assert_eq!(r.ask(ana, Request::Step(other)), Err(Refusal::OpIdReused));
    redo(&mut r, ana).unwrap();
}

/// An edit of steps 1, 2, 4, 5 and of some that come and go.
fn any_edit() -> impl Strategy<Value = Op> {
    let item = || prop::sample::select(vec![1u128, 2, 4, 5, 20, 21, 22]).prop_map(step);
    let parent = || prop::sample::select(vec![ItemId::Stack, step(3)]);
    let names = prop::sample::select(vec!["value", "note", "other"]);
    let text = prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    prop_oneof![
        4 => (item(), names, text, prop::option::of(0usize..3)).prop_map(|(item, field, text, at)| {
            Op::Set { item, field: field.into(), text: text.map(Into::into), form: Form::Assign, at }
        }),
        2 => (20u128..23, parent()).prop_map(|(n, parent)| insert(n, parent, None)),
        1 => item().prop_map(|item| Op::Delete { item }),
        2 => (item(), parent()).prop_map(|(item, parent)| Op::Move { item, parent, after: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn undo_then_redo_leaves_the_stack_as_it_was(
        edits in prop::collection::vec((any::<bool>(), any_edit()), 1..24), steps in 1usize..10, take in any::<bool>(),
    ) {
        let mut r = room().with_everybody();
        r.checks = false;
        let (ana, ben) = (r.tab(ANA), r.tab(BEN));
        for (anas, op) in edits {
            let tab = if anas { ana } else { ben };
            let _ = r.edit(tab, Pen::WithLock, op);
            // Nobody keeps what they added to themselves.
            let held: Vec<_> = r.disk.locks.values().map(|lock| (lock.view.user, lock.view.path)).collect();
            for (user, path) in held {
                let tab = if user == ANA { ana } else { ben };
                let fence = r.lock(path).unwrap().fence;
                r.release(tab, path, fence).unwrap();
            }
            r.wait(6_000);
        }
        let mut states = vec![content(&mut r)];
        let mut stands = vec![standing(&mut r)];
        for _ in 0..steps {
            if go(&mut r, ana, false, None, take).is_err() {
                break;
            }
            states.push(content(&mut r));
            stands.push(standing(&mut r));
        }
        r.core.check().unwrap();
        states.pop();
        stands.pop();
        while let (Some(state), Some(stand)) = (states.pop(), stands.pop()) {
            go(&mut r, ana, true, None, take).unwrap();
            prop_assert_eq!(content(&mut r), state);
            prop_assert_eq!(standing(&mut r), stand);
        }
        prop_assert_eq!(redo(&mut r, ana), Err(Refusal::NothingToUndo));
        r.core.check().unwrap();
    }
}
