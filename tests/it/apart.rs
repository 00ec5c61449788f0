//! Two workspaces of different people on one server: whatever is asked with an id of the other, over whichever route or
//! request, is answered as with an id of nothing, and nothing of the other is in any answer.

use std::collections::BTreeMap;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use crate::api_routes::{body, documented};
use crate::api_support::{Answer, Person, Server, answer};
use crate::bad_input::second_workspace;
use crate::support::client::{Client, soon};

const FUNCTION: &str = "function vault_function {\n  input {\n    text vault_input\n  }\n\n  stack {\n    var $vault_step {\n      value = 1\n    }\n  }\n\n  response = $vault_step\n}\n";
const TABLE: &str = "table vault_table {\n  schema {\n    int id\n    text vault_field\n  }\n}\n";

/// What stands for an id of nothing, in the place of each of these.
type Ids = BTreeMap<&'static str, String>;

/// Ana owns Acme; Zoe and Yvo are in the other workspace, of which Ana knows nothing.
struct Scene {
    server: Server,
    ana: Person,
    zoe: Person,
    acme: String,
    vault: String,
    /// The other's, by what they are called in paths and bodies.
    ids: Ids,
    /// Names and texts of the other's.
    words: Vec<String>,
    /// A session of the other's, as a header says it, and a key.
    session: String,
    key: String,
    pages: (Client, Client),
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

async fn page(server: &Server, who: &Person, workspace: &str) -> Client {
    let mut client = Client::at(server.running.address, &who.token, workspace).await;
    client.frames = Some(Vec::new());
    client.greet(Value::Null).await;
    client
}

async fn told(client: &mut Client, message: Value) -> Value {
    let told = client.call(message).await;
    assert_eq!(told["type"], "reply", "{told}");
    told["ok"].clone()
}

impl Scene {
    async fn new() -> Scene {
        let server = Server::start(&[]).await;
        let (ana, acme) = server.found().await;
        // She comes from Acme and left it, before she had anything of her own.
        let zoe = server.invite(&ana, &acme, "Zoe", "viewer").await;
        let path = format!("/workspaces/{acme}/members/{}", zoe.id);
        server.call(Some(&ana), "DELETE", &path, None).await.ok();
        let vault = second_workspace(&server, &zoe).await;
        let yvo = server.invite(&zoe, &vault, "Yvo", "developer").await;
        let object = server.bring(&zoe, &vault, FUNCTION).await;
        let table = server.bring(&zoe, &vault, TABLE).await;
        let mut pages = (page(&server, &zoe, &vault).await, page(&server, &yvo, &vault).await);
        let ids = Ids::from([
            ("object", object),
            ("table", table),
            ("workspace", vault.clone()),
            ("user", yvo.id.clone()),
            ("session", pages.1.session.clone()),
        ]);
        let session = format!("{}:{}", pages.1.session, pages.1.secret);
        let words = ["vault_", "Secret", "Yvo", "yvo@", "hidden words"].map(str::to_owned).to_vec();
        pages.0.answers_pings = true;
        let key = String::new();
        let mut scene = Scene { server, ana, zoe, acme, vault, ids, words, session, key, pages };
        scene.fill(&yvo).await;
        scene
    }

    async fn made(&self, method: &str, below: &str, body: Value) -> Value {
        let path = format!("/workspaces/{}{below}", self.vault);
        self.server.call(Some(&self.zoe), method, &path, Some(body)).await.ok()
    }

