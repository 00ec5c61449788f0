//! Objects over HTTP: import, export, edits, sessions with locks, history.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Person, Server};

const SOURCE: &str = "function greet {\n  input {\n    text name\n  }\n\n  stack {\n    var $x {\n      value = 1\n    }\n  }\n\n  response = $x\n}\n";

async fn draft(server: &Server, who: &Person, at: &str) -> Value {
    server.get(who, &format!("{at}?include_draft=true")).await
}

fn set_response(base: &Value, text: &str) -> Value {
    let op = json!({ "op": "set", "item": "response", "field": "@value", "text": text });
    json!({ "op_id": Uuid::now_v7(), "base_revision": base, "op": op })
}

#[actix_web::test]
async fn all_samples_survive_the_way_in_and_out_and_in() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let files: Vec<Value> = baton::xanoscript::samples::ALL
        .iter()
        .map(|(name, text)| json!({ "name": name, "text": text }))
        .collect();
    let import = format!("/workspaces/{acme}/import");
    let told = server.post(&ana, &import, json!({ "op_id": Uuid::now_v7(), "files": files })).await.ok();
    assert!(
        told["files"]
            .as_array()
            .expect("files")
            .iter()
            .all(|file| file["ok"] == true && file["created"] == true),
        "{told}"
    );
    let out = server.get(&ana, &format!("/workspaces/{acme}/export")).await;
    let again: Vec<Value> = out["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| json!({ "name": file["path"], "text": file["text"] }))
        .collect();
    let body = json!({ "op_id": Uuid::now_v7(), "files": again });
    let told = server.post(&ana, &import, body).await.ok();
    for file in told["files"].as_array().expect("files") {
        assert_eq!((&file["ok"], &file["created"]), (&json!(true), &json!(false)), "{file}");
    }
    assert_eq!(server.get(&ana, &format!("/workspaces/{acme}/export")).await, out);
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_brings_nothing_and_names_the_place() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let files = json!([{ "name": "bad.xs", "text": "function bad {\n  stack {\n" }, { "name": "good.xs", "text": SOURCE }]);
    let body = json!({ "op_id": Uuid::now_v7(), "files": files });
    let told = server.post(&ana, &format!("/workspaces/{acme}/import"), body).await.ok();
    let error = &told["files"][0]["error"];
    assert_eq!((&error["code"], &error["line"]), (&json!("syntax_error"), &json!(3)), "{told}");
    assert!(
        error["expected"].is_string() && error["column"].is_number() && told["files"][0]["object"].is_null()
    );
    assert_eq!(told["files"][1]["ok"], true);
    let objects = server.get(&ana, &format!("/workspaces/{acme}/objects")).await;
    assert_eq!(objects["objects"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn an_edit_is_logged_reverted_and_published() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let object = server.bring(&ana, &acme, SOURCE).await;
    let at = format!("/workspaces/{acme}/objects/{object}");
    let base = draft(&server, &ana, &at).await["head"]["revision"].clone();
    let edit = set_response(&base, "2");
    let receipt = server.post(&ana, &format!("{at}/edits"), edit.clone()).await.ok();
    assert_eq!(receipt["result"], "edited");
    assert_eq!(server.post(&ana, &format!("{at}/edits"), edit).await.ok(), receipt, "a retry gets the same");
    let changes = server.get(&ana, &format!("{at}/changes?limit=1")).await;
    assert_eq!(changes["changes"].as_array().map(Vec::len), Some(1));
    assert_eq!(changes["changes"][0]["number"], receipt["change"]);
    let source = async |draft: bool| {
        server.call(Some(&ana), "GET", &format!("{at}/xanoscript?include_draft={draft}"), None).await
    };
    assert!(source(true).await.ok().as_str().expect("text").contains("response = 2"));
    source(false).await.refused("not_found");
    let body = json!({ "op_id": Uuid::now_v7(), "changes": [receipt["change"]] });
    let reverted = server.post(&ana, &format!("{at}/revert"), body).await.ok();
    assert_eq!(reverted["result"], "reverted");
    assert!(source(true).await.ok().as_str().expect("text").contains("response = $x"));
    let publish =
        json!({ "op_id": Uuid::now_v7(), "revision": reverted["revision"], "description": "first" });
    let published = server.post(&ana, &format!("{at}/publish"), publish).await.ok();
    assert_eq!((&published["result"], &published["version"]), (&json!("published"), &json!(1)));
    let versions = server.get(&ana, &format!("{at}/versions")).await;
    assert_eq!(versions["versions"][0]["description"], "first");
    let version = server.get(&ana, &format!("{at}/versions/1")).await;
    assert!(version["nodes"].as_array().expect("nodes").len() >= 5);
    assert!(source(false).await.ok().as_str().expect("text").contains("response = $x"));
    server.call(Some(&ana), "GET", &format!("{at}/versions/9"), None).await.refused("not_found");
}

#[actix_web::test]
async fn text_that_is_not_valid_is_saved_and_not_published() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let object = server.bring(&ana, &acme, SOURCE).await;
    let at = format!("/workspaces/{acme}/objects/{object}");
    let base = draft(&server, &ana, &at).await["head"]["revision"].clone();
    let receipt = server.post(&ana, &format!("{at}/edits"), set_response(&base, "{ a: ")).await.ok();
    let publish = json!({ "op_id": Uuid::now_v7(), "revision": receipt["revision"] });
    let refusal = server.post(&ana, &format!("{at}/publish"), publish).await.refused("invalid_stack");
    assert_eq!(refusal["problems"][0]["item"], "response");
}

#[actix_web::test]
async fn a_program_with_a_session_holds_a_lock_that_others_meet() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let object = server.bring(&ana, &acme, SOURCE).await;
    let at = format!("/workspaces/{acme}");
    let lock = json!({ "op_id": Uuid::now_v7(), "path": { "object": object, "item": "response" } });
    server.post(&ana, &format!("{at}/locks"), lock.clone()).await.refused("session_required");
    let key = server.post(&ana, &format!("{at}/sessions"), json!({ "device": "a bot" })).await.ok();
    let session = key["session"].as_str().expect("an id").to_owned();
    let header = format!("{session}:{}", key["secret"].as_str().expect("a secret"));
    let with = [("baton-session", header.as_str())];
    let held = server.call_with(Some(&ana), "POST", &format!("{at}/locks"), Some(lock), &with).await.ok();
    assert_eq!(held["result"], "acquired");
    let present = server.get(&ben, &format!("{at}/presence")).await;
    let owner = &present["people"][0];
    assert_eq!((&owner["status"], &owner["bot"]), (&json!("online"), &json!(true)));
    assert_eq!((&owner["sessions"][0]["device"], &owner["editing"]), (&json!("a bot"), &json!(1)));
    let edit = set_response(&json!(1), "3");
    let path = format!("{at}/objects/{object}/edits");
    let refusal = server.post(&ben, &path, edit.clone()).await.refused("locked");
    assert_eq!(
        (&refusal["holder"]["user"], &refusal["holder"]["session"]),
        (&json!(ana.id), &json!(session))
    );
    let why = server
        .post(
            &ben,
            &format!("{at}/locks/explain"),
            json!({ "path": { "object": object, "item": "response" } }),
        )
        .await;
    assert_eq!(why.ok()["lock"]["session"], session.as_str());
    // With the fence of the lock, the session itself writes.
    let mut own = set_response(&held["revision"], "4");
    own["fence"] = held["fence"].clone();
    let done = server.call_with(Some(&ana), "POST", &path, Some(own), &with).await.ok();
    assert_eq!(done["result"], "edited");
    // A wrong secret is nobody's session.
    let forged = format!("{session}:wrong");
    let headers = [("baton-session", forged.as_str())];
    server
        .call_with(Some(&ana), "GET", &format!("{at}/presence"), None, &headers)
        .await
        .refused("session_gone");
    let leave = format!("{at}/sessions/{session}");
    assert_eq!(server.call_with(Some(&ana), "DELETE", &leave, None, &with).await.status, 204);
    assert_eq!(server.get(&ben, &format!("{at}/locks")).await["locks"], json!([]));
    let base = draft(&server, &ben, &format!("{at}/objects/{object}")).await["head"]["revision"].clone();
    assert_eq!(server.post(&ben, &path, set_response(&base, "5")).await.ok()["result"], "edited");
}

#[actix_web::test]
async fn objects_are_made_empty_once_and_deleted() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}/objects");
    let body = |kind: &str| json!({ "op_id": Uuid::now_v7(), "kind": kind, "name": "users/me" });
    let made = server.post(&ana, &at, body("endpoint")).await;
    assert_eq!(made.status, 201);
    let object = made.ok()["object"].as_str().expect("an id").to_owned();
    let read = draft(&server, &ana, &format!("{at}/{object}")).await;
    let groups = server.get(&ana, &at).await;
    let group =
        groups["objects"].as_array().expect("objects").iter().find(|one| one["kind"] == "api_group").cloned();
    assert_eq!(group.expect("a group")["id"], read["head"]["group"], "it stands in the default group");
    server.post(&ana, &at, body("endpoint")).await.refused("name_taken");
    server.post(&ana, &at, body("nonsense")).await.refused("bad_request");
    let gone = server.call(Some(&ana), "DELETE", &format!("{at}/{object}"), None).await;
    assert_eq!(gone.status, 204);
    server.call(Some(&ana), "GET", &format!("{at}/{object}"), None).await.refused("not_found");
}
