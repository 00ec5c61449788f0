use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::domain::command::Location;
use crate::domain::effect::{Area, Seers, SessionState, SessionView};
use crate::domain::role::Roles;
use crate::domain::stack::ObjectKind;
use crate::room::outbox::{Greeting, OutboxLimits, OutboxPool};

struct Rig {
    fanout: Fanout,
    pool: OutboxPool,
    outboxes: Vec<Outbox>,
}

fn session(n: u64) -> SessionId {
    SessionId(Uuid::from_u128(u128::from(n)))
}

fn user(n: u64) -> UserId {
    UserId(Uuid::from_u128(u128::from(n) + 100))
}

fn object() -> ObjectId {
    ObjectId(Uuid::from_u128(999))
}

impl Rig {
    /// So many sessions, each with a socket of its own.
    fn new(sessions: u64) -> Self {
        let mut rig = Rig {
            fanout: Fanout::new(StreamId(Uuid::nil())),
            pool: OutboxPool::new(OutboxLimits::default()),
            outboxes: Vec::new(),
        };
        for n in 1..=sessions {
            let greeting = Greeting { re: None, secret: String::new() };
            let outbox = Outbox::new(SocketId(n), &rig.pool, greeting);
            rig.fanout.arrived(outbox.clone());
            rig.fanout.attach(session(n), user(n), (Role::Developer, Areas::NONE), SocketId(n));
            rig.outboxes.push(outbox);
        }
        rig.flush();
        rig
    }

    fn delta(&mut self, seq: u64, audience: Audience) {
        let delta = Arc::new(Delta::SessionEnded(session(seq)));
        self.fanout.delta(&Numbered { seq, audience, area: Area::Any, delta });
    }

    fn flush(&mut self) {
        self.fanout.flush(Millis(1_000), Instant::now());
    }

    fn frame(&self, n: usize) -> Option<ByteString> {
        self.outboxes[n - 1].drain().text
    }

    /// What a session got, in short: type, and for deltas their range and number.
    fn got(&self, n: usize) -> Vec<String> {
        let Some(text) = self.frame(n) else { return Vec::new() };
        let messages: Vec<Value> = serde_json::from_str(&text).expect("a frame is an array");
        let short = |message: &Value| match message["type"].as_str().expect("messages have a type") {
            "deltas" => {
                let count = message["deltas"].as_array().map_or(0, Vec::len);
                format!("{}..{} {count}", message["after"], message["upto"])
            }
            other => other.to_owned(),
        };
        messages.iter().map(short).collect()
    }
}

fn refused(rig: &mut Rig, socket: u64) {
    let error = ErrorBody::new(crate::protocol::error::ErrorCode::Busy);
    rig.fanout.reply(SocketId(socket), 1, Err(error));
}

#[test]
fn sessions_with_the_same_view_share_the_bytes_of_the_frame() {
    let mut rig = Rig::new(3);
    rig.fanout.viewing(session(3), Some(object()));
    rig.flush();
    rig.delta(1, Audience::All);
    rig.delta(2, Audience::Viewers(object()));
    rig.flush();
    let (one, two, three) = (rig.frame(1), rig.frame(2), rig.frame(3));
    assert_eq!(one.as_ref().map(|text| text.as_ptr()), two.as_ref().map(|text| text.as_ptr()));
    assert_ne!(one, three);
}

#[test]
fn among_many_deltas_wait_for_each_other_but_not_for_an_answer() {
    let mut rig = Rig::new(50);
    let at = |rig: &mut Rig, ms| rig.fanout.flush(Millis(ms), Instant::now());
    rig.delta(1, Audience::All);
    at(&mut rig, 2_000);
    assert_eq!(
        (rig.got(1), rig.got(2)),
        (vec!["0..1 1".to_owned()], vec!["0..1 1".to_owned()]),
        "the first goes at once"
    );
    rig.delta(2, Audience::All);
    at(&mut rig, 2_001);
    rig.delta(3, Audience::All);
    refused(&mut rig, 1);
    at(&mut rig, 2_002);
    assert_eq!(rig.got(1), ["1..3 2", "error"], "who is answered is up to date");
    assert!(rig.got(2).is_empty());
    assert_eq!(rig.fanout.due(), Some(Millis(2_010)), "fifty were told");
    rig.delta(4, Audience::All);
    at(&mut rig, 2_010);
    assert_eq!((rig.got(1), rig.got(2)), (vec!["3..4 1".to_owned()], vec!["1..4 3".to_owned()]));
    assert_eq!(rig.fanout.due(), None);
}

