//! What a socket takes and what it refuses.

use std::time::Duration;

use baton::protocol::FRAME_MAX;
use baton::socket::{Rates, SocketSettings};
use serde_json::json;

use crate::support::client::{Client, chat, connect};
use crate::support::server::{ORIGIN, Server, Setup, user_id};

#[tokio::test]
async fn foreign_origins_and_other_protocols_are_turned_away_before_the_upgrade() {
    let server = Server::start().await;
    let refused = connect(&server, Some("https://evil.test"), "baton.v1").await.unwrap_err();
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert_eq!(connect(&server, Some(ORIGIN), "graphql-ws").await.unwrap_err().status(), 400);
    assert!(connect(&server, None, "other, baton.v1").await.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn without_a_hello_the_socket_is_closed() {
    let socket = SocketSettings { hello: Duration::from_millis(50), ..SocketSettings::default() };
    let server = Server::with(Setup { socket, ..Setup::default() }).await;
    let mut client = Client::open(&server, server.owner).await;
    assert_eq!(client.error().await["code"], "hello_timeout");
    assert_eq!(client.closed().await, (4004, "hello_timeout".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why() {
    let server = Server::start().await;
    for (token, workspace, code, close) in [
        ("forged", server.workspace.0, "unauthenticated", 4505),
        ("expired", server.workspace.0, "token_expired", 4005),
        ("suspended", server.workspace.0, "unauthenticated", 4504),
        (user_id().to_string().as_str(), server.workspace.0, "not_found", 4506),
        (server.owner.to_string().as_str(), user_id().0, "not_found", 4506),
    ] {
        let mut client = Client::open(&server, server.owner).await;
        let hello = json!({"type": "hello", "token": token, "workspace": workspace, "instance": user_id().0});
        let answer = client.call(hello).await;
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert_eq!(client.closed().await.0, close);
    }
    server.stop().await;
}

#[tokio::test]
async fn frames_that_cannot_be_read_are_named_and_the_socket_stays() {
    let server = Server::start().await;
    let mut client = Client::open(&server, server.owner).await;
    client.raw(r#"{"type":"typing","on":true}"#).await;
    assert_eq!(client.error().await["code"], "out_of_order");
    client.hello(&server, json!(null)).await;
    client.raw("{").await;
    assert_eq!(client.error().await["code"], "bad_frame");
    client.binary(b"{}").await;
    assert_eq!(client.error().await["code"], "bad_frame");
    assert_eq!(client.call(json!({"type": "dance"})).await["error"]["code"], "unknown_type");
    assert_eq!(client.call(json!({"type": "open"})).await["error"]["code"], "bad_request");
    let hello = json!({"type": "hello", "token": "x", "workspace": user_id().0, "instance": user_id().0});
    assert_eq!(client.call(hello).await["error"]["code"], "out_of_order");
    assert_eq!(client.call(chat("still here")).await["type"], "reply");
    server.stop().await;
}

#[tokio::test]
async fn too_many_bad_frames_close_the_socket() {
    let rates = Rates { bad: 3, ..Rates::default() };
    let socket = SocketSettings { rates, ..SocketSettings::default() };
    let server = Server::with(Setup { socket, ..Setup::default() }).await;
    let mut client = Client::join(&server, server.owner).await;
    for _ in 0..4 {
        client.raw("nonsense").await;
    }
    for _ in 0..4 {
        assert_eq!(client.error().await["code"], "bad_frame");
    }
    assert_eq!(client.closed().await, (4006, "protocol".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn a_frame_that_is_too_large_closes_the_socket() {
    let server = Server::start().await;
    let mut client = Client::join(&server, server.owner).await;
    client.raw(&"x".repeat(FRAME_MAX + 1)).await;
    assert_eq!(client.error().await["code"], "frame_too_large");
    assert_eq!(client.closed().await, (4006, "protocol".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn who_talks_too_much_is_told_when_to_go_on() {
    let rates = Rates { frames: 5, frames_per_second: 1, ..Rates::default() };
    let socket = SocketSettings { rates, ..SocketSettings::default() };
    let server = Server::with(Setup { socket, ..Setup::default() }).await;
    let mut client = Client::join(&server, server.owner).await;
    for _ in 0..5 {
        assert_eq!(client.call(json!({"type": "snapshot"})).await["type"], "reply");
    }
    let refused = client.call(json!({"type": "snapshot"})).await;
    assert_eq!(refused["error"]["code"], "rate_limited", "{refused}");
    assert!(refused["error"]["retry_after_ms"].as_u64().unwrap() <= 1_000);
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_runs_out_closes_the_socket_unless_it_is_renewed() {
    let socket = SocketSettings { token_slack: Duration::from_millis(300), ..SocketSettings::default() };
    let server = Server::with(Setup { socket, ..Setup::default() }).await;
    let short = format!("{}/1", server.owner);
    let hello =
        json!({"type": "hello", "token": short, "workspace": server.workspace.0, "instance": user_id().0});
    let mut renewed = Client::open(&server, server.owner).await;
    renewed.call(hello.clone()).await;
    let token = server.owner.to_string();
    assert_eq!(renewed.call(json!({"type": "reauth", "token": token})).await["type"], "reply");
    let mut client = Client::open(&server, server.owner).await;
    client.call(hello).await;
    assert_eq!(client.closed().await, (4005, "token_expired".to_owned()));
    assert_eq!(renewed.call(chat("renewed")).await["type"], "reply");
    server.stop().await;
}
