//! Keys with which servers call: whom they act for, within what, for how long and how often; and what the audit log says of them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Person, Server};
use crate::support::client::soon;

const SOURCE: &str = "function hello {\n  input {\n  }\n\n  stack {\n  }\n\n  response = 1\n}\n";

async fn revoke(server: &Server, who: &Person, acme: &str, key: &Person) {
    let path = format!("/workspaces/{acme}/keys/{}", key.id);
    assert_eq!(server.call(Some(who), "DELETE", &path, None).await.status, 204);
}

async fn role(server: &Server, owner: &Person, acme: &str, who: &Person, role: &str) {
    let path = format!("/workspaces/{acme}/members/{}", who.id);
    server.call(Some(owner), "PATCH", &path, Some(json!({ "role": role }))).await.ok();
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

#[actix_web::test]
async fn a_key_edits_in_the_name_of_who_made_it_and_its_session_is_a_program() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}");
    let object = server.bring(&ana, &acme, SOURCE).await;
    let key = server.key(&ana, &acme, &["stacks.read", "stacks.write", "locks.write"]).await;
    let made = server.post(&key, &format!("{at}/sessions"), json!({})).await.ok();
    let text = |name: &str| made[name].as_str().expect("text").to_owned();
    let session = format!("{}:{}", text("session"), text("secret"));
    let headers = [("baton-session", session.as_str())];
    let path = json!({ "object": object, "item": "response" });
    let acquire = json!({ "op_id": Uuid::now_v7(), "path": path });
    let held =
        server.call_with(Some(&key), "POST", &format!("{at}/locks"), Some(acquire), &headers).await.ok();
    let op = json!({ "op": "set", "item": "response", "field": "@value", "text": "2" });
    let edit = json!({ "op_id": Uuid::now_v7(), "base_revision": 1, "op": op, "fence": held["fence"] });
    let edits = format!("{at}/objects/{object}/edits");
    let edited = server.call_with(Some(&key), "POST", &edits, Some(edit), &headers).await.ok();
    assert_eq!(edited["result"], "edited");
    // A colleague sees the member, at a program that is named as the key is.
    let picture = server.get(&ana, &at).await;
    let program =
        picture["sessions"].as_array().expect("sessions").iter().find(|one| one["id"] == made["session"]);
    let program = program.expect("the program's session");
    assert_eq!((&program["bot"], &program["device"]), (&json!(true), &json!("a server")), "{program}");
    assert_eq!(picture["locks"][0]["user"], ana.id.as_str());
    let log = server.get(&ana, &format!("{at}/objects/{object}/changes")).await;
    assert_eq!((&log["changes"][0]["user"], &log["changes"][0]["kind"]), (&json!(ana.id), &json!("edit")));

    // Revoked: its pen is free and its next call is refused.
    revoke(&server, &ana, &acme, &key).await;
    server.call(Some(&key), "GET", &at, None).await.refused("no_such_key");
    let picture = server.get(&ana, &at).await;
    assert_eq!(picture["locks"], json!([]));
    let left = picture["sessions"].as_array().expect("sessions");
    assert!(left.iter().all(|one| one["id"] != made["session"]), "{left:?}");
    let path = format!("{at}/keys/{}", key.id);
    server.call(Some(&ana), "DELETE", &path, None).await.refused("not_found");
}

