//! Rows that came with a file are shown and hidden in pieces.

use super::*;
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
