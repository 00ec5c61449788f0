//! The load tool: starts Baton, a floor that does nothing but broadcast, and the peers, in turn, and measures them side by side.
//!
//! `BENCH_ONLY=A,D` runs some workloads, `BENCH_SCALE=0.5` makes rooms and sessions fewer, `BENCH_SECONDS` sets how long each
//! case is measured, `BENCH_ROUNDS` how often, `QUICK=1` is the short run, `BENCH_WRAP` puts a profiler before Baton, `BENCH_BINARY` measures another
//! build of it. `BENCH_ONLY=S BENCH_SOAK=300` lets so many people work for all the seconds.

mod disk;
mod edits;
mod figures;
mod floor;
mod forgetful;
mod history;
mod idle;
mod live;
mod locks;
mod pace;
mod peers;
mod realtime;
mod records;
mod rivals;
mod server;
mod talk;
mod team;
mod wire;
mod world;

use std::env::var;
use std::io::Result;

use figures::Table;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// How much is run.
pub struct Size {
    only: Option<String>,
    scale: f64,
    /// The short run.
    pub quick: bool,
    rounds: usize,
    /// Each case is measured so long.
    pub seconds: f64,
    /// So many people work for the soak.
    soak: Option<usize>,
}

impl Size {
    fn of_environment() -> Size {
        let number = |name: &str| var(name).ok().and_then(|text| text.parse::<f64>().ok());
        let quick = var("QUICK").is_ok_and(|value| value == "1");
        Size {
            only: var("BENCH_ONLY").ok(),
            scale: number("BENCH_SCALE").unwrap_or(1.0),
            quick,
            rounds: number("BENCH_ROUNDS")
                .map_or(if quick { 1 } else { 3 }, |rounds| rounds.max(1.0) as usize),
            soak: number("BENCH_SOAK").map(|people| people as usize),
            seconds: number("BENCH_SECONDS").unwrap_or(if quick { 2.0 } else { 3.0 }),
        }
    }

    /// Whether a workload runs; the short run has A, B and D unless it is told others.
    pub fn wants(&self, name: &str) -> bool {
        match &self.only {
            Some(only) => only.split(',').any(|one| one.trim() == name),
            None => !self.quick || ["A", "B", "D"].contains(&name),
        }
    }

    /// So many workspaces, scaled.
    pub fn places(&self, usual: usize) -> usize {
        ((usual as f64 * self.scale).round() as usize).max(1)
    }

    /// So many sessions, scaled; a fifth in the short run.
    pub fn sessions(&self, usual: usize) -> usize {
        let usual = if self.quick { usual / 5 } else { usual };
        ((usual as f64 * self.scale / 5.0).round() as usize).max(1) * 5
    }
}

async fn load(size: &Size) -> Result<()> {
    peers::Peer::tell_missing(size);
    let mut table = Table::default();
    for round in 0..size.rounds {
        table.round(round);
        if size.wants("A") || size.wants("B") {
            live::run(size, round, &mut table).await?;
        }
        if size.wants("D") {
            disk::run(&mut table)?;
            locks::run(size, round, &mut table).await?;
        }
        if size.wants("E") {
            edits::run(size, round, &mut table).await?;
        }
    }
    // Dear ones with figures that hold still: once.
    table.round(0);
    if size.wants("C") {
        idle::run(size, &mut table).await?;
    }
    if size.wants("F") {
        team::run(size, &mut table).await?;
    }
    if let Some(people) = size.soak {
        team::soak(size, people, &mut table).await?;
    }
    if size.wants("H") {
        history::run(size, &mut table).await?;
    }
    if size.wants("R") {
        records::run(&mut table).await?;
    }
    if size.wants("P") {
        realtime::run(size, &mut table).await?;
    }
    if size.wants("T") {
        talk::run(size, &mut table).await?;
    }
    table.end();
    Ok(())
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().collect();
    if let [_, word, data] = words.as_slice()
        && word == "forgetful"
    {
        return forgetful::run(data);
    }
    let floor = words.iter().any(|word| word == "floor");
    if !floor {
        server::pin_load();
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    if floor {
        local.block_on(&runtime, floor::run())
    } else {
        local.block_on(&runtime, load(&Size::of_environment()))
    }
}
