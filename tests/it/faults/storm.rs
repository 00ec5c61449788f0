//! Everybody comes back at once.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::json;

use super::{Hand, Site, number};
use crate::crash;
use crate::support::client::Client;

/// Pages that come in one after the other before the server dies.
const AT_A_TIME: usize = 50;

#[tokio::test]
async fn everybody_comes_back_at_once_after_a_crash() {
    let pages = usize::try_from(number("BATON_STORM", 60)).unwrap();
    let Site { folder, server, workspace, token, object, steps } = Site::start(&[]).await;
    let site = Site { folder, server, workspace, token, object, steps };
    let mut hand = Hand::new(&site, 0).await;
    hand.edit(10).await;
    let mut there: Vec<Client> = Vec::new();
    while there.len() < pages {
        let few = AT_A_TIME.min(pages - there.len());
        there.extend(join_all((0..few).map(|_| site.page())).await);
    }
    let Site { folder, server, workspace, .. } = site;
    server.kill();
    let server = crash::start(folder.path(), &[]);
    let began = Instant::now();
    let address = server.address();
    let (holder, mut back) = tokio::join!(
        hand.client.return_to(address),
        join_all(there.into_iter().map(|client| client.return_to(address)))
    );
    let took = began.elapsed();
    println!(
        "storm: {} pages back in {took:?}, {:.0} a second",
        pages + 1,
        pages as f64 / took.as_secs_f64()
    );
    assert_eq!(holder.arrival, "reloaded", "its lock is durable, and so is the session");
    let own = holder.replica.locks.values().filter(|lock| lock["session"] == holder.session.as_str());
    assert_eq!(own.map(|lock| &lock["fence"]).collect::<Vec<_>>(), [&hand.fence]);
    for client in &mut back {
        assert_eq!(client.call(json!({ "type": "snapshot" })).await["type"], "reply");
        assert_eq!(client.replica.sessions.len(), pages + 1, "nobody twice, no ghost");
    }
    assert!(!workspace.is_empty());
    server.stop();
}
