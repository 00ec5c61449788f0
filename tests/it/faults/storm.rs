//! Everybody comes back at once.

use std::time::Instant;

use baton::domain::role::Role;
use futures_util::future::join_all;
use serde_json::json;

use super::number;
use crate::support::client::{Client, Page, acquire};
use crate::support::server::Server;

/// Pages of one workspace, all of one member, who may have 50. Each of them hears of all the others, and parses it here, in one
/// process with the server.
const TEAM: usize = 40;

/// The pages of a [`Team`] whose network is cut, its holder's last.
struct Away(Vec<Page>);

impl Away {
    async fn come_back(self, server: &Server) -> Team {
        let mut pages = join_all(self.0.into_iter().map(|page| page.come_back(server))).await;
        let holder = pages.pop().expect("somebody holds the lock");
        Team { holder, pages }
    }
}

/// A workspace with somebody who holds a lock, and its other pages.
struct Team {
    holder: Client,
    pages: Vec<Client>,
}

impl Team {
    async fn join(server: &Server, pages: usize) -> Team {
        let object = server.object("add").await;
        let mut holder = Client::join(server, server.owner).await;
        assert_eq!(holder.call(acquire(object)).await["ok"]["result"], "acquired");
        let user = server.member("Ben", Role::Developer).await;
        Team { holder, pages: join_all((0..pages).map(|_| Client::join(server, user))).await }
    }

    fn sessions(&self) -> Vec<String> {
        self.pages.iter().chain([&self.holder]).map(|client| client.session.clone()).collect()
    }

    fn cut(self) -> Away {
        Away(self.pages.into_iter().chain([self.holder]).map(Client::cut).collect())
    }

    /// Everybody is the session that they were, and the lock is where it was.
    async fn is_whole(&mut self, before: &[String]) {
        // With the updates that it missed where the ring of 1,000 reaches so far, with a picture where it does not.
        let known = |client: &Client| ["resumed", "reloaded"].contains(&client.arrival.as_str());
        assert!(self.pages.iter().chain([&self.holder]).all(known), "nobody comes back as a stranger");
        assert_eq!(self.sessions(), before);
        let holder = &mut self.holder;
        holder.call(json!({ "type": "snapshot" })).await;
        assert_eq!(holder.replica.sessions.len(), before.len(), "nobody twice, nobody lost");
        let own = holder.replica.locks.values().filter(|lock| lock["session"] == holder.session.as_str());
        assert_eq!(own.count(), 1, "the lock is where it was");
    }
}

#[tokio::test]
async fn everybody_comes_back_at_once() {
    let pages = usize::try_from(number("BATON_STORM", 3 * TEAM as u64)).unwrap();
    let mut server = Server::start().await;
    let mut teams = vec![Team::join(&server, TEAM.min(pages)).await];
    while teams.len() * TEAM < pages {
        server.move_on().await;
        teams.push(Team::join(&server, TEAM.min(pages - teams.len() * TEAM)).await);
    }
    let before: Vec<Vec<String>> = teams.iter().map(Team::sessions).collect();

    let began = Instant::now();
    let away: Vec<Away> = teams.into_iter().map(Team::cut).collect();
    let mut back = join_all(away.into_iter().map(|team| team.come_back(&server))).await;
    let took = began.elapsed();
    let all: usize = before.iter().map(Vec::len).sum();
    println!(
        "storm: {all} pages of {} workspaces back in {took:?}, {:.0} a second",
        back.len(),
        all as f64 / took.as_secs_f64()
    );

    for (team, before) in back.iter_mut().zip(&before) {
        team.is_whole(before).await;
    }
    server.stop().await;
}
