//! Records over HTTP: pages, files in and out, reverts across a restart, and rubbish.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::api_support::{Answer, Person, Server, answer};

const TABLE: &str = "table people {\n  schema {\n    int id\n    text name filters=trim\n    int age?\n    email? email\n    json data?\n    password secret?\n  }\n}\n";

struct Table {
    server: Server,
    ana: Person,
    workspace: String,
    at: String,
    /// Ids of the fields by name.
    fields: BTreeMap<String, String>,
}

impl Table {
    async fn new() -> Table {
        let server = Server::start(&[]).await;
        let (ana, workspace) = server.found().await;
        let object = server.bring(&ana, &workspace, TABLE).await;
        let at = format!("/workspaces/{workspace}/objects/{object}");
        let view = server.get(&ana, &format!("{at}?include_draft=true")).await;
        let text = |node: &Value, name: &str| {
            let mut fields = node["fields"].as_array().expect("fields").iter();
            fields
                .find(|field| field["name"] == name)
                .map(|field| field["text"].as_str().expect("text").to_owned())
        };
        let nodes = view["nodes"].as_array().expect("nodes").iter();
        let fields = nodes
            .filter(|node| node["kind"] == "input")
            .map(|node| {
                (text(node, "@name").expect("a name"), node["id"].as_str().expect("an id").to_owned())
            })
            .collect();
        Table { server, ana, workspace, at, fields }
    }

    async fn restart(self) -> Table {
        let server = self.server.restart(&[]).await;
        Table { server, ..self }
    }

    async fn edit(&self, base: u64, op: Value) -> Answer {
        let body = json!({ "op_id": Uuid::now_v7(), "base_revision": base, "op": op });
        self.server.post(&self.ana, &format!("{}/edits", self.at), body).await
    }

    async fn add(&self, name: &str, age: Option<u64>) -> String {
        let record = Uuid::now_v7();
        let mut cells = json!({ &self.fields["name"]: name });
        if let Some(age) = age {
            cells[&self.fields["age"]] = json!(age);
        }
        self.edit(0, json!({ "op": "record_insert", "record": record, "cells": cells })).await.ok();
        record.to_string()
    }

    async fn records(&self, query: &str) -> Value {
        self.server.get(&self.ana, &format!("{}/records{query}", self.at)).await
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let page = self.records(query).await;
        let name =
            |record: &Value| record["cells"][&self.fields["name"]].as_str().expect("a name").to_owned();
        page["records"].as_array().expect("records").iter().map(name).collect()
    }

    async fn import(&self, query: &str, file: impl Into<reqwest::Body>) -> Answer {
        let url = format!(
            "{}/api/v1{}/records/import?op_id={}{query}",
            self.server.running.url,
            self.at,
            Uuid::now_v7()
        );
        answer(self.server.http.post(url).bearer_auth(&self.ana.token).body(file)).await
    }

    async fn revert(&self, change: &Value) -> Answer {
        let body = json!({ "op_id": Uuid::now_v7(), "changes": [change] });
        self.server.post(&self.ana, &format!("{}/revert", self.at), body).await
    }
}

