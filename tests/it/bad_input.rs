//! What nobody should send: each is refused by its name, the connection stays, and nothing has changed.

use baton::domain::id::{UserId, WorkspaceId};
use baton::domain::role::{Member, Role};
use baton::domain::time::Timestamp;
use baton::store::{AccountWrite, SqliteSettings, Store, Writer, WriterSettings, open_sqlite};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Person, Server};
use crate::support::client::Client;

const SOURCE: &str = "function mine {\n  input {\n    text name\n  }\n\n  stack {\n    group {\n      stack {\n        var $x {\n          value = 1\n        }\n      }\n    }\n  }\n\n  response = $x\n}\n";

/// Ana owns two workspaces, Ben works in the first.
struct Scene {
    server: Server,
    ana: Person,
    ben: Person,
    here: String,
    elsewhere: String,
    object: String,
    foreign: String,
}

/// Nobody can make a second workspace over HTTP yet: it is written as the server would.
pub async fn second_workspace(server: &Server, owner: &Person) -> String {
    let database = SqliteSettings::new(server.folder.path().join("data/baton.db"));
    let (store, connection) = open_sqlite(database).await.unwrap();
    let writer = Writer::start(connection, WriterSettings::default());
    let workspace = WorkspaceId(Uuid::now_v7());
    let user: UserId = owner.id.parse().unwrap();
    let owner = Member { user, name: "Ana".to_owned(), role: Role::Owner, custom: None, colour: 0 };
    let made = AccountWrite::WorkspaceMade { workspace, name: "Secret".to_owned(), at: Timestamp(0), owner };
    writer.account(made).await.unwrap();
    writer.close().await;
    store.close().await;
    workspace.to_string()
}

impl Scene {
    async fn new() -> Scene {
        let server = Server::start(&[]).await;
        let (ana, here) = server.found().await;
        let ben = server.invite(&ana, &here, "Ben", "developer").await;
        let elsewhere = second_workspace(&server, &ana).await;
        let object = server.bring(&ana, &here, SOURCE).await;
        let foreign = server.bring(&ana, &elsewhere, SOURCE).await;
        Scene { server, ana, ben, here, elsewhere, object, foreign }
    }

    /// All that is durable in both workspaces, as far as it can be seen.
    async fn picture(&self) -> Value {
        let mut all = Vec::new();
        for (workspace, object) in [(&self.here, &self.object), (&self.elsewhere, &self.foreign)] {
            let at = format!("/workspaces/{workspace}");
            let mut room = self.server.get(&self.ana, &at).await;
            for passing in ["sessions", "presence", "upto", "chat"] {
                room[passing] = json!(null);
            }
            let draft =
                self.server.get(&self.ana, &format!("{at}/objects/{object}?include_draft=true")).await;
            let changes = self.server.get(&self.ana, &format!("{at}/objects/{object}/changes")).await;
            all.push(json!([room, draft, changes]));
        }
        Value::Array(all)
    }

    async fn page(&self, who: &Person) -> Client {
        let mut client = Client::at(self.server.running.address, &who.token, &self.here).await;
        client.greet(json!(null)).await;
        client
    }

