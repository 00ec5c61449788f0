//! Joining, following, coming back.

use baton::domain::limits::Limits;
use baton::domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use crate::support::client::{Client, acquire, chat, soon};
use crate::support::replica::Replica;
use crate::support::server::{Server, Setup};

#[tokio::test]
async fn a_joiner_gets_a_snapshot_and_then_every_delta_without_a_gap() {
    let server = Server::start().await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, bo).await;
    assert_eq!((one.arrival.as_str(), two.arrival.as_str()), ("new", "new"));
    assert_eq!(two.replica.members.len(), 2);
    assert!(two.replica.sessions.contains_key(&one.session));
    let joined = two.session.clone();
    one.until("the other's arrival", |replica| replica.sessions.contains_key(&joined)).await;

    for text in ["one", "two", "three"] {
        let answer = one.call(chat(text)).await;
        assert_eq!(answer["type"], "reply", "{answer}");
    }
    two.until("three lines", |replica| replica.chat.len() == 3).await;
    // The sender's own lines came before their answers.
    assert_eq!(one.replica.chat.len(), 3);
    assert_eq!(one.replica.upto, two.replica.upto);
    server.stop().await;
}

#[tokio::test]
async fn a_decision_is_shown_to_all_and_before_its_answer_to_who_asked() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, bo).await;
    let answer = one.call(acquire(object)).await;
    assert_eq!(answer["ok"]["result"], "acquired", "{answer}");
    assert_eq!(one.replica.locks.len(), 1);
    two.until("the lock", |replica| replica.locks.len() == 1).await;
    let answer = two.call(acquire(object)).await;
    assert_eq!(answer["ok"]["result"], "busy", "{answer}");
    assert_eq!(answer["ok"]["holder"]["session"], one.session.as_str());
    server.stop().await;
}

#[tokio::test]
async fn the_same_page_comes_back_and_gets_what_it_missed() {
    let server = Server::start().await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let two = Client::join(&server, bo).await;
    let (session, claim) = (two.session.clone(), two.claim());
    let lost = two;
    // Its socket goes without a word; the other sees it reconnecting, not gone.
    let resumed = {
        let instance = lost.instance;
        let user = lost.user;
        drop(lost);
        one.until("the grace", |replica| {
            replica.sessions.get(&session).is_some_and(|one| one["state"] == "reconnecting")
        })
        .await;
        one.call(chat("while you were away")).await;
        let mut back = Client::open(&server, user).await;
        back.instance = instance;
        back.replica.stream = claim["stream"].as_str().unwrap().to_owned();
        back.replica.upto = claim["upto"].as_u64().unwrap();
        back.hello(&server, claim).await;
        back
    };
    assert_eq!(resumed.arrival, "resumed");
    assert_eq!(resumed.session, session);
    assert_eq!(resumed.replica.chat.len(), 1);
    one.until("it is back", |replica| replica.sessions[&session]["state"] == "connected").await;
    server.stop().await;
}

#[tokio::test]
async fn the_same_page_on_a_second_socket_replaces_the_first() {
    let server = Server::start().await;
    let mut first = Client::join(&server, server.owner).await;
    let mut second = Client::open(&server, server.owner).await;
    second.instance = first.instance;
    second.replica.stream = first.replica.stream.clone();
    second.hello(&server, first.claim()).await;
    assert_eq!((second.arrival.as_str(), &second.session), ("resumed", &first.session));
    assert_eq!(first.closed().await.0, 4500);
    second.call(chat("still here")).await;
    server.stop().await;
}

#[tokio::test]
async fn a_duplicated_tab_gets_a_session_of_its_own_while_the_first_lives() {
    let server = Server::start().await;
    let mut first = Client::join(&server, server.owner).await;
    let claim = first.claim();
    let mut copy = Client::open(&server, server.owner).await;
    soon("both", async {
        tokio::select! {
            () = copy.hello(&server, claim) => {}
            _ = first.closed() => panic!("the first tab was closed"),
        }
    })
    .await;
    assert_eq!(copy.arrival, "new");
    assert_ne!(copy.session, first.session);
    server.stop().await;
}

#[tokio::test]
async fn a_reloaded_page_takes_its_session_over_with_a_snapshot() {
    let server = Server::start().await;
    let first = Client::join(&server, server.owner).await;
    let session = first.session.clone();
    let reloaded = first.resume_as(&server, Uuid::now_v7()).await;
    assert_eq!((reloaded.arrival.as_str(), &reloaded.session), ("reloaded", &session));
    server.stop().await;
}

