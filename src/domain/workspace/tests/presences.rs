//! Presence records: one of a user, who may, who hears, and ends that are told once.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::room::*;
use crate::domain::command::{
    Caller, Command, PresencePatch, PresenceRequest, PresenceUpsert, RealtimeRequest, Request,
};
use crate::domain::effect::{Answer, RealtimeAnswer, Write};
use crate::domain::id::{CallId, SocketId, UserId};
use crate::domain::realtime::{
    ClientId, Credentials, Json, Party, Permission, Post, PresenceEnd, PresenceEvent, PresenceRecord, Right,
    Source, Subscription, Topic, Viewer,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::{Member, Role};
use crate::domain::time::Timestamp;

type Answered = Result<RealtimeAnswer, Refusal>;

impl Room {
    pub(super) fn presences(&mut self, by: Party, request: PresenceRequest) -> Answered {
        let call = CallId(self.number());
        self.run(Command::Realtime { by, call, request: RealtimeRequest::Presence(request) });
        match self.answers.remove(&call).expect("answered") {
            Ok(Answer::Realtime(answer)) => Ok(answer),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal),
        }
    }

    pub(super) fn upserts(&mut self, by: Party, id: &str, reads: Option<&str>, bound: bool) -> Answered {
        let permissions = reads.map(|role| Permission::parse(&format!("read(\"{role}\")")).expect("a role"));
        let (id, status) = (id.into(), "here".to_owned());
        let upsert =
            PresenceUpsert { id, user: None, status, permissions, expires: None, metadata: None, bound };
        self.presences(by, PresenceRequest::Upsert(Box::new(upsert)))
    }

    pub(super) fn socket_of(&mut self, user: Option<UserId>) -> SocketId {
        let socket = SocketId(self.number());
        self.run(Command::Entered { socket, credentials: Credentials { user, ..Credentials::default() } });
        socket
    }

    fn watches(&mut self, socket: SocketId) {
        let topics = vec![Topic { record: None, event: None }];
        let all = Subscription { id: "all".into(), topics, filters: Vec::new() };
        self.presences(Party::Socket(socket), PresenceRequest::Subscribe(vec![all])).unwrap();
    }

    /// What a socket heard: event, end and id.
    fn heard_by(&self, socket: SocketId) -> Vec<(PresenceEvent, Option<PresenceEnd>, String)> {
        let client = ClientId::Socket(socket);
        let own = self.posts.iter().filter(|(to, _)| to.iter().any(|one| one.client == client));
        let read = own.filter_map(|(_, post)| match &**post {
            Post::Presence(post) => Some((post.event, post.end, post.record.id.to_string())),
            Post::Channel(_) => None,
        });
        read.collect()
    }
}

fn record(answer: Answered) -> Arc<PresenceRecord> {
    match answer {
        Ok(RealtimeAnswer::Presence(record)) => record,
        other => panic!("{other:?}"),
    }
}

fn refused(refusal: RealtimeRefusal) -> Answered {
    Err(Refusal::Realtime(refusal))
}

#[test]
fn a_user_has_one_record_and_its_owner_always_may() {
    let mut room = room().with_everybody();
    let (ana, ben) = (Party::Member(ANA), Party::Member(BEN));
    let first = record(room.upserts(ana, "a", Some("users"), false));
    let second = record(room.upserts(ana, "other", Some("users"), false));
    assert_eq!((&*second.id, second.created), ("a", first.created));
    assert_eq!(room.upserts(ben, "a", None, false), refused(RealtimeRefusal::PresenceExists));
    let strange = room.upserts(ben, "b", Some("user:somebody"), false);
    assert_eq!(strange, refused(RealtimeRefusal::RoleNotHeld));
    let patch = PresencePatch { id: "a".into(), status: Some("x".into()), ..PresencePatch::default() };
    let patch = PresenceRequest::Patch(Box::new(patch));
    assert_eq!(room.presences(ben, patch.clone()), refused(RealtimeRefusal::PresenceForbidden));
    assert_eq!(record(room.presences(ana, patch)).status, "x");
    record(room.upserts(ana, "a", None, false));
    assert_eq!(
        room.presences(ben, PresenceRequest::Get { id: "a".into() }),
        refused(RealtimeRefusal::NoSuchPresence)
    );
}

