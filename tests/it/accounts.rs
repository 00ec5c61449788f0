//! Set-up, sign-in, refresh, sign-out, invitations, and those who must stay outside.

use serde_json::json;

use crate::api_support::{PASSWORD, Person, Server, cookie, person};

async fn refresh(server: &Server, cookie: &str) -> crate::api_support::Answer {
    let headers = [("cookie", cookie), ("baton-request", "1")];
    server.call_with(None, "POST", "/auth/refresh", None, &headers).await
}

#[actix_web::test]
async fn the_first_owner_comes_in_by_a_link_that_works_once() {
    let server = Server::start(&[]).await;
    assert_eq!(server.call(None, "GET", "/setup", None).await.ok()["needed"], true);
    let body = |token: &str, password: &str| json!({ "token": token, "name": "Ana", "email": "ana@acme.example", "password": password, "workspace": "Acme" });
    let call = |body| server.call(None, "POST", "/setup", Some(body));
    call(body("wrong", PASSWORD)).await.refused("bad_invitation");
    call(body(&server.set_up_token(), "short")).await.refused("bad_text");
    let ana = person(call(body(&server.set_up_token(), PASSWORD)).await);
    let me = server.get(&ana, "/me").await;
    assert_eq!(
        (&me["user"]["email"], &me["workspaces"][0]["role"]),
        (&json!("ana@acme.example"), &json!("owner"))
    );
    call(body(&server.set_up_token(), PASSWORD)).await.refused("setup_done");
    assert_eq!(server.call(None, "GET", "/setup", None).await.ok()["needed"], false);
    let server = server.restart(&[]).await;
    assert!(server.running.greeting.set_up.is_none(), "no second owner");
    // The token was signed with a secret that is kept.
    assert_eq!(server.get(&ana, "/me").await["user"]["name"], "Ana");
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let server = Server::start(&[]).await;
    server.found().await;
    let mut wrong = server.sign_in("ana@acme.example", "not the password").await.refused("bad_credentials");
    let mut nobody = server.sign_in("nobody@acme.example", PASSWORD).await.refused("bad_credentials");
    wrong["request_id"] = json!(null);
    nobody["request_id"] = json!(null);
    assert_eq!(wrong, nobody);
    person(server.sign_in(" Ana@ACME.example ", PASSWORD).await);
}

#[actix_web::test]
async fn tries_are_counted_for_the_account_and_told_how_long_to_wait() {
    let server = Server::start(&[("rate_account", "2")]).await;
    server.found().await;
    for _ in 0..2 {
        server.sign_in("ana@acme.example", "not the password").await.refused("bad_credentials");
    }
    let answer = server.sign_in("ana@acme.example", PASSWORD).await;
    assert!(answer.headers.contains_key("retry-after"));
    assert!(answer.refused("rate_limited")["retry_after_ms"].as_u64().expect("a number") > 0);
}

#[actix_web::test]
async fn a_refresh_token_gives_the_same_successor_for_a_moment() {
    let server = Server::start(&[]).await;
    let (ana, _) = server.found().await;
    let first = refresh(&server, &ana.cookie).await;
    let again = refresh(&server, &ana.cookie).await;
    assert_eq!(cookie(&first), cookie(&again), "two tabs get the same");
    assert_ne!(cookie(&first), ana.cookie);
    let next = refresh(&server, &cookie(&first)).await;
    assert_ne!(cookie(&next), cookie(&first));
    person(next);
}

#[actix_web::test]
async fn a_refresh_token_used_again_later_ends_the_sign_in() {
    let server = Server::start(&[("refresh_reuse_ms", "0")]).await;
    let (ana, _) = server.found().await;
    let first = refresh(&server, &ana.cookie).await;
    let current = cookie(&first);
    let next = refresh(&server, &current).await;
    // The first one is two behind: whoever has it is not who signed in.
    refresh(&server, &ana.cookie).await.refused("refresh_revoked");
    refresh(&server, &cookie(&next)).await.refused("refresh_revoked");
    server.call(Some(&ana), "GET", "/me", None).await.refused("unauthenticated");
    // Another sign-in of the same account goes on.
    person(server.sign_in("ana@acme.example", PASSWORD).await);
}

#[actix_web::test]
async fn signing_out_counts_at_once() {
    let server = Server::start(&[]).await;
    let (ana, _) = server.found().await;
    let headers = [("cookie", ana.cookie.as_str()), ("baton-request", "1")];
    let out = server.call_with(None, "POST", "/auth/sign-out", None, &headers).await;
    assert_eq!(out.status, 204);
    assert!(cookie(&out).ends_with('='), "the cookie is gone");
    server.call(Some(&ana), "GET", "/me", None).await.refused("unauthenticated");
    refresh(&server, &ana.cookie).await.refused("refresh_revoked");
    assert_eq!(server.call_with(None, "POST", "/auth/sign-out", None, &headers).await.status, 204);
}

