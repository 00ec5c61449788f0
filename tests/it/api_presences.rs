//! Presence records over HTTP and Baton's own socket: one of a member, permissions, queries, subscriptions, ends.

use std::collections::BTreeSet;
use std::sync::Arc;

use baton::app;
use baton::domain::effect::Write;
use baton::domain::id::{UserId, WorkspaceId};
use baton::domain::realtime::{Json, Permission, PresenceRecord, Source};
use baton::domain::role::{Member, Role};
use baton::domain::time::Timestamp;
use baton::store::{Batch, CommitOutcome, SqliteSettings, Store, Writer, WriterSettings, open_sqlite};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Person, Server, config};
use crate::support::client::{Client, chat};

/// Records that end in the same second.
const MANY: usize = 10_000;

async fn socket(server: &Server, who: &Person, workspace: &str) -> Client {
    let mut client = Client::at(server.running.address, &who.token, workspace).await;
    client.greet(Value::Null).await;
    client
}

async fn ask(client: &mut Client, mut call: Value) -> Value {
    call["type"] = json!("realtime");
    call["call"] = json!("presences");
    let told = client.call(call).await;
    if told["type"] == "error" { told["error"].clone() } else { told["ok"].clone() }
}

fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// What a client heard of records: event and status.
fn heard(client: &Client) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let posts = client.replica.posts.iter().filter(|post| post["type"] == "presence_record");
    posts.map(|post| (text(&post["event"]), text(&post["record"]["status"]))).collect()
}

#[actix_web::test]
async fn a_member_has_one_record_that_others_read_list_and_hear_of_as_its_list_says() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = format!("/workspaces/{acme}/presences");
    let put = |who, id: &str, body| {
        let path = format!("{at}/{id}");
        let (server, who): (&Server, &Person) = (&server, who);
        async move { server.call(Some(who), "PUT", &path, Some(body)).await }
    };
    let mut watch = socket(&server, &ben, &acme).await;
    let busy = json!([{ "method": "equal", "attribute": "status", "values": ["busy"] }]);
    let subscriptions =
        json!([{ "id": "all", "queries": [] }, { "id": "busy", "event": "upsert", "queries": busy }]);
    let done = ask(&mut watch, json!({ "do": "subscribe", "subscriptions": subscriptions })).await;
    assert_eq!(done["answer"], "done", "{done}");
    let users = json!(["read(\"users\")"]);
    let made = put(&ana, "a", json!({ "status": "here", "permissions": users, "metadata": { "page": {} } }))
        .await
        .ok();
    assert_eq!(
        (&made["id"], &made["metadata"], &made["bound"]),
        (&json!("a"), &json!({ "page": {} }), &json!(false))
    );
    let again = put(&ana, "other", json!({ "status": "busy", "permissions": users })).await.ok();
    assert_eq!((&again["id"], &again["created"]), (&json!("a"), &made["created"]));
    watch.until("both", |replica| replica.posts.len() == 2).await;
    assert_eq!(watch.replica.posts[0]["subscriptions"], json!(["all"]));
    assert_eq!(watch.replica.posts[1]["subscriptions"], json!(["all", "busy"]));
    assert_eq!(server.get(&ben, &format!("{at}/a")).await["status"], "busy");
    put(&ben, "a", json!({ "status": "x" })).await.refused("presence_exists");
    server.call(Some(&ben), "DELETE", &format!("{at}/a"), None).await.refused("presence_forbidden");
    put(&ben, "b", json!({ "status": "ben", "permissions": users })).await.ok();
    let queries = r#"[{"method":"orderDesc","attribute":"status"},{"method":"limit","values":[1]}]"#;
    let query = reqwest::Url::parse_with_params("http://x", &[("queries", queries)]).expect("a url");
    let page = server.get(&ana, &format!("{at}?{}", query.query().expect("a query"))).await;
    assert_eq!((&page["total"], &page["records"][0]["status"]), (&json!(2), &json!("busy")));
    // What is written is in the next read, and there after a restart.
    let server = server.restart(&[]).await;
    assert_eq!(server.get(&ana, &format!("{at}/a")).await["status"], "busy");
    let only_me = json!({ "permissions": [] });
    server.call(Some(&ana), "PATCH", &format!("{at}/a"), Some(only_me)).await.ok();
    server.call(Some(&ben), "GET", &format!("{at}/a"), None).await.refused("no_such_presence");
    assert_eq!(server.call(Some(&ana), "DELETE", &format!("{at}/a"), None).await.status, 204);
    server.call(Some(&ana), "GET", &format!("{at}/a"), None).await.refused("no_such_presence");
}

