//! The scenarios of the lock rules that cross the wire, by their numbers, with real sockets and a real store. Those that are
//! about crashes are in `crash`, those about slow readers and a failing store in `ws_slow` and `ws_faults`.

use baton::domain::id::{ObjectId, UserId};
use baton::domain::role::Role;
use baton::socket::Rates;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::{Client, soon};
use crate::support::server::{Server, Setup};

/// A function, and three people at it.
struct Scene {
    server: Server,
    object: ObjectId,
    ana: Client,
    ben: Client,
    cara: Client,
    ben_id: UserId,
}

impl Scene {
    async fn new() -> Scene {
        Scene::with(|_| ()).await
    }

    /// With other limits.
    async fn with(change: impl FnOnce(&mut baton::domain::limits::Limits)) -> Scene {
        let mut setup = Setup::default();
        change(&mut setup.room.limits);
        setup.socket.rates = Rates { frames: 100_000, bytes: 1 << 30, ..Rates::default() };
        let server = Server::with(setup).await;
        let object = server.object("add").await;
        let (ben_id, cara_id) =
            (server.member("Ben", Role::Developer).await, server.member("Cara", Role::Developer).await);
        let ana = Client::join(&server, server.owner).await;
        let (ben, cara) = (Client::join(&server, ben_id).await, Client::join(&server, cara_id).await);
        Scene { server, object, ana, ben, cara, ben_id }
    }

    fn at(&self, item: &str) -> Value {
        json!({ "object": self.object.0, "item": item })
    }
}

/// A message about a path, with an op_id of its own.
fn about(kind: &str, path: &Value) -> Value {
    json!({ "type": kind, "op_id": Uuid::now_v7(), "path": path })
}

fn wish(path: &Value) -> Value {
    let mut wish = about("request_lock", path);
    wish["request"] = json!(Uuid::now_v7());
    wish["note"] = json!("please");
    wish
}

fn answer(request: &Value, answer: &str) -> Value {
    json!({ "type": "answer_request", "op_id": Uuid::now_v7(), "request": request, "answer": answer })
}

fn release(path: &Value, fence: &Value) -> Value {
    let mut release = about("release", path);
    release["fence"] = fence.clone();
    release
}

fn flushed(path: &Value, fence: &Value) -> Value {
    json!({ "type": "flushed", "path": path, "fence": fence })
}

/// An edit of a field under a fence.
fn set(path: &Value, fence: &Value, base: u64, text: &str) -> Value {
    let field = if path["item"] == "response" { "@value" } else { "description" };
    let op = json!({ "op": "set", "item": path["item"], "field": field, "text": text });
    let object = &path["object"];
    json!({ "type": "edit", "op_id": Uuid::now_v7(), "object": object, "fence": fence, "base_revision": base, "op": op })
}

/// The claim of a page that has no picture any more.
fn anew(mut claim: Value) -> Value {
    let parts = claim.as_object_mut().unwrap();
    parts.remove("stream");
    parts.remove("upto");
    claim
}

async fn acquired(client: &mut Client, path: &Value) -> Value {
    let told = client.call(about("acquire", path)).await;
    assert_eq!(told["ok"]["result"], "acquired", "{told}");
    told["ok"]["fence"].clone()
}

async fn waits(client: &mut Client, path: &Value) -> Value {
    let told = client.call(wish(path)).await;
    assert_eq!(told["ok"]["result"], "waiting", "{told}");
    told["ok"]["request"].clone()
}

async fn done(client: &mut Client, message: Value) {
    let told = client.call(message).await;
    assert_eq!(told["type"], "reply", "{told}");
}

async fn refused(client: &mut Client, message: Value, code: &str) -> Value {
    let told = client.call(message).await;
    assert_eq!(told["error"]["code"], code, "{told}");
    told["error"].clone()
}

/// Reads until the session holds the path; its fence.
async fn holds(client: &mut Client, path: &Value, session: &str) -> Value {
    let key = path.to_string();
    client
        .until("who holds it", |replica| {
            replica.locks.get(&key).is_some_and(|lock| lock["session"] == session && lock["state"] == "held")
        })
        .await;
    client.replica.locks[&key]["fence"].clone()
}

