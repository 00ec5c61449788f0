//! A part of a draft goes live; those who have not saved are asked; an earlier version comes back.

use super::room::*;
use crate::domain::command::{Caller, ChangeKind, Pen, Publish, Request, Restore};
use crate::domain::effect::{Answer, Audience, Delta, PublishPreview, Receipt};
use crate::domain::id::{ItemId, OpId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{Revision, Stack};

fn publish(
    r: &mut Room,
    tab: Tab,
    revision: u64,
    authors: &[UserId],
    dependencies: bool,
) -> Result<Receipt, Refusal> {
    let (op_id, revision) = (r.op(), Revision(revision));
    let (description, authors) = ("a part".to_owned(), Some(authors.to_vec()));
    r.ask(
        tab,
        Request::Publish(Box::new(Publish {
            op_id,
            object: OBJ,
            revision,
            description,
            authors,
            dependencies,
        })),
    )
}

fn look(r: &mut Room, tab: Tab, authors: &[UserId]) -> PublishPreview {
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    match r.call(caller, Request::CheckPublish { object: OBJ, authors: Some(authors.to_vec()) }) {
        Ok(Answer::Publishable(preview)) => *preview,
        other => panic!("{other:?}"),
    }
}

fn live(r: &Room) -> Stack {
    Stack::clone(&r.disk.logs[&OBJ].version.as_ref().unwrap().1)
}

fn live_text(r: &Room, item: ItemId, field: &str) -> Option<String> {
    live(r).get(item)?.field(field).map(str::to_owned)
}

#[test]
fn only_ones_own_changes_go_live() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "ana")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(5), "value", "ben")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(1), "note", "ben")).unwrap();
    let preview = look(&mut r, ana, &[ANA]);
    assert_eq!(preview.authors, [(ANA, 1), (BEN, 2)]);
    assert_eq!((preview.numbers.iter().collect::<Vec<_>>(), preview.needs), (vec![2], vec![]));
    publish(&mut r, ana, 4, &[ANA], false).unwrap();
    assert_eq!(live_text(&r, step(1), "value").as_deref(), Some("ana"));
    assert_eq!(
        (live_text(&r, step(5), "value").as_deref(), live_text(&r, step(1), "note")),
        (Some("$x"), None)
    );
    assert_eq!((r.text(step(5), "value"), r.text(step(1), "note")), ("ben".into(), "ben".into()));
    let head = r.disk.objects[&OBJ].clone();
    let version = head.version.unwrap();
    assert_eq!((head.changes, version.contributors, version.whole), (2, vec![ANA], false));
    // What is left can be taken back, also after a restart, and goes live by itself.
    r.crash();
    let ben = r.tab(BEN);
    r.revert(ben, Some(vec![3])).unwrap();
    assert_eq!(r.text(step(5), "value"), "$x");
    publish(&mut r, ben, 5, &[BEN], false).unwrap();
    assert_eq!(live(&r).to_seeds(), r.disk.logs[&OBJ].replayed.to_seeds());
    assert_eq!(r.disk.objects[&OBJ].changes, 0);
}

#[test]
fn what_a_change_builds_upon_goes_with_it_or_not_at_all() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, insert(10, ItemId::Stack, None)).unwrap();
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    r.edit(ben, Pen::WithLock, set(step(10), "value", "ben")).unwrap();
    assert_eq!(look(&mut r, ben, &[BEN]).needs, [(4, 2)]);
    assert_eq!(publish(&mut r, ben, 4, &[BEN], false), Err(Refusal::PublishDepends(vec![(4, 2)])));
    publish(&mut r, ben, 4, &[BEN], true).unwrap();
    assert_eq!(live_text(&r, step(10), "value").as_deref(), Some("ben"));
    assert_eq!(live_text(&r, step(5), "value").as_deref(), Some("$x"));
    let version = r.disk.objects[&OBJ].version.clone().unwrap();
    assert_eq!(version.contributors, [ANA, BEN]);
    assert_eq!(r.disk.objects[&OBJ].changes, 1);
}

#[test]
fn nothing_of_theirs_is_nothing_to_publish() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    assert_eq!(publish(&mut r, ana, 2, &[BEN], true), Err(Refusal::NothingToDo));
    r.revert(ana, Some(vec![2])).unwrap();
    let op_id = r.op();
    assert_eq!(r.ask(ana, publish_all(op_id, OBJ, Revision(3), "")), Err(Refusal::NothingToDo));
}

#[test]
fn a_deleted_step_takes_an_edit_of_it_along() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(5), "value", "ana")).unwrap();
    r.edit(ben, Pen::WithLock, Op::Delete { item: step(5) }).unwrap();
    publish(&mut r, ben, 3, &[BEN], false).unwrap();
    assert!(live(&r).get(step(5)).is_none());
}

