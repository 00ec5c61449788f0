//! The route table as a whole: documented, and with one write path.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_support::{Server, answer};

/// All documented routes below `/api/v1`, as method and pattern.
pub async fn documented(server: &Server) -> Vec<(String, String)> {
    let document = server.call(None, "GET", "/openapi.json", None).await.ok();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let path = path.strip_prefix("/api/v1").expect("below the version").to_owned();
        for method in item.as_object().expect("operations").keys() {
            routes.push((method.to_uppercase(), path.clone()));
        }
    }
    routes
}

/// A path with ids in place of what is left of a pattern.
pub fn filled(pattern: &str) -> String {
    let fill = |part: &str| match part {
        "{number}" => "1".to_owned(),
        part if part.starts_with('{') => Uuid::now_v7().to_string(),
        part => part.to_owned(),
    };
    let path = pattern.split('/').map(fill).collect::<Vec<_>>().join("/");
    // The body is the file, so the operation is named beside it.
    match pattern.rsplit_once("/workspaces").map_or(pattern, |(_, below)| below) {
        below if below.ends_with("/records/import") => format!("{path}?op_id={}", Uuid::now_v7()),
        below if below.ends_with("/analytics/csv") => format!("{path}?table=members"),
        below if below.ends_with("/compare") => format!("{path}?a=draft&b=published"),
        _ => path,
    }
}

/// A body that is read without complaint, for each route that writes.
pub fn body(method: &str, pattern: &str) -> Option<Value> {
    let (op_id, id) = (Uuid::now_v7(), Uuid::now_v7());
    let path = json!({ "object": id });
    let below = pattern.strip_prefix("/workspaces/{workspace}")?;
    Some(match (method, below) {
        ("GET", _) => return None,
        ("POST", "/objects") => json!({ "op_id": op_id, "kind": "function", "name": "f" }),
        ("POST", "/objects/{object}/edits") => {
            json!({ "op_id": op_id, "base_revision": 1, "op": { "op": "delete", "item": id } })
        }
        ("POST", "/objects/{object}/duplicate") => {
            json!({ "op_id": op_id, "item": id, "seed": id, "base_revision": 1 })
        }
        ("POST", "/objects/{object}/records/import") => json!("name"),
        ("POST", "/objects/{object}/revert" | "/objects/{object}/undo" | "/objects/{object}/redo") => {
            json!({ "op_id": op_id })
        }
        ("POST", "/objects/{object}/revert/check" | "/objects/{object}/publish/check") => json!({}),
        ("POST", "/objects/{object}/ask-to-save") => json!({}),
        ("POST", "/objects/{object}/versions/{number}/restore") => json!({ "op_id": op_id, "revision": 1 }),
        ("POST", "/objects/{object}/publish") => json!({ "op_id": op_id, "revision": 1, "description": "" }),
        ("POST", "/import") => {
            json!({ "op_id": op_id, "files": [{ "name": "g.xs", "text": "function g {\n  stack {\n  }\n}\n" }] })
        }
        ("POST", "/invitations") => json!({ "role": "viewer" }),
        ("POST", "/sessions/{session}/kick") => json!({ "reason": "asleep" }),
        ("POST", "/freeze") => json!({ "message": "" }),
        ("POST", "/reopen") => json!({}),
        ("PUT", "/locks/settings") => json!({
            "grace_s": 15, "idle_s": 300, "nudge_s": 60, "take_over_s": 180, "request_s": 600, "undo_s": 300,
            "promise_s": 600,
        }),
        ("POST", "/roles") => json!({ "name": format!("role {id}"), "edit": ["function"] }),
        ("PUT", "/roles/{role}") => json!({ "name": "other" }),
        ("PUT", "/owner") => json!({ "user": id }),
        ("PATCH", "/members/{user}") => json!({ "role": "viewer" }),
        ("PUT", "/channels") => json!({ "pattern": "news" }),
        ("PUT", "/channels/{channel}/membership") => json!({}),
        ("POST", "/channels/{channel}/events") => json!({ "data": 1 }),
        ("POST", "/channels/{channel}/messages") => json!({ "payload": 1 }),
        ("POST", "/realtime-tokens") => json!({}),
        ("POST", "/keys") => json!({ "name": "server", "scopes": ["channels.read"] }),
        ("POST", "/locks") => json!({ "op_id": op_id, "path": path }),
        ("POST", "/locks/release") => {
            json!({ "op_id": op_id, "path": path, "fence": { "epoch": 1, "counter": 1 } })
        }
        ("POST", "/locks/renew") => json!({ "path": path, "fence": { "epoch": 1, "counter": 1 } }),
        ("POST", "/locks/explain") => json!({ "path": path }),
        ("POST", "/locks/force" | "/locks/close") => {
            json!({ "op_id": op_id, "path": path, "reason": "needed" })
        }
        ("POST", "/locks/undo" | "/locks/reopen") => json!({ "op_id": op_id, "path": path }),
        ("POST", "/locks/requests/{request}/take-over") => json!({ "op_id": op_id }),
        ("POST", "/locks/deadlocks/{deadlock}/swap") => json!({}),
        ("POST", "/locks/requests") => json!({ "op_id": op_id, "request": id, "path": path }),
        ("POST", "/locks/requests/{request}/answer") => json!({ "op_id": op_id, "answer": "grant" }),
        ("PUT", "/presence/status") => json!({ "status": "busy" }),
        ("PUT", "/presence/privacy") => json!({ "level": "page" }),
        ("PUT", "/presence/avatar") => json!({ "avatar": "🦊" }),
        ("PUT", "/presence/settings") => {
            json!({ "away_s": 60, "offline_s": 120, "history": true, "retention_days": 7 })
        }
        ("PUT", "/presences/{presence}") => json!({ "status": "here" }),
        ("PATCH", "/presences/{presence}") => json!({ "status": "here" }),
        ("POST", "/presence/activity") => json!({ "keys": 1 }),
        ("DELETE", _) | ("POST", "/sessions" | "/sessions/{session}/heartbeat") => json!({}),
        other => panic!("{other:?} is new: give it a body here, so that its write path is tested"),
    })
}

