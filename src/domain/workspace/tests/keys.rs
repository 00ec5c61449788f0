//! Keys act for who made them, within their scopes; what they are refused is counted.

use uuid::Uuid;

use super::domain::command::{Caller, Command, RealtimeRequest, Request};
use super::domain::effect::{Answer, RealtimeAnswer};
use super::domain::id::{CallId, KeyId};
use super::domain::realtime::{ApiKey, Party, Scope};
use super::domain::refusal::{RealtimeRefusal, Refusal};
use super::domain::role::Role;
use super::domain::time::Timestamp;
use super::room::*;

const KEY: KeyId = KeyId(Uuid::from_u128(77));

fn ask(r: &mut Room, by: Party, request: RealtimeRequest) -> Result<RealtimeAnswer, Refusal> {
    let call = CallId(r.number());
    r.run(Command::Realtime { by, call, request });
    match r.answers.remove(&call).expect("answered")? {
        Answer::Realtime(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

fn use_key(r: &mut Room, scope: Option<Scope>) -> Result<RealtimeAnswer, Refusal> {
    ask(r, Party::Key(KEY), RealtimeRequest::UseKey { scope })
}

/// Ada, an admin, made a key that reads stacks.
fn with_key() -> Room {
    let mut r = room().with_everybody();
    let key = ApiKey {
        id: KEY,
        name: "nightly".into(),
        digest: [1; 32],
        scopes: vec![Scope::StacksRead],
        made_by: OLGA,
        created: Timestamp(0),
        expires: Some(r.now.wall.plus(30 * 24 * 60 * 60 * 1_000 - 5_000)),
        used: None,
    };
    ask(&mut r, Party::Member(ADA), RealtimeRequest::MakeKey(Box::new(key))).unwrap();
    let told = r.disk.audit.iter().find(|entry| entry.action == "key.make").expect("it is in the audit log");
    assert_eq!((told.user, told.after.as_str()), (Some(ADA), "stacks.read, for 30 days"));
    r
}

#[test]
fn a_key_acts_for_whoever_made_it_as_long_as_they_may_come_in() {
    let mut r = with_key();
    let ada = Ok(RealtimeAnswer::ActsFor { user: ADA, name: "nightly".into() });
    assert_eq!(use_key(&mut r, Some(Scope::StacksRead)), ada, "who asked made it, whatever the call says");
    let of_member = RealtimeRequest::UseKey { scope: Some(Scope::StacksRead) };
    assert_eq!(ask(&mut r, Party::Member(OLGA), of_member), Err(Refusal::NotPermitted));
    let owner = Caller { user: OLGA, session: None };
    let role = |role| Request::SetRole { user: ADA, role, reason: String::new() };
    r.call(owner, role(Role::Suspended)).unwrap();
    assert_eq!(use_key(&mut r, Some(Scope::StacksRead)), Err(RealtimeRefusal::NoSuchKey.into()));
    r.call(owner, role(Role::Viewer)).unwrap();
    assert_eq!(use_key(&mut r, Some(Scope::StacksRead)), ada);
    r.crash();
    assert_eq!(use_key(&mut r, Some(Scope::StacksRead)), ada);
}

#[test]
fn what_a_key_is_refused_is_written_at_once_and_then_counted() {
    let mut r = with_key();
    for _ in 0..3 {
        let lacks = Err(RealtimeRefusal::ScopeMissing(Scope::LocksWrite).into());
        assert_eq!(use_key(&mut r, Some(Scope::LocksWrite)), lacks);
    }
    assert_eq!(use_key(&mut r, None), Err(RealtimeRefusal::NotForKeys.into()));
    let told = |r: &Room| -> Vec<(String, String)> {
        let own = r.disk.audit.iter().filter(|entry| entry.action == "key.refused");
        own.map(|entry| (entry.subject.clone(), entry.reason.clone())).collect()
    };
    let first = told(&r);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(
        first[0].0.contains("\"nightly\" asked once") && first[0].1 == "it lacks locks.write",
        "{first:?}"
    );
    r.wait(60_000);
    let both = told(&r);
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[1].0.contains("asked 3 times") && both[1].1 == "no key may do this", "{both:?}");
    r.wait(120_000);
    assert_eq!(told(&r).len(), 2);
}
