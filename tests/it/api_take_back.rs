//! Taking back over the wire what a table holds: fields and records in one call, files of which rows were edited since, and
//! what makes no sense, over the socket as well.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Answer, Person, Server, answer};
use crate::support::client::Client;

const TABLE: &str =
    "table people {\n  schema {\n    int id\n    text name filters=trim\n    int age?\n  }\n}\n";
const FUNCTION: &str = "function greet {\n  input {\n  }\n\n  stack {\n    var $x {\n      value = 1\n    }\n  }\n\n  response = $x\n}\n";

struct Desk {
    server: Server,
    ana: Person,
    workspace: String,
    table: String,
    name: String,
    age: String,
}

impl Desk {
    async fn new() -> Desk {
        let server = Server::start(&[]).await;
        let (ana, workspace) = server.found().await;
        let table = server.bring(&ana, &workspace, TABLE).await;
        let desk = Desk { server, ana, workspace, table, name: String::new(), age: String::new() };
        let (name, age) = (desk.field("name").await, desk.field("age").await);
        Desk { name, age, ..desk }
    }

    fn at(&self, path: &str) -> String {
        format!("/workspaces/{}/objects/{}{path}", self.workspace, self.table)
    }

    async fn draft(&self) -> Value {
        self.server.get(&self.ana, &self.at("?include_draft=true")).await
    }

    /// The type of the field `age`, as the draft has it.
    async fn type_of_age(&self) -> String {
        let draft = self.draft().await;
        let mut nodes = draft["nodes"].as_array().expect("nodes").iter();
        let node = nodes.find(|node| node["id"] == self.age.as_str()).expect("the field");
        let mut fields = node["fields"].as_array().expect("fields").iter();
        let field = fields.find(|field| field["name"] == "@type").expect("a type");
        field["text"].as_str().expect("text").to_owned()
    }

    async fn field(&self, called: &str) -> String {
        let draft = self.draft().await;
        let mut nodes = draft["nodes"].as_array().expect("nodes").iter();
        let is = |node: &&Value| {
            let fields = node["fields"].as_array().expect("fields");
            fields.iter().any(|field| field["name"] == "@name" && field["text"] == called)
        };
        nodes.find(is).expect("the field")["id"].as_str().expect("an id").to_owned()
    }

    async fn post(&self, path: &str, mut body: Value) -> Answer {
        if body.get("op_id").is_none() {
            body["op_id"] = json!(Uuid::now_v7());
        }
        self.server.post(&self.ana, &self.at(path), body).await
    }

    async fn edit(&self, op: Value) -> Value {
        let base = self.draft().await["head"]["revision"].clone();
        self.post("/edits", json!({ "base_revision": base, "op": op })).await.ok()
    }

    async fn set(&self, record: &str, name: &str) -> Value {
        self.edit(json!({ "op": "record_set", "record": record, "field": self.name, "value": name })).await
    }

    async fn records(&self, query: &str) -> Value {
        self.server.get(&self.ana, &self.at(&format!("/records{query}"))).await
    }

    async fn names(&self) -> Vec<String> {
        let page = self.records("?limit=500").await;
        let name = |record: &Value| record["cells"][&self.name].as_str().expect("a name").to_owned();
        page["records"].as_array().expect("records").iter().map(name).collect()
    }

    async fn import(&self, op_id: Uuid, file: String) -> Value {
        let path = self.at(&format!("/records/import?op_id={op_id}&file=people.csv"));
        let url = format!("{}/api/v1{path}", self.server.running.url);
        answer(self.server.http.post(url).bearer_auth(&self.ana.token).body(file)).await.ok()
    }

    async fn restart(self) -> Desk {
        let server = self.server.restart(&[]).await;
        Desk { server, ..self }
    }
}

#[actix_web::test]
async fn fields_and_records_go_back_in_one_call_by_number_by_author_and_all() {
    let desk = Desk::new().await;
    let record = Uuid::now_v7().to_string();
    let cells = json!({ &desk.name: "Dora" });
    desk.edit(json!({ "op": "record_insert", "record": record, "cells": cells })).await;
    let revision = desk.draft().await["head"]["revision"].clone();
    desk.post("/publish", json!({ "revision": revision })).await.ok();
    let work = async || {
        let text = json!({ "op": "set", "item": desk.age, "field": "@type", "text": "text" });
        let field = desk.edit(text).await["change"].clone();
        let record = desk.set(&record, "Ben").await["change"].clone();
        (field, record)
    };
    let is_back = async |desk: &Desk| {
        assert_eq!((desk.type_of_age().await, desk.names().await), ("int".into(), vec!["Dora".to_owned()]));
    };
    let (field, cell) = work().await;
    let look = desk.post("/revert/check", json!({ "changes": [field, cell] })).await.ok();
    assert_eq!(look["changes"], json!([[field, cell]]));
    let done = desk.post("/revert", json!({ "changes": [field, cell] })).await.ok();
    assert_eq!(done["records"].as_u64(), done["change"].as_u64().map(|change| change + 1));
    is_back(&desk).await;
    work().await;
    desk.post("/revert", json!({ "author": desk.ana.id })).await.ok();
    is_back(&desk).await;
    work().await;
    desk.post("/revert", json!({ "only": "content" })).await.ok();
    assert_eq!(desk.names().await, ["Ben"]);
    desk.post("/revert", json!({ "only": "records" })).await.ok();
    is_back(&desk).await;
    work().await;
    let desk = desk.restart().await;
    desk.post("/revert", json!({})).await.ok();
    is_back(&desk).await;
    desk.post("/revert", json!({})).await.refused("nothing_to_do");
    desk.post("/revert", json!({ "changes": [2], "only": "records" })).await.refused("bad_request");
    desk.post("/revert", json!({ "only": "chairs" })).await.refused("bad_request");
}