#[actix_web::test]
async fn every_route_that_the_web_app_calls_is_documented_with_its_errors() {
    let server = Server::start(&[]).await;
    let document = server.call(None, "GET", "/openapi.json", None).await.ok();
    let routes = documented(&server).await;
    for line in ROUTES.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (method, path) = line.split_once(' ').expect("method and path");
        let plain = |path: &str| {
            let fill = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
            path.split('/').map(fill).collect::<Vec<_>>().join("/")
        };
        let found = routes.iter().any(|(m, p)| m == method && plain(p) == plain(path));
        assert!(found, "{line} is not there");
    }
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            let responses = operation["responses"].as_object().expect("responses");
            assert!(
                responses.contains_key("503") && responses.keys().any(|key| key.starts_with(['2', '3'])),
                "{operation}"
            );
            assert!(operation["tags"][0].is_string() && operation["summary"].is_string(), "{operation}");
        }
    }
    let mut dangling = Vec::new();
    references(&document, &mut dangling);
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let examples = document["components"]["examples"].as_object().expect("examples");
    dangling.retain(|name| match name.strip_prefix("#/components/examples/") {
        Some(name) => !examples.contains_key(name),
        None => !schemas.contains_key(name),
    });
    assert!(dangling.is_empty(), "{dangling:?} are named and not there");
    let page = answer(server.http.get(format!("{}/docs", server.running.url))).await;
    assert!(page.body.as_str().expect("a page").contains("not_permitted"));
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                found.push(target.trim_start_matches("#/components/schemas/").to_owned());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Calls of rooms so far, in the whole process: other tests only add to it.
async fn room_calls(server: &Server) -> u64 {
    let page = answer(server.http.get(format!("{}/metrics", server.running.url))).await;
    let text = page.body.as_str().expect("text").to_owned();
    let line = text.lines().find(|line| line.starts_with("baton_http_room_calls_total "));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[actix_web::test]
async fn what_writes_a_workspace_asks_its_room() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    for (method, pattern) in documented(&server).await {
        let Some(body) = body(&method, &pattern) else { continue };
        let path = filled(&pattern.replace("{workspace}", &acme));
        let before = room_calls(&server).await;
        let answer = server.call(Some(&ana), &method, &path, Some(body)).await;
        assert_ne!(answer.status, 500, "{method} {pattern}: {}", answer.body);
        // Ending a session names the session in a header; without it nothing can be written.
        if answer.body["code"] == "session_required" && pattern.contains("{session}") {
            continue;
        }
        assert!(room_calls(&server).await > before, "{method} {pattern} went past the room: {}", answer.body);
    }
}