#[actix_web::test]
async fn a_key_may_never_more_than_who_made_it_may_now() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}");
    let ben = server.invite(&ana, &acme, "Ben", "admin").await;
    let key = server.key(&ben, &acme, &["stacks.read", "stacks.write", "admin.read", "events.write"]).await;
    let create = || json!({ "op_id": Uuid::now_v7(), "kind": "function", "name": Uuid::now_v7() });
    let (objects, audit) = (format!("{at}/objects"), format!("{at}/audit"));
    server.post(&key, &objects, create()).await.ok();
    server.get(&key, &audit).await;
    role(&server, &ana, &acme, &ben, "viewer").await;
    server.call(Some(&key), "GET", &audit, None).await.refused("not_permitted");
    server.post(&key, &objects, create()).await.refused("not_permitted");
    assert_eq!(server.get(&key, &objects).await["objects"].as_array().map(Vec::len), Some(1));
    role(&server, &ana, &acme, &ben, "suspended").await;
    server.call(Some(&key), "GET", &objects, None).await.refused("no_such_key");
    // For the realtime service it speaks for the workspace, which goes on.
    let event = Some(json!({ "data": 1 }));
    let events = format!("{at}/channels/nowhere/events");
    server.call(Some(&key), "POST", &events, event).await.refused("no_such_channel");
    role(&server, &ana, &acme, &ben, "developer").await;
    server.post(&key, &objects, create()).await.ok();

    // The account is suspended by the operator.
    let lock = std::fs::read_to_string(server.folder.path().join("data/baton.lock")).expect("a lock file");
    let lock: Value = serde_json::from_str(&lock).expect("JSON");
    let act = |act: &str| json!({ "key": lock["key"], "email": "ben@acme.example", "act": act });
    server.call(None, "POST", "/auth/operator/accounts", Some(act("suspend"))).await.ok();
    server.call(Some(&key), "GET", &objects, None).await.refused("no_such_key");
    server.call(None, "POST", "/auth/operator/accounts", Some(act("resume"))).await.ok();
    server.get(&key, &objects).await;
    let member = format!("{at}/members/{}", ben.id);
    server.call(Some(&ana), "DELETE", &member, None).await;
    server.call(Some(&key), "GET", &objects, None).await.refused("no_such_key");
}

#[actix_web::test]
async fn a_key_ends_when_it_was_to_end_and_shows_when_it_was_used() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let keys = format!("/workspaces/{acme}/keys");
    let body = |expires: i64| json!({ "name": "short", "scopes": ["stacks.read"], "expires": expires });
    server.post(&ana, &keys, body(now() - 1)).await.refused("bad_time");
    for scopes in [json!(["stacks.*"]), json!([])] {
        server.post(&ana, &keys, json!({ "name": "odd", "scopes": scopes })).await.refused("bad_request");
    }
    let ends = now() + 2_000;
    let made = server.post(&ana, &keys, body(ends)).await.ok();
    let key = Person { token: made["key"].as_str().expect("a key").to_owned(), ..ana.clone() };
    let row = server.get(&ana, &keys).await["keys"][0].clone();
    assert_eq!(
        (&row["name"], &row["scopes"], &row["made_by"], &row["expires"], &row["used"]),
        (&json!("short"), &json!(["stacks.read"]), &json!(ana.id), &json!(ends), &Value::Null)
    );
    assert!(!row.to_string().contains(&key.token), "its text is shown once");
    let objects = format!("/workspaces/{acme}/objects");
    server.get(&key, &objects).await;
    let used = server.get(&ana, &keys).await["keys"][0]["used"].as_i64().expect("when it was used");
    assert!((used - now()).abs() < 60_000);
    let refused = soon("its end", async {
        loop {
            let answer = server.call(Some(&key), "GET", &objects, None).await;
            if !answer.status.is_success() {
                return answer;
            }
        }
    })
    .await;
    refused.refused("no_such_key");
    assert!(now() >= ends);
}