#[actix_web::test]
async fn a_record_over_the_socket_ends_with_its_session_and_one_with_a_time_ends_then() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let mut watch = socket(&server, &ben, &acme).await;
    ask(&mut watch, json!({ "do": "subscribe", "subscriptions": [{ "id": "all", "queries": [] }] })).await;
    let mut tab = socket(&server, &ana, &acme).await;
    let users = json!(["read(\"users\")"]);
    let bound =
        json!({ "do": "upsert", "presence": "a", "status": "typing", "permissions": users, "bound": true });
    let told = ask(&mut tab, bound).await;
    assert_eq!(
        (&told["record"]["bound"], &told["record"]["source"]),
        (&json!(true), &json!("realtime")),
        "{told}"
    );
    watch.until("the record", |replica| replica.posts.len() == 1).await;
    // Another socket of the same page goes on with it.
    let mut tab = tab.return_to(server.running.address).await;
    let read = ask(&mut tab, json!({ "do": "get", "presence": "a" })).await;
    assert_eq!(read["record"]["status"], "typing", "{read}");
    let _ = tab.post(json!({ "type": "leave" })).await;
    watch.until("its end", |replica| replica.posts.len() == 2).await;
    assert_eq!(
        (&watch.replica.posts[1]["event"], &watch.replica.posts[1]["end"]),
        (&json!("delete"), &json!("left"))
    );

    let path = format!("/workspaces/{acme}/presences/t");
    let until = now_ms() + 700;
    let body = json!({ "status": "short", "permissions": users, "expires": until });
    server.call(Some(&ana), "PUT", &path, Some(body)).await.ok();
    watch.until("its end", |replica| replica.posts.len() == 4).await;
    assert!(now_ms() >= until);
    assert_eq!(
        (&watch.replica.posts[3]["event"], &watch.replica.posts[3]["end"]),
        (&json!("delete"), &json!("expired"))
    );
    server.call(Some(&ana), "GET", &path, None).await.refused("no_such_presence");
    assert_eq!(heard(&watch).len(), 4);
}

#[actix_web::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}/presences");
    for bad in [
        json!({}),
        json!({ "status": "" }),
        json!({ "status": "🦊".repeat(257) }),
        json!({ "status": "x", "colour": 1 }),
        json!({ "status": "x", "metadata": [] }),
        json!({ "status": "x", "metadata": { "text": "x".repeat(70_000) } }),
        json!({ "status": "x", "permissions": ["write"] }),
        json!({ "status": "x", "permissions": ["read(\"user:somebody\")"] }),
        json!({ "status": "x", "expires": now_ms() - 1 }),
        json!({ "status": "x", "expires": now_ms() + 31 * 86_400_000 }),
        json!({ "status": "x", "user": ana.id }),
        json!({ "status": "x", "bound": true }),
    ] {
        let refused = server.call(Some(&ana), "PUT", &format!("{at}/a"), Some(bad.clone())).await;
        assert!(refused.status.is_client_error(), "{bad} {}", refused.body);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
    }
    let fine = json!({ "status": "x" });
    server.call(Some(&ana), "PUT", &format!("{at}/-a"), Some(fine)).await.refused("bad_request");
    for bad in ["{", "[1]", r#"[{"method":"dance"}]"#, r#"[{"method":"cursorAfter","values":["none"]}]"#] {
        let query = reqwest::Url::parse_with_params("http://x", &[("queries", bad)]).expect("a url");
        let refused =
            server.call(Some(&ana), "GET", &format!("{at}?{}", query.query().expect("one")), None).await;
        refused.refused("bad_request");
    }
    assert_eq!(server.get(&ana, &at).await["total"], 0);
    server.call(None, "GET", &at, None).await.refused("unauthenticated");
}

