//! Records: files that are shown and hidden in pieces, and who did what to which record.

use super::*;
use crate::domain::command::{Change, ChangeKind, Numbers};
use crate::domain::record::Record;

const TABLE: u128 = 10;

fn row(ordinal: u64) -> Record {
    Record {
        id: Uuid::from_u128(1_000 + u128::from(ordinal)),
        ordinal,
        cells: std::collections::BTreeMap::default(),
        revision: Revision(0),
        last_op: None,
        deleted: false,
    }
}

fn span(span: (u64, u64), shown: bool, revision: u64) -> Write {
    Write::Span { object: id(TABLE), span, shown, revision: Revision(revision) }
}

/// The numbers of the rows that are there.
async fn seen(bench: &Bench) -> Vec<u64> {
    let mut seen = Vec::new();
    for ordinal in 1..=10 {
        if bench.store.record(id(100), id(TABLE), row(ordinal).id).await.unwrap().is_some() {
            seen.push(ordinal);
        }
    }
    seen
}

#[tokio::test]
async fn a_part_of_a_file_is_hidden_and_shown_and_the_rest_stays_as_it_is() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let records = (1..=10).map(row).collect();
    room.write(vec![
        Write::Object(ObjectHead { kind: ObjectKind::Table, ..head(TABLE) }),
        Write::Staged { object: id(TABLE), span: (1, 10), records },
    ])
    .await;
    assert!(seen(&bench).await.is_empty());
    let steps = [
        (span((1, 10), true, 2), (1..=10).collect::<Vec<u64>>()),
        (span((4, 6), false, 3), vec![1, 2, 3, 7, 8, 9, 10]),
        (span((5, 5), true, 4), vec![1, 2, 3, 5, 7, 8, 9, 10]),
        (span((3, 7), false, 5), vec![1, 2, 8, 9, 10]),
        (span((1, 1), false, 6), vec![2, 8, 9, 10]),
        (span((10, 10), false, 7), vec![2, 8, 9]),
        (span((1, 10), true, 8), (1..=10).collect()),
    ];
    for (write, expected) in steps {
        let what = format!("after {write:?}");
        room.write(vec![write]).await;
        assert_eq!(seen(&bench).await, expected, "{what}");
    }
}

#[tokio::test]
async fn rows_that_did_not_come_in_are_swept() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    room.write(vec![
        Write::Object(ObjectHead { kind: ObjectKind::Table, ..head(TABLE) }),
        Write::Staged { object: id(TABLE), span: (1, 4), records: (1..=4).map(row).collect() },
        Write::Staged { object: id(TABLE), span: (5, 8), records: (5..=8).map(row).collect() },
        span((1, 4), true, 2),
        Write::Swept { object: id(TABLE), span: (5, 8) },
    ])
    .await;
    assert_eq!(seen(&bench).await, [1, 2, 3, 4]);
    // Their numbers are free again.
    room.write(vec![
        Write::Staged { object: id(TABLE), span: (5, 6), records: (5..=6).map(row).collect() },
        span((5, 6), true, 3),
    ])
    .await;
    assert_eq!(seen(&bench).await, [1, 2, 3, 4, 5, 6]);
}

/// A member's edit of the record with that number, which made `revision`.
fn edited(number: u64, user: u128, ordinal: u64, revision: u64) -> Write {
    let change = Change {
        number,
        user: id(user),
        began: NOW,
        ended: NOW,
        words: "Changed a record".into(),
        kind: ChangeKind::Edit,
        item: Some(ItemId::Record(row(ordinal).id)),
        field: Some("name".into()),
        from: Revision(revision),
        to: Revision(revision),
        reverted_by: None,
        taken: Numbers::default(),
        published: None,
    };
    Write::Change { object: id(TABLE), change }
}

#[tokio::test]
async fn what_a_member_did_to_records_is_found_with_what_came_after_it() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    room.write(vec![
        Write::Object(ObjectHead { kind: ObjectKind::Table, ..head(TABLE) }),
        Write::Record { object: id(TABLE), record: Box::new(row(1)) },
        Write::Record { object: id(TABLE), record: Box::new(row(2)) },
        Write::Record { object: id(TABLE), record: Box::new(row(3)) },
        edited(1, 1, 1, 2),
        edited(2, 2, 1, 3),
        edited(3, 1, 2, 4),
        Write::ChangesMarked {
            object: id(TABLE),
            numbers: Numbers::from_runs([(3, 3)]).unwrap(),
            reverted_by: Some(4),
        },
        edited(5, 1, 3, 6),
    ])
    .await;
    let work = async |since, author: Option<u128>, max| {
        let author = author.map(id);
        bench.store.record_work(id(100), id(TABLE), Revision(since), author, max).await.unwrap()
    };
    assert_eq!(work(0, None, 9).await.numbers, [1, 2, 5], "what was taken back does not stand");
    assert_eq!(work(0, Some(1), 9).await.numbers, [1, 5]);
    assert_eq!(work(2, Some(1), 9).await.numbers, [5], "only after the revision");
    let many = work(0, None, 1).await;
    assert!(
        many.numbers.len() == 2 && many.changes.is_empty(),
        "one too many, and nothing is read: {many:?}"
    );
    let change = bench.store.record_change(id(100), id(TABLE), 1).await.unwrap().unwrap();
    assert_eq!(change.later.iter().map(|later| later.change).collect::<Vec<_>>(), [2]);
    let last = bench.store.record_change(id(100), id(TABLE), 5).await.unwrap().unwrap();
    assert!(last.later.is_empty());
}
