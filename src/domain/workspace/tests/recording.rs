//! Records: edits under the same rules as steps, files that come in whole or not at all, and taking it back.

use super::room::*;
use crate::domain::command::{
    Caller, ChangeKind, Collisions, Location, NewObject, OverLocks, Pen, Publish, Request, Revert, Row,
    Selection, Upload, UploadStep,
};
use crate::domain::effect::{Answer, Delta, LockEnd, ParkedReason, Receipt, RequestEnd, Staged, TableView};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::limits::Limits;
use crate::domain::path::LockPath;
use crate::domain::record::{Cells, Record, RecordOp, Value};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::stack::{NodeKind, ObjectKind, Revision, name};
use uuid::Uuid;

pub const TABLE: ObjectId = ObjectId(Uuid::from_u128(0xd1));
pub const NAME: Uuid = Uuid::from_u128(21);
pub const AGE: Uuid = Uuid::from_u128(22);

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn row(n: u128) -> LockPath {
    LockPath::item(TABLE, ItemId::Record(id(n)))
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn insert_record(n: u128, called: &str) -> Op {
    let cells = Cells::from([(NAME, text(called))]);
    Op::Record(RecordOp::Insert { record: id(n), ordinal: 0, cells })
}

pub fn set_cell(n: u128, field: Uuid, value: Value) -> Op {
    Op::Record(RecordOp::Set { record: id(n), field, value })
}

pub fn delete_record(n: u128) -> Op {
    Op::Record(RecordOp::Delete { record: id(n) })
}

/// A room with the table `people`: `id`, `name` and an optional `age`.
pub fn people() -> Room {
    people_with(Limits::default())
}

pub fn people_with(limits: Limits) -> Room {
    let mut r = room_with(limits).with_everybody();
    let mut new = object(TABLE, "people", &[]);
    new.kind = ObjectKind::Table;
    let fields: [(u128, &[(&str, &str)]); 3] = [
        (20, &[(name::NAME, "id"), (name::TYPE, "int")]),
        (21, &[(name::NAME, "name"), (name::TYPE, "text"), (name::FILTERS, "trim")]),
        (22, &[(name::NAME, "age"), (name::TYPE, "int"), (name::OPTIONAL, "true")]),
    ];
    let fields = fields.map(|(n, texts)| seed(n, NodeKind::Input, "", Some(ItemId::Inputs), texts));
    new.seeds.splice(2..2, fields);
    import(&mut r, new);
    r
}

fn import(r: &mut Room, new: NewObject) {
    let op_id = r.op();
    r.call(
        Caller { user: OLGA, session: None },
        Request::Import { op_id, objects: vec![new], publish: None },
    )
    .unwrap();
    r.forget();
}

fn revision(r: &Room) -> Revision {
    r.disk.objects[&TABLE].revision
}

pub fn edit(r: &mut Room, tab: Tab, pen: Pen, op: Op) -> Result<Receipt, Refusal> {
    let base = revision(r);
    edit_on(r, tab, pen, op, base)
}

fn edit_on(r: &mut Room, tab: Tab, pen: Pen, op: Op, base: Revision) -> Result<Receipt, Refusal> {
    let mut edit = r.edit_of(pen, op);
    (edit.object, edit.base) = (TABLE, base);
    r.ask(tab, Request::Edit(Box::new(edit)))
}

/// The change that an edit made.
pub fn change(done: Result<Receipt, Refusal>) -> u64 {
    match done {
        Ok(Receipt::Edited { change, .. }) => change,
        other => panic!("not edited: {other:?}"),
    }
}

pub fn revert(r: &mut Room, tab: Tab, changes: &[u64]) -> Result<Receipt, Refusal> {
    let op_id = r.op();
    let (object, selection) = (TABLE, Selection::Changes(changes.to_vec()));
    let (collisions, take, locks) = (Collisions::Ask, Vec::new(), OverLocks::Refuse);
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    let looked = r.call(caller, Request::CheckRevert { object, selection: selection.clone() });
    let done =
        r.ask(tab, Request::Revert(Box::new(Revert { op_id, object, selection, collisions, take, locks })));
    assert!(done.is_err() || looked.is_ok(), "who looks before is told the same: {looked:?}");
    done
}

/// The places over which a revert was refused.
fn conflict(done: Result<Receipt, Refusal>) -> Vec<(u64, Option<ItemId>)> {
    match done {
        Err(Refusal::RevertConflict(places)) => places.iter().map(|one| (one.change, one.item)).collect(),
        other => panic!("not in conflict: {other:?}"),
    }
}

pub fn names(r: &Room) -> Vec<(u64, String)> {
    let name = |record: &Record| match record.cells.get(&NAME) {
        Some(Value::Text(text)) => text.clone(),
        other => format!("{other:?}"),
    };
    r.disk.seen(TABLE).iter().map(|record| (record.ordinal, name(record))).collect()
}

pub fn table(r: &mut Room) -> Box<TableView> {
    match r.call(Caller { user: OLGA, session: None }, Request::ReadTable { object: TABLE }) {
        Ok(Answer::Table(table)) => table,
        other => panic!("not a table: {other:?}"),
    }
}

pub fn words(r: &Room, number: u64) -> String {
    r.disk.logs[&TABLE].changes[&number].words.clone()
}

#[test]
fn a_record_comes_changes_and_goes_with_words_and_all_of_it_is_taken_back() {
    let mut r = people();
    let ana = r.tab(ANA);
    let came = change(edit(&mut r, ana, Pen::WithLock, insert_record(1, " Dora ")));
    assert_eq!(names(&r), [(1, "Dora".into())]);
    r.wait(6_000);
    let changed = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Ben"))));
    r.wait(6_000);
    let gone = change(edit(&mut r, ana, Pen::WithLock, delete_record(1)));
    assert_eq!(names(&r), []);
    let said = [came, changed, gone].map(|number| words(&r, number));
    assert_eq!(said, ["Added record *1*", "Changed `name` of record *1*", "Deleted record *1*"]);
    // None of it is a draft, and the published content is not behind.
    assert_eq!(r.disk.objects[&TABLE].changes, 1, "the import of the table itself");

    let Ok(Receipt::Reverted { change: back, .. }) = revert(&mut r, ana, &[gone]) else {
        panic!("not reverted")
    };
    assert_eq!(names(&r), [(1, "Ben".into())]);
    assert_eq!(revert(&mut r, ana, &[gone]), Err(Refusal::AlreadyReverted(gone)));
    // What a revert had taken back stands again when the revert is taken back.
    revert(&mut r, ana, &[back]).unwrap();
    assert_eq!((names(&r), r.disk.logs[&TABLE].changes[&gone].reverted_by), (vec![], None));
    revert(&mut r, ana, &[gone]).unwrap();
    revert(&mut r, ana, &[changed]).unwrap();
    assert_eq!(names(&r), [(1, "Dora".into())]);
    assert_eq!(revert(&mut r, ana, &[99]), Err(Refusal::NoSuchChange(99)));
}

#[test]
fn everything_is_the_same_after_a_crash_when_nothing_is_in_memory() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    r.wait(6_000);
    let changed = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Ben"))));
    r.crash();
    let (ana, _) = r.resume(ana);
    assert_eq!(change(edit(&mut r, ana, Pen::WithLock, insert_record(2, "Cleo"))), changed + 1);
    revert(&mut r, ana, &[changed]).unwrap();
    assert_eq!(names(&r), [(1, "Dora".into()), (2, "Cleo".into())]);
    assert_eq!(table(&mut r).records, 2);
    assert_eq!(edit(&mut r, ana, Pen::WithLock, insert_record(1, "twice")), Err(Refusal::IdTaken));
}

