//! What is said in the chat is nowhere but with those who are present.

use std::fs;

use serde_json::{Value, json};

use crate::crash::{sign_in, start};
use crate::support::client::{Client, chat};

#[tokio::test]
async fn the_chat_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), &["--log", "trace"]);
    let (ana, workspace) = sign_in(&server, "ana@acme.example").await;
    let (ben, _) = sign_in(&server, "ben@acme.example").await;
    let mut one = Client::at(server.address(), &ana, &workspace).await;
    let mut two = Client::at(server.address(), &ben, &workspace).await;
    one.greet(Value::Null).await;
    two.greet(Value::Null).await;
    let words = "heliotrope-marzipan-41";
    let head = one.replica.objects.keys().next().cloned().expect("the demo has objects");
    // Places and typing are as passing as the words: the field's name stands for them.
    let here = json!({"page": "object", "object": head, "item": "settings", "field": words, "typing": true});
    assert_eq!(one.call(json!({"type": "locate", "location": here})).await["type"], "reply");
    assert_eq!(one.call(chat(words)).await["type"], "reply");
    two.until("the line", |replica| replica.chat.values().any(|line| line["text"] == words)).await;
    let nowhere = || {
        let data = fs::read_dir(folder.path().join("data")).unwrap().map(|entry| entry.unwrap().path());
        let data: Vec<_> = data.collect();
        assert!(
            data.iter().any(|file| file.ends_with("baton.db")),
            "the database is looked through: {data:?}"
        );
        for file in data.into_iter().chain([folder.path().join("server.log")]) {
            let bytes = fs::read(&file).unwrap();
            let found = bytes.windows(words.len()).any(|window| window == words.as_bytes());
            assert!(!found, "{} holds it", file.display());
            // The tokens that went over the wire are in no log either.
            let log = String::from_utf8_lossy(&bytes);
            assert!(!log.contains(&ana) && !log.contains(&one.secret), "{} holds a secret", file.display());
        }
    };
    let wal = folder.path().join("data/baton.db-wal");
    assert!(wal.exists(), "the log of the database is looked through while it is there");
    nowhere();
    two.instance = uuid::Uuid::now_v7();
    let reloaded = two.return_to(server.address()).await;
    assert_eq!(reloaded.arrival, "reloaded");
    assert!(reloaded.replica.chat.is_empty(), "a reload starts with an empty chat");
    server.stop();
    nowhere();
}
