//! The real program is killed while many people edit, undo, revert, restore and publish: what was answered is there, once and
//! whole, and the log leads from its start to what is stored.
//!
//! `make crash` for a long run: `BATON_KILLS=200 BATON_CLIENTS=20`.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;

use baton::domain::command::ChangeKind;
use baton::domain::id::{ObjectId, OpId, WorkspaceId};
use baton::store::{ChangeFilter, Page, SqlStore, SqliteSettings, Store, open_sqlite};
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::crash::{MOST_LOOKS, kill_at_random, log, sign_in, start};
use crate::support::client::Client;
use crate::support::process::Serving;

/// Objects that are worked on.
const OBJECTS: usize = 3;
/// While a long log is read nobody answers pings.
const PATIENT: &[&str] = &["--silence-ms", "600000"];

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A function with a step for each client.
fn source(name: &str, steps: usize) -> String {
    let steps: Vec<String> =
        (0..steps).map(|n| format!("    var $v{n} {{\n      value = 0\n    }}\n")).collect();
    format!(
        "function {name} {{\n  input {{\n  }}\n\n  stack {{\n{}  }}\n\n  response = $v0\n}}\n",
        steps.join("\n")
    )
}

/// An object with its steps.
struct Object {
    id: String,
    steps: Vec<String>,
}

