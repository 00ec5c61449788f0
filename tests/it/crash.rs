//! The real program is killed at random moments, and started again on what it left: what was acknowledged is there, once.
//!
//! `BATON_KILLS=500 cargo test --test it crash` for a long run.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use baton::domain::id::{ObjectId, OpId, WorkspaceId};
use baton::domain::stack::{Revision, Stack};
use baton::domain::stored::Stored;
use baton::store::{ChangeFilter, Page, SqlStore, SqliteSettings, Store, open_sqlite};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::client::{Client, soon};
use crate::support::process::Serving;

const SOURCE: &str = "function count {\n  input {\n  }\n\n  stack {\n    var $a {\n      value = 0\n    }\n\n    var $b {\n      value = 0\n    }\n  }\n\n  response = $a\n}\n";
/// Kills after which the whole log is read.
pub const MOST_LOOKS: u32 = 20;
/// Operations that an editor sends before the answer to the first of them.
const IN_FLIGHT: usize = 3;
/// Longer than the graces that the test sets, and than a gap that the server takes for ordinary. `BATON_PAUSES` of them.
const PAUSE: Duration = Duration::from_secs(5);

/// Starts the program on the folder; the settings keep tokens good for a long run.
pub fn start(folder: &Path, more: &[&str]) -> Serving {
    let mut arguments = vec!["--demo", "--access-token-s", "86400", "--rate-calls", "100000"];
    arguments.extend(more);
    Serving::start(folder, &arguments, "cleo@")
}

/// Signs one of the demo's people in: the token and the workspace.
pub async fn sign_in(server: &Serving, email: &str) -> (String, String) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "email": email, "password": server.password(email) });
    let url = format!("{}/api/v1", server.url());
    let call = http.post(format!("{url}/auth/sign-in")).json(&body);
    let signed: Value = call.send().await.unwrap().json().await.unwrap();
    let token = signed["access_token"].as_str().expect("a token").to_owned();
    let me: Value =
        http.get(format!("{url}/me")).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    (token, me["workspaces"][0]["id"].as_str().expect("a workspace").to_owned())
}

/// Brings a function in: its id, and the ids of its steps.
pub async fn bring(server: &Serving, token: &str, workspace: &str) -> (String, Vec<String>) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/v1/workspaces/{workspace}", server.url());
    let body = json!({ "op_id": Uuid::now_v7(), "files": [{ "name": "count.xs", "text": SOURCE }] });
    let call = http.post(format!("{url}/import")).bearer_auth(token).json(&body);
    let told: Value = call.send().await.unwrap().json().await.unwrap();
    let object = told["files"][0]["object"].as_str().expect("an object").to_owned();
    let call = http.get(format!("{url}/objects/{object}?include_draft=true")).bearer_auth(token);
    let read: Value = call.send().await.unwrap().json().await.unwrap();
    let steps = read["nodes"].as_array().expect("nodes").iter().filter(|node| node["kind"] == "step");
    (object, steps.map(|step| step["id"].as_str().expect("an id").to_owned()).collect())
}

/// One page that counts in one field, with the pen in its hand or without.
struct Editor {
    client: Client,
    object: String,
    item: String,
    field: &'static str,
    /// The lock, if it holds one.
    fence: Option<Value>,
    revision: u64,
    count: u64,
    last: Option<Uuid>,
    /// Sent, and not answered.
    open: Vec<Value>,
    /// Answered: the revision of each.
    acknowledged: BTreeMap<Uuid, u64>,
}

impl Editor {
    async fn new(mut client: Client, object: &str, item: &str, field: &'static str, holds: bool) -> Editor {
        client.greet(Value::Null).await;
        let (mut fence, mut revision) = (None, 1);
        if holds {
            let path = json!({ "object": object, "item": item });
            let told = client.call(json!({ "type": "acquire", "op_id": Uuid::now_v7(), "path": path })).await;
            assert_eq!(told["ok"]["result"], "acquired", "{told}");
            (fence, revision) = (Some(told["ok"]["fence"].clone()), told["ok"]["revision"].as_u64().unwrap());
        }
        let (object, item) = (object.to_owned(), item.to_owned());
        let (open, acknowledged) = (Vec::new(), BTreeMap::new());
        Editor { client, object, item, field, fence, revision, count: 0, last: None, open, acknowledged }
    }