#[test]
fn an_end_by_time_is_told_once_and_never_early() {
    let mut room = room().with_everybody();
    let watcher = room.socket_of(Some(BEN));
    room.watches(watcher);
    record(room.upserts(Party::Member(ANA), "a", Some("users"), false));
    room.forget();
    room.wait(room.limits.presence_ms - 1);
    assert!(room.heard_by(watcher).is_empty());
    room.wait(1);
    assert_eq!(room.heard_by(watcher), [(PresenceEvent::Delete, Some(PresenceEnd::Expired), "a".into())]);
    room.wait(100_000);
    assert_eq!(room.heard_by(watcher).len(), 1);
    assert!(room.disk.presences.is_empty());
}

#[test]
fn what_was_overdue_when_the_room_began_ends_then() {
    let mut room = room().with_everybody();
    record(room.upserts(Party::Member(ANA), "a", Some("any"), false));
    room.now.wall = Timestamp(room.now.wall.0 + 3_600_000);
    room.crash();
    let watcher = room.socket_of(None);
    room.watches(watcher);
    room.wait(1);
    assert_eq!(room.heard_by(watcher).len(), 1);
}

#[test]
fn a_bound_record_ends_with_its_socket_and_survives_a_blip() {
    let mut room = room().with_everybody();
    let (one, watcher) = (room.socket_of(Some(ANA)), room.socket_of(Some(BEN)));
    room.watches(watcher);
    record(room.upserts(Party::Socket(one), "a", Some("users"), true));
    room.run(Command::Departed { socket: one, goodbye: false });
    let two = room.socket_of(Some(ANA));
    record(room.upserts(Party::Socket(two), "new", Some("users"), true));
    room.forget();
    room.wait(60_000);
    assert!(room.heard_by(watcher).is_empty(), "the old socket's end takes nothing with it");
    room.run(Command::Departed { socket: two, goodbye: true });
    assert_eq!(room.heard_by(watcher), [(PresenceEvent::Delete, Some(PresenceEnd::Left), "a".into())]);
    // Lost without a word and not back: after the grace.
    let three = room.socket_of(Some(ANA));
    record(room.upserts(Party::Socket(three), "c", Some("users"), true));
    room.run(Command::Departed { socket: three, goodbye: false });
    room.forget();
    room.wait(room.limits.presence_grace_ms);
    assert_eq!(room.heard_by(watcher).len(), 1);
}

#[test]
fn a_guest_hears_what_anybody_may_and_does_nothing_else() {
    let mut room = room().with_everybody();
    let guest = room.socket_of(None);
    room.watches(guest);
    assert_eq!(room.upserts(Party::Socket(guest), "g", None, true), refused(RealtimeRefusal::GuestRefused));
    record(room.upserts(Party::Member(ANA), "a", Some("users"), false));
    assert!(room.heard_by(guest).is_empty());
    record(room.upserts(Party::Member(BEN), "b", Some("any"), false));
    assert_eq!(room.heard_by(guest).len(), 1);
}

#[test]
fn ten_thousand_that_end_in_one_second_end_once_each() {
    let mut room = room();
    let (now, life_ms) = (room.now.wall, room.limits.presence_ms);
    for n in 0..10_000 {
        let user = UserId(uuid::Uuid::from_u128(0xffff_0000 + n));
        let member = Member { user, name: "One of many".into(), role: Role::Viewer, custom: None, colour: 0 };
        room.disk.write(&Write::Member(member)).unwrap();
        let record = PresenceRecord {
            id: format!("r{n}").into(),
            sequence: u64::try_from(n).unwrap() + 1,
            user,
            status: "here".into(),
            metadata: Json::new("{}"),
            permissions: Permission::parse("read(\"users\")").unwrap(),
            source: Source::Rest,
            created: now,
            updated: now,
            expires: now.plus(life_ms),
            bound: false,
        };
        room.disk.presences.insert(Arc::clone(&record.id), record);
    }
    room.checks = false;
    room.crash();
    let watcher = room.socket_of(Some(OLGA));
    room.watches(watcher);
    room.wait(life_ms - 1);
    assert!(room.heard_by(watcher).is_empty());
    // They are ended by and by, so that others get their turn in between.
    room.wait(1);
    let mut ids: Vec<String> = room.heard_by(watcher).into_iter().map(|(_, _, id)| id).collect();
    assert_eq!(ids.len(), 10_000);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10_000);
    assert!(room.core.check().is_ok() && room.disk.presences.is_empty());
}

