//! An operation is applied once, however late it is sent again.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use baton::domain::id::ObjectId;
use baton::domain::role::Role;
use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

use crate::support::client::Client;
use crate::support::server::{Server, Setup};

/// An id that was made so long ago.
fn made(ago: Duration) -> Uuid {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() - ago;
    Uuid::new_v7(Timestamp::from_unix(NoContext, at.as_secs(), 0))
}

fn edit(op_id: Uuid, object: ObjectId, text: &str) -> Value {
    let op = json!({ "op": "set", "item": "response", "field": "@value", "text": text });
    json!({ "type": "edit", "op_id": op_id, "object": object.0, "base_revision": 1, "op": op })
}

/// The core forgets its answers with the next one.
fn forgetful() -> Setup {
    let mut setup = Setup::default();
    setup.room.limits.receipt_ms = 0;
    setup
}

/// Two answers, the second of which pushes the first out of the core's memory.
async fn edited_and_forgotten(client: &mut Client, object: ObjectId, first: &Value) -> Value {
    let receipt = client.call(first.clone()).await;
    assert_eq!(receipt["ok"]["result"], "edited", "{receipt}");
    // An answer pushes out those of the milliseconds before it.
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(2) {
        client.call(json!({ "type": "snapshot" })).await;
    }
    let op = json!({ "op": "set", "item": "settings", "field": "description", "text": "x" });
    let next =
        json!({ "type": "edit", "op_id": Uuid::now_v7(), "object": object.0, "base_revision": 2, "op": op });
    assert_eq!(client.call(next).await["ok"]["result"], "edited");
    receipt["ok"].clone()
}

/// A server that forgets soon, with an object, and the pages of two members.
async fn two_pages() -> (Server, ObjectId, Client, Client) {
    let server = Server::with(forgetful()).await;
    let object = server.object("add").await;
    let bo = server.member("Bo", Role::Developer).await;
    let client = Client::join(&server, server.owner).await;
    let other = Client::join(&server, bo).await;
    (server, object, client, other)
}

#[tokio::test]
async fn an_operation_from_yesterday_gets_the_answer_that_it_got_then() {
    let server = Server::with(forgetful()).await;
    let object = server.object("add").await;
    let mut client = Client::join(&server, server.owner).await;
    for id in [made(Duration::from_secs(25 * 3_600)), Uuid::new_v4()] {
        let object = if id.get_version_num() == 4 { server.object("more").await } else { object };
        let first = edit(id, object, "1");
        let receipt = edited_and_forgotten(&mut client, object, &first).await;
        assert_eq!(client.call(first).await["ok"], receipt, "the same answer");
        let reused = client.call(edit(id, object, "2")).await;
        assert_eq!(reused["error"]["code"], "op_id_reused", "{reused}");
    }
    assert!(client.replica.resyncs.is_empty(), "no room was rebuilt for it");
    server.stop().await;
}

#[tokio::test]
async fn what_builds_on_something_parked_long_ago_is_parked_as_well() {
    let (server, object, mut client, mut other) = two_pages().await;
    let path = json!({ "object": object.0, "item": "response" });
    let taken = other.call(json!({ "type": "acquire", "op_id": Uuid::now_v7(), "path": path.clone() })).await;
    let old = made(Duration::from_secs(25 * 3_600));
    let mut first = edit(old, object, "1");
    first["typed_ahead"] = json!(true);
    assert_eq!(client.call(first).await["ok"]["result"], "parked");
    // Other answers push that one out of the core's memory, and the step becomes free.
    let free = json!({
        "type": "release", "op_id": Uuid::now_v7(), "path": path, "fence": taken["ok"]["fence"],
    });
    assert_eq!(other.call(free).await["ok"]["result"], "done");
    edited_and_forgotten(&mut client, object, &edit(Uuid::now_v7(), object, "2")).await;
    let mut next = edit(Uuid::now_v7(), object, "3");
    next["prev_op"] = json!(old);
    assert_eq!(client.call(next).await["ok"]["result"], "parked");
    server.stop().await;
}

#[tokio::test]
async fn an_id_that_stands_in_the_log_costs_one_rebuild_and_not_two() {
    let (server, object, mut client, mut other) = two_pages().await;
    let first = edit(Uuid::now_v7(), object, "1");
    let receipt = edited_and_forgotten(&mut client, object, &first).await;
    // It builds on what its author has seen since; it is the same intent. Its id is new, so nobody looks for its answer.
    let mut again = first;
    again["base_revision"] = json!(3);
    let refused = client.call(again.clone()).await;
    assert_eq!(refused["error"]["code"], "retry_later", "{refused}");
    client.until("the end of the hold", |replica| replica.held.last() == Some(&false)).await;
    assert_eq!(client.call(again).await["ok"], receipt, "the answer that it got");
    assert_eq!(client.replica.resyncs, ["reloaded"]);
    other.until("the end of the hold", |replica| replica.held.last() == Some(&false)).await;
    let answer = other.call(edit(Uuid::now_v7(), object, "2")).await;
    assert_ne!(answer["error"]["code"], "retry_later", "others go on: {answer}");
    server.stop().await;
}
