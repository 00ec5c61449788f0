//! The process at its limits: descriptors, and memory.

use std::fs;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Hand, Site};
use crate::support::client::{PATIENCE, soon};

/// Connections that are tried beyond what the process may have.
const BEYOND: usize = 40;
/// Clients that open a stack and then read nothing.
const STUCK: usize = 24;
/// Letters of each edit that goes to all of them.
const LETTERS: usize = 60_000;
/// Edits, together well beyond what one outbox may hold.
const EDITS: usize = 60;
/// What the process may have grown by: a share of a bounded outbox for each, and what the allocator keeps.
const GROWN_MAX: u64 = 160 << 20;

fn descriptors(site: &Site) -> usize {
    fs::read_dir(format!("/proc/{}/fd", site.server.id())).unwrap().count()
}

fn resident(site: &Site) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", site.server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn without_descriptors_who_is_here_goes_on_and_others_come_in_later() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    hand.edit(10).await;
    let limit = descriptors(&site) + 6;
    site.limit("nofile", &limit.to_string());
    // The kernel takes them into its queue; the server cannot.
    let waiting: Vec<TcpStream> =
        (0..BEYOND).map(|_| TcpStream::connect(site.server.address()).unwrap()).collect();
    soon("the limit", async {
        while descriptors(&site) < limit {
            hand.edit(10).await;
        }
    })
    .await;
    for _ in 0..20 {
        hand.edit(10).await;
    }
    drop(waiting);
    let began = Instant::now();
    let mut late = site.page().await;
    println!("descriptors: {} edits at the limit, next one in after {:?}", hand.count, began.elapsed());
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(late.call(json!({ "type": "snapshot" })).await["type"], "reply");
    let log = site.log();
    assert!(log.to_lowercase().contains("too many open files") || log.contains("os error 24"), "{log}");
    site.server.stop();
}

#[tokio::test]
async fn many_who_read_nothing_cost_a_bounded_amount_of_memory() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    let mut stuck = Vec::new();
    for _ in 0..STUCK {
        let mut client = site.page().await;
        client.call(json!({ "type": "open", "object": site.object })).await;
        stuck.push(client);
    }
    hand.edit(10).await;
    let before = resident(&site);
    let began = Instant::now();
    for _ in 0..EDITS {
        hand.edit(LETTERS).await;
    }
    let grown = resident(&site).saturating_sub(before);
    println!(
        "memory: {STUCK} read nothing of {EDITS} edits of {LETTERS} letters: grown by {} KiB in {:?}",
        grown / 1024,
        began.elapsed()
    );
    assert!(grown < GROWN_MAX, "grown by {grown}");
    assert!(began.elapsed() < Duration::from_secs(60), "nobody waited for them");
    drop(stuck);
    site.server.stop();
}
