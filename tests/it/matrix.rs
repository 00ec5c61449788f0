//! Every route and every request of the socket against every role, a custom role, a suspended member, a stranger and nobody;
//! every route against every scope of a key.
//! The rows come from the API document, which is made from the router, and from the generated protocol: what is new and has
//! no row here fails.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_routes::{body, documented, filled};
use crate::api_support::{Person, Server};
use crate::support::client::Client;

/// The least that one must be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Least {
    Owner,
    Admin,
    Developer,
    Viewer,
}

use Least::{Admin, Developer, Owner, Viewer};

/// Somebody who tries.
struct Someone {
    name: &'static str,
    /// What they are in the workspace; none for who is not let in.
    role: Option<Least>,
    who: Person,
}

/// Who may call a route of a workspace, by method and pattern below `/workspaces/{workspace}`.
fn least(method: &str, below: &str) -> Least {
    match (method, below) {
        ("PUT", "/owner") => Owner,
        // Leaving is everybody's; removing others is an admin's, which the room decides by the member named.
        ("DELETE" | "PATCH", "/members/{user}") => Admin,
        (_, rest) if rest.starts_with("/invitations") => Admin,
        ("POST", "/roles") | ("PUT" | "DELETE", "/roles/{role}") => Admin,
        (_, rest) if rest.starts_with("/audit") || rest.starts_with("/analytics") => Admin,
        ("GET", "/presence/{user}/history") | ("PUT", "/presence/settings" | "/locks/settings") => Admin,
        ("POST", "/locks/force" | "/locks/close" | "/locks/reopen") => Admin,
        (_, "/console" | "/freeze" | "/reopen" | "/sessions/{session}/kick") => Admin,
        (_, rest) if rest.starts_with("/keys") => Admin,
        ("GET", _) => Viewer,
        (_, rest) if rest.starts_with("/channels") || rest == "/realtime-tokens" => Developer,
        ("PUT", rest) if rest.starts_with("/presence/") => Viewer,
        ("POST", "/presence/activity" | "/sessions" | "/sessions/{session}/heartbeat" | "/locks/explain") => {
            Viewer
        }
        ("DELETE", "/sessions/{session}" | "/parked/{parked}") => Viewer,
        ("POST", "/objects/{object}/revert/check" | "/objects/{object}/publish/check") => Viewer,
        ("POST", "/objects" | "/import" | "/locks") => Developer,
        (_, rest) if rest.starts_with("/objects/") || rest.starts_with("/locks/") => Developer,
        other => panic!("{other:?} is new: say here who may call it"),
    }
}

/// The scope by which a key may call a route, by method and pattern; none where no key may.
fn scope(method: &str, pattern: &str) -> Option<&'static str> {
    let Some(below) = pattern.strip_prefix("/workspaces/{workspace}") else {
        return (pattern == "/catalogue").then_some("stacks.read");
    };
    Some(match (method, below) {
        ("GET", "/presence/{user}/history" | "/console") => "admin.read",
        ("GET", rest) if rest.starts_with("/audit") || rest.starts_with("/analytics") => "admin.read",
        // Members, roles, keys, invitations, ownership; what an admin decides; what somebody does in person.
        (_, "/locks/force" | "/locks/close" | "/locks/reopen" | "/locks/undo" | "/locks/settings") => None?,
        (_, "/locks/requests/{request}/take-over" | "/sessions/{session}/kick" | "/freeze" | "/reopen") => {
            None?
        }
        (_, "/owner" | "/channels/{channel}" | "/channels/{channel}/membership") => None?,
        (_, "/channels/{channel}/messages" | "/members" | "/members/{user}") => None?,
        ("PUT", "/channels") => None?,
        (_, rest) if ["/roles", "/keys", "/invitations"].iter().any(|one| rest.starts_with(one)) => None?,
        ("PUT" | "POST", rest) if rest.starts_with("/presence/") => None?,
        ("POST", "/channels/{channel}/events") => "events.write",
        ("GET", rest) if rest.starts_with("/channels") => "channels.read",
        ("POST", "/realtime-tokens") => "tokens.create",
        ("GET", rest) if rest.starts_with("/presences") => "presences.read",
        (_, rest) if rest.starts_with("/presences/") => "presences.write",
        ("GET", "" | "/presence" | "/presence/settings" | "/export" | "/parked" | "/locks") => "stacks.read",
        ("GET", rest) if rest.starts_with("/objects") => "stacks.read",
        ("POST", "/objects/{object}/revert/check" | "/objects/{object}/publish/check" | "/locks/explain") => {
            "stacks.read"
        }
        (_, rest) if rest.starts_with("/sessions") || rest.starts_with("/locks") => "locks.write",
        ("POST", "/import") | ("DELETE", "/parked/{parked}") => "stacks.write",
        (_, rest) if rest.starts_with("/objects") => "stacks.write",
        other => panic!("{other:?} is new: say here by which scope a key may call it"),
    })
}

