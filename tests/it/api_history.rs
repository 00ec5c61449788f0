//! History over HTTP: the log with its filters, undo, a look before a revert, parts that go live, versions, comparisons; and
//! what is refused, by name.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Person, Server};

const SOURCE: &str = "function greet {\n  input {\n    text name\n  }\n\n  stack {\n    var $x {\n      value = 1\n    }\n\n    var $y {\n      value = $x\n    }\n  }\n\n  response = $x\n}\n";
const CALLER: &str = "function caller {\n  input {\n  }\n\n  stack {\n    function.run greet {\n      input = {}\n    } as $r\n  }\n\n  response = $r\n}\n";

struct Desk {
    server: Server,
    ana: Person,
    workspace: String,
    /// `/workspaces/…/objects/…` of `greet`.
    at: String,
    steps: Vec<String>,
}

impl Desk {
    /// `greet`, live as version 1.
    async fn new() -> Desk {
        let server = Server::start(&[]).await;
        let (ana, workspace) = server.found().await;
        let files = json!([{ "name": "greet.xs", "text": SOURCE }, { "name": "caller.xs", "text": CALLER }]);
        let body = json!({ "op_id": Uuid::now_v7(), "files": files, "publish": "first" });
        let told = server.post(&ana, &format!("/workspaces/{workspace}/import"), body).await.ok();
        let at = format!(
            "/workspaces/{workspace}/objects/{}",
            told["files"][0]["object"].as_str().expect("an id")
        );
        let read = server.get(&ana, &format!("{at}?include_draft=true")).await;
        let nodes = read["nodes"].as_array().expect("nodes").iter().filter(|node| node["kind"] == "step");
        let steps = nodes.map(|node| node["id"].as_str().expect("an id").to_owned()).collect();
        Desk { server, ana, workspace, at, steps }
    }

    async fn revision(&self) -> u64 {
        let read = self.server.get(&self.ana, &format!("{}?include_draft=true", self.at)).await;
        read["head"]["revision"].as_u64().expect("a revision")
    }

    async fn edit(&self, step: usize, text: &str) -> Value {
        let op = json!({ "op": "set", "item": self.steps[step], "field": "value", "text": text });
        let body = json!({ "op_id": Uuid::now_v7(), "base_revision": self.revision().await, "op": op });
        self.server.post(&self.ana, &format!("{}/edits", self.at), body).await.ok()
    }