    /// Something of everything that a workspace has.
    async fn fill(&mut self, yvo: &Person) {
        let (object, table) = (self.ids["object"].clone(), self.ids["table"].clone());
        let path = format!("/workspaces/{}/objects/{object}?include_draft=true", self.vault);
        let read = self.server.get(&self.zoe, &path).await;
        let step = read["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == "step").unwrap();
        let step = text(&step["id"]);
        let op_id = || json!(Uuid::now_v7());
        let publish =
            json!({ "op_id": op_id(), "revision": read["head"]["revision"], "description": "vault_version" });
        self.made("POST", &format!("/objects/{object}/publish"), publish).await;
        // A pen that is taken from Yvo with words of his under way, then his wish to have it back.
        let (zoe, his) = (&mut self.pages.0, &mut self.pages.1);
        let at = json!({ "object": object, "item": step });
        let held = told(his, json!({ "type": "acquire", "op_id": op_id(), "path": at })).await;
        let force = json!({ "type": "force", "op_id": op_id(), "path": at, "reason": "vault_reason" });
        told(zoe, force).await;
        let op = json!({ "op": "set", "item": step, "field": "value", "text": "\"hidden words\"" });
        let edit = json!({
            "type": "edit", "op_id": op_id(), "object": object, "base_revision": read["head"]["revision"],
            "fence": held["fence"], "op": op,
        });
        let parked = told(his, edit).await;
        assert_eq!(parked["result"], "parked", "{parked}");
        let request = Uuid::now_v7();
        let wish = json!({
            "type": "request_lock", "op_id": op_id(), "request": request, "path": at, "note": "vault_note",
        });
        told(his, wish).await;
        told(zoe, json!({ "type": "chat", "client_id": op_id(), "text": "hidden words" })).await;
        let channel = json!({ "pattern": "vault_channel", "public": "anyone", "history": 25 });
        self.made("PUT", "/channels", channel).await;
        let key = json!({ "name": "vault_key", "scopes": ["channels.read", "presences.read"] });
        let key = self.made("POST", "/keys", key).await;
        self.key = text(&key["key"]);
        let invitation = self.made("POST", "/invitations", json!({ "role": "viewer" })).await;
        self.words.push(text(&invitation["token"]));
        let rows = self.server.get(&self.zoe, &format!("/workspaces/{}/invitations", self.vault)).await;
        let open =
            rows["invitations"].as_array().unwrap().iter().find(|row| row["used_by"].is_null()).unwrap();
        let role = self.made("POST", "/roles", json!({ "name": "vault_role", "edit": ["table"] })).await;
        let presence = format!("/workspaces/{}/presences/vault-presence", self.vault);
        let here = json!({ "status": "hidden words", "permissions": ["read(\"any\")"] });
        self.server.call(Some(yvo), "PUT", &presence, Some(here)).await.ok();
        let path = format!("/workspaces/{}/objects/{table}?include_draft=true", self.vault);
        let read = self.server.get(&self.zoe, &path).await;
        let field = read["nodes"].as_array().unwrap().iter().rfind(|node| node["kind"] == "input").unwrap();
        let field = text(&field["id"]);
        let record = Uuid::now_v7();
        let mut cells = serde_json::Map::new();
        cells.insert(field, json!("hidden words"));
        let insert = json!({
            "op_id": op_id(), "base_revision": 1, "op": { "op": "record_insert", "record": record, "cells": cells },
        });
        self.made("POST", &format!("/objects/{table}/edits"), insert).await;
        self.ids.extend([
            ("item", step),
            ("request", request.to_string()),
            ("parked", text(&parked["parked"])),
            ("channel", "vault_channel".to_owned()),
            ("key", text(&key["id"])),
            ("invitation", text(&open["id"])),
            ("role", text(&role["id"])),
            ("presence", "vault-presence".to_owned()),
            ("record", record.to_string()),
            ("deadlock", request.to_string()),
        ]);
    }

    /// All that is durable in the other workspace, as its owner sees it.
    async fn picture(&self) -> Value {
        let mut all = Vec::new();
        let object = &self.ids["object"];
        let ways = [
            "",
            "/audit",
            "/parked",
            "/keys",
            "/invitations",
            "/roles",
            "/channels",
            "/presences",
            "/locks",
            &format!("/objects/{object}?include_draft=true"),
            &format!("/objects/{object}/changes"),
            &format!("/objects/{}/records", self.ids["table"]),
        ];
        for way in ways {
            let mut seen = self.server.get(&self.zoe, &format!("/workspaces/{}{way}", self.vault)).await;
            for passing in ["sessions", "presence", "upto", "requests"] {
                seen[passing] = json!(null);
            }
            // Whose client says nothing during a long sweep is shown as reconnecting.
            for lock in seen["locks"].as_array_mut().into_iter().flatten() {
                lock["state"] = json!(null);
            }
            all.push(seen);
        }
        Value::Array(all)
    }

    /// Nothing of the other workspace is in it, but what was asked with.
    fn discreet(&self, asked: &str, told: &str) {
        let secret = self.ids.values().chain(&self.words);
        for word in secret.filter(|word| !asked.contains(*word)) {
            assert!(!told.contains(word), "asked {asked}, and {word} is in {told}");
        }
    }
}

/// Ids of nothing, of the same form.
fn nothing(ids: &Ids) -> Ids {
    let other = |name: &str| {
        if matches!(name, "channel" | "presence") {
            format!("no-{}", &Uuid::now_v7().to_string()[24..])
        } else {
            Uuid::now_v7().to_string()
        }
    };
    ids.keys().map(|name| (*name, other(name))).collect()
}

/// What is said with the ids taken out, so that two answers can be compared.
fn without(ids: &Ids, text: &str) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id, &format!("<{name}>")))
}

