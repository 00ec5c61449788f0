//! The writer's rules: groups, failures, unknown outcomes.

use super::*;

fn object(number: u128) -> Vec<Write> {
    vec![Write::Object(head(number))]
}

/// A batch whose second statement cannot work.
fn impossible() -> Vec<Write> {
    vec![Write::Object(head(90)), Write::ObjectDeleted { object: id(91), at: NOW, user: id(1) }]
}

async fn objects(bench: &Bench, workspace: WorkspaceId) -> Vec<ObjectId> {
    let stored = bench.store.load_room(workspace).await.unwrap();
    stored.objects.into_iter().map(|head| head.id).collect()
}

/// Makes the writer wait in a commit, so that whatever is submitted until the guard is dropped stands in one group.
async fn stopped(bench: &Bench, room: &mut Room) -> HeldCommits {
    let mut held = bench.faults.hold_commits();
    room.submit(object(1000));
    held.reached().await;
    held
}

#[tokio::test]
async fn what_waits_is_one_commit() {
    let bench = Bench::new().await;
    let (mut a, mut b) = (bench.room(100).await, bench.room(101).await);
    let before = bench.faults.commits();
    let held = stopped(&bench, &mut a).await;
    for number in 10..14 {
        a.submit(object(number));
        b.submit(object(number));
    }
    assert!(b.answers.try_recv().is_err(), "nothing is answered before its commit");
    drop(held);
    for n in 1..=4 {
        assert_eq!(b.answer().await, (n, CommitOutcome::Ok));
    }
    for n in 1..=5 {
        assert_eq!(a.answer().await, (n, CommitOutcome::Ok));
    }
    assert_eq!(bench.faults.commits() - before, 2);
    assert_eq!(objects(&bench, b.workspace).await, [10, 11, 12, 13].map(id));
}

#[tokio::test]
async fn a_failing_statement_hurts_only_its_room() {
    let bench = Bench::new().await;
    let (mut a, mut b) = (bench.room(100).await, bench.room(101).await);
    let held = stopped(&bench, &mut a).await;
    a.submit(object(10));
    b.submit(object(10));
    a.submit(impossible());
    b.submit(object(11));
    a.submit(object(12));
    drop(held);
    use CommitOutcome::{Ok, RoomFailed};
    for expected in [(1, Ok), (2, Ok), (3, RoomFailed), (4, RoomFailed)] {
        assert_eq!(a.answer().await, expected);
    }
    for expected in [(1, Ok), (2, Ok)] {
        assert_eq!(b.answer().await, expected);
    }
    assert_eq!(objects(&bench, a.workspace).await, [10, 1000].map(id), "the failed batch left nothing");
    assert_eq!(objects(&bench, b.workspace).await, [10, 11].map(id));
}

#[tokio::test]
async fn a_failed_incarnation_is_refused_until_the_next() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    bench.faults.fail_statement(1);
    room.submit(object(10));
    assert_eq!(room.answer().await, (1, CommitOutcome::RoomFailed));
    room.submit(object(11));
    assert_eq!(room.answer().await, (2, CommitOutcome::RoomFailed));
    let mut next = bench.open(room.workspace, 2);
    assert!(matches!(room.try_submit(object(12)), Err(SubmitError::Closed(_))));
    next.write(object(13)).await;
    assert_eq!(objects(&bench, room.workspace).await, [id(13)]);
}

async fn unknown_outcome(when: When, expected: &[u128]) {
    let bench = Bench::new().await;
    let (mut a, mut b, mut c) = (bench.room(100).await, bench.room(101).await, bench.room(102).await);
    let held = stopped(&bench, &mut a).await;
    a.submit(object(10));
    b.submit(object(10));
    bench.faults.fail_probes(4);
    bench.faults.fail_commit(2, when);
    drop(held);
    assert_eq!(a.answer().await, (1, CommitOutcome::Ok));
    assert_eq!(a.answer().await, (2, CommitOutcome::Lost));
    assert_eq!(b.answer().await, (1, CommitOutcome::Lost));
    // Nothing more of these lives, but others go on.
    b.submit(object(11));
    assert_eq!(b.answer().await, (2, CommitOutcome::RoomFailed));
    c.write(object(10)).await;
    assert_eq!(objects(&bench, b.workspace).await, expected.iter().map(|n| id(*n)).collect::<Vec<_>>());
    let mut again = bench.open(b.workspace, 2);
    again.write(object(12)).await;
}