#[test]
fn where_somebody_is_never_comes_before_that_they_are() {
    let mut rig = Rig::new(50);
    rig.delta(1, Audience::All);
    rig.fanout.flush(Millis(2_000), Instant::now());
    rig.got(2);
    let came = Arc::new(Delta::Session(view(session(70))));
    rig.fanout.delta(&Numbered { seq: 2, audience: Audience::All, area: Area::Any, delta: came });
    rig.fanout.live(Audience::All, &place(session(70), "a"));
    rig.fanout.flush(Millis(2_001), Instant::now());
    assert_eq!(rig.got(2), ["1..2 1", "live"]);
}

#[test]
fn what_waits_when_the_room_is_rebuilt_bears_its_own_numbers() {
    let mut rig = Rig::new(50);
    rig.delta(1, Audience::All);
    rig.fanout.flush(Millis(2_000), Instant::now());
    rig.got(2);
    rig.delta(2, Audience::All);
    rig.fanout.flush(Millis(2_001), Instant::now());
    rig.fanout.restart(StreamId(Uuid::from_u128(7)), 40);
    let text = rig.frame(2).expect("what waited");
    assert!(text.contains(&Uuid::nil().to_string()) && text.contains("\"upto\":2"), "{text}");
}

#[test]
fn filtered_numbers_leave_no_gap() {
    let mut rig = Rig::new(2);
    rig.fanout.viewing(session(2), Some(object()));
    rig.delta(1, Audience::Viewers(object()));
    rig.flush();
    rig.delta(2, Audience::All);
    rig.flush();
    assert_eq!(rig.got(1), ["0..2 1"]);
    assert_eq!(rig.got(2), ["0..1 1", "1..2 1"]);
}

#[test]
fn an_answer_does_not_overtake_a_delta_nor_the_other_way_round() {
    let mut rig = Rig::new(2);
    rig.delta(1, Audience::All);
    refused(&mut rig, 1);
    rig.delta(2, Audience::All);
    rig.flush();
    assert_eq!(rig.got(1), ["0..1 1", "error", "1..2 1"]);
    assert_eq!(rig.got(2), ["0..2 2"]);
}

#[test]
fn what_is_for_one_reaches_only_that_one() {
    let mut rig = Rig::new(3);
    rig.delta(1, Audience::Session(session(1)));
    rig.delta(2, Audience::Member(user(2)));
    rig.flush();
    assert_eq!((rig.got(1), rig.got(2)), (vec!["0..2 1".to_owned()], vec!["0..2 1".to_owned()]));
    assert!(rig.got(3).is_empty());
}

#[test]
fn who_comes_in_the_middle_gets_only_what_follows() {
    let mut rig = Rig::new(1);
    rig.delta(1, Audience::All);
    let greeting = Greeting { re: None, secret: String::new() };
    let outbox = Outbox::new(SocketId(2), &rig.pool, greeting);
    rig.fanout.arrived(outbox.clone());
    rig.outboxes.push(outbox);
    rig.fanout.attach(session(2), user(2), (Role::Developer, Areas::NONE), SocketId(2));
    rig.delta(2, Audience::All);
    rig.flush();
    assert_eq!((rig.got(1), rig.got(2)), (vec!["0..2 2".to_owned()], vec!["1..2 1".to_owned()]));
}

#[test]
fn a_close_comes_after_what_was_due() {
    let mut rig = Rig::new(1);
    rig.delta(1, Audience::All);
    rig.fanout.close(SocketId(1), crate::protocol::close::LEFT);
    rig.delta(2, Audience::All);
    rig.flush();
    let drained = rig.outboxes[0].drain();
    assert_eq!(drained.close, Some(crate::protocol::close::LEFT));
    assert!(drained.text.is_some_and(|text| text.contains("\"upto\":1") && !text.contains("\"upto\":2")));
}

