//! Everybody comes back at once.

use std::time::Instant;

use baton::domain::role::Role;
use futures_util::future::join_all;
use serde_json::json;

use super::number;
use crate::support::client::{Client, acquire};
use crate::support::server::Server;

/// Pages that come in one after the other, before the storm.
const AT_A_TIME: usize = 50;
/// Pages of one member, who may have 50.
const PAGES_EACH: usize = 40;

#[tokio::test]
async fn everybody_comes_back_at_once() {
    let pages = usize::try_from(number("BATON_STORM", 120)).unwrap();
    let server = Server::start().await;
    let object = server.object("add").await;
    let mut holder = Client::join(&server, server.owner).await;
    assert_eq!(holder.call(acquire(object)).await["ok"]["result"], "acquired");
    let mut there: Vec<Client> = Vec::new();
    while there.len() < pages {
        let user = server.member(&format!("Member {}", there.len()), Role::Developer).await;
        let few = AT_A_TIME.min(PAGES_EACH).min(pages - there.len());
        there.extend(join_all((0..few).map(|_| Client::join(&server, user))).await);
    }
    let before: Vec<String> = there.iter().map(|client| client.session.clone()).collect();

    let began = Instant::now();
    let back = there.into_iter().chain([holder]).map(|client| {
        let instance = client.instance;
        client.resume_as(&server, instance)
    });
    let mut back = join_all(back).await;
    let took = began.elapsed();
    println!(
        "storm: {} pages back in {took:?}, {:.0} a second",
        back.len(),
        back.len() as f64 / took.as_secs_f64()
    );

    let mut holder = back.pop().unwrap();
    // With the updates that it missed where the ring of 1,000 reaches so far, with a picture where it does not.
    let known = |client: &Client| ["resumed", "reloaded"].contains(&client.arrival.as_str());
    assert!(back.iter().chain([&holder]).all(known), "nobody comes back as a stranger");
    assert_eq!(back.iter().map(|client| client.session.clone()).collect::<Vec<_>>(), before);
    holder.call(json!({ "type": "snapshot" })).await;
    assert_eq!(holder.replica.sessions.len(), pages + 1, "nobody twice, nobody lost");
    let own = holder.replica.locks.values().filter(|lock| lock["session"] == holder.session.as_str());
    assert_eq!(own.count(), 1, "the lock is where it was");
    server.stop().await;
}
