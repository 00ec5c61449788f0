//! The store fails, or does not answer.

use baton::domain::role::Role;
use baton::store::When;
use serde_json::json;

use crate::support::client::{Client, acquire, chat};
use crate::support::server::Server;

#[tokio::test]
async fn a_failed_write_is_never_shown_and_everybody_gets_a_new_picture() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, bo).await;
    one.call(chat("before")).await;
    let stream = one.replica.stream.clone();

    server.faults.fail_statement(1);
    let refused = one.call(acquire(object)).await;
    assert_eq!(refused["error"]["code"], "retry_later", "{refused}");
    for client in [&mut one, &mut two] {
        client.until("the new picture", |replica| replica.resyncs == ["reloaded"]).await;
        client.until("the end of the hold", |replica| replica.held.last() == Some(&false)).await;
        assert_ne!(client.replica.stream, stream);
        assert!(client.replica.locks.is_empty() && !client.replica.log.contains(&"lock".to_owned()));
        // Nobody was sent away, and what was said is still there.
        assert_eq!((client.replica.sessions.len(), client.replica.chat.len()), (2, 1));
    }
    let granted = one.call(acquire(object)).await;
    assert_eq!(granted["ok"]["result"], "acquired", "{granted}");
    two.until("the lock", |replica| replica.locks.len() == 1).await;
    server.stop().await;
}

#[tokio::test]
async fn scenario_15_a_commit_of_unknown_outcome_that_took_effect_is_found_by_the_rebuild() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let mut one = Client::join(&server, server.owner).await;
    server.faults.fail_commit(1, When::After);
    let ask = acquire(object);
    let refused = one.call(ask.clone()).await;
    assert_eq!(refused["error"]["code"], "retry_later", "{refused}");
    one.until("the new picture", |replica| replica.resyncs == ["reloaded"]).await;
    assert_eq!(one.replica.locks.len(), 1, "it was committed");
    one.until("the end of the hold", |replica| replica.held.last() == Some(&false)).await;
    let again = one.call(ask).await;
    assert_eq!(again["ok"]["result"], "acquired", "the retry gets the same answer: {again}");
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_seen_before_its_commit_and_a_silent_store_holds_the_room() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let bo = server.member("Bo", Role::Developer).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, bo).await;
    one.until("the other", |replica| replica.sessions.len() == 2).await;
    let mut held = server.faults.hold_commits();
    let asked = one.post(acquire(object)).await;
    held.reached().await;
    two.until("the hold", |replica| replica.held == [true]).await;
    assert!(two.replica.locks.is_empty());
    // Durable calls and reads are put off …
    assert_eq!(two.call(json!({"type": "snapshot"})).await["error"]["code"], "retry_later");
    assert_eq!(two.call(acquire(object)).await["error"]["code"], "retry_later");
    // … talk goes on, ahead of its number.
    let upto = one.replica.upto;
    assert_eq!(two.call(chat("is it slow for you too?")).await["type"], "reply");
    one.until("the line", |replica| replica.chat.len() == 1).await;
    assert_eq!(one.replica.upto, upto);
    // Nobody can come in meanwhile.
    let mut three = Client::open(&server, server.owner).await;
    let hello = json!({"type": "hello", "token": server.owner.to_string(), "workspace": server.workspace.0, "instance": three.instance});
    assert_eq!(three.call(hello).await["error"]["code"], "retry_later");
    assert_eq!(three.closed().await.0, 4007);

    drop(held);
    assert_eq!(one.answer(asked).await["ok"]["result"], "acquired");
    two.until("the end of the hold", |replica| replica.held == [true, false]).await;
    two.until("the lock", |replica| replica.locks.len() == 1).await;
    one.until("the line's number", |replica| replica.upto > upto).await;
    assert!(one.replica.resyncs.is_empty() && two.replica.resyncs.is_empty());
    server.stop().await;
}
