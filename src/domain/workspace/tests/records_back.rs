//! Fields and records taken back in one go: chosen ones, a person's, all; what stands in the way, and what of a file is left.

use super::recording::*;
use super::room::*;
use crate::domain::command::{
    Caller, Collisions, Command, Edit, OverLocks, Pen, Publish, Request, Revert, Scope, Selection, UploadStep,
};
use crate::domain::effect::{Answer, Collision, Obstacle, Receipt, RevertPreview};
use crate::domain::id::{CallId, ItemId, UserId};
use crate::domain::limits::Limits;
use crate::domain::record::Value;
use crate::domain::refusal::Refusal;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;

/// How a revert is asked for.
struct How {
    collisions: Collisions,
    take: Vec<u64>,
    locks: OverLocks,
}

const fn how(collisions: Collisions, locks: OverLocks) -> How {
    How { collisions, take: Vec::new(), locks }
}

const ASK: How = how(Collisions::Ask, OverLocks::Refuse);
const KEEP: How = how(Collisions::Keep, OverLocks::Refuse);
const TAKE: How = how(Collisions::Take, OverLocks::Refuse);
const LEAVE: How = how(Collisions::Keep, OverLocks::Leave);

fn take_back(r: &mut Room, tab: Tab, selection: Selection, how: How) -> Result<Receipt, Refusal> {
    let (op_id, object) = (r.op(), TABLE);
    let How { collisions, take, locks } = how;
    r.ask(tab, Request::Revert(Box::new(Revert { op_id, object, selection, collisions, take, locks })))
}

fn look(r: &mut Room, tab: Tab, selection: Selection) -> RevertPreview {
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    match r.call(caller, Request::CheckRevert { object: TABLE, selection }) {
        Ok(Answer::Revertable(preview)) => *preview,
        other => panic!("{other:?}"),
    }
}

fn left(done: Result<Receipt, Refusal>) -> Vec<Collision> {
    match done.unwrap() {
        Receipt::Reverted { left, .. } => left,
        other => panic!("{other:?}"),
    }
}

fn chosen(numbers: &[u64]) -> Selection {
    Selection::Changes(numbers.to_vec())
}

fn all(of: Scope) -> Selection {
    Selection::All(of)
}

fn by(user: UserId) -> Selection {
    Selection::Author(user, Scope::Everything)
}

fn set_type(text: &str) -> Op {
    set(step(22), name::TYPE, text)
}

fn type_of_age(r: &mut Room) -> String {
    let fields = table(r).fields;
    let age = fields.iter().find(|node| node.id == step(22)).expect("the field is there");
    age.field(name::TYPE).unwrap_or_default().to_owned()
}

/// Whoever added a record holds it: they give it back.
fn let_go(r: &mut Room, tab: Tab, n: u128) {
    let fence = r.lock(row(n)).expect("it is held").fence;
    r.release(tab, row(n), fence).unwrap();
}

fn publish(r: &mut Room, tab: Tab) {
    let (op_id, object, revision) = (r.op(), TABLE, r.disk.objects[&TABLE].revision);
    let (authors, dependencies) = (None, false);
    let publish = Publish { op_id, object, revision, description: String::new(), authors, dependencies };
    r.ask(tab, Request::Publish(Box::new(publish))).unwrap();
}

fn standing(r: &Room) -> Vec<u64> {
    r.disk.logs[&TABLE].changes.values().filter(|one| one.stands()).map(|one| one.number).collect()
}