#[test]
fn consecutive_edits_of_one_cell_are_one_change() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "D")).unwrap();
    let first = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Do"))));
    assert_eq!(change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Dor")))), first);
    assert_eq!(change(edit(&mut r, ana, Pen::WithLock, set_cell(1, AGE, Value::Int(3)))), first + 1);
    // A change that was looked at and goes on is taken back whole.
    revert(&mut r, ana, &[first + 1]).unwrap();
    revert(&mut r, ana, &[first]).unwrap();
    assert_eq!(names(&r), [(1, "D".into())]);
}

#[test]
fn values_are_checked_and_a_record_that_does_not_fit_changes_nothing() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    let before = revision(&r);
    for op in [
        set_cell(1, AGE, text("old")),
        set_cell(1, NAME, Value::Null),
        set_cell(1, id(20), Value::Int(9)),
        set_cell(1, id(77), Value::Int(9)),
        Op::Record(RecordOp::Insert { record: id(2), ordinal: 0, cells: Cells::new() }),
    ] {
        assert!(matches!(edit(&mut r, ana, Pen::WithLock, op), Err(Refusal::BadRecord(_))));
    }
    let show = Op::Record(RecordOp::Show { spans: vec![(1, 1)], rows: 1 });
    assert_eq!(edit(&mut r, ana, Pen::WithLock, show), Err(Refusal::NotPermitted));
    let missing = ItemId::Record(id(9));
    assert_eq!(edit(&mut r, ana, Pen::WithLock, delete_record(9)), Err(Refusal::NoSuchItem(missing)));
    let other = r.edit_of(Pen::WithLock, insert_record(3, "x"));
    assert_eq!(r.ask(ana, Request::Edit(Box::new(other))), Err(Refusal::NotATable));
    let vic = r.tab(VIC);
    assert_eq!(edit(&mut r, vic, Pen::WithLock, insert_record(4, "x")), Err(Refusal::NotPermitted));
    assert_eq!(revision(&r), before);
}