fn newer(fence: &Value, than: &Value) -> bool {
    let number = |fence: &Value| (fence["epoch"].as_u64().unwrap(), fence["counter"].as_u64().unwrap());
    number(fence) > number(than)
}

#[tokio::test]
async fn scenario_01_of_two_at_once_one_is_granted_and_the_other_waits_at_place_1() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let (one, two) = (s.ana.post(wish(&path)).await, s.ben.post(wish(&path)).await);
    let (one, two) = (s.ana.answer(one).await, s.ben.answer(two).await);
    let results = [&one["ok"]["result"], &two["ok"]["result"]];
    assert!(results.iter().any(|result| **result == "acquired"), "{one} {two}");
    let waiting = if one["ok"]["result"] == "waiting" { one } else { two };
    assert_eq!(waiting["ok"]["place"], 1);
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_02_a_holder_whose_socket_drops_keeps_the_lock_if_back_in_time_and_else_it_is_granted() {
    let mut s = Scene::with(|limits| limits.grace_ms = 1_000).await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    waits(&mut s.ben, &path).await;
    let (instance, key) = (s.ana.instance, path.to_string());
    let session = s.ana.session.clone();
    s.ana = s.ana.resume_as(&s.server, instance).await;
    assert_eq!((&s.ana.session, &s.ana.replica.locks[&key]["fence"]), (&session, &fence));
    // Gone for good: the asker has it, under a new fence.
    let claim = s.ana.claim();
    drop(s.ana);
    s.ben.until("the grace", |replica| replica.locks[&key]["state"] == "reconnecting").await;
    let me = s.ben.session.clone();
    assert!(newer(&holds(&mut s.ben, &path, &me).await, &fence));
    // What was not sent is parked when the holder returns.
    let mut back = Client::open(&s.server, s.server.owner).await;
    back.greet(anew(claim)).await;
    let late = back.call(set(&path, &fence, 1, "typed offline")).await;
    assert_eq!(
        (&late["ok"]["result"], &late["ok"]["reason"]),
        (&json!("parked"), &json!("stale_fence")),
        "{late}"
    );
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_03_a_grant_and_a_release_that_cross_are_one_transition() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    let (first, second) =
        (s.ana.post(release(&path, &fence)).await, s.ana.post(answer(&request, "grant")).await);
    assert_eq!(s.ana.answer(first).await["ok"]["result"], "done");
    let second = s.ana.answer(second).await;
    assert_eq!(second["error"]["code"], "already_released", "{second}");
    let me = s.ben.session.clone();
    holds(&mut s.ben, &path, &me).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_04_a_grant_to_one_who_has_just_left_leaves_it_with_the_next() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    waits(&mut s.cara, &path).await;
    done(&mut s.ben, json!({ "type": "leave" })).await;
    s.ben.closed().await;
    refused(&mut s.ana, answer(&request, "grant"), "request_ended").await;
    done(&mut s.ana, release(&path, &fence)).await;
    let next = s.cara.session.clone();
    holds(&mut s.cara, &path, &next).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_05_a_grant_to_one_in_grace_is_reserved_until_they_are_back() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    let (claim, session, instance) = (s.ben.claim(), s.ben.session.clone(), s.ben.instance);
    drop(s.ben);
    s.ana.until("the drop", |replica| replica.sessions[&session]["state"] == "reconnecting").await;
    done(&mut s.ana, answer(&request, "grant")).await;
    done(&mut s.ana, flushed(&path, &fence)).await;
    let key = path.to_string();
    s.ana.until("the reservation", |replica| replica.locks[&key]["state"] == "reserved").await;
    let late = s.ana.call(set(&path, &fence, 1, "too late")).await;
    assert_eq!(late["ok"]["result"], "parked", "the holder may not write any more: {late}");
    let mut back = Client::open(&s.server, s.ben_id).await;
    back.instance = instance;
    back.greet(anew(claim)).await;
    assert_eq!(back.session, session);
    holds(&mut s.ana, &path, &session).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_06_a_viewer_neither_holds_nor_asks() {
    let mut s = Scene::new().await;
    let vic = s.server.member("Vic", Role::Viewer).await;
    let mut vic = Client::join(&s.server, vic).await;
    let path = s.at("response");
    refused(&mut vic, about("acquire", &path), "not_permitted").await;
    acquired(&mut s.ana, &path).await;
    let before = s.ana.replica.log.len();
    refused(&mut vic, wish(&path), "not_permitted").await;
    done(&mut s.ana, json!({ "type": "snapshot" })).await;
    assert!(!s.ana.replica.log[before..].contains(&"request".to_owned()), "no notice for the holder");
    s.server.stop().await;
}

/// Changes Ben's role, or removes him if there is none, as the owner does over HTTP.
async fn demote(s: &Scene, role: Option<Role>) {
    use baton::domain::command::{Caller, Request};
    let (user, reason) = (s.ben_id, "reorganised".to_owned());
    let request = match role {
        Some(role) => Request::SetRole { user, role, reason },
        None => Request::RemoveMember { user, reason },
    };
    let room = s.server.gateway.room(s.server.workspace).await.unwrap();
    room.call(Caller { user: s.server.owner, session: None }, request).await.unwrap();
}

#[tokio::test]
async fn scenario_07_a_member_made_a_viewer_loses_the_lock_and_the_last_words_are_parked() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ben, &path).await;
    demote(&s, Some(Role::Viewer)).await;
    let late = s.ben.call(set(&path, &fence, 1, "last words")).await;
    assert_eq!(
        (&late["ok"]["result"], &late["ok"]["reason"]),
        (&json!("parked"), &json!("revoked")),
        "{late}"
    );
    let key = path.to_string();
    done(&mut s.ana, json!({ "type": "snapshot" })).await;
    assert!(!s.ana.replica.locks.contains_key(&key), "it is free");
    done(&mut s.ben, json!({ "type": "snapshot" })).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_08_a_removed_members_last_words_are_parked_and_then_the_socket_is_closed() {
    let mut s = Scene::with(|limits| limits.park_only_ms = 1_000).await;
    let path = s.at("response");
    let fence = acquired(&mut s.ben, &path).await;
    demote(&s, None).await;
    let late = s.ben.call(set(&path, &fence, 1, "last words")).await;
    assert_eq!(late["ok"]["reason"], "revoked", "{late}");
    assert_eq!(s.ben.closed().await.1, "removed");
    let gone = s.ben.session.clone();
    s.ana.until("that he is gone", |replica| !replica.sessions.contains_key(&gone)).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_09_another_tab_edits_here_with_a_new_fence() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let mut tab = Client::join(&s.server, s.server.owner).await;
    let own = refused(&mut tab, about("acquire", &path), "own_lock").await;
    assert_eq!(own["holder"]["session"], s.ana.session.as_str());
    let moved = tab.call(about("edit_here", &path)).await;
    assert!(newer(&moved["ok"]["fence"], &fence), "{moved}");
    let late = s.ana.call(set(&path, &fence, 1, "from the first tab")).await;
    assert_eq!(late["ok"]["result"], "parked", "{late}");
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_10_a_duplicated_tab_is_a_session_of_its_own() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    acquired(&mut s.ana, &path).await;
    let claim = s.ana.claim();
    let mut copy = Client::open(&s.server, s.server.owner).await;
    let ((), _) = tokio::join!(copy.greet(anew(claim)), s.ana.pings(1));
    assert_ne!(copy.session, s.ana.session);
    assert_eq!(copy.replica.locks[&path.to_string()]["session"], s.ana.session.as_str());
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_11_a_write_and_a_force_in_flight_are_decided_by_the_log() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ben, &path).await;
    let mut force = about("force", &path);
    force["reason"] = json!("demo in five minutes");
    let (write, force) = (s.ben.post(set(&path, &fence, 1, "in flight")).await, s.ana.post(force).await);
    let (write, force) = (s.ben.answer(write).await, s.ana.answer(force).await);
    assert_eq!(force["ok"]["result"], "acquired", "{force}");
    let result = write["ok"]["result"].as_str().unwrap();
    let saved = force["ok"]["revision"] == 2;
    assert_eq!(result, if saved { "edited" } else { "parked" }, "{write} {force}");
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_17_a_clients_clock_that_is_a_day_off_has_no_effect() {
    use std::time::{SystemTime, UNIX_EPOCH};
    const DAY: u64 = 24 * 60 * 60;
    let mut s = Scene::new().await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (item, seconds) in [("response", now - DAY), ("settings", now + DAY)] {
        let made = || Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0));
        let path = s.at(item);
        let mut acquire = about("acquire", &path);
        acquire["op_id"] = json!(made());
        let told = s.ana.call(acquire).await;
        let base = told["ok"]["revision"].as_u64().unwrap();
        let mut edit = set(&path, &told["ok"]["fence"], base, "written");
        edit["op_id"] = json!(made());
        assert_eq!(s.ana.call(edit.clone()).await["ok"]["result"], "edited");
        assert_eq!(s.ana.call(edit).await["ok"]["result"], "edited", "and its retry is answered the same");
    }
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_18_who_slept_finds_the_lock_gone_and_the_edits_parked() {
    let mut s = Scene::with(|limits| limits.grace_ms = 300).await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let claim = s.ana.claim();
    let (instance, key) = (s.ana.instance, path.to_string());
    s.ben.until("the lock", |replica| replica.locks.contains_key(&key)).await;
    drop(s.ana);
    s.ben.until("that it is free", |replica| !replica.locks.contains_key(&key)).await;
    let mut ana = Client::open(&s.server, s.server.owner).await;
    ana.instance = instance;
    ana.greet(anew(claim)).await;
    assert_eq!(ana.arrival, "reloaded", "one picture");
    for n in 0..12 {
        let late = ana.call(set(&path, &fence, 1, &n.to_string())).await;
        assert_eq!((&late["ok"]["result"], &late["ok"]["reason"]), (&json!("parked"), &json!("lock_lost")));
    }
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_19_the_whole_object_is_granted_when_the_last_lets_go() {
    let mut s = Scene::new().await;
    let (one, two) = (s.at("response"), s.at("settings"));
    let (first, second) = (acquired(&mut s.ana, &one).await, acquired(&mut s.cara, &two).await);
    let whole = json!({ "object": s.object.0 });
    waits(&mut s.ben, &whole).await;
    done(&mut s.ana, release(&one, &first)).await;
    refused(&mut s.ana, about("acquire", &one), "reserved").await;
    done(&mut s.cara, release(&two, &second)).await;
    let me = s.ben.session.clone();
    holds(&mut s.ben, &whole, &me).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_20_an_item_below_a_held_object_is_given_away_and_the_rest_kept() {
    let mut s = Scene::new().await;
    let whole = json!({ "object": s.object.0 });
    let (one, two) = (s.at("response"), s.at("settings"));
    let fence = acquired(&mut s.ana, &whole).await;
    done(&mut s.ana, json!({ "type": "dirty", "path": two, "count": 1 })).await;
    let mut edit = set(&one, &fence, 1, "x");
    edit.as_object_mut().unwrap().remove("fence");
    let ancestor = refused(&mut s.ben, edit, "held_by_ancestor").await;
    assert_eq!(ancestor["holder"]["session"], s.ana.session.as_str());
    let request = waits(&mut s.ben, &one).await;
    done(&mut s.ana, answer(&request, "grant")).await;
    done(&mut s.ana, flushed(&whole, &fence)).await;
    let me = s.ben.session.clone();
    holds(&mut s.ben, &one, &me).await;
    let kept = s.ana.session.clone();
    assert_eq!(holds(&mut s.ben, &two, &kept).await, fence, "under the same fence");
    let typed = s.ana.call(set(&two, &fence, 1, "mine")).await;
    assert_eq!(typed["ok"]["result"], "edited", "{typed}");
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_28_a_deadlock_is_shown_to_both_and_they_swap() {
    let mut s = Scene::new().await;
    let (one, two) = (s.at("response"), s.at("settings"));
    acquired(&mut s.ana, &one).await;
    acquired(&mut s.ben, &two).await;
    waits(&mut s.ana, &two).await;
    let closing = waits(&mut s.ben, &one).await;
    for client in [&mut s.ana, &mut s.ben] {
        client.until("the deadlock", |replica| replica.log.contains(&"deadlock".to_owned())).await;
        done(client, json!({ "type": "swap", "deadlock": closing })).await;
    }
    let (ana, ben) = (s.ana.session.clone(), s.ben.session.clone());
    holds(&mut s.cara, &one, &ben).await;
    holds(&mut s.cara, &two, &ana).await;
    refused(&mut s.ana, json!({ "type": "swap", "deadlock": closing }), "no_deadlock").await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_29_who_promises_and_leaves_has_granted_at_once() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    let mut word = answer(&request, "promise");
    word["within_ms"] = json!(300_000);
    done(&mut s.ana, word).await;
    done(&mut s.ana, json!({ "type": "leave" })).await;
    let me = s.ben.session.clone();
    holds(&mut s.ben, &path, &me).await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_30_the_head_of_the_queue_takes_over_after_the_policys_time_and_it_can_be_undone() {
    let mut s = Scene::with(|limits| (limits.nudge_ms, limits.take_over_ms) = (200, 600)).await;
    let path = s.at("response");
    acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    let take = || json!({ "type": "take_over", "op_id": Uuid::now_v7(), "request": request });
    let early = refused(&mut s.ben, take(), "too_early").await;
    assert!(early["retry_after_ms"].as_u64().unwrap() <= 600);
    let may = async |client: &mut Client, remedy: &str| {
        let told = client.call(json!({ "type": "explain", "path": path })).await;
        told["ok"]["may"].as_array().unwrap().contains(&json!(remedy))
    };
    soon("the right to take over", async { while !may(&mut s.ben, "take_over").await {} }).await;
    done(&mut s.ben, take()).await;
    let (me, ana) = (s.ben.session.clone(), s.ana.session.clone());
    holds(&mut s.ana, &path, &me).await;
    assert!(
        may(&mut s.ben, "undo").await && may(&mut s.ana, "undo").await && !may(&mut s.cara, "undo").await
    );
    done(&mut s.ben, about("undo", &path)).await;
    holds(&mut s.ben, &path, &ana).await;
    refused(&mut s.ben, about("undo", &path), "undo_over").await;
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_31_a_flood_of_requests_is_limited_and_the_holder_sees_one_notice() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    acquired(&mut s.ana, &path).await;
    let before = s.ana.replica.log.len();
    for n in 0..20 {
        let request = if n == 0 { waits(&mut s.ben, &path).await } else { json!(Uuid::now_v7()) };
        if n == 0 {
            done(&mut s.ben, json!({ "type": "cancel_request", "request": request })).await;
        } else {
            refused(&mut s.ben, wish(&path), "rate_limited").await;
        }
    }
    done(&mut s.ana, json!({ "type": "snapshot" })).await;
    let asked = s.ana.replica.log[before..].iter().filter(|kind| *kind == "request").count();
    assert_eq!(asked, 1);
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_34_all_who_come_back_at_once_are_in_and_no_lock_is_lost() {
    const MANY: usize = 150;
    let mut s = Scene::with(|limits| limits.sessions_of_member = 1_000).await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let mut pages = Vec::new();
    for _ in 0..MANY {
        pages.push(Client::join(&s.server, s.server.owner).await);
    }
    pages.push(s.ana);
    let sessions: Vec<String> = pages.iter().map(|page| page.session.clone()).collect();
    let server = &s.server;
    // All sockets drop, and all come back in the same moment.
    let back = pages.into_iter().map(|page| {
        let instance = page.instance;
        page.resume_as(server, instance)
    });
    let back = soon("everybody", futures_util::future::join_all(back)).await;
    assert_eq!(back.iter().map(|page| page.session.clone()).collect::<Vec<_>>(), sessions);
    assert_eq!(holds(&mut s.ben, &path, sessions.last().unwrap()).await, fence);
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_35_decisions_are_made_while_everybody_talks_types_and_moves() {
    let mut s = Scene::with(|limits| limits.chat_burst = 1_000_000).await;
    let path = s.at("response");
    for n in 0..30 {
        for client in [&mut s.cara, &mut s.ben] {
            for k in 0..10 {
                let place = json!({ "page": "object", "object": s.object.0, "item": "response" });
                client.raw(&json!({ "type": "typing", "on": k % 2 == 0 }).to_string()).await;
                client.raw(&json!({ "type": "locate", "location": place }).to_string()).await;
                let line = json!({ "type": "chat", "client_id": Uuid::now_v7(), "text": format!("{n} {k}") });
                client.raw(&line.to_string()).await;
            }
        }
        let fence = acquired(&mut s.ana, &path).await;
        done(&mut s.ana, release(&path, &fence)).await;
    }
    s.server.stop().await;
}

#[tokio::test]
async fn scenario_36_a_reloaded_page_resumes_with_lock_and_edits() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let session = s.ana.session.clone();
    // A reload is another page of the same tab.
    s.ana = s.ana.resume_as(&s.server, Uuid::now_v7()).await;
    assert_eq!((s.ana.arrival.as_str(), &s.ana.session), ("reloaded", &session));
    let typed = s.ana.call(set(&path, &fence, 1, "typed before the reload")).await;
    assert_eq!(typed["ok"]["result"], "edited", "{typed}");
    s.server.stop().await;
}

#[tokio::test]
async fn bad_input_about_locks_is_a_named_error_and_changes_nothing() {
    let mut s = Scene::new().await;
    let path = s.at("response");
    let fence = acquired(&mut s.ana, &path).await;
    let request = waits(&mut s.ben, &path).await;
    let before = s.cara.call(json!({ "type": "snapshot" })).await["ok"]["snapshot"].clone();

    let nowhere = json!({ "object": Uuid::now_v7(), "item": "response" });
    refused(&mut s.ben, about("acquire", &nowhere), "not_found").await;
    let missing = json!({ "object": s.object.0, "item": Uuid::now_v7() });
    refused(&mut s.ben, about("acquire", &missing), "no_such_item").await;
    let (fixed, unknown) = (s.at("stack"), s.at("what"));
    refused(&mut s.ben, about("acquire", &fixed), "not_lockable").await;
    refused(&mut s.ben, about("acquire", &unknown), "bad_request").await;
    refused(&mut s.ben, json!({ "type": "seize", "path": path }), "unknown_type").await;
    refused(&mut s.ana, wish(&path), "own_lock").await;
    refused(&mut s.ana, answer(&json!(Uuid::now_v7()), "grant"), "request_ended").await;
    refused(&mut s.cara, answer(&request, "grant"), "not_held").await;
    let mut word = answer(&request, "promise");
    word["within_ms"] = json!(600_001);
    refused(&mut s.ana, word, "too_many").await;
    let mut long = wish(&path);
    long["note"] = json!("x".repeat(281));
    refused(&mut s.cara, long, "bad_text").await;
    let mut force = about("force", &path);
    force["reason"] = json!("");
    let mut tab = Client::join(&s.server, s.server.owner).await;
    refused(&mut tab, force.clone(), "bad_text").await;
    force["reason"] = json!("mine");
    refused(&mut s.ben, force, "not_permitted").await;
    refused(&mut s.ben, release(&path, &fence), "already_released").await;
    refused(&mut s.ben, set(&path, &fence, 1, "with a stolen fence"), "not_held").await;
    refused(&mut s.ben, json!({ "type": "renew", "path": path, "fence": fence }), "not_held").await;
    done(&mut tab, json!({ "type": "leave" })).await;
    tab.closed().await;

    let after = s.cara.call(json!({ "type": "snapshot" })).await["ok"]["snapshot"].clone();
    for part in ["locks", "requests", "objects", "parked", "closures"] {
        assert_eq!(before[part], after[part], "{part}");
    }
    s.server.stop().await;
}
