//! Custom roles by area, and handing a workspace over.

use uuid::Uuid;

use super::room::*;
use crate::domain::area::{Areas, CustomRole};
use crate::domain::command::{Caller, Location, Pen, Publish, Request, TeamRequest};
use crate::domain::effect::{AdminAct, Arrival, CloseReason, Delta, LockEnd};
use crate::domain::id::{ObjectId, RoleId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::stack::{ObjectKind, Revision};

const WRITER: RoleId = RoleId(Uuid::from_u128(0xd1));
const TABLE: ObjectId = ObjectId(Uuid::from_u128(0xb2));

fn areas(kinds: &[ObjectKind]) -> Areas {
    kinds.iter().copied().collect()
}

/// Sees functions and tables, edits functions.
fn writer() -> CustomRole {
    CustomRole {
        id: WRITER,
        name: "Writer".into(),
        view: areas(&[ObjectKind::Function, ObjectKind::Table]),
        edit: areas(&[ObjectKind::Function]),
        publish: Areas::NONE,
        manage: Areas::NONE,
    }
}

fn save(role: CustomRole) -> Request {
    Request::Team(TeamRequest::SaveRole { role, reason: "new team".into() })
}

fn give(user: UserId) -> Request {
    Request::Team(TeamRequest::GiveRole { user, role: WRITER, reason: "joins the writers".into() })
}

/// A room with a table, where Ana is a writer.
fn room_of_writers() -> (Room, Tab) {
    let mut r = room().with_everybody();
    let ada = r.tab(ADA);
    let op_id = r.op();
    let mut table = object(TABLE, "users", &[]);
    table.kind = ObjectKind::Table;
    r.ask(ada, Request::Import { op_id, objects: vec![table], publish: None }).unwrap();
    r.ask(ada, save(writer())).unwrap();
    r.ask(ada, give(ANA)).unwrap();
    (r, ada)
}

fn notices(r: &Room) -> Vec<AdminAct> {
    let notice = |delta: &Delta| match delta {
        Delta::Notice(notice) => Some(notice.act),
        _ => None,
    };
    r.said.iter().filter_map(|(_, delta)| notice(delta)).collect()
}

#[test]
fn viewable_but_not_editable_is_refused_and_what_may_not_be_seen_does_not_exist() {
    let (mut r, ada) = room_of_writers();
    let ana = r.tab(ANA);
    r.acquire(ana, path(1));
    assert_eq!(r.try_acquire(ana, LockPath::object(TABLE)), Err(Refusal::NotPermitted));
    let publish = |object| {
        Request::Publish(Box::new(Publish {
            op_id: OpIds::next(),
            object,
            revision: Revision(1),
            description: String::new(),
            authors: None,
            dependencies: false,
        }))
    };
    assert_eq!(r.ask(ana, publish(TABLE)), Err(Refusal::NotPermitted));
    let blind = CustomRole { view: areas(&[ObjectKind::Function]), ..writer() };
    r.ask(ada, save(blind)).unwrap();
    assert_eq!(r.try_acquire(ana, LockPath::object(TABLE)), Err(Refusal::NoSuchObject(TABLE)));
    let caller = Caller { user: ANA, session: None };
    assert_eq!(r.call(caller, Request::Read { object: TABLE }).err(), Some(Refusal::NoSuchObject(TABLE)));
    assert_eq!(r.ask(ana, publish(TABLE)), Err(Refusal::NoSuchObject(TABLE)));
    assert_eq!(r.ask(ana, publish(OBJ)), Err(Refusal::NotPermitted));
}

/// Ids for operations that are refused.
struct OpIds;

impl OpIds {
    fn next() -> crate::domain::id::OpId {
        crate::domain::id::OpId(Uuid::from_u128(0xee << 80))
    }
}

#[test]
fn what_may_not_be_seen_is_in_no_picture_and_no_replay() {
    let (mut r, ada) = room_of_writers();
    let ana = r.tab(ANA);
    r.acquire(ada, LockPath::object(TABLE));
    let there = Location { page: "object".into(), object: Some(TABLE), ..Location::default() };
    r.ask(ada, Request::Locate(there)).unwrap();
    assert_eq!(r.snapshot(ana).locks.len(), 1);
    r.forget();
    r.ask(ada, save(CustomRole { view: areas(&[ObjectKind::Function]), ..writer() })).unwrap();
    assert_eq!(r.closed, [(ana.socket, CloseReason::Rebuilt)], "the page comes again for what there is now");
    let (ana, welcome) = r.resume(ana);
    assert_eq!(welcome.arrival, Arrival::Reloaded);
    let picture = welcome.snapshot.unwrap();
    assert!(picture.locks.is_empty() && picture.objects.iter().all(|head| head.id == OBJ));
    assert!(picture.sessions.iter().all(|session| session.location.object.is_none()));
    // From here on she hears where Ada is, but not on what.
    r.drop_socket(ana);
    let op_id = r.op();
    let mut table = object(ObjectId(Uuid::from_u128(0xb3)), "orders", &[]);
    table.kind = ObjectKind::Table;
    r.ask(ada, Request::Import { op_id, objects: vec![table], publish: None }).unwrap();
    let place = Location { page: "table".into(), object: Some(TABLE), ..Location::default() };
    r.ask(ada, Request::Locate(place)).unwrap();
    let ana = Tab { position: (picture_stream(&welcome.stream), welcome.upto), ..ana };
    let (_, welcome) = r.resume(ana);
    assert_eq!(welcome.arrival, Arrival::Resumed);
    let heard = format!("{:?}", welcome.replay);
    assert!(heard.contains("\"table\""), "{heard}");
    assert!(!heard.contains(&TABLE.to_string()) && !heard.contains("orders"), "{heard}");
}

fn picture_stream(stream: &crate::domain::id::StreamId) -> crate::domain::id::StreamId {
    *stream
}

#[test]
fn a_role_that_changes_ends_what_it_allowed_parks_the_work_and_says_why() {
    let (mut r, ada) = room_of_writers();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ana, path(1));
    let wish = r.request(ben, path(1));
    r.forget();
    r.ask(ada, save(CustomRole { edit: Areas::NONE, ..writer() })).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Revoked)]);
    assert_eq!(r.holder(path(1)), Some(ben.session), "{wish:?} is granted");
    assert_eq!(notices(&r), [AdminAct::RightsChanged]);
    assert_eq!(r.disk.members[&ANA].role, Role::Viewer, "whoever edits nothing is a viewer elsewhere");
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1);
    let entry = r.disk.audit.last().unwrap();
    assert_eq!((entry.action, entry.reason.as_str()), ("role.save", "new team"));
    assert!(entry.before.contains("edit Function") && !entry.after.contains("edit"), "{entry:?}");
}