#[tokio::test]
async fn a_commit_that_failed_before_it_took_effect_is_lost_and_not_there() {
    unknown_outcome(When::Before, &[]).await;
}

#[tokio::test]
async fn a_commit_that_failed_after_it_took_effect_is_lost_and_there() {
    unknown_outcome(When::After, &[10]).await;
}

#[tokio::test]
async fn while_the_database_cannot_be_written_nothing_is_answered() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    bench.faults.fail_probes(u64::MAX);
    bench.faults.fail_commit(1, When::Before);
    room.submit(object(10));
    tokio::time::timeout(Duration::from_secs(30), bench.faults.probed(5)).await.unwrap();
    assert!(room.answers.try_recv().is_err());
    bench.faults.fail_probes(0);
    assert_eq!(room.answer().await, (1, CommitOutcome::Lost));
}

#[tokio::test]
async fn account_facts_are_written_whole_or_not_at_all() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let add = |key: &str| AccountWrite::SettingAdded { key: key.into(), value: "1".into() };
    let refused = bench.writer.accounts(vec![add("a"), add("b"), add("a")]).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert!(bench.store.settings().await.unwrap().is_empty());
    bench.writer.accounts(vec![add("a"), add("b")]).await.unwrap();
    assert_eq!(bench.store.setting("b").await.unwrap().as_deref(), Some("1"));
    room.write(object(10)).await;
}

#[tokio::test]
async fn a_room_with_too_much_in_flight_is_told_full_and_not_harmed() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let held = stopped(&bench, &mut room).await;
    for number in 10..17 {
        room.submit(object(number));
    }
    assert!(matches!(room.try_submit(object(17)), Err(SubmitError::Full(_))), "eight places for answers");
    drop(held);
    for n in 1..=8 {
        assert_eq!(room.answer().await, (n, CommitOutcome::Ok));
    }
    room.write(object(17)).await;
}

#[tokio::test]
async fn a_room_that_no_longer_listens_holds_nobody_up() {
    let bench = Bench::new().await;
    let (mut a, mut b) = (bench.room(100).await, bench.room(101).await);
    let held = stopped(&bench, &mut b).await;
    a.submit(object(10));
    let (workspace, incarnation) = (a.workspace, a.incarnation);
    drop(a);
    bench.writer.close_room(workspace, incarnation);
    b.submit(object(10));
    drop(held);
    assert_eq!(b.answer().await, (1, CommitOutcome::Ok));
    assert_eq!(b.answer().await, (2, CommitOutcome::Ok));
    bench.writer.barrier().await.unwrap();
    assert_eq!(objects(&bench, workspace).await, [id(10)]);
}

#[tokio::test]
async fn a_transaction_that_the_database_ended_itself_loses_all_and_writes_nothing() {
    let bench = Bench::new().await;
    let (mut a, mut b) = (bench.room(100).await, bench.room(101).await);
    let held = stopped(&bench, &mut a).await;
    b.submit(object(10));
    a.submit(object(10));
    b.submit(object(11));
    bench.faults.end_transaction(2);
    drop(held);
    assert_eq!(a.answer().await, (1, CommitOutcome::Ok));
    assert_eq!(a.answer().await, (2, CommitOutcome::Lost));
    assert_eq!(b.answer().await, (1, CommitOutcome::Lost));
    assert_eq!(b.answer().await, (2, CommitOutcome::Lost));
    assert!(objects(&bench, b.workspace).await.is_empty(), "nothing was written outside of a transaction");
    assert_eq!(objects(&bench, a.workspace).await, [id(1000)]);
}

#[tokio::test]
async fn an_account_fact_of_unknown_outcome_says_so() {
    let bench = Bench::new().await;
    let set = || AccountWrite::SettingSet { key: "k".into(), value: "v".into() };
    for (when, expected) in [(When::Before, None), (When::After, Some("v"))] {
        bench.faults.fail_commit(1, when);
        assert_eq!(bench.writer.account(set()).await, Err(StoreError::Lost));
        assert_eq!(bench.store.setting("k").await.unwrap().as_deref(), expected);
    }
    bench.writer.account(set()).await.unwrap();
}

#[tokio::test]
async fn a_barrier_comes_after_all_that_was_handed_over() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    room.submit(object(10));
    bench.writer.barrier().await.unwrap();
    assert!(room.answers.try_recv().is_ok());
    assert_eq!(objects(&bench, room.workspace).await, [id(10)]);
}