#[test]
fn the_second_to_press_publish_is_told_by_whom_it_is_live() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let op_ids = [r.op(), r.op()];
    r.ask(ana, publish_all(op_ids[0], OBJ, Revision(2), "mine")).unwrap();
    match r.ask(ben, publish_all(op_ids[1], OBJ, Revision(2), "mine")) {
        Err(Refusal::AlreadyPublished(version)) => assert_eq!((version.number, version.user), (2, ANA)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn those_with_unsaved_work_are_asked_and_what_they_save_is_in_it() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let fence = r.acquire(ben, path(5));
    r.ask(ben, Request::Dirty { path: path(5), count: 2 }).unwrap();
    r.acquire(cara, path(4));
    r.forget();
    assert_eq!(
        r.ask(ana, Request::AskToSave { object: OBJ }),
        Ok(Receipt::Asked { sessions: 1, within_ms: 10_000 })
    );
    let asked: Vec<Audience> = r
        .said
        .iter()
        .filter(|(_, delta)| matches!(**delta, Delta::SaveAsked { .. }))
        .map(|(audience, _)| *audience)
        .collect();
    assert_eq!(asked, [Audience::Session(ben.session)]);
    r.edit(ben, Pen::Held(fence), set(step(5), "value", "late")).unwrap();
    // Only the one who asked may go on from what they saw, and only by what was asked for.
    let op_id = r.op();
    let early = r.ask(cara, publish_all(op_id, OBJ, Revision(2), ""));
    assert_eq!(early, Err(Refusal::BaseMismatch { current: Revision(3) }));
    r.ask(ana, publish_all(op_id, OBJ, Revision(2), "")).unwrap();
    assert_eq!(live_text(&r, step(5), "value").as_deref(), Some("late"));
    r.edit(ben, Pen::Held(fence), set(step(5), "value", "later")).unwrap();
}

#[test]
fn what_others_did_meanwhile_is_still_to_be_seen_first() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.acquire(ben, path(5));
    r.ask(ben, Request::Dirty { path: path(5), count: 2 }).unwrap();
    r.ask(ana, Request::AskToSave { object: OBJ }).unwrap();
    r.edit(cara, Pen::WithLock, set(step(4), "value", "9")).unwrap();
    let op_id = r.op();
    let seen = r.ask(ana, publish_all(op_id, OBJ, Revision(2), ""));
    assert_eq!(seen, Err(Refusal::BaseMismatch { current: Revision(3) }));
}

fn restore(
    r: &mut Room,
    tab: Tab,
    revision: u64,
    seeds: Vec<crate::domain::stack::Seed>,
) -> Result<Receipt, Refusal> {
    let op_id: OpId = r.op();
    let restore = Restore { op_id, object: OBJ, revision: Revision(revision), version: 1, seeds };
    r.ask(tab, Request::Restore(Box::new(restore)))
}

#[test]
fn an_earlier_version_comes_back_as_a_change() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let first = live(&r).to_seeds();
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    let op_id = r.op();
    r.ask(ana, publish_all(op_id, OBJ, Revision(2), "")).unwrap();
    r.edit(ana, Pen::WithLock, Op::Delete { item: step(5) }).unwrap();
    assert_eq!(restore(&mut r, ana, 2, first.clone()), Err(Refusal::BaseMismatch { current: Revision(3) }));
    restore(&mut r, ana, 3, first.clone()).unwrap();
    assert_eq!(r.disk.logs[&OBJ].replayed.to_seeds(), first);
    let change = r.view(OBJ).changes.pop().unwrap();
    assert_eq!((change.kind, change.words.as_str()), (ChangeKind::Restore, "Restored version 1"));
    assert_eq!(r.disk.objects[&OBJ].changes, 1);
    let now = r.disk.objects[&OBJ].revision.0;
    assert_eq!(restore(&mut r, ana, now, first), Err(Refusal::NothingToDo));
    // Taken back, the draft is what it was, and what it had taken stands again.
    r.revert(ana, Some(vec![change.number])).unwrap();
    assert_eq!(r.text(step(1), "value"), "2");
    assert!(r.view(OBJ).nodes.iter().all(|node| node.id != step(5)));
    assert_eq!(r.disk.objects[&OBJ].changes, 1);
}

#[test]
fn a_version_does_not_come_back_over_a_lock() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let first = live(&r).to_seeds();
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.acquire(ben, path(1));
    assert!(matches!(restore(&mut r, ana, 2, first), Err(Refusal::Locked(_))));
    assert_eq!(r.text(step(1), "value"), "2");
}
