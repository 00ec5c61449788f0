//! The simulation: many people, several rooms, a store that fails, and a clock that is nobody's, from one seed.
//!
//! `cargo test --test sim` runs the seeds that ever failed and some new ones. `SEED=n` replays one with a trace,
//! `SEEDS=n` says how many to run, `FROM=n` where to begin. See `docs/simulation.md`.

#![allow(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use baton::domain;

mod bots;
mod disk;
mod heard;
mod invariants;
mod model;
mod people;
mod plan;
mod realtime;
mod records;
mod site;
mod team;
mod tick;
mod times;
mod world;

use world::World;

/// A plain run tries seeds until it has played so many commands.
const COMMANDS: u64 = 1_000_000;

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
    let began = Instant::now();
    let commands = many();
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = commands as f64 / seconds;
    println!("{commands} commands in {seconds:.1} s, {rate:.0} a second");
}

/// Runs the seeds that ever failed and then new ones, on all cores; how many commands that were.
fn many() -> u64 {
    let failed: Vec<u64> = include_str!("seeds.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.trim().parse().ok())
        .collect();
    let (from, count) = (number("FROM").unwrap_or(1), number("SEEDS"));
    let (next, commands, broken) = (AtomicUsize::new(0), AtomicU64::new(0), Mutex::new(None));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let fresh = at.saturating_sub(failed.len()) as u64;
            let enough = match count {
                Some(count) => fresh >= count,
                None => commands.load(Ordering::Relaxed) >= COMMANDS,
            };
            if at >= failed.len() && enough || broken.lock().unwrap().is_some() {
                return;
            }
            let seed = failed.get(at).copied().unwrap_or(from + fresh);
            let mut world = World::new(seed);
            if let Err(first) = attempt(&mut world) {
                let told = tell(seed, false).err().unwrap_or(first);
                broken.lock().unwrap().get_or_insert(told);
                return;
            }
            commands.fetch_add(world.commands(), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    if let Some(broken) = broken.into_inner().unwrap() {
        panic!("{broken}");
    }
    commands.into_inner()
}

#[test]
fn one_seed_is_one_story() {
    let (mut one, mut two) = (World::new(7), World::new(7));
    let (first, second) = (attempt(&mut one), attempt(&mut two));
    assert_eq!(first, second);
    assert_eq!(format!("{:?}", one.sites[0].disk), format!("{:?}", two.sites[0].disk));
}