/// Routes that are no workspace's: whether they want somebody to have signed in.
fn wants_sign_in(method: &str, pattern: &str) -> bool {
    match (method, pattern) {
        ("GET", "/setup" | "/demo" | "/catalogue" | "/permissions" | "/invitations/{token}")
        | ("POST", "/setup" | "/invitations/{token}/accept") => false,
        (_, rest) if rest.starts_with("/auth/") => false,
        (_, rest) if rest.starts_with("/me") => true,
        other => panic!("{other:?} is new: say here whether it wants a sign-in"),
    }
}

/// One of each.
async fn people(server: &Server, owner: &Person, acme: &str) -> Vec<Someone> {
    let come = async |name: &str, role: &str| server.invite(owner, acme, name, role).await;
    let some = |name, role, who| Someone { name, role, who };
    let (out, gone) = (come("Out", "viewer").await, come("Sus", "viewer").await);
    let path = format!("/workspaces/{acme}/members/{}", out.id);
    server.call(Some(owner), "DELETE", &path, None).await.ok();
    let path = format!("/workspaces/{acme}/members/{}", gone.id);
    server.call(Some(owner), "PATCH", &path, Some(json!({ "role": "suspended" }))).await.ok();
    vec![
        some("owner", Some(Owner), owner.clone()),
        some("admin", Some(Admin), come("Ada", "admin").await),
        some("developer", Some(Developer), come("Dev", "developer").await),
        some("viewer", Some(Viewer), come("Vic", "viewer").await),
        some("suspended", None, gone),
        some("stranger", None, out),
    ]
}

#[actix_web::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let server = Server::start(&[]).await;
    let (owner, acme) = server.found().await;
    let people = people(&server, &owner, &acme).await;
    for (method, pattern) in documented(&server).await {
        let Some(below) = pattern.strip_prefix("/workspaces/{workspace}") else {
            if wants_sign_in(&method, &pattern) {
                server.call(None, &method, &filled(&pattern), None).await.refused("unauthenticated");
            }
            continue;
        };
        // Whose a presence record is decides the rest; its own tests look at that.
        let by_record = below.starts_with("/presences/") && method != "GET";
        let least = if by_record { Viewer } else { least(&method, below) };
        let path = filled(&pattern.replace("{workspace}", &acme));
        let given = body(&method, &pattern);
        server.call(None, &method, &path, given.clone()).await.refused("unauthenticated");
        for Someone { name, role, who } in &people {
            // What the owner does must not end the others: they come last where it matters, with ids of nobody.
            let answer = server.call(Some(who), &method, &path, given.clone()).await;
            let code = answer.body["code"].as_str().unwrap_or_default();
            let told = format!("{name} {method} {pattern}: {} {}", answer.status, answer.body);
            match role {
                // A workspace that is not yours does not exist. What wants a session in a header lacks that first, for everybody.
                None if code == "session_required" => {}
                None => assert_eq!(code, "not_found", "{told}"),
                Some(_) if by_record => assert_ne!(answer.status, 500, "{told}"),
                Some(role) if *role <= least => {
                    assert_ne!(code, "not_permitted", "{told}");
                    assert_ne!(answer.status, 500, "{told}");
                }
                Some(_) => assert!(answer.status.as_u16() >= 400, "{told}"),
            }
        }
    }
}