    fn next_edit(&mut self) -> Value {
        self.count += 1;
        let op =
            json!({ "op": "set", "item": self.item, "field": self.field, "text": self.count.to_string() });
        let op_id = Uuid::now_v7();
        let mut edit = json!({
            "type": "edit", "op_id": op_id, "object": self.object, "base_revision": self.revision, "op": op,
        });
        if let Some(fence) = &self.fence {
            edit["fence"] = fence.clone();
        }
        if let Some(last) = self.last.replace(op_id) {
            edit["prev_op"] = json!(last);
        }
        edit
    }

    /// Sends what was not answered again, and insists on an answer to each.
    async fn resend(&mut self) {
        for edit in std::mem::take(&mut self.open) {
            let answer = self.client.call(edit.clone()).await;
            self.take(&edit, &answer);
        }
    }

    /// Edits until the server is gone.
    async fn work(&mut self, answered: &Cell<u64>) {
        let mut waiting: Vec<u32> = Vec::new();
        loop {
            let edit = self.next_edit();
            self.open.push(edit.clone());
            let Some(re) = self.client.try_post(edit).await else { break };
            waiting.push(re);
            if waiting.len() < IN_FLIGHT {
                continue;
            }
            let Some(answer) = self.client.try_answer(waiting.remove(0)).await else { break };
            if is_to_be_repeated(&answer) {
                if !self.repeat(&mut waiting).await {
                    return;
                }
                continue;
            }
            let edit = self.open.remove(0);
            self.take(&edit, &answer);
            answered.set(answered.get() + 1);
        }
        // What reached us before the end was acknowledged too.
        for re in waiting {
            let Some(answer) = self.client.try_answer(re).await.filter(|one| !is_to_be_repeated(one)) else {
                return;
            };
            let edit = self.open.remove(0);
            self.take(&edit, &answer);
        }
    }

    /// On a machine that is too busy the room is held for a while: what is open is sent again in its order, as pages do. False
    /// if the server has gone.
    async fn repeat(&mut self, waiting: &mut Vec<u32>) -> bool {
        let mut kept = 1;
        for re in waiting.drain(..) {
            let Some(answer) = self.client.try_answer(re).await else { return false };
            if is_to_be_repeated(&answer) {
                kept += 1;
            } else {
                let edit = self.open.remove(kept);
                self.take(&edit, &answer);
            }
        }
        while let Some(edit) = self.open.first().cloned() {
            let Some(re) = self.client.try_post(edit.clone()).await else { return false };
            let Some(answer) = self.client.try_answer(re).await else { return false };
            if !is_to_be_repeated(&answer) {
                self.open.remove(0);
                self.take(&edit, &answer);
            }
        }
        true
    }

    fn take(&mut self, edit: &Value, answer: &Value) {
        assert_eq!(answer["ok"]["result"], "edited", "{answer} to {edit}");
        self.revision = answer["ok"]["revision"].as_u64().unwrap();
        let id = edit["op_id"].as_str().unwrap().parse().unwrap();
        let known = self.acknowledged.insert(id, self.revision);
        assert_eq!(known, None, "answered twice");
    }

    /// The page comes back as what it must be, with the lock that it had.
    async fn come_back(mut self, address: SocketAddr) -> Editor {
        let session = self.client.session.clone();
        self.client = self.client.return_to(address).await;
        if let Some(fence) = &self.fence {
            assert_eq!((self.client.arrival.as_str(), &self.client.session), ("reloaded", &session));
            let own = self.client.replica.locks.values().filter(|lock| lock["session"] == session.as_str());
            assert_eq!(own.map(|lock| &lock["fence"]).collect::<Vec<_>>(), [fence]);
        } else {
            assert_eq!(self.client.arrival, "new", "nothing durable knew the session");
        }
        self.resend().await;
        self
    }
}

fn is_to_be_repeated(answer: &Value) -> bool {
    answer["error"]["retry"] == true
}

/// What the dead server left, read as the next one will. If all of the log is read, what was acknowledged must be in it.
async fn look(folder: &Path, workspace: &str, object: &str, editors: &[Editor], whole: bool) -> Stored {
    let database = SqliteSettings::new(folder.join("data/baton.db"));
    let (store, connection) = open_sqlite(database).await.unwrap();
    connection.close().await;
    let workspace = WorkspaceId(workspace.parse().unwrap());
    let object = ObjectId(object.parse().unwrap());
    let stored = store.load_room(workspace).await.unwrap();
    let head = stored.objects.iter().find(|head| head.id == object).expect("the object");
    let mut found: BTreeMap<OpId, Vec<u64>> = BTreeMap::new();
    if whole {
        for (revision, op_id) in log(&store, workspace, object, head.revision).await {
            found.entry(op_id).or_default().push(revision);
        }
    }
    for editor in editors {
        assert!(head.revision.0 >= editor.revision, "acknowledged, and lost");
        for (id, revision) in editor.acknowledged.iter().filter(|_| whole) {
            let there = found.get(&OpId(*id)).map(Vec::as_slice);
            assert_eq!(there, Some([*revision].as_slice()), "acknowledged, and once in the log");
        }
    }
    store.close().await;
    stored
}