#[actix_web::test]
async fn a_file_is_taken_back_but_for_what_was_edited_since_and_comes_again() {
    let desk = Desk::new().await;
    let rows: String = (0..700).map(|n| format!("person {n}\n")).collect();
    let (op_id, file) = (Uuid::now_v7(), format!("name\n{rows}"));
    let told = desk.import(op_id, file.clone()).await;
    // Whoever did not hear the answer sends it again.
    assert_eq!(desk.import(op_id, file).await["change"], told["change"]);
    let page = desk.records("?limit=500").await;
    assert_eq!(page["total"], 700);
    let id = |n: usize| page["records"][n]["id"].as_str().expect("an id").to_owned();
    let edited = desk.set(&id(300), "Ana").await["change"].clone();
    desk.edit(json!({ "op": "record_delete", "record": id(2) })).await;
    let asked = desk.post("/revert", json!({ "changes": [told["change"]] })).await.refused("revert_conflict");
    let place = &asked["collisions"][0];
    assert_eq!(
        (&place["item"], &place["why"], &place["by"]),
        (&json!(format!("record:{}", id(300))), &json!("built_upon"), &edited)
    );
    let keep = json!({ "changes": [told["change"]], "collisions": "keep" });
    let done = desk.post("/revert", keep).await.ok();
    assert_eq!(done["left"].as_array().expect("what is left").len(), 1);
    assert_eq!((desk.names().await, &desk.records("").await["total"]), (vec!["Ana".to_owned()], &json!(1)));
    let desk = desk.restart().await;
    assert_eq!(desk.names().await, ["Ana"]);
    let again = desk.post("/revert", json!({ "changes": [done["change"]] })).await.ok();
    assert_eq!(desk.records("").await["total"], 699);
    // All of it goes if the edit gives way, and comes as it went.
    desk.post("/revert", json!({ "changes": [told["change"]], "collisions": "take" })).await.ok();
    assert_eq!(desk.records("").await["total"], 0);
    assert!(again["change"].as_u64() > done["change"].as_u64());
    let desk = desk.restart().await;
    desk.post("/undo", json!({})).await.refused("nothing_to_undo");
    assert_eq!(desk.records("").await["total"], 0);
    let log = desk.server.get(&desk.ana, &desk.at("/changes?kind=revert&limit=1")).await;
    desk.post("/revert", json!({ "changes": [log["changes"][0]["number"]] })).await.ok();
    assert_eq!(
        (&desk.records("?q=Ana").await["matching"], &desk.records("").await["total"]),
        (&json!(1), &json!(699))
    );
}

#[actix_web::test]
async fn over_the_socket_history_that_makes_no_sense_is_named_and_changes_nothing() {
    let desk = Desk::new().await;
    let function = desk.server.bring(&desk.ana, &desk.workspace, FUNCTION).await;
    let revision = desk.draft().await["head"]["revision"].clone();
    desk.post("/publish", json!({ "revision": revision })).await.ok();
    let text = json!({ "op": "set", "item": desk.age, "field": "@type", "text": "text" });
    let change = desk.edit(text).await["change"].clone();
    desk.post("/revert", json!({ "changes": [change] })).await.ok();
    let revision = desk.draft().await["head"]["revision"].clone();
    let before = desk.draft().await;
    let table = desk.table.as_str();
    let id = || json!(Uuid::now_v7());
    let mut client = Client::at(desk.server.running.address, &desk.ana.token, &desk.workspace).await;
    client.greet(json!(null)).await;
    for (message, code) in [
        // Twice.
        (json!({ "type": "revert", "object": table, "changes": [change] }), "already_reverted"),
        // A change that another object has and this one has not, and one that is live.
        (json!({ "type": "revert", "object": function, "changes": [change] }), "no_such_change"),
        (json!({ "type": "check_revert", "object": function, "changes": [change] }), "no_such_change"),
        (json!({ "type": "revert", "object": table, "changes": [1] }), "change_published"),
        (json!({ "type": "revert", "object": Uuid::now_v7(), "changes": [1] }), "not_found"),
        // Nothing.
        (json!({ "type": "revert", "object": table }), "nothing_to_do"),
        (json!({ "type": "revert", "object": table, "only": "records" }), "nothing_to_do"),
        (json!({ "type": "revert", "object": table, "author": Uuid::now_v7() }), "nothing_to_do"),
        (json!({ "type": "revert", "object": function, "changes": [] }), "nothing_to_do"),
        (json!({ "type": "publish", "object": table, "revision": revision }), "nothing_to_do"),
        (
            json!({ "type": "publish", "object": function, "revision": 1, "authors": [Uuid::now_v7()] }),
            "nothing_to_do",
        ),
        (json!({ "type": "publish", "object": function, "revision": 99 }), "base_mismatch"),
    ] {
        let mut asked = message.clone();
        if message["type"] != "check_revert" {
            asked["op_id"] = id();
        }
        let answer = client.call(asked).await;
        assert_eq!(answer["error"]["code"], code, "{message}: {answer}");
        let told = answer["error"]["help"].as_str().is_some_and(|help| !help.is_empty());
        assert!(told, "{message} is told what to do: {answer}");
    }
    assert_eq!(desk.draft().await, before, "nothing has changed");
}
