//! Members, custom roles and invitations over HTTP.

use serde_json::json;
use uuid::Uuid;

use crate::api_support::{PASSWORD, Server};

const FUNCTION: &str =
    "function greet {\n  stack {\n    var $x {\n      value = 1\n    }\n  }\n  response = $x\n}\n";
const TABLE: &str = "table users {\n  schema {\n    int id\n  }\n}\n";

#[actix_web::test]
async fn a_custom_role_hides_and_forbids_by_area() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let (function, table) =
        (server.bring(&ana, &acme, FUNCTION).await, server.bring(&ana, &acme, TABLE).await);
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = |path: &str| format!("/workspaces/{acme}{path}");
    let role = json!({ "name": "Writer", "view": ["table"], "edit": ["function"] });
    server.post(&ben, &at("/roles"), role.clone()).await.refused("not_permitted");
    let made = server.post(&ana, &at("/roles"), role.clone()).await;
    assert_eq!(made.status, 201);
    let made = made.ok();
    assert_eq!(made["view"], json!(["function", "table"]), "whoever edits sees");
    server.post(&ana, &at("/roles"), role).await.refused("name_taken");
    let member = at(&format!("/members/{}", ben.id));
    let give = |body| server.call(Some(&ana), "PATCH", &member, Some(body));
    give(json!({ "role": "viewer", "custom_role": made["id"] })).await.refused("bad_request");
    give(json!({ "custom_role": Uuid::now_v7() })).await.refused("no_such_role");
    assert_eq!(give(json!({ "custom_role": made["id"], "reason": "writes" })).await.status, 204);
    let lock = |object: &str| json!({ "op_id": Uuid::now_v7(), "path": { "object": object } });
    let session = server.post(&ben, &at("/sessions"), json!({})).await.ok();
    let key = format!(
        "{}:{}",
        session["session"].as_str().expect("an id"),
        session["secret"].as_str().expect("one")
    );
    let take = |object: String| {
        let (at, lock, key, ben, server) = (at("/locks"), lock(&object), key.clone(), ben.clone(), &server);
        async move {
            server.call_with(Some(&ben), "POST", &at, Some(lock), &[("baton-session", key.as_str())]).await
        }
    };
    take(table.clone()).await.refused("not_permitted");
    take(function.clone()).await.ok();
    // What may not be viewed does not exist, on whatever way.
    let path = at(&format!("/roles/{}", made["id"].as_str().expect("an id")));
    let blind = json!({ "name": "Writer", "edit": ["function"], "reason": "less" });
    server.call(Some(&ana), "PUT", &path, Some(blind)).await.ok();
    take(table.clone()).await.refused("not_found");
    for way in ["", "/changes", "/versions", "/xanoscript?include_draft=true"] {
        let path = at(&format!("/objects/{table}{way}"));
        server.call(Some(&ben), "GET", &path, None).await.refused("not_found");
        server.call(Some(&ana), "GET", &path, None).await.ok();
    }
    let picture = server.get(&ben, &at("")).await;
    assert!(!picture.to_string().contains(&table), "{picture}");
    assert_eq!(server.get(&ben, &at("/objects")).await["objects"].as_array().map(Vec::len), Some(1));
    assert!(!server.get(&ben, &at("/export")).await.to_string().contains("users"));
    server.call(Some(&ana), "DELETE", &path, None).await.refused("role_in_use");
}

#[actix_web::test]
async fn the_permission_table_is_what_the_core_decides_by() {
    let server = Server::start(&[]).await;
    let (ana, _) = server.found().await;
    let table = server.get(&ana, "/permissions").await;
    assert_eq!(table["areas"].as_array().map(Vec::len), Some(12));
    for row in table["actions"].as_array().expect("rows") {
        let known =
            baton::domain::role::ACTIONS.iter().find(|one| one.name == row["action"]).expect("an action");
        let roles = row["roles"].as_array().expect("roles");
        let may =
            baton::domain::role::ROLES.iter().filter(|role| baton::domain::role::may(**role, known.action));
        assert_eq!(roles.len(), may.count(), "{row}");
    }
}

#[actix_web::test]
async fn invitations_are_listed_taken_back_and_refused_to_members() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let at = format!("/workspaces/{acme}/invitations");
    server.call(Some(&ben), "GET", &at, None).await.refused("not_permitted");
    let link = server.post(&ana, &at, json!({ "role": "viewer" })).await.ok();
    let token = link["token"].as_str().expect("a token").to_owned();
    let accept = format!("/invitations/{token}/accept");
    server.post(&ben, &accept, json!({})).await.refused("already_member");
    server.post(&ben, &at, json!({ "role": "viewer" })).await.refused("not_permitted");
    server.post(&ana, &at, json!({ "role": "suspended" })).await.refused("not_permitted");
    server.post(&ana, &at, json!({})).await.refused("bad_request");
    let rows = server.get(&ana, &at).await;
    let open = rows["invitations"].as_array().expect("rows").iter().find(|row| row["used_by"].is_null());
    let id = open.expect("an open one")["id"].as_str().expect("an id").to_owned();
    assert!(!rows.to_string().contains(&token), "tokens are not kept");
    server.call(Some(&ben), "DELETE", &format!("{at}/{id}"), None).await.refused("not_permitted");
    assert_eq!(server.call(Some(&ana), "DELETE", &format!("{at}/{id}"), None).await.status, 204);
    let cara = json!({ "name": "Cara", "email": "cara@acme.example", "password": PASSWORD });
    server.call(None, "POST", &accept, Some(cara)).await.refused("bad_invitation");
    server.call(Some(&ana), "DELETE", &format!("{at}/{id}"), None).await.refused("bad_invitation");
}

#[actix_web::test]
async fn the_workspace_is_handed_over_and_the_last_owner_stays() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let own = format!("/workspaces/{acme}/members/{}", ana.id);
    server.call(Some(&ana), "DELETE", &own, None).await.refused("last_owner");
    server.call(Some(&ana), "PATCH", &own, Some(json!({ "role": "viewer" }))).await.refused("last_owner");
    let owner = format!("/workspaces/{acme}/owner");
    let to = |who: &str| json!({ "user": who, "reason": "moving on" });
    server.call(Some(&ben), "PUT", &owner, Some(to(&ben.id))).await.refused("not_permitted");
    server.call(Some(&ana), "PUT", &owner, Some(to(&Uuid::now_v7().to_string()))).await.refused("not_found");
    assert_eq!(server.call(Some(&ana), "PUT", &owner, Some(to(&ben.id))).await.status, 204);
    server.call(Some(&ana), "PATCH", &own, Some(json!({ "role": "viewer" }))).await.refused("own_role");
    assert_eq!(server.call(Some(&ana), "DELETE", &own, None).await.status, 204);
    assert!(server.get(&ana, "/me").await["workspaces"].as_array().expect("a list").is_empty());
}
