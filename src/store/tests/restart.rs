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

/// Names the folder in which [`child_writes_until_killed`] writes.
const CHILD_FOLDER: &str = "BATON_TEST_CHILD_FOLDER";

/// What is acknowledged before the child is killed.
const ENOUGH: u128 = 40;

/// Passes at once unless it runs as the child of the test below.
#[test]
fn child_writes_until_killed() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (_, connection) =
            open_sqlite(SqliteSettings::new(std::path::Path::new(&folder).join("baton.db"))).await.unwrap();
        let writer = Writer::start(connection, WriterSettings::default());
        let workspace = id(100);
        let made = AccountWrite::WorkspaceMade { workspace, name: "T".into(), at: NOW, owner: member(1) };
        writer.account(made).await.unwrap();
        let (done, answers) = mpsc::channel(8);
        writer.open_room(workspace, 1, done);
        let mut room = Room { workspace, incarnation: 1, n: 0, answers, writer };
        for number in 0.. {
            // Some are in flight at any time, so the kill comes in the middle of something.
            room.submit(vec![Write::Object(head(number))]);
            if number >= 4 {
                let (n, outcome) = room.answer().await;
                assert_eq!(outcome, CommitOutcome::Ok);
                println!("acknowledged {}", n - 1);
            }
        }
    });
}

#[test]
fn a_kill_keeps_what_was_acknowledged() {
    use std::io::BufRead;
    let folder = TempDir::new().unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "store::tests::restart::child_writes_until_killed"])
        .env(CHILD_FOLDER, folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    for line in lines {
        let line = line.unwrap();
        if let Some((_, number)) = line.split_once("acknowledged ") {
            acknowledged.push(number.parse::<u128>().unwrap());
        }
        // SIGKILL; what the child had printed until then is still read.
        if acknowledged.len() as u128 == ENOUGH {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() as u128 >= ENOUGH);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = Bench::at(folder).await;
        let stored = bench.store.load_room(id(100)).await.unwrap();
        for number in acknowledged {
            assert!(stored.objects.contains(&head(number)), "{number} was acknowledged and is gone");
        }
        let mut room = bench.open(id(100), 1);
        room.write(vec![Write::Object(head(1_000_000))]).await;
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
async fn a_closed_store_says_so() {
    let bench = Bench::new().await;
    bench.store.ready().await.unwrap();
    bench.store.close().await;
    assert_eq!(bench.store.ready().await, Err(StoreError::Closed));
}
