//! Where people are: what is told to whom, what exists, and what ends by itself.

use super::room::*;
use crate::domain::command::{Cursor, Location, Request};
use crate::domain::effect::{Audience, Delta, Live};
use crate::domain::id::{ItemId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;
use uuid::Uuid;

fn on(item: ItemId) -> Location {
    Location { object: Some(OBJ), item: Some(item), field: Some("value".into()), ..Location::page("object") }
}

fn at(head: u32) -> Location {
    Location { cursor: Some(Cursor { anchor: head, head, length: 10 }), ..on(step(1)) }
}

fn typing(head: u32) -> Location {
    Location { typing: true, ..at(head) }
}

fn seen(r: &Room, tab: Tab) -> Location {
    let sessions = r.snapshot(tab).sessions;
    sessions.into_iter().find(|one| one.id == tab.session).expect("they are here").location
}

/// What was told live of places: to whom, and the place.
fn told(r: &Room) -> Vec<(Audience, Location)> {
    let place = |(audience, live): &(Audience, Live)| match live {
        Live::Location { location, .. } => Some((*audience, location.clone())),
        Live::Typing { .. } => None,
    };
    r.live.iter().filter_map(place).collect()
}

#[test]
fn a_page_is_told_to_all_and_a_caret_to_those_on_the_object() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.post(ana, Request::Open { object: OBJ });
    r.forget();
    r.ask(ana, Request::Locate(on(step(1)))).unwrap();
    assert!(r.said.iter().any(|(audience, delta)| *audience == Audience::All
        && matches!(&**delta, Delta::Session(view) if view.location.item == Some(step(1)))));
    r.ask(ana, Request::Locate(at(3))).unwrap();
    r.ask(ana, Request::Locate(at(3))).unwrap();
    r.ask(ana, Request::Locate(at(4))).unwrap();
    let told = told(&r);
    assert_eq!(told.len(), 2, "the same place again is no news");
    assert!(told.iter().all(|(audience, _)| *audience == Audience::Viewers(OBJ)));
    assert!(told[0].1.n < told[1].1.n, "later places have higher numbers");
}

#[test]
fn typing_in_a_field_is_over_three_seconds_after_the_last_key() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.post(ana, Request::Open { object: OBJ });
    r.ask(ana, Request::Locate(typing(3))).unwrap();
    r.wait(2_000);
    r.ask(ana, Request::Locate(typing(4))).unwrap();
    r.wait(1_500);
    r.ask(ana, Request::Locate(at(2))).unwrap();
    assert!(seen(&r, ana).typing, "moving the caret is no end");
    r.wait(1_499);
    assert!(seen(&r, ana).typing);
    r.forget();
    r.wait(1);
    let last = told(&r).pop().expect("it is told");
    assert_eq!((last.0, last.1.typing, last.1.cursor), (Audience::Viewers(OBJ), false, at(2).cursor));
    assert!(!seen(&r, ana).typing);
    r.ask(ana, Request::Locate(typing(4))).unwrap();
    r.ask(ana, Request::Locate(Location { field: Some("description".into()), ..at(4) })).unwrap();
    assert!(!seen(&r, ana).typing, "another field is");
}

#[test]
fn who_may_not_write_does_not_type() {
    let mut r = room().with_everybody();
    let vic = r.tab(VIC);
    r.post(vic, Request::Open { object: OBJ });
    r.ask(vic, Request::Locate(typing(3))).unwrap();
    let place = seen(&r, vic);
    assert_eq!((place.typing, place.cursor), (false, at(3).cursor), "a viewer's selection is seen");
}

#[test]
fn what_does_not_exist_is_its_parent() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.post(ana, Request::Open { object: OBJ });
    let whole = Location { top: Some(step(98)), ..typing(3) };
    r.ask(ana, Request::Locate(Location { item: Some(step(99)), ..whole.clone() })).unwrap();
    let place = seen(&r, ana);
    assert_eq!(place, Location { object: Some(OBJ), n: place.n, ..Location::page("object") });
    let nowhere = ObjectId(Uuid::from_u128(77));
    r.ask(ana, Request::Locate(Location { object: Some(nowhere), ..whole })).unwrap();
    let place = seen(&r, ana);
    assert_eq!(place, Location { n: place.n, ..Location::page("home") });
    let beyond = Location { cursor: Some(Cursor { anchor: 900, head: 4, length: 7 }), ..on(step(1)) };
    r.ask(ana, Request::Locate(beyond)).unwrap();
    assert_eq!(seen(&r, ana).cursor, Some(Cursor { anchor: 7, head: 4, length: 7 }));
    let bare = Location { field: None, ..typing(3) };
    r.ask(ana, Request::Locate(bare)).unwrap();
    assert_eq!((seen(&r, ana).cursor, seen(&r, ana).typing), (None, false), "no caret without a field");
}

#[test]
fn a_place_follows_its_step_through_move_and_rename() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.post(ben, Request::Open { object: OBJ });
    r.ask(ben, Request::Locate(at(3))).unwrap();
    let before = seen(&r, ben);
    r.edit(
        ana,
        crate::domain::command::Pen::WithLock,
        Op::Move { item: step(1), parent: step(3), after: None },
    )
    .unwrap();
    r.edit(ana, crate::domain::command::Pen::WithLock, set(ItemId::Settings, name::NAME, "invoices"))
        .unwrap();
    assert_eq!(seen(&r, ben), before);
    r.edit(ana, crate::domain::command::Pen::WithLock, Op::Delete { item: step(1) }).unwrap();
    let place = seen(&r, ben);
    assert_eq!((place.object, place.item, place.cursor), (Some(OBJ), None, None));
    let delete = Request::DeleteObject { op_id: r.op(), object: LockPath::object(OBJ).object };
    r.ask(ana, delete).unwrap();
    let gone = seen(&r, ben);
    assert_eq!(gone, Location { n: gone.n, ..Location::page("home") });
    assert!(gone.n > place.n);
}

#[test]
fn who_comes_back_after_the_end_of_what_they_looked_at_is_nowhere_in_particular() {
    let mut r = room().with_everybody();
    let (ana, ada) = (r.tab(ANA), r.tab(ADA));
    let there =
        Location { page: "object".into(), object: Some(OBJ), item: Some(step(1)), ..Location::default() };
    r.ask(ana, Request::Locate(there)).unwrap();
    r.drop_socket(ana);
    r.wait(r.limits.grace_ms + 1_000);
    let op_id = r.op();
    r.ask(ada, Request::DeleteObject { op_id, object: OBJ }).unwrap();
    let (back, _) = r.resume(ana);
    assert_eq!(back.session, ana.session, "within two minutes it is the same session");
    let picture = r.snapshot(ada);
    let own = picture.sessions.iter().find(|view| view.id == ana.session).expect("she is here");
    assert_eq!((own.location.page.as_str(), own.location.object), ("home", None));
}
