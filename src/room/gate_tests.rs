use std::sync::Arc;

use super::*;
use crate::domain::area::Areas;
use crate::domain::effect::{Area, Audience, ChatLine, Numbered as NumberedDelta};
use crate::domain::id::{CallId, RequestId, SocketId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn write() -> Effect {
    Effect::Write(Write::RequestEnded(RequestId(uuid(1))))
}

fn reply(call: u64) -> Effect {
    Effect::Reply { call: CallId(call), result: Err(Refusal::Busy) }
}

fn delta(seq: u64) -> Effect {
    let line = ChatLine {
        number: seq,
        client_id: uuid(u128::from(seq)),
        session: SessionId(uuid(1)),
        user: UserId(uuid(2)),
        at: Timestamp(0),
        text: "x".repeat(100),
        mentions: Vec::new(),
        link: None,
    };
    Effect::Delta(NumberedDelta {
        seq,
        audience: Audience::All,
        area: Area::Any,
        delta: Arc::new(Delta::Chat(line)),
    })
}

fn live(object: u128) -> Effect {
    let location = Location { object: Some(ObjectId(uuid(object))), ..Location::default() };
    let live = Live::Location { session: SessionId(uuid(1)), location };
    Effect::Live { audience: Audience::All, live }
}

struct Rig {
    gate: Gate,
    out: Vec<Release>,
}

impl Rig {
    fn new() -> Self {
        Rig { gate: Gate::new(GateLimits::default(), [ObjectId(uuid(7))]), out: Vec::new() }
    }

    fn admit(&mut self, at: u64, mut effects: Vec<Effect>) -> Option<u64> {
        self.gate.admit(Millis(at), &mut effects, &mut self.out).map(|batch| batch.n)
    }

    fn commit(&mut self, n: u64) {
        self.gate.committed(n, &mut self.out);
    }

    /// What has left since the last look, in a letter and a number each.
    fn left(&mut self) -> Vec<String> {
        let name = |effect: &Effect| match effect {
            Effect::Reply { call, .. } => format!("r{}", call.0),
            Effect::Delta(numbered) => format!("d{}", numbered.seq),
            Effect::Live { .. } => "live".to_owned(),
            Effect::Ping { .. } => "ping".to_owned(),
            other => format!("{other:?}"),
        };
        let all = self.out.drain(..).map(|release| match release {
            Release::Effect(effect) => name(&effect),
            Release::Unnumbered(effect) => format!("~{}", name(&effect)),
            Release::Resync { .. } => "resync".to_owned(),
        });
        all.collect()
    }
}

#[test]
fn an_open_gate_lets_everything_through_in_order() {
    let mut rig = Rig::new();
    assert_eq!(rig.admit(0, vec![delta(1), reply(1), live(7)]), None);
    assert_eq!(rig.left(), ["d1", "r1", "live"]);
}

#[test]
fn what_follows_a_write_waits_for_it_and_what_came_before_does_not() {
    let mut rig = Rig::new();
    assert_eq!(rig.admit(0, vec![delta(1), write(), delta(2), reply(1)]), Some(1));
    assert_eq!(rig.left(), ["d1"]);
    assert_eq!(rig.admit(1, vec![reply(2)]), None);
    assert!(rig.left().is_empty(), "replies to reads wait too");
    rig.commit(1);
    assert_eq!(rig.left(), ["d2", "r1", "r2"]);
    assert!(!rig.gate.is_shut() && rig.gate.bytes() == 0);
}

#[test]
fn the_writes_of_one_command_are_one_batch_and_batches_release_in_order() {
    let mut rig = Rig::new();
    assert_eq!(rig.admit(0, vec![write(), delta(1), write(), reply(1)]), Some(1));
    assert_eq!(rig.admit(0, vec![write(), delta(2)]), Some(2));
    assert_eq!(rig.admit(0, vec![write(), delta(3)]), Some(3));
    rig.commit(1);
    assert_eq!(rig.left(), ["d1", "r1"]);
    rig.commit(3);
    assert_eq!(rig.left(), ["d2", "d3"]);
}

#[test]
fn a_failure_drops_what_is_behind_the_gate_whole() {
    let mut rig = Rig::new();
    rig.admit(0, vec![write(), delta(1), reply(1)]);
    rig.gate.drop_all();
    rig.commit(1);
    assert!(rig.left().is_empty() && rig.gate.bytes() == 0);
    assert_eq!(rig.gate.look(Millis(60_000)), None);
}

#[test]
fn frames_that_state_nothing_durable_pass_unless_they_name_what_is_not_durable() {
    let mut rig = Rig::new();
    rig.admit(0, vec![write(), delta(1)]);
    rig.admit(0, vec![Effect::Ping { socket: SocketId(1) }, live(7), live(8)]);
    assert_eq!(rig.left(), ["ping", "live"]);
    rig.commit(1);
    assert_eq!(rig.left(), ["d1", "live"]);
}

#[test]
fn who_arrives_behind_the_gate_gets_the_latest_of_what_went_ahead() {
    let place = |n, audience| {
        let location = Location { n, object: Some(ObjectId(uuid(7))), ..Location::default() };
        Effect::Live { audience, live: Live::Location { session: SessionId(uuid(1)), location } }
    };
    let viewing = Effect::Viewing { session: SessionId(uuid(2)), object: Some(ObjectId(uuid(7))) };
    let mut rig = Rig::new();
    rig.admit(0, vec![write(), viewing, place(1, Audience::Session(SessionId(uuid(2))))]);
    assert!(rig.left().is_empty(), "what is for one alone does not overtake what lets it see");
    rig.admit(0, vec![place(2, Audience::All)]);
    rig.admit(0, vec![place(3, Audience::All)]);
    assert_eq!(rig.left(), ["live", "live"], "others get it at once");
    rig.commit(1);
    let places = |rig: &mut Rig| -> Vec<u64> {
        let all = rig.out.drain(..).filter_map(|release| match release {
            Release::Effect(Effect::Live { live: Live::Location { location, .. }, .. }) => Some(location.n),
            _ => None,
        });
        all.collect()
    };
    assert_eq!(places(&mut rig), [1, 3], "then, and the latest last");
    // What has to wait itself is later than what went ahead.
    rig.admit(
        1,
        vec![write(), Effect::Sees { user: UserId(uuid(2)), role: Role::Viewer, hidden: Areas::NONE }],
    );
    rig.admit(1, vec![place(4, Audience::All), live(8)]);
    rig.left();
    rig.commit(2);
    assert_eq!(places(&mut rig), [0], "live(8) alone");
}

#[test]
fn a_silent_store_holds_the_room_until_it_answers() {
    let mut rig = Rig::new();
    rig.admit(100, vec![write(), reply(1)]);
    assert_eq!(rig.gate.next_look(), Some(Millis(1_100)));
    assert_eq!(rig.gate.look(Millis(1_099)), None);
    assert_eq!(rig.gate.look(Millis(1_100)), Some(Hold::Began));
    assert_eq!((rig.gate.look(Millis(2_000)), rig.gate.next_look()), (None, None));
    rig.admit(2_000, vec![delta(1), reply(2)]);
    assert_eq!(rig.left(), ["~d1"], "talk goes on ahead of its number");
    rig.commit(1);
    assert_eq!(rig.left(), ["r1", "d1", "r2"]);
    assert_eq!(rig.gate.look(Millis(5_100)), Some(Hold::Ended { ms: 5_000 }));
}

#[test]
fn bounds_in_bytes_age_and_batches_refuse_new_commands() {
    let limits = GateLimits { bytes: 2_000, age_ms: 50, held_ms: 1_000, in_flight: 2 };
    let full = |fill: &dyn Fn(&mut Rig)| {
        let mut rig = Rig { gate: Gate::new(limits, []), out: Vec::new() };
        fill(&mut rig);
        (rig.gate.is_full(Millis(50)), rig.gate.is_full(Millis(51)), rig.gate.is_overfull())
    };
    assert_eq!(full(&|_| {}), (false, false, false));
    assert_eq!(full(&|rig| assert_eq!(rig.admit(0, vec![write()]), Some(1))), (false, true, false));
    assert_eq!(
        full(&|rig| {
            rig.admit(40, vec![write()]);
            rig.admit(40, vec![write()]);
        }),
        (true, true, false)
    );
    assert_eq!(
        full(&|rig| {
            rig.admit(40, vec![write()]);
            rig.admit(40, (0..9).map(delta).collect());
        }),
        (true, true, true)
    );
}

#[test]
fn time_in_which_the_process_did_not_run_does_not_hold_the_room() {
    let mut rig = Rig::new();
    rig.admit(0, vec![write()]);
    rig.gate.clock_stood_still(60_000);
    assert_eq!(rig.gate.look(Millis(60_500)), None);
}

#[test]
fn time_in_which_a_held_room_did_not_run_counts_once() {
    let mut rig = Rig::new();
    rig.admit(0, vec![write()]);
    assert_eq!(rig.gate.look(Millis(1_000)), Some(Hold::Began));
    rig.gate.clock_stood_still(60_000);
    assert_eq!(rig.gate.look(Millis(61_500)), None, "it is held as it was");
    rig.commit(1);
    assert_eq!(rig.gate.look(Millis(62_000)), Some(Hold::Ended { ms: 2_000 }));
}