    /// The steps of the object, outermost first.
    async fn steps(&self) -> Vec<String> {
        let at = format!("/workspaces/{}/objects/{}?include_draft=true", self.here, self.object);
        let read = self.server.get(&self.ana, &at).await;
        let nodes = read["nodes"].as_array().unwrap().clone();
        let id = |kind: &str| {
            let of_kind = nodes.iter().filter(|node| node["kind"] == kind);
            of_kind.map(|node| node["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        [id("step"), id("arm")].concat()
    }
}

fn edit(object: &str, op: Value) -> Value {
    json!({ "type": "edit", "op_id": Uuid::now_v7(), "object": object, "base_revision": 1, "op": op })
}

fn with(mut message: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

#[actix_web::test]
async fn what_makes_no_sense_is_named_and_changes_nothing() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let mut client = scene.page(&scene.ben).await;
    let steps = scene.steps().await;
    let (object, foreign, nowhere) =
        (scene.object.as_str(), scene.foreign.as_str(), Uuid::now_v7().to_string());
    let set = |item: &str, field: &str, text: &str| json!({ "op": "set", "item": item, "field": field, "text": text });
    let path = |object: &str, item: &str| json!({ "object": object, "item": item });
    let id = || json!(Uuid::now_v7());
    let fence = json!({ "epoch": 1, "counter": 1 });
    let long = "x".repeat(201);
    let refused = [
        // Of another workspace, or of none: the same words.
        (edit(foreign, set("response", "@value", "1")), "not_found"),
        (edit(&nowhere, set("response", "@value", "1")), "not_found"),
        (json!({ "type": "open", "object": foreign }), "not_found"),
        (json!({ "type": "open", "object": nowhere }), "not_found"),
        (json!({ "type": "acquire", "op_id": id(), "path": path(foreign, "response") }), "not_found"),
        (json!({ "type": "acquire", "op_id": id(), "path": path(object, &nowhere) }), "no_such_item"),
        (
            json!({ "type": "publish", "op_id": id(), "object": foreign, "revision": 1, "description": "" }),
            "not_found",
        ),
        (json!({ "type": "revert", "op_id": id(), "object": foreign }), "not_found"),
        (json!({ "type": "delete_object", "op_id": id(), "object": foreign }), "not_found"),
        (json!({ "type": "cancel_request", "request": id() }), "request_ended"),
        (json!({ "type": "discard_parked", "parked": id() }), "no_such_parked_draft"),
        (json!({ "type": "explain", "path": path(foreign, "response") }), "not_found"),
        (edit(object, set(&nowhere, "value", "1")), "no_such_item"),
        // Stale, or not one's own.
        (with(edit(object, set("response", "@value", "1")), json!({ "base_revision": 0 })), "base_mismatch"),
        (with(edit(object, set("response", "@value", "1")), json!({ "base_revision": 99 })), "base_mismatch"),
        (
            json!({ "type": "release", "op_id": id(), "path": path(object, "response"), "fence": fence }),
            "already_released",
        ),
        (json!({ "type": "flushed", "path": path(object, "response"), "fence": fence }), "already_released"),
        (
            json!({ "type": "publish", "op_id": id(), "object": object, "revision": 99, "description": "" }),
            "base_mismatch",
        ),
        (json!({ "type": "revert", "op_id": id(), "object": object, "changes": [99] }), "no_such_change"),
        (
            json!({ "type": "force", "op_id": id(), "path": path(object, "response"), "reason": "mine" }),
            "not_permitted",
        ),
        // Impossible.
        (
            edit(object, json!({ "op": "move", "item": steps[0], "parent": steps[2], "after": null })),
            "bad_operation",
        ),
        (
            edit(object, json!({ "op": "move", "item": steps[0], "parent": steps[0], "after": null })),
            "bad_operation",
        ),
        (edit(object, json!({ "op": "delete", "item": "stack" })), "bad_operation"),
        (edit(object, json!({ "op": "replace", "seeds": [] })), "not_permitted"),
        // Names and texts.
        (edit(object, set("settings", "@name", "")), "bad_operation"),
        (edit(object, set("settings", "@name", &long)), "bad_operation"),
        (edit(object, set("settings", "@name", "a\u{7}b")), "bad_operation"),
        (edit(object, set(&steps[1], "", "1")), "bad_operation"),
        (edit(object, set(&steps[1], "value", &"x".repeat(130 * 1024))), "bad_text"),
        (json!({ "type": "chat", "client_id": id(), "text": "" }), "bad_text"),
        (json!({ "type": "chat", "client_id": id(), "text": "x".repeat(2_001) }), "bad_text"),
        (
            json!({ "type": "request_lock", "op_id": id(), "request": id(), "path": path(object, "response"), "note": "x".repeat(281) }),
            "bad_text",
        ),
        // Frames.
        (json!({ "type": "dance" }), "unknown_type"),
        (json!({ "type": "edit" }), "bad_request"),
        (
            json!({ "type": "edit", "op_id": "7", "object": object, "base_revision": 1, "op": {} }),
            "bad_request",
        ),
        (
            json!({ "type": "acquire", "op_id": id(), "path": { "object": object, "item": "nonsense" } }),
            "bad_request",
        ),
        (json!({ "type": "hello", "token": "x", "workspace": id(), "instance": id() }), "out_of_order"),
        (json!({ "type": "reauth", "token": "x" }), "unauthenticated"),
    ];
    for (message, code) in refused {
        let answer = client.call(message.clone()).await;
        let short: String = message.to_string().chars().take(150).collect();
        assert_eq!(answer["error"]["code"], code, "{short}: {answer}");
    }
    assert_eq!(
        client.call(json!({ "type": "snapshot" })).await["type"],
        "reply",
        "the socket is still there"
    );
    assert_eq!(scene.picture().await, before, "nothing has changed");
}

#[actix_web::test]
async fn over_http_the_same_is_named_the_same() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let (here, elsewhere) =
        (format!("/workspaces/{}", scene.here), format!("/workspaces/{}", scene.elsewhere));
    let (object, foreign) = (&scene.object, &scene.foreign);
    let id = || json!(Uuid::now_v7());
    let long = "x".repeat(201);
    let new = |name: &str| json!({ "op_id": id(), "kind": "function", "name": name });
    let op = |base: u64, op: Value| json!({ "op_id": id(), "base_revision": base, "op": op });
    let set = |item: &str| json!({ "op": "set", "item": item, "field": "@value", "text": "1" });
    let refused = [
        ("GET", elsewhere.clone(), None, "not_found"),
        ("GET", format!("{elsewhere}/objects/{foreign}"), None, "not_found"),
        ("GET", format!("{here}/objects/{foreign}"), None, "not_found"),
        ("GET", format!("{here}/objects/{foreign}/changes"), None, "not_found"),
        ("GET", format!("{here}/objects/{foreign}/versions"), None, "not_found"),
        ("GET", format!("{here}/objects/{foreign}/xanoscript"), None, "not_found"),
        ("GET", format!("{here}/objects/{object}/versions/7"), None, "not_found"),
        ("POST", format!("{here}/objects/{foreign}/edits"), Some(op(1, set("response"))), "not_found"),
        ("POST", format!("{elsewhere}/objects/{foreign}/edits"), Some(op(1, set("response"))), "not_found"),
        ("POST", format!("{here}/objects/{object}/edits"), Some(op(0, set("response"))), "base_mismatch"),
        ("POST", format!("{here}/objects/{object}/edits"), Some(op(1, set("nonsense"))), "bad_request"),
        ("DELETE", format!("{here}/objects/{foreign}"), None, "not_found"),
        ("DELETE", format!("{here}/parked/{}", Uuid::now_v7()), None, "no_such_parked_draft"),
        ("POST", format!("{here}/objects"), Some(new("")), "bad_operation"),
        ("POST", format!("{here}/objects"), Some(new(&long)), "bad_operation"),
        ("POST", format!("{here}/objects"), Some(new("a\u{7}b")), "bad_operation"),
        ("POST", format!("{here}/objects"), Some(json!({ "kind": "function" })), "bad_request"),
    ];
    for (method, path, body, code) in refused {
        let told = scene.server.call(Some(&scene.ben), method, &path, body).await;
        assert_eq!(told.body["code"], code, "{method} {path}: {}", told.body);
        let told = told.refused(code).to_string();
        assert!(!told.contains("Secret") && !told.contains("mine"), "{told}");
    }
    assert_eq!(scene.picture().await, before, "nothing has changed");
}

#[actix_web::test]
async fn forged_tokens_open_no_socket() {
    let scene = Scene::new().await;
    let other = Server::start(&[]).await;
    let (foreign, _) = other.found().await;
    let none =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAifQ.";
    let (head, signature) = scene.ben.token.rsplit_once('.').unwrap();
    let tampered = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let hello = |token: &str, workspace: &str| json!({ "type": "hello", "token": token, "workspace": workspace, "instance": Uuid::now_v7() });
    for token in [none, "nonsense", "", &tampered, &foreign.token] {
        let mut client = Client::at(scene.server.running.address, token, &scene.here).await;
        let told = client.call(hello(token, &scene.here)).await;
        assert_eq!(told["error"]["code"], "unauthenticated", "{told}");
        assert_eq!(client.closed().await, (4505, "unauthenticated".to_owned()));
    }
    // A workspace of somebody else is not there, whether it is or not.
    for workspace in [scene.elsewhere.clone(), Uuid::now_v7().to_string()] {
        let mut client = Client::at(scene.server.running.address, &scene.ben.token, &workspace).await;
        let told = client.call(hello(&scene.ben.token, &workspace)).await;
        assert_eq!(told["error"]["code"], "not_found", "{told}");
        assert_eq!(client.closed().await, (4506, "not_found".to_owned()));
    }
}