/// The values of what names something are these ids; what proposes a new one is left.
fn aim(value: &mut Value, ids: &Ids) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                match ids.get(if name == "to" { "session" } else { name.as_str() }) {
                    Some(id) if inner.is_string() => *inner = json!(id),
                    _ => aim(inner, ids),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| aim(inner, ids)),
        _ => {}
    }
}

/// A path with these ids, and numbers that both workspaces have.
fn path_with(pattern: &str, ids: &Ids) -> String {
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some("number") => "1".to_owned(),
        Some("token") => "nonsense".to_owned(),
        Some(name) => ids
            .get(name)
            .unwrap_or_else(|| panic!("`{name}` is new: let the other workspace have one"))
            .clone(),
        None => part.to_owned(),
    };
    let path = pattern.split('/').map(fill).collect::<Vec<_>>().join("/");
    match pattern {
        one if one.ends_with("/records/import") => format!("{path}?op_id={}", Uuid::now_v7()),
        one if one.ends_with("/analytics/csv") => format!("{path}?table=members"),
        one if one.ends_with("/compare") => format!("{path}?a=draft&b=published"),
        _ => path,
    }
}

/// What is asked, and what came, without what differs each time.
async fn asked(scene: &Scene, method: &str, pattern: &str, ids: &Ids) -> (String, Answer) {
    let path = path_with(pattern, ids);
    let mut given = body(method, pattern);
    if let Some(given) = &mut given {
        aim(given, ids);
    }
    let sent = format!("{method} {path} {}", given.clone().unwrap_or_default());
    let headers = [("baton-session", scene.session.as_str())];
    let headers: &[_] = if pattern.contains("/locks") { &headers } else { &[] };
    (sent, scene.server.call_with(Some(&scene.ana), method, &path, given, headers).await)
}

fn comparable(ids: &Ids, answer: &Answer) -> (u16, String) {
    let mut told = answer.body.clone();
    let each_time = ["request_id", "at", "number", "created", "updated", "expires"];
    if let Value::Object(map) = &mut told {
        map.retain(|name, _| !each_time.contains(&name.as_str()));
    }
    (answer.status.as_u16(), without(ids, &told.to_string()))
}