#[test]
fn a_row_is_locked_asked_for_and_handed_over_as_a_step_is() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    // Who adds a record holds it.
    let fence = r.lock(row(1)).expect("it is held").fence;
    assert!(matches!(
        edit(&mut r, ben, Pen::WithLock, set_cell(1, AGE, Value::Int(1))),
        Err(Refusal::Locked(_))
    ));
    assert!(matches!(edit(&mut r, ben, Pen::WithLock, delete_record(1)), Err(Refusal::Locked(_))));
    let request = r.request(ben, row(1));
    edit(&mut r, ana, Pen::Held(fence), set_cell(1, AGE, Value::Int(41))).unwrap();
    r.grant(ana, request).unwrap();
    r.flushed(ana, row(1)).unwrap();
    let lock = r.lock(row(1)).expect("it was handed over");
    assert_eq!(lock.user, BEN);
    // What came too late is kept.
    let late = edit(&mut r, ana, Pen::Held(fence), set_cell(1, AGE, Value::Int(42)));
    assert!(matches!(late, Ok(Receipt::Parked { reason: ParkedReason::StaleFence, .. })), "{late:?}");
    edit(&mut r, ben, Pen::Held(lock.fence), set_cell(1, AGE, Value::Int(43))).unwrap();
    assert_eq!(r.disk.seen(TABLE)[0].cells[&AGE], Value::Int(43));
    assert_eq!(r.try_acquire(ana, row(9)), Err(Refusal::NoSuchItem(ItemId::Record(id(9)))));
    assert_eq!(r.try_acquire(ana, LockPath::item(OBJ, ItemId::Record(id(1)))), Err(Refusal::RetryLater));
}

#[test]
fn a_row_that_is_deleted_ends_its_lock_its_requests_and_the_place_of_who_is_there() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    let request = r.request(ben, row(1));
    let item = Some(ItemId::Record(id(1)));
    let there = Location { page: "object".into(), object: Some(TABLE), item, ..Location::default() };
    r.ask(ben, Request::Locate(there)).unwrap();
    r.forget();
    let fence = r.lock(row(1)).expect("it is held").fence;
    edit(&mut r, ana, Pen::Held(fence), delete_record(1)).unwrap();
    let ends: Vec<_> = r.said.iter().map(|(_, delta)| (**delta).clone()).collect();
    assert!(ends.iter().any(|one| matches!(one, Delta::LockEnded { why: LockEnd::ItemDeleted, .. })));
    assert!(ends.iter().any(
        |one| matches!(one, Delta::RequestEnded { request: id, how: RequestEnd::Voided, .. } if *id == request)
    ));
    let there =
        r.picture().sessions.into_iter().find(|session| session.id == ben.session).expect("he is here");
    assert_eq!((there.location.object, there.location.item), (Some(TABLE), None));
}