/// The log from the start, which must lead to the stored stack.
pub async fn log(
    store: &SqlStore,
    workspace: WorkspaceId,
    object: ObjectId,
    head: Revision,
) -> Vec<(u64, OpId)> {
    let mut operations = Vec::new();
    let mut page = Page { before: None, limit: 500 };
    loop {
        let changes = store.changes(workspace, object, &ChangeFilter::default(), page).await.unwrap();
        let Some(oldest) = changes.last() else { break };
        page.before = Some(oldest.number);
        for change in &changes {
            operations.extend(store.operations(workspace, object, change.number).await.unwrap());
        }
    }
    operations.sort_by_key(|operation| operation.revision);
    let mut stack = Stack::empty();
    for (at, operation) in operations.iter().enumerate() {
        assert_eq!(operation.revision, Revision(at as u64 + 1), "no gap and nothing twice");
        stack.apply(&operation.op, operation.revision, Some(operation.op_id)).unwrap();
    }
    assert_eq!(Revision(operations.len() as u64), head);
    let stored = store.load_stack(workspace, object, head).await.unwrap();
    assert_eq!(stored.draft.to_seeds(), stack.to_seeds(), "replayed from the start");
    operations.iter().map(|operation| (operation.revision.0, operation.op_id)).collect()
}

/// Requests by what they name, in their order.
fn queue(client: &Client) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    client.replica.requests.iter().map(|one| (text(&one["id"]), text(&one["session"]))).collect()
}

/// Kills once so many edits were answered and a random moment has passed.
pub async fn kill_at_random(server: Serving, answered: &Cell<u64>) {
    let (count, turns) = Uuid::new_v4().as_u64_pair();
    let wanted = answered.get() + count % 40;
    while answered.get() < wanted {
        tokio::task::yield_now().await;
    }
    for _ in 0..turns % 5_000 {
        tokio::task::yield_now().await;
    }
    server.kill();
}

