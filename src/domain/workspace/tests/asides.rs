//! Plans over a long log are made aside: the room goes on meanwhile, and what has become untrue is made anew.

use super::room::*;
use crate::domain::command::{
    Collisions, Command, OverLocks, Pen, Publish, Request, Revert, Scope, Selection,
};
use crate::domain::effect::{Answer, Receipt};
use crate::domain::id::{CallId, OpId};
use crate::domain::limits::Limits;
use crate::domain::plan::Worked;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;

/// A room in which any plan is made aside, and comes when it is fetched.
fn slow() -> Room {
    let mut r = room_with(Limits { plan_operations: 0, ..Limits::default() }).with_everybody();
    let ana = r.tab(ANA);
    for (n, text) in [(1, "a"), (4, "b"), (5, "c")] {
        r.edit(ana, Pen::WithLock, set(step(n), "value", text)).unwrap();
    }
    r.loads = false;
    r
}

fn revert_all(r: &mut Room) -> Request {
    let op_id = r.op();
    revert_of(op_id, OBJ, Selection::All(Scope::Everything))
}

/// The plans that the room waits for, taken out.
fn plans(r: &mut Room) -> Vec<(CallId, Worked)> {
    std::mem::take(&mut r.pending_loads)
        .into_iter()
        .map(|wanted| match wanted {
            Wanted::Plan(call, work) => (call, work.run()),
            other => panic!("not a plan: {other:?}"),
        })
        .collect()
}

fn bring(r: &mut Room, plans: Vec<(CallId, Worked)>) {
    for (call, worked) in plans {
        r.run(Command::WorkedOut { call, worked: Some(Box::new(worked)) });
    }
}

fn is_reverted(r: &mut Room, call: CallId) -> bool {
    matches!(r.answers.remove(&call), Some(Ok(Answer::Receipt(Receipt::Reverted { .. }))))
}

#[test]
fn the_room_answers_others_while_a_revert_is_planned_and_applies_it_as_one_command() {
    let mut r = slow();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let request = revert_all(&mut r);
    let call = r.post(ana, request);
    assert!(!r.answers.contains_key(&call), "it is being planned");
    // Somebody else works on, in another object even by editing.
    let other = crate::domain::id::ObjectId(uuid::Uuid::from_u128(0xb2));
    r.import(ben, vec![object(other, "other", &[50])]).unwrap();
    r.acquire(ben, path(2));
    assert_eq!(r.text(step(1), "value"), "a", "nothing is done by halves");
    let before = r.disk.objects[&OBJ].revision;
    let made = plans(&mut r);
    assert_eq!(made.len(), 1);
    bring(&mut r, made);
    assert!(is_reverted(&mut r, call));
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("1".into(), "$x".into()));
    assert_eq!(r.disk.logs[&OBJ].changes.values().filter(|one| one.from > before).count(), 1);
}

#[test]
fn a_plan_that_has_become_untrue_is_made_anew_and_takes_nothing_that_came_since() {
    let mut r = slow();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let selection = Selection::Author(ANA, Scope::Everything);
    let op_id = r.op();
    let call = r.post(ana, revert_of(op_id, OBJ, selection));
    let made = plans(&mut r);
    r.edit(ben, Pen::WithLock, set(step(1), "value", "ben")).unwrap();
    bring(&mut r, made);
    assert!(!r.answers.contains_key(&call), "it is planned again");
    let made = plans(&mut r);
    bring(&mut r, made);
    let Some(Err(Refusal::RevertConflict(places))) = r.answers.remove(&call) else {
        panic!("Ben's work would be lost")
    };
    assert_eq!(places.len(), 1);
    assert_eq!((r.text(step(1), "value"), r.text(step(4), "value")), ("ben".into(), "b".into()));
}

#[test]
fn in_a_busy_object_it_gets_through_after_a_few_tries() {
    let mut r = slow();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let request = revert_all(&mut r);
    let call = r.post(ana, request);
    let mut tries = 0;
    while !r.answers.contains_key(&call) {
        tries += 1;
        let made = plans(&mut r);
        r.edit(ben, Pen::WithLock, set(step(1), "note", &format!("{tries}"))).unwrap();
        bring(&mut r, made);
    }
    assert_eq!(tries, 3);
    assert!(is_reverted(&mut r, call));
    assert_eq!((r.text(step(1), "value"), r.text(step(1), "note")), ("1".into(), "3".into()));
}

#[test]
fn a_pen_that_is_taken_meanwhile_is_not_gone_over() {
    let mut r = slow();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let (op_id, object, take) = (r.op(), OBJ, Vec::new());
    let (selection, collisions) = (Selection::All(Scope::Everything), Collisions::Keep);
    let leave = Revert { op_id, object, selection, collisions, take, locks: OverLocks::Leave };
    let left = r.post(ana, Request::Revert(Box::new(leave)));
    let request = revert_all(&mut r);
    let refused = r.post(ana, request);
    let made = plans(&mut r);
    r.acquire(ben, path(1));
    bring(&mut r, made);
    assert!(matches!(r.answers.remove(&refused), Some(Err(Refusal::Locked(_)))));
    assert!(!r.answers.contains_key(&left), "what is left is planned anew");
    let made = plans(&mut r);
    bring(&mut r, made);
    assert!(is_reverted(&mut r, left));
    assert_eq!((r.text(step(1), "value"), r.text(step(5), "value")), ("a".into(), "$x".into()));
}

#[test]
fn looks_and_parts_are_made_aside_as_well() {
    let (object, selection) = (OBJ, Selection::All(Scope::Everything));
    let op_id = OpId(uuid::Uuid::from_u128(7));
    let publish = Publish {
        op_id,
        object,
        revision: Revision(4),
        description: String::new(),
        authors: Some(vec![ANA]),
        dependencies: false,
    };
    for request in [
        Request::CheckRevert { object, selection },
        Request::CheckPublish { object, authors: Some(vec![ANA]) },
        Request::Publish(Box::new(publish)),
    ] {
        let mut r = slow();
        let ana = r.tab(ANA);
        let call = r.post(ana, request.clone());
        assert!(!r.answers.contains_key(&call), "{request:?} is planned aside");
        let made = plans(&mut r);
        bring(&mut r, made);
        assert!(matches!(r.answers.remove(&call), Some(Ok(_))), "{request:?}");
    }
    let mut r = slow();
    let (ben, op_id) = (r.tab(BEN), r.op());
    let nothing = revert_of(op_id, OBJ, Selection::Author(BEN, Scope::Everything));
    assert_eq!(r.ask(ben, nothing), Err(Refusal::NothingToDo), "what is refused needs no plan");
}

#[test]
fn a_plan_that_fails_or_comes_for_nobody_does_no_harm() {
    let mut r = slow();
    let ana = r.tab(ANA);
    let request = revert_all(&mut r);
    let call = r.post(ana, request.clone());
    let made = plans(&mut r);
    r.run(Command::WorkedOut { call, worked: None });
    assert_eq!(r.answers.remove(&call), Some(Err(Refusal::RetryLater)));
    bring(&mut r, made);
    assert_eq!(r.text(step(1), "value"), "a");
    // Tried again under the same id, it is done, once.
    r.loads = true;
    assert!(matches!(r.ask(ana, request.clone()), Ok(Receipt::Reverted { .. })));
    let revision = r.disk.objects[&OBJ].revision;
    assert!(matches!(r.ask(ana, request), Ok(Receipt::Reverted { .. })));
    assert_eq!(r.disk.objects[&OBJ].revision, revision);
}
