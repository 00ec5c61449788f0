//! The simulation: many people, several rooms, a store that fails, and a clock that is nobody's, from one seed.
//!
//! `cargo test --test sim` runs the seeds that ever failed and some new ones. `SEED=n` replays one with a trace,
//! `SEEDS=n` says how many to run, `FROM=n` where to begin. See `docs/simulation.md`.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use baton::domain;

mod disk;
mod invariants;
mod model;
mod people;
mod plan;
mod records;
mod site;
mod world;

use world::World;

/// Seeds that a plain run tries, beside those that ever failed.
const SEEDS: u64 = 340;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("SEED, SEEDS and FROM are numbers"))
}

fn attempt(world: &mut World) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(|| world.run())) {
        Ok(done) => done,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        }
    }
}

/// Runs a seed again and tells what led to its end.
fn tell(seed: u64, print: bool) -> Result<u64, String> {
    let mut world = World::new(seed);
    world.trace = Some(VecDeque::new());
    world.print = print;
    let end = attempt(&mut world);
    let commands = world.commands();
    match end {
        Ok(()) => Ok(commands),
        Err(broken) => {
            let last: Vec<String> = world.trace.take().unwrap_or_default().into();
            Err(format!(
                "SEED={seed} breaks after {commands} commands:\n{broken}\n\nthe last that happened:\n{}\n",
                last.join("\n")
            ))
        }
    }
}

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = number("SEED") {
        let commands = tell(seed, true).unwrap_or_else(|broken| panic!("{broken}"));
        println!("SEED={seed}: {commands} commands, nothing broken");
        return;
    }
    let failed =
        include_str!("seeds.txt").lines().filter_map(|line| line.split('#').next()?.trim().parse().ok());
    let (from, count) = (number("FROM").unwrap_or(1), number("SEEDS").unwrap_or(SEEDS));
    let (began, mut commands) = (Instant::now(), 0);
    for seed in failed.chain(from..from + count) {
        let mut world = World::new(seed);
        if let Err(broken) = attempt(&mut world) {
            panic!("{}", tell(seed, false).err().unwrap_or(broken));
        }
        commands += world.commands();
    }
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = commands as f64 / seconds;
    println!("{commands} commands in {seconds:.1} s, {rate:.0} a second");
}

#[test]
fn one_seed_is_one_story() {
    let (mut one, mut two) = (World::new(7), World::new(7));
    let (first, second) = (attempt(&mut one), attempt(&mut two));
    assert_eq!(first, second);
    assert_eq!(format!("{:?}", one.sites[0].disk), format!("{:?}", two.sites[0].disk));
}
