//! What was written is what is read.

use super::*;
use crate::domain::effect::{
    AuditEntry, LockRow, LockState, LockView, ParkedDraft, ParkedOperation, ParkedReason, PastFence, Promise,
    Receipt, RequestRow, RequestView, Taken, TakenFrom,
};
use crate::domain::path::LockPath;

const PAGE: Page = Page { before: None, limit: 10 };

fn lock(item: Option<ItemId>, counter: u64) -> LockRow {
    let view = LockView {
        path: LockPath { object: id(10), item },
        session: id(50),
        user: id(1),
        fence: Fence { epoch: 9, counter },
        state: LockState::HandingOver,
        since: NOW,
        edited: NOW.plus(1),
        unsaved: 4,
        idle_until: Some(NOW.plus(2)),
        // The moment is not kept: it is given anew from what remains.
        promise: Some(Promise { request: id(60), until: Timestamp::default() }),
        undo_until: None,
    };
    let from = vec![TakenFrom { path: view.path, session: id(52), user: id(3) }];
    let taken = Some(Taken { by: id(1), from, remains_ms: 200_000 });
    LockRow { view, secret: [7; 32], wrote: Some(Revision(3)), promised_ms: Some(120_000), taken }
}

fn request(number: u128, order: u64) -> RequestRow {
    let view = RequestView {
        id: id(number),
        path: LockPath::object(id(10)),
        session: id(51),
        user: id(2),
        note: "May I?".to_owned(),
        since: NOW,
        place: 1,
        ignored_by: vec![id(1), id(3)],
        nudged: true,
        take_over: None,
        eta: None,
    };
    RequestRow { view, secret: [8; 32], remains_ms: 600_000, waited_ms: 30_000, promised: true, order }
}

fn parked(texts: &[&str]) -> ParkedDraft {
    let operation = |(n, text): (u128, &&str)| ParkedOperation {
        op_id: id(0xB000 + n),
        reason: ParkedReason::ChainParked,
        at: NOW,
        base: Revision(3),
        op: set(Some(text)),
        words: "Renamed".to_owned(),
    };
    ParkedDraft {
        id: id(70),
        user: id(2),
        object: id(10),
        item: Some(ItemId::Settings),
        since: NOW,
        holder: Some(id(1)),
        operations: (0..).zip(texts).map(operation).collect(),
    }
}

fn receipt(op: u128, receipt: Receipt, at: Timestamp) -> Write {
    Write::Receipt { user: id(2), op_id: id(op), intent: [5; 16], receipt, at }
}

/// The n-th id that was made at a moment.
fn made(at: Timestamp, n: u128) -> u128 {
    (u128::try_from(at.0).unwrap() << 80) + n
}

fn all_receipts() -> Vec<Receipt> {
    let fence = Fence { epoch: 9, counter: 2 };
    let revision = Revision(4);
    vec![
        Receipt::Edited { revision, change: 2 },
        Receipt::Parked { parked: id(70), reason: ParkedReason::LockLost },
        Receipt::Acquired { fence, revision },
        Receipt::Busy { holder: Box::new(lock(None, 1).view) },
        Receipt::Waiting { request: id(60), place: 3 },
        Receipt::HandingOver,
        Receipt::Done,
        Receipt::Imported { objects: vec![(id(10), true), (id(11), false)] },
        Receipt::Reverted { change: 3, revision, left: Vec::new(), records: Some(4) },
        Receipt::Published { version: 1, revision },
    ]
}

#[tokio::test]
async fn an_unknown_workspace_is_not_found() {
    let bench = Bench::new().await;
    assert_eq!(bench.store.load_room(id(1)).await.unwrap_err(), StoreError::NotFound);
}