#[test]
fn fields_and_records_go_back_in_one_call_and_come_again_in_one() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let came = change(edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")));
    let_go(&mut r, ana, 1);
    let field = change(edit(&mut r, ana, Pen::WithLock, set_type("text")));
    let named = change(edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Ben"))));
    let preview = look(&mut r, ana, chosen(&[field, named]));
    assert_eq!(preview.numbers.iter().collect::<Vec<_>>(), [field, named]);
    let done = take_back(&mut r, ana, chosen(&[field, named]), ASK).unwrap();
    let Receipt::Reverted { change: back, records: Some(records), .. } = done else { panic!("{done:?}") };
    assert_eq!((type_of_age(&mut r), names(&r)), ("int".into(), vec![(1, "Dora".into())]));
    assert_eq!(standing(&r), [1, came]);
    // Both halves are changes, and are taken back together as well.
    r.crash();
    let (ana, _) = r.resume(ana);
    take_back(&mut r, ana, chosen(&[back, records]), ASK).unwrap();
    assert_eq!((type_of_age(&mut r), names(&r)), ("text".into(), vec![(1, "Ben".into())]));
    assert_eq!(standing(&r), [1, came, field, named]);
}

#[test]
fn nothing_is_taken_back_if_one_half_cannot_be() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    let_go(&mut r, ana, 1);
    let field = change(edit(&mut r, ana, Pen::WithLock, set_type("text")));
    let first = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Ann"))));
    let second = change(edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Bea"))));
    let before = r.disk.objects[&TABLE].revision;
    let refused = take_back(&mut r, ana, chosen(&[field, first]), ASK);
    let Err(Refusal::RevertConflict(places)) = refused else { panic!("{refused:?}") };
    let place = (places[0].change, places[0].item, places[0].field.as_deref(), places[0].why, places[0].by);
    assert_eq!(place, (first, Some(ItemId::Record(id(1))), Some("name"), Obstacle::Changed, Some(second)));
    r.acquire(ben, row(1));
    let held = take_back(&mut r, ana, chosen(&[field, second]), ASK);
    assert!(matches!(held, Err(Refusal::Locked(_))), "{held:?}");
    assert!(matches!(take_back(&mut r, ana, chosen(&[field, 99]), ASK), Err(Refusal::NoSuchChange(99))));
    assert_eq!((r.disk.objects[&TABLE].revision, type_of_age(&mut r)), (before, "text".into()));
    // What can be goes, and what is left is told.
    let left = left(take_back(&mut r, ana, chosen(&[field, first]), LEAVE));
    assert_eq!(
        left.iter().map(|one| (one.change, one.why)).collect::<Vec<_>>(),
        [(first, Obstacle::Changed)]
    );
    assert_eq!((type_of_age(&mut r), names(&r)), ("int".into(), vec![(1, "Bea".into())]));
}

#[test]
fn a_record_over_later_work_goes_back_if_that_shall_give_way() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let came = change(edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")));
    let_go(&mut r, ana, 1);
    let first = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Ann"))));
    edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Bea"))).unwrap();
    let kept = take_back(&mut r, ana, chosen(&[came]), KEEP);
    assert!(matches!(kept, Err(Refusal::RevertConflict(_))), "nothing else is left to do: {kept:?}");
    take_back(&mut r, ana, chosen(&[first]), How { take: vec![first], ..KEEP }).unwrap();
    assert_eq!(names(&r), [(1, "Dora".into())]);
    edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Bea"))).unwrap();
    let done = take_back(&mut r, ana, chosen(&[came]), TAKE).unwrap();
    let Receipt::Reverted { change: back, .. } = done else { panic!("{done:?}") };
    assert_eq!(names(&r), []);
    take_back(&mut r, ana, chosen(&[back]), ASK).unwrap();
    assert_eq!(names(&r), [(1, "Bea".into())], "it comes back as it went");
}

#[test]
fn everything_since_the_published_version_goes_or_only_the_fields_or_only_the_records() {
    for scope in [Scope::Everything, Scope::Content, Scope::Records] {
        let mut r = people();
        let (ana, ben) = (r.tab(ANA), r.tab(BEN));
        edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
        let_go(&mut r, ana, 1);
        publish(&mut r, ana);
        edit(&mut r, ana, Pen::WithLock, set_type("text")).unwrap();
        edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Bea"))).unwrap();
        edit(&mut r, ben, Pen::WithLock, insert_record(2, "Cleo")).unwrap();
        let_go(&mut r, ben, 2);
        let was = [(1, "Dora".to_owned())].to_vec();
        let is = [(1, "Bea".to_owned()), (2, "Cleo".to_owned())].to_vec();
        let preview = look(&mut r, ana, all(scope));
        take_back(&mut r, ana, all(scope), ASK).unwrap();
        let (fields, records, count) = match scope {
            Scope::Everything => ("int", was, 3),
            Scope::Content => ("int", is, 1),
            Scope::Records => ("text", was, 2),
        };
        assert_eq!((type_of_age(&mut r).as_str(), names(&r)), (fields, records), "{scope:?}");
        assert_eq!(preview.numbers.len(), count, "{scope:?}");
        if scope == Scope::Everything {
            assert_eq!(take_back(&mut r, ana, all(scope), ASK), Err(Refusal::NothingToDo));
        }
    }
}

#[test]
fn a_persons_fields_and_records_go_and_the_others_stay() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    let_go(&mut r, ana, 1);
    edit(&mut r, ben, Pen::WithLock, insert_record(2, "Eva")).unwrap();
    let_go(&mut r, ben, 2);
    edit(&mut r, ben, Pen::WithLock, set_type("text")).unwrap();
    edit(&mut r, ben, Pen::WithLock, set_cell(1, AGE, Value::Text("old".into()))).unwrap();
    edit(&mut r, ana, Pen::WithLock, set_cell(2, NAME, text("Eve"))).unwrap();
    let left = left(take_back(&mut r, ana, by(BEN), KEEP));
    assert_eq!(left.iter().map(|one| one.why).collect::<Vec<_>>(), [Obstacle::BuiltUpon]);
    assert_eq!(names(&r), [(1, "Dora".into()), (2, "Eve".into())]);
    assert!(!r.disk.seen(TABLE)[0].cells.contains_key(&AGE));
    assert_eq!(type_of_age(&mut r), "int");
    let nothing = Selection::Author(CARA, Scope::Everything);
    assert_eq!(take_back(&mut r, ana, nothing, ASK), Err(Refusal::NothingToDo));
}