/// One thing that happens in the property test.
#[derive(Debug, Clone)]
enum Happening {
    Upsert { who: usize, role: usize, bound: bool, life_ms: u64 },
    Patch { who: usize, role: usize },
    Delete { who: usize },
    Drop { who: usize, goodbye: bool },
    Wait { ms: u64 },
    Role { role: Role },
    Crash,
    Rebuild,
}

fn happening() -> impl Strategy<Value = Happening> {
    let (who, role) = (0..PEOPLE.len(), 0..READERS.len());
    prop_oneof![
        4 => (who.clone(), role.clone(), any::<bool>(), 1..120_000_u64)
            .prop_map(|(who, role, bound, life_ms)| Happening::Upsert { who, role, bound, life_ms }),
        2 => (who.clone(), role).prop_map(|(who, role)| Happening::Patch { who, role }),
        1 => who.clone().prop_map(|who| Happening::Delete { who }),
        1 => (who, any::<bool>()).prop_map(|(who, goodbye)| Happening::Drop { who, goodbye }),
        3 => (1..200_000_u64).prop_map(|ms| Happening::Wait { ms }),
        1 => prop_oneof![Just(Role::Viewer), Just(Role::Developer)].prop_map(|role| Happening::Role { role }),
        1 => Just(Happening::Crash),
        1 => Just(Happening::Rebuild),
    ]
}

const PEOPLE: [UserId; 3] = [ANA, BEN, CARA];
const READERS: [&str; 6] = ["any", "users", "self", "member", "guests", "team"];

/// A world with somebody who listens as each sort of viewer.
struct Listeners {
    room: Room,
    /// The sockets with which people write what ends with a socket.
    sockets: [Option<SocketId>; 3],
    watchers: Vec<(SocketId, Option<UserId>)>,
    vic: Role,
    /// What is there, by what was told of it: number and until when.
    told: BTreeMap<String, (u64, Timestamp)>,
}

impl Listeners {
    fn begin() -> Self {
        let room = room().with_everybody();
        let (sockets, watchers, told) = ([None; 3], Vec::new(), BTreeMap::new());
        let mut all = Listeners { room, sockets, watchers, vic: Role::Viewer, told };
        all.listen();
        all
    }

    fn listen(&mut self) {
        self.sockets = [None; 3];
        let all = [None, Some(ANA), Some(BEN), Some(CARA), Some(VIC)];
        self.watchers = all.map(|user| (self.room.socket_of(user), user)).to_vec();
        for (socket, _) in self.watchers.clone() {
            self.room.watches(socket);
        }
    }

    fn viewer(&self, user: Option<UserId>) -> Viewer {
        let team = self.room.disk.workspace;
        let Some(user) = user else { return Viewer::Guest };
        let role = if user == VIC { self.vic } else { Role::Developer };
        Viewer::Member { user, team, role }
    }

    fn list(&self, who: usize, role: usize) -> Vec<Permission> {
        let (user, team) = (PEOPLE[who], self.room.disk.workspace);
        let role = match READERS[role] {
            "self" => format!("user:{user}"),
            "member" => format!("member:{user}"),
            "team" => format!("team:{team}/developer"),
            other => other.to_owned(),
        };
        Permission::parse(&format!("read(\"{role}\")")).expect("a role")
    }