#[actix_web::test]
async fn a_key_has_a_rate_of_its_own() {
    let server = Server::start(&[("rate_keys", "2")]).await;
    let (ana, acme) = server.found().await;
    let (one, two) =
        (server.key(&ana, &acme, &["stacks.read"]).await, server.key(&ana, &acme, &["channels.read"]).await);
    for (key, path) in [(&one, "objects"), (&two, "channels")] {
        let path = format!("/workspaces/{acme}/{path}");
        let mut refused = None;
        for _ in 0..50 {
            let answer = server.call(Some(key), "GET", &path, None).await;
            if !answer.status.is_success() {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("too many are refused");
        assert_eq!(refused.headers["retry-after"], "1");
        assert!(refused.refused("rate_limited")["retry_after_ms"].is_u64());
        // Who made it is not slowed down by it.
        for _ in 0..5 {
            server.get(&ana, &path).await;
        }
    }
}

#[actix_web::test]
async fn the_audit_log_says_what_keys_are_for_and_what_they_were_refused() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}");
    let key = server.key(&ana, &acme, &["stacks.read", "locks.write"]).await;
    let import = || json!({ "op_id": Uuid::now_v7(), "files": [{ "name": "a.xs", "text": SOURCE }] });
    for _ in 0..3 {
        let refused = server.post(&key, &format!("{at}/import"), import()).await.refused("scope_missing");
        assert_eq!(refused["detail"], "stacks.write");
    }
    server.call(Some(&key), "GET", &format!("{at}/members"), None).await.refused("not_for_keys");
    server.call(Some(&key), "GET", "/me", None).await.refused("not_for_keys");
    let elsewhere = format!("/workspaces/{}/objects", Uuid::now_v7());
    server.call(Some(&key), "GET", &elsewhere, None).await.refused("not_found");
    assert_eq!(server.get(&key, &format!("{at}/objects")).await["objects"], json!([]), "nothing came in");
    revoke(&server, &ana, &acme, &key).await;
    let found = server.get(&ana, &format!("{at}/audit?action=key.")).await;
    let told: Vec<[&str; 4]> = found["records"]
        .as_array()
        .expect("records")
        .iter()
        .map(|one| ["action", "before", "after", "reason"].map(|name| one[name].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ["key.revoke", "stacks.read, locks.write", "", ""],
            ["key.refused", "", "", "it lacks stacks.write"],
            ["key.make", "", "stacks.read, locks.write", ""],
        ],
        "refusals are counted rather than listed"
    );
    let subject = found["records"][1]["subject"].as_str().expect("a subject");
    assert!(subject.contains(&key.id) && subject.contains("a server"), "{subject}");
}

#[actix_web::test]
async fn the_api_document_says_which_scope_a_route_takes() {
    let server = Server::start(&[]).await;
    let document = server.call(None, "GET", "/openapi.json", None).await.ok();
    let of = |path: &str, method: &str| document["paths"][format!("/api/v1{path}")][method].clone();
    let edits = of("/workspaces/{workspace}/objects/{object}/edits", "post");
    assert_eq!(edits["security"], json!([{ "access_token": [] }, { "key": ["stacks.write"] }]));
    assert!(edits["description"].as_str().expect("words").contains("scope `stacks.write`"), "{edits}");
    let events = of("/workspaces/{workspace}/channels/{channel}/events", "post");
    assert_eq!(events["security"][1], json!({ "key": ["events.write"] }));
    assert_eq!(of("/workspaces/{workspace}/keys", "post")["security"], Value::Null, "for people");
    assert_eq!(of("/auth/sign-in", "post")["security"], json!([]));
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    let (ana, _) = server.found().await;
    let scopes = server.get(&ana, "/permissions").await["scopes"].clone();
    assert!(scopes.as_array().expect("scopes").iter().all(|one| one["words"].is_string()), "{scopes}");
}

#[actix_web::test]
async fn a_stored_key_keeps_its_scope_under_its_present_name() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let key = server.key(&ana, &acme, &["channels.read", "events.write"]).await;
    let Server { running, http, folder } = server;
    assert!(running.stop().await, "stopped cleanly");
    let database = rusqlite::Connection::open(folder.path().join("data/baton.db")).expect("the database");
    database
        .execute_batch(
            "UPDATE api_keys SET scopes = '[\"channels.read\",\"channels.publish\"]';
             DELETE FROM _sqlx_migrations WHERE version = 13;",
        )
        .expect("as it was before");
    drop(database);
    let running = baton::app::start(&crate::api_support::config(folder.path(), &[])).await.expect("a server");
    let server = Server { running, http, folder };
    let event = Some(json!({ "data": 1 }));
    let path = format!("/workspaces/{acme}/channels/nowhere/events");
    server.call(Some(&key), "POST", &path, event).await.refused("no_such_channel");
}