#[test]
fn a_stale_record_is_not_written_over_and_siblings_never_conflict() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for n in [1, 2] {
        edit(&mut r, ana, Pen::WithLock, insert_record(n, "x")).unwrap();
        let fence = r.lock(row(n)).expect("it is held").fence;
        r.release(ana, row(n), fence).unwrap();
    }
    let seen = revision(&r);
    edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("y"))).unwrap();
    let stale = edit_on(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("z")), seen);
    assert_eq!(stale, Err(Refusal::BaseMismatch { current: revision(&r) }));
    edit_on(&mut r, ben, Pen::WithLock, set_cell(2, NAME, text("z")), seen).unwrap();
    assert_eq!(names(&r), [(1, "y".into()), (2, "z".into())]);
}

#[test]
fn a_revert_takes_nothing_that_somebody_changed_since_and_asks_no_lock_holder_to_lose() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let came = change(edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")));
    let fence = r.lock(row(1)).expect("it is held").fence;
    r.release(ana, row(1), fence).unwrap();
    let first = change(edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Ann"))));
    let second = change(edit(&mut r, ben, Pen::WithLock, set_cell(1, NAME, text("Bea"))));
    let item = Some(ItemId::Record(id(1)));
    assert_eq!(conflict(revert(&mut r, ana, &[first])), [(first, item)]);
    assert_eq!(conflict(revert(&mut r, ana, &[came])), [(came, item)]);
    r.acquire(ben, row(1));
    assert!(matches!(revert(&mut r, ana, &[first, second]), Err(Refusal::Locked(_))));
    assert_eq!(names(&r), [(1, "Bea".into())]);
    // Both together go, by the one who holds it.
    revert(&mut r, ben, &[first, second]).unwrap();
    assert_eq!(names(&r), [(1, "Dora".into())]);
    revert(&mut r, ben, &[came]).unwrap();
    assert_eq!((names(&r), r.lock(row(1))), (vec![], None));
}

#[test]
fn a_deleted_fields_values_come_back_with_it_and_a_new_type_leaves_what_does_not_fit() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    edit(&mut r, ana, Pen::WithLock, set_cell(1, AGE, Value::Int(30))).unwrap();
    r.wait(6_000);
    let gone = change(edit(&mut r, ana, Pen::WithLock, Op::Delete { item: step(22) }));
    assert!(matches!(
        edit(&mut r, ana, Pen::WithLock, set_cell(1, AGE, Value::Int(31))),
        Err(Refusal::BadRecord(_))
    ));
    revert(&mut r, ana, &[gone]).unwrap();
    assert_eq!(r.disk.seen(TABLE)[0].cells[&AGE], Value::Int(30));
    edit(&mut r, ana, Pen::WithLock, set(step(22), name::TYPE, "bool")).unwrap();
    assert_eq!(r.disk.seen(TABLE)[0].cells[&AGE], Value::Int(30), "nothing stored is touched");
    assert!(edit(&mut r, ana, Pen::WithLock, set_cell(1, AGE, Value::Bool(true))).is_ok());
    let published = r.disk.objects[&TABLE].changes;
    edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Zoe"))).unwrap();
    assert_eq!(r.disk.objects[&TABLE].changes, published, "records are no draft");
}

#[test]
fn publishing_is_not_held_up_by_records() {
    let mut r = people();
    let ana = r.tab(ANA);
    let seen = revision(&r);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    let publish = |r: &mut Room, revision| {
        let op_id = r.op();
        let (object, description) = (TABLE, String::new());
        let publish = Publish { op_id, object, revision, description, authors: None, dependencies: false };
        r.ask(ana, Request::Publish(Box::new(publish)))
    };
    publish(&mut r, seen).unwrap();
    edit(&mut r, ana, Pen::WithLock, set_cell(1, NAME, text("Zoe"))).unwrap();
    let now = revision(&r);
    assert_eq!(publish(&mut r, now), Err(Refusal::NothingToDo));
    r.crash();
    assert_eq!(table(&mut r).records, 1);
}

// --- files