async fn bring(server: &Serving, token: &str, workspace: &str, name: &str, steps: usize) -> Object {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/v1/workspaces/{workspace}", server.url());
    let files = json!([{ "name": format!("{name}.xs"), "text": source(name, steps) }]);
    let body = json!({ "op_id": Uuid::now_v7(), "files": files, "publish": "first" });
    let call = http.post(format!("{url}/import")).bearer_auth(token).json(&body);
    let told: Value = call.send().await.unwrap().json().await.unwrap();
    let id = told["files"][0]["object"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    let call = http.get(format!("{url}/objects/{id}?include_draft=true")).bearer_auth(token);
    let read: Value = call.send().await.unwrap().json().await.unwrap();
    let nodes = read["nodes"].as_array().expect("nodes").iter().filter(|node| node["kind"] == "step");
    Object { id, steps: nodes.map(|step| step["id"].as_str().expect("an id").to_owned()).collect() }
}

/// One page that does all sorts of things, one at a time, each answered before the next.
struct Person {
    client: Client,
    user: String,
    place: usize,
    random: u64,
    count: u64,
    revisions: BTreeMap<String, u64>,
    /// Sent, and not answered.
    open: Option<Value>,
    /// Answered well: by the op_id, in which object, and with what.
    done: BTreeMap<Uuid, (String, Value)>,
}

impl Person {
    async fn new(mut client: Client, user: String, place: usize) -> Person {
        client.greet(Value::Null).await;
        let random = Uuid::new_v4().as_u64_pair().0 | 1;
        let (revisions, done) = (BTreeMap::new(), BTreeMap::new());
        Person { client, user, place, random, count: 0, revisions, open: None, done }
    }

    fn below(&mut self, bound: u64) -> u64 {
        // Xorshift: enough to be different each time.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound
    }

    fn next(&mut self, objects: &[Object]) -> Value {
        self.count += 1;
        let object = &objects[usize::try_from(self.below(OBJECTS as u64)).unwrap()];
        let revision = self.revisions.get(&object.id).copied().unwrap_or(1);
        let ids = json!({ "op_id": Uuid::now_v7(), "object": object.id });
        let mut message = match self.below(20) {
            0 | 1 => json!({ "type": "undo_change" }),
            2 => json!({ "type": "redo_change" }),
            3 => json!({ "type": "revert", "author": self.user, "collisions": "keep" }),
            4 if self.below(4) == 0 => json!({ "type": "revert", "collisions": "take" }),
            5 => json!({ "type": "publish", "revision": revision, "description": "all" }),
            6 => {
                let authors = [&self.user];
                json!({ "type": "publish", "revision": revision, "authors": authors, "dependencies": true })
            }
            7 => {
                let seeds = [json!({
                    "id": Uuid::now_v7(), "kind": "step", "word": "var", "parent": "stack",
                    "fields": [{ "name": "@subject", "text": "$new" }, { "name": "value", "text": "1" }],
                })];
                json!({ "type": "edit", "base_revision": revision, "op": { "op": "insert", "parent": "stack", "seeds": seeds } })
            }
            _ => {
                let item = &object.steps[self.place % object.steps.len()];
                let op =
                    json!({ "op": "set", "item": item, "field": "value", "text": self.count.to_string() });
                json!({ "type": "edit", "base_revision": revision, "op": op })
            }
        };
        for (name, value) in ids.as_object().unwrap() {
            message[name] = value.clone();
        }
        message
    }

    /// Works until the server is gone.
    async fn work(&mut self, objects: &[Object], answered: &Cell<u64>) {
        loop {
            let message = self.next(objects);
            self.open = Some(message.clone());
            let Some(re) = self.client.try_post(message).await else { return };
            let Some(answer) = self.client.try_answer(re).await else { return };
            self.take(&answer);
            answered.set(answered.get() + 1);
        }
    }

    fn take(&mut self, answer: &Value) {
        let message = self.open.take().expect("something was asked");
        let object = message["object"].as_str().unwrap().to_owned();
        if let Some(at) = answer["ok"]["revision"].as_u64() {
            self.revisions.insert(object.clone(), at);
        }
        if answer["type"] == "error" {
            let code = answer["error"]["code"].as_str().unwrap_or_default().to_owned();
            let refusals = [
                "base_mismatch",
                "locked",
                "locked_below",
                "nothing_to_do",
                "nothing_to_undo",
                "revert_conflict",
                "already_published",
                "no_such_item",
                "lock_quota",
                "already_reverted",
            ];
            assert!(refusals.contains(&code.as_str()), "{answer} to {message}");
            // What is behind catches up by what the refusal says.
            let now =
                answer["error"]["detail"].as_str().and_then(|text| text.rsplit(' ').next()?.parse().ok());
            if let Some(now) = now.filter(|_| code == "base_mismatch") {
                self.revisions.insert(object, now);
            }
            return;
        }
        let id = message["op_id"].as_str().unwrap().parse().unwrap();
        let known = self.done.insert(id, (object, answer["ok"].clone()));
        assert!(known.is_none(), "answered twice");
    }

    /// The page comes back and insists on the answer that it did not get.
    async fn come_back(mut self, address: SocketAddr) -> Person {
        self.client = self.client.return_to(address).await;
        if let Some(message) = self.open.clone() {
            let answer = self.client.call(message).await;
            self.take(&answer);
        }
        self
    }
}

/// What the dead server left must be what was answered, and must agree with itself.
async fn look(folder: &Path, workspace: &str, objects: &[Object], people: &[Person]) {
    let database = SqliteSettings::new(folder.join("data/baton.db"));
    let (store, connection) = open_sqlite(database).await.unwrap();
    connection.close().await;
    let workspace = WorkspaceId(workspace.parse().unwrap());
    let stored = store.load_room(workspace).await.unwrap();
    for object in objects {
        let id = ObjectId(object.id.parse().unwrap());
        let head = stored.objects.iter().find(|head| head.id == id).expect("the object");
        let log: BTreeMap<OpId, u64> =
            log(&store, workspace, id, head.revision).await.into_iter().map(|(at, op)| (op, at)).collect();
        let loaded = store.load_stack(workspace, id, head.revision).await.unwrap();
        let standing = loaded.changes.iter().filter(|change| change.stands()).count() as u64;
        assert_eq!(head.changes, standing, "the head counts what stands");
        let versions = versions(&store, workspace, id).await;
        assert_eq!(
            versions.keys().copied().collect::<Vec<_>>(),
            (1..=versions.len() as u64).collect::<Vec<_>>()
        );
        assert_eq!(head.version.as_ref().map(|live| live.number), versions.keys().last().copied());
        let changes = changes(&store, workspace, id).await;
        for (number, (reverted_by, _, _)) in &changes {
            let takes = |by: &u64| changes.get(by).is_some_and(|(_, taken, _)| taken.contains(number));
            assert!(reverted_by.as_ref().is_none_or(takes), "{number} is taken back by nobody");
        }
        let did = people.iter().flat_map(|person| &person.done).filter(|(_, (of, _))| *of == object.id);
        for (op_id, (_, receipt)) in did {
            let revision = receipt["revision"].as_u64().unwrap();
            match receipt["result"].as_str().unwrap() {
                "edited" => {
                    assert_eq!(log.get(&OpId(*op_id)), Some(&revision), "acknowledged, and once in the log")
                }
                "reverted" => {
                    let (_, _, kind) = changes.get(&receipt["change"].as_u64().unwrap()).expect("the revert");
                    assert!(kind.takes_back() || *kind == ChangeKind::Restore);
                }
                "published" => {
                    let at = versions.get(&receipt["version"].as_u64().unwrap());
                    assert_eq!(at, Some(&revision), "acknowledged, and live");
                }
                other => panic!("{other}: {receipt}"),
            }
        }
    }
    store.close().await;
}

/// The revision of each version; the content of those that are whole must be the log's there.
async fn versions(store: &SqlStore, workspace: WorkspaceId, object: ObjectId) -> BTreeMap<u64, u64> {
    let (mut found, mut page) = (BTreeMap::new(), Page { before: None, limit: 500 });
    loop {
        let heads = store.versions(workspace, object, page).await.unwrap();
        let Some(oldest) = heads.last() else { return found };
        page.before = Some(oldest.number);
        for head in &heads {
            found.insert(head.number, head.revision.0);
        }
        // The newest of a page stand for the rest: each is looked at soon after it was made.
        for head in heads.iter().take(3).filter(|head| head.whole) {
            let (_, content) = store.version(workspace, object, head.number).await.unwrap();
            let there = store.content_at(workspace, object, head.revision).await.unwrap();
            assert_eq!(content.to_seeds(), there.to_seeds(), "version {} is what the log gives", head.number);
        }
    }
}

/// What took each change back, what it took, and its kind.
type Marks = BTreeMap<u64, (Option<u64>, BTreeSet<u64>, ChangeKind)>;

async fn changes(store: &SqlStore, workspace: WorkspaceId, object: ObjectId) -> Marks {
    let (mut found, mut page) = (Marks::new(), Page { before: None, limit: 500 });
    loop {
        let rows = store.changes(workspace, object, &ChangeFilter::default(), page).await.unwrap();
        let Some(oldest) = rows.last() else { return found };
        page.before = Some(oldest.number);
        for row in rows {
            found.insert(row.number, (row.reverted_by, row.taken.iter().collect(), row.kind));
        }
    }
}

#[tokio::test]
async fn history_survives_every_kill() {
    let (kills, count) = (number("BATON_KILLS", 5), number("BATON_CLIENTS", 6));
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path(), PATIENT);
    let mut tokens = Vec::new();
    let mut workspace = String::new();
    for email in ["ana@acme.example", "ben@acme.example", "cleo@acme.example"] {
        let (token, at) = sign_in(&server, email).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let me = http.get(format!("{}/api/v1/me", server.url())).bearer_auth(&token);
        let me: Value = me.send().await.unwrap().json().await.unwrap();
        tokens.push((token, me["user"]["id"].as_str().unwrap_or_else(|| panic!("{me}")).to_owned()));
        workspace = at;
    }
    let mut objects = Vec::new();
    for n in 0..OBJECTS {
        objects.push(bring(&server, &tokens[0].0, &workspace, &format!("work{n}"), count).await);
    }
    let mut people = Vec::new();
    for n in 0..count {
        let (token, user) = &tokens[n % tokens.len()];
        let client = Client::at(server.address(), token, &workspace).await;
        people.push(Person::new(client, user.clone(), n).await);
    }
    let answered = Cell::new(0);
    for kill in 1..=kills {
        // The log only grows, and reading all of it takes longer each time. What is lost or doubled once stays so.
        let looks = kill % kills.div_ceil(MOST_LOOKS as usize) == 0;
        tokio::join!(
            kill_at_random(server, &answered),
            join_all(people.iter_mut().map(|person| person.work(&objects, &answered)))
        );
        if looks {
            look(folder.path(), &workspace, &objects, &people).await;
        }
        server = start(folder.path(), PATIENT);
        let address = server.address();
        people = join_all(people.into_iter().map(|person| person.come_back(address))).await;
        if looks {
            look(folder.path(), &workspace, &objects, &people).await;
        }
    }
    server.stop();
    look(folder.path(), &workspace, &objects, &people).await;
    let kinds: BTreeSet<&str> = people
        .iter()
        .flat_map(|person| person.done.values())
        .filter_map(|(_, receipt)| receipt["result"].as_str())
        .collect();
    println!("{kills} kills, {} answers: {kinds:?}", answered.get());
}