#[actix_web::test]
async fn every_route_opens_to_the_scope_that_the_table_says_and_to_no_other() {
    let server = Server::start(&[]).await;
    let (owner, acme) = server.found().await;
    let known = server.get(&owner, "/permissions").await["scopes"].clone();
    let names = known.as_array().expect("scopes").iter().map(|one| one["scope"].as_str().expect("a name"));
    let mut keys = Vec::new();
    for name in names {
        keys.push((name, server.key(&owner, &acme, &[name]).await));
    }
    for (method, pattern) in documented(&server).await {
        let of_workspace = pattern.starts_with("/workspaces/");
        let open = !of_workspace && !wants_sign_in(&method, &pattern);
        if open && !["/catalogue", "/permissions"].contains(&pattern.as_str()) {
            continue;
        }
        let wanted = scope(&method, &pattern);
        // A body that cannot be read is told before who sends it.
        let given = match (method.as_str(), pattern.as_str()) {
            ("PUT", "/me/password") => Some(json!({ "old": "the old one", "new": "the new one" })),
            ("PUT", "/me/status") => Some(json!({ "status": "busy" })),
            _ => body(&method, &pattern),
        };
        let here = filled(&pattern.replace("{workspace}", &acme));
        for (name, key) in &keys {
            let answer = server.call(Some(key), &method, &here, given.clone()).await;
            let code = answer.body["code"].as_str().unwrap_or_default();
            let told = format!("a key with {name:?}: {method} {pattern}: {} {}", answer.status, answer.body);
            match wanted {
                None => assert_eq!(code, "not_for_keys", "{told}"),
                // Made by an owner: the scope is all that it can lack.
                Some(wanted) if wanted == *name => {
                    let shut = ["scope_missing", "not_for_keys", "no_such_key", "not_permitted"];
                    assert!(!shut.contains(&code) && answer.status != 500, "{told}");
                }
                Some(wanted) => {
                    assert_eq!((code, &answer.body["detail"]), ("scope_missing", &json!(wanted)), "{told}")
                }
            }
            if of_workspace {
                let elsewhere = filled(&pattern);
                let answer = server.call(Some(key), &method, &elsewhere, given.clone()).await;
                assert_eq!(
                    answer.body["code"], "not_found",
                    "{name:?} {method} {elsewhere}: {}",
                    answer.body
                );
            }
        }
    }
}

/// A message of each kind, with ids of nothing.
fn message(kind: &str) -> Option<(Value, Least)> {
    let (id, op_id) = (Uuid::now_v7(), Uuid::now_v7());
    let (path, fence) = (json!({ "object": id }), json!({ "epoch": 1, "counter": 1 }));
    let object = id;
    Some(match kind {
        // They open, keep and end the connection; `ws_session` and `sign_out` look at them.
        "hello" | "pong" | "reauth" | "leave" => return None,
        // Decided channel by channel and record by record, which their own tests look at.
        "realtime" => return None,
        "snapshot" | "close" => (json!({}), Viewer),
        "open" => (json!({ "object": object }), Viewer),
        "locate" => (json!({ "location": { "page": "home" } }), Viewer),
        "chat" => (json!({ "client_id": id, "text": "hello" }), Viewer),
        "typing" => (json!({ "on": true }), Viewer),
        "set_status" => (json!({ "status": "busy" }), Viewer),
        "set_privacy" => (json!({ "privacy": { "level": "everyone" } }), Viewer),
        "set_avatar" => (json!({ "avatar": "🦊" }), Viewer),
        "activity" => (json!({ "keys": 1 }), Viewer),
        "presence" => (json!({}), Viewer),
        "dirty" => (json!({ "path": path, "count": 1 }), Viewer),
        "discard_parked" => (json!({ "parked": id }), Viewer),
        "explain" => (json!({ "path": path }), Viewer),
        "check_revert" | "check_publish" => (json!({ "object": object }), Viewer),
        "acquire" | "edit_here" => (json!({ "op_id": op_id, "path": path }), Developer),
        "release" => (json!({ "op_id": op_id, "path": path, "fence": fence }), Developer),
        "renew" | "flushed" => (json!({ "path": path, "fence": fence }), Developer),
        "request_lock" => (json!({ "op_id": op_id, "request": id, "path": path }), Developer),
        "cancel_request" => (json!({ "request": id }), Developer),
        "answer_request" => (json!({ "op_id": op_id, "request": id, "answer": "grant" }), Developer),
        "take_over" => (json!({ "op_id": op_id, "request": id }), Developer),
        "undo" => (json!({ "op_id": op_id, "path": path }), Developer),
        "swap" => (json!({ "deadlock": id }), Developer),
        "force" | "close_editing" => (json!({ "op_id": op_id, "path": path, "reason": "needed" }), Admin),
        "reopen" => (json!({ "op_id": op_id, "path": path }), Admin),
        "edit" => {
            let op = json!({ "op": "delete", "item": id });
            (json!({ "op_id": op_id, "object": object, "base_revision": 1, "op": op }), Developer)
        }
        "duplicate" => {
            let more =
                json!({ "op_id": op_id, "object": object, "item": id, "seed": id, "base_revision": 1 });
            (more, Developer)
        }
        "delete_object" | "revert" | "undo_change" | "redo_change" => {
            (json!({ "op_id": op_id, "object": object }), Developer)
        }
        "publish" => (json!({ "op_id": op_id, "object": object, "revision": 1 }), Developer),
        "ask_to_save" => (json!({ "object": object }), Developer),
        other => panic!("`{other}` is new: give it a row here"),
    })
}