#[test]
fn what_others_hold_is_left_and_the_rest_goes() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for n in [1, 2] {
        edit(&mut r, ana, Pen::WithLock, insert_record(n, "x")).unwrap();
        let_go(&mut r, ana, n);
    }
    r.acquire(ben, row(2));
    let left = left(take_back(&mut r, ana, all(Scope::Records), LEAVE));
    let told: Vec<_> = left.iter().map(|one| (one.item, one.why, one.holder)).collect();
    assert_eq!(told, [(Some(ItemId::Record(id(2))), Obstacle::Locked, Some(BEN))]);
    assert_eq!(names(&r), [(2, "x".into())]);
    let ada = r.tab(ADA);
    let park = How { locks: OverLocks::Park { reason: "must go".into() }, ..ASK };
    take_back(&mut r, ada, all(Scope::Records), park).unwrap();
    assert_eq!((names(&r), r.lock(row(2))), (vec![], None));
}

#[test]
fn so_many_changes_of_records_go_at_once_and_no_more() {
    let mut r = people_with(Limits { reverted_record_changes: 2, ..Limits::default() });
    let ana = r.tab(ANA);
    for n in 1..=3 {
        edit(&mut r, ana, Pen::WithLock, insert_record(n, "x")).unwrap();
    }
    let many = take_back(&mut r, ana, all(Scope::Everything), ASK);
    assert!(matches!(many, Err(Refusal::TooMany { max: 2, .. })), "{many:?}");
    assert!(matches!(take_back(&mut r, ana, chosen(&[2, 3, 4]), ASK), Err(Refusal::TooMany { max: 2, .. })));
    take_back(&mut r, ana, chosen(&[3, 4]), ASK).unwrap();
    take_back(&mut r, ana, all(Scope::Records), ASK).unwrap();
    assert_eq!(names(&r), []);
}

/// A file of three rows: its change, and the ids of the rows.
fn file(r: &mut Room, tab: Tab) -> (u64, Vec<uuid::Uuid>) {
    staged(upload(r, tab, 7, UploadStep::Begin));
    staged(upload(r, tab, 7, rows(&["a", "b", "c"])));
    let Ok(Answer::Receipt(Receipt::Edited { change, .. })) = finish(r, tab, 7, false) else {
        panic!("the file is not in")
    };
    (change, r.disk.seen(TABLE).iter().map(|record| record.id).collect())
}

fn set_row(record: uuid::Uuid, called: &str) -> Op {
    Op::Record(crate::domain::record::RecordOp::Set { record, field: NAME, value: text(called) })
}

