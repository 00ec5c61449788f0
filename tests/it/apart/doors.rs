//! Ways in: keys, sessions, other systems' clients.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use crate::api_support::{Person, answer};
use crate::support::client::{Client, soon};

use super::{Scene, comparable, nothing, text};

/// What another system's client is told when it wants to come into a channel for those who are somebody; nothing if it may.
async fn joins_as_nobody(scene: &Scene, member: &Person, workspace: &str, token: &str) -> Option<String> {
    let channels = scene.server.get(member, &format!("/workspaces/{workspace}/channels")).await;
    let address = scene.server.running.address;
    let mut request = format!("ws://{address}/rt/{}", text(&channels["hash"])).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", token.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let join =
        json!({ "action": "join", "options": { "channel": "lobby" }, "payload": { "presence": true } });
    socket.send(Message::text(join.to_string())).await.unwrap();
    let told = soon("an answer", socket.next()).await.unwrap().unwrap();
    let told: Value = serde_json::from_str(told.to_text().unwrap()).unwrap();
    (told["action"] == "error").then(|| text(&told["payload"]["message"]))
}

#[actix_web::test]
async fn the_other_workspace_opens_to_no_key_session_or_page_of_elsewhere() {
    let scene = Scene::new().await;
    let server = &scene.server;
    // Its socket is not there, whether with a session of it or without.
    let (session, secret) = scene.session.split_once(':').unwrap();
    for workspace in [scene.vault.clone(), Uuid::now_v7().to_string()] {
        for resume in [
            json!(null),
            json!({ "session": session, "secret": secret, "stream": Uuid::now_v7(), "upto": 1 }),
        ] {
            let mut client = Client::at(server.running.address, &scene.ana.token, &workspace).await;
            client.frames = Some(Vec::new());
            let mut hello = json!({
                "type": "hello", "token": scene.ana.token, "workspace": workspace, "instance": Uuid::now_v7(),
            });
            if !resume.is_null() {
                hello["resume"] = resume;
            }
            let told = client.call(hello).await;
            assert_eq!(told["error"]["code"], "not_found", "{told}");
            scene.discreet(&format!("{session} {workspace}"), &told.to_string());
        }
    }
    // In her own, that session is none: she gets one of her own.
    let mut client = Client::at(server.running.address, &scene.ana.token, &scene.acme).await;
    client.greet(json!({ "session": session, "secret": secret, "stream": Uuid::now_v7(), "upto": 1 })).await;
    assert_eq!(client.arrival, "new");
    assert_ne!(client.session, session);
    // Its key opens what it is for, and Acme is to it what no workspace is.
    let by_key = |workspace: &str, below: &str| {
        let address = format!("{}/api/v1/workspaces/{workspace}{below}", server.running.url);
        answer(server.http.get(address).bearer_auth(&scene.key))
    };
    let nowhere = nothing(&scene.ids);
    for below in ["/channels", "/presences"] {
        by_key(&scene.vault, below).await.ok();
        let foreign = by_key(&scene.acme, below).await;
        let unknown = by_key(&nowhere["workspace"], below).await;
        assert_eq!(comparable(&nowhere, &unknown), comparable(&scene.ids, &foreign));
        foreign.refused("not_found");
    }
    // To other systems' clients, too: there the key makes one a guest, and a token of its client nobody.
    let list = |workspace: &str| {
        let call = server.http.get(format!("{}/v1/presences", server.running.url));
        let call = call.header("x-appwrite-project", workspace).header("x-appwrite-key", &scene.key);
        answer(call)
    };
    list(&scene.vault).await.ok();
    let foreign = list(&scene.acme).await;
    let guest = server.http.get(format!("{}/v1/presences", server.running.url));
    let guest = answer(guest.header("x-appwrite-project", &scene.acme)).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body), (401, &guest.body));
    scene.discreet("", &foreign.body.to_string());
    for (who, workspace) in [(&scene.zoe, &scene.vault), (&scene.ana, &scene.acme)] {
        let path = format!("/workspaces/{workspace}/channels");
        server
            .call(Some(who), "PUT", &path, Some(json!({ "pattern": "lobby", "presence": true })))
            .await
            .ok();
    }
    let path = format!("/workspaces/{}/realtime-tokens", scene.vault);
    let token = server.post(&scene.zoe, &path, json!({ "table": 1, "row": 1 })).await.ok();
    let token = text(&token["token"]);
    assert_eq!(
        joins_as_nobody(&scene, &scene.zoe, &scene.vault, &token).await,
        None,
        "at home it is somebody"
    );
    let refused = joins_as_nobody(&scene, &scene.ana, &scene.acme, &token).await;
    assert!(refused.is_some_and(|words| words.contains("authenticated")), "elsewhere it is nobody");
    // What nobody must have signed in for names no workspace, and what is hers only her own.
    for path in ["/me", "/me/sign-ins", "/permissions", "/setup"] {
        let told = server.call(Some(&scene.ana), "GET", path, None).await;
        scene.discreet("", &told.body.to_string());
    }
}