#[tokio::test]
async fn a_room_reads_what_it_wrote() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let version = VersionHead {
        number: 1,
        revision: Revision(2),
        user: id(1),
        at: NOW,
        description: "First".to_owned(),
        contributors: vec![id(1), id(2)],
        whole: true,
    };
    let published = ObjectHead { version: Some(version.clone()), group: Some(id(12)), ..head(10) };
    let step = Some(ItemId::Node(Uuid::from_u128(5)));
    room.write(vec![
        Write::Member(Member { role: Role::Viewer, ..member(2) }),
        Write::Member(member(3)),
        Write::Object(published.clone()),
        Write::Object(head(11)),
        Write::Version { object: id(10), head: version, stack: stack("add", 2) },
        Write::Lock(lock(None, 5)),
        Write::Lock(lock(step, 3)),
        Write::Request(request(61, 2)),
        Write::Request(request(60, 1)),
        Write::Parked(parked(&["one", "two"])),
    ])
    .await;
    let receipts: Vec<_> =
        (0..).zip(all_receipts()).map(|(n, row)| receipt(made(NOW, n), row, NOW)).collect();
    room.write(receipts).await;
    room.write(vec![Write::MemberRemoved(id(3))]).await;

    let stored = bench.store.load_room(room.workspace).await.unwrap();
    assert_eq!((stored.workspace, stored.name.as_str()), (room.workspace, "Team 100"));
    assert_eq!(stored.fence, Fence { epoch: 9, counter: 5 });
    assert_eq!(stored.members, [member(1), Member { role: Role::Viewer, ..member(2) }]);
    assert_eq!(stored.objects, [published, head(11)]);
    assert_eq!(stored.locks, [lock(None, 5), lock(step, 3)]);
    assert_eq!(stored.requests, [request(60, 1), request(61, 2)]);
    assert_eq!(stored.parked, [parked(&["one", "two"])]);
    let answers: Vec<_> = stored.receipts.iter().map(|row| row.receipt.clone()).collect();
    assert_eq!(answers, all_receipts());
    assert!(stored.receipts.iter().all(|row| row.intent == [5; 16] && row.user == id(2)));
}

#[tokio::test]
async fn rows_are_replaced_and_end() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    room.write(vec![
        Write::Lock(lock(None, 5)),
        Write::Request(request(60, 1)),
        Write::Parked(parked(&["one", "two"])),
        Write::Object(head(10)),
    ])
    .await;
    let renamed = ObjectHead { name: "sub".to_owned(), revision: Revision(1), changes: 1, ..head(10) };
    let moved = LockRow { wrote: None, ..lock(None, 6) };
    room.write(vec![
        Write::Lock(moved.clone()),
        Write::Request(request(60, 4)),
        Write::Parked(parked(&["three"])),
        Write::Object(renamed.clone()),
    ])
    .await;
    let stored = bench.store.load_room(room.workspace).await.unwrap();
    assert_eq!(stored.objects, [renamed]);
    assert_eq!(stored.locks, [moved]);
    assert_eq!(stored.requests, [request(60, 4)]);
    assert_eq!(stored.parked, [parked(&["three"])]);

    room.write(vec![
        Write::LockEnded { path: LockPath::object(id(10)), at: NOW },
        Write::RequestEnded(id(60)),
        Write::ParkedEnded(id(70)),
        Write::ObjectDeleted { object: id(10), at: NOW, user: id(1) },
    ])
    .await;
    let stored = bench.store.load_room(room.workspace).await.unwrap();
    assert!(stored.locks.is_empty() && stored.requests.is_empty());
    assert!(stored.parked.is_empty() && stored.objects.is_empty());
    assert_eq!(stored.fence, Fence { epoch: 9, counter: 6 }, "a fence outlives its lock");
    let past =
        PastFence { fence: stored.fence, path: LockPath::object(id(10)), session: id(50), user: id(1) };
    assert_eq!(stored.fences, [past]);
    assert_eq!(bench.store.past_fence(room.workspace, stored.fence).await.unwrap(), Some(past));
    let never = Fence { epoch: 9, counter: 5 };
    assert_eq!(bench.store.past_fence(room.workspace, never).await.unwrap(), None);
}