#[actix_web::test]
async fn records_are_paged_sorted_filtered_and_searched() {
    let table = Table::new().await;
    for (name, age) in [("Dora", Some(30)), ("ana", Some(9)), ("Ben", None), ("Cleo", Some(100))] {
        table.add(name, age).await;
    }
    let page = table.records("?offset=1&limit=2").await;
    assert_eq!((&page["total"], &page["matching"], &page["offset"]), (&json!(4), &json!(4), &json!(1)));
    assert_eq!(page["records"][0]["ordinal"], 2);
    assert_eq!(table.names("?sort=name").await, ["ana", "Ben", "Cleo", "Dora"]);
    assert_eq!(table.names("?sort=-age").await, ["Cleo", "Dora", "ana", "Ben"]);
    let filter = r#"[{"field":"age","op":"above","value":"9"},{"field":"id","op":"at_most","value":"3"}]"#;
    assert_eq!(table.names(&format!("?filter={}", escaped(filter))).await, ["Dora"]);
    assert_eq!(table.names("?q=LE").await, ["Cleo"]);
    for (query, word) in [("?sort=nonsense", "nonsense"), ("?filter=%5B", "filter"), ("?limit=x", "limit")] {
        let refused =
            table.server.call(Some(&table.ana), "GET", &format!("{}/records{query}", table.at), None).await;
        let said = refused.refused("bad_request");
        assert!(said["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{said} names {word}");
    }
    let stack = table.server.bring(&table.ana, &table.workspace, "function f {\n  stack {\n  }\n}\n").await;
    let path = format!("/workspaces/{}/objects/{stack}/records", table.workspace);
    table.server.call(Some(&table.ana), "GET", &path, None).await.refused("not_a_table");
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[actix_web::test]
async fn a_page_shows_what_was_acknowledged_before_it_was_asked_for() {
    let table = Table::new().await;
    let record = table.add("first", None).await;
    for n in 0..20_u64 {
        let name = format!("name {n}");
        let (field, base) =
            (&table.fields["name"], table.records("").await["revision"].as_u64().expect("a number"));
        let op = json!({ "op": "record_set", "record": record, "field": field, "value": name });
        table.edit(base, op).await.ok();
        assert_eq!(table.names("?sort=name").await, std::slice::from_ref(&name));
        let one = table.server.get(&table.ana, &format!("{}/records/{record}", table.at)).await;
        assert_eq!(one["cells"][field], json!(name));
    }
}

#[actix_web::test]
async fn values_that_do_not_fit_are_refused_with_the_field() {
    let table = Table::new().await;
    let record = table.add("Ana", None).await;
    for (field, value, word) in [
        ("age", json!("old"), "whole number"),
        ("email", json!("nobody"), "e-mail"),
        ("id", json!(7), "given by Baton"),
        ("secret", json!("hunter2"), "password"),
        ("name", json!(null), "required"),
        ("name", json!("x".repeat(70_000)), "too large"),
    ] {
        let op =
            json!({ "op": "record_set", "record": record, "field": table.fields[field], "value": value });
        let base = table.records("").await["revision"].as_u64().expect("a number");
        let said = table.edit(base, op).await.refused("bad_record");
        assert!(said["detail"].as_str().expect("words").contains(word), "{said}");
    }
    let show = json!({ "op": "records_show", "spans": [[1, 1]], "rows": 1 });
    table.edit(1, show).await.refused("not_permitted");
    let twice = json!({ "op": "record_insert", "record": record, "cells": {} });
    table.edit(0, twice).await.refused("id_taken");
    let gone = json!({ "op": "record_delete", "record": Uuid::now_v7() });
    table.edit(1, gone).await.refused("no_such_item");
}

#[actix_web::test]
async fn a_record_is_taken_back_after_a_restart_and_a_field_brings_its_values() {
    let table = Table::new().await;
    let record = table.add("Ana", Some(30)).await;
    let base = table.records("").await["revision"].as_u64().expect("a number");
    let gone = table.edit(base, json!({ "op": "record_delete", "record": record })).await.ok();
    assert_eq!(table.records("").await["total"], 0);
    let table = table.restart().await;
    table.revert(&gone["change"]).await.ok();
    assert_eq!(table.names("").await, ["Ana"]);
    table.revert(&gone["change"]).await.refused("already_reverted");
    table.revert(&json!(4_000)).await.refused("no_such_change");

    let base = table.records("").await["revision"].as_u64().expect("a number");
    let deleted = table.edit(base, json!({ "op": "delete", "item": table.fields["age"] })).await.ok();
    let table = table.restart().await;
    table.revert(&deleted["change"]).await.ok();
    assert_eq!(table.records("?sort=age").await["records"][0]["cells"][&table.fields["age"]], 30);
    let changes = table.server.get(&table.ana, &format!("{}/changes?limit=200", table.at)).await;
    let words: Vec<&str> = changes["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter_map(|change| change["words"].as_str())
        .collect();
    assert!(words.contains(&"Deleted record *1*"), "{words:?}");
}

#[actix_web::test]
async fn a_file_comes_in_is_taken_back_and_goes_out_as_it_came() {
    let table = Table::new().await;
    table.add("Dora", None).await;
    let file = "\u{feff}id;name;age;email;data\r\n7; Ana ;30;ana@example.com;\"{\"\"a\"\":[1]}\"\r\n8;\"Ben; jr\";;;\r\n";
    let told = table.import("&file=people.csv", file).await.ok();
    assert_eq!((&told["rows"], &told["skipped"]), (&json!(2), &json!(0)));
    assert_eq!(table.names("").await, ["Dora", "Ana", "Ben; jr"]);
    let out = answer(
        table
            .server
            .http
            .get(format!("{}/api/v1{}/records/export?sort=-id", table.server.running.url, table.at))
            .bearer_auth(&table.ana.token),
    )
    .await;
    assert_eq!(out.headers["baton-records"], "3");
    let wanted = "id,name,age,email,data\r\n3,\"Ben; jr\",,,\r\n2,Ana,30,ana@example.com,\"{\"\"a\"\":[1]}\"\r\n1,Dora,,,\r\n";
    assert_eq!(out.body, wanted);
    let back = table.revert(&told["change"]).await.ok();
    assert_eq!(table.names("").await, ["Dora"]);
    let table = table.restart().await;
    assert_eq!(table.names("").await, ["Dora"]);
    table.revert(&back["change"]).await.ok();
    assert_eq!(table.names("?sort=-name").await, ["Dora", "Ben; jr", "Ana"]);
}

#[actix_web::test]
async fn a_file_that_does_not_fit_leaves_nothing_behind() {
    let table = Table::new().await;
    let many = |bad: &str| {
        let rows: String = (0..1_500).map(|n| format!("person {n},{n}\n")).collect();
        format!("name,age\n{rows}{bad}")
    };
    let cases = [
        (many("broken,\"quote\n"), "bad_csv", "never closed"),
        (many("x,1\"2\n"), "bad_csv", "line 1502"),
        ("name,age,shoe size\nx,1,2\n".to_owned(), "bad_csv", "`shoe size`"),
        ("name,name\nx,y\n".to_owned(), "bad_csv", "twice"),
        ("name,secret\nx,y\n".to_owned(), "bad_csv", "password"),
        (String::new(), "nothing_to_do", ""),
        (many("x,old\ny\n"), "rows_invalid", "2 of 1502"),
    ];
    for (file, code, word) in cases {
        let said = table.import("", file).await.refused(code);
        assert!(said["detail"].as_str().unwrap_or_default().contains(word), "{said}");
    }
    assert_eq!(table.records("").await["total"], 0);
    let told = table.import("&on_error=skip", many("x,old\ny\n")).await.ok();
    assert_eq!((&told["rows"], &told["skipped"]), (&json!(1_500), &json!(2)));
    assert_eq!(told["problems"][0]["item"], "line 1502");
    assert_eq!(told["problems"][1]["message"], "has 1 values, and the first line names 2");
    let last = table.records("?sort=-id&limit=1").await;
    assert_eq!(last["matching"], 1_500);
}

#[actix_web::test]
async fn a_huge_file_is_refused_by_its_name() {
    let table = Table::new().await;
    let address = table.server.running.address;
    let path = format!("/api/v1{}/records/import?op_id={}", table.at, Uuid::now_v7());
    let head = |length: &str| {
        let token = &table.ana.token;
        format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{length}\r\n\r\n"
        )
    };
    // One that says how large it is, before any of it is read.
    let said = sent(address, &head("Content-Length: 1073741824"), 1, b"name\n").await;
    assert!(said.contains("413") && said.contains("body_too_large"), "{said}");
    // One that does not say so, and never ends.
    let line = [b"y,".as_slice(), &[b'x'; 100_000], b"\n"].concat();
    let lines = line.repeat(10);
    let chunk = [format!("{:x}\r\n", lines.len()).as_bytes(), &lines, b"\r\n"].concat();
    let first = "a\r\nname,data\n\r\n";
    let said = sent(address, &format!("{}{first}", head("Transfer-Encoding: chunked")), 2_000, &chunk).await;
    assert!(said.contains("body_too_large"), "{said}");
    assert_eq!(table.records("").await["total"], 0);
}

/// What a server says to a head and a piece sent so many times, or until it hangs up.
async fn sent(address: std::net::SocketAddr, head: &str, times: usize, piece: &[u8]) -> String {
    let socket = TcpStream::connect(address).await.expect("a connection");
    let (mut from, mut to) = socket.into_split();
    let (head, piece) = (head.to_owned(), piece.to_vec());
    let sending = actix_web::rt::spawn(async move {
        if to.write_all(head.as_bytes()).await.is_ok() {
            for _ in 0..times {
                if to.write_all(&piece).await.is_err() {
                    break;
                }
            }
        }
    });
    let mut said = Vec::new();
    let mut room = [0; 4096];
    while let Ok(count) = from.read(&mut room).await {
        said.extend_from_slice(&room[..count]);
        if count == 0 || String::from_utf8_lossy(&said).contains("request_id") {
            break;
        }
    }
    sending.abort();
    String::from_utf8_lossy(&said).into_owned()
}

#[actix_web::test]
async fn steps_that_use_a_field_are_found() {
    let table = Table::new().await;
    let source = "function find {\n  stack {\n    db.query people {\n      where = $db.people.age > 3\n    } as $x\n    db.del people {\n      field_name = \"id\"\n      field_value = 1\n    }\n  }\n}\n";
    let object = table.server.bring(&table.ana, &table.workspace, source).await;
    let usage = table.server.get(&table.ana, &format!("{}/usage?field=age", table.at)).await;
    let uses = usage["uses"].as_array().expect("uses");
    let seen: Vec<_> =
        uses.iter().map(|one| (one["object"].as_str().expect("an id"), &one["names_field"])).collect();
    assert_eq!(seen, [(object.as_str(), &json!(true)), (object.as_str(), &json!(false))]);
    let path = format!("{}/usage?field=shoe", table.at);
    table.server.call(Some(&table.ana), "GET", &path, None).await.refused("bad_request");
}