/// The kinds of messages, from the types that are generated from the protocol.
fn kinds() -> Vec<String> {
    let text = include_str!("../../web/sdk/src/protocol.ts");
    let (_, rest) = text.split_once("export type ClientFrame =").expect("the type is generated");
    let own = rest.split("export type").next().expect("its text");
    let kinds: Vec<String> = own
        .split("\"type\": \"")
        .skip(1)
        .filter_map(|part| part.split('"').next().map(str::to_owned))
        .collect();
    assert!(kinds.len() > 30, "{kinds:?}");
    kinds
}

#[actix_web::test]
async fn every_request_of_the_socket_lets_in_whom_the_table_says_and_nobody_else() {
    let server = Server::start(&[]).await;
    let (owner, acme) = server.found().await;
    for Someone { name, role, who } in people(&server, &owner, &acme).await {
        let mut client = Client::at(server.running.address, &who.token, &acme).await;
        let Some(role) = role else {
            let told = client.call(client_hello(&who, &acme)).await;
            assert_eq!(told["type"], "error", "{name}: {told}");
            assert_eq!(told["error"]["code"], "not_found", "{name}: {told}");
            continue;
        };
        client.greet(json!(null)).await;
        for kind in kinds() {
            let Some((mut message, least)) = message(&kind) else { continue };
            message["type"] = json!(kind);
            let told = client.call(message).await;
            let code = told["error"]["code"].as_str().unwrap_or_default();
            let good = told["type"] == "reply";
            if role <= least {
                assert_ne!(code, "not_permitted", "{name} {kind}: {told}");
                assert_ne!(code, "internal", "{name} {kind}: {told}");
            } else {
                assert!(!good, "{name} {kind}: {told}");
            }
        }
    }
}

fn client_hello(who: &Person, workspace: &str) -> Value {
    json!({ "type": "hello", "token": who.token, "workspace": workspace, "instance": Uuid::now_v7() })
}

#[actix_web::test]
async fn a_stranger_cannot_tell_an_id_of_elsewhere_from_an_id_of_nowhere() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let object = server.bring(&ana, &acme, "function secret_of_acme {\n  stack {\n  }\n}\n").await;
    let out = server.invite(&ana, &acme, "Out", "viewer").await;
    let path = format!("/workspaces/{acme}/members/{}", out.id);
    server.call(Some(&ana), "DELETE", &path, None).await.ok();
    for (method, pattern) in documented(&server).await {
        let Some(below) = pattern.strip_prefix("/workspaces/{workspace}") else { continue };
        let below = filled(&below.replace("{object}", &object));
        let given = body(&method, &pattern);
        let known =
            server.call(Some(&out), &method, &format!("/workspaces/{acme}{below}"), given.clone()).await;
        let nowhere = Uuid::now_v7();
        let unknown = server.call(Some(&out), &method, &format!("/workspaces/{nowhere}{below}"), given).await;
        let code = if known.body["code"] == "session_required" { "session_required" } else { "not_found" };
        let (mut known, mut unknown) = (known.refused(code), unknown.refused(code));
        known["request_id"] = json!(null);
        unknown["request_id"] = json!(null);
        assert_eq!(known, unknown, "{method} {pattern}");
    }
}
