//! What goes wrong around the program: its disk, its limits, its clients, and the time it runs.
//!
//! Each test asserts that nothing acknowledged is lost, that the others go on, that the log says what happened, and that it
//! needs no hands afterwards; it prints its figures. `make faults` and `make soak` run the long forms.

mod clients;
mod limits;
mod soak;
mod storage;
mod storm;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use baton::domain::id::{ObjectId, OpId, UserId, WorkspaceId};
use baton::store::{SqliteSettings, Store, open_sqlite};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::crash;
use crate::support::client::Client;
use crate::support::process::Serving;

/// A number from the environment, for the long forms.
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The program with a demo workspace and a function in it.
struct Site {
    folder: TempDir,
    server: Serving,
    workspace: String,
    token: String,
    object: String,
    steps: Vec<String>,
}

impl Site {
    async fn start(more: &[&str]) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let server = crash::start(folder.path(), more);
        let (token, workspace) = crash::sign_in(&server, "ana@acme.example").await;
        let (object, steps) = crash::bring(&server, &token, &workspace).await;
        Site { folder, server, workspace, token, object, steps }
    }

    fn database(&self) -> PathBuf {
        database(self.folder.path())
    }

    async fn page(&self) -> Client {
        let mut client = Client::at(self.server.address(), &self.token, &self.workspace).await;
        client.greet(Value::Null).await;
        client
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap()
    }

    /// Sets a limit of the running program, as `prlimit` names it; nothing as its value takes the limit back.
    fn limit(&self, what: &str, soft: &str) {
        let argument = format!("--{what}={}:", if soft.is_empty() { "unlimited" } else { soft });
        let pid = self.server.id().to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &argument]).status().unwrap();
        assert!(status.success(), "prlimit {argument}");
    }
}

fn database(folder: &Path) -> PathBuf {
    folder.join("data/baton.db")
}

/// Somebody who edits one step under its lock, and remembers what was acknowledged.
struct Hand {
    client: Client,
    object: String,
    item: String,
    fence: Value,
    revision: u64,
    count: u64,
    acknowledged: BTreeMap<Uuid, u64>,
}

impl Hand {
    async fn new(site: &Site, step: usize) -> Hand {
        let (mut client, item) = (site.page().await, site.steps[step].clone());
        let path = json!({ "object": site.object, "item": item });
        let told = client.call(json!({ "type": "acquire", "op_id": Uuid::now_v7(), "path": path })).await;
        assert_eq!(told["ok"]["result"], "acquired", "{told}");
        let (fence, revision) = (told["ok"]["fence"].clone(), told["ok"]["revision"].as_u64().unwrap());
        let (object, acknowledged) = (site.object.clone(), BTreeMap::new());
        Hand { client, object, item, fence, revision, count: 0, acknowledged }
    }

    /// The next edit, with so many letters.
    fn next(&mut self, letters: usize) -> Value {
        self.count += 1;
        let text = format!("\"{}{}\"", self.count, "x".repeat(letters));
        let op = json!({ "op": "set", "item": self.item, "field": "value", "text": text });
        json!({
            "type": "edit", "op_id": Uuid::now_v7(), "object": self.object, "fence": self.fence,
            "base_revision": self.revision, "op": op,
        })
    }

    /// Makes live what everybody has done up to their own last edit, which must be the latest of all.
    async fn publish(&mut self) {
        let told = self
            .client
            .call(json!({
                "type": "publish", "op_id": Uuid::now_v7(), "object": self.object, "revision": self.revision,
                "description": "so far",
            }))
            .await;
        assert_eq!(told["ok"]["result"], "published", "{told}");
    }

    /// Edits, again and again if it is told to try later.
    async fn edit(&mut self, letters: usize) {
        let edit = self.next(letters);
        self.insist(&edit).await;
    }

    async fn insist(&mut self, edit: &Value) {
        loop {
            let answer = self.client.call(edit.clone()).await;
            if answer["error"]["code"] == "retry_later" {
                // The next frame is that the room has changed; there is nothing else to wait for.
                self.client.pings(1).await;
                continue;
            }
            return self.take(edit, &answer);
        }
    }

    fn take(&mut self, edit: &Value, answer: &Value) {
        assert_eq!(answer["ok"]["result"], "edited", "{answer}");
        self.revision = answer["ok"]["revision"].as_u64().unwrap();
        self.acknowledged.insert(edit["op_id"].as_str().unwrap().parse().unwrap(), self.revision);
    }

    /// What was acknowledged is in the database of a server that has ended.
    async fn is_kept(&self, folder: &Path, user: UserId, workspace: &str) {
        let (store, connection) = open_sqlite(SqliteSettings::new(database(folder))).await.unwrap();
        connection.close().await;
        let workspace = WorkspaceId(workspace.parse().unwrap());
        for (op, revision) in &self.acknowledged {
            let kept = store.receipt(workspace, user, OpId(*op)).await.unwrap();
            assert!(kept.is_some(), "{op}, acknowledged as revision {revision}, is gone");
        }
        let object = ObjectId(self.object.parse().unwrap());
        let stored = store.load_room(workspace).await.unwrap();
        let head = stored.objects.iter().find(|head| head.id == object).expect("the object").revision;
        assert!(head.0 >= self.revision);
        store.load_stack(workspace, object, head).await.unwrap();
        store.close().await;
    }

    /// Who the account is.
    fn user(&self) -> UserId {
        let own = &self.client.replica.sessions[&self.client.session];
        UserId(own["user"].as_str().expect("a user").parse().unwrap())
    }
}