    fn happens(&mut self, what: Happening) {
        self.room.forget();
        match what {
            Happening::Upsert { who, role, bound, life_ms } => {
                let user = PEOPLE[who];
                let by = match (bound, self.sockets[who]) {
                    (false, _) => Party::Member(user),
                    (true, Some(socket)) => Party::Socket(socket),
                    (true, None) => {
                        let socket = self.room.socket_of(Some(user));
                        self.sockets[who] = Some(socket);
                        Party::Socket(socket)
                    }
                };
                let expires = (!bound).then(|| self.room.now.wall.plus(life_ms));
                let upsert = PresenceUpsert {
                    id: format!("r{who}").into(),
                    user: None,
                    status: "here".into(),
                    permissions: Some(self.list(who, role)),
                    expires,
                    metadata: None,
                    bound,
                };
                // A role that one does not hold oneself is refused; then nothing happens.
                let _ = self.room.presences(by, PresenceRequest::Upsert(Box::new(upsert)));
            }
            Happening::Patch { who, role } => {
                let (id, permissions) = (format!("r{who}").into(), Some(self.list(who, role)));
                let patch = PresencePatch { id, permissions, ..PresencePatch::default() };
                let _ =
                    self.room.presences(Party::Member(PEOPLE[who]), PresenceRequest::Patch(Box::new(patch)));
            }
            Happening::Delete { who } => {
                let id = format!("r{who}").into();
                let _ = self.room.presences(Party::Member(PEOPLE[who]), PresenceRequest::Delete { id });
            }
            Happening::Drop { who, goodbye } => {
                if let Some(socket) = self.sockets[who].take() {
                    self.room.run(Command::Departed { socket, goodbye });
                }
            }
            Happening::Wait { ms } => self.room.wait(ms),
            Happening::Role { role } => {
                self.vic = role;
                let olga = Caller { user: OLGA, session: None };
                let request = Request::SetRole { user: VIC, role, reason: String::new() };
                self.room.call(olga, request).unwrap();
            }
            Happening::Crash => {
                self.room.crash();
                self.listen();
            }
            Happening::Rebuild => {
                self.room.rebuild();
                self.listen();
            }
        }
        self.look();
    }

    /// What was told is what happened: to exactly those who may read it, once, and no end before its time.
    fn look(&mut self) {
        for (to, post) in std::mem::take(&mut self.room.posts) {
            let Post::Presence(post) = &*post else { panic!("{post:?}") };
            let mut heard: Vec<ClientId> = to.iter().map(|one| one.client).collect();
            let may = |user: Option<UserId>| post.record.gives(&self.viewer(user), Right::Read);
            let readers = self.watchers.iter().filter(|(_, user)| may(*user));
            let mut readers: Vec<ClientId> = readers.map(|(socket, _)| ClientId::Socket(*socket)).collect();
            heard.sort_unstable();
            readers.sort_unstable();
            assert_eq!(heard, readers, "{post:?}");
            let (id, sequence, expires) =
                (post.record.id.to_string(), post.record.sequence, post.record.expires);
            match post.event {
                PresenceEvent::Upsert => drop(self.told.insert(id, (sequence, expires))),
                PresenceEvent::Update => {
                    let known = self.told.insert(id, (sequence, expires));
                    assert_eq!(known.map(|(sequence, _)| sequence), Some(sequence), "{post:?}");
                }
                PresenceEvent::Delete => {
                    assert_eq!(self.told.remove(&id), Some((sequence, expires)), "{post:?}");
                    let early = post.end == Some(PresenceEnd::Expired) && expires > self.room.now.wall;
                    assert!(!early, "{post:?}");
                }
            }
        }
        let stored: Vec<&str> = self.room.disk.presences.keys().map(|id| &**id).collect();
        let told: Vec<&str> = self.told.keys().map(String::as_str).collect();
        assert_eq!(told, stored, "what is there was told, what was told is there");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is written, shown, hidden, waited for, lost and rebuilt: everybody hears of the records that they may read and
    /// of no others, in the order in which it happened; each end is told once and none before its time; and when all time is
    /// over, nothing is left.
    #[test]
    fn everybody_hears_of_what_they_may_read_and_of_nothing_else(
        happenings in prop::collection::vec(happening(), 1..60)
    ) {
        let mut all = Listeners::begin();
        for what in happenings {
            all.happens(what);
        }
        for who in 0..PEOPLE.len() {
            all.happens(Happening::Drop { who, goodbye: true });
        }
        all.happens(Happening::Wait { ms: 200_000 });
        prop_assert!(all.told.is_empty(), "{:?}", all.told);
    }
}