#[test]
fn a_page_that_comes_again_keeps_what_it_may_hold_and_parks_what_it_had_typed_elsewhere() {
    let (mut r, ada) = room_of_writers();
    let both = areas(&[ObjectKind::Function, ObjectKind::Table]);
    r.ask(ada, save(CustomRole { edit: both, ..writer() })).unwrap();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.acquire(ana, LockPath::object(TABLE));
    r.forget();
    let tables = areas(&[ObjectKind::Table]);
    r.ask(ada, save(CustomRole { view: tables, edit: tables, ..writer() })).unwrap();
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::Revoked)]);
    assert_eq!(r.closed, [(ana.socket, CloseReason::Rebuilt)]);
    r.drop_socket(ana);
    // Longer than one has without a way back, and within the grace.
    r.wait(5_000);
    assert_eq!(r.holder(LockPath::object(TABLE)), Some(ana.session), "a lost socket is no lost right");
    let (ana, welcome) = r.resume(ana);
    assert_eq!(welcome.arrival, Arrival::Reloaded);
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1, "though what it was typed on does not exist for her any more");
}

#[test]
fn a_right_that_is_given_elsewhere_takes_no_words_away() {
    let (mut r, ada) = room_of_writers();
    let ana = r.tab(ANA);
    let fence = r.acquire(ana, path(1));
    r.ask(ada, save(CustomRole { edit: Areas::NONE, ..writer() })).unwrap();
    r.ask(ada, save(CustomRole { edit: areas(&[ObjectKind::Table]), ..writer() })).unwrap();
    r.edit(ana, Pen::Held(fence), set(step(1), "value", "2")).unwrap();
    assert_eq!(r.parked(ANA).len(), 1);
}

