//! The log of an object as it is read: filtered, marked, and the content behind it.

use super::*;
use crate::domain::command::{ChangeKind, Numbers};

const PAGE: Page = Page { before: None, limit: 10 };
const ALL: ChangeFilter = ChangeFilter { user: None, item: None, kind: None, since: None, until: None };

#[tokio::test]
async fn changes_are_found_by_author_item_kind_and_time() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let at = |number: u64| Timestamp(1_000 + i64::try_from(number).unwrap());
    let item = ItemId::Node(id::<ObjectId>(77).0);
    let row = |number: u64| Change {
        user: id(u128::from(number % 3)),
        item: number.is_multiple_of(2).then_some(item),
        kind: if number == 5 { ChangeKind::Restore } else { ChangeKind::Edit },
        began: at(number),
        ..change(number, number, number)
    };
    let write = |number| Write::Change { object: id(10), change: row(number) };
    room.write((1..=9).map(write).collect()).await;
    let found = async |filter: ChangeFilter, before, limit| {
        let page = Page { before, limit };
        let rows = bench.store.changes(room.workspace, id(10), &filter, page).await.unwrap();
        rows.iter().map(|change| change.number).collect::<Vec<_>>()
    };
    assert_eq!(found(ChangeFilter { user: Some(id(1)), ..ALL }, None, 10).await, [7, 4, 1]);
    assert_eq!(found(ChangeFilter { user: Some(id(1)), ..ALL }, Some(7), 1).await, [4]);
    assert_eq!(found(ChangeFilter { item: Some(item), ..ALL }, None, 10).await, [8, 6, 4, 2]);
    assert_eq!(found(ChangeFilter { kind: Some(ChangeKind::Restore), ..ALL }, None, 10).await, [5]);
    let (since, until) = (Some(at(3)), Some(at(6)));
    assert_eq!(found(ChangeFilter { since, until, ..ALL }, None, 10).await, [6, 5, 4, 3]);
    let none = ChangeFilter { until: Some(at(0)), ..ALL };
    assert!(found(none, None, 10).await.is_empty());
    let all = ChangeFilter { user: Some(id(0)), item: Some(item), since, until, ..ALL };
    assert_eq!(found(all, None, 10).await, [6]);
    let other = ChangeFilter { kind: Some(ChangeKind::Undo), since: Some(at(100)), ..ALL };
    assert!(found(other, None, 10).await.is_empty());
}

#[tokio::test]
async fn marks_and_what_went_live_are_written_in_runs() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let numbers = |list: &[u64]| list.iter().copied().collect::<Numbers>();
    let row = |number| Write::Change { object: id(10), change: change(number, number, number) };
    room.write((1..=6).map(row).collect()).await;
    let taken = numbers(&[2, 3, 5]);
    let revert = Change { kind: ChangeKind::Revert, taken: taken.clone(), ..change(7, 7, 7) };
    room.write(vec![
        Write::Change { object: id(10), change: revert.clone() },
        Write::ChangesMarked { object: id(10), numbers: taken, reverted_by: Some(7) },
        Write::ChangesMarked { object: id(10), numbers: numbers(&[3]), reverted_by: None },
        Write::ChangesPublished { object: id(10), numbers: numbers(&[1, 2]), version: 4 },
    ])
    .await;
    let all = bench.store.changes(room.workspace, id(10), &ALL, PAGE).await.unwrap();
    assert_eq!(all[0], revert);
    let marks: Vec<_> = all[1..].iter().map(|change| (change.reverted_by, change.published)).collect();
    let (live, no) = (Some(4), None);
    assert_eq!(marks, [(no, no), (Some(7), no), (no, no), (no, no), (Some(7), live), (no, live)]);
    assert_eq!(bench.store.change(room.workspace, id(10), 3).await.unwrap(), all[4]);
    assert_eq!(bench.store.change(room.workspace, id(10), 9).await.unwrap_err(), StoreError::NotFound);
}

#[tokio::test]
async fn the_content_at_a_revision_is_found_from_either_end() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let mut at = Stack::empty();
    let mut writes = vec![Write::Object(ObjectHead { revision: Revision(9), ..head(10) })];
    let mut states = vec![at.to_seeds()];
    for number in 1..=9 {
        let row = rename(number, &format!("name {number}"));
        let inverse = at.apply(&row.op, Revision(number), None).unwrap();
        states.push(at.to_seeds());
        let operation = Arc::new(Operation { inverse, ..row });
        writes.push(Write::Operation { object: id(10), operation });
        writes.push(Write::Change { object: id(10), change: change(number, number, number) });
    }
    room.write(writes).await;
    for (revision, state) in (0..).zip(&states) {
        let found = bench.store.content_at(room.workspace, id(10), Revision(revision)).await.unwrap();
        assert_eq!(found.to_seeds(), *state, "{revision}");
    }
    let later = bench.store.content_at(room.workspace, id(10), Revision(10)).await;
    assert_eq!(later.unwrap_err(), StoreError::NotFound);
}