/// Stops the server and writes into its workspace past it.
async fn while_it_is_down(server: Server, workspace: Uuid, writes: Vec<Write>) -> Server {
    assert!(server.running.stop().await, "stopped cleanly");
    let database = server.folder.path().join("data/baton.db");
    let (store, connection) = open_sqlite(SqliteSettings::new(database)).await.expect("a store");
    let writer = Writer::start(connection, WriterSettings::default());
    let (done, mut answers) = tokio::sync::mpsc::channel(1);
    let workspace = WorkspaceId(workspace);
    writer.open_room(workspace, 1, done);
    writer.submit(Batch { workspace, incarnation: 1, n: 1, writes }).expect("a place");
    assert_eq!(answers.recv().await.expect("an answer").outcome, CommitOutcome::Ok);
    writer.close_room(workspace, 1);
    writer.close().await;
    store.close().await;
    let running = app::start(&config(server.folder.path(), &[])).await.expect("a server");
    Server { running, ..server }
}

#[actix_web::test]
async fn ten_thousand_that_end_in_the_same_second_end_once_each_and_keep_nobody_waiting() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let workspace: Uuid = acme.parse().expect("an id");
    // Time enough to start again and to subscribe, on a busy machine.
    let (now, until) = (Timestamp(now_ms()), Timestamp(now_ms() + 12_000));
    let users: Vec<UserId> = (0..MANY).map(|_| UserId(Uuid::now_v7())).collect();
    let member = |user: &UserId| {
        Write::Member(Member {
            user: *user,
            name: "One of many".into(),
            role: Role::Viewer,
            custom: None,
            colour: 0,
        })
    };
    let record = |(n, user): (usize, &UserId)| {
        Write::PresenceRecord(Arc::new(PresenceRecord {
            id: format!("r{n}").into(),
            sequence: n as u64 + 1,
            user: *user,
            status: "here".into(),
            metadata: Json::new("{}"),
            permissions: Permission::parse("read(\"users\")").expect("a permission"),
            source: Source::Rest,
            created: now,
            updated: now,
            expires: until,
            bound: false,
        }))
    };
    let writes = users.iter().map(member).chain(users.iter().enumerate().map(record)).collect();
    let server = while_it_is_down(server, workspace, writes).await;
    let mut watch = socket(&server, &ana, &acme).await;
    let done =
        ask(&mut watch, json!({ "do": "subscribe", "subscriptions": [{ "id": "all", "queries": [] }] }))
            .await;
    assert_eq!(done["answer"], "done", "{done}");
    let list = ask(&mut watch, json!({ "do": "list", "queries": [] })).await;
    assert_eq!(list["total"], 5_000, "capped");
    assert!(watch.replica.posts.is_empty(), "none too early");
    let mut other = socket(&server, &ana, &acme).await;
    let left = u64::try_from(until.0 - now_ms()).expect("there is time left");
    tokio::time::timeout(std::time::Duration::from_millis(left + 10_000), async {
        while watch.replica.posts.len() < MANY {
            // Pings come in between, so no single wait is a long one however early it began.
            let (had, pings) = (watch.replica.posts.len(), watch.replica.pings);
            watch
                .until("more ends or a ping", |replica| replica.posts.len() > had || replica.pings > pings)
                .await;
        }
    })
    .await
    .expect("all ends are told");
    let told = other.call(chat("still here")).await;
    assert_eq!(told["type"], "reply");
    let ids: BTreeSet<String> =
        watch.replica.posts.iter().map(|post| post["record"]["id"].to_string()).collect();
    assert_eq!((ids.len(), watch.replica.posts.len()), (MANY, MANY));
    assert!(
        watch
            .replica
            .posts
            .iter()
            .all(|post| post["end"] == "expired" && post["at"].as_i64() >= Some(until.0))
    );
    assert_eq!(ask(&mut watch, json!({ "do": "list", "queries": [] })).await["total"], 0);
}
