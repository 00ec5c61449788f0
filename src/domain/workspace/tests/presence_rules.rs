//! Presence records and channels: what lapsed and was not ended yet, lists that are good enough for a while, and bounds.

use std::sync::Arc;

use super::channels::{Answered, message};
use super::room::*;
use crate::domain::command::{PresenceRequest, PresenceUpsert, RealtimeRequest};
use crate::domain::effect::RealtimeAnswer;
use crate::domain::id::SocketId;
use crate::domain::limits::Limits;
use crate::domain::realtime::{
    Attribute, ChannelSettings, ClientId, Messaging, Order, Party, Post, PresenceEnd, PresencesQuery,
    Subscription, Topic,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};

fn query(ttl_ms: u64) -> PresencesQuery {
    PresencesQuery {
        filters: Vec::new(),
        orders: Vec::new(),
        limit: 100,
        offset: 0,
        cursor: None,
        total: true,
        ttl_ms,
    }
}

impl Room {
    /// The ids in a list, and whether it was kept from before.
    fn lists(&mut self, by: Party, query: PresencesQuery) -> (Vec<String>, bool) {
        match self.presences(by, PresenceRequest::List(Box::new(query))) {
            Ok(RealtimeAnswer::Presences { records, cached, .. }) => {
                (records.iter().map(|record| record.id.to_string()).collect(), cached)
            }
            other => panic!("{other:?}"),
        }
    }

    fn ends(&self) -> Vec<(String, PresenceEnd)> {
        let posts = self.posts.iter().filter_map(|(_, post)| match &**post {
            Post::Presence(post) => Some((post.record.id.to_string(), post.end?)),
            Post::Channel(_) => None,
        });
        posts.collect()
    }
}

fn subscription(id: &str) -> Subscription {
    Subscription { id: id.into(), topics: vec![Topic { record: None, event: None }], filters: Vec::new() }
}

#[test]
fn what_has_lapsed_and_not_been_ended_yet_is_not_there_and_in_nobodys_way() {
    let mut r = room().with_everybody();
    let (ana, ben) = (Party::Member(ANA), Party::Member(BEN));
    r.upserts(ana, "desk", Some("any"), false).unwrap();
    let watch = r.socket_of(None);
    r.presences(Party::Socket(watch), PresenceRequest::Subscribe(vec![subscription("all")])).unwrap();
    // The wall clock jumps; nothing that is due by itself has run yet.
    r.now.wall = r.now.wall.plus(r.limits.presence_ms + 1);
    r.forget();
    let gone = Err(Refusal::Realtime(RealtimeRefusal::NoSuchPresence));
    for by in [ana, ben] {
        assert_eq!(r.presences(by, PresenceRequest::Get { id: "desk".into() }), gone);
        assert_eq!(r.presences(by, PresenceRequest::Delete { id: "desk".into() }), gone);
        assert!(r.lists(by, query(0)).0.is_empty());
    }
    assert!(r.ends().is_empty());
    // The id is free for somebody else, and its end is told before that, once.
    r.upserts(ben, "desk", Some("any"), false).unwrap();
    assert_eq!(r.ends(), [("desk".to_owned(), PresenceEnd::Expired)]);
    r.wait(60_000);
    assert_eq!(r.ends().len(), 1);
    assert_eq!(r.lists(ben, query(0)).0, ["desk"]);
}

#[test]
fn records_end_each_at_its_own_time() {
    let mut r = room().with_everybody();
    for (user, id, ms) in [(ANA, "first", 10_000), (BEN, "second", 12_000)] {
        let upsert = PresenceUpsert {
            id: id.into(),
            user: None,
            status: "here".to_owned(),
            permissions: None,
            expires: Some(r.now.wall.plus(ms)),
            metadata: None,
            bound: false,
        };
        r.presences(Party::Member(user), PresenceRequest::Upsert(Box::new(upsert))).unwrap();
    }
    let there = |r: &Room| r.disk.presences.keys().map(ToString::to_string).collect::<Vec<_>>();
    r.wait(9_999);
    assert_eq!(there(&r), ["first", "second"]);
    r.wait(1);
    assert_eq!(there(&r), ["second"], "one does not take the other along");
    r.wait(2_000);
    assert!(there(&r).is_empty());
}

#[test]
fn a_list_is_in_the_order_of_making_where_nothing_else_decides() {
    let mut r = room().with_everybody();
    for (user, id) in [(BEN, "z"), (ANA, "m"), (CARA, "a")] {
        r.upserts(Party::Member(user), id, Some("any"), false).unwrap();
    }
    let by_status = |order| PresencesQuery { orders: vec![order], ..query(0) };
    assert_eq!(r.lists(Party::Member(ANA), query(0)).0, ["z", "m", "a"]);
    // They have one status: what is alike stays in the order of making, whichever way it is asked for.
    for order in [Order::Up(Attribute::Status), Order::Down(Attribute::Status)] {
        assert_eq!(r.lists(Party::Member(ANA), by_status(order)).0, ["z", "m", "a"]);
    }
}