#[actix_web::test]
async fn forged_foreign_and_expired_tokens_stay_outside() {
    let server = Server::start(&[("access_token_s", "1")]).await;
    let (ana, _) = server.found().await;
    let none =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAifQ.";
    let (head, signature) = ana.token.rsplit_once('.').expect("three parts");
    let tampered = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let other = Server::start(&[]).await;
    let (foreign, _) = other.found().await;
    for token in [none, "nonsense", tampered.as_str(), foreign.token.as_str(), ""] {
        let who = Person { token: token.to_owned(), ..ana.clone() };
        server.call(Some(&who), "GET", "/me", None).await.refused("unauthenticated");
    }
    server.call(None, "GET", "/me", None).await.refused("unauthenticated");
    // Its life is 1 s and the leeway 5 s.
    let expired = async {
        loop {
            let answer = server.call(Some(&ana), "GET", "/me", None).await;
            if !answer.status.is_success() {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), expired).await.expect("it expires");
    answer.refused("token_expired");
}

#[actix_web::test]
async fn pages_of_other_sites_cannot_use_the_cookie() {
    let server = Server::start(&[]).await;
    let (ana, _) = server.found().await;
    let call = |headers: Vec<(&'static str, String)>| {
        let (server, cookie) = (&server, ana.cookie.clone());
        async move {
            let mut all = vec![("cookie", cookie.as_str())];
            all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
            server.call_with(None, "POST", "/auth/refresh", None, &all).await
        }
    };
    call(vec![]).await.refused("foreign_origin");
    call(vec![("origin", "https://evil.example".to_owned())]).await.refused("foreign_origin");
    call(vec![("origin", "https://evil.example".to_owned()), ("baton-request", "1".to_owned())])
        .await
        .refused("foreign_origin");
    person(call(vec![("origin", server.running.url.clone())]).await);
}

#[actix_web::test]
async fn an_invitation_brings_one_person_in_as_what_it_says() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let path = format!("/workspaces/{acme}/invitations");
    let link = server.post(&ana, &path, json!({ "role": "developer" })).await.ok();
    let token = link["token"].as_str().expect("a token");
    assert!(link["url"].as_str().expect("a link").ends_with(&format!("#{token}")), "{link}");
    let look = server.call(None, "GET", &format!("/invitations/{token}"), None).await.ok();
    assert_eq!(
        (&look["workspace"]["name"], &look["role"], &look["inviter"]),
        (&json!("Acme"), &json!("developer"), &json!("Ana"))
    );
    let accept = format!("/invitations/{token}/accept");
    let body = json!({ "name": "Ben", "email": "ana@acme.example", "password": PASSWORD });
    server.call(None, "POST", &accept, Some(body)).await.refused("email_taken");
    let body = json!({ "name": "Ben", "email": "ben@acme.example", "password": PASSWORD });
    let ben = person(server.call(None, "POST", &accept, Some(body.clone())).await);
    assert_eq!(server.get(&ben, "/me").await["workspaces"][0]["role"], "developer");
    server.call(None, "POST", &accept, Some(body)).await.refused("bad_invitation");
    server.call(None, "GET", &format!("/invitations/{token}"), None).await.refused("bad_invitation");
    // A developer invites nobody.
    server.post(&ben, &path, json!({ "role": "viewer" })).await.refused("not_permitted");
}

#[actix_web::test]
async fn roles_change_and_memberships_end_at_once() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let ben = server.invite(&ana, &acme, "Ben", "developer").await;
    let member = format!("/workspaces/{acme}/members/{}", ben.id);
    let viewer = json!({ "role": "viewer", "reason": "on leave" });
    assert_eq!(server.call(Some(&ana), "PATCH", &member, Some(viewer)).await.status, 204);
    let object = json!({ "op_id": uuid::Uuid::now_v7(), "kind": "function", "name": "f" });
    server.post(&ben, &format!("/workspaces/{acme}/objects"), object).await.refused("not_permitted");
    assert_eq!(server.call(Some(&ana), "DELETE", &member, None).await.status, 204);
    server.call(Some(&ben), "GET", &format!("/workspaces/{acme}"), None).await.refused("not_found");
    let own = format!("/workspaces/{acme}/members/{}", ana.id);
    server.call(Some(&ana), "DELETE", &own, None).await.refused("last_owner");
    // Who has an account joins again as who they are.
    let path = format!("/workspaces/{acme}/invitations");
    let link = server.post(&ana, &path, json!({ "role": "viewer" })).await.ok();
    let accept = format!("/invitations/{}/accept", link["token"].as_str().expect("a token"));
    assert_eq!(server.post(&ben, &accept, json!({})).await.ok()["workspace"], acme.as_str());
    assert_eq!(server.get(&ben, "/me").await["workspaces"][0]["role"], "viewer");
}
