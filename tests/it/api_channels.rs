//! Channels over HTTP and Baton's own socket: settings, who is in, messages, events by a key, history, and coming back.

use serde_json::{Value, json};

use crate::api_support::{Person, Server};
use crate::support::client::Client;

async fn socket(server: &Server, who: &Person, workspace: &str) -> Client {
    let mut client = Client::at(server.running.address, &who.token, workspace).await;
    client.greet(Value::Null).await;
    client
}

/// Asks something of the realtime service; what was answered, or the error.
async fn ask(client: &mut Client, mut call: Value) -> Value {
    call["type"] = json!("realtime");
    let told = client.call(call).await;
    if told["type"] == "error" { told["error"].clone() } else { told["ok"].clone() }
}

/// What was said in a channel, as a client heard it: payloads in order.
fn heard(client: &Client, channel: &str) -> Vec<Value> {
    let posts = client.replica.posts.iter().filter(|post| post["channel"] == channel);
    let said = posts.filter(|post| post["news"]["kind"] == "said");
    said.map(|post| post["news"]["said"]["payload"].clone()).collect()
}

#[actix_web::test]
async fn what_is_said_is_heard_by_those_who_are_in_and_stored_where_the_channel_says_so() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let vic = server.invite(&ana, &acme, "Vic", "viewer").await;
    let at = format!("/workspaces/{acme}/channels");
    let (mut one, mut two) = (socket(&server, &ana, &acme).await, socket(&server, &ben, &acme).await);
    let lobby = json!({
        "pattern": "lobby", "presence": true, "public": "anyone", "private": "authenticated", "history": 25, "stored": true,
    });
    let set = ask(&mut one, json!({ "call": "set_channel", "settings": lobby })).await;
    assert_eq!(set["answer"], "done", "{set}");
    server.call(Some(&vic), "PUT", &at, Some(lobby.clone())).await.refused("not_permitted");
    let refused = ask(&mut two, json!({ "call": "message", "channel": "lobby", "payload": 1 })).await;
    assert_eq!(refused["code"], "not_in_channel", "{refused}");
    for client in [&mut one, &mut two] {
        let joined = ask(client, json!({ "call": "join", "channel": "lobby", "presence": true })).await;
        assert_eq!(joined["answer"], "done", "{joined}");
    }
    one.until("ben's coming", |replica| replica.posts.iter().any(|post| post["news"]["kind"] == "came"))
        .await;
    let said =
        ask(&mut two, json!({ "call": "message", "channel": "lobby", "payload": { "a": [1, null] } })).await;
    assert_eq!((&said["answer"], &said["receivers"]), (&json!("said"), &json!(2)), "{said}");
    one.until("the message", |replica| replica.posts.iter().any(|post| post["news"]["kind"] == "said")).await;
    let private = json!({ "call": "message", "channel": "lobby", "payload": "psst", "to": one.session });
    assert_eq!(ask(&mut two, private).await["receivers"], 1);

    let publisher = server.key(&ana, &acme, &["events.write", "channels.read"]).await;
    let event = json!({ "data": { "order": 17 }, "auth": { "table": 3, "row": 4 } });
    let published =
        server.call(Some(&publisher), "POST", &format!("{at}/lobby/events"), Some(event)).await.ok();
    assert_eq!(published["receivers"], 2);
    one.until("the event", |replica| {
        replica.posts.iter().any(|post| post["news"]["said"]["what"]["sort"] == "event")
    })
    .await;
    assert_eq!(heard(&one, "lobby"), [json!({ "a": [1, null] }), json!("psst"), json!({ "order": 17 })]);
    two.until("the event", |replica| {
        replica.posts.iter().any(|post| post["news"]["said"]["what"]["sort"] == "event")
    })
    .await;
    assert_eq!(
        heard(&two, "lobby"),
        [json!({ "a": [1, null] }), json!({ "order": 17 })],
        "no echo of the private one"
    );

    // What was stored is there after a restart, without the private one; pages go back from a number.
    let server = server.restart(&[]).await;
    let history = server.call(Some(&publisher), "GET", &format!("{at}/lobby/history"), None).await.ok();
    let payloads: Vec<&Value> =
        history["said"].as_array().expect("a list").iter().map(|one| &one["payload"]).collect();
    assert_eq!(payloads, [&json!({ "a": [1, null] }), &json!({ "order": 17 })]);
    let last = &history["said"][1]["number"];
    let page =
        server.call(Some(&publisher), "GET", &format!("{at}/lobby/history?before={last}"), None).await.ok();
    assert_eq!(page["said"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn who_comes_back_learns_what_was_missed_and_settings_hold_at_once() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = format!("/workspaces/{acme}/channels");
    // No history is kept for those who come later; a session that comes back gets what it missed all the same.
    let rooms = json!({ "pattern": "rooms/*", "nested": true, "presence": true, "public": "anyone" });
    server.call(Some(&ana), "PUT", &at, Some(rooms.clone())).await.ok();
    let (mut one, mut two) = (socket(&server, &ana, &acme).await, socket(&server, &ben, &acme).await);
    for client in [&mut one, &mut two] {
        ask(client, json!({ "call": "join", "channel": "rooms/1" })).await;
    }
    let first = ask(&mut one, json!({ "call": "message", "channel": "rooms/1", "payload": 1 })).await;
    two.until("the first", |replica| !replica.posts.is_empty()).await;
    let number = first["number"].as_u64().expect("a number");
    let claim = two.claim();
    let mut two = two.return_to(server.running.address).await;
    assert!(claim["session"] == two.session.as_str());
    ask(&mut one, json!({ "call": "message", "channel": "rooms/1", "payload": 2 })).await;
    ask(&mut two, json!({ "call": "join", "channel": "rooms/1", "after": number })).await;
    two.until("what was missed", |replica| {
        replica
            .posts
            .iter()
            .any(|post| post["news"]["said"]["payload"] == 2 || post["news"]["said"][0]["payload"] == 2)
    })
    .await;

    let session = [("baton-session", "none:none")];
    let path = format!("{at}/rooms%2F1/membership");
    let without = server.call_with(Some(&ben), "PUT", &path, None, &session).await;
    assert!(without.status.is_client_error());
    let made = server.post(&ben, &format!("/workspaces/{acme}/sessions"), json!({})).await.ok();
    let own = format!(
        "{}:{}",
        made["session"].as_str().expect("a session"),
        made["secret"].as_str().expect("a secret")
    );
    let session = [("baton-session", own.as_str())];
    assert_eq!(server.call_with(Some(&ben), "PUT", &path, None, &session).await.status, 204);
    let inside = server.get(&ana, &format!("{at}/rooms%2F1/clients")).await;
    assert_eq!(inside["clients"].as_array().map(Vec::len), Some(3), "{inside}");
    let say = Some(json!({ "payload": 3 }));
    let path = format!("{at}/rooms%2F1/messages");
    server.call_with(Some(&ben), "POST", &path, say, &session).await.ok();
    one.until("what a program said", |replica| {
        replica.posts.iter().any(|post| post["news"]["said"]["payload"] == 3)
    })
    .await;

    server.call(Some(&ana), "DELETE", &format!("{at}/rooms%2F*"), None).await.ok();
    one.until("the end", |replica| replica.posts.iter().any(|post| post["news"]["kind"] == "closed")).await;
    let refused = ask(&mut one, json!({ "call": "join", "channel": "rooms/1" })).await;
    assert_eq!(refused["code"], "no_such_channel", "{refused}");
}

#[actix_web::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}/channels");
    for bad in [
        json!({ "pattern": "" }),
        json!({ "pattern": "a//b" }),
        json!({ "pattern": "a*" }),
        json!({ "pattern": "x".repeat(500) }),
        json!({ "pattern": "a", "history": 7 }),
        json!({ "pattern": "a", "public": "everyone" }),
        json!({ "pattern": "a", "colour": "red" }),
    ] {
        let refused = server.call(Some(&ana), "PUT", &at, Some(bad.clone())).await;
        assert!(refused.status.is_client_error(), "{bad} {}", refused.body);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
    }
    assert_eq!(server.get(&ana, &at).await["settings"], json!([]));
    let event = Some(json!({ "data": 1 }));
    server
        .call(Some(&ana), "POST", &format!("{at}/nowhere/events"), event.clone())
        .await
        .refused("no_such_channel");
    let reader = server.key(&ana, &acme, &["channels.read"]).await;
    server
        .call(Some(&reader), "POST", &format!("{at}/nowhere/events"), event.clone())
        .await
        .refused("scope_missing");
    let gone = Person { token: format!("{}x", &reader.token[..reader.token.len() - 1]), ..reader };
    server.call(Some(&gone), "GET", &at, None).await.refused("no_such_key");
    let mut client = socket(&server, &ana, &acme).await;
    for bad in [
        json!({ "call": "join" }),
        json!({ "call": "join", "channel": 7 }),
        json!({ "call": "dance" }),
        json!({ "call": "message", "channel": "a", "payload": 1, "to": "nobody" }),
        json!({}),
    ] {
        let refused = ask(&mut client, bad.clone()).await;
        assert!(refused["code"].is_string(), "{bad} {refused}");
    }
    assert_eq!(ask(&mut client, json!({ "call": "channels" })).await["answer"], "channels");
}