fn view(id: SessionId) -> SessionView {
    SessionView {
        id,
        user: user(1),
        tab: 1,
        bot: false,
        hidden: false,
        device: String::new(),
        state: SessionState::Connected,
        since: crate::domain::time::Timestamp(0),
        active: crate::domain::time::Timestamp(0),
        location: Location::default(),
    }
}

fn place(session: SessionId, page: &str) -> Live {
    Live::Location { session, location: Location::page(page) }
}

#[test]
fn live_updates_go_once_a_tick_with_the_latest_value_and_the_first_at_once() {
    let mut rig = Rig::new(51);
    rig.fanout.live(Audience::All, &place(session(1), "a"));
    rig.fanout.flush(Millis(1_000), Instant::now());
    assert!(rig.frame(2).is_some_and(|text| text.contains("\"a\"")));
    rig.fanout.live(Audience::All, &place(session(1), "b"));
    rig.fanout.live(Audience::All, &place(session(1), "c"));
    rig.fanout.flush(Millis(1_009), Instant::now());
    assert!(rig.frame(2).is_none());
    assert_eq!(rig.fanout.due(), Some(Millis(1_010)), "fifty were told");
    rig.fanout.flush(Millis(1_010), Instant::now());
    assert!(rig.frame(2).is_some_and(|text| text.contains("\"c\"") && !text.contains("\"b\"")));
    rig.fanout.live(Audience::All, &place(session(1), "d"));
    rig.fanout.flush(Millis(9_000), Instant::now());
    assert!(rig.frame(2).is_some(), "the first after a pause goes at once");
}

#[test]
fn the_tick_grows_with_the_audience_up_to_its_longest() {
    let pause_after = |told: u64| {
        let mut rig = Rig::new(told + 1);
        rig.fanout.live(Audience::All, &place(session(1), "a"));
        rig.fanout.flush(Millis(1_000), Instant::now());
        rig.fanout.live(Audience::All, &place(session(1), "b"));
        rig.fanout.due().map(|at| at.since(Millis(1_000)))
    };
    let pauses: Vec<Option<u64>> = [1, 4, 5, 50, 100, 165, 400].into_iter().map(pause_after).collect();
    assert_eq!(pauses, [0, 0, 1, 10, 20, 33, 33].map(Some));
}

#[test]
fn only_those_who_are_told_count_and_nobody_is_told_of_oneself() {
    let mut rig = Rig::new(200);
    for n in 1..=3 {
        rig.fanout.viewing(session(n), Some(object()));
    }
    rig.flush();
    (1..=200).for_each(|n| drop(rig.frame(n)));
    rig.fanout.live(Audience::Viewers(object()), &place(session(1), "a"));
    rig.fanout.flush(Millis(2_000), Instant::now());
    assert!(rig.frame(1).is_none() && rig.frame(2).is_some() && rig.frame(3).is_some());
    rig.fanout.live(Audience::Viewers(object()), &place(session(1), "b"));
    rig.fanout.live(Audience::Viewers(object()), &place(session(2), "c"));
    assert_eq!(rig.fanout.due(), Some(Millis(2_000)), "two frames buy no pause that counts");
    rig.fanout.flush(Millis(2_000), Instant::now());
    let one = rig.frame(1).expect("there is news of another");
    assert!(one.contains("\"b\"") && one.contains("\"c\""), "who moves as well shares the bytes");
}

#[test]
fn a_place_for_one_alone_takes_none_from_the_others_and_gives_way_to_a_later_one() {
    let mut rig = Rig::new(3);
    let at = |page: &str, n| Live::Location {
        session: session(1),
        location: Location { n, ..Location::page(page) },
    };
    rig.fanout.live(Audience::All, &at("a", 1));
    rig.fanout.live(Audience::Session(session(3)), &at("a", 1));
    rig.flush();
    assert!(rig.frame(2).is_some_and(|text| text.contains("\"a\"")), "the others are told as well");
    assert!(rig.frame(3).is_some_and(|text| text.matches("\"a\"").count() == 1));
    rig.fanout.live(Audience::Session(session(3)), &at("a", 1));
    rig.fanout.live(Audience::All, &at("b", 2));
    rig.flush();
    assert!(rig.frame(3).is_some_and(|text| text.contains("\"b\"") && !text.contains("\"a\"")));
}