#[tokio::test]
async fn scenario_12_13_14_whatever_was_acknowledged_survives_every_kill() {
    let kills: u32 = std::env::var("BATON_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path(), &[]);
    let (ana, workspace) = sign_in(&server, "ana@acme.example").await;
    let (ben, _) = sign_in(&server, "ben@acme.example").await;
    let (cleo, _) = sign_in(&server, "cleo@acme.example").await;
    let (object, steps) = bring(&server, &ana, &workspace).await;
    let page = async |token: &str| Client::at(server.address(), token, &workspace).await;
    let mut editors = vec![
        Editor::new(page(&ana).await, &object, &steps[0], "value", true).await,
        Editor::new(page(&ben).await, &object, &steps[1], "value", true).await,
        Editor::new(page(&cleo).await, &object, "response", "@value", false).await,
    ];
    let mut askers = [page(&ben).await, page(&cleo).await];
    for asker in &mut askers {
        asker.greet(Value::Null).await;
        let path = json!({ "object": object, "item": steps[0] });
        let ids = json!({ "op_id": Uuid::now_v7(), "request": Uuid::now_v7() });
        let ask = json!({ "type": "request_lock", "op_id": ids["op_id"], "request": ids["request"], "path": path, "note": "please" });
        assert_eq!(asker.call(ask).await["ok"]["result"], "waiting");
    }
    let picture = json!({ "type": "snapshot" });
    askers[1].call(picture.clone()).await;
    let order = queue(&askers[1]);
    assert_eq!(order.len(), 2);

    let answered = Cell::new(0);
    for kill in 1..=kills {
        tokio::join!(
            kill_at_random(server, &answered),
            join_all(editors.iter_mut().map(|editor| editor.work(&answered)))
        );
        // The log only grows, and reading all of it takes longer each time. What is lost or doubled once stays so.
        let whole = kill % kills.div_ceil(MOST_LOOKS) == 0;
        let stored = look(folder.path(), &workspace, &object, &editors, whole).await;
        assert_eq!((stored.locks.len(), stored.requests.len()), (2, 2));
        server = start(folder.path(), &[]);
        let address = server.address();
        // Whoever has nothing durable comes in first, and sees the others in their grace.
        let (with, without): (Vec<_>, Vec<_>) =
            editors.into_iter().partition(|editor| editor.fence.is_some());
        editors = Vec::new();
        for editor in without.into_iter().chain(with) {
            let holders: Vec<String> =
                editors.iter().map(|one: &Editor| one.client.session.clone()).collect();
            let back = editor.come_back(address).await;
            let away = |session: &Value| {
                session["state"] == "reconnecting"
                    && !holders.contains(&session["id"].as_str().unwrap().into())
            };
            let grace = back.client.replica.sessions.values().filter(|session| away(session)).count();
            assert_eq!(grace + holders.len() + 1, 5, "three held or waited besides");
            editors.push(back);
        }
        for asker in &mut askers {
            let session = asker.session.clone();
            let old = std::mem::replace(asker, Client::at(address, "", &workspace).await);
            *asker = old.return_to(address).await;
            assert_eq!((asker.arrival.as_str(), &asker.session), ("reloaded", &session));
            assert_eq!(queue(asker), order, "requests keep their order");
        }
    }
    for editor in &editors {
        assert!(editor.open.is_empty() && editor.acknowledged.len() as u64 == editor.count);
    }
    let mut first = editors.swap_remove(0).client;
    server.stop();
    assert_eq!(first.closed().await, (4000, "restart".to_owned()));
    look(folder.path(), &workspace, &object, &editors, true).await;
    println!("{kills} kills, {} answers", answered.get());
}

#[tokio::test]
async fn scenario_38_a_process_that_did_not_run_takes_no_lock_from_anybody() {
    let folder = tempfile::tempdir().unwrap();
    // Shorter than the pause: a clock that went on would have ended every session.
    let server = start(folder.path(), &["--lock-grace-ms", "1000", "--silence-ms", "3500"]);
    let (ana, workspace) = sign_in(&server, "ana@acme.example").await;
    let (object, steps) = bring(&server, &ana, &workspace).await;
    let page = async || Client::at(server.address(), &ana, &workspace).await;
    let mut here = Editor::new(page().await, &object, &steps[0], "value", true).await;
    let away = Editor::new(page().await, &object, &steps[1], "value", true).await;
    let session = away.client.session.clone();

    server.signal("STOP");
    let pauses: u32 = std::env::var("BATON_PAUSES").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    for _ in 0..pauses {
        let early = timeout(PAUSE, here.client.closed()).await;
        assert!(early.is_err(), "a stopped server closes nothing");
    }
    // One page stays on its socket, the other knocks with a new one while nobody answers.
    let (mut back, ()) = tokio::join!(away.client.return_to(server.address()), async {
        tokio::task::yield_now().await;
        server.signal("CONT");
    });
    assert_eq!((back.arrival.as_str(), &back.session), ("resumed", &session));
    for (client, fence) in [(&mut here.client, &here.fence), (&mut back, &away.fence)] {
        client.call(json!({ "type": "snapshot" })).await;
        let session = client.session.as_str();
        let own = client.replica.locks.values().filter(|lock| lock["session"] == session);
        assert_eq!(own.map(|lock| Some(&lock["fence"])).collect::<Vec<_>>(), [fence.as_ref()]);
    }
    let edit = here.next_edit();
    let answer = here.client.call(edit.clone()).await;
    here.take(&edit, &answer);
    server.stop();
}

#[tokio::test]
async fn scenario_12_whose_holder_never_comes_back_is_free_although_nobody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), &[]);
    let (ana, workspace) = sign_in(&server, "ana@acme.example").await;
    let (object, steps) = bring(&server, &ana, &workspace).await;
    let page = Client::at(server.address(), &ana, &workspace).await;
    let _holder = Editor::new(page, &object, &steps[0], "value", true).await;
    server.kill();
    let server = start(folder.path(), &["--lock-grace-ms", "300"]);
    let (store, connection) =
        open_sqlite(SqliteSettings::new(folder.path().join("data/baton.db"))).await.unwrap();
    connection.close().await;
    let workspace = WorkspaceId(workspace.parse().unwrap());
    soon("the end of the lock", async {
        while !store.load_room(workspace).await.unwrap().locks.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    store.close().await;
    server.stop();
}