#[test]
fn a_file_goes_without_the_rows_that_others_edited_or_hold_and_they_are_listed() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let (file, ids) = file(&mut r, ana);
    let edited = change(edit(&mut r, ben, Pen::WithLock, set_row(ids[1], "B")));
    let preview = look(&mut r, ana, chosen(&[file]));
    assert_eq!(preview.collisions.len(), 1);
    r.acquire(ben, crate::domain::path::LockPath::item(TABLE, ItemId::Record(ids[2])));
    let done = take_back(&mut r, ana, chosen(&[file]), LEAVE).unwrap();
    let Receipt::Reverted { change: back, left, .. } = done else { panic!("{done:?}") };
    let told: Vec<_> = left.iter().map(|one| (one.item, one.why, one.by)).collect();
    assert_eq!(
        told,
        [
            (Some(ItemId::Record(ids[1])), Obstacle::BuiltUpon, Some(edited)),
            (Some(ItemId::Record(ids[2])), Obstacle::Locked, None)
        ]
    );
    assert_eq!(names(&r), [(2, "B".into()), (3, "c".into())]);
    assert_eq!(table(&mut r).records, 2);
    r.crash();
    let ((ana, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    edit(&mut r, ben, Pen::WithLock, set_row(ids[1], "BB")).unwrap();
    take_back(&mut r, ana, chosen(&[back]), ASK).unwrap();
    assert_eq!(names(&r), [(1, "a".into()), (2, "BB".into()), (3, "c".into())]);
}

#[test]
fn a_file_goes_whole_with_what_was_done_to_its_rows_if_that_gives_way_or_goes_along() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let (file, ids) = file(&mut r, ana);
    let edited = change(edit(&mut r, ben, Pen::WithLock, set_row(ids[1], "B")));
    let gone = Op::Record(crate::domain::record::RecordOp::Delete { record: ids[0] });
    edit(&mut r, ben, Pen::WithLock, gone).unwrap();
    // The edit goes along, the deletion loses nothing.
    let done = take_back(&mut r, ana, chosen(&[file, edited]), ASK).unwrap();
    let Receipt::Reverted { change: back, .. } = done else { panic!("{done:?}") };
    assert_eq!((names(&r), table(&mut r).records), (vec![], 0));
    take_back(&mut r, ana, chosen(&[back]), ASK).unwrap();
    assert_eq!((names(&r), table(&mut r).records), (vec![(2, "B".into()), (3, "c".into())], 2));
    let done = take_back(&mut r, ana, chosen(&[file]), TAKE).unwrap();
    assert_eq!((names(&r), table(&mut r).records), (vec![], 0));
    let Receipt::Reverted { change: back, .. } = done else { panic!("{done:?}") };
    take_back(&mut r, ana, chosen(&[back]), ASK).unwrap();
    assert_eq!(names(&r), [(2, "B".into()), (3, "c".into())], "it comes back as it went");
}

#[test]
fn marks_of_records_follow_reverts_of_reverts_to_any_depth() {
    let mut r = people();
    let ana = r.tab(ANA);
    let came = change(edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")));
    let mut last = came;
    for depth in 1..=5 {
        let done = take_back(&mut r, ana, chosen(&[last]), ASK).unwrap();
        let Receipt::Reverted { change, .. } = done else { panic!("{done:?}") };
        last = change;
        let gone = depth % 2 == 1;
        assert_eq!(names(&r).is_empty(), gone, "{depth}");
        assert_eq!(standing(&r).contains(&came), !gone, "{depth}");
        if depth == 3 {
            r.crash();
            r.resume(ana);
        }
    }
}

#[test]
fn a_record_that_came_another_way_and_was_deleted_is_not_brought_back_by_an_older_load() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "a")).unwrap();
    r.ask(ana, Request::Leave).unwrap();
    let found = r.disk.record(TABLE, id(1)).map(Box::new);
    r.crash();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    table(&mut r);
    // Ben's edit waits for the record alone; what the store finds is on its way.
    r.loads = false;
    let late = r.edit_of(Pen::WithLock, set_cell(1, NAME, text("late")));
    let late = Edit { object: TABLE, base: r.disk.objects[&TABLE].revision, ..late };
    let caller = Caller { user: BEN, session: Some(ben.session) };
    let call = CallId(1 << 60);
    r.run(Command::Request { caller, call, request: Request::Edit(Box::new(late)) });
    assert!(!std::mem::take(&mut r.pending_loads).is_empty());
    r.loads = true;
    // Ana takes everything back: to her it comes with the changes.
    take_back(&mut r, ana, all(Scope::Records), ASK).unwrap();
    assert!(names(&r).is_empty());
    r.run(Command::RecordLoaded { object: TABLE, record: id(1), found: Some(found) });
    let answer = r.answers.remove(&call).expect("answered");
    assert!(answer.is_err(), "there is no such record any more: {answer:?}");
    assert!(names(&r).is_empty());
}
