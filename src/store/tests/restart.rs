//! What was acknowledged is there after an end, a good one or not.

use super::*;

#[tokio::test]
async fn close_writes_what_was_handed_over() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    for number in 10..15 {
        room.submit(vec![Write::Object(head(number))]);
    }
    let bench = bench.reopened().await;
    for n in 1..=5 {
        assert_eq!(room.answer().await, (n, CommitOutcome::Ok));
    }
    assert!(room.answers.recv().await.is_none(), "the channel ends with the writer");
    assert!(matches!(room.try_submit(Vec::new()), Err(SubmitError::Closed(_))));
    assert_eq!(bench.store.load_room(room.workspace).await.unwrap().objects.len(), 5);
}

#[test]
fn a_kill_keeps_what_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let copy = TempDir::new().unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    first.block_on(async {
        let bench = Bench::at(folder).await;
        let mut room = bench.room(100).await;
        room.write(vec![Write::Object(head(10))]).await;
        let mut held = bench.faults.hold_commits();
        room.submit(vec![Write::Object(head(11))]);
        held.reached().await;
        // The files as a kill in the middle of a transaction would leave them.
        for entry in std::fs::read_dir(bench.folder.path()).unwrap() {
            let entry = entry.unwrap();
            if !entry.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
            }
        }
    });
    runtime().block_on(async {
        let bench = Bench::at(copy).await;
        assert_eq!(bench.store.load_room(id(100)).await.unwrap().objects, [head(10)]);
        let mut room = bench.open(id(100), 1);
        room.write(vec![Write::Object(head(12))]).await;
    });
}

#[tokio::test]
async fn an_epoch_is_later_than_every_earlier_one() {
    let bench = Bench::new().await;
    assert_eq!(bench.writer.begin_epoch(1000).await, Ok(1000));
    assert_eq!(bench.writer.begin_epoch(900).await, Ok(1001), "the clock went back");
    let bench = bench.reopened().await;
    assert_eq!(bench.writer.begin_epoch(1001).await, Ok(1002));
    assert_eq!(bench.writer.begin_epoch(5000).await, Ok(5000));
}

#[tokio::test]
async fn a_closed_writer_says_so() {
    let bench = Bench::new().await;
    let writer = bench.writer.clone();
    bench.writer.close().await;
    assert_eq!(writer.begin_epoch(1).await, Err(StoreError::Closed));
    assert_eq!(writer.barrier().await, Err(StoreError::Closed));
    writer.close().await;
}

#[tokio::test]
async fn readers_cannot_write() {
    let bench = Bench::new().await;
    bench.store.ready().await.unwrap();
    bench.store.close().await;
    assert_eq!(bench.store.ready().await, Err(StoreError::Closed));
}