#[tokio::test]
async fn a_deleted_object_frees_its_name_and_keeps_its_log() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let log = Write::Operation { object: id(10), operation: Arc::new(rename(1, "add")) };
    let change = Write::Change { object: id(10), change: change(1, 1, 1) };
    room.write(vec![Write::Object(ObjectHead { revision: Revision(1), ..head(10) }), log, change]).await;
    let twin = ObjectHead { id: id(11), ..head(10) };
    let n = room.submit(vec![Write::Object(twin.clone())]);
    assert_eq!(room.answer().await, (n, CommitOutcome::RoomFailed), "the name is taken");

    let mut room = bench.open(room.workspace, 2);
    room.write(vec![Write::ObjectDeleted { object: id(10), at: NOW, user: id(1) }, Write::Object(twin)])
        .await;
    let missing = bench.store.load_stack(room.workspace, id(10), Revision(1)).await;
    assert_eq!(missing.unwrap_err(), StoreError::NotFound);
    assert_eq!(bench.store.operations(room.workspace, id(10), 1).await.unwrap(), [rename(1, "add")]);
}

#[tokio::test]
async fn a_draft_is_its_checkpoint_and_the_log_since() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let step = |revision, text: &str| Write::Operation {
        object: id(10),
        operation: Arc::new(Operation { change: revision, ..rename(revision, text) }),
    };
    let publish = VersionHead {
        number: 1,
        revision: Revision(1),
        user: id(1),
        at: NOW,
        description: String::new(),
        contributors: Vec::new(),
        whole: true,
    };
    let current =
        ObjectHead { revision: Revision(3), changes: 2, version: Some(publish.clone()), ..head(10) };
    room.write(vec![
        Write::Object(current.clone()),
        step(1, "one"),
        Write::Change { object: id(10), change: change(1, 1, 1) },
        Write::Version { object: id(10), head: publish.clone(), stack: stack("one", 1) },
        Write::ChangesPublished { object: id(10), numbers: [1].into_iter().collect(), version: 1 },
        step(2, "two"),
        Write::Change { object: id(10), change: change(2, 2, 2) },
        step(3, "three"),
        Write::Change { object: id(10), change: change(3, 3, 3) },
    ])
    .await;
    for checkpoint in [false, true] {
        if checkpoint {
            let (object, revision) = (id(10), Revision(2));
            room.write(vec![Write::Checkpoint { object, revision, stack: stack("two", 2) }]).await;
        }
        let loaded = bench.store.load_stack(room.workspace, id(10), Revision(3)).await.unwrap();
        assert_eq!(loaded.draft, *stack("three", 3));
        assert_eq!((loaded.revision, loaded.last_change), (Revision(3), 3));
        assert_eq!(loaded.published.as_ref(), Some(&*stack("one", 1)));
        assert_eq!(loaded.changes, [change(2, 2, 2), change(3, 3, 3)]);
        let made: Vec<_> = loaded.operations.iter().map(|row| row.revision.0).collect();
        assert_eq!(made, [2, 3]);
    }
    for wrong in [2, 4] {
        let missed = bench.store.load_stack(room.workspace, id(10), Revision(wrong)).await;
        assert!(matches!(missed, Err(StoreError::Conflict(_))), "{wrong}");
    }
    let (found, content) = bench.store.version(room.workspace, id(10), 1).await.unwrap();
    assert_eq!((&found, &content), (&publish, &*stack("one", 1)));
    assert_eq!(bench.store.versions(room.workspace, id(10), PAGE).await.unwrap(), [publish]);
    let missing = bench.store.version(room.workspace, id(10), 2).await;
    assert_eq!(missing.unwrap_err(), StoreError::NotFound);
}

