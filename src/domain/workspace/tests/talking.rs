//! The session chat: ordered, bounded, never written.

use super::room::*;
use crate::domain::command::Request;
use crate::domain::effect::{Delta, Live, Receipt};
use crate::domain::limits::Limits;
use crate::domain::refusal::Refusal;
use uuid::Uuid;

fn line(n: u128, text: &str) -> Request {
    Request::Chat { client_id: Uuid::from_u128(n), text: text.into(), mentions: vec![ANA], link: None }
}

#[test]
fn a_line_is_said_once_however_often_it_is_sent() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.forget();
    for _ in 0..3 {
        assert_eq!(r.ask(ana, line(1, "hello")), Ok(Receipt::Done));
    }
    let said = r.said.iter().filter(|(_, delta)| matches!(&**delta, Delta::Chat(_))).count();
    assert_eq!(said, 1);
}

#[test]
fn who_comes_later_sees_none_and_who_was_here_gets_what_was_missed() {
    let mut r = room_with(Limits { chat_ring: 2, replay_deltas: 1, ..Limits::default() }).with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.drop_socket(ben);
    for n in 0..3 {
        r.ask(ana, line(n, &format!("line {n}"))).unwrap();
    }
    let cara = r.tab(CARA);
    assert!(r.snapshot(cara).chat.is_empty());
    let (_, welcome) = r.resume(ben);
    let picture = welcome.snapshot.expect("the ring of deltas does not reach");
    assert_eq!((picture.chat.len(), picture.chat_missed), (2, 1));
}

#[test]
fn a_talkative_session_is_slowed_down() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    for n in 0..10 {
        r.ask(ana, line(n, "hello")).unwrap();
    }
    assert!(matches!(r.ask(ana, line(10, "hello")), Err(Refusal::RateLimited { .. })));
    r.wait(1_000);
    r.ask(ana, line(10, "hello")).unwrap();
}

#[test]
fn what_is_said_is_text_and_not_too_long() {
    let mut r = room().with_everybody();
    let vic = r.tab(VIC);
    for bad in ["", "  ", "a\u{7}b", &"x".repeat(2_001)] {
        assert!(matches!(r.ask(vic, line(1, bad)), Err(Refusal::BadText { .. })));
    }
    r.ask(vic, line(1, "viewers may chat")).unwrap();
}

#[test]
fn nothing_of_it_is_written() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let before = format!("{:?}", r.disk);
    r.ask(ana, line(1, "between us")).unwrap();
    r.ask(ana, Request::Typing { on: true }).unwrap();
    assert_eq!(format!("{:?}", r.disk), before);
}

#[test]
fn typing_is_over_by_itself() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.ask(ana, Request::Typing { on: true }).unwrap();
    r.wait(3_100);
    let on: Vec<_> = r
        .live
        .iter()
        .filter_map(|(_, live)| match live {
            Live::Typing { on, .. } => Some(*on),
            Live::Location { .. } => None,
        })
        .collect();
    assert_eq!(on, [true, false]);
}