#[test]
fn a_kept_list_is_for_who_asked_it_and_for_as_long_as_they_said() {
    let mut r = room().with_everybody();
    let (ana, ben) = (Party::Member(ANA), Party::Member(BEN));
    r.upserts(ana, "hers", None, false).unwrap();
    assert_eq!(r.lists(ana, query(5_000)), (vec!["hers".to_owned()], false));
    assert_eq!(r.lists(ben, query(5_000)), (vec![], false), "another's answer is not his");
    r.upserts(ben, "his", Some("any"), false).unwrap();
    assert_eq!(r.lists(ana, query(5_000)), (vec!["hers".to_owned()], true));
    assert_eq!(r.lists(ana, query(0)).0.len(), 2, "who wants it fresh gets it so");
    r.wait(5_000);
    assert_eq!(r.lists(ana, query(5_000)), (vec!["hers".to_owned(), "his".to_owned()], false));
}

#[test]
fn a_bound_record_is_the_last_writers() {
    let mut r = room().with_everybody();
    let (one, two) = (r.socket_of(Some(ANA)), r.socket_of(Some(ANA)));
    for socket in [one, two] {
        r.upserts(Party::Socket(socket), "both", Some("any"), true).unwrap();
    }
    let there = |r: &mut Room| r.lists(Party::Member(BEN), query(0)).0.len();
    goes(&mut r, one);
    assert_eq!(there(&mut r), 1, "the older socket has nothing to end any more");
    goes(&mut r, two);
    assert_eq!(there(&mut r), 0);
}

fn goes(r: &mut Room, socket: SocketId) {
    r.run(crate::domain::command::Command::Departed { socket, goodbye: true });
}

#[test]
fn records_and_subscriptions_have_their_bounds() {
    let limits = Limits { presences: 2, subscriptions: 2, ..Limits::default() };
    let mut r = room_with(limits).with_everybody();
    let too_many = |what, max| Err(Refusal::TooMany { what, max });
    r.upserts(Party::Member(ANA), "a", None, false).unwrap();
    r.upserts(Party::Member(BEN), "b", None, false).unwrap();
    assert_eq!(r.upserts(Party::Member(CARA), "c", None, false), too_many("presence records", 2));
    r.upserts(Party::Member(BEN), "b", None, false).unwrap();
    let watch = Party::Socket(r.socket_of(Some(ANA)));
    let mut asks = |ids: &[&str]| {
        let all = ids.iter().map(|id| subscription(id)).collect();
        r.presences(watch, PresenceRequest::Subscribe(all))
    };
    assert_eq!(asks(&["1", "2", "3"]), too_many("subscriptions", 2));
    asks(&["1", "2"]).unwrap();
    assert_eq!(asks(&["3"]), too_many("subscriptions", 2));
    asks(&["2"]).unwrap();
}

fn told(r: &Room, client: ClientId) -> Vec<String> {
    r.hears_of(client).into_iter().filter(|told| told.contains("history")).collect()
}

fn guest(r: &mut Room, channel: &str) -> ClientId {
    let socket = r.socket_of(None);
    r.joins(Party::Socket(socket), channel).unwrap();
    ClientId::Socket(socket)
}

#[test]
fn a_history_keeps_as_many_as_were_set_and_shows_guests_what_was_for_them() {
    let mut r = room().with_everybody();
    let settings = |history| ChannelSettings {
        anonymous: true,
        public: Messaging::Anyone,
        authenticated: true,
        history,
        ..ChannelSettings::new("h")
    };
    r.set(settings(25)).unwrap();
    let host = r.socket_of(Some(ANA));
    let host = Party::Socket(host);
    r.joins(host, "h").unwrap();
    for n in 0..40 {
        r.says(host, "h", &format!("n{n}")).unwrap();
    }
    r.by(host, message("h", "among us", None, true)).unwrap();
    let visitor = guest(&mut r, "h");
    let history = told(&r, visitor).remove(0);
    assert!(history.starts_with("h: history \"n16\"") && history.ends_with("\"n39\" false"), "{history}");
    // More is kept from now on; what was let go is gone.
    r.set(settings(50)).unwrap();
    let answer: Answered = r.by(Party::Member(BEN), RealtimeRequest::ReadHistory { channel: Arc::from("h") });
    match answer {
        Ok(RealtimeAnswer::History { said, .. }) => assert_eq!(said.len(), 25),
        other => panic!("{other:?}"),
    }
}
