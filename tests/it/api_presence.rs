//! Who is where over HTTP and the socket: status, privacy, bots, history, thresholds, sums.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Answer, Person, Server};
use crate::support::client::Client;

async fn socket(server: &Server, who: &Person, workspace: &str) -> Client {
    let mut client = Client::at(server.running.address, &who.token, workspace).await;
    client.greet(Value::Null).await;
    client
}

async fn put(server: &Server, who: &Person, path: &str, body: Value) -> Answer {
    server.call(Some(who), "PUT", path, Some(body)).await
}

fn of<'a>(list: &'a Value, who: &Person) -> &'a Value {
    let people = list["people"].as_array().expect("people");
    people.iter().find(|one| one["user"] == who.id.as_str()).expect("every member is in the list")
}

#[actix_web::test]
async fn a_status_is_told_with_the_one_before_and_why_and_stands_in_list_and_history() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = format!("/workspaces/{acme}/presence");
    let mut watch = socket(&server, &ana, &acme).await;
    let mut tab = socket(&server, &ben, &acme).await;
    watch.until("his arrival", |replica| replica.presence.contains_key(&ben.id)).await;
    let status = json!({ "status": "busy", "message": "<b>In a call</b>" });
    assert_eq!(put(&server, &ben, &format!("{at}/status"), status).await.status, 204);
    watch.until("his status", |replica| replica.presence[&ben.id]["status"] == "busy").await;
    let told = &watch.replica.presence[&ben.id];
    assert_eq!((&told["previous"], &told["reason"]), (&json!("online"), &json!("manual")));
    let set = json!({ "type": "set_status", "status": "away" });
    assert_eq!(tab.call(set).await["type"], "reply");
    watch.until("his status", |replica| replica.presence[&ben.id]["status"] == "away").await;
    assert_eq!(tab.call(json!({ "type": "activity", "keys": 3 })).await["type"], "reply");
    watch.until("his return", |replica| replica.presence[&ben.id]["reason"] == "resume").await;
    assert_eq!(tab.call(json!({ "type": "leave" })).await["type"], "reply");
    watch.until("his leave", |replica| replica.presence[&ben.id]["status"] == "offline").await;

    let list = server.get(&ana, &at).await;
    assert_eq!(list["counts"], json!({ "online": 1, "busy": 0, "away": 0, "offline": 1 }));
    assert_eq!(list["people"][0]["user"], ana.id.as_str(), "who is here stands first");
    assert!(of(&list, &ana)["sessions"][0]["address"].is_string(), "an admin sees addresses");
    assert!(of(&list, &ben)["last_seen"].is_i64());
    let theirs = server.get(&ben, &at).await;
    assert!(of(&theirs, &ana)["sessions"][0].get("address").is_none(), "a developer does not");
    let page = server.get(&ana, &format!("{at}?limit=1")).await;
    let next = page["next"].as_str().expect("a next page");
    let rest = server.get(&ana, &format!("{at}?after={next}")).await;
    assert_eq!((rest["people"].as_array().map(Vec::len), rest.get("next")), (Some(1), None));

    let history = server.get(&ana, &format!("{at}/{}/history", ben.id)).await;
    let words: Vec<&str> =
        history["changes"].as_array().expect("changes").iter().filter_map(|one| one["to"].as_str()).collect();
    assert_eq!(words, ["offline", "online", "away", "busy", "online"]);
    assert_eq!(history["changes"][0]["reason"], "manual");
    server.call(Some(&ben), "GET", &format!("{at}/{}/history", ana.id), None).await.refused("not_permitted");
}

#[actix_web::test]
async fn who_hides_is_in_no_picture_of_others_and_acts_in_the_open() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let cleo = server.invite(&ana, &acme, "Cleo", "viewer").await;
    let at = format!("/workspaces/{acme}");
    let source = "function f {\n  input {\n  }\n  stack {\n  }\n  response = null\n}\n";
    let object = server.bring(&ana, &acme, source).await;
    let mut tab = socket(&server, &ben, &acme).await;
    let mut admin = socket(&server, &ana, &acme).await;
    let mut viewer = socket(&server, &cleo, &acme).await;
    assert!(viewer.replica.sessions.contains_key(&tab.session));
    put(&server, &ben, &format!("{at}/presence/privacy"), json!({ "level": "hidden" })).await.ok();
    viewer.until("he is gone", |replica| !replica.sessions.contains_key(&tab.session)).await;
    admin.until("somebody is there", |replica| replica.sessions[&tab.session]["hidden"] == true).await;
    let place = json!({ "page": "object", "object": object, "item": "response" });
    assert_eq!(tab.call(json!({ "type": "locate", "location": place })).await["type"], "reply");
    let mut late = socket(&server, &cleo, &acme).await;
    assert!(!late.replica.sessions.contains_key(&tab.session));
    for path in [at.clone(), format!("{at}/presence")] {
        let text = server.get(&cleo, &path).await.to_string();
        assert!(!text.contains(&tab.session), "{path} tells a viewer of the session");
        let text = server.get(&ana, &path).await.to_string();
        assert!(text.contains(&tab.session) && !text.contains("\"item\":\"response\""), "{path}");
    }
    let list = server.get(&cleo, &format!("{at}/presence")).await;
    assert_eq!(of(&list, &ben)["status"], "offline");
    let lock = json!({ "type": "acquire", "op_id": Uuid::now_v7(), "path": { "object": object, "item": "response" } });
    assert_eq!(tab.call(lock).await["ok"]["result"], "acquired");
    late.until("his lock", |replica| replica.locks.values().any(|lock| lock["user"] == ben.id.as_str()))
        .await;
    let role = json!({ "level": "role", "role": "developer" });
    assert_eq!(tab.call(json!({ "type": "set_privacy", "privacy": role })).await["type"], "reply");
    admin.until("he is seen", |replica| replica.sessions[&tab.session].get("hidden").is_none()).await;
    assert!(!late.replica.sessions.contains_key(&tab.session));
}

