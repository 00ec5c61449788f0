//! A team works for a long time: nothing grows, nothing slows down, nothing is left over.
//!
//! `make soak` is two hours; the usual run is some seconds.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Hand, Site, number};
use crate::support::client::{chat, soon};

/// The process may grow by so much while the same people do the same things.
const GROWN_MAX: u64 = 48 << 20;
/// How much slower the last part may be than the first; the machine may be busy.
const SLOWER_MAX: f64 = 6.0;

#[derive(Debug, Clone, Copy)]
struct Look {
    resident: u64,
    descriptors: usize,
    threads: usize,
    median: Duration,
}

fn look(site: &Site, mut took: Vec<Duration>) -> Look {
    let of = |what: &str| format!("/proc/{}/{what}", site.server.id());
    let status = fs::read_to_string(of("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kib: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
    took.sort();
    Look {
        resident: kib * 1024,
        descriptors: fs::read_dir(of("fd")).unwrap().count(),
        threads: fs::read_dir(of("task")).unwrap().count(),
        median: took[took.len() / 2],
    }
}

async fn sockets(site: &Site) -> u64 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let text = http.get(format!("{}/metrics", site.server.url())).send().await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("baton_sockets ")).expect("a gauge of sockets");
    line.parse::<f64>().unwrap() as u64
}

/// Edits between two publishes: what is not live is kept at hand.
const PUBLISH_AFTER: usize = 500;

/// Work for a while: edits, chat, places, pages that come and go, now and then a publish. How long each edit took.
async fn work(site: &Site, hands: &mut [Hand], length: Duration) -> Vec<Duration> {
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < length || took.len() < 16 {
        for hand in &mut *hands {
            let sent = Instant::now();
            hand.edit(20).await;
            took.push(sent.elapsed());
            let place = json!({ "page": "object", "object": hand.object, "item": hand.item });
            hand.client.raw(&json!({ "type": "locate", "location": place }).to_string()).await;
        }
        if took.len() % PUBLISH_AFTER < hands.len()
            && let Some(last) = hands.last_mut()
        {
            last.publish().await;
        }
        let mut guest = site.page().await;
        guest.call(json!({ "type": "open", "object": site.object })).await;
        guest.call(chat("just looking")).await;
        guest.call(json!({ "type": "leave" })).await;
        guest.closed().await;
    }
    took
}

#[tokio::test]
async fn a_team_at_work_leaves_nothing_behind() {
    let length = Duration::from_secs(number("BATON_SOAK_S", 4));
    // They edit as fast as they are answered, which is more than a client may.
    let site = Site::start(&["--rate-frames", "100000"]).await;
    let mut hands = vec![Hand::new(&site, 0).await, Hand::new(&site, 1).await];
    // Caches fill and the allocator takes what it needs.
    let mut first = look(&site, work(&site, &mut hands, length / 4).await);
    let parts = 3;
    let mut last = first;
    for part in 0..parts {
        last = look(&site, work(&site, &mut hands, length / parts).await);
        println!("soak, part {part}: {last:?}");
        if part == 0 {
            first = Look { median: last.median, ..first };
        }
    }
    assert!(last.resident < first.resident + GROWN_MAX, "{first:?} and then {last:?}");
    assert!(last.descriptors <= first.descriptors + 3, "{first:?} and then {last:?}");
    assert!(last.threads <= first.threads + 1, "{first:?} and then {last:?}");
    let slower = last.median.as_secs_f64() / first.median.as_secs_f64();
    assert!(slower < SLOWER_MAX, "an edit takes {slower} times as long: {first:?} and then {last:?}");
    let one = &mut hands[0].client;
    one.call(json!({ "type": "snapshot" })).await;
    one.until("the guests' end", |replica| replica.sessions.len() == 2).await;
    soon("the end of the guests' sockets", async { while sockets(&site).await != 2 {} }).await;
    site.server.stop();
}