#[tokio::test]
async fn leaving_ends_the_session_at_once() {
    let server = Server::start().await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, bo).await;
    let session = two.session.clone();
    assert_eq!(two.call(json!({"type": "leave"})).await["type"], "reply", "said before the close");
    assert_eq!(two.closed().await, (4501, "left".to_owned()));
    one.until("the end", |replica| !replica.sessions.contains_key(&session)).await;
    server.stop().await;
}

#[tokio::test]
async fn locations_and_typing_are_live_and_not_numbered() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, server.owner).await;
    let who = one.session.clone();
    let place = |item: &str| json!({"page": "object", "object": object.0, "item": item});
    for client in [&mut one, &mut two] {
        client.call(json!({"type": "open", "object": object.0})).await;
        // Where a session is as a whole is told to all, with a number …
        client.call(json!({"type": "locate", "location": place("settings")})).await;
    }
    two.until("the page", |replica| replica.sessions[&who]["location"]["page"] == "object").await;
    two.call(json!({"type": "snapshot"})).await;
    let upto = two.replica.upto;
    // … and where exactly, live.
    one.post(json!({"type": "locate", "location": place("response")})).await;
    one.post(json!({"type": "typing", "on": true})).await;
    two.until("both", |replica| {
        replica.locations.get(&who).is_some_and(|place| place["item"] == "response")
            && replica.typing.get(&who) == Some(&true)
    })
    .await;
    assert_eq!(two.replica.upto, upto);
    server.stop().await;
}

#[tokio::test]
async fn a_drain_says_restart_and_the_room_lets_go() {
    let server = Server::start().await;
    let mut one = Client::join(&server, server.owner).await;
    assert!(server.gateway.drain(std::time::Duration::from_secs(5)).await);
    assert_eq!(one.closed().await, (4000, "restart".to_owned()));
    assert!(server.gateway.room(server.workspace).await.is_err());
    server.stop().await;
}

/// Two tabs of the owner, on a server with other times.
async fn two_under(times: impl FnOnce(&mut Limits)) -> (Server, Client, Client) {
    let mut setup = Setup::default();
    times(&mut setup.room.limits);
    let server = Server::with(setup).await;
    let one = Client::join(&server, server.owner).await;
    let two = Client::join(&server, server.owner).await;
    (server, one, two)
}

#[tokio::test]
async fn who_was_silent_for_a_while_is_back_with_the_first_frame() {
    let times =
        |limits: &mut Limits| (limits.ping_idle_ms, limits.overdue_ms, limits.silence_ms) = (50, 200, 60_000);
    let (server, mut one, mut two) = two_under(times).await;
    let session = two.session.clone();
    let is =
        |replica: &Replica, state| replica.sessions.get(&session).is_some_and(|one| one["state"] == state);
    for _ in 0..2 {
        two.answers_pings = false;
        let away = |replica: &Replica| is(replica, "reconnecting");
        soon("the silence", async {
            tokio::join!(one.until("it is shown", away), two.until("silence", away));
        })
        .await;
        two.answers_pings = true;
        let back = |replica: &Replica| is(replica, "connected");
        soon("its return", async {
            tokio::join!(one.until("it is shown", back), two.until("its own", back));
        })
        .await;
    }
    server.stop().await;
}

#[tokio::test]
async fn the_grace_of_a_lost_socket_counts_from_when_it_was_last_heard() {
    // Nobody looks who was heard before the socket is lost.
    let times = |limits: &mut Limits| {
        (limits.ping_idle_ms, limits.overdue_ms, limits.silence_ms, limits.grace_ms) =
            (50, 60_000, 2_000, 2_000)
    };
    let (server, mut one, mut two) = two_under(times).await;
    let session = two.session.clone();
    one.until("the other", |replica| replica.sessions.contains_key(&session)).await;
    two.until("a second of pings", |replica| replica.pings > 20).await;
    let lost = std::time::Instant::now();
    drop(two);
    one.until("its end", |replica| !replica.sessions.contains_key(&session)).await;
    let took = lost.elapsed().as_millis();
    assert!(took > 1_500, "its last frame came just before: {took}");
    server.stop().await;
}

#[tokio::test]
async fn who_answers_pings_stays_and_who_does_not_is_closed_as_silent() {
    let times =
        |limits: &mut Limits| (limits.ping_idle_ms, limits.overdue_ms, limits.silence_ms) = (50, 200, 400);
    let (server, mut one, mut two) = two_under(times).await;
    two.answers_pings = false;
    let silent = two.session.clone();
    soon("the close", async {
        tokio::join!(
            async { assert_eq!(two.closed().await, (4002, "silent".to_owned())) },
            one.until("its end", |replica| { replica.pings > 4 && !replica.sessions.contains_key(&silent) }),
        )
    })
    .await;
    server.stop().await;
}