#[actix_web::test]
async fn ids_of_another_workspace_are_ids_of_nothing_on_every_route() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let mut own = scene.ids.clone();
    own.insert("workspace", scene.acme.clone());
    let mine = scene.server.bring(&scene.ana, &scene.acme, "function mine {\n  stack {\n  }\n}\n").await;
    for (method, pattern) in documented(&scene.server).await {
        let Some(below) = pattern.strip_prefix("/workspaces/{workspace}") else { continue };
        // A frozen workspace would refuse the rest, whatever it names.
        if (method.as_str(), below) == ("POST", "/freeze") {
            continue;
        }
        for object in [&scene.ids["object"], &mine] {
            own.insert("object", object.clone());
            // Its own end would be the end of what follows.
            let ends = method == "DELETE" && below == "/objects/{object}";
            if object == &mine && (ends || !below.contains("{object}")) {
                continue;
            }
            let nothing = || {
                let mut ids = nothing(&own);
                ids.insert("workspace", scene.acme.clone());
                if object == &mine {
                    ids.insert("object", mine.clone());
                }
                ids
            };
            // What a first call leaves behind, such as a record of one's own, the others meet, too.
            for _ in 0..2 {
                let (sent, first) = asked(&scene, &method, &pattern, &nothing()).await;
                scene.discreet(&sent, &format!("{} {:?}", first.body, first.headers));
            }
            let nowhere = nothing();
            let (_, unknown) = asked(&scene, &method, &pattern, &nowhere).await;
            let (sent, foreign) = asked(&scene, &method, &pattern, &own).await;
            // What names nothing says what there is in Acme, and what time it is.
            if scene.ids.iter().any(|(name, id)| *name != "workspace" && sent.contains(id)) {
                assert_eq!(comparable(&nowhere, &unknown), comparable(&own, &foreign), "{sent}");
            }
            scene.discreet(&sent, &format!("{} {:?}", foreign.body, foreign.headers));
        }
        // On the other's own path: as on the path of a workspace that is none.
        let (sent, theirs) = asked(&scene, &method, &pattern, &scene.ids).await;
        let none = nothing(&scene.ids);
        let (_, unknown) = asked(&scene, &method, &pattern, &none).await;
        assert!(theirs.status.as_u16() >= 400, "{sent}: {}", theirs.body);
        assert_eq!(comparable(&none, &unknown), comparable(&scene.ids, &theirs), "{sent}");
        scene.discreet(&sent, &format!("{} {:?}", theirs.body, theirs.headers));
    }
    assert_eq!(scene.picture().await, before, "nothing has changed there");
}

/// The requests of the socket that name something, with these ids; each kind of the protocol has its row.
fn messages(ids: &Ids) -> Vec<Value> {
    let id = |name: &str| json!(ids[name]);
    let op_id = || json!(Uuid::now_v7());
    let fence = json!({ "epoch": 1, "counter": 1 });
    let row = |kind: &str| -> Vec<Value> {
        let (object, path) = (id("object"), json!({ "object": id("object"), "item": id("item") }));
        let record = json!({ "object": id("table"), "item": format!("record:{}", ids["record"]) });
        match kind {
            // They name nothing, or keep and end the connection.
            "hello" | "pong" | "reauth" | "leave" | "snapshot" | "close" | "typing" | "set_status"
            | "set_avatar" | "activity" | "set_privacy" => vec![],
            "open" | "ask_to_save" | "check_publish" => vec![json!({ "object": object })],
            "locate" => {
                vec![json!({ "location": { "page": "object", "object": object, "item": id("item") } })]
            }
            "chat" => vec![json!({
                "client_id": op_id(), "text": "hello", "mentions": [id("user")], "link": path,
            })],
            "presence" => vec![json!({ "after": id("user") })],
            "dirty" => vec![json!({ "path": path, "count": 1 })],
            "discard_parked" => vec![json!({ "parked": id("parked") })],
            "explain" => vec![json!({ "path": path }), json!({ "path": record })],
            "check_revert" => {
                vec![json!({ "object": object }), json!({ "object": object, "author": id("user") })]
            }
            "acquire" | "edit_here" => {
                [path, record].map(|path| json!({ "op_id": op_id(), "path": path })).to_vec()
            }
            "undo" | "reopen" => vec![json!({ "op_id": op_id(), "path": path })],
            "release" => vec![json!({ "op_id": op_id(), "path": path, "fence": fence })],
            "renew" | "flushed" => vec![json!({ "path": path, "fence": fence })],
            "request_lock" => vec![json!({ "op_id": op_id(), "request": op_id(), "path": path })],
            "cancel_request" => vec![json!({ "request": id("request") })],
            "answer_request" => {
                vec![json!({ "op_id": op_id(), "request": id("request"), "answer": "grant" })]
            }
            "take_over" => vec![json!({ "op_id": op_id(), "request": id("request") })],
            "swap" => vec![json!({ "deadlock": id("deadlock") })],
            "force" | "close_editing" => vec![json!({ "op_id": op_id(), "path": path, "reason": "mine" })],
            "edit" => {
                let op = json!({ "op": "delete", "item": id("item") });
                let cells = json!({ "op": "record_delete", "record": id("record") });
                let on = |object: Value, op| json!({ "op_id": op_id(), "object": object, "base_revision": 1, "op": op });
                vec![on(object, op), on(id("table"), cells)]
            }
            "duplicate" => vec![json!({
                "op_id": op_id(), "object": object, "item": id("item"), "seed": op_id(), "base_revision": 1,
            })],
            "delete_object" | "revert" | "undo_change" | "redo_change" => {
                vec![json!({ "op_id": op_id(), "object": object })]
            }
            "publish" => vec![json!({ "op_id": op_id(), "object": object, "revision": 1 })],
            "realtime" => realtime(ids),
            other => panic!("`{other}` is new: give it a row here"),
        }
    };
    let rows =
        kinds().into_iter().flat_map(|kind| row(&kind).into_iter().map(move |one| (kind.clone(), one)));
    rows.map(|(kind, mut one)| {
        one["type"] = json!(kind);
        one
    })
    .collect()
}

