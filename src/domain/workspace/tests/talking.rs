//! The session chat: ordered, bounded, never written.

use super::room::*;
use crate::domain::command::Request;
use crate::domain::effect::{Delta, Live, Receipt};
use crate::domain::limits::Limits;
use crate::domain::path::LockPath;
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
    for bad in ["", "  ", "\r\n", &"x".repeat(2_001)] {
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
fn markup_and_control_characters_are_text() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.ask(ana, line(1, "<b>1</b>\r\n\u{1b}[31m\u{0}\u{7f}\u{202e}\u{85}\ttab")).unwrap();
    assert_eq!(r.snapshot(ana).chat[0].text, "<b>1</b>\n␛[31m␀␡\u{fffd}\u{fffd}\ttab");
}

#[test]
fn a_line_is_its_members_in_whatever_tab_and_an_id_has_one_text() {
    let mut r = room().with_everybody();
    let (one, two) = (r.tab(ANA), r.tab(ANA));
    r.ask(one, line(1, "hello")).unwrap();
    r.ask(two, line(1, "hello")).unwrap();
    assert_eq!(r.ask(two, line(1, "something else")), Err(Refusal::OpIdReused));
    assert_eq!(r.snapshot(one).chat.len(), 1);
    let ben = r.tab(BEN);
    r.ask(ben, line(1, "the same id, another member")).unwrap();
    assert_eq!(r.snapshot(one).chat.len(), 2);
}

#[test]
fn many_tabs_do_not_talk_faster() {
    let mut r = room().with_everybody();
    let tabs = [r.tab(ANA), r.tab(ANA), r.tab(ANA)];
    let said = (0..30).filter(|n| r.ask(tabs[n % 3], line(*n as u128, "hello")).is_ok()).count();
    assert_eq!(said, 10);
}

#[test]
fn mentions_are_of_members_and_links_to_what_exists() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.post(ana, Request::Open { object: OBJ });
    let stranger = crate::domain::id::UserId(Uuid::from_u128(77));
    let mut say = |n: u128, link| {
        let (client_id, mentions) = (Uuid::from_u128(n), vec![BEN, stranger, BEN]);
        r.ask(ana, Request::Chat { client_id, text: "look".into(), mentions, link }).unwrap();
        r.snapshot(ana).chat.pop().unwrap()
    };
    assert_eq!(say(1, Some(path(1))).mentions, [BEN]);
    assert_eq!(say(2, Some(path(1))).link, Some(path(1)));
    assert_eq!(
        say(3, Some(path(99))).link,
        Some(LockPath::object(OBJ)),
        "the step is gone, the object is not"
    );
    let nowhere = crate::domain::id::ObjectId(Uuid::from_u128(78));
    assert_eq!(say(4, Some(LockPath::object(nowhere))).link, None);
}

/// Who was told that somebody types, or no longer does.
fn told(r: &Room) -> Vec<bool> {
    let typing = |(_, live): &(_, Live)| match live {
        Live::Typing { on, .. } => Some(*on),
        Live::Location { .. } => None,
    };
    r.live.iter().filter_map(typing).collect()
}

#[test]
fn typing_is_told_once_and_is_over_three_seconds_after_the_last_key() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    for _ in 0..4 {
        r.ask(ana, Request::Typing { on: true }).unwrap();
        r.wait(1_000);
    }
    assert_eq!((told(&r), r.snapshot(ana).typing), (vec![true], vec![ana.session]));
    r.wait(1_999);
    assert_eq!(told(&r), [true]);
    r.wait(1);
    assert_eq!((told(&r), r.snapshot(ana).typing), (vec![true, false], Vec::new()));
}

#[test]
fn saying_it_ends_typing() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.ask(ana, Request::Typing { on: true }).unwrap();
    r.ask(ana, line(1, "hello")).unwrap();
    r.ask(ana, Request::Typing { on: false }).unwrap();
    r.wait(5_000);
    assert_eq!(told(&r), [true, false]);
}