#[actix_web::test]
async fn rubbish_is_refused_by_name_and_told_to_nobody() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = format!("/workspaces/{acme}/presence");
    let mut watch = socket(&server, &ana, &acme).await;
    let mut tab = socket(&server, &ben, &acme).await;
    watch.until("his arrival", |replica| replica.presence.contains_key(&ben.id)).await;
    let heard = watch.replica.log.len();
    let long = "x".repeat(141);
    for (body, code) in [
        (json!({ "status": "offline" }), "bad_status"),
        (json!({ "status": "asleep" }), "bad_status"),
        (json!({ "status": "busy", "message": long }), "bad_text"),
        (json!({ "status": "busy", "message": "a\u{0}b" }), "bad_text"),
        (json!({ "status": "busy", "until": 1 }), "bad_time"),
        (json!({ "message": "x" }), "bad_request"),
    ] {
        put(&server, &ben, &format!("{at}/status"), body.clone()).await.refused(code);
        let mut said = body;
        said["type"] = json!("set_status");
        if code != "bad_request" {
            assert_eq!(tab.call(said).await["error"]["code"], code);
        }
    }
    let forged = json!({ "type": "activity", "keys": 1, "user": ana.id });
    assert_eq!(tab.call(forged).await["error"]["code"], "not_yours");
    assert_eq!(tab.call(json!({ "type": "activity" })).await["error"]["code"], "too_many");
    assert_eq!(tab.call(json!({ "type": "activity", "pointer": 1 })).await["type"], "reply");
    assert_eq!(tab.call(json!({ "type": "activity", "pointer": 1 })).await["error"]["code"], "rate_limited");
    server.post(&ben, &format!("{at}/activity"), json!({ "keys": 1 })).await.refused("session_required");
    put(&server, &ben, &format!("{at}/avatar"), json!({ "avatar": "Ana" })).await.refused("bad_text");
    put(&server, &ben, &format!("{at}/privacy"), json!({ "level": "nobody" })).await.refused("bad_request");
    let settings = json!({ "away_s": 20, "offline_s": 60, "history": true, "retention_days": 30 });
    put(&server, &ben, &format!("{at}/settings"), settings.clone()).await.refused("not_permitted");
    let mut wrong = settings.clone();
    wrong["offline_s"] = json!(5);
    put(&server, &ana, &format!("{at}/settings"), wrong).await.refused("bad_time");
    put(&server, &ana, &format!("{at}/settings"), settings.clone()).await.ok();
    assert_eq!(server.get(&ben, &format!("{at}/settings")).await, settings);
    let analytics = format!("/workspaces/{acme}/analytics");
    server.call(Some(&ben), "GET", &analytics, None).await.refused("not_permitted");
    server.call(Some(&ana), "GET", &format!("{analytics}?from=9&to=5"), None).await.refused("bad_time");
    assert!(server.get(&ana, &analytics).await["spans"].is_array());
    let table = server.get(&ana, &format!("{analytics}/csv?table=objects")).await;
    assert_eq!(table, "object,name,member_minutes,edits\r\n");
    assert_eq!(watch.call(json!({ "type": "presence" })).await["ok"]["kind"], "presence");
    assert_eq!(watch.replica.log.len(), heard, "{:?}", &watch.replica.log[heard..]);
}

#[actix_web::test]
async fn a_status_is_set_everywhere_at_once_and_a_bot_is_shown_as_one() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let at = format!("/workspaces/{acme}");
    let told = put(&server, &ana, "/me/status", json!({ "status": "busy" })).await.ok();
    assert_eq!(told["workspaces"], json!([acme]));
    put(&server, &ana, "/me/status", json!({ "status": "offline" })).await.refused("bad_status");
    let bot =
        server.post(&ana, &format!("{at}/sessions"), json!({ "device": "deploy", "keep_s": 600 })).await;
    let bot = bot.ok();
    let session = bot["session"].as_str().expect("an id").to_owned();
    let header = format!("{session}:{}", bot["secret"].as_str().expect("a secret"));
    let with = [("baton-session", header.as_str())];
    let beat = format!("{at}/sessions/{session}/heartbeat");
    assert_eq!(server.call_with(Some(&ana), "POST", &beat, None, &with).await.status, 204);
    let list = server.get(&ana, &format!("{at}/presence")).await;
    let own = of(&list, &ana);
    assert_eq!(
        (&own["bot"], &own["status"], &own["sessions"][0]["bot"]),
        (&json!(true), &json!("busy"), &json!(true))
    );
    server.post(&ana, &format!("{at}/sessions"), json!({ "keep_s": 5 })).await.refused("bad_time");
    let forged = json!({ "keys": 1, "user": Uuid::now_v7() });
    let path = format!("{at}/presence/activity");
    server.call_with(Some(&ana), "POST", &path, Some(forged), &with).await.refused("not_yours");
    server.call_with(Some(&ana), "POST", &path, Some(json!({ "keys": 1 })), &with).await.ok();
}
