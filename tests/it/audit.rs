//! The audit log over HTTP: found, exported, walked, and what it says when somebody has changed it.

use serde_json::{Value, json};

use crate::api_support::{PASSWORD, Person, Server, answer};

async fn find(server: &Server, who: &Person, acme: &str, asked: &str) -> Vec<Value> {
    let found = server.get(who, &format!("/workspaces/{acme}/audit?{asked}")).await;
    found["records"].as_array().expect("records").clone()
}

#[actix_web::test]
async fn acts_are_found_by_any_field_with_before_after_and_reason() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let member = format!("/workspaces/{acme}/members/{}", ben.id);
    server.call(Some(&ana), "PATCH", &member, Some(json!({ "role": "admin" }))).await;
    server.call(Some(&ana), "PATCH", &member, Some(json!({ "role": "developer" }))).await;
    let body = json!({ "role": "viewer", "reason": "on 50%_leave" });
    server.call(Some(&ana), "PATCH", &member, Some(body)).await;
    for asked in
        ["q=50%25_leave", "q=BEN", "action=member.", "q=developer", &format!("user={}", ana.id), "q=viewer"]
    {
        let found = find(&server, &ana, &acme, asked).await;
        let record = found
            .iter()
            .find(|one| one["reason"] == "on 50%_leave")
            .unwrap_or_else(|| panic!("{asked}: {found:?}"));
        assert_eq!(
            (&record["before"], &record["after"], &record["reason"], &record["name"]),
            (&json!("developer"), &json!("viewer"), &json!("on 50%_leave"), &json!("Ana"))
        );
    }
    for asked in ["q=50x_leave", "action=lock.", &format!("user={}", ben.id), "to=5", "q=nothing-like-it"] {
        let found = find(&server, &ana, &acme, asked).await;
        assert!(found.iter().all(|one| one["reason"] != "on 50%_leave"), "{asked}: {found:?}");
    }
    let at = format!("/workspaces/{acme}/audit");
    server.call(Some(&ben), "GET", &at, None).await.refused("not_permitted");
    assert_eq!(server.get(&ana, &format!("{at}/check")).await["whole"], true);
    let page = server.get(&ana, &format!("{at}?limit=1")).await;
    let next = page["next"].as_u64().expect("more");
    assert!(
        server.get(&ana, &format!("{at}?limit=1&before={next}")).await["records"][0]["number"].as_u64()
            < Some(next)
    );
    let lines = server.call(Some(&ana), "GET", &format!("{at}/export?q=50%25_leave"), None).await;
    let line: Value = serde_json::from_str(&lines.body.to_string()).expect("one line");
    assert_eq!(line["reason"], "on 50%_leave");
    let table = server.call(Some(&ana), "GET", &format!("{at}/export?format=csv"), None).await;
    let text = table.body.as_str().expect("text");
    assert!(text.starts_with("number,at,user,") && text.contains(",member.role,"), "{text}");
}

#[actix_web::test]
async fn sign_ins_and_refusals_stand_in_the_chain_of_the_instance() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    server.invite(&ana, &acme, "Ben", "viewer").await;
    for _ in 0..3 {
        server.sign_in("ana@acme.example", "not the password").await.refused("bad_credentials");
        server.sign_in("my-password-in-the-wrong-field", "x").await.refused("bad_credentials");
    }
    server.sign_in("ana@acme.example", PASSWORD).await.ok();
    let stranger = server.invite(&ana, &acme, "Cara", "viewer").await;
    let own = format!("/workspaces/{acme}/members/{}", stranger.id);
    server.call(Some(&stranger), "DELETE", &own, None).await;
    for _ in 0..3 {
        server.call(Some(&stranger), "GET", &format!("/workspaces/{acme}"), None).await.refused("not_found");
    }
    let folder = server.folder.path().join("data");
    let out = crate::support::process::baton(server.folder.path())
        .args(["audit", "export", "--data", folder.to_str().expect("text")])
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let count = |action: &str| text.matches(&format!("\"action\":\"{action}\"")).count();
    assert_eq!(count("sign_in.refused"), 2, "counted rather than listed: {text}");
    assert_eq!(count("access.refused"), 1, "{text}");
    assert!(count("sign_in") >= 1 && text.contains("unknown account"), "{text}");
    assert!(!text.contains("my-password"), "what is typed into the wrong field is not kept");
}