#[tokio::test]
async fn a_log_with_a_gap_is_not_loaded() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let step = |revision| Write::Operation { object: id(10), operation: Arc::new(rename(revision, "x")) };
    room.write(vec![Write::Object(ObjectHead { revision: Revision(3), ..head(10) }), step(1), step(3)]).await;
    let gap = bench.store.load_stack(room.workspace, id(10), Revision(3)).await;
    assert!(matches!(gap, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn an_old_checkpoint_does_not_replace_a_new_one() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let point = |revision, text: &str| Write::Checkpoint {
        object: id(10),
        revision: Revision(revision),
        stack: stack(text, revision),
    };
    room.write(vec![
        Write::Object(ObjectHead { revision: Revision(5), ..head(10) }),
        point(5, "five"),
        point(4, "four"),
    ])
    .await;
    let loaded = bench.store.load_stack(room.workspace, id(10), Revision(5)).await.unwrap();
    assert_eq!(loaded.draft, *stack("five", 5));
    assert_eq!(loaded.last_change, 0);
}

#[tokio::test]
async fn changes_come_in_pages_newest_first() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let row = |number| Write::Change { object: id(10), change: change(number, number, number) };
    room.write((1..=5).map(row).collect()).await;
    let reverted = Change { reverted_by: Some(5), ..change(4, 4, 4) };
    room.write(vec![Write::Change { object: id(10), change: reverted.clone() }]).await;
    let all = ChangeFilter::default();
    let page = |before| bench.store.changes(room.workspace, id(10), &all, Page { before, limit: 2 });
    assert_eq!(page(None).await.unwrap(), [change(5, 5, 5), reverted]);
    assert_eq!(page(Some(4)).await.unwrap(), [change(3, 3, 3), change(2, 2, 2)]);
    assert_eq!(page(Some(2)).await.unwrap(), [change(1, 1, 1)]);
}

#[tokio::test]
async fn a_revision_and_an_op_id_stand_once_in_the_log() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let log = |operation| vec![Write::Operation { object: id(10), operation: Arc::new(operation) }];
    room.write(log(rename(1, "one"))).await;
    let same_revision = Operation { op_id: id(0xAAAA), ..rename(1, "two") };
    let same_op_id = Operation { op_id: rename(1, "one").op_id, ..rename(2, "two") };
    for (incarnation, twin) in [(1, same_revision), (2, same_op_id)] {
        let mut room = bench.open(room.workspace, incarnation);
        let n = room.submit(log(twin));
        assert_eq!(room.answer().await, (n, CommitOutcome::RoomFailed));
    }
}

#[tokio::test]
async fn old_answers_go_unless_log_or_parked_draft_hold_them() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let old = Timestamp(NOW.0 - 2 * 24 * 60 * 60 * 1000);
    let edited = Receipt::Edited { revision: Revision(1), change: 1 };
    let kept = Receipt::Parked { parked: id(70), reason: ParkedReason::Revoked };
    // Those that have passed are looked for once in a while, not at each answer.
    let later = |from: u128| (from..from + 64).map(|n| receipt(made(NOW, n), Receipt::Done, NOW));
    let mut writes = vec![
        receipt(1, Receipt::Done, old),
        receipt(2, edited, old),
        Write::Parked(parked(&["one"])),
        receipt(0xB000, kept, old),
    ];
    writes.extend(later(0x1000));
    room.write(writes).await;
    let has = async |op: u128| bench.store.receipt(room.workspace, id(2), id(op)).await.unwrap().is_some();
    let new = made(NOW, 0x1000);
    assert_eq!([has(1).await, has(2).await, has(0xB000).await, has(new).await], [false, true, true, true]);
    let mut writes = vec![Write::ParkedEnded(id(70))];
    writes.extend(later(0x2000));
    room.write(writes).await;
    let has = async |op: u128| bench.store.receipt(room.workspace, id(2), id(op)).await.unwrap().is_some();
    assert_eq!([has(2).await, has(0xB000).await], [true, false]);
}

#[tokio::test]
async fn a_room_knows_the_answers_to_new_ids_of_every_member() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let minutes = |n: i64| Timestamp(NOW.0 + n * 60 * 1000);
    let by = |user: u128, minute: i64| Write::Receipt {
        user: id(user),
        op_id: id(made(minutes(minute), user)),
        intent: [5; 16],
        receipt: Receipt::Done,
        at: NOW,
    };
    room.write(vec![by(2, -11), by(2, -9), by(9, 0), by(4, 1_439), by(4, 1_441), by(7, -60)]).await;
    let known = bench.store.load_room(room.workspace).await.unwrap().receipts;
    let found: Vec<_> = known.into_iter().map(|row| (row.user, row.op_id)).collect();
    let of = |user: u128, minute: i64| (id(user), id(made(minutes(minute), user)));
    assert_eq!(found, [of(2, -9), of(4, 1_439), of(9, 0)]);
}