pub fn upload(r: &mut Room, tab: Tab, file: u128, step: UploadStep) -> Result<Answer, Refusal> {
    let upload = Upload { id: id(file), object: TABLE, step };
    let caller = Caller { user: tab.user, session: Some(tab.session) };
    r.call(caller, Request::Upload(Box::new(upload)))
}

pub fn rows(texts: &[&str]) -> UploadStep {
    let row = |(line, called): (u64, &&str)| Row { line, cells: Cells::from([(NAME, text(called))]) };
    UploadStep::Rows((2..).zip(texts).map(row).collect())
}

pub fn staged(answer: Result<Answer, Refusal>) -> Staged {
    match answer {
        Ok(Answer::Staged(staged)) => *staged,
        other => panic!("not staged: {other:?}"),
    }
}

pub fn finish(r: &mut Room, tab: Tab, file: u128, skip_invalid: bool) -> Result<Answer, Refusal> {
    let op_id = OpId(id(file << 8));
    upload(r, tab, file, UploadStep::Finish { op_id, file: "people.csv".into(), skip_invalid })
}

#[test]
fn a_file_comes_in_as_one_change_that_is_taken_back_and_brought_again() {
    let mut r = people();
    let ana = r.tab(ANA);
    edit(&mut r, ana, Pen::WithLock, insert_record(1, "Dora")).unwrap();
    staged(upload(&mut r, ana, 7, UploadStep::Begin));
    staged(upload(&mut r, ana, 7, rows(&["a", "b"])));
    // Somebody else's record stands between its pieces.
    edit(&mut r, ana, Pen::WithLock, insert_record(2, "Ben")).unwrap();
    assert_eq!(staged(upload(&mut r, ana, 7, rows(&["c"]))).rows, 3);
    assert_eq!(names(&r).len(), 2, "nobody sees what is staged");
    let Ok(Answer::Receipt(Receipt::Edited { change, revision })) = finish(&mut r, ana, 7, false) else {
        panic!("the file is not in");
    };
    assert_eq!(words(&r, change), "Imported 3 records from *people.csv*");
    assert_eq!(finish(&mut r, ana, 7, false), Ok(Answer::Receipt(Receipt::Edited { change, revision })));
    let all = [(1, "Dora"), (2, "a"), (3, "b"), (4, "Ben"), (5, "c")].map(|(n, name)| (n, name.to_owned()));
    assert_eq!(names(&r), all);
    assert_eq!(table(&mut r).records, 5);

    let Ok(Receipt::Reverted { change: back, .. }) = revert(&mut r, ana, &[change]) else {
        panic!("not reverted")
    };
    assert_eq!(names(&r), [all[0].clone(), all[3].clone()]);
    let hidden = r.disk.records.values().find(|record| record.ordinal == 3).expect("it is kept").id;
    let gone = Refusal::NoSuchItem(ItemId::Record(hidden));
    let set = Op::Record(RecordOp::Set { record: hidden, field: NAME, value: text("z") });
    assert_eq!(edit(&mut r, ana, Pen::WithLock, set.clone()), Err(gone));
    r.crash();
    let (ana, _) = r.resume(ana);
    revert(&mut r, ana, &[back]).unwrap();
    assert_eq!(names(&r), all);
    // Once one of its rows was edited, taking the file back would lose that.
    edit(&mut r, ana, Pen::WithLock, set).unwrap();
    assert_eq!(conflict(revert(&mut r, ana, &[change])), [(change, Some(ItemId::Record(hidden)))]);
}

#[test]
fn a_file_with_a_bad_row_stays_out_or_comes_in_without_it() {
    let mut r = people();
    let ana = r.tab(ANA);
    let bad = || {
        let cells = Cells::from([(NAME, text("x")), (AGE, text("old"))]);
        UploadStep::Rows(vec![
            Row { line: 9, cells },
            Row { line: 10, cells: Cells::from([(NAME, text("y"))]) },
        ])
    };
    staged(upload(&mut r, ana, 7, UploadStep::Begin));
    let told = staged(upload(&mut r, ana, 7, bad()));
    assert_eq!((told.rows, told.problems[0].line), (1, 9));
    assert_eq!(finish(&mut r, ana, 7, false), Err(Refusal::RowsInvalid));
    assert_eq!(finish(&mut r, ana, 7, true), Err(Refusal::UploadOver), "it was given up");
    staged(upload(&mut r, ana, 8, UploadStep::Begin));
    staged(upload(&mut r, ana, 8, bad()));
    finish(&mut r, ana, 8, true).unwrap();
    assert_eq!(names(&r).iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["y"]);
    assert!(r.disk.spans.values().all(|(_, seen, _)| *seen), "what stayed out was swept");
}