/// The kinds of messages, from the types that are generated from the protocol.
fn kinds() -> Vec<String> {
    let text = include_str!("../../web/sdk/src/protocol.ts");
    let (_, rest) = text.split_once("export type ClientFrame =").expect("the type is generated");
    let own = rest.split("export type").next().expect("its text");
    let kinds = own.split("\"type\": \"").skip(1).filter_map(|part| part.split('"').next());
    kinds.map(str::to_owned).collect()
}

fn realtime(ids: &Ids) -> Vec<Value> {
    let (channel, presence) = (&ids["channel"], &ids["presence"]);
    vec![
        json!({ "call": "join", "channel": channel, "presence": true }),
        json!({ "call": "part", "channel": channel }),
        json!({ "call": "message", "channel": channel, "payload": 1, "to": ids["session"] }),
        json!({ "call": "event", "channel": channel, "data": 1 }),
        json!({ "call": "history", "channel": channel }),
        json!({ "call": "clients", "channel": channel }),
        json!({ "call": "remove_channel", "pattern": channel }),
        json!({ "call": "presences", "do": "get", "presence": presence }),
        json!({ "call": "presences", "do": "patch", "presence": presence, "status": "x" }),
        json!({ "call": "presences", "do": "delete", "presence": presence }),
    ]
}

#[actix_web::test]
async fn ids_of_another_workspace_are_ids_of_nothing_on_the_socket() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let (server, nowhere) = (&scene.server, nothing(&scene.ids));
    let mut client = page(server, &scene.ana, &scene.acme).await;
    let words = |ids: &Ids, mut told: Value| {
        told["re"] = json!(null);
        without(ids, &told.to_string())
    };
    for (unknown, foreign) in messages(&nowhere).into_iter().zip(messages(&scene.ids)) {
        let none = client.call(unknown.clone()).await;
        assert_ne!(none["error"]["code"], "bad_request", "{unknown}: {none}");
        let theirs = client.call(foreign.clone()).await;
        assert_eq!(words(&nowhere, none), words(&scene.ids, theirs), "{foreign}");
    }
    // What came on its own, too: her own words, sent with the other's ids, are all that may stand there.
    for frame in client.frames.take().expect("they are kept") {
        let own: Vec<Value> = serde_json::from_str(&frame).expect("a frame");
        let others = own.iter().filter(|message| message["re"].is_null() && message["type"] != "deltas");
        for message in others {
            scene.discreet("", &message.to_string());
        }
        let said: Vec<&String> = scene.words.iter().filter(|word| frame.contains(*word)).collect();
        assert!(
            said.iter().all(|word| *word == "vault_" && frame.contains("vault_channel")),
            "{said:?}: {frame}"
        );
    }
    assert_eq!(scene.picture().await, before, "nothing has changed there");
}

/// What another system's client is told when it wants to come into a channel for those who are somebody; nothing if it may.
async fn joins_as_nobody(scene: &Scene, member: &Person, workspace: &str, token: &str) -> Option<String> {
    let channels = scene.server.get(member, &format!("/workspaces/{workspace}/channels")).await;
    let address = scene.server.running.address;
    let mut request = format!("ws://{address}/rt/{}", text(&channels["hash"])).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", token.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let join =
        json!({ "action": "join", "options": { "channel": "lobby" }, "payload": { "presence": true } });
    socket.send(Message::text(join.to_string())).await.unwrap();
    let told = soon("an answer", socket.next()).await.unwrap().unwrap();
    let told: Value = serde_json::from_str(told.to_text().unwrap()).unwrap();
    (told["action"] == "error").then(|| text(&told["payload"]["message"]))
}

