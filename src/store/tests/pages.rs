//! How many pages of the database what people do most writes: each goes to the disk twice.

use std::fs;

use sqlx::{Connection, SqliteConnection};

use super::*;
use crate::domain::command::{ChangeKind, Numbers};

/// A page in the log with its head, in bytes.
const FRAME: u64 = 4_096 + 24;

#[tokio::test]
async fn an_edit_that_goes_on_writes_no_index() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let edited = |revision| {
        let head = ObjectHead { revision: Revision(revision), changes: 1, ..head(10) };
        vec![Write::Object(head), Write::Change { object: id(10), change: change(1, 1, revision) }]
    };
    room.write(edited(1)).await;
    // The log cannot begin anew while somebody reads it.
    let path = bench.folder.path().join("baton.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).read_only(true);
    let mut reader = SqliteConnection::connect_with(&options).await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM changes").execute(&mut *reading).await.unwrap();
    room.write(edited(2)).await;
    let log = || fs::metadata(path.with_extension("db-wal")).unwrap().len();
    let before = log();
    for revision in 3..=12 {
        room.write(edited(revision)).await;
    }
    // One of objects and one of changes.
    assert_eq!((log() - before) / FRAME, 10 * 2);
    reading.rollback().await.unwrap();
    assert_eq!(
        bench.store.change(room.workspace, id(10), 1).await.unwrap(),
        change(1, 1, 12),
        "what does not change stays"
    );
}

#[tokio::test]
async fn all_of_a_change_can_change() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let other = Change {
        number: 1,
        user: id(2),
        began: NOW.plus(1),
        ended: NOW.plus(2),
        words: "Undone".to_owned(),
        kind: ChangeKind::Undo,
        item: None,
        field: None,
        from: Revision(2),
        to: Revision(3),
        reverted_by: Some(4),
        taken: [5].into_iter().collect::<Numbers>(),
        published: Some(6),
    };
    for row in [change(1, 1, 1), other.clone(), change(1, 1, 1), other] {
        room.write(vec![Write::Change { object: id(10), change: row.clone() }]).await;
        assert_eq!(bench.store.change(room.workspace, id(10), 1).await.unwrap(), row);
    }
}

#[tokio::test]
async fn all_of_an_object_can_change() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let other = ObjectHead {
        id: id(10),
        kind: ObjectKind::Table,
        name: "people".to_owned(),
        group: Some(id(77)),
        revision: Revision(7),
        changes: 8,
        version: None,
    };
    for row in [head(10), other.clone(), head(10), other] {
        room.write(vec![Write::Object(row.clone())]).await;
        assert_eq!(bench.store.load_room(room.workspace).await.unwrap().objects, [row]);
    }
}