#[test]
fn who_manages_an_area_may_force_there_and_nowhere_else() {
    let (mut r, ada) = room_of_writers();
    let manage = areas(&[ObjectKind::Function]);
    r.ask(ada, save(CustomRole { manage, ..writer() })).unwrap();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.acquire(ben, path(1));
    r.acquire(ada, LockPath::object(TABLE));
    r.forget();
    r.force(ana, path(1)).unwrap();
    assert_eq!(r.force(ana, LockPath::object(TABLE)), Err(Refusal::NotPermitted));
    let other = Request::ListParked { user: Some(BEN) };
    assert_eq!(r.call(Caller { user: ANA, session: None }, other), Err(Refusal::NotPermitted));
}

#[test]
fn a_role_somebody_has_is_not_deleted_and_names_are_not_taken_twice() {
    let (mut r, ada) = room_of_writers();
    let delete = Request::Team(TeamRequest::DeleteRole { role: WRITER, reason: String::new() });
    assert_eq!(r.ask(ada, delete.clone()), Err(Refusal::RoleInUse { members: 1 }));
    let twin = CustomRole { id: RoleId(Uuid::from_u128(0xd2)), ..writer() };
    assert_eq!(r.ask(ada, save(twin)), Err(Refusal::NameTaken));
    let ben = r.tab(BEN);
    assert_eq!(r.ask(ben, give(CARA)), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(ada, give(ADA)), Err(Refusal::OwnRole));
    assert_eq!(r.ask(ada, give(OLGA)), Err(Refusal::NotPermitted));
    let back = Request::SetRole { user: ANA, role: Role::Developer, reason: String::new() };
    r.ask(ada, back).unwrap();
    r.ask(ada, delete).unwrap();
    assert!(r.disk.roles.is_empty());
    assert_eq!(r.ask(ada, give(ANA)), Err(Refusal::NoSuchRole));
}

#[test]
fn ownership_moves_in_one_commit_and_only_by_its_owner() {
    let mut r = room().with_everybody();
    let (olga, ada) = (r.tab(OLGA), r.tab(ADA));
    let to = |to| Request::Team(TeamRequest::TransferOwnership { to, reason: "moving on".into() });
    assert_eq!(r.ask(ada, to(ADA)), Err(Refusal::NotPermitted));
    assert_eq!(r.ask(olga, to(OLGA)), Err(Refusal::NotPermitted));
    let nobody = UserId(Uuid::from_u128(0xff));
    assert_eq!(r.ask(olga, to(nobody)), Err(Refusal::NoSuchMember));
    r.ask(olga, to(ADA)).unwrap();
    assert_eq!((r.disk.members[&ADA].role, r.disk.members[&OLGA].role), (Role::Owner, Role::Admin));
    let own = Request::SetRole { user: OLGA, role: Role::Viewer, reason: String::new() };
    assert_eq!(r.ask(olga, own), Err(Refusal::OwnRole));
}

#[test]
fn an_edit_in_an_area_that_one_only_sees_is_refused_with_and_without_a_pen() {
    let (mut r, ada) = room_of_writers();
    let tables = CustomRole { edit: areas(&[ObjectKind::Table]), ..writer() };
    r.ask(ada, save(tables)).unwrap();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let edit = set(step(1), "value", "2");
    assert_eq!(r.edit(ana, Pen::WithLock, edit.clone()), Err(Refusal::NotPermitted));
    assert_eq!(r.edit(ana, Pen::TypedAhead, edit.clone()), Err(Refusal::NotPermitted));
    let fence = r.acquire(ben, path(1));
    assert_eq!(r.edit(ana, Pen::Held(fence), edit), Err(Refusal::NotPermitted), "nor under another's");
    assert!(r.parked(ANA).is_empty(), "what was never hers to type is not kept");
}