#[actix_web::test]
async fn a_lost_password_is_set_anew_once_and_other_devices_are_signed_out() {
    let server = Server::start(&[]).await;
    let (ana, _) = server.found().await;
    let rows = server.get(&ana, "/me/sign-ins").await;
    assert_eq!(
        (rows["sign_ins"].as_array().map(Vec::len), &rows["sign_ins"][0]["own"]),
        (Some(1), &json!(true))
    );
    let other = crate::api_support::person(server.sign_in("ana@acme.example", PASSWORD).await);
    let rows = server.get(&ana, "/me/sign-ins").await;
    let theirs =
        rows["sign_ins"].as_array().expect("rows").iter().find(|row| row["own"] == false).expect("another");
    let path = format!("/me/sign-ins/{}", theirs["id"].as_str().expect("an id"));
    assert_eq!(server.call(Some(&ana), "DELETE", &path, None).await.status, 204);
    server.call(Some(&other), "GET", "/me", None).await.refused("unauthenticated");
    server.call(Some(&ana), "DELETE", &path, None).await.refused("not_found");
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    let put = |body| server.call(Some(&ana), "PUT", "/me/password", Some(body));
    put(change("wrong", "another good one")).await.refused("bad_credentials");
    put(change(PASSWORD, "short")).await.refused("bad_text");
    assert_eq!(put(change(PASSWORD, "another good one")).await.status, 204);
    server.get(&ana, "/me").await;
    let act = |act: &str, key: &str| json!({ "key": key, "email": "ana@acme.example", "act": act });
    let operator = |body| server.call(None, "POST", "/auth/operator/accounts", Some(body));
    operator(act("reset", "guessed")).await.refused("bad_credentials");
    let lock = std::fs::read_to_string(server.folder.path().join("data/baton.lock")).expect("a lock file");
    let lock: Value = serde_json::from_str(&lock).expect("JSON");
    let key = lock["key"].as_str().expect("a key");
    let first = operator(act("reset", key)).await.ok();
    let second = operator(act("reset", key)).await.ok();
    let token =
        |made: &Value| made["url"].as_str().and_then(|url| url.split_once('#')).expect("a link").1.to_owned();
    let reset = |token: String| {
        server.call(
            None,
            "POST",
            "/auth/reset",
            Some(json!({ "token": token, "password": "the third of them" })),
        )
    };
    reset(token(&first)).await.refused("bad_reset");
    assert_eq!(reset(token(&second)).await.status, 204);
    reset(token(&second)).await.refused("bad_reset");
    server.call(Some(&ana), "GET", "/me", None).await.refused("unauthenticated");
    server.sign_in("ana@acme.example", "another good one").await.refused("bad_credentials");
    server.sign_in("ana@acme.example", "the third of them").await.ok();
    operator(act("suspend", key)).await.ok();
    server.sign_in("ana@acme.example", "the third of them").await.refused("bad_credentials");
    operator(act("resume", key)).await.ok();
    server.sign_in("ana@acme.example", "the third of them").await.ok();
}

#[actix_web::test]
async fn a_backup_beside_the_server_comes_back_with_everything() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    server.bring(&ana, &acme, "function kept {\n  stack {\n  }\n}\n").await;
    let folder = server.folder.path().to_owned();
    let run = |arguments: &[&str]| {
        crate::support::process::baton(&folder).args(arguments).output().expect("the program runs")
    };
    let backup = run(&["backup", "one.db"]);
    assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
    assert!(!run(&["backup", "one.db"]).status.success(), "a backup replaces nothing");
    server.bring(&ana, &acme, "function later {\n  stack {\n  }\n}\n").await;
    assert!(!run(&["restore", "one.db"]).status.success(), "not under a running server");
    assert!(run(&["audit", "verify"]).status.success());
    let users = run(&["user", "list"]);
    assert!(String::from_utf8_lossy(&users.stdout).contains("ana@acme.example"));
    assert!(server.running.stop().await, "stopped cleanly");
    std::fs::write(folder.join("broken.db"), "not a database").expect("written");
    assert!(!run(&["restore", "broken.db"]).status.success());
    let restored = run(&["restore", "one.db"]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let config = crate::api_support::config(&folder, &[]);
    let running = baton::app::start(&config).await.expect("a server");
    let call =
        server.http.get(format!("{}/api/v1/workspaces/{acme}/objects", running.url)).bearer_auth(&ana.token);
    let found = answer(call).await.ok().to_string();
    assert!(found.contains("kept") && !found.contains("later"), "{found}");
    assert!(running.stop().await);
}

#[test]
fn the_settings_page_is_the_table_of_settings() {
    let mut page = String::from(
        "# Settings\n\nEvery setting is a key of `baton.toml`, a variable (`BATON_` and capitals) and a flag (dashes); a flag wins over a\n\
         variable, a variable over the file. This page is rendered from `src/config/settings.rs` by a test; run it with `UPDATE=1`\nafter a change.\n\n\
         | key | default | what it does |\n|---|---|---|\n",
    );
    let defaults = baton::config::render(&baton::config::Config::default());
    for key in baton::config::KEYS {
        let start = format!("{} = ", key.name);
        let line = defaults.lines().find_map(|line| line.strip_prefix(&start));
        let default = line.and_then(|line| line.split(" # ").next()).map_or("", str::trim);
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        page += &format!("| `{}` | {default} | {} |\n", key.name, key.doc.trim());
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/settings.md is not what the table says: run this test with UPDATE=1");
}