#[tokio::test]
async fn a_number_that_cannot_be_stored_fails_its_room() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let n = room.submit(vec![Write::Object(ObjectHead { revision: Revision(u64::MAX), ..head(10) })]);
    assert_eq!(room.answer().await, (n, CommitOutcome::RoomFailed));
}

#[tokio::test]
async fn what_is_not_valid_is_an_error_and_no_panic() {
    let spoilt = [
        "UPDATE operations SET op = '{'",
        "UPDATE operations SET op = '{\"op\":\"fly\"}'",
        "UPDATE operations SET inverse = '7'",
        "UPDATE operations SET op_id = 'nobody'",
        "UPDATE checkpoints SET content = '[]'",
        "UPDATE checkpoints SET content = '[{\"id\":\"settings\",\"kind\":\"sttings\"}]'",
        "UPDATE objects SET revision = -1",
    ];
    for sql in spoilt {
        let bench = Bench::new().await;
        let mut room = bench.room(100).await;
        let log = Write::Operation { object: id(10), operation: Arc::new(rename(2, "two")) };
        room.write(vec![
            Write::Object(ObjectHead { revision: Revision(2), ..head(10) }),
            Write::Checkpoint { object: id(10), revision: Revision(1), stack: stack("one", 1) },
            log,
        ])
        .await;
        bench.meddle(sql).await;
        let spoilt = bench.store.load_stack(room.workspace, id(10), Revision(2)).await;
        assert!(matches!(spoilt, Err(StoreError::Corrupt(_))), "{sql}: {spoilt:?}");
    }
    let spoilt = [
        "UPDATE members SET role = 'king'",
        "UPDATE members SET colour = 900",
        "UPDATE locks SET secret = x'00'",
        "UPDATE locks SET wrote = -1",
        "UPDATE locks SET item = 'nothing'",
        "UPDATE receipts SET receipt = '{\"result\":\"edited\"}'",
        "UPDATE objects SET version = 8",
        "UPDATE objects SET kind = 'thing'",
    ];
    for sql in spoilt {
        let bench = Bench::new().await;
        let mut room = bench.room(100).await;
        room.write(vec![
            Write::Object(head(10)),
            Write::Lock(lock(None, 1)),
            receipt(made(NOW, 1), Receipt::Done, NOW),
        ])
        .await;
        bench.meddle(sql).await;
        let spoilt = bench.store.load_room(room.workspace).await;
        assert!(matches!(spoilt, Err(StoreError::Corrupt(_))), "{sql}: {spoilt:?}");
    }
}

#[tokio::test]
async fn an_audit_chain_fits_and_tampering_shows() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let entry = |reason: &str| AuditEntry {
        at: NOW,
        user: Some(id(1)),
        action: "lock.force",
        subject: "step 5".to_owned(),
        reason: reason.to_owned(),
        before: "closed".into(),
        after: "open".into(),
    };
    room.write(vec![Write::Audit(entry("asleep")), Write::Audit(entry("away"))]).await;
    room.write(vec![Write::Audit(entry("lunch"))]).await;
    bench.writer.account(AccountWrite::Audited(entry("set up"))).await.unwrap();
    let chain = Chain::from(room.workspace);
    assert_eq!(bench.store.verify_audit(chain).await.unwrap(), Ok(3));
    assert_eq!(bench.store.verify_audit(Chain::Instance).await.unwrap(), Ok(1));
    let page = bench.store.audit(chain, PAGE).await.unwrap();
    assert_eq!(page.iter().map(|row| row.reason.as_str()).collect::<Vec<_>>(), ["lunch", "away", "asleep"]);

    bench.meddle("DELETE FROM audit WHERE number = 3").await;
    assert_eq!(bench.store.verify_audit(chain).await.unwrap(), Err(3));
    bench.meddle("UPDATE audit SET reason = 'awake' WHERE number = 2").await;
    assert_eq!(bench.store.verify_audit(chain).await.unwrap(), Err(2));
    bench.meddle("DELETE FROM audit WHERE number = 1").await;
    assert_eq!(bench.store.verify_audit(chain).await.unwrap(), Err(1));
}
