use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;

fn greeting() -> Greeting {
    Greeting { re: None, secret: String::new() }
}

fn limits() -> OutboxLimits {
    OutboxLimits { soft: 200, hard: 400, resyncs: 2, ..OutboxLimits::default() }
}

fn outbox(limits: OutboxLimits) -> (OutboxPool, Outbox) {
    let pool = OutboxPool::new(limits);
    let outbox = Outbox::new(SocketId(1), &pool, greeting());
    (pool, outbox)
}

fn frame(text: &str) -> Frame {
    Frame { bytes: format!("[\"{text}\"]").into(), replies: None, upto: None }
}

fn answer(text: &str) -> Frame {
    let one = frame(text);
    Frame { replies: Some(one.bytes.clone()), ..one }
}

fn long() -> Frame {
    frame(&"x".repeat(150))
}

fn live(session: u128, page: &str) -> Arc<LiveBatch> {
    let one = (Uuid::from_u128(session), ByteString::from(format!("\"{page}\"")));
    Arc::new(LiveBatch::new([one].into(), BTreeMap::new()))
}

fn text(outbox: &Outbox) -> String {
    outbox.drain().text.map(|text| text.to_string()).unwrap_or_default()
}

#[test]
fn all_that_waits_leaves_as_one_frame_in_order() {
    let (pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(frame("one"), now);
    outbox.push(Frame { upto: Some(7), ..frame("two") }, now);
    outbox.push_live(&live(1, "home"));
    assert!(pool.bytes() > 0);
    assert_eq!(text(&outbox), r#"["one","two",{"type":"live","locations":["home"]}]"#);
    assert_eq!((outbox.upto(), outbox.bytes(), pool.bytes()), (7, 0, 0));
    assert_eq!(text(&outbox), "");
}

#[test]
fn the_last_number_is_that_of_what_was_taken_and_not_of_what_was_thrown_away() {
    let (_pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(Frame { upto: Some(1), ..frame("one") }, now);
    assert_eq!(outbox.upto(), 0, "it is not on its way yet");
    outbox.drain();
    assert_eq!(outbox.upto(), 1);
    let large = "x".repeat(limits().hard);
    for upto in [2, 3] {
        outbox.push(Frame { upto: Some(upto), ..frame(&large) }, now);
    }
    outbox.push(Frame { upto: Some(4), ..frame("behind") }, now);
    assert!(outbox.drain().behind);
    assert_eq!(outbox.upto(), 1, "the client has nothing of it");
    outbox.replace(Frame { upto: Some(4), ..frame("the picture") }, now);
    outbox.drain();
    assert_eq!(outbox.upto(), 4);
}

#[test]
fn a_ping_asks_to_be_told_of_the_next_frame() {
    let (_pool, outbox) = outbox(limits());
    assert!(!outbox.pulse().heard(Instant::now()));
    outbox.ping();
    assert!(outbox.drain().ping && outbox.pulse().heard(Instant::now()));
}

#[test]
fn a_single_frame_is_shared_and_not_copied() {
    let (_pool, outbox) = outbox(limits());
    let shared = frame("one");
    outbox.push(shared.clone(), Instant::now());
    let text = outbox.drain().text.expect("it waits");
    assert_eq!(text.as_ptr(), shared.bytes.as_ptr());
}

#[test]
fn live_updates_are_merged_to_the_latest_and_left_out_under_pressure() {
    let (_pool, outbox) = outbox(limits());
    for (session, page) in [(1, "a"), (2, "b"), (1, "c"), (2, "d"), (1, "e"), (1, "f")] {
        outbox.push_live(&live(session, page));
    }
    assert_eq!(text(&outbox), r#"[{"type":"live","locations":["f","d"]}]"#);
    let now = Instant::now();
    outbox.push(long(), now);
    outbox.push(long(), now);
    outbox.push_live(&live(1, "late"));
    assert!(!text(&outbox).contains("late"));
}

#[test]
fn over_the_hard_bound_only_answers_stay_and_one_snapshot_follows() {
    let (_pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(answer("answer"), now);
    for _ in 0..4 {
        outbox.push(long(), now);
    }
    outbox.push(frame("dropped"), now);
    outbox.push(answer("later"), now);
    let drained = outbox.drain();
    assert!(drained.behind && drained.close.is_none());
    assert_eq!(drained.text.as_deref(), Some(r#"["answer","later"]"#));
    assert!(!outbox.drain().behind, "it is asked for once");
    outbox.replace(frame("snapshot"), now);
    outbox.push(frame("next"), now);
    assert_eq!(text(&outbox), r#"["snapshot","next"]"#);
}

#[test]
fn a_message_that_waits_too_long_makes_the_reader_behind() {
    let (_pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(frame("old"), now);
    outbox.push(frame("new"), now + Duration::from_secs(6));
    assert!(outbox.drain().behind);
}

#[test]
fn one_large_frame_is_no_sign_of_a_slow_reader() {
    let (_pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(frame("small"), now);
    outbox.push(answer(&"x".repeat(5_000)), now);
    outbox.push(frame("small"), now);
    let drained = outbox.drain();
    assert!(!drained.behind && drained.close.is_none());
    assert!(drained.text.is_some_and(|text| text.len() > 5_000));
}

#[test]
fn who_needs_too_many_snapshots_is_cut() {
    let (_pool, outbox) = outbox(limits());
    let now = Instant::now();
    for round in 0..3 {
        for _ in 0..4 {
            outbox.push(long(), now);
        }
        let drained = outbox.drain();
        assert_eq!((drained.behind, drained.close.is_some()), (round < 2, round == 2));
        outbox.replace(frame("snapshot"), now);
    }
}

#[test]
fn all_together_are_bounded_and_the_largest_gives_way() {
    let pool = OutboxPool::new(OutboxLimits { together: 500, ..limits() });
    let small = Outbox::new(SocketId(1), &pool, greeting());
    let large = Outbox::new(SocketId(2), &pool, greeting());
    let now = Instant::now();
    large.push(long(), now);
    large.push(long(), now);
    small.push(long(), now);
    assert!(pool.bytes() < 500);
    small.push(frame(&"y".repeat(50)), now);
    assert!(large.drain().behind && !small.drain().behind);
    drop((small, large));
    assert!(pool.is_empty() && pool.bytes() == 0);
}

#[test]
fn after_a_close_nothing_is_taken_and_an_abandoned_outbox_keeps_nothing() {
    let (pool, outbox) = outbox(limits());
    let now = Instant::now();
    outbox.push(frame("last"), now);
    outbox.close(close::RESTART);
    outbox.push(frame("too late"), now);
    let drained = outbox.drain();
    assert_eq!((drained.text.as_deref(), drained.close), (Some("[\"last\"]"), Some(close::RESTART)));
    outbox.abandon();
    outbox.push(frame("nobody"), now);
    assert_eq!((outbox.is_abandoned(), pool.bytes()), (true, 0));
}
