//! What is refused for a reason: by its name, without any change, and in the audit log with who it was.

use baton::domain::id::WorkspaceId;
use baton::domain::role::Role;
use baton::domain::time::Timestamp;
use baton::store::{AccountWrite, Invitation, SqliteSettings, Store, Writer, WriterSettings, open_sqlite};
use jsonwebtoken::{Algorithm, EncodingKey, Header, decode_header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::api_support::{PASSWORD, Person, Server, answer};
use crate::support::client::Client;

const SOURCE: &str =
    "function mine {\n  stack {\n    var $x {\n      value = 1\n    }\n  }\n\n  response = $x\n}\n";

/// Ana owns Acme, Ben works there.
struct Scene {
    server: Server,
    ana: Person,
    ben: Person,
    acme: String,
}

impl Scene {
    async fn new(more: &[(&str, &str)]) -> Scene {
        let server = Server::start(more).await;
        let (ana, acme) = server.found().await;
        let ben = server.invite(&ana, &acme, "Ben", "developer").await;
        Scene { server, ana, ben, acme }
    }

    fn at(&self, below: &str) -> String {
        format!("/workspaces/{}{below}", self.acme)
    }

    /// What a refusal must leave as it is: people, invitations, objects, locks, channels, what was done.
    async fn picture(&self) -> Value {
        let mut all = Vec::new();
        for below in ["/members", "/invitations", "/objects", "/locks", "/channels", "/roles", "/keys"] {
            all.push(self.server.get(&self.ana, &self.at(below)).await);
        }
        Value::Array(all)
    }

    /// What the workspace's own log says of somebody's refusals.
    async fn refusals(&self, who: &Person) -> Vec<String> {
        let path = self.at(&format!("/audit?user={}&action=access.refused", who.id));
        let found = self.server.get(&self.ana, &path).await;
        let records = found["records"].as_array().expect("records").clone();
        records.iter().map(|one| one["subject"].as_str().expect("text").to_owned()).collect()
    }

    /// The records of an action in the chain of the instance.
    fn of_instance(&self, action: &str) -> Vec<Value> {
        let folder = self.server.folder.path().join("data");
        let out = crate::support::process::baton(self.server.folder.path())
            .args(["audit", "export", "--data", folder.to_str().expect("text")])
            .output()
            .expect("the program runs");
        let lines = String::from_utf8(out.stdout).expect("text");
        let records = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a record"));
        records.filter(|record| record["action"] == action).collect()
    }
}

#[actix_web::test]
async fn the_last_owner_stays_and_nobody_makes_less_of_themselves_by_mistake() {
    let scene = Scene::new(&[]).await;
    let Scene { server, ana, ben, .. } = &scene;
    let own = scene.at(&format!("/members/{}", ana.id));
    let before = scene.picture().await;
    server.call(Some(ana), "DELETE", &own, None).await.refused("last_owner");
    for role in ["viewer", "suspended", "admin"] {
        server.call(Some(ana), "PATCH", &own, Some(json!({ "role": role }))).await.refused("last_owner");
    }
    let role =
        server.post(ana, &scene.at("/roles"), json!({ "name": "Writer", "edit": ["function"] })).await.ok();
    server
        .call(Some(ana), "PATCH", &own, Some(json!({ "custom_role": role["id"] })))
        .await
        .refused("last_owner");
    let path = scene.at(&format!("/roles/{}", role["id"].as_str().expect("an id")));
    server.call(Some(ana), "DELETE", &path, None).await.ok();
    assert_eq!(scene.picture().await, before, "nothing has changed");
    // With another owner there, too: one's own role is another's to change.
    let second = scene.at(&format!("/members/{}", ben.id));
    server.call(Some(ana), "PATCH", &second, Some(json!({ "role": "owner" }))).await.ok();
    let before = scene.picture().await;
    for who in [ana, ben] {
        let own = scene.at(&format!("/members/{}", who.id));
        server.call(Some(who), "PATCH", &own, Some(json!({ "role": "viewer" }))).await.refused("own_role");
    }
    assert_eq!(scene.picture().await, before, "nothing has changed");
    let done = server.get(ana, &scene.at("/audit?action=member.role")).await;
    assert_eq!(done["records"].as_array().map(Vec::len), Some(1), "what was refused did not happen: {done}");
}

/// An invitation that has expired, written as the server would have when it was made.
async fn expired(scene: &Scene) -> String {
    let database = SqliteSettings::new(scene.server.folder.path().join("data/baton.db"));
    let (store, connection) = open_sqlite(database).await.unwrap();
    let writer = Writer::start(connection, WriterSettings::default());
    let token = format!("{}{}", Uuid::now_v7().simple(), Uuid::now_v7().simple());
    let invitation = Invitation {
        id: Uuid::now_v7(),
        workspace: WorkspaceId(scene.acme.parse().unwrap()),
        role: Role::Admin,
        custom: None,
        email: None,
        token: Sha256::digest(token.as_bytes()).into(),
        invited_by: scene.ana.id.parse().unwrap(),
        created: Timestamp(1_000),
        expires: Timestamp(2_000),
        note: String::new(),
        used: None,
        revoked: None,
    };
    writer.account(AccountWrite::InvitationMade(invitation)).await.unwrap();
    writer.close().await;
    store.close().await;
    token
}

#[actix_web::test]
async fn invitations_that_are_used_up_old_or_for_members_make_nobody_anything() {
    let scene = Scene::new(&[]).await;
    let Scene { server, ana, ben, .. } = &scene;
    let link = server.post(ana, &scene.at("/invitations"), json!({ "role": "admin" })).await.ok();
    let fresh = link["token"].as_str().expect("a token").to_owned();
    let old = expired(&scene).await;
    let known = scene.picture().await;
    let accept = |token: &str| format!("/invitations/{token}/accept");
    server.post(ben, &accept(&fresh), json!({})).await.refused("already_member");
    server.call(None, "GET", &format!("/invitations/{old}"), None).await.refused("bad_invitation");
    server.post(ben, &accept(&old), json!({})).await.refused("bad_invitation");
    assert_eq!(scene.picture().await, known, "it is still there for whom it was meant");
    let person = |name: &str| {
        let email = format!("{}@acme.example", name.to_lowercase());
        Some(json!({ "name": name, "email": email, "password": PASSWORD }))
    };
    server.call(None, "POST", &accept(&fresh), person("Cara")).await.ok();
    let before = scene.picture().await;
    for token in [fresh.as_str(), old.as_str(), "made-up"] {
        server.call(None, "POST", &accept(token), person("Dave")).await.refused("bad_invitation");
        server.post(ben, &accept(token), json!({})).await.refused("bad_invitation");
    }
    assert_eq!(scene.picture().await, before, "nothing has changed");
    server.sign_in("dave@acme.example", PASSWORD).await.refused("bad_credentials");
    let used = scene.of_instance("invitation.used");
    assert_eq!(used.len(), 2, "Ben's and Cara's: {used:?}");
}

#[actix_web::test]
async fn what_a_role_does_not_allow_is_written_down_whichever_way_it_was_asked() {
    let scene = Scene::new(&[]).await;
    let Scene { server, ana, ben, acme } = &scene;
    let object = server.bring(ana, acme, SOURCE).await;
    let path = json!({ "object": object });
    let mut holder = Client::at(server.running.address, &ana.token, acme).await;
    holder.greet(Value::Null).await;
    let held = json!({ "type": "acquire", "op_id": Uuid::now_v7(), "path": path });
    assert_eq!(holder.call(held).await["type"], "reply");
    let before = scene.picture().await;
    let force = |reason: &str| json!({ "op_id": Uuid::now_v7(), "path": path, "reason": reason });
    server.post(ben, &scene.at("/locks/force"), force("I want it")).await.refused("not_permitted");
    server.post(ana, &scene.at("/locks/force"), force("")).await.refused("bad_text");
    let mut his = Client::at(server.running.address, &ben.token, acme).await;
    his.greet(Value::Null).await;
    for kind in ["force", "close_editing"] {
        let mut message = force("I want it");
        message["type"] = json!(kind);
        assert_eq!(his.call(message).await["error"]["code"], "not_permitted", "{kind}");
    }
    let channel = json!({ "pattern": "news" });
    let vic = server.invite(ana, acme, "Vic", "viewer").await;
    server.call(Some(&vic), "PUT", &scene.at("/channels"), Some(channel)).await.refused("not_permitted");
    let mut after = scene.picture().await;
    (after[0], after[1]) = (before[0].clone(), before[1].clone());
    assert_eq!(after, before, "who came in aside, nothing has changed");
    // The first at once, those that follow within the minute with the next.
    assert_eq!(scene.refusals(ben).await, ["asked 1 times for what the role does not allow"]);
    assert_eq!(scene.refusals(&vic).await, ["asked 1 times for what the role does not allow"]);
    assert!(scene.refusals(ana).await.is_empty(), "a reason that is missing is no lack of a right");
    // Past the room: the pages of admins, to a developer and to a stranger.
    let out = scene.at(&format!("/members/{}", vic.id));
    server.call(Some(ana), "DELETE", &out, None).await.ok();
    let dan = server.invite(ana, acme, "Dan", "developer").await;
    for below in ["/audit", "/invitations", "/analytics"] {
        server.call(Some(&dan), "GET", &scene.at(below), None).await.refused("not_permitted");
        server.call(Some(&vic), "GET", &scene.at(below), None).await.refused("not_found");
    }
    let refused = scene.of_instance("access.refused");
    for who in [ben, &vic, &dan] {
        assert!(refused.iter().any(|record| record["user"] == who.id.as_str()), "{refused:?}");
    }
    assert_eq!(server.get(ana, &scene.at("/audit/check")).await["whole"], true);
}

#[actix_web::test]
async fn a_key_without_the_scope_does_nothing_that_it_names() {
    let scene = Scene::new(&[]).await;
    let Scene { server, ana, .. } = &scene;
    let channel = json!({ "pattern": "news", "history": 25, "public": "anyone" });
    server.call(Some(ana), "PUT", &scene.at("/channels"), Some(channel)).await.ok();
    let made = server
        .post(ana, &scene.at("/keys"), json!({ "name": "reader", "scopes": ["channels.read"] }))
        .await
        .ok();
    let key = made["key"].as_str().expect("a key");
    let call = |method: reqwest::Method, below: &str, body: Option<Value>| {
        let address = format!("{}/api/v1{}", server.running.url, scene.at(below));
        let call = server.http.request(method, address).bearer_auth(key);
        answer(match body {
            Some(body) => call.json(&body),
            None => call,
        })
    };
    call(reqwest::Method::GET, "/channels", None).await.ok();
    let before = scene.picture().await;
    call(reqwest::Method::POST, "/channels/news/events", Some(json!({ "data": 1 })))
        .await
        .refused("scope_missing");
    call(reqwest::Method::POST, "/realtime-tokens", Some(json!({}))).await.refused("scope_missing");
    call(reqwest::Method::GET, "/presences", None).await.refused("scope_missing");
    call(reqwest::Method::PUT, "/presences/one", Some(json!({ "status": "x", "user": ana.id })))
        .await
        .refused("scope_missing");
    let mut after = scene.picture().await;
    // When a key was last used is a fact, also of what it was refused.
    after[6]["keys"][0]["used"] = before[6]["keys"][0]["used"].clone();
    assert_eq!(after, before, "nothing has changed");
    let said = call(reqwest::Method::GET, "/channels/news/history", None).await.ok();
    assert_eq!(said["said"].as_array().map(Vec::len), Some(0), "{said}");
}

const SECRET: &str = "a secret of the test that is long enough";

#[actix_web::test]
async fn a_token_that_is_not_signed_or_not_of_this_time_is_nobodys() {
    let scene = Scene::new(&[("secret", SECRET)]).await;
    let Scene { server, ben, .. } = &scene;
    let kid = decode_header(&ben.token).expect("a header").kid;
    let now = jsonwebtoken::get_current_timestamp();
    let claims = |issued: u64, expires: u64| {
        json!({
            "iss": "baton", "aud": "baton-api", "sub": ben.id, "sid": sign_in_of(&ben.token), "iat": issued,
            "exp": expires,
        })
    };
    let sign = |claims: Value| {
        let header = Header { kid: kid.clone(), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &EncodingKey::from_secret(SECRET.as_bytes())).expect("a token")
    };
    let as_person = |token: String| Person { id: ben.id.clone(), token, cookie: String::new() };
    // Within the difference that two of our clocks may have.
    for good in [claims(now, now + 60), claims(now + 3, now + 60), claims(now - 60, now - 2)] {
        server.get(&as_person(sign(good)), "/me").await;
    }
    let before = scene.picture().await;
    let unsigned = format!(
        "{}.{}.",
        baton::auth::secret::to_base64url(br#"{"alg":"none","typ":"JWT"}"#),
        baton::auth::secret::to_base64url(claims(now, now + 60).to_string().as_bytes())
    );
    let mut nobody = claims(now, now + 60);
    nobody["sub"] = json!(Uuid::now_v7());
    let mut other_sign_in = claims(now, now + 60);
    other_sign_in["sid"] = json!(Uuid::now_v7());
    for (token, code) in [
        (unsigned, "unauthenticated"),
        (sign(claims(now - 7_200, now - 3_600)), "token_expired"),
        (sign(claims(now - 60, now - 30)), "token_expired"),
        (sign(nobody), "unauthenticated"),
        (sign(other_sign_in), "unauthenticated"),
    ] {
        let forger = as_person(token);
        for (method, below, body) in [
            ("GET", "", None),
            ("POST", "/invitations", Some(json!({ "role": "admin" }))),
            ("DELETE", &format!("/members/{}", ben.id), None),
        ] {
            let told = server.call(Some(&forger), method, &scene.at(below), body).await;
            assert_eq!(told.body["code"], code, "{method} {below}: {}", told.body);
        }
        let mut page = Client::at(server.running.address, &forger.token, &scene.acme).await;
        let hello = json!({ "type": "hello", "token": forger.token, "workspace": scene.acme, "instance": Uuid::now_v7() });
        assert_eq!(page.call(hello).await["error"]["code"], code);
    }
    assert_eq!(scene.picture().await, before, "nothing has changed");
}

/// The sign-in that a token of ours names.
fn sign_in_of(token: &str) -> Value {
    let mut ours = jsonwebtoken::Validation::new(Algorithm::HS256);
    ours.set_audience(&["baton-api"]);
    let key = jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::decode::<Value>(token, &key, &ours).expect("claims").claims["sid"].clone()
}

#[actix_web::test]
async fn a_wrong_password_is_written_down_with_whose_it_is_not() {
    let scene = Scene::new(&[]).await;
    let Scene { server, ben, .. } = &scene;
    let before = scene.picture().await;
    server.sign_in("ben@acme.example", "a guess of many").await.refused("bad_credentials");
    let change = json!({ "old": "a guess of many", "new": "another good password" });
    server.call(Some(ben), "PUT", "/me/password", Some(change)).await.refused("bad_credentials");
    for (action, words) in [("sign_in.refused", "127.0.0.1"), ("password.refused", ben.id.as_str())] {
        let refused = scene.of_instance(action);
        assert_eq!(refused.len(), 1, "{action}: {refused:?}");
        assert_eq!(refused[0]["user"], ben.id.as_str(), "{action}");
        let text = refused[0].to_string();
        assert!(text.contains(words) && !text.contains("guess"), "{text}");
    }
    assert_eq!(scene.picture().await, before, "nothing has changed");
    server.sign_in("ben@acme.example", PASSWORD).await.ok();
    server.get(ben, "/me").await;
}
