//! Channels: who may be in them, who hears what, in which order, and what is kept.

use std::sync::Arc;

use uuid::Uuid;

use super::room::*;
use crate::domain::command::{Command, RealtimeRequest, Request};
use crate::domain::effect::{Answer, RealtimeAnswer};
use crate::domain::id::{CallId, KeyId, SocketId};
use crate::domain::realtime::{
    ApiKey, ChannelNews, ChannelSettings, ClientId, Credentials, Json, Messaging, Party, Post, Said, Scope,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Role;
use crate::domain::time::Timestamp;

pub(super) type Answered = Result<RealtimeAnswer, Refusal>;

impl Room {
    pub(super) fn by(&mut self, by: Party, request: RealtimeRequest) -> Answered {
        let call = CallId(self.number());
        self.run(Command::Realtime { by, call, request });
        self.answered(call)
    }

    fn answered(&mut self, call: CallId) -> Answered {
        match self.answers.remove(&call).expect("answered") {
            Ok(Answer::Realtime(answer)) => Ok(answer),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal),
        }
    }

    fn enters(&mut self, row: (u64, u64)) -> SocketId {
        let socket = SocketId(self.number());
        let extras = (row != (0, 0)).then(|| Json::new(r#"{"name":"x"}"#));
        self.run(Command::Entered { socket, credentials: Credentials { user: None, row, extras } });
        socket
    }

    pub(super) fn set(&mut self, settings: ChannelSettings) -> Answered {
        self.by(Party::Member(OLGA), RealtimeRequest::SetChannel(Box::new(settings)))
    }

    pub(super) fn joins(&mut self, by: Party, channel: &str) -> Answered {
        let wants =
            RealtimeRequest::Join { channel: channel.into(), presence: true, history: true, after: None };
        self.by(by, wants)
    }

    pub(super) fn says(&mut self, by: Party, channel: &str, text: &str) -> Answered {
        self.by(by, message(channel, text, None, false))
    }

    /// What a client heard since the last look, in words.
    pub(super) fn hears_of(&self, client: ClientId) -> Vec<String> {
        let own = self.posts.iter().filter(|(to, _)| to.iter().any(|one| one.client == client));
        own.map(|(_, post)| in_words(post)).collect()
    }
}

pub(super) fn message(
    channel: &str,
    text: &str,
    to: Option<ClientId>,
    authenticated: bool,
) -> RealtimeRequest {
    let payload = Json::new(format!("{text:?}"));
    RealtimeRequest::Message { channel: channel.into(), payload, to, authenticated }
}

fn in_words(post: &Post) -> String {
    let Post::Channel(post) = post else { panic!("no record was written") };
    match &post.news {
        ChannelNews::Said(said) => format!("{}: {}", post.channel, said.payload.text()),
        ChannelNews::Here(cards) => format!("{}: {} here", post.channel, cards.len()),
        ChannelNews::Came(card) => format!("{}: {} came", post.channel, card.client),
        ChannelNews::Went(card) => format!("{}: {} went", post.channel, card.client),
        ChannelNews::History { said, missed } => {
            let all: Vec<&str> = said.iter().map(|one| one.payload.text()).collect();
            format!("{}: history {} {missed}", post.channel, all.join(" "))
        }
        ChannelNews::Closed => format!("{}: closed", post.channel),
    }
}

fn open(pattern: &str) -> ChannelSettings {
    ChannelSettings { anonymous: true, public: Messaging::Anyone, ..ChannelSettings::new(pattern) }
}

fn socket(id: SocketId) -> (Party, ClientId) {
    (Party::Socket(id), ClientId::Socket(id))
}

#[test]
fn joining_twice_is_joining_once_and_nobody_hears_of_their_own_coming() {
    let mut room = room().with_everybody();
    room.set(open("lobby")).unwrap();
    let ((one, first), (two, second)) = (socket(room.enters((0, 0))), socket(room.enters((1, 5))));
    room.joins(one, "lobby").unwrap();
    room.joins(two, "lobby").unwrap();
    room.joins(two, "lobby").unwrap();
    assert_eq!(room.hears_of(first), ["lobby: 1 here", &format!("lobby: {second} came")]);
    assert_eq!(room.hears_of(second), ["lobby: 2 here", "lobby: 2 here"]);
    room.forget();
    room.says(one, "lobby", "hello").unwrap();
    assert_eq!(room.hears_of(first), ["lobby: \"hello\""], "the sender too, once");
    assert_eq!(room.hears_of(second), ["lobby: \"hello\""]);
    room.forget();
    room.by(two, RealtimeRequest::Part { channel: "lobby".into() }).unwrap();
    room.by(two, RealtimeRequest::Part { channel: "lobby".into() }).unwrap();
    assert_eq!(room.hears_of(first), [format!("lobby: {second} went")]);
    assert_eq!(room.says(two, "lobby", "still here?"), Err(RealtimeRefusal::NotInChannel.into()));
}

#[test]
fn a_socket_that_goes_is_out_of_everything() {
    let mut room = room();
    room.set(open("a")).unwrap();
    room.set(open("b")).unwrap();
    let ((one, _), (two, second)) = (socket(room.enters((0, 0))), socket(room.enters((0, 0))));
    for name in ["a", "b"] {
        room.joins(one, name).unwrap();
        room.joins(two, name).unwrap();
    }
    room.forget();
    let Party::Socket(gone) = one else { unreachable!() };
    room.run(Command::Departed { socket: gone, goodbye: false });
    assert_eq!(room.hears_of(second).len(), 2);
    assert_eq!(room.says(one, "a", "x"), Err(Refusal::SessionGone));
}

#[test]
fn an_exact_name_counts_before_the_longest_stem() {
    let mut room = room();
    let off = |pattern: &str| ChannelSettings { public: Messaging::Off, ..open(pattern) };
    room.set(open("rooms/*")).unwrap();
    room.set(off("rooms/quiet/*")).unwrap();
    room.set(open("rooms/quiet/loud")).unwrap();
    let (one, _) = socket(room.enters((0, 0)));
    for (name, speaks) in
        [("rooms/1", true), ("rooms/1/2", true), ("rooms/quiet/x", false), ("rooms/quiet/loud", true)]
    {
        room.joins(one, name).unwrap();
        assert_eq!(room.says(one, name, "x").is_ok(), speaks, "{name}");
    }
    assert_eq!(room.joins(one, "rooms"), Err(RealtimeRefusal::NoSuchChannel.into()));
    assert_eq!(room.joins(one, "elsewhere"), Err(RealtimeRefusal::NoSuchChannel.into()));
    for bad in ["", "rooms/", "/x", "rooms//x", "rooms/*", "a\nb"] {
        assert!(matches!(room.joins(one, bad), Err(Refusal::BadText { .. })), "{bad:?}");
    }
}

#[test]
fn without_nesting_a_pattern_is_its_stem_alone() {
    let mut room = room();
    room.set(ChannelSettings { nested: false, ..open("room/*") }).unwrap();
    let (one, _) = socket(room.enters((0, 0)));
    assert_eq!(room.joins(one, "room/1"), Err(RealtimeRefusal::NoSuchChannel.into()));
    room.joins(one, "room").unwrap();
}

#[test]
fn who_is_nobody_needs_a_channel_that_takes_them_and_one_that_lets_them_speak() {
    let mut room = room();
    let closed = ChannelSettings { anonymous: false, ..open("c") };
    room.set(closed).unwrap();
    let ((nobody, first), (somebody, second)) = (socket(room.enters((0, 0))), socket(room.enters((1, 1))));
    assert!(matches!(room.joins(nobody, "c"), Err(Refusal::Realtime(RealtimeRefusal::ChannelRefuses(_)))));
    room.joins(somebody, "c").unwrap();
    room.set(ChannelSettings { public: Messaging::Authenticated, authenticated: true, ..open("c") }).unwrap();
    room.joins(nobody, "c").unwrap();
    assert!(matches!(
        room.says(nobody, "c", "x"),
        Err(Refusal::Realtime(RealtimeRefusal::ChannelRefuses(_)))
    ));
    room.forget();
    room.says(somebody, "c", "to all").unwrap();
    room.by(somebody, message("c", "among us", None, true)).unwrap();
    assert_eq!(room.hears_of(first), ["c: \"to all\""]);
    assert_eq!(room.hears_of(second), ["c: \"to all\"", "c: \"among us\""]);
    assert!(matches!(
        room.by(nobody, message("c", "me too", None, true)),
        Err(Refusal::Realtime(RealtimeRefusal::ChannelRefuses(_)))
    ));
}

#[test]
fn a_private_message_goes_to_one_and_into_no_history() {
    let mut room = room();
    room.set(ChannelSettings { private: Messaging::Anyone, history: 25, ..open("p") }).unwrap();
    let all = [room.enters((0, 0)), room.enters((0, 0)), room.enters((0, 0))].map(socket);
    for (by, _) in all {
        room.joins(by, "p").unwrap();
    }
    room.forget();
    let answer = room.by(all[0].0, message("p", "psst", Some(all[1].1), false)).unwrap();
    assert!(matches!(answer, RealtimeAnswer::Said { receivers: 1, .. }));
    assert_eq!(all.map(|(_, client)| room.hears_of(client).len()), [0, 1, 0]);
    room.forget();
    room.by(all[2].0, RealtimeRequest::History { channel: "p".into() }).unwrap();
    assert_eq!(room.hears_of(all[2].1), ["p: history  false"]);
    let stranger = ClientId::Socket(SocketId(9_999));
    assert_eq!(
        room.by(all[0].0, message("p", "?", Some(stranger), false)),
        Err(RealtimeRefusal::NoSuchClient.into())
    );
}

#[test]
fn history_is_told_oldest_first_and_is_bounded() {
    let mut room = room();
    room.set(ChannelSettings { history: 25, ..open("h") }).unwrap();
    let (one, _) = socket(room.enters((0, 0)));
    room.joins(one, "h").unwrap();
    for n in 0..30 {
        room.says(one, "h", &n.to_string()).unwrap();
    }
    let (two, second) = socket(room.enters((0, 0)));
    room.forget();
    room.joins(two, "h").unwrap();
    let told = room.hears_of(second).remove(1);
    assert!(told.starts_with("h: history \"5\" \"6\"") && told.ends_with("\"29\" false"), "{told}");
}

#[test]
fn an_event_comes_from_those_who_edit_or_a_key_with_the_scope_and_is_stored_before_it_is_heard() {
    let mut room = room().with_everybody();
    let quiet =
        ChannelSettings { anonymous: true, history: 25, stored: true, ..ChannelSettings::new("news") };
    room.set(quiet).unwrap();
    let (one, first) = socket(room.enters((0, 0)));
    room.joins(one, "news").unwrap();
    // A stored channel is read once, when somebody wants its history.
    room.answer_said();
    room.forget();
    let event = |n: &str| RealtimeRequest::Event { channel: "news".into(), data: Json::new(n), row: (0, 0) };
    assert_eq!(room.by(one, event("0")), Err(Refusal::NotPermitted));
    assert_eq!(room.by(Party::Member(VIC), event("0")), Err(Refusal::NotPermitted));
    room.by(Party::Member(ANA), event("1")).unwrap();
    let key = KeyId(Uuid::from_u128(77));
    assert_eq!(room.by(Party::Key(key), event("2")), Err(RealtimeRefusal::NoSuchKey.into()));
    let scopes = vec![Scope::ChannelsRead];
    make_key(&mut room, key, scopes);
    assert_eq!(
        room.by(Party::Key(key), event("2")),
        Err(RealtimeRefusal::ScopeMissing(Scope::EventsWrite).into())
    );
    let other = KeyId(Uuid::from_u128(78));
    make_key(&mut room, other, vec![Scope::EventsWrite]);
    room.by(Party::Key(other), event("3")).unwrap();
    assert_eq!(room.hears_of(first), ["news: 1", "news: 3"]);
    assert_eq!(room.disk.said.len(), 2, "both are stored");

    room.crash();
    let (two, second) = socket(room.enters((0, 0)));
    room.forget();
    room.joins(two, "news").unwrap();
    room.by(Party::Key(other), event("4")).unwrap();
    room.answer_said();
    assert_eq!(room.hears_of(second), ["news: 1 here", "news: 4", "news: history 1 3 4 false"]);
    room.by(Party::Member(OLGA), RealtimeRequest::RevokeKey { key: other }).unwrap();
    assert_eq!(room.by(Party::Key(other), event("5")), Err(RealtimeRefusal::NoSuchKey.into()));
}

fn make_key(room: &mut Room, id: KeyId, scopes: Vec<Scope>) {
    let (made_by, created) = (OLGA, Timestamp(0));
    let key = ApiKey {
        id,
        name: "server".into(),
        digest: [1; 32],
        scopes,
        made_by,
        created,
        expires: None,
        used: None,
    };
    room.by(Party::Member(OLGA), RealtimeRequest::MakeKey(Box::new(key))).unwrap();
}

impl Room {
    fn answer_said(&mut self) {
        for (channel, _) in std::mem::take(&mut self.pending_said) {
            let own = self.disk.said.values().filter(|(one, _)| *one == channel);
            let said: Option<Vec<Said>> = Some(own.map(|(_, said)| said.clone()).collect());
            self.run(Command::SaidLoaded { channel, said });
        }
    }
}

#[test]
fn a_session_that_comes_back_learns_what_it_missed() {
    let mut room = room().with_everybody();
    room.set(open("s")).unwrap();
    let tab = room.tab(ANA);
    let by = Party::Session(ANA, tab.session);
    room.joins(by, "s").unwrap();
    let (one, _) = socket(room.enters((0, 0)));
    room.joins(one, "s").unwrap();
    let RealtimeAnswer::Said { number, .. } = room.says(one, "s", "heard").unwrap() else { panic!() };
    room.drop_socket(tab);
    room.says(one, "s", "missed").unwrap();
    let (tab, _) = room.resume(tab);
    room.forget();
    let again = RealtimeRequest::Join {
        channel: Arc::from("s"),
        presence: false,
        history: false,
        after: Some(number),
    };
    room.by(Party::Session(ANA, tab.session), again).unwrap();
    assert_eq!(room.hears_of(ClientId::Session(tab.session)), ["s: history \"missed\" false"]);
}

#[test]
fn what_is_set_holds_at_once() {
    let mut room = room().with_everybody();
    room.set(open("x")).unwrap();
    let ((one, first), (two, second)) = (socket(room.enters((0, 0))), socket(room.enters((3, 3))));
    room.joins(one, "x").unwrap();
    room.joins(two, "x").unwrap();
    room.forget();
    room.set(ChannelSettings { anonymous: false, ..open("x") }).unwrap();
    assert_eq!(room.hears_of(first), ["x: closed"]);
    assert_eq!(room.hears_of(second), [format!("x: {first} went")]);
    room.forget();
    room.by(Party::Member(OLGA), RealtimeRequest::RemoveChannel { pattern: "x".into() }).unwrap();
    assert_eq!(room.hears_of(second), ["x: closed"]);
    assert_eq!(
        room.by(Party::Member(VIC), RealtimeRequest::RemoveChannel { pattern: "x".into() }),
        Err(Refusal::NotPermitted)
    );
}

#[test]
fn whoever_loses_their_rights_hears_no_more() {
    let mut room = room().with_everybody();
    room.set(open("x")).unwrap();
    let tab = room.tab(BEN);
    room.joins(Party::Session(BEN, tab.session), "x").unwrap();
    let (one, _) = socket(room.enters((0, 0)));
    room.joins(one, "x").unwrap();
    let owner = crate::domain::command::Caller { user: OLGA, session: None };
    let reason = String::new();
    room.call(owner, Request::SetRole { user: BEN, role: Role::Suspended, reason }).unwrap();
    room.forget();
    room.says(one, "x", "secret").unwrap();
    assert!(room.hears_of(ClientId::Session(tab.session)).is_empty());
}