#[test]
fn who_is_suspended_before_the_tick_is_not_shown_where_the_others_are() {
    let mut rig = Rig::new(3);
    let place = Live::Location { session: session(1), location: Location::page("a") };
    for to in [2, 3] {
        rig.fanout.live(Audience::Session(session(to)), &place);
    }
    rig.fanout.sees(user(2), Role::Suspended, Areas::NONE);
    rig.flush();
    assert!(rig.frame(2).is_none() && rig.frame(3).is_some());
}

#[test]
fn a_delta_that_says_where_somebody_is_leaves_nothing_older_behind_it() {
    let mut rig = Rig::new(3);
    let at = |page: &str, n| Location { n, ..Location::page(page) };
    let moved = |n| {
        let view = SessionView { location: at("new", n), ..view(session(1)) };
        Numbered { seq: n, audience: Audience::All, area: Area::Any, delta: Arc::new(Delta::Session(view)) }
    };
    for audience in [Audience::All, Audience::Session(session(2))] {
        rig.fanout.live(audience, &Live::Location { session: session(1), location: at("old", 4) });
    }
    rig.fanout.delta(&moved(5));
    rig.flush();
    assert!(rig.frame(2).is_some_and(|text| text.contains("new") && !text.contains("old")));
    rig.fanout.live(Audience::All, &Live::Location { session: session(1), location: at("newest", 7) });
    rig.fanout.delta(&moved(6));
    rig.flush();
    assert!(rig.frame(2).is_some_and(|text| text.contains("newest")), "a later place stays");
}

#[test]
fn live_updates_reach_only_their_audience() {
    let mut rig = Rig::new(2);
    rig.fanout.viewing(session(1), Some(object()));
    let live = Live::Typing { session: session(3), on: true };
    rig.fanout.live(Audience::Viewers(object()), &live);
    rig.flush();
    assert!(rig.frame(1).is_some() && rig.frame(2).is_none());
}

#[test]
fn what_an_area_keeps_from_somebody_is_in_no_frame_that_they_share() {
    let mut rig = Rig::new(2);
    rig.fanout.sees(user(2), Role::Developer, Areas::only(ObjectKind::Table));
    rig.flush();
    let delta = Arc::new(Delta::SessionEnded(session(9)));
    let area = Area::Seen(ObjectKind::Table);
    rig.fanout.delta(&Numbered { seq: 1, audience: Audience::All, area, delta });
    rig.flush();
    assert_eq!((rig.got(1), rig.got(2)), (vec!["0..1 1".to_owned()], Vec::new()));
}

#[test]
fn what_privacy_keeps_from_a_role_is_in_no_frame_of_that_role() {
    let mut rig = Rig::new(4);
    rig.fanout.sees(user(2), Role::Admin, Areas::NONE);
    rig.fanout.sees(user(3), Role::Viewer, Areas::NONE);
    rig.flush();
    let seers = |own, roles| Audience::Seers(Seers { of: user(4), own, roles });
    rig.delta(1, Audience::All);
    rig.delta(2, seers(true, Roles::from(Role::Admin)));
    rig.delta(3, seers(false, Roles::from(Role::Developer)));
    rig.flush();
    assert_eq!(rig.got(1), ["0..3 2"], "a developer: for all, and for developers");
    assert_eq!(rig.got(2), ["0..3 3"], "an admin: everything that is for others");
    assert_eq!(rig.got(3), ["0..3 1"], "a viewer: only what is for all");
    assert_eq!(rig.got(4), ["0..3 2"], "the member: for all, and their own");
    rig.fanout.sees(user(1), Role::Suspended, Areas::NONE);
    rig.delta(4, Audience::All);
    rig.flush();
    assert_eq!(rig.got(1), [""; 0], "no access, no update");
    assert_eq!(rig.got(2), ["3..4 1"]);
}