    async fn post(&self, path: &str, mut body: Value) -> crate::api_support::Answer {
        if body.get("op_id").is_none() {
            body["op_id"] = json!(Uuid::now_v7());
        }
        self.server.post(&self.ana, &format!("{}{path}", self.at), body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.server.get(&self.ana, &format!("{}{path}", self.at)).await
    }

    async fn publish(&self) -> Value {
        self.post("/publish", json!({ "revision": self.revision().await, "description": "next" })).await.ok()
    }

    async fn value(&self, step: usize) -> String {
        let read = self.get("?include_draft=true").await;
        let nodes = read["nodes"].as_array().expect("nodes").clone();
        let node = nodes.into_iter().find(|node| node["id"] == self.steps[step].as_str()).expect("the step");
        let fields = node["fields"].as_array().expect("fields").clone();
        let field = fields.into_iter().find(|field| field["name"] == "value").expect("a value");
        field["text"].as_str().expect("text").to_owned()
    }
}

fn numbers(page: &Value) -> Vec<u64> {
    let all = page["changes"].as_array().expect("changes").iter();
    all.map(|change| change["number"].as_u64().expect("a number")).collect()
}

#[actix_web::test]
async fn the_log_is_filtered_and_paged() {
    let desk = Desk::new().await;
    desk.edit(0, "2").await;
    desk.edit(1, "3").await;
    desk.post("/undo", json!({})).await.ok();
    let all = desk.get("/changes").await;
    assert_eq!(numbers(&all), [4, 3, 2, 1]);
    assert_eq!(
        (all["changes"][3]["published"].as_u64(), all["changes"][0]["taken"].clone()),
        (Some(1), json!([[3, 3]]))
    );
    let first = desk.get("/changes?limit=2").await;
    assert_eq!((numbers(&first), first["next"].as_u64()), (vec![4, 3], Some(3)));
    assert_eq!(numbers(&desk.get("/changes?limit=2&before=3").await), [2, 1]);
    assert_eq!(numbers(&desk.get(&format!("/changes?item={}", desk.steps[1])).await), [4, 3]);
    assert_eq!(numbers(&desk.get("/changes?kind=undo").await), [4]);
    assert_eq!(numbers(&desk.get(&format!("/changes?author={}&kind=edit", desk.ana.id)).await), [3, 2]);
    assert!(numbers(&desk.get("/changes?until=1").await).is_empty());
    assert_eq!(numbers(&desk.get("/changes?since=1&kind=import").await), [1]);
    assert_eq!(desk.get("/changes/3").await["reverted_by"], 4);
    for wrong in
        ["/changes?kind=mood", "/changes?item=nonsense", "/changes?author=nobody", "/changes?before=x"]
    {
        desk.server
            .call(Some(&desk.ana), "GET", &format!("{}{wrong}", desk.at), None)
            .await
            .refused("bad_request");
    }
}

#[actix_web::test]
async fn one_looks_before_one_takes_back() {
    let desk = Desk::new().await;
    desk.edit(0, "2").await;
    let op = json!({ "op": "set", "item": "response", "field": "@value", "text": "$y" });
    let edit = json!({ "base_revision": desk.revision().await, "op": op });
    desk.post("/edits", edit).await.ok();
    let look = desk.post("/revert/check", json!({ "changes": [3] })).await.ok();
    assert_eq!(
        (look["changes"].clone(), look["breaks"][0]["what"].clone()),
        (json!([[3, 3]]), json!("called"))
    );
    let done = desk.post("/revert", json!({ "changes": [2] })).await.ok();
    assert_eq!((done["result"].clone(), desk.value(0).await), (json!("reverted"), "1".into()));
    desk.post("/redo", json!({})).await.refused("nothing_to_undo");
    desk.post("/undo", json!({})).await.ok();
    assert_eq!(desk.value(0).await, "2");
    desk.post("/redo", json!({})).await.ok();
    assert_eq!(desk.value(0).await, "1");
}

#[actix_web::test]
async fn what_cannot_be_taken_back_says_why_and_changes_nothing() {
    let desk = Desk::new().await;
    desk.edit(0, "2").await;
    let before = desk.revision().await;
    desk.post("/revert", json!({ "changes": [99] })).await.refused("no_such_change");
    desk.post("/revert", json!({ "changes": [1] })).await.refused("change_published");
    desk.post("/revert", json!({ "changes": [] })).await.refused("nothing_to_do");
    desk.post("/revert", json!({ "author": Uuid::now_v7() })).await.refused("nothing_to_do");
    desk.post("/revert", json!({ "changes": [2], "author": desk.ana.id })).await.refused("bad_request");
    desk.post("/revert", json!({ "collisions": "maybe" })).await.refused("bad_request");
    desk.post("/revert", json!({ "locks": "park" })).await.refused("bad_text");
    let many: Vec<u64> = (0..10_001).collect();
    desk.post("/revert", json!({ "changes": many })).await.refused("too_many");
    assert_eq!(desk.revision().await, before, "nothing was changed");
    desk.post("/revert", json!({ "changes": [2] })).await.ok();
    desk.post("/revert", json!({ "changes": [2] })).await.refused("already_reverted");
    let elsewhere = format!("/workspaces/{}/objects/{}/revert", desk.workspace, Uuid::now_v7());
    desk.server.post(&desk.ana, &elsewhere, json!({ "op_id": Uuid::now_v7() })).await.refused("not_found");
}

#[actix_web::test]
async fn readers_get_what_is_live_until_it_is_published() {
    let desk = Desk::new().await;
    desk.edit(0, "2").await;
    let live = desk.get("").await;
    let draft = desk.get("?include_draft=true").await;
    assert!(live["nodes"] != draft["nodes"] && live["nodes"] == draft["published"]);
    let preview = desk.post("/publish/check", json!({})).await.ok();
    assert_eq!(
        (preview["authors"][0]["changes"].as_u64(), preview["changes"].clone()),
        (Some(1), json!([[2, 2]]))
    );
    desk.post("/publish", json!({ "revision": 1 })).await.refused("base_mismatch");
    desk.post("/publish", json!({ "revision": 2, "authors": [Uuid::now_v7()] }))
        .await
        .refused("nothing_to_do");
    let done = desk.post("/publish", json!({ "revision": 2, "ask_to_save": true })).await.ok();
    assert_eq!(done["version"], 2);
    desk.post("/publish", json!({ "revision": 2 })).await.refused("already_published");
    assert_eq!(desk.get("").await["nodes"], draft["nodes"]);
    assert_eq!(desk.get("/versions").await["versions"][0]["whole"], true);
}

#[actix_web::test]
async fn a_version_comes_back_and_any_two_states_are_compared() {
    let desk = Desk::new().await;
    desk.edit(0, "2").await;
    desk.publish().await;
    desk.edit(1, "3").await;
    let marks = |found: &Value| {
        let of = |name: &str| found[name].as_u64().expect("a count");
        (of("added"), of("removed"), of("changed"), of("moved"))
    };
    let both = desk.get("/compare?a=version:1&b=draft").await;
    assert_eq!((marks(&both), both["rows"].as_array().expect("rows").len()), ((0, 0, 2, 0), 2));
    assert_eq!(both["rows"][0]["fields"], json!([{ "name": "value", "a": "1", "b": "2" }]));
    let change = desk.get("/compare?a=before:3&b=change:3&text=true").await;
    assert_eq!(marks(&change), (0, 0, 1, 0));
    let lines = change["lines"].as_array().expect("lines");
    let differ: Vec<&str> = lines
        .iter()
        .filter(|line| line["a"].is_null() || line["b"].is_null())
        .map(|line| line["text"].as_str().expect("text").trim())
        .collect();
    assert_eq!(differ, ["value = $x", "value = 3"]);
    assert!(
        desk.get("/compare?a=published&b=published&all=true").await["rows"].as_array().expect("rows").len()
            > 4
    );
    for wrong in ["a=draft&b=mood", "a=draft&b=version:x", "a=draft", "a=draft&b=parked:1"] {
        let path = format!("{}/compare?{wrong}", desk.at);
        desk.server.call(Some(&desk.ana), "GET", &path, None).await.refused("bad_request");
    }
    for gone in ["version:9", "change:99"] {
        let path = format!("{}/compare?a=draft&b={gone}", desk.at);
        desk.server.call(Some(&desk.ana), "GET", &path, None).await.refused("not_found");
    }
    let parked = format!("{}/compare?a=draft&b=parked:{}", desk.at, Uuid::now_v7());
    desk.server.call(Some(&desk.ana), "GET", &parked, None).await.refused("no_such_parked_draft");

    let revision = desk.revision().await;
    desk.post("/versions/1/restore", json!({ "revision": revision - 1 })).await.refused("base_mismatch");
    desk.post("/versions/9/restore", json!({ "revision": revision })).await.refused("not_found");
    desk.post("/versions/1/restore", json!({ "revision": revision })).await.ok();
    assert_eq!((desk.value(0).await, desk.value(1).await), ("1".into(), "$x".into()));
    let now = desk.revision().await;
    desk.post("/versions/1/restore", json!({ "revision": now })).await.refused("nothing_to_do");
    assert_eq!(desk.get("/changes?kind=restore").await["changes"][0]["words"], "Restored version 1");
    // Somebody else's pen on a step that would change is in the way.
    desk.post("/undo", json!({})).await.ok();
    let session = desk
        .server
        .post(&desk.ana, &format!("/workspaces/{}/sessions", desk.workspace), json!({ "device": "a script" }))
        .await
        .ok();
    let header = format!(
        "{}:{}",
        session["session"].as_str().expect("id"),
        session["secret"].as_str().expect("secret")
    );
    let object = desk.at.rsplit('/').next().expect("an id");
    let lock = json!({ "op_id": Uuid::now_v7(), "path": { "object": object, "item": desk.steps[0] } });
    let path = format!("/workspaces/{}/locks", desk.workspace);
    let headers = [("baton-session", header.as_str())];
    desk.server.call_with(Some(&desk.ana), "POST", &path, Some(lock), &headers).await.ok();
    let revision = desk.revision().await;
    desk.post("/versions/1/restore", json!({ "revision": revision })).await.refused("locked");
    desk.post("/revert", json!({})).await.ok();
    assert_eq!((desk.value(0).await, desk.value(1).await), ("2".into(), "$x".into()));
}