#[actix_web::test]
async fn the_other_workspace_opens_to_no_key_session_or_page_of_elsewhere() {
    let scene = Scene::new().await;
    let server = &scene.server;
    // Its socket is not there, whether with a session of it or without.
    let (session, secret) = scene.session.split_once(':').unwrap();
    for workspace in [scene.vault.clone(), Uuid::now_v7().to_string()] {
        for resume in [
            json!(null),
            json!({ "session": session, "secret": secret, "stream": Uuid::now_v7(), "upto": 1 }),
        ] {
            let mut client = Client::at(server.running.address, &scene.ana.token, &workspace).await;
            client.frames = Some(Vec::new());
            let mut hello = json!({
                "type": "hello", "token": scene.ana.token, "workspace": workspace, "instance": Uuid::now_v7(),
            });
            if !resume.is_null() {
                hello["resume"] = resume;
            }
            let told = client.call(hello).await;
            assert_eq!(told["error"]["code"], "not_found", "{told}");
            scene.discreet(&format!("{session} {workspace}"), &told.to_string());
        }
    }
    // In her own, that session is none: she gets one of her own.
    let mut client = Client::at(server.running.address, &scene.ana.token, &scene.acme).await;
    client.greet(json!({ "session": session, "secret": secret, "stream": Uuid::now_v7(), "upto": 1 })).await;
    assert_eq!(client.arrival, "new");
    assert_ne!(client.session, session);
    // Its key opens what it is for, and Acme is to it what no workspace is.
    let by_key = |workspace: &str, below: &str| {
        let address = format!("{}/api/v1/workspaces/{workspace}{below}", server.running.url);
        answer(server.http.get(address).bearer_auth(&scene.key))
    };
    let nowhere = nothing(&scene.ids);
    for below in ["/channels", "/presences"] {
        by_key(&scene.vault, below).await.ok();
        let foreign = by_key(&scene.acme, below).await;
        let unknown = by_key(&nowhere["workspace"], below).await;
        assert_eq!(comparable(&nowhere, &unknown), comparable(&scene.ids, &foreign));
        foreign.refused("not_found");
    }
    // To other systems' clients, too: there the key makes one a guest, and a token of its client nobody.
    let list = |workspace: &str| {
        let call = server.http.get(format!("{}/v1/presences", server.running.url));
        let call = call.header("x-appwrite-project", workspace).header("x-appwrite-key", &scene.key);
        answer(call)
    };
    list(&scene.vault).await.ok();
    let foreign = list(&scene.acme).await;
    let guest = server.http.get(format!("{}/v1/presences", server.running.url));
    let guest = answer(guest.header("x-appwrite-project", &scene.acme)).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body), (401, &guest.body));
    scene.discreet("", &foreign.body.to_string());
    for (who, workspace) in [(&scene.zoe, &scene.vault), (&scene.ana, &scene.acme)] {
        let path = format!("/workspaces/{workspace}/channels");
        server
            .call(Some(who), "PUT", &path, Some(json!({ "pattern": "lobby", "presence": true })))
            .await
            .ok();
    }
    let path = format!("/workspaces/{}/realtime-tokens", scene.vault);
    let token = server.post(&scene.zoe, &path, json!({ "table": 1, "row": 1 })).await.ok();
    let token = text(&token["token"]);
    assert_eq!(
        joins_as_nobody(&scene, &scene.zoe, &scene.vault, &token).await,
        None,
        "at home it is somebody"
    );
    let refused = joins_as_nobody(&scene, &scene.ana, &scene.acme, &token).await;
    assert!(refused.is_some_and(|words| words.contains("authenticated")), "elsewhere it is nobody");
    // What nobody must have signed in for names no workspace, and what is hers only her own.
    for path in ["/me", "/me/sign-ins", "/permissions", "/setup"] {
        let told = server.call(Some(&scene.ana), "GET", path, None).await;
        scene.discreet("", &told.body.to_string());
    }
}
