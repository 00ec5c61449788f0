//! Readers that do not keep up.

use std::time::Duration;

use baton::room::outbox::OutboxLimits;
use baton::socket::{Rates, SocketSettings};
use serde_json::json;

use crate::support::client::{Client, chat, soon};
use crate::support::server::{Server, Setup};

fn talkative() -> SocketSettings {
    let rates = Rates { frames: 100_000, bytes: 1 << 30, ..Rates::default() };
    SocketSettings { rates, stall: Duration::from_millis(500), ..SocketSettings::default() }
}

/// Setup in which little is enough to fill an outbox, and chat is as fast as a client talks.
fn setup(outboxes: OutboxLimits) -> Setup {
    let mut setup = Setup { socket: talkative(), outboxes, ..Setup::default() };
    setup.room.limits.chat_burst = 1_000_000;
    setup.room.limits.ping_idle_ms = 250;
    setup
}

#[tokio::test]
async fn scenario_33_a_reader_that_takes_nothing_is_cut_while_the_others_go_on() {
    let outboxes = OutboxLimits { resyncs: 1_000, ..OutboxLimits::default() };
    let server = Server::with(setup(outboxes)).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut two = Client::join(&server, server.owner).await;
    let stuck = Client::join(&server, server.owner).await;
    let line = "x".repeat(2_000);
    // The kernel's buffers for a connection hold several megabytes; what comes after them waits in the outbox.
    soon("the cut", async {
        let mut said = 0;
        while server.sockets.open() > 2 {
            let answer = one.call(chat(&line)).await;
            assert_eq!(answer["type"], "reply", "{answer}");
            said += 1;
            let last = one.replica.chat.len();
            if said % 50 == 0 {
                two.until("the lines", |replica| replica.chat.len() == last).await;
            }
        }
    })
    .await;
    let last = one.replica.chat.len();
    two.until("all lines", |replica| replica.chat.len() == last).await;
    assert!(two.replica.resyncs.is_empty() && one.replica.resyncs.is_empty());
    let session = stuck.session.clone();
    let cut = std::time::Instant::now();
    one.until("its grace", |replica| replica.sessions[&session]["state"] == "reconnecting").await;
    soon("its outbox", async {
        while server.outboxes.len() > 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Its client still reads nothing, and yet the kernel lets the connection go.
    let client = stuck.local_port();
    while is_open(server.address.port(), client) {
        assert!(cut.elapsed() < Duration::from_secs(30), "the descriptor is still held");
        one.pings(1).await;
    }
    server.stop().await;
}

/// Whether the kernel knows the server's end of a connection as established.
fn is_open(server: u16, client: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let (server, client) = (format!(":{server:04X}"), format!(":{client:04X}"));
    table.lines().any(|line| {
        let parts: Vec<&str> = line.split_whitespace().collect();
        parts.len() > 3 && parts[1].ends_with(&server) && parts[2].ends_with(&client) && parts[3] == "01"
    })
}

#[tokio::test]
async fn who_falls_behind_gets_one_snapshot_instead_of_the_backlog() {
    let outboxes =
        OutboxLimits { soft: 8 * 1024, hard: 16 * 1024, resyncs: 1_000, ..OutboxLimits::default() };
    let mut setup = setup(outboxes);
    setup.socket.stall = Duration::from_secs(60);
    let server = Server::with(setup).await;
    let mut one = Client::join(&server, server.owner).await;
    let mut slow = Client::join(&server, server.owner).await;
    let line = "x".repeat(2_000);
    let mut said = 0;
    soon("a full outbox", async {
        while server.outboxes.bytes() < 12 * 1024 || said < 20 {
            one.call(chat(&line)).await;
            said += 1;
        }
        for _ in 0..20 {
            one.call(chat(&line)).await;
            said += 1;
        }
    })
    .await;
    slow.until("the snapshot", |replica| replica.resyncs.contains(&"behind".to_owned())).await;
    one.call(chat("and on")).await;
    slow.until("what follows", |replica| replica.chat.values().any(|line| line["text"] == "and on")).await;
    assert!(one.replica.resyncs.is_empty());
    assert_eq!(slow.call(json!({"type": "snapshot"})).await["type"], "reply");
    assert_eq!(slow.replica.upto, one.replica.upto);
    server.stop().await;
}
