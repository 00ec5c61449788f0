//! Locks over HTTP: a program with a session of its own, the same rules and the same errors as on the socket.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Answer, Person, Server};

const SOURCE: &str = "function hello {\n  input {\n  }\n\n  stack {\n  }\n\n  response = 1\n}\n";

/// A program with a session.
struct Program<'a> {
    server: &'a Server,
    who: &'a Person,
    at: String,
    key: String,
}

impl Program<'_> {
    async fn open<'a>(server: &'a Server, who: &'a Person, workspace: &str) -> Program<'a> {
        let at = format!("/workspaces/{workspace}");
        let made = server.post(who, &format!("{at}/sessions"), json!({ "device": "a script" })).await.ok();
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        Program { server, who, at, key: format!("{}:{}", text("session"), text("secret")) }
    }

    async fn say(&self, path: &str, body: Value) -> Answer {
        let headers = [("baton-session", self.key.as_str())];
        let path = format!("{}/{path}", self.at);
        self.server.call_with(Some(self.who), "POST", &path, Some(body), &headers).await
    }
}

fn about(path: &Value) -> Value {
    json!({ "op_id": Uuid::now_v7(), "path": path })
}

#[actix_web::test]
async fn scenario_32_a_write_without_the_pen_is_423_with_the_holder_and_what_one_may_do() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let object = server.bring(&ana, &acme, SOURCE).await;
    let path = json!({ "object": object, "item": "response" });
    let holder = Program::open(&server, &ben, &acme).await;
    let held = holder.say("locks", about(&path)).await.ok();

    let op = json!({ "op": "set", "item": "response", "field": "@value", "text": "2" });
    let edits = format!("objects/{object}/edits");
    let edit = |base: u64| json!({ "op_id": Uuid::now_v7(), "base_revision": base, "op": op });
    // Without a session: refused, with the holder and what an owner may do.
    let refused = server.post(&ana, &format!("{}/{edits}", holder.at), edit(1)).await.refused("locked");
    assert_eq!((&refused["status"], &refused["holder"]["user"]), (&json!(423), &json!(ben.id)));
    assert_eq!(refused["may"], json!(["request", "force"]));
    // With a session that does not hold it: the same, for the pen and for the write.
    let other = Program::open(&server, &ana, &acme).await;
    let busy = other.say("locks", about(&path)).await.refused("locked");
    assert_eq!(busy["may"], json!(["request", "force"]));
    other.say(&edits, edit(1)).await.refused("locked");
    let mut stolen = edit(1);
    stolen["fence"] = held["fence"].clone();
    other.say(&edits, stolen).await.refused("not_held");
    // The holder writes; and what nobody holds is written in one go.
    let mut own = edit(1);
    own["fence"] = held["fence"].clone();
    assert_eq!(holder.say(&edits, own).await.ok()["result"], "edited");
    let mut release = about(&path);
    release["fence"] = held["fence"].clone();
    holder.say("locks/release", release).await.ok();
    assert_eq!(server.post(&ana, &format!("{}/{edits}", holder.at), edit(2)).await.ok()["result"], "edited");
}

#[actix_web::test]
async fn every_lock_door_is_open_to_a_program() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let object = server.bring(&ana, &acme, SOURCE).await;
    let path = json!({ "object": object, "item": "response" });
    let (one, two) = (Program::open(&server, &ben, &acme).await, Program::open(&server, &ana, &acme).await);
    let held = one.say("locks", about(&path)).await.ok();
    let renew = json!({ "path": path, "fence": held["fence"] });
    assert_eq!(one.say("locks/renew", renew.clone()).await.ok()["fence"], held["fence"]);
    two.say("locks/renew", renew).await.refused("not_held");

    // Both are programs: neither gives way by itself.
    let wish = |note: &str| {
        let mut wish = about(&path);
        wish["request"] = json!(Uuid::now_v7());
        wish["note"] = json!(note);
        wish
    };
    let waits = two.say("locks/requests", wish("please")).await.ok();
    assert_eq!((&waits["result"], &waits["place"]), (&json!("waiting"), &json!(1)));
    let request = waits["request"].as_str().expect("an id").to_owned();
    let why = two.say("locks/explain", json!({ "path": path })).await.ok();
    assert_eq!((&why["tab"], &why["may"]), (&json!(1), &json!(["wait", "force"])));
    assert!(why["idle_ms"].is_u64() && why["frees"].is_i64(), "{why}");
    let answer = |kind: &str| json!({ "op_id": Uuid::now_v7(), "answer": kind, "reason": "not now" });
    one.say(&format!("locks/requests/{request}/answer"), answer("decline")).await.ok();
    two.say(&format!("locks/requests/{request}/answer"), answer("grant")).await.refused("request_ended");
    two.say("locks/requests", wish("again")).await.refused("rate_limited");

    let force = |reason: &str| {
        let mut force = about(&path);
        force["reason"] = json!(reason);
        force
    };
    one.say("locks/force", force("mine")).await.refused("not_permitted");
    two.say("locks/force", force("")).await.refused("bad_text");
    let taken = two.say("locks/force", force("demo in five minutes")).await.ok();
    assert_eq!(taken["result"], "acquired");
    two.say("locks/undo", about(&path)).await.ok();
    let list = server.get(&ana, &format!("{}/locks", one.at)).await;
    assert_eq!(list["locks"][0]["user"], ben.id.as_str());
    // Cancelling and closing.
    let tab = Program::open(&server, &ben, &acme).await;
    let own = tab.say("locks/requests", wish("mine")).await.refused("own_lock");
    assert_eq!(own["holder"]["user"], ben.id.as_str());
    let mut close = about(&path);
    close["reason"] = json!("we migrate this today");
    two.say("locks/close", close).await.ok();
    one.say("locks", about(&path)).await.refused("closed_for_edits");
    two.say("locks/reopen", about(&path)).await.ok();
    one.say("locks", about(&path)).await.ok();
}