#[test]
fn no_handler_can_write_past_the_rooms() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut paths: Vec<_> = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("text");
        for word in ["Writer", "AccountWrite", ".writer", "open_sqlite"] {
            assert!(
                !text.contains(word),
                "{} knows {word}: handlers write through rooms and auth",
                path.display()
            );
        }
    }
}

const ROUTES: &str = "
    GET /setup
    POST /setup
    POST /auth/sign-in
    POST /auth/refresh
    POST /auth/sign-out
    GET /me
    GET /demo
    GET /workspaces/{w}
    GET /workspaces/{w}/members
    POST /workspaces/{w}/invitations
    GET /invitations/{token}
    POST /invitations/{token}/accept
    PATCH /workspaces/{w}/members/{user}
    DELETE /workspaces/{w}/members/{user}
    POST /workspaces/{w}/sessions
    DELETE /workspaces/{w}/sessions/{s}
    GET /workspaces/{w}/objects
    POST /workspaces/{w}/objects
    GET /workspaces/{w}/objects/{o}
    DELETE /workspaces/{w}/objects/{o}
    POST /workspaces/{w}/objects/{o}/edits
    POST /workspaces/{w}/objects/{o}/duplicate
    GET /workspaces/{w}/objects/{o}/records
    GET /workspaces/{w}/objects/{o}/records/export
    POST /workspaces/{w}/objects/{o}/records/import
    GET /workspaces/{w}/objects/{o}/records/{r}
    GET /workspaces/{w}/objects/{o}/usage
    GET /workspaces/{w}/objects/{o}/changes
    POST /workspaces/{w}/objects/{o}/revert
    POST /workspaces/{w}/objects/{o}/revert/check
    POST /workspaces/{w}/objects/{o}/undo
    POST /workspaces/{w}/objects/{o}/redo
    POST /workspaces/{w}/objects/{o}/publish
    POST /workspaces/{w}/objects/{o}/publish/check
    POST /workspaces/{w}/objects/{o}/ask-to-save
    POST /workspaces/{w}/objects/{o}/versions/{n}/restore
    GET /workspaces/{w}/objects/{o}/versions
    GET /workspaces/{w}/objects/{o}/versions/{n}
    GET /workspaces/{w}/objects/{o}/xanoscript
    POST /workspaces/{w}/import
    GET /workspaces/{w}/export
    GET /workspaces/{w}/locks
    POST /workspaces/{w}/locks
    POST /workspaces/{w}/locks/release
    POST /workspaces/{w}/locks/renew
    POST /workspaces/{w}/locks/explain
    POST /workspaces/{w}/locks/force
    POST /workspaces/{w}/locks/requests
    POST /workspaces/{w}/locks/requests/{r}/answer
    DELETE /workspaces/{w}/locks/requests/{r}
    GET /workspaces/{w}/parked
    DELETE /workspaces/{w}/parked/{p}
    GET /workspaces/{w}/presence
    GET /workspaces/{w}/presence/{user}/history
    GET /workspaces/{w}/presence/settings
    PUT /workspaces/{w}/presence/settings
    PUT /me/status
    GET /workspaces/{w}/analytics
    GET /workspaces/{w}/analytics/csv
    GET /catalogue
";
