//! A thousand requests on one path. The figures are for people (`-- --nocapture`): what is fast enough is the benchmark's.

use std::time::Instant;

use super::domain::limits::Limits;
use super::room::*;

/// Microseconds of a grant with `many` waiting, of an ask and of a picture, on average.
fn measured(many: u64) -> (u128, u128, u128) {
    let limits = Limits { sessions_of_member: 2_000, ..Limits::default() };
    let mut r = room_with(limits).with_everybody();
    let ana = r.tab(ANA);
    r.checks = false;
    r.acquire(ana, path(1));
    let tabs: Vec<Tab> = (0..many).map(|_| r.tab(BEN)).collect();
    let began = Instant::now();
    for tab in &tabs {
        r.request(*tab, path(1));
    }
    let asks = began.elapsed().as_micros() / u128::from(many);
    let (rounds, began) = (20, Instant::now());
    for _ in 0..rounds {
        r.picture();
    }
    let pictures = began.elapsed().as_micros() / rounds;
    let began = Instant::now();
    let mut holder = ana;
    for tab in tabs.iter().take(20) {
        let fence = r.core.locks.get(path(1)).unwrap().fence;
        r.release(holder, path(1), fence).unwrap();
        assert_eq!(r.core.locks.get(path(1)).unwrap().session, tab.session);
        holder = *tab;
    }
    let grants = began.elapsed().as_micros() / 20;
    r.checks = true;
    r.core.check().unwrap();
    (grants, asks, pictures)
}

#[test]
fn a_thousand_requests_on_one_path_are_granted_one_after_the_other() {
    let figures: Vec<_> = [250, 500, 1_000].into_iter().map(measured).collect();
    for (many, (grant, ask, picture)) in [250, 500, 1_000].iter().zip(&figures) {
        println!("{many} waiting: a grant {grant} µs, an ask {ask} µs, a picture {picture} µs");
    }
}
