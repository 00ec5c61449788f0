//! Every request of the socket.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Ids, Scene, nothing, page, without};

/// The requests of the socket that name something, with these ids; each kind of the protocol has its row.
fn messages(ids: &Ids) -> Vec<Value> {
    let id = |name: &str| json!(ids[name]);
    let op_id = || json!(Uuid::now_v7());
    let fence = json!({ "epoch": 1, "counter": 1 });
    let row = |kind: &str| -> Vec<Value> {
        let (object, path) = (id("object"), json!({ "object": id("object"), "item": id("item") }));
        let record = json!({ "object": id("table"), "item": format!("record:{}", ids["record"]) });
        match kind {
            // They name nothing, or keep and end the connection.
            "hello" | "pong" | "reauth" | "leave" | "snapshot" | "close" | "typing" | "set_status"
            | "set_avatar" | "activity" | "set_privacy" => vec![],
            "open" | "ask_to_save" | "check_publish" => vec![json!({ "object": object })],
            "locate" => {
                vec![json!({ "location": { "page": "object", "object": object, "item": id("item") } })]
            }
            "chat" => vec![json!({
                "client_id": op_id(), "text": "hello", "mentions": [id("user")], "link": path,
            })],
            "presence" => vec![json!({ "after": id("user") })],
            "dirty" => vec![json!({ "path": path, "count": 1 })],
            "discard_parked" => vec![json!({ "parked": id("parked") })],
            "explain" => vec![json!({ "path": path }), json!({ "path": record })],
            "check_revert" => {
                vec![json!({ "object": object }), json!({ "object": object, "author": id("user") })]
            }
            "acquire" | "edit_here" => {
                [path, record].map(|path| json!({ "op_id": op_id(), "path": path })).to_vec()
            }
            "undo" | "reopen" => vec![json!({ "op_id": op_id(), "path": path })],
            "release" => vec![json!({ "op_id": op_id(), "path": path, "fence": fence })],
            "renew" | "flushed" => vec![json!({ "path": path, "fence": fence })],
            "request_lock" => vec![json!({ "op_id": op_id(), "request": op_id(), "path": path })],
            "cancel_request" => vec![json!({ "request": id("request") })],
            "answer_request" => {
                vec![json!({ "op_id": op_id(), "request": id("request"), "answer": "grant" })]
            }
            "take_over" => vec![json!({ "op_id": op_id(), "request": id("request") })],
            "swap" => vec![json!({ "deadlock": id("deadlock") })],
            "force" | "close_editing" => vec![json!({ "op_id": op_id(), "path": path, "reason": "mine" })],
            "edit" => {
                let op = json!({ "op": "delete", "item": id("item") });
                let cells = json!({ "op": "record_delete", "record": id("record") });
                let on = |object: Value, op| json!({ "op_id": op_id(), "object": object, "base_revision": 1, "op": op });
                vec![on(object, op), on(id("table"), cells)]
            }
            "duplicate" => vec![json!({
                "op_id": op_id(), "object": object, "item": id("item"), "seed": op_id(), "base_revision": 1,
            })],
            "delete_object" | "revert" | "undo_change" | "redo_change" => {
                vec![json!({ "op_id": op_id(), "object": object })]
            }
            "publish" => vec![json!({ "op_id": op_id(), "object": object, "revision": 1 })],
            "realtime" => realtime(ids),
            other => panic!("`{other}` is new: give it a row here"),
        }
    };
    let rows =
        kinds().into_iter().flat_map(|kind| row(&kind).into_iter().map(move |one| (kind.clone(), one)));
    rows.map(|(kind, mut one)| {
        one["type"] = json!(kind);
        one
    })
    .collect()
}

/// The kinds of messages, from the types that are generated from the protocol.
fn kinds() -> Vec<String> {
    let text = include_str!("../../../web/sdk/src/protocol.ts");
    let (_, rest) = text.split_once("export type ClientFrame =").expect("the type is generated");
    let own = rest.split("export type").next().expect("its text");
    let kinds = own.split("\"type\": \"").skip(1).filter_map(|part| part.split('"').next());
    kinds.map(str::to_owned).collect()
}

pub(super) fn realtime(ids: &Ids) -> Vec<Value> {
    let (channel, presence) = (&ids["channel"], &ids["presence"]);
    vec![
        json!({ "call": "join", "channel": channel, "presence": true }),
        json!({ "call": "part", "channel": channel }),
        json!({ "call": "message", "channel": channel, "payload": 1, "to": ids["session"] }),
        json!({ "call": "event", "channel": channel, "data": 1 }),
        json!({ "call": "history", "channel": channel }),
        json!({ "call": "clients", "channel": channel }),
        json!({ "call": "remove_channel", "pattern": channel }),
        json!({ "call": "presences", "do": "get", "presence": presence }),
        json!({ "call": "presences", "do": "patch", "presence": presence, "status": "x" }),
        json!({ "call": "presences", "do": "delete", "presence": presence }),
    ]
}

#[actix_web::test]
async fn ids_of_another_workspace_are_ids_of_nothing_on_the_socket() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let (server, nowhere) = (&scene.server, nothing(&scene.ids));
    let mut client = page(server, &scene.ana, &scene.acme).await;
    let words = |ids: &Ids, mut told: Value| {
        told["re"] = json!(null);
        without(ids, &told.to_string())
    };
    for (unknown, foreign) in messages(&nowhere).into_iter().zip(messages(&scene.ids)) {
        let none = client.call(unknown.clone()).await;
        assert_ne!(none["error"]["code"], "bad_request", "{unknown}: {none}");
        let theirs = client.call(foreign.clone()).await;
        assert_eq!(words(&nowhere, none), words(&scene.ids, theirs), "{foreign}");
    }
    // What came on its own, too: her own words, sent with the other's ids, are all that may stand there.
    for frame in client.frames.take().expect("they are kept") {
        let own: Vec<Value> = serde_json::from_str(&frame).expect("a frame");
        let others = own.iter().filter(|message| message["re"].is_null() && message["type"] != "deltas");
        for message in others {
            scene.discreet("", &message.to_string());
        }
        let said: Vec<&String> = scene.words.iter().filter(|word| frame.contains(*word)).collect();
        assert!(
            said.iter().all(|word| *word == "vault_" && frame.contains("vault_channel")),
            "{said:?}: {frame}"
        );
    }
    assert_eq!(scene.picture().await, before, "nothing has changed there");
}
