//! Two workspaces of different people on one server: whatever is asked with an id of the other, over whichever route or
//! request, is answered as with an id of nothing, and nothing of the other is in any answer.

mod doors;
mod routes;
mod socket;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Answer, Person, Server};
use crate::bad_input::second_workspace;
use crate::support::client::Client;

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

fn comparable(ids: &Ids, answer: &Answer) -> (u16, String) {
    let mut told = answer.body.clone();
    let each_time = ["request_id", "at", "number", "created", "updated", "expires"];
    if let Value::Object(map) = &mut told {
        map.retain(|name, _| !each_time.contains(&name.as_str()));
    }
    (answer.status.as_u16(), without(ids, &told.to_string()))
}