#[test]
fn a_file_stays_out_if_the_fields_change_the_room_crashes_or_its_reader_goes() {
    let mut r = people();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    for file in [7, 8] {
        staged(upload(&mut r, ana, file, UploadStep::Begin));
        staged(upload(&mut r, ana, file, rows(&["a"])));
    }
    assert_eq!(upload(&mut r, ben, 7, rows(&["b"])), Err(Refusal::UploadOver), "it is not his");
    edit(&mut r, ben, Pen::WithLock, set(step(22), name::TYPE, "text")).unwrap();
    assert!(matches!(upload(&mut r, ana, 7, rows(&["b"])), Err(Refusal::BaseMismatch { .. })));
    assert!(matches!(finish(&mut r, ana, 7, false), Err(Refusal::BaseMismatch { .. })));
    r.crash();
    let ((ana, _), (ben, _)) = (r.resume(ana), r.resume(ben));
    assert_eq!(finish(&mut r, ana, 8, false), Err(Refusal::UploadOver));
    assert_eq!((names(&r), r.disk.spans.len()), (vec![], 2));
    while staged(upload(&mut r, ben, 9, UploadStep::Abandon)).more {}
    assert_eq!((r.disk.spans.len(), r.disk.records.len()), (0, 0));
}

#[test]
fn a_file_has_bounds_and_respects_who_holds_the_table() {
    let limits = Limits { upload_rows: 3, records: 4, uploads: 1, ..Limits::default() };
    let mut r = people_with(limits);
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ben, LockPath::object(TABLE));
    assert!(matches!(upload(&mut r, ana, 7, UploadStep::Begin), Err(Refusal::HeldByAncestor(_))));
    r.release(ben, LockPath::object(TABLE), fence).unwrap();
    staged(upload(&mut r, ana, 7, UploadStep::Begin));
    assert!(matches!(upload(&mut r, ana, 8, UploadStep::Begin), Err(Refusal::TooMany { .. })));
    assert!(matches!(upload(&mut r, ana, 7, rows(&["a", "b", "c", "d"])), Err(Refusal::TooMany { .. })));
    staged(upload(&mut r, ana, 7, rows(&["a", "b", "c"])));
    let fence = r.acquire(ben, LockPath::object(TABLE));
    assert!(matches!(finish(&mut r, ana, 7, false), Err(Refusal::HeldByAncestor(_))));
    r.release(ben, LockPath::object(TABLE), fence).unwrap();
    for n in 1..=4 {
        edit(&mut r, ana, Pen::WithLock, insert_record(n, "x")).unwrap();
    }
    assert!(matches!(edit(&mut r, ana, Pen::WithLock, insert_record(5, "x")), Err(Refusal::TooMany { .. })));
    // A file whose reader has been silent for a minute makes room.
    staged(upload(&mut r, ana, 8, UploadStep::Begin));
    r.wait(61_000);
    staged(upload(&mut r, ben, 9, UploadStep::Begin));
}

#[test]
fn imports_of_files_are_changes_of_their_own_kind() {
    let mut r = people();
    let ana = r.tab(ANA);
    staged(upload(&mut r, ana, 7, UploadStep::Begin));
    assert_eq!(finish(&mut r, ana, 7, false), Err(Refusal::NothingToDo));
    staged(upload(&mut r, ana, 8, UploadStep::Begin));
    staged(upload(&mut r, ana, 8, rows(&["a"])));
    finish(&mut r, ana, 8, false).unwrap();
    let last = r.disk.logs[&TABLE].changes.values().last().expect("there is one");
    assert_eq!((last.kind, last.item), (ChangeKind::Import, Some(ItemId::Records)));
}
