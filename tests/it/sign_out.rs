//! A sign-in and its sessions end together; other sign-ins of the same account go on.

use serde_json::{Value, json};

use crate::api_support::{PASSWORD, Person, Server, person};
use crate::support::client::{Client, chat, connect_to};

async fn sign_out(server: &Server, who: &Person) {
    let headers = [("cookie", who.cookie.as_str()), ("baton-request", "1")];
    assert_eq!(server.call_with(None, "POST", "/auth/sign-out", None, &headers).await.status, 204);
}

async fn socket(server: &Server, who: &Person, workspace: &str) -> Client {
    let mut client = Client::at(server.running.address, &who.token, workspace).await;
    client.greet(Value::Null).await;
    client
}

#[actix_web::test]
async fn signing_out_closes_the_sockets_of_that_sign_in_and_no_others() {
    let server = Server::start(&[]).await;
    let (desk, acme) = server.found().await;
    let phone = person(server.sign_in("ana@acme.example", PASSWORD).await);
    let mut tabs = [socket(&server, &desk, &acme).await, socket(&server, &desk, &acme).await];
    let mut other = socket(&server, &phone, &acme).await;
    let program = server.post(&desk, &format!("/workspaces/{acme}/sessions"), json!({})).await.ok();
    let ended: Vec<String> =
        tabs.iter().map(|tab| tab.session.clone()).chain([program["session"].to_string()]).collect();

    sign_out(&server, &desk).await;
    for tab in &mut tabs {
        assert_eq!(tab.closed().await, (4502, "signed_out".to_owned()));
    }
    other.until("their end", |replica| ended.iter().all(|id| !replica.sessions.contains_key(id))).await;
    assert_eq!(other.replica.sessions.len(), 1);
    assert_eq!(other.call(chat("still here")).await["type"], "reply");
    // Its token opens nothing any more.
    let mut late = Client::at(server.running.address, &desk.token, &acme).await;
    let hello = json!({ "type": "hello", "token": desk.token, "workspace": acme, "instance": late.instance });
    assert_eq!(late.call(hello).await["error"]["code"], "unauthenticated");
    assert_eq!(late.closed().await.0, 4505);

    sign_out(&server, &phone).await;
    assert_eq!(other.closed().await.0, 4502);
}

#[actix_web::test]
async fn a_session_belongs_to_the_sign_in_that_renewed_it_last() {
    let server = Server::start(&[]).await;
    let (desk, acme) = server.found().await;
    let again = person(server.sign_in("ana@acme.example", PASSWORD).await);
    let mut tab = socket(&server, &desk, &acme).await;
    assert_eq!(tab.call(json!({ "type": "reauth", "token": again.token })).await["type"], "reply");
    sign_out(&server, &desk).await;
    assert_eq!(tab.call(chat("still here")).await["type"], "reply");
    sign_out(&server, &again).await;
    assert_eq!(tab.closed().await.0, 4502);
}

#[actix_web::test]
async fn a_socket_may_be_opened_by_the_pages_that_may_call() {
    let secret = ("secret", "0123456789abcdef0123456789abcdef");
    let local = Server::start(&[]).await;
    let public = Server::start(&[secret, ("bind", "0.0.0.0:0")]).await;
    let open = async |server: &Server, origin: &str| {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], server.running.address.port()));
        connect_to(address, Some(origin), "baton.v1")
            .await
            .map(drop)
            .map_err(|refused| refused.status().as_u16())
    };
    for server in [&local, &public] {
        let own = format!("http://127.0.0.1:{}", server.running.address.port());
        assert_eq!(open(server, &own).await, Ok(()), "the same origin needs no setting");
        assert_eq!(open(server, "https://evil.example").await, Err(403));
        assert_eq!(open(server, "null").await, Err(403));
    }
}
