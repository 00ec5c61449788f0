//! Every error is a problem of the one table; strangers learn nothing.

use serde_json::json;

use crate::api_support::{Server, answer};

#[actix_web::test]
async fn whatever_is_wrong_is_a_problem() {
    let server = Server::start(&[("body_kib", "1")]).await;
    let (ana, acme) = server.found().await;
    let url = |path: &str| format!("{}{path}", server.running.url);
    let text = |path: &str, kind: &str, body: String| {
        server.http.post(url(path)).bearer_auth(&ana.token).header("content-type", kind).body(body)
    };
    let sign_in = "/api/v1/auth/sign-in";
    answer(text(sign_in, "application/json", "{".to_owned())).await.refused("bad_request");
    answer(text(sign_in, "application/json", "[1]".to_owned())).await.refused("bad_request");
    answer(text(sign_in, "text/plain", "{}".to_owned())).await.refused("bad_media_type");
    answer(text(sign_in, "application/json", format!("\"{}\"", "x".repeat(2_000))))
        .await
        .refused("body_too_large");
    // A body that may be left out is no reason to take a bad one for none.
    let sessions = format!("/api/v1/workspaces/{acme}/sessions");
    let json = "application/json";
    for bad in ["{", "[]", "[\"a device\"]", "null", "{\"keep_s\":-1}"] {
        answer(text(&sessions, json, bad.to_owned())).await.refused("bad_request");
    }
    answer(text(&sessions, "text/plain", "{}".to_owned())).await.refused("bad_media_type");
    let long = format!("{{\"device\":\"{}\"}}", "x".repeat(2_000));
    answer(text(&sessions, json, long)).await.refused("body_too_large");
    for good in ["", "{}", " {\"device\":\"a device\"}"] {
        assert_eq!(answer(text(&sessions, json, good.to_owned())).await.status, 200, "{good}");
    }
    answer(server.http.get(url("/api/v1/nothing/here"))).await.refused("not_found");
    answer(server.http.get(url("/api/v2"))).await.refused("not_found");
    answer(server.http.get(url("/assets/none.js"))).await.refused("not_found");
    let wrong = answer(server.http.put(url("/api/v1/me"))).await;
    assert_eq!(wrong.headers["allow"], "GET");
    wrong.refused("method_not_allowed");
    answer(server.http.post(url("/healthz"))).await.refused("method_not_allowed");
    answer(server.http.post(url("/"))).await.refused("method_not_allowed");
    server.call(Some(&ana), "GET", "/workspaces/nonsense", None).await.refused("not_found");
    server
        .call(Some(&ana), "GET", &format!("/workspaces/{acme}/objects/{acme}/changes?limit=x"), None)
        .await
        .refused("bad_request");
    let headers = [("baton-session", "nonsense")];
    server.call_with(Some(&ana), "GET", "/me", None, &headers).await.refused("bad_request");
}

#[actix_web::test]
async fn every_route_of_a_workspace_is_closed_to_strangers() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let member = format!("/workspaces/{acme}/members/{}", ben.id);
    assert_eq!(server.call(Some(&ana), "DELETE", &member, None).await.status, 204);
    let nowhere = uuid::Uuid::now_v7().to_string();
    let mut routes = 0;
    for (method, pattern) in super::api_routes::documented(&server).await {
        let Some(rest) = pattern.strip_prefix("/workspaces/{workspace}") else { continue };
        routes += 1;
        let body = super::api_routes::body(&method, &pattern);
        for workspace in [&acme, &nowhere] {
            let path = super::api_routes::filled(&format!("/workspaces/{workspace}{rest}"));
            let answer = server.call(Some(&ben), &method, &path, body.clone()).await;
            // Who may not know that it exists is told the same as for what does not exist.
            if answer.body["code"] != "session_required" {
                answer.refused("not_found");
            }
            server.call(None, &method, &path, body.clone()).await.refused("unauthenticated");
        }
    }
    assert!(routes > 25, "{routes}");
}

#[actix_web::test]
async fn the_page_says_how_to_build_it_and_carries_its_policy() {
    let server = Server::start(&[]).await;
    for path in ["/", "/workspaces/some/page"] {
        let page = answer(server.http.get(format!("{}{path}", server.running.url))).await;
        assert_eq!(page.status, 200);
        assert!(page.headers["content-type"].to_str().expect("text").starts_with("text/html"));
        let policy = page.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let tag = page.headers["etag"].to_str().expect("text").to_owned();
        let again = server.http.get(format!("{}{path}", server.running.url)).header("if-none-match", tag);
        assert_eq!(answer(again).await.status, 304);
    }
}

#[actix_web::test]
async fn the_demo_is_only_told_on_a_demo() {
    let server = Server::start(&[]).await;
    server.call(None, "GET", "/demo", None).await.refused("not_found");
    let demo = Server::start(&[("demo", "true")]).await;
    let people = demo.call(None, "GET", "/demo", None).await.ok();
    let ana = &people["people"][0];
    let (email, password) = (ana["email"].as_str().expect("text"), ana["password"].as_str().expect("text"));
    let ana = crate::api_support::person(demo.sign_in(email, password).await);
    let me = demo.get(&ana, "/me").await;
    assert_eq!(me["workspaces"][0]["name"], "Acme");
    let acme = me["workspaces"][0]["id"].as_str().expect("an id").to_owned();
    let picture = demo.get(&ana, &format!("/workspaces/{acme}")).await;
    assert_eq!(picture["members"].as_array().map(Vec::len), Some(3));
    let objects = picture["objects"].as_array().expect("objects").clone();
    assert!(objects.len() >= 15);
    assert!(
        objects.iter().all(|object| object["version"]["number"] == 1 && object["changes"] == 0),
        "published"
    );
    let table = objects.iter().find(|object| object["kind"] == "table").expect("a table");
    assert_eq!(table["name"], "accounts");
    let demo = demo.restart(&[("demo", "true")]).await;
    let again = demo.get(&ana, &format!("/workspaces/{acme}/objects")).await;
    assert_eq!(again["objects"], json!(objects), "the second start finds its data");
}
